"""Looks at the live picture for codes a few times a second, and tells each code once while it is held."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from kiosk.services.codes import CodeEyes
from kiosk.ui.background import Background

if TYPE_CHECKING:
    from kiosk.devices.ports import Pixels

LOOK_MS = 300
"""Three looks a second: a paper is held for longer, and the picture has to stay fluent beside it."""
AWAY_S = 2.0
"""A code out of sight for so long is held anew when it comes back."""


class CodeWatch(QObject):
    """Never two looks at once, never a picture twice; works in the background it is given."""

    held = Signal(str)
    """The untrusted text of a code that was not before the camera a moment ago."""
    failed = Signal(object)
    """Why no picture can be looked at; the watch has ended."""

    def __init__(
        self,
        latest: Callable[[], Pixels | None],
        background: Background,
        parent: QObject | None = None,
        *,
        look_ms: int = LOOK_MS,
    ) -> None:
        super().__init__(parent)
        self._latest, self._background = latest, background
        self._eyes = CodeEyes()
        self._in_sight: dict[str, float] = {}
        self._is_looking = self._is_on = False
        self._looked_at: Pixels | None = None
        self._tick = QTimer(self)
        self._tick.setInterval(look_ms)
        self._tick.timeout.connect(self._look)

    def start(self) -> None:
        """Begins; what is held already counts as new."""
        self._in_sight.clear()
        self._is_on = True
        self._tick.start()

    def stop(self) -> None:
        """Ends; an answer still on its way is not told."""
        self._is_on = False
        self._tick.stop()
        self._looked_at = None

    def _look(self) -> None:
        pixels = self._latest()
        if self._is_looking or pixels is None or pixels is self._looked_at:
            return
        self._is_looking, self._looked_at = True, pixels
        eyes = self._eyes
        self._background.run(lambda: eyes.look(pixels), self._seen, self._not_seen)

    def _seen(self, texts: tuple[str, ...]) -> None:
        # No Qt object is asked: the view may be gone before the answer comes.
        self._is_looking = False
        if not self._is_on:
            return
        now = time.monotonic()
        new = [text for text in texts if now - self._in_sight.get(text, -AWAY_S) >= AWAY_S]
        self._in_sight.update(dict.fromkeys(texts, now))
        for text in dict.fromkeys(new):
            self.held.emit(text)

    def _not_seen(self, error: Exception) -> None:
        self._is_looking = False
        if self._is_on:
            self.stop()
            self.failed.emit(error)
