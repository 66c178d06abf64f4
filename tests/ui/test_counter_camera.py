"""The 申請書ID by this PC's camera at the window: read into the field, recorded by the dark button."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from kiosk.domain.visit import Service, StepKind
from kiosk.ui.screens.counter import CounterScreen
from tests.ui.counter_day import (
    CounterDay,
    counter_screen,
    is_shown,
    settle,
    shown,
    type_into,
    wait_until,
)
from tests.ui.held import SLOWLY, Hand

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]
FORM = "https://net.kojinbango-card.go.jp/SS/apply?id=00000000000000000000042"
MY_NUMBER = "123456789018"


@pytest.fixture
def day(dressed: QWidget) -> Iterator[CounterDay]:
    made = CounterDay()
    made.book()
    yield made
    assert made.background.finish(60_000)
    settle()


def at_the_field(day: CounterDay, hand: Hand) -> tuple[str, CounterScreen]:
    """A visitor whose photo is done, before the panel of the 申請書ID."""
    ticket = day.serving(Service.APPLICATION).ticket
    day.counter.skip(ticket, StepKind.PHOTO, "own")
    screen = counter_screen(day, hand.camera)
    screen.open_visit(ticket)
    return ticket, screen


def test_only_the_forms_own_code_comes_into_the_field_and_nothing_else_is_kept(
    day: CounterDay, touch: Touch, picture: Picture, tmp_path: Path
) -> None:
    hand = Hand(tmp_path, day.texts, day.background)
    ticket, screen = at_the_field(day, hand)
    picture(screen.window(), "counter_application_id")
    touch(screen, "counter.application_id.camera")
    for held, said in (
        ("https://kojinbango-card.go.jp.example.com/00000000000000000000042", "申請書のものではありません"),
        (MY_NUMBER, "申請書のものではありません"),
        (FORM.replace("00000000000000000000042", MY_NUMBER), "申請書IDは23桁の数字です"),
        ("0" * 23, "申請書のものではありません"),
    ):
        hand.hold(held)
        hand.wait_for(screen, said)
    picture(screen.window(), "code_camera_refused")
    hand.hold(FORM)
    wait_until(lambda: not is_shown(screen, "code_camera"), SLOWLY)
    assert shown(screen, "counter.application_id", QLineEdit).text() == "00000000000000000000042"
    assert day.applications.id_of(ticket) is None, "read aloud first, recorded then"
    picture(screen.window(), "counter_application_id_read")
    touch(screen, "counter.done")
    assert day.applications.id_of(ticket) == "00000000000000000000042"


@pytest.mark.parametrize(
    ("fault", "said"),
    [("gone@0-600", "見つかりません"), ("held@0-600", "映像が届きません"), ("gone@1-600", "見つかりません")],
)
def test_without_a_picture_it_is_said_once_and_the_keys_stay(
    day: CounterDay, touch: Touch, picture: Picture, tmp_path: Path, fault: str, said: str
) -> None:
    hand = Hand(tmp_path, day.texts, day.background, fault)
    ticket, screen = at_the_field(day, hand)
    touch(screen, "counter.application_id.camera")
    hand.wait_for(screen, said)
    picture(screen.window(), f"code_camera_{fault[:6]}")
    touch(screen, "code_camera.cancel")
    type_into(screen, "counter.application_id", "0" * 22 + "7")
    touch(screen, "counter.done")
    assert day.applications.id_of(ticket) == "0" * 22 + "7"
