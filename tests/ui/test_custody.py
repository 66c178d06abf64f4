"""The papers screen: counted in all and per number, given back with a question, never when sealed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.domain.custody import Movement, Paper
from kiosk.domain.visit import StepKind
from kiosk.ui.screens.custody import CustodyScreen
from tests.ui.counter_day import CounterDay, is_shown, on_glass, shown

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]


@pytest.fixture
def day(dressed: QWidget) -> CounterDay:
    return CounterDay()


@pytest.fixture
def screen(day: CounterDay) -> CustodyScreen:
    made = CustodyScreen(
        custody=day.custody,
        delivery_due=lambda: date(2025, 11, 12),
        texts=day.texts,
        background=day.background,
    )
    made.window_kept = on_glass(made)  # type: ignore[attr-defined]
    return made


def words(screen: QWidget, name: str) -> str:
    return shown(screen, name, QLabel).text()


def test_counts_in_all_sealed_and_the_day_of_delivery(
    day: CounterDay, screen: CustodyScreen, picture: Picture
) -> None:
    sealed, still_open = day.serving().ticket, day.serving().ticket
    day.until(sealed, StepKind.PHOTO)
    day.custody.set_held(still_open, Paper.F01, 1)
    day.custody.set_held(still_open, Paper.F05, 2)
    screen.refresh()
    picture(screen.window(), "custody")

    assert day.counter.visit(sealed).is_done(StepKind.SEALED)
    assert words(screen, "custody.count") == "7", "four sealed, three open"
    assert words(screen, "custody.envelopes") == "1"
    assert words(screen, "custody.deliver").startswith("納品の期限 11月12日")
    assert is_shown(screen, "custody.total.F05")


def test_a_paper_goes_back_only_after_the_question(
    day: CounterDay, screen: CustodyScreen, touch: Touch, picture: Picture
) -> None:
    ticket = day.serving().ticket
    day.custody.set_held(ticket, Paper.F08, 1)
    screen.refresh()
    touch(screen, f"custody.open.{ticket}")
    picture(screen.window(), "custody_one")
    touch(screen, "custody.return.F08")
    touch(screen, "custody.give_back.cancel")
    assert day.custody.of(ticket) == {Paper.F08: 1}
    touch(screen, "custody.return.F08")
    touch(screen, "custody.give_back.yes")

    assert day.custody.of(ticket) == {}
    assert day.custody.lines()[-1].movement is Movement.RETURNED
    assert not is_shown(screen, "custody.return.F08")


def test_a_closed_envelope_is_opened_at_the_window_first(
    day: CounterDay, screen: CustodyScreen, touch: Touch
) -> None:
    ticket = day.serving().ticket
    day.until(ticket, StepKind.PHOTO)
    screen.refresh()
    touch(screen, f"custody.open.{ticket}")

    assert not is_shown(screen, "custody.return.F01")
    assert "封を開けてから" in words(screen, "custody.one_hint")


@pytest.mark.parametrize(("width", "height"), [(1280, 680), (1920, 960)])
def test_a_full_box_fits_on_the_screen(
    day: CounterDay, screen: CustodyScreen, touch: Touch, picture: Picture, width: int, height: int
) -> None:
    kinds = [paper for paper in Paper if paper not in (Paper.F03, Paper.F13)]
    for _ in range(12):
        ticket = day.serving().ticket
        for paper in kinds:
            day.custody.move(ticket, paper, Movement.RECEIVED, 20)
    screen.window().resize(width, height)
    screen.setGeometry(0, 0, width, height)
    screen.refresh()
    picture(screen.window(), f"custody_worst_{width}")

    assert words(screen, "custody.count") == str(12 * 11 * 20)
    for rows in ("custody.rows", "custody.totals"):
        pager, frame = shown(screen, f"{rows}.on"), shown(screen, rows)
        assert pager.mapTo(frame, pager.rect().bottomLeft()).y() <= frame.height()
    touch(screen, "custody.open.A001")
    picture(screen.window(), f"custody_one_worst_{width}")
    assert is_shown(screen, "custody.papers.on")
