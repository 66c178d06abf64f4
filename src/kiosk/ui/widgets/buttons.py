"""Buttons for fingers: large, quiet about focus, and deaf to a second touch."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal
from weakref import WeakKeyDictionary

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from kiosk.ui.widgets.failures import tell_failure

Kind = Literal["primary", "secondary", "quiet", "danger", "plain"]
Size = Literal["normal", "large", "huge"]

HEIGHTS: dict[str, int] = {"normal": 48, "large": 64, "huge": 80}
DEAF_MS = 400
SAME_SPOT_PX = 40
STRAY_MS = 100
"""Nobody touches two things on purpose within so short a time: it is a palm or a second finger."""

# Per window: when and where the last verb ended. A screen that answers a touch by showing its next question
# has other buttons under the same finger, so the button alone cannot know that a touch is the second one.
_last_verb: WeakKeyDictionary[QWidget, tuple[float, QPoint]] = WeakKeyDictionary()
# Per window: the last touch that did something or was ignored; a hand drumming on the glass stays one touch.
_last_touch: WeakKeyDictionary[QWidget, float] = WeakKeyDictionary()


def lift_finger(window: QWidget) -> None:
    """Ends the pause that tells a finger from a palm; for hands that are known to have one finger."""
    _last_touch[window] = -STRAY_MS / 1000


class Button(QPushButton):
    """A labelled verb; the kind says how much it weighs on its screen (plain: one of several to pick)."""

    def __init__(self, text: str, kind: Kind = "secondary", *, size: Size = "normal", name: str = "") -> None:
        super().__init__(text)
        self.setProperty("kind", kind)
        self.setProperty("scale", size)
        self.setMinimumHeight(HEIGHTS[size])
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # A touch shall not leave a focus ring behind; the Tab key still comes here.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(text.replace("\n", " "))
        if name:
            self.setObjectName(name)
        self._spot: QPoint | None = None
        self._working = False
        self._turned = 0.0

    def guarded(self, verb: Callable[[], None]) -> Button:
        """Connects the verb so that one touch is one act.

        The verb cannot re-enter; a touch within 400 ms of the last verb's end at the same spot, or within
        100 ms anywhere in the window, is ignored; an exception goes to the nearest
        ancestor with `show_failure`. Returns the button.
        """
        self.clicked.connect(lambda: self._do(verb))
        return self

    @property
    def is_deaf(self) -> bool:
        """Whether a touch here would be taken for the second half of a double touch."""
        return self._is_repeat(self._centre()) or self.is_just_turned

    @property
    def is_just_turned(self) -> bool:
        """Whether this tick was turned so lately that any touch on it is taken for the same one."""
        return self.isCheckable() and (time.monotonic() - self._turned) * 1000 < DEAF_MS

    def show_text(self, text: str) -> None:
        """Changes label and accessible name together."""
        self.setText(text)
        self.setAccessibleName(text.replace("\n", " "))

    def nextCheckState(self) -> None:
        group = self.group()
        if group is None or not group.exclusive():
            # One of several keeps its tick at a second touch, and Qt comes here for the one left behind.
            self._turned = time.monotonic()
        super().nextCheckState()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # The second half of a double touch on a tick would take it away again.
        if self.is_just_turned:
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._spot = event.globalPosition().toPoint()
        super().mouseReleaseEvent(event)
        self._spot = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter presses what has the focus, as people expect; Qt alone takes only the space bar.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def _do(self, verb: Callable[[], None]) -> None:
        spot, window = self._spot or self._centre(), self.window()
        if self._working or self._is_repeat(spot, by_finger=self._spot is not None):
            _last_touch[window] = time.monotonic()
            return
        self._working = True
        try:
            verb()
        except Exception as error:
            tell_failure(self, error)
        finally:
            self._working = False
            _last_touch[window] = time.monotonic()
            _last_verb[window] = (_last_touch[window], spot)

    def _is_repeat(self, spot: QPoint, *, by_finger: bool = True) -> bool:
        last = _last_verb.get(self.window())
        if last is None:
            return False
        now, (when, where) = time.monotonic(), last
        is_near = (spot - where).manhattanLength() <= SAME_SPOT_PX
        if is_near and (now - when) * 1000 < DEAF_MS:
            return True
        # A key or a scanner's Enter is no palm.
        return by_finger and (now - _last_touch.get(self.window(), when)) * 1000 < STRAY_MS

    def _centre(self) -> QPoint:
        return self.mapToGlobal(self.rect().center())
