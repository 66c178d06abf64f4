"""The field at the camera that listens to a hand scanner: a ticket, scanned or typed, brings its visitor."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit

from kiosk.ui.texts import Texts
from kiosk.ui.widgets.failures import tell_failure


class ScanField(QLineEdit):
    """Empties itself with every Enter; what was not printed here today is refused in a sentence."""

    def __init__(self, texts: Texts, read: Callable[[str], str], choose: Callable[[str], None]) -> None:
        super().__init__()
        self.setObjectName("photo.number")
        self.setAccessibleName(texts.get("photo_screen.scan"))
        self.setPlaceholderText(texts.get("photo_screen.scan"))
        self.setMinimumHeight(56)
        self._read, self._choose = read, choose
        self.returnPressed.connect(self._entered)

    def _entered(self) -> None:
        untrusted_text = self.text()
        self.clear()
        if not untrusted_text.strip():
            return
        try:
            self._choose(self._read(untrusted_text))
        except Exception as error:
            tell_failure(self, error)
