"""White cards on the grey page: one for the present question, one for its context."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from kiosk.ui.theme import TOKENS

MARGIN = 24


class Card(QFrame):
    """A rounded white field; put things into `body`."""

    def __init__(self, parent: QWidget | None = None, *, name: str = "card") -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self.body.setSpacing(16)


class Sheet(QWidget):
    """A part of a card, in the card's white: a touch paints no window, screen and card below it anew."""

    def __init__(self) -> None:
        super().__init__()
        # The palette, not the style sheet: only so does Qt know that nothing shines through.
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(TOKENS["paper"]))
        self.setPalette(palette)
        self.setAutoFillBackground(True)


class Banner(QFrame):
    """A tinted field inside a card, for the sentence that matters now; tone as in `Pill`."""

    def __init__(self, tone: str = "key", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self.setProperty("tone", tone)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 16, 20, 16)
        self.body.setSpacing(4)


class Line(QFrame):
    """A hairline between rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "line")
        self.setFixedHeight(1)
