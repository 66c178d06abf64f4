"""Fingers for the real window: find a control by name, touch it as a person would, wait for the answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from shiboken6 import isValid

from kiosk.ui.widgets.buttons import DEAF_MS, SAME_SPOT_PX, Button, lift_finger

LONGEST_WAIT_S = 60.0
PAUSE_S = 0.005
BOUNCE_S = DEAF_MS / 1000 + 0.05
FAR_PX = 10_000


class WindowStuck(Exception):
    """The window did not come to where a person would have expected it: our own fault."""


class Hands:
    """One pair of hands on one window; every touch goes through the control's own mouse events."""

    def __init__(
        self, window: QWidget, pictures: Path, end_if_asked: Callable[[], None] = lambda: None
    ) -> None:
        self._window = window
        self._pictures = pictures
        self._end_if_asked = end_if_asked
        self._recent: list[tuple[float, QPoint]] = []
        self._known: dict[str, QWidget] = {}

    def find(self, name: str) -> QWidget | None:
        """The visible control with this name, or None."""
        # Looking through the whole window is what hands would do most; mostly they know where it was.
        known = self._known.get(name)
        if known is not None and isValid(known) and known.objectName() == name and known.isVisible():
            return known
        for found in self._window.findChildren(QWidget, name):
            if found.isVisible():
                self._known[name] = found
                return found
        return None

    def count(self, beginning: str) -> int:
        """How many visible controls have a name that begins so."""
        controls = self._window.findChildren(QWidget)
        return sum(one.objectName().startswith(beginning) and one.isVisible() for one in controls)

    def text(self, name: str) -> str:
        """What a label or button says; empty when it cannot be seen."""
        found = self.find(name)
        return found.text() if isinstance(found, QLabel | QPushButton) else ""

    def seen(self, name: str) -> bool:
        """Whether a control with this name can be seen and used now."""
        found = self.find(name)
        return found is not None and found.isEnabled()

    def touch(self, name: str) -> None:
        """Presses and releases a control, away from the last touch: that would be taken for a double one."""

        self.wait(lambda: self.seen(name), f"touch {name}")
        control = self.find(name)
        if control is None:
            raise WindowStuck(f"touch {name}")
        # The same tick may stand for somebody else by now; the glass does not know, and needs a moment.
        while isinstance(control, Button) and control.is_just_turned:
            self.breathe()
        spot = self._fresh_spot(control)
        place = control.mapToGlobal(spot)
        lift_finger(control.window())
        QTest.mouseClick(control, Qt.MouseButton.LeftButton, pos=spot)
        self._recent.append((time.monotonic(), place))
        self.breathe()

    def write(self, name: str, text: str) -> None:
        """Types into a field, replacing what stood there."""

        self.wait(lambda: self.seen(name), f"write {name}")
        field = self.find(name)
        if isinstance(field, QLineEdit):
            field.clear()
            if text.isascii():
                QTest.keyClicks(field, text)
            else:
                # What a Japanese input method sends when a word is confirmed.
                typed = QInputMethodEvent()
                typed.setCommitString(text)
                QCoreApplication.sendEvent(field, typed)
        self.breathe()

    def touch_first(self, name: str) -> None:
        """Presses the first button inside a control, where any of them will do."""
        self.wait_for(name)
        inside = self.find(name)
        buttons = inside.findChildren(QPushButton) if inside is not None else []
        if not buttons:
            raise WindowStuck(f"touch inside {name}")
        self.touch(buttons[0].objectName())

    def wait(self, come: Callable[[], bool], what: str) -> None:
        """Lets the window work until `come` is true; raises WindowStuck after a minute."""
        begin = time.monotonic()
        while not come():
            if time.monotonic() - begin > LONGEST_WAIT_S:
                self.picture("stuck")
                raise WindowStuck(what)
            self.breathe()
            # The camera and the jobs go on meanwhile.
            time.sleep(PAUSE_S)

    def wait_for(self, name: str) -> None:
        """Waits until a control can be seen and used."""
        self.wait(lambda: self.seen(name), f"see {name}")

    def breathe(self) -> None:
        """A moment for the window's own events and background results, and for who wants it to end."""

        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
        self._end_if_asked()

    def picture(self, name: str) -> None:
        """Keeps what the window shows as screens/<name>.png."""
        self.breathe()
        self._window.grab().save(str(self._pictures / f"{name}.png"))

    def _fresh_spot(self, control: QWidget) -> QPoint:
        """A place on the control away from every touch of the last moment; waits when there is none."""
        middle = control.height() // 2
        spots = [QPoint(control.width() * part // 10, middle) for part in (5, 1, 9, 3, 7)]

        def distance(spot: QPoint) -> int:
            place = control.mapToGlobal(spot)
            return min(((place - where).manhattanLength() for _, where in self._recent), default=FAR_PX)

        while True:
            now = time.monotonic()
            self._recent = [(when, where) for when, where in self._recent if now - when < BOUNCE_S]
            best = max(spots, key=distance)
            if distance(best) > SAME_SPOT_PX:
                return best
            self.breathe()
