"""Lists that fit the screen: as many rows as there is room for, the rest by two large buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import Body, Caption

T = TypeVar("T")


class Row(QFrame):
    """One row with a hairline below; put things into `line`."""

    def __init__(self, *, height: int = 64, name: str = "") -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.setMinimumHeight(height)
        if name:
            self.setObjectName(name)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 4, 0, 4)
        self.line.setSpacing(12)


class Rows(QWidget):
    """At most `per_page` rows at a time, with 前へ and 次へ when there are more."""

    def __init__(self, texts: Texts, per_page: int, *, name: str = "rows") -> None:
        super().__init__()
        self.setObjectName(name)
        self._texts = texts
        self._per_page = per_page
        self._page = 0
        self._items: tuple[object, ...] = ()
        self._make: Callable[[object], QWidget] | None = None
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._back = Button(texts.get("shell.rows_back"), "quiet", name=f"{name}.back")
        self._on = Button(texts.get("shell.rows_on"), "quiet", name=f"{name}.on")
        self._where = Caption(name=f"{name}.page")
        self._where.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pager = QWidget()
        pager = QHBoxLayout(self._pager)
        pager.setContentsMargins(0, 8, 0, 0)
        for widget in (self._back, self._where, self._on):
            pager.addWidget(widget, 1)
        self._back.clicked.connect(lambda: self._turn(-1))
        self._on.clicked.connect(lambda: self._turn(1))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._list)
        whole.addStretch(1)
        whole.addWidget(self._pager)
        self._pager.hide()

    def fill(self, items: Sequence[T], make: Callable[[T], QWidget], *, empty: str = "") -> None:
        """Shows the items; rows are built anew only when the items differ, so no row dies under a finger."""
        wanted: tuple[object, ...] = tuple(items)
        self._make = make  # type: ignore[assignment]
        if wanted == self._items and self._list.count() and not (empty and not wanted):
            return
        self._items = wanted
        self._page = min(self._page, self._pages - 1)
        self._build(empty)

    def fit(self, per_page: int) -> None:
        """Another number of rows at a time, for another height of the screen."""
        if per_page != self._per_page:
            first = self._page * self._per_page
            self._per_page = per_page
            self._page = first // per_page  # the row that was on top stays in sight
            if self._items:
                self._build("")

    @property
    def _pages(self) -> int:
        return max(1, -(-len(self._items) // self._per_page))

    def _turn(self, by: int) -> None:
        self._page = max(0, min(self._page + by, self._pages - 1))
        self._build("")

    def _build(self, empty: str) -> None:
        while (old := self._list.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                # Not deleted at once: the touch that led here may come from this very row.
                widget.hide()
                widget.deleteLater()
        first = self._page * self._per_page
        for item in self._items[first : first + self._per_page]:
            if self._make is not None:
                self._list.addWidget(self._make(item))
        if not self._items and empty:
            self._list.addWidget(Body(empty, wrap=True, tone="neutral"))
        self._pager.setVisible(self._pages > 1)
        self._where.setText(self._texts.get("shell.rows_page", page=self._page + 1, pages=self._pages))
        self._back.setEnabled(self._page > 0)
        self._on.setEnabled(self._page + 1 < self._pages)
