"""The card with the line: how many wait, how long it may take, who has waited longest, who is on hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.visit import Service, State
from kiosk.services.line import Line, Place
from kiosk.ui.screens.counter_parts import clear
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.labels import BigNumber, Body, Caption, Heading, Pill, Title, Tone
from kiosk.ui.widgets.rows import Row

SERVICE_TONES: dict[Service, Tone] = {
    Service.ISSUANCE: "key",
    Service.APPLICATION: "success",
    Service.CONSULTATION: "neutral",
}
BAND_TONES: dict[str, Tone] = {"free": "success", "busy": "warning", "crowded": "danger"}
ROW_HEIGHT = 68
HEAD_HEIGHT = 216
FOOT_HEIGHT = 150
"""What the card needs besides rows, in pixels; the rest is filled with as many rows as fit."""


@dataclass(frozen=True, slots=True)
class _Shown:
    waiting: tuple[Place, ...]
    held: tuple[Place, ...]
    minutes: int
    band: str
    room: int


class LineCard(Card):
    """Numbers only, never a name; `call` puts a button beside each number."""

    def __init__(self, texts: Texts, *, name: str, call: Callable[[str], None] | None = None) -> None:
        super().__init__(name=name)
        self._texts, self._name, self._call = texts, name, call
        self._line: Line | None = None
        self._shown: _Shown | None = None
        self._count = BigNumber("0", huge=True, name=f"{name}.count")
        self._band = Pill(name=f"{name}.band")
        self._guide = Body(tone="neutral", name=f"{name}.minutes")
        self._rows = _column(0)
        self._held_head = Body(texts.get("reception.held"), tone="neutral")
        self._held = _column(0)
        count = QHBoxLayout()
        count.setSpacing(12)
        count.addWidget(self._count, 0, Qt.AlignmentFlag.AlignBottom)
        people = Title(texts.get("reception.people"))
        people.setContentsMargins(0, 0, 0, 12)
        count.addWidget(people, 0, Qt.AlignmentFlag.AlignBottom)
        count.addStretch(1)
        count.addWidget(self._band, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.setSpacing(8)
        self.body.addWidget(Heading(texts.get("reception.line_title")))
        self.body.addLayout(count)
        self.body.addWidget(self._guide)
        self.body.addSpacing(8)
        self.body.addLayout(self._rows)
        self.body.addSpacing(8)
        self.body.addWidget(self._held_head)
        self.body.addLayout(self._held)
        self.body.addStretch(1)

    def show_line(self, line: Line) -> None:
        """Shows the line as it stands; nothing is rebuilt while nothing has changed."""
        self._line = line
        room = max(3, (self.height() - HEAD_HEIGHT) // ROW_HEIGHT - 1)
        shown = _Shown(line.waiting, line.held, line.minutes, line.band, room)
        if shown == self._shown:
            return
        self._shown = shown
        texts = self._texts
        self._count.setText(str(line.count))
        self._band.setText(texts.get(f"band.{line.band}"))
        self._band.set_tone(BAND_TONES[line.band])
        none = not line.waiting
        words = texts.get("reception.no_wait" if none else "reception.minutes", minutes=line.minutes)
        self._guide.setText(words)
        held_rows = min(len(line.held), 2 if room < 6 else 4)
        self._fill(self._rows, line.waiting, room - held_rows, is_held=False)
        self._held_head.setVisible(bool(line.held))
        self._fill(self._held, line.held, held_rows, is_held=True)

    def fit(self) -> None:
        """Uses the room the card has now."""
        if self._line is not None:
            self.show_line(self._line)

    def _fill(self, rows: QVBoxLayout, places: tuple[Place, ...], most: int, *, is_held: bool) -> None:
        clear(rows)
        shown = places if len(places) <= most else places[: max(1, most - 1)]
        for place in shown:
            rows.addWidget(self._row(place, is_held=is_held))
        if len(shown) < len(places):
            rest = self._texts.get("reception.line_more", count=len(places) - len(shown))
            rows.addWidget(Caption(rest, name=f"{self._name}.rest"))

    def _row(self, place: Place, *, is_held: bool) -> QWidget:
        row = Row(height=ROW_HEIGHT, name=f"{self._name}.{place.ticket}")
        number = Title(place.ticket)
        number.setFixedWidth(100 if self._call is None else 84)
        row.line.addWidget(number)
        if is_held:
            row.line.addWidget(Body(self._held_word(place), wrap=True), 1)
        else:
            row.line.addWidget(service_pill(self._texts, place.service, short=True))
            row.line.addStretch(1)
            row.line.addWidget(Body(self._texts.get("reception.age", minutes=place.waited_minutes)))
        if self._call is not None:
            words = "resume" if place.state is State.PARKED else "call_one"
            touch = Button(self._texts.get(f"counter.{words}"), name=f"{self._name}.call.{place.ticket}")
            touch.setFixedWidth(80)
            touch.guarded(lambda: self._call(place.ticket) if self._call else None)
            row.line.addWidget(touch)
        return row

    def _held_word(self, place: Place) -> str:
        word = self._texts.get(f"reception.held_{place.state.value}")
        return f"{word}：{self._texts.get(f'aside.{place.why}')}" if place.why else word


def service_pill(texts: Texts, service: Service, *, short: bool = False) -> Pill:
    """The service as word and colour, the same everywhere; `short` where a number says the rest."""
    table = "reception.short" if short else "service"
    return Pill(texts.get(f"{table}.{service.value}"), SERVICE_TONES[service])


def _column(spacing: int) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    return column
