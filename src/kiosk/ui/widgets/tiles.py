"""A large button that holds more than one line of words, whatever their length."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui.widgets.buttons import Button, Kind
from kiosk.ui.widgets.labels import Caption, PersonName


class Tile(Button):
    """Words that wrap inside a button: a name or a title, and a smaller line below it."""

    def __init__(
        self, title: str, below: str = "", kind: Kind = "plain", *, height: int = 80, name: str = ""
    ) -> None:
        super().__init__("", kind, name=name)
        self.setAccessibleName(f"{title} {below}".strip())
        self.setMinimumHeight(height)
        # The words decide the height, the place decides the width.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.title = PersonName(title)
        self.below = Caption(below, wrap=True)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 8, 20, 8)
        self.body.setSpacing(0)
        self.body.addStretch(1)
        for label in (self.title, self.below):
            self.add(label)
        self.body.addStretch(1)
        self.below.setVisible(bool(below))

    def add(self, widget: QWidget) -> None:
        """A further line; touches go through it to the button."""
        widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.body.addWidget(widget)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max(self.minimumHeight(), self.body.heightForWidth(width))

    def sizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(max(160, self.width())))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
