"""A small camera view over the window: codes are held before this PC's camera until all is read."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPainterPath, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.errors import Refused, Trouble
from kiosk.ui.background import Background
from kiosk.ui.code_watch import CodeWatch
from kiosk.ui.notices import notice_for
from kiosk.ui.preview import Loop, Preview
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, NO_MARK, TOKENS, WARN_MARK, restyle
from kiosk.ui.widgets.cards import Banner
from kiosk.ui.widgets.choice import Choice
from kiosk.ui.widgets.labels import Body

PICTURE = QSize(480, 270)
CORNER = 12.0
LOOK_AFTER_MS = 500
SILENT_LOOKS = 4
"""After two seconds without a frame it is said why, as far as the driver knows."""

Take = Callable[[str], str]
"""Gets the untrusted text of a code; says how far it is, or nothing when all is read. May raise."""


class CodeCamera:
    """Opens the view; one at a time, and the camera is free again as soon as it is closed."""

    def __init__(self, open_loop: Callable[[], Loop], texts: Texts, background: Background) -> None:
        self._open_loop, self._texts, self._background = open_loop, texts, background

    def ask(self, host: QWidget, title: str, words: str, take: Take) -> None:
        """Shows the camera over the host's window; every code goes to `take` until it says nothing more."""

        def finished() -> None:
            view.close_question()
            # Else the next button in line would wear a ring nobody asked for.
            host.setFocus()

        pane = CodePane(Preview(self._open_loop), take, finished, self._texts, self._background)
        view = Choice(
            host,
            title,
            (),
            lambda _key: None,
            words=words,
            cancel=self._texts.get("code_camera.leave"),
            inside=pane,
            name="code_camera",
        )


class CodePane(QWidget):
    """The live picture, and below it one line: what to do, how far it is, or why a code was not taken."""

    def __init__(
        self, preview: Preview, take: Take, finished: Callable[[], None], texts: Texts, background: Background
    ) -> None:
        super().__init__()
        self._preview, self._take, self._finished, self._texts = preview, take, finished, texts
        preview.setParent(self)
        preview.show_at(PICTURE.width(), PICTURE.height())
        self._picture = _Picture(texts.get("code_camera.view"))
        self._banner = Banner("neutral")
        self._line = Body(wrap=True, name="code_camera.line")
        # Two lines of words have room from the beginning: nothing moves under a finger.
        self._line.setMinimumHeight(60)
        self._banner.body.addWidget(self._line)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addWidget(self._banner)
        self._watch = CodeWatch(preview.latest, background, self)
        self._watch.held.connect(self._held)
        self._watch.failed.connect(self._failed)
        preview.frame_ready.connect(self._frame)
        preview.failed.connect(self._failed)
        self._silent = 0
        self._is_lost = False
        self._progress = ""
        self._tick = QTimer(self)
        self._tick.setInterval(LOOK_AFTER_MS)
        self._tick.timeout.connect(self._look)
        self._say("", "neutral")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._preview.start()
        self._watch.start()
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()
        self._watch.stop()
        self._preview.stop()

    def _held(self, untrusted_text: str) -> None:
        try:
            progress = self._take(untrusted_text)
        except (Refused, Trouble) as error:
            self._failed(error)
            return
        if not progress:
            self._finished()
            return
        self._progress = progress
        self._say(f"{DONE_MARK} {progress}", "success")

    def _frame(self, picture: QImage) -> None:
        self._silent = 0
        self._picture.show_picture(picture)
        if self._is_lost:
            self._is_lost = False
            self._say(self._progress, "neutral")

    def _look(self) -> None:
        self._silent += 1
        if self._silent >= SILENT_LOOKS:
            self._picture.show_picture(None)
            self._is_lost = True
            self._failed(self._preview.trouble() or Trouble("camera_lost"))

    def _failed(self, error: Exception) -> None:
        notice = notice_for(error, self._texts)
        tone, mark = ("warning", WARN_MARK) if isinstance(error, Refused) else ("danger", NO_MARK)
        self._say(f"{mark} {notice.say}\n{notice.do}".rstrip(), tone)

    def _say(self, words: str, tone: str) -> None:
        self._line.setText(words or self._texts.get("code_camera.hold"))
        restyle(self._line, "tone", tone)
        restyle(self._banner, "tone", tone)


class _Picture(QWidget):
    """The newest frame, whole; a paper is easier to aim at in a mirror, so it is shown mirrored."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._shown: QImage | None = None
        self.setObjectName("code_camera.picture")
        self.setAccessibleName(words)
        self.setFixedSize(PICTURE)

    def show_picture(self, picture: QImage | None) -> None:
        """A new frame; None when there is none."""
        self._shown = picture
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self.rect()), CORNER, CORNER)
        painter.setClipPath(frame)
        painter.fillRect(self.rect(), QColor(TOKENS["line"]))
        if self._shown is not None:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
            painter.drawImage(self._place(self._shown), self._shown)
        painter.end()

    def _place(self, picture: QImage) -> QRectF:
        scale = min(self.width() / picture.width(), self.height() / picture.height())
        wide, high = picture.width() * scale, picture.height() * scale
        return QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)
