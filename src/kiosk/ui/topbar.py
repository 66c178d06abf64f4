"""The top of the window: where, when, which kiosk, which devices, who, and the time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from kiosk.ui.texts import Texts
from kiosk.ui.theme import TOUCH, restyle
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import Body

if TYPE_CHECKING:  # behind the first painted screen
    from kiosk.services.agenda import Session

HEIGHT = 56
SIGNS = {"success": "●", "warning": "◆", "danger": "■", "neutral": "○"}


class DeviceDot(QWidget):
    """One device: a sign whose shape differs by tone, and a word."""

    touched = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(f"topbar.{name}")
        self._name = name
        self._sign, self._word = QLabel(), QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._sign)
        row.addWidget(self._word)

    def show_state(self, tone: str, word: str) -> None:
        """Tone as in `Pill`; the word says the same as the colour."""
        self._sign.setText(SIGNS[tone])
        restyle(self._sign, "tone", tone)
        self._word.setText(word)
        self.setAccessibleName(word)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.touched.emit(self._name)


class Place(Body):
    """Session and venue in one line; where that is too long the venue stands below as a whole."""

    def __init__(self) -> None:
        super().__init__(wrap=True, name="topbar.place")
        self._words = ""

    def show_words(self, words: str) -> None:
        """Number, day and venue, with a space between."""
        self._words = words
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        fits = self.fontMetrics().horizontalAdvance(self._words) <= self.width()
        *session, venue = self._words.split(" ", 2)
        self.setText(self._words if fits else f"{' '.join(session)}\n{venue}")


class TopBar(QFrame):
    """One line that never asks anything; touching the person's name does, in practice also the printer."""

    person_touched = Signal()
    device_touched = Signal(str)
    help_touched = Signal()

    def __init__(self, texts: Texts, counter_name: str, kiosk: str, window: str) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self.setFixedHeight(HEIGHT)
        self._texts = texts
        self._counter = QLabel(counter_name)
        self._counter.setTextFormat(Qt.TextFormat.PlainText)
        self._counter.setObjectName("topbar.counter")
        self._place = Place()
        self._window = QLabel()
        self._window.setObjectName("topbar.window")
        self.show_window(kiosk, window)
        self._dots: dict[str, DeviceDot] = {}
        self._devices = QHBoxLayout()
        self._devices.setSpacing(14)
        self._person = Button("", "quiet", name="topbar.person")
        self._person.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._person.clicked.connect(self.person_touched)
        self._person.hide()
        self._help = Button("?", "quiet", name="topbar.help")
        self._help.setProperty("mark", "help")
        self._help.setAccessibleName(texts.get("shell.guide"))
        self._help.setFixedWidth(TOUCH)
        self._help.clicked.connect(self.help_touched)
        self._clock = QLabel()
        self._clock.setObjectName("topbar.clock")
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 12, 0)
        row.setSpacing(12)
        row.addWidget(self._counter)
        row.addWidget(self._place, 1)
        row.addWidget(self._window)
        row.addLayout(self._devices)
        row.addWidget(self._person)
        row.addWidget(self._clock)
        row.addWidget(self._help)

    def show_counter(self, name: str) -> None:
        """Whose counter it is, known once somebody has signed in."""
        self._counter.setText(name)

    def show_window(self, kiosk: str, window: str) -> None:
        """Which kiosk, and which window numbers are called to."""
        self._window.setText(self._texts.get("shell.window", kiosk=kiosk, window=window))

    def show_place(self, words: str) -> None:
        """Number, day and venue of the session; empty for none."""
        self._place.show_words(words)

    def show_devices(self, states: Mapping[str, tuple[str, str]]) -> None:
        """(tone, word) by device; devices keep their order of first appearance."""
        for name, (tone, word) in states.items():
            if name not in self._dots:
                self._dots[name] = DeviceDot(name)
                self._dots[name].touched.connect(self.device_touched)
                self._devices.addWidget(self._dots[name])
            self._dots[name].show_state(tone, word)

    def show_person(self, words: str) -> None:
        """Who is signed in; empty takes the name away."""
        self._person.show_text(words)
        self._person.setVisible(bool(words))

    def show_time(self, now: datetime) -> None:
        """Hours and minutes."""
        self._clock.setText(f"{now:%H:%M}")


def place_words(texts: Texts, session: Session) -> str:
    """Which session it is, when and where."""
    return texts.get(
        "shell.place" if session.no is not None else "shell.place_extra",
        no=session.no or 0,
        month=session.day.month,
        day=session.day.day,
        weekday=texts.get(f"shell.weekday.{session.day.weekday()}"),
        venue=session.venue,
    )
