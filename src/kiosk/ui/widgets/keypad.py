"""Digits for a finger, for PINs and numbers where no keyboard stands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button

KEY_HEIGHT = 64


class Keypad(QWidget):
    """Types digits into one field; 消す takes the last one back, すべて消す all of them."""

    def __init__(self, texts: Texts, field: QLineEdit, *, name: str = "keypad") -> None:
        super().__init__()
        self.setObjectName(name)
        self._field = field
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        for column in range(3):
            grid.setColumnStretch(column, 1)
        for at, digit in enumerate("123456789"):
            grid.addWidget(self._key(digit, f"{name}.{digit}"), at // 3, at % 3)
        clear = self._key(texts.get("shell.keypad_clear"), f"{name}.clear", digit=False)
        clear.clicked.connect(field.clear)
        grid.addWidget(clear, 3, 0)
        grid.addWidget(self._key("0", f"{name}.0"), 3, 1)
        back = self._key(texts.get("shell.keypad_back"), f"{name}.back", digit=False)
        back.clicked.connect(field.backspace)
        grid.addWidget(back, 3, 2)

    def _key(self, text: str, name: str, *, digit: bool = True) -> Button:
        key = Button(text, "secondary" if digit else "quiet", size="large", name=name)
        key.setProperty("role", "key" if digit else "key_word")
        key.setMinimumWidth(KEY_HEIGHT)
        # The field keeps the focus, so that a keyboard and the keypad can be mixed.
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if digit:
            key.clicked.connect(lambda: self._field.insert(text))
        return key
