"""Draws what the next ticket will say while the reception waits for the next visitor."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from kiosk.domain.errors import Refused, Trouble
from kiosk.services.tickets import Tickets
from kiosk.ui.background import Background

EVERY_MS = 20_000
"""Three times a minute: the ticket carries hours and minutes, and the next minute is drawn with this one."""


class DrawnAhead(QObject):
    """Works only while the reception is on the glass and the background has nothing else to do."""

    def __init__(self, tickets: Tickets, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._tickets, self._background = tickets, background
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.draw)

    def start(self) -> None:
        """From now on, and once at the next quiet moment."""
        self._timer.start()
        QTimer.singleShot(0, self, self.draw)

    def stop(self) -> None:
        """Nobody is received here now."""
        self._timer.stop()

    def draw(self) -> None:
        """Composes on the main thread, draws in the background."""
        if self._background.is_busy:
            return
        try:
            jobs = self._tickets.expect()
        except (Refused, Trouble):
            return  # nothing is open, or the disk fails: whoever touches next is told by that touch
        # What cannot be drawn now fails again when the ticket is printed, and is said there.
        self._background.run(lambda: self._tickets.draw_ahead(jobs), lambda _: None, lambda _: None)
