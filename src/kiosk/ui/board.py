"""The public board: numbers and windows only, in sizes that can be read from the last row; never a name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from kiosk.ui.announcer import Announcer, Voice
from kiosk.ui.texts import Texts
from kiosk.ui.theme import restyle

if TYPE_CHECKING:
    from kiosk.services.board import Seen
    from kiosk.services.line import Line, Place

TURNS = ("ja", "ja-easy", "en", "ja", "zh-Hans", "ko")
"""Every other language follows Japanese within two turns; a number is a number in all of them."""
TURN_MS = 6_000
FOLLOW_MS = 1_000
FLASH_MS = 400
FLASHES = 8
EARLIER_SHOWN = 2
HELD_SHOWN = 3
LARGE_FROM_PX, LOW_BELOW_PX = 1000, 760
SIDE_PX = {False: 368, True: 540}
"""One width for all languages, by whether the display is large: nothing moves when the words turn."""
LONG_MINUTES = 120
"""A longer wait is told in hours: nobody reckons with a thousand minutes."""


class Board(QWidget):
    """A window of its own on the second display; goes on showing the last line it was given.

    With `read` it asks for the line every second and has every new call announced.
    """

    def __init__(
        self,
        texts: Texts,
        *,
        practice: bool,
        read: Callable[[], Seen | None] | None = None,
        voice: Voice | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("board")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(texts.get("board.title"))
        self._texts = texts
        self._languages = [texts if name == texts.language else Texts.load(name) for name in TURNS]
        self._turns = 0
        self._line: Line | None = None
        self._at: datetime | None = None
        self._read = read
        self._announcer = Announcer(voice, texts, self)
        self._calls: dict[str, datetime | None] | None = None
        self._flashes = 0
        self._follow = _timer(self, FOLLOW_MS, self._look)
        self._turn = _timer(self, TURN_MS, self.turn_language)
        self._flash = _timer(self, FLASH_MS, self._flash_once)
        self._earlier_shown: tuple[Place, ...] | None = None
        self._now = QFrame()
        self._number = _word("", "number", name="board.number")
        self._window = _word("", "window", name="board.window")
        self._window_word = _word(texts.get("board.window"), "word", name="board.window_word")
        self._head = _word(texts.get("board.calling"), "head", name="board.head")
        self._left, self._side = QVBoxLayout(), QFrame()
        self._earlier = QHBoxLayout()
        self._waiting = _word("", "count", name="board.waiting")
        self._minutes = _word("", "word", name="board.minutes")
        self._band = _word("", "small", name="board.band")
        self._held = _word("", "held", name="board.held")
        self._held_more = _word("", "small", soft=True, name="board.held_more")
        self._held_word = _word(texts.get("board.held"), "small", name="board.held_word")
        self._waiting_word = _word(texts.get("board.waiting"), "small", name="board.waiting_word")
        self._please = _word(texts.get("board.please"), "note", wrap=True, name="board.please")
        self._clock = _word("", "small", soft=True, name="board.clock")
        self._practice = QLabel(texts.get("shell.practice"))
        self._practice.setObjectName("practice")
        self._practice.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._practice.setVisible(practice)
        self._lay_out()
        self._held_word.hide()
        self._show_called(())
        if read is not None:
            self._follow.start()
            self._turn.start()

    def show_line(self, line: Line, now: datetime) -> None:
        """The newest call large, earlier ones small, the line beside it."""
        self._line, self._at = line, now
        self._show_called(self._newest_first((*line.called, *line.serving)))
        self._waiting.setText(self._texts.get("board.people", people=line.count))
        self._minutes.setText(self._wait_words(line))
        self._band.setText(self._texts.get(f"band.{line.band}"))
        most = HELD_SHOWN if self.height() >= LOW_BELOW_PX else HELD_SHOWN - 1
        held = [place.ticket for place in line.held[:most]]
        self._held.setText("\n".join(held))
        more = len(line.held) - len(held)
        self._held_more.setText(self._texts.get("board.held_more", count=more) if more else "")
        self._held_word.setVisible(bool(held))
        self.show_time(now)

    def _wait_words(self, line: Line) -> str:
        if not line.count:
            return ""
        if line.minutes > LONG_MINUTES:
            return self._texts.get("board.hours", hours=LONG_MINUTES // 60)
        return self._texts.get("board.minutes", minutes=line.minutes)

    def closeEvent(self, event: QCloseEvent) -> None:
        for timer in (self._follow, self._turn, self._flash):
            timer.stop()
        self._announcer.finish()
        super().closeEvent(event)

    def _look(self) -> None:
        seen = self._read() if self._read is not None else None
        if seen is None:
            return
        self.show_line(seen.line, seen.at)
        known, self._calls = self._calls, {place.ticket: place.called for place in seen.line.called}
        if known is None:
            return  # whoever was called before the board was there has heard it, or is gone
        for place in sorted(seen.line.called, key=lambda place: place.called or seen.at):
            if known.get(place.ticket) != place.called:
                self._flashes = FLASHES
                self._flash.start()
                self._announcer.call(place, seen)

    def _flash_once(self) -> None:
        self._flashes -= 1
        restyle(self._now, "flash", self._flashes % 2 == 1)
        if self._flashes <= 0:
            self._flash.stop()

    def turn_language(self) -> None:
        """The next language of the turn; the numbers stay."""
        self._turns += 1
        self._texts = self._languages[self._turns % len(self._languages)]
        self._window_word.setText(self._texts.get("board.window"))
        self._held_word.setText(self._texts.get("board.held"))
        self._please.setText(self._texts.get("board.please"))
        self._waiting_word.setText(self._texts.get("board.waiting"))
        self._earlier_shown = None
        if self._line is not None and self._at is not None:
            self.show_line(self._line, self._at)
        else:
            self._show_called(())

    def show_time(self, now: datetime) -> None:
        """Hours and minutes."""
        self._clock.setText(f"{now:%H:%M}")

    def _show_called(self, called: tuple[Place, ...]) -> None:
        first = called[0] if called else None
        self._number.setText(first.ticket if first else "")
        self._window.setText(first.window if first else "")
        self._show_head(bool(first))
        earlier = called[1 : 1 + EARLIER_SHOWN]
        if earlier == self._earlier_shown:
            return
        self._earlier_shown = earlier
        while (old := self._earlier.takeAt(0)) is not None:
            gone = old.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for place in earlier:
            self._earlier.addWidget(self._chip(place))
        self._earlier.addStretch(1)

    def _show_head(self, is_calling: bool) -> None:
        """With nothing to call the one sentence stands in the middle, as large as it can be read from afar.

        The two never stand large together: a full-screen window would grow beyond its display.
        """
        if not is_calling:
            self._now.hide()
        self._head.setText(self._texts.get("board.calling" if is_calling else "board.nobody"))
        restyle(self._head, "board", "head" if is_calling else "empty")
        self._head.setWordWrap(not is_calling)
        self._left.setStretch(0, 0 if is_calling else 1)
        if is_calling:
            self._now.show()

    def _newest_first(self, places: tuple[Place, ...]) -> tuple[Place, ...]:
        """Who was called last comes first; a number keeps its place while it is at its window."""
        never = datetime.min.replace(tzinfo=self._at.tzinfo if self._at is not None else None)
        return tuple(sorted(places, key=lambda place: place.called or never, reverse=True))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        large = self.height() >= LARGE_FROM_PX
        self._side.setFixedWidth(SIDE_PX[large])
        for widget in self.findChildren(QWidget):
            restyle(widget, "large", large)

    def _chip(self, place: Place) -> QFrame:
        chip = QFrame()
        chip.setProperty("role", "board_chip")
        row = QHBoxLayout(chip)
        row.setContentsMargins(32, 16, 32, 16)
        row.setSpacing(16)
        row.addWidget(_word(place.ticket, "chip"))
        row.addWidget(_word(self._texts.get("board.at", window=place.window), "note"))
        for label in chip.findChildren(QLabel):
            restyle(label, "large", self.height() >= LARGE_FROM_PX)
        return chip

    def _lay_out(self) -> None:
        self._now.setObjectName("board.now")
        inner = QHBoxLayout(self._now)
        inner.setContentsMargins(32, 12, 40, 12)
        inner.addWidget(self._number, 1)
        where = QVBoxLayout()
        where.setSpacing(0)
        where.addStretch(1)
        for label in (self._window_word, self._window):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            where.addWidget(label)
        where.addStretch(2)
        inner.addLayout(where)
        self._earlier.setSpacing(24)
        left = self._left
        left.setContentsMargins(32, 24, 32, 24)
        left.setSpacing(16)
        left.addStretch(0)
        left.addWidget(self._head)
        left.addWidget(self._now)
        left.addLayout(self._earlier)
        left.addWidget(self._please)
        left.addStretch(1)
        side = self._side
        side.setObjectName("board.side")
        side.setFixedWidth(SIDE_PX[False])
        right = QVBoxLayout(side)
        right.setContentsMargins(32, 24, 32, 20)
        right.setSpacing(0)
        right.addWidget(self._waiting_word)
        for label in (self._waiting, self._minutes, self._band):
            right.addWidget(label)
        right.addSpacing(16)
        right.addWidget(self._held_word)
        right.addWidget(self._held)
        right.addWidget(self._held_more)
        right.addStretch(1)
        right.addWidget(self._clock)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addLayout(left, 1)
        across.addWidget(side)
        whole = QVBoxLayout(self)
        # From a large display to a small one: the sizes of the old must not hold the window open.
        whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._practice)
        whole.addLayout(across, 1)


def _timer(parent: QObject, every_ms: int, slot: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setInterval(every_ms)
    timer.timeout.connect(slot)
    return timer


def _word(text: str, size: str, *, soft: bool = False, wrap: bool = False, name: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("board", size)
    label.setWordWrap(wrap)
    if soft:
        label.setProperty("role", "board_soft")
    if name:
        label.setObjectName(name)
    return label
