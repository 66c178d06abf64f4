"""What every screen has: words, background work, and a bar for what went wrong."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.ui.background import Background
from kiosk.ui.notices import notice_for
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.notice import NoticeBar

MARGIN = 24


class Screen(QWidget):
    """One station of the window; put cards into `area`."""

    def __init__(self, *, texts: Texts, background: Background, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("role", "screen")
        # The screen itself takes the focus when shown, so that no button wears a ring nobody asked for;
        # a screen that is typed into names its field with setFocusProxy, or as its `listener`.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.texts = texts
        self.background = background
        self.area = QHBoxLayout()
        self.area.setContentsMargins(0, 0, 0, 0)
        self.area.setSpacing(MARGIN)
        whole = QVBoxLayout(self)
        # 16 above and below: with the practice banner 658 pixels are left of 800.
        whole.setContentsMargins(MARGIN, 16, MARGIN, 16)
        whole.addLayout(self.area, 1)
        self.notice = NoticeBar(texts, self)

    def refresh(self) -> None:
        """Reads what the screen shows anew; called when shown and every five seconds."""

    @property
    def listener(self) -> QLineEdit | None:
        """The field that hears the hand scanner now; None while nothing is to be scanned."""
        return None

    def take_focus(self) -> None:
        """Called when the screen comes to the front: a scan arrives where it belongs without a touch."""
        (self.listener or self).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        field, sign = self.listener, event.text()
        if field is not None and sign.strip() and sign.isprintable():
            # A touch beside the field has taken the focus away; the scanner does not know, and types on.
            field.setFocus()
            field.insert(sign)
            return
        super().keyPressEvent(event)

    def show_failure(self, error: Exception) -> None:
        """Says in words what happened."""
        self.notice.show_notice(notice_for(error, self.texts))

    def show_trouble(self, error: Exception, again: Callable[[], None]) -> None:
        """Says what happened and offers the verb once more, where that can help."""
        self.notice.show_notice(notice_for(error, self.texts), again)

    def clear_notice(self) -> None:
        """Takes the last words away."""
        self.notice.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.notice.isHidden():
            self.notice.place()
