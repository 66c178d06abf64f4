"""The places of the three candidates at the photo station."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QSize
from PySide6.QtGui import QIcon, QImageReader, QPixmap
from PySide6.QtWidgets import QSizePolicy

from kiosk.services.portrait import Candidate
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button

PICTURE, LARGEST = QSize(80, 103), QSize(207, 266)
"""At the least, and as large as the small picture of a candidate is: a quarter of the card photo."""
ROUND_IT = 13


class CandidateTile(Button):
    """One candidate, or the empty place of one; a touch selects it."""

    def __init__(self, number: int, texts: Texts, select: Callable[[int], None]) -> None:
        """`number` counts from 0."""
        super().__init__("", "plain", name=f"photo.candidate.{number + 1}")
        self._number, self._texts = number, texts
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: select(number))
        self.fit(0)

    def fit(self, spare_px: int) -> None:
        """Grows by what the screen has to spare, as long as its picture has points to show."""
        height = min(LARGEST.height(), PICTURE.height() + max(0, spare_px))
        self.setIconSize(QSize(height * LARGEST.width() // LARGEST.height(), height))
        self.setMinimumHeight(height + ROUND_IT)

    def show_candidate(self, candidate: Candidate | None, *, is_selected: bool) -> None:
        """Its small picture, and the word for one that the checks refuse."""
        texts, there = self._texts, candidate is not None
        self.setEnabled(there)
        self.setChecked(there and is_selected)
        words = texts.get(f"photo_screen.candidate{'' if there else '_empty'}", number=self._number + 1)
        self.setText("")
        self.setIcon(_icon(candidate) if candidate is not None else QIcon())
        if candidate is not None and candidate.verdict.needs_reason:
            bad = texts.get("photo_screen.candidate_bad")
            words = f"{words} {bad}"
            self.setText(bad)
        self.setAccessibleName(words)


def _icon(candidate: Candidate) -> QIcon:
    """The picture, as fine as the largest tile shows it: reading all of it would hold up the window."""
    source = QBuffer()
    source.setData(candidate.small or candidate.jpeg)
    reader = QImageReader(source, b"jpeg")
    reader.setScaledSize(LARGEST)
    return QIcon(QPixmap.fromImage(reader.read()))
