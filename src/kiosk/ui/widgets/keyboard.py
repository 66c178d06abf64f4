"""Letters for a finger, for a passphrase where no keyboard stands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button

KEYS = ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm._@")


class Keyboard(QWidget):
    """Types into one field; a real keyboard goes on working beside it."""

    def __init__(self, texts: Texts, field: QLineEdit, *, name: str = "keyboard") -> None:
        super().__init__()
        self.setObjectName(name)
        self._field = field
        self._letters: list[Button] = []
        self._is_upper = False
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        for keys in KEYS:
            line = QHBoxLayout()
            line.setSpacing(6)
            for letter in keys:
                line.addWidget(self._letter(letter, name), 1)
            whole.addLayout(line)
        last = QHBoxLayout()
        last.setSpacing(6)
        verbs = (
            ("shift", self._shift, 2),
            ("space", lambda: field.insert(" "), 3),
            ("back", field.backspace, 2),
            ("clear", field.clear, 3),
        )
        for word, verb, width in verbs:
            key = self._key(texts.get(f"shell.keyboard.{word}"), f"{name}.{word}", "quiet")
            key.setProperty("role", "key_word")
            key.clicked.connect(verb)
            last.addWidget(key, width)
        whole.addLayout(last)

    def _letter(self, letter: str, name: str) -> Button:
        key = self._key(letter, f"{name}.{letter}", "plain")
        key.setProperty("role", "letter")
        key.clicked.connect(lambda: self._field.insert(key.text()))
        self._letters.append(key)
        return key

    def _key(self, text: str, name: str, kind: str) -> Button:
        key = Button(text, "quiet" if kind == "quiet" else "plain", name=name)
        key.setMinimumWidth(40)
        # The field keeps the focus, so that both keyboards can be mixed.
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return key

    def _shift(self) -> None:
        self._is_upper = not self._is_upper
        for key in self._letters:
            key.show_text(key.text().upper() if self._is_upper else key.text().lower())
