"""Pieces the forms desk and the counter share: tiles to choose from, who it is, what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.domain.visit import Visit
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, OPEN_MARK, restyle
from kiosk.ui.widgets.kept import KeptButton
from kiosk.ui.widgets.labels import BigNumber, Caption, Heading, PersonName, Pill, Tone

LONG_NAME = 14
MOST_IN_ROW = 54
GOOD_NEWS_MS = 5000
FLAG_TONES: dict[str, Tone] = {"age_15_17": "key", "kana_missing": "key", "variant_name": "key"}
"""Flags that only inform; all others ask to do something differently."""


class TickTile(KeptButton):
    """A field to be ticked by a finger: a sign, words, and a thick blue edge when it is on."""

    def __init__(self, text: str, *, height: int = 84, name: str = "", mark_open: bool = False) -> None:
        super().__init__(text, "plain", name=name)
        self._words = text
        self._mark_open = mark_open
        self.setCheckable(True)
        self.setMinimumHeight(height)
        self.toggled.connect(self._show)
        self._show(False)

    def show_words(self, text: str) -> None:
        """Other words on the same tile."""
        self._words = text
        self._show(self.isChecked())

    def _show(self, on: bool) -> None:
        mark = DONE_MARK if on else OPEN_MARK if self._mark_open else ""
        self.setText(f"{mark} {self._words}".strip())
        self.setAccessibleName(f"{mark} {self._words}".strip().replace("\n", " "))


class Who(QWidget):
    """Ticket number, name and what is special, in one line; the number is always the largest."""

    def __init__(self, texts: Texts, *, name: str) -> None:
        super().__init__()
        self._texts = texts
        self._number = BigNumber(name=f"{name}.ticket")
        self._name = PersonName(name=f"{name}.name")
        self._name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._pills, self._pills_below = QHBoxLayout(), QHBoxLayout()
        for pills in (self._pills, self._pills_below):
            pills.setSpacing(12)
        named = QVBoxLayout()
        named.setSpacing(4)
        named.addStretch(1)
        named.addWidget(self._name)
        named.addLayout(self._pills_below)
        named.addStretch(1)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        line.addWidget(self._number)
        line.addLayout(named, 1)
        line.addLayout(self._pills)
        self.setMinimumHeight(72)
        self._shown: tuple[object, ...] = ()

    def show_visit(self, visit: Visit, booked: str) -> None:
        """`booked` is the pill about the reservation."""
        wanted = (visit.ticket, visit.name, visit.flags, booked)
        if wanted == self._shown:
            return
        self._shown = wanted
        self._number.setText(visit.ticket)
        self._name.show_name(self._texts.get("counter.san", name=visit.name) if visit.name else "")
        is_long = len(visit.name) > LONG_NAME
        for layout in (self._pills, self._pills_below):
            clear(layout)
        # A long name takes its whole line; what is special moves below it.
        pills = self._pills_below if is_long else self._pills
        if booked:
            pills.addWidget(Pill(booked))
        for flag in visit.flags[:2]:
            pills.addWidget(flag_pill(self._texts, flag))
        if is_long:
            pills.addStretch(1)


class Elided(Caption):
    """Small words that end in … where the room ends; the whole stands in the tip and for the reader."""

    def __init__(self, text: str = "", *, name: str = "") -> None:
        super().__init__("", name=name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = text
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        self.setText(room)
        self.setToolTip(self._whole if room != self._whole else "")
        self.setAccessibleName(self._whole)


def two_lines(name: str) -> str:
    """A name for a row of a list: what its two lines hold, then …; the person's own page has it whole."""
    return name if len(name) <= MOST_IN_ROW else f"{name[: MOST_IN_ROW - 1]}…"


class GoodNews(QTimer):
    """Says that something is done and takes the words away by itself; what went wrong stays until read."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen = screen
        self._words = ""
        self.setSingleShot(True)
        self.setInterval(GOOD_NEWS_MS)
        self.timeout.connect(self._forget)

    def say(self, words: str) -> None:
        """Shows the words for a few seconds."""
        self._words = words
        self._screen.notice.show_done(words)
        self.start()

    def _forget(self) -> None:
        if self._screen.notice.accessibleName() == self._words:
            self._screen.clear_notice()


def flag_pill(texts: Texts, flag: str) -> Pill:
    """The pill of a reservation's flag; a flag without words asks to look."""
    known = texts.has(f"flag.{flag}")
    return Pill(texts.get(f"flag.{flag}" if known else "flag.other"), FLAG_TONES.get(flag, "warning"))


def clear(layout: QLayout) -> None:
    """Empties a layout; widgets go later, since the touch may come from one of them."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def beside(*widgets: QWidget, spacing: int = 16) -> QHBoxLayout:
    """Widgets of equal weight in one line."""
    line = QHBoxLayout()
    line.setSpacing(spacing)
    for widget in widgets:
        line.addWidget(widget, 1)
    return line


def only_one(tiles: Iterable[TickTile], changed: Callable[[], None]) -> None:
    """Makes tiles exclude each other; a touch on the chosen one keeps it."""
    every = tuple(tiles)

    def chosen(tile: TickTile) -> None:
        for other in every:
            other.setChecked(other is tile)
        changed()

    for tile in every:
        tile.clicked.connect(lambda _=False, tile=tile: chosen(tile))


def say_mark(label: Heading, mark: str, words: str, tone: str) -> None:
    """An answer as sign, word and colour."""
    label.setText(f"{mark} {words}".strip())
    restyle(label, "tone", tone)


def at_left(widget: QWidget) -> QHBoxLayout:
    """A widget at its own width, at the start of the line."""
    line = QHBoxLayout()
    line.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
    line.addStretch(1)
    return line
