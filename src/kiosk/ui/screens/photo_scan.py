"""A ticket at the camera brings its visitor: scanned, typed, or held before the lens; a form, its ID."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit, QWidget

from kiosk.domain.application import read_application_id
from kiosk.domain.errors import Refused
from kiosk.domain.ticket import looks_like_code
from kiosk.ui.code_watch import CodeWatch
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


class HeldCodes(QObject):
    """What the station's own camera reads: with nobody chosen a ticket, with somebody their form's ID."""

    def __init__(
        self,
        host: QWidget,
        watch: CodeWatch,
        *,
        read_ticket: Callable[[str], str],
        choose: Callable[[str], None],
        is_choosing: Callable[[], bool],
        keep_id: Callable[[str], None],
    ) -> None:
        super().__init__(host)
        self._host = host
        self._read, self._choose, self._is_choosing, self._keep_id = read_ticket, choose, is_choosing, keep_id
        watch.held.connect(self._held)

    def _held(self, untrusted_text: str) -> None:
        try:
            if self._is_choosing():
                # A number that is only written into a code proves nothing; typed by the staff it may stand.
                if not looks_like_code(untrusted_text):
                    raise Refused("code_unreadable")
                self._choose(self._read(untrusted_text))
            elif "://" in untrusted_text:
                self._keep_id(read_application_id(untrusted_text))
        except Exception as error:
            tell_failure(self._host, error)
