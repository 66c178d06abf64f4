"""次にすること: the present question of the forms desk and the counter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy

from kiosk.ui.texts import Texts
from kiosk.ui.widgets.labels import Body, Heading, Title

TIGHT_NAME = 48
SIDE, MARGIN, TIGHT_MARGIN, BETWEEN = 20, 16, 8, 4


class Question(QFrame):
    """The largest words of the card.

    It places its own lines, and moves the card around it only when it needs another height: most questions
    are as high as the one before them, and a layout would measure the whole card at every touch.
    """

    def __init__(self, texts: Texts, *, name: str) -> None:
        super().__init__()
        self.setProperty("role", "banner")
        self.setProperty("tone", "key")
        self._above = Heading(texts.get("counter.next"), tone="key")
        self._ask = Title(wrap=True, name=f"{name}.ask")
        self._hint = Body(wrap=True, name=f"{name}.hint")
        self._lines = (self._above, self._ask, self._hint)
        for line in self._lines:
            line.setParent(self)
        self._margin = MARGIN
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_words(self, ask: str, hint: str = "") -> None:
        """Puts another question."""
        self._ask.setText(ask)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(f"{ask} {hint}".strip())
        # On a page that is not shown Qt asks for no layout, and nobody would look again.
        self._look()

    def make_room_for(self, name: str) -> None:
        """Beside a name of three lines and more only the words themselves stay, so that the step has room."""
        is_tight = len(name) > TIGHT_NAME
        if is_tight == self._above.isHidden():
            return
        self._above.setVisible(not is_tight)
        self._margin = TIGHT_MARGIN if is_tight else MARGIN
        self._look()

    def heightForWidth(self, width: int) -> int:
        return self._height(self._heights(width - 2 * SIDE))

    def sizeHint(self) -> QSize:
        width = max(line.sizeHint().width() for line in self._lines) + 2 * SIDE
        return QSize(width, self.heightForWidth(max(width, self.width())))

    def minimumSizeHint(self) -> QSize:
        width = max(line.minimumSizeHint().width() for line in self._lines) + 2 * SIDE
        return QSize(width, self.heightForWidth(max(width, self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(self._heights(self.width() - 2 * SIDE))

    def event(self, event: QEvent) -> bool:
        # A line has other words, another font, or has come or gone.
        if event.type() is QEvent.Type.LayoutRequest:
            self._look()
        return super().event(event)

    def _heights(self, width: int) -> list[int]:
        """Of the lines that stand here, in a width."""
        return [
            line.heightForWidth(width) if line.wordWrap() else line.sizeHint().height()
            for line in self._lines
            if not line.isHidden()
        ]

    def _height(self, lines: list[int]) -> int:
        return sum(lines) + BETWEEN * (len(lines) - 1) + 2 * self._margin

    def _look(self) -> None:
        heights = self._heights(self.width() - 2 * SIDE)
        if self._height(heights) != self.height():
            self.updateGeometry()
        self._place(heights)

    def _place(self, heights: list[int]) -> None:
        width, top = self.width() - 2 * SIDE, self._margin
        shown = [line for line in self._lines if not line.isHidden()]
        for line, height in zip(shown, heights, strict=True):
            line.setGeometry(SIDE, top, width, height)
            top += height + BETWEEN
