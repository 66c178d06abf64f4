"""A button that keeps its picture: drawn when its question is built ahead, only laid down at the touch."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QStyle, QStyleOptionButton

from kiosk.ui.widgets.buttons import Button, Kind, Size

FACES = 8
"""Kept of one button at most: some labels, each pressed and not."""


class KeptButton(Button):
    """Looks like any button of its kind, in every state; for questions that come and go with every touch.

    Kind, scale and font stay what they are made with: the style sheet's.
    """

    def __init__(self, text: str, kind: Kind = "secondary", *, size: Size = "normal", name: str = "") -> None:
        super().__init__(text, kind, size=size, name=name)
        self._faces: dict[tuple[object, ...], QPixmap] = {}

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is not QEvent.Type.EnabledChange:
            # Another style or palette; what can be touched and what cannot are both looks of their own.
            self._faces.clear()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        look = (option.state, option.text, self.width(), self.height(), self.devicePixelRatio())
        face = self._faces.pop(look, None) or self._drawn(option)
        if len(self._faces) >= FACES:
            del self._faces[next(iter(self._faces))]
        # The one looked at last is let go of last.
        self._faces[look] = face
        QPainter(self).drawPixmap(0, 0, face)

    def _drawn(self, option: QStyleOptionButton) -> QPixmap:
        scale = self.devicePixelRatio()
        face = QPixmap(self.size() * scale)
        face.setDevicePixelRatio(scale)
        face.fill(Qt.GlobalColor.transparent)
        painter = QPainter(face)
        painter.setFont(self.font())
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        painter.end()
        return face
