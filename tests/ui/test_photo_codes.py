"""Codes held before the photo station's own camera: a ticket brings its visitor, a form brings its ID."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, cast

import cv2
import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from kiosk.devices.camera import CameraLoop
from kiosk.devices.camera_url import open_camera
from kiosk.domain.errors import Refused
from kiosk.domain.staff import Operator, Role
from kiosk.domain.ticket import ticket_code
from kiosk.domain.visit import Service, State, StepKind
from kiosk.services.camera_setup import CameraSetup
from kiosk.services.own_photo import OwnPhoto
from kiosk.ui.code_watch import CodeWatch
from kiosk.ui.preview import Preview
from kiosk.ui.screens.photo import PhotoScreen
from tests.film import drawn
from tests.ui.counter_day import CounterDay, is_shown, on_glass, settle, shown, wait_until

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]
FORM = "https://net.kojinbango-card.go.jp/SS/apply?id=00000000000000000000042"
SLOWLY = 60.0


class Station:
    """The photo screen before the practice camera, and the paper somebody holds in front of it."""

    def __init__(self, day: CounterDay, paper: Path) -> None:
        self.day, self._paper = day, paper
        self.screen = PhotoScreen(
            portraits=day.portraits,
            own=OwnPhoto(day.desk, cast(Any, None)),
            setup=CameraSetup(day.desk),
            keep_paper=lambda name, _: name,
            files=day.photo_files,
            preview=Preview(lambda: CameraLoop(open_camera(f"virtual:held={paper}", practice=True))),
            texts=day.texts,
            background=day.background,
            read_ticket=day.tickets.read,
            applications=day.applications,
        )
        self.window = on_glass(self.screen)

    def hold(self, text: str) -> None:
        """Another paper before the lens; put there whole, as a hand does."""
        self.screen.clear_notice()
        aside = self._paper.with_name("aside.png")
        assert cv2.imwrite(str(aside), drawn(text))
        aside.replace(self._paper)

    def lower(self) -> None:
        self._paper.unlink()

    def said(self) -> str:
        if not is_shown(self.screen, "notice.say"):
            return ""
        return shown(self.screen, "notice.say", QLabel).text()


@pytest.fixture
def station(dressed: QWidget, tmp_path: Path) -> Iterator[Station]:
    day = CounterDay()
    day.book()
    made = Station(day, tmp_path / "held.png")
    yield made
    made.screen.hide()
    assert day.background.finish(60_000)
    settle()


def test_a_ticket_held_before_the_camera_opens_its_visit_and_a_false_one_is_refused(
    station: Station, picture: Picture
) -> None:
    day = station.day
    ticket = day.ready(Service.APPLICATION, "R251109001").ticket
    code = str(day.tickets.compose(day.counter.visit(ticket)).values["qr"])
    wrong = {
        ticket_code("KOGANEI", date(2025, 11, 9), ticket, bytes(reversed(range(32)))): "code_foreign",
        code.replace(":251109:", ":251105:"): "code_foreign",
        ticket_code("KOGANEI", date(2025, 11, 5), ticket, bytes(range(32))): "code_other_day",
        ticket: "code_unreadable",
        "https://example.com/": "code_unreadable",
    }
    for held, key in wrong.items():
        sentence = day.texts.explain(Refused(key))[0]
        station.hold(held)
        wait_until(lambda sentence=sentence: station.said() == sentence, SLOWLY)  # type: ignore[misc]
        assert day.counter.visit(ticket).state is State.WAITING
    picture(station.window, "photo_code_refused")

    station.hold(code)
    wait_until(lambda: day.counter.visit(ticket).state is State.SERVING, SLOWLY)
    assert not is_shown(station.screen, "notice")
    picture(station.window, "photo_code_taken")


def test_while_the_camera_is_set_up_a_paper_in_the_picture_calls_nobody(
    station: Station, touch: Touch
) -> None:
    day = station.day
    ticket = day.ready(Service.APPLICATION).ticket
    seen: list[str] = []
    for watch in station.screen.findChildren(CodeWatch):
        watch.held.connect(seen.append)
    day.desk.operator = Operator("sato", "佐藤 和子", Role.MANAGER)
    station.screen.refresh()
    touch(station.screen, "photo.setup")
    station.hold(str(day.tickets.compose(day.counter.visit(ticket)).values["qr"]))
    wait_until(lambda: bool(seen), SLOWLY)
    settle()
    assert is_shown(station.screen, "photo.setup.page")
    assert day.counter.visit(ticket).state is State.WAITING


def test_a_form_held_before_the_camera_is_recorded_with_the_photo(
    station: Station, touch: Touch, picture: Picture
) -> None:
    day = station.day
    ticket = day.ready(Service.APPLICATION).ticket
    station.screen.choose(ticket)
    station.hold(FORM.replace("kojinbango-card", "kojinbango-cards"))
    foreign = day.texts.explain(Refused("application_id_foreign"))[0]
    wait_until(lambda: station.said() == foreign, SLOWLY)
    station.hold(FORM)
    wait_until(lambda: "0000 0000 0000 0000 0000 042" in station.said(), SLOWLY)
    picture(station.window, "photo_form_read")
    assert day.applications.id_of(ticket) is None, "the photo comes first"
    station.hold(FORM.replace("42", "43"))
    wait_until(lambda: is_shown(station.screen, "photo.other_id"), SLOWLY)
    picture(station.window, "photo_other_form")
    assert shown(station.screen, "photo.other_id.title", QLabel).text().startswith(ticket)
    touch(station.screen, "photo.other_id.cancel")

    station.lower()
    wait_until(lambda: shown(station.screen, "photo.shutter", QPushButton).isEnabled(), SLOWLY)
    touch(station.screen, "photo.shutter")
    wait_until(lambda: shown(station.screen, "photo.candidate.1", QPushButton).isEnabled(), SLOWLY)
    touch(station.screen, "photo.override")
    touch(station.screen, "photo.reason.checked_by_eye")
    assert day.applications.id_of(ticket) == "00000000000000000000042"
    assert day.counter.visit(ticket).is_done(StepKind.APPLICATION_ID)
