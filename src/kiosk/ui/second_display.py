"""The public board on the second display, which may be unplugged and plugged again in the middle of a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtWidgets import QWidget


class SecondDisplay(QObject):
    """Shows the board while there is a display beside the counter's, and takes it away with it.

    Qt moves a window whose display is gone onto the one that is left: there the board would lie over the
    counter.
    """

    def __init__(
        self, board: Callable[[], QWidget], others: Callable[[], Sequence[QRect]], parent: QObject
    ) -> None:
        """`others`: where the displays besides the counter's are, in pixels of the whole desktop."""
        super().__init__(parent)
        self._make, self._others = board, others
        self._board: QWidget | None = None

    def look_soon(self) -> None:
        """A display has come or gone; Qt first finishes moving its windows."""
        QTimer.singleShot(0, self, self.look)

    def look(self) -> None:
        """Brings the board to the first other display, or hides it when there is none."""
        others = self._others()
        if others:
            self._board = self._board or self._make()
            self._board.hide()
            self._board.setGeometry(others[0])
            self._board.showFullScreen()
        elif self._board is not None:
            self._board.hide()
