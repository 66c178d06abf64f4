"""A QR code on the screen, in whole pixels per module and with the white that a reader needs round it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QLabel

QUIET = 4
"""White modules on every side; without them no reader finds the code."""


class CodePicture(QLabel):
    """`rows` are strings of "1" (dark) and "0"."""

    def __init__(self, rows: Sequence[str], words: str, *, within_px: int, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(words)
        side = len(rows) + 2 * QUIET
        dots = max(1, within_px // side)
        picture = QImage(side, side, QImage.Format.Format_RGB32)
        picture.fill(QColor("white"))
        for y, row in enumerate(rows, start=QUIET):
            for x, module in enumerate(row, start=QUIET):
                if module == "1":
                    picture.setPixelColor(x, y, QColor("black"))
        self.setPixmap(QPixmap.fromImage(picture.scaled(side * dots, side * dots)))
        self.setFixedSize(side * dots, side * dots)
