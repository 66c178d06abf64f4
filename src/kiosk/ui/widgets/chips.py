"""A few words to pick one of, side by side: quicker for a finger than a list that unfolds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from kiosk.ui.widgets.buttons import Button


class Chips(QWidget):
    """Exclusive buttons in `columns`; `picked` carries the key."""

    picked = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str]], *, name: str, columns: int = 0) -> None:
        super().__init__()
        self.setObjectName(name)
        self._group = QButtonGroup(self)
        self._keys: list[str] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        across = columns or max(1, len(options))
        for at, (key, words) in enumerate(options):
            button = Button(words, "plain", name=f"{name}.{key}")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, key=key: self.picked.emit(key))
            self._group.addButton(button, at)
            self._keys.append(key)
            grid.addWidget(button, at // across, at % across)
            grid.setColumnStretch(at % across, 1)

    @property
    def value(self) -> str:
        """The key that is picked; empty while none is."""
        at = self._group.checkedId()
        return self._keys[at] if at >= 0 else ""

    def pick(self, key: str) -> None:
        """Picks without a touch."""
        if key in self._keys:
            self._group.button(self._keys.index(key)).setChecked(True)


class Ticks(QWidget):
    """A checklist: every line is one large button that takes a tick; `changed` after each touch."""

    changed = Signal()

    def __init__(self, items: Sequence[str], *, name: str, done_mark: str, open_mark: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._items = tuple(items)
        self._marks = (open_mark, done_mark)
        self._buttons: list[Button] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for at, item in enumerate(self._items):
            button = Button("", "plain", name=f"{name}.{at}")
            button.setCheckable(True)
            button.setProperty("align", "start")
            button.toggled.connect(lambda on, at=at: self._show(at, on))
            self._buttons.append(button)
            self._show(at, False)
            button.setAccessibleName(item)
            grid.addWidget(button, at, 0)

    def clear(self) -> None:
        """No line has its tick."""
        for button in self._buttons:
            button.setChecked(False)

    @property
    def ticked(self) -> tuple[str, ...]:
        """The lines that have their tick."""
        return tuple(
            item for item, button in zip(self._items, self._buttons, strict=True) if button.isChecked()
        )

    def _show(self, at: int, on: bool) -> None:
        self._buttons[at].setText(f"{self._marks[on]}　{self._items[at]}")
        self.changed.emit()
