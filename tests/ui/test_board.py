"""The public board: the newest number large, who is held, how long; never a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.visit import Event, Service
from kiosk.services.clock import JST
from kiosk.ui.board import Board
from kiosk.ui.texts import Texts
from tests.ui.counter_day import BOOKED, CounterDay

NOON = datetime(2025, 11, 9, 12, 0, tzinfo=JST)


@pytest.fixture
def board(dressed: object, qtbot: QtBot, texts: Texts) -> Board:
    made = Board(texts, practice=False)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


@pytest.fixture
def day(dressed: object) -> CounterDay:
    made = CounterDay()
    made.book()
    return made


def word(board: Board, name: str) -> str:
    label = board.findChild(QLabel, f"board.{name}")
    assert isinstance(label, QLabel)
    return label.text() if label.isVisible() else ""


def everything(board: Board) -> str:
    return "\n".join(label.text() for label in board.findChildren(QLabel))


def test_before_the_first_call_it_says_so(board: Board, texts: Texts) -> None:
    assert word(board, "number") == ""
    assert word(board, "head") == texts.get("board.nobody")


def test_the_newest_call_stands_large_and_the_earlier_one_small(board: Board, day: CounterDay) -> None:
    first, second = day.ready().ticket, day.ready().ticket
    day.counter.move(first, Event.CALL)
    board.show_line(day.line.now(), NOON)
    assert word(board, "number") == first
    day.counter.move(first, Event.ARRIVE)
    day.counter.move(second, Event.CALL)
    board.show_line(day.line.now(), NOON)

    assert word(board, "number") == second
    assert word(board, "window") == "2"
    assert first in everything(board)


def test_names_never_stand_on_it(board: Board, day: CounterDay) -> None:
    for booked in BOOKED[:2]:
        day.counter.move(day.ready(reservation=booked.number).ticket, Event.CALL)
    board.show_line(day.line.now(), NOON)

    shown = everything(board)
    assert "A001" in shown
    for booked in BOOKED:
        for part in (*booked.name.split(), *booked.kana.split(), booked.number):
            assert part not in shown


def test_waiting_and_held_are_counted(board: Board, day: CounterDay, texts: Texts) -> None:
    for _ in range(6):
        day.ready(Service.APPLICATION)
    held = day.ready().ticket
    day.counter.move(held, Event.HOLD)
    board.show_line(day.line.now(), NOON)

    assert word(board, "waiting") == texts.get("board.people", people=6)
    assert word(board, "minutes") == texts.get("board.minutes", minutes=6 * 8)
    assert word(board, "band") == texts.get("band.crowded")
    assert word(board, "held") == held


def test_it_runs_on_from_the_last_values(board: Board, day: CounterDay) -> None:
    ticket = day.ready().ticket
    day.counter.move(ticket, Event.CALL)
    board.show_line(day.line.now(), NOON)
    board.show_time(NOON.replace(minute=7))

    assert word(board, "number") == ticket
    assert word(board, "clock") == "12:07"


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_a_full_board_fits(
    board: Board, day: CounterDay, picture: Callable[[QWidget, str], Path], width: int, height: int
) -> None:
    tickets = [day.ready().ticket for _ in range(9)]
    for ticket in tickets[:4]:
        day.counter.move(ticket, Event.CALL)
    for ticket in tickets[4:8]:
        day.counter.move(ticket, Event.HOLD)
    line = day.line.now()
    board.resize(width, height)
    board.show_line(replace(line, called=tuple(replace(p, ticket="W888") for p in line.called[:1])
                            + line.called[1:]), NOON)  # fmt: skip
    picture(board, f"board_{width}")

    assert (board.width(), board.height()) == (width, height)
    assert board.minimumSizeHint().width() <= width
    assert board.minimumSizeHint().height() <= height
