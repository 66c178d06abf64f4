"""The bar in which a screen says what went wrong and what to do, or that something is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.ui.notices import Notice
from kiosk.ui.texts import Texts
from kiosk.ui.theme import NO_MARK, WARN_MARK, restyle
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import Body, Heading

TONES = {"refused": "warning", "trouble": "danger", "fault": "danger", "done": "success"}
MARKS = {"refused": WARN_MARK, "trouble": NO_MARK, "fault": NO_MARK, "done": "✓"}


class NoticeBar(QFrame):
    """Floats at the top of its screen, so that no layout moves under a finger; stays until closed."""

    def __init__(self, texts: Texts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setProperty("role", "notice")
        self._retry_verb: Callable[[], None] | None = None
        self._mark = Heading(name="notice.mark")
        self._say = Heading(wrap=True, name="notice.say")
        self._do = Body(wrap=True, name="notice.do")
        self.retry = Button(texts.get("shell.retry"), "primary", name="notice.retry").guarded(self._again)
        self.shut = Button(texts.get("shell.notice_close"), "secondary", name="notice.close")
        self.shut.clicked.connect(self.clear)
        for button in (self.retry, self.shut):
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._say)
        words.addWidget(self._do)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 12, 16, 12)
        row.setSpacing(16)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(words, 1)
        row.addWidget(self.retry)
        row.addWidget(self.shut)
        self.hide()

    def show_notice(self, notice: Notice, retry: Callable[[], None] | None = None) -> None:
        """Shows the notice; もう一度 only when trying again can help and a verb is given."""
        restyle(self, "tone", TONES[notice.kind])
        for label in (self._mark, self._say):
            label.set_tone(TONES[notice.kind])
        self._mark.setText(MARKS[notice.kind])
        self._say.setText(notice.say)
        self._do.setText(notice.do)
        self._do.setVisible(bool(notice.do))
        self._retry_verb = retry if notice.retry else None
        self.retry.setVisible(self._retry_verb is not None)
        self.setAccessibleName(f"{notice.say} {notice.do}".strip())
        self.place()
        self.show()
        self.raise_()

    def show_done(self, say: str, do: str = "") -> None:
        """Says that something went well, in the same place."""
        self.show_notice(Notice("done", say, do))

    def clear(self) -> None:
        """Takes the notice away."""
        self._retry_verb = None
        self.hide()

    def place(self) -> None:
        """Fits the bar to the width of its screen."""
        host = self.parentWidget()
        if host is not None:
            width = max(320, host.width() - 48)
            layout = self.layout()
            if layout is not None:
                # Words just set have another height at this width; only a fresh layout knows it.
                layout.invalidate()
                layout.activate()
                self.setFixedSize(width, max(72, layout.totalHeightForWidth(width)))
            self.move(24, 8)

    def _again(self) -> None:
        verb = self._retry_verb
        self.clear()
        if verb is not None:
            verb()
