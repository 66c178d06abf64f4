"""The public board: the newest number large, who is held, how long; never a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QTimer
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.visit import Event, Service
from kiosk.services.board import BoardDesk, Sound
from kiosk.services.clock import JST
from kiosk.ui.board import TURNS, Board
from kiosk.ui.second_display import SecondDisplay
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


def test_a_wait_that_nobody_reckons_with_is_told_in_hours(
    board: Board, day: CounterDay, texts: Texts
) -> None:
    board.show_line(day.line.now(), NOON)
    assert word(board, "minutes") == "", "nobody waits: no minutes either"
    day.ready()
    line = day.line.now()
    for minutes, words in (
        (120, texts.get("board.minutes", minutes=120)),
        (121, texts.get("board.hours", hours=2)),
    ):
        board.show_line(replace(line, minutes=minutes), NOON)
        assert word(board, "minutes") == words


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


CALLED = "受付番号、A、ゼロ、ゼロ、イチ、番の方、2番窓口へお越しください。"


@dataclass
class Ears:
    """What could be heard in the waiting room."""

    heard: list[str] = field(default_factory=list)
    speaks: bool = True

    def chime(self) -> bool:
        self.heard.append("chime")
        return True

    def say(self, words: str) -> bool:
        self.heard.append(words)
        return self.speaks


def following(day: CounterDay, texts: Texts, qtbot: QtBot, sound: Sound, ears: Ears) -> Board:
    """A board that reads the line by itself at a venue with these wishes."""
    profile = day.desk.rules
    venues = tuple(venue.model_copy(update={"sound": sound}) for venue in profile.venues)
    day.desk.profile = profile.model_copy(update={"venues": venues})
    made = Board(texts, practice=False, read=BoardDesk(day.desk).now, voice=ears)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


def look(board: Board) -> None:
    """The second has passed."""
    board.findChildren(QTimer)[0].timeout.emit()


@pytest.mark.parametrize(
    ("sound", "minutes", "heard"),
    [
        ("off", 0, []),
        ("chime", 0, ["chime"]),
        (
            "voice",
            0,
            ["chime", *[f"お待たせいたしました。{CALLED}"] * 2],
        ),
        (
            "voice",
            30,
            ["chime"]
            + ["大変お待たせいたしました。受付番号、A、ゼロ、ゼロ、イチ、番の方、2番窓口へお越しください。"]
            * 2,
        ),
    ],
)
def test_a_call_is_heard_as_the_venue_wishes(
    day: CounterDay, texts: Texts, qtbot: QtBot, sound: Sound, minutes: int, heard: list[str]
) -> None:
    ears = Ears()
    board = following(day, texts, qtbot, sound, ears)
    ticket = day.ready().ticket
    look(board)
    day.clock.moment += timedelta(minutes=minutes)
    day.counter.move(ticket, Event.CALL)
    look(board)
    look(board)  # the same call is not heard twice
    board.close()
    assert ears.heard == heard


def test_called_again_is_heard_again_and_an_old_call_is_not(
    day: CounterDay, texts: Texts, qtbot: QtBot
) -> None:
    ears = Ears(speaks=False)
    old, ticket = day.ready().ticket, day.ready().ticket
    day.counter.move(old, Event.CALL)
    board = following(day, texts, qtbot, "voice", ears)
    look(board)
    for _ in range(2):
        day.clock.moment += timedelta(seconds=40)
        day.counter.move(ticket, Event.CALL)
        look(board)
    assert word(board, "number") == ticket
    board.close()
    # A voice that fails is not tried twice; the chime is heard each time.
    assert [part for part in ears.heard if part == "chime"] == ["chime", "chime"]
    assert len(ears.heard) == 4


def test_every_language_has_its_turn_and_all_the_words(board: Board, day: CounterDay) -> None:
    day.counter.move(day.ready().ticket, Event.CALL)
    board.show_line(day.line.now(), NOON)
    seen = set()
    for _ in TURNS:
        seen.add(word(board, "head"))
        assert word(board, "number") == "A001"
        board.turn_language()
    assert len(seen) == 5
    assert "Now calling" in seen
    japanese = Texts.load("ja")
    for language in set(TURNS) - {"ja"}:
        theirs = Texts.load(language)
        assert set(theirs.table("board")) == set(japanese.table("board")) - {"title"}
        assert set(theirs.table("band")) == set(japanese.table("band"))
        assert theirs.get("ticket.line")


def test_it_stands_still_but_lives_while_nothing_can_be_read(
    day: CounterDay, texts: Texts, qtbot: QtBot
) -> None:
    board = following(day, texts, qtbot, "chime", Ears())
    ticket = day.ready().ticket
    day.counter.move(ticket, Event.CALL)
    look(board)
    session, day.desk.session_db = day.desk.session_db, None
    look(board)
    assert word(board, "number") == ticket
    day.desk.session_db = session
    day.counter.move(ticket, Event.NO_SHOW)
    look(board)
    assert word(board, "number") == ""
    board.close()


def test_a_full_board_fits_every_display_it_is_plugged_into(
    board: Board, day: CounterDay, picture: Callable[[QWidget, str], Path]
) -> None:
    tickets = [day.ready().ticket for _ in range(9)]
    for ticket in tickets[:4]:
        day.counter.move(ticket, Event.CALL)
    for ticket in tickets[4:8]:
        day.counter.move(ticket, Event.HOLD)
    line = day.line.now()
    widest = replace(line.called[0], ticket="W888")
    line = replace(line, called=(widest, *line.called[1:]))
    # The large one first: its sizes must not hold the window open on the next.
    for width, height in ((1920, 1080), (1280, 800), (1280, 720)):
        board.resize(width, height)
        board.show_line(line, NOON)
        for language in TURNS:
            picture(board, f"board_{height}_{language}")
            assert (board.width(), board.height()) == (width, height)
            assert board.minimumSizeHint().width() <= width, language
            assert board.minimumSizeHint().height() <= height, language
            board.turn_language()


def test_the_board_goes_with_its_display_and_comes_back_with_it(board: Board) -> None:
    plugged = [QRect(1280, 0, 1920, 1080)]
    made: list[Board] = []

    def make() -> Board:
        made.append(board)
        return board

    board.hide()
    display = SecondDisplay(make, lambda: plugged[:], board)
    shown = []
    for is_plugged in (True, False, True, True):
        plugged[:] = plugged or [QRect(1280, 0, 1280, 800)] if is_plugged else []
        display.look()
        shown.append(board.isVisible())
    assert shown == [True, False, True, True]
    assert made == [board]

    without = SecondDisplay(make, lambda: [], board)
    without.look()
    assert made == [board]
