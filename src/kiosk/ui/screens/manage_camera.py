"""Which camera is used: the ones that are plugged in now, each by its stable name and with its picture."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QImage, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.ui.background import Background
from kiosk.ui.device_checks import SeenCamera
from kiosk.ui.preview import Preview
from kiosk.ui.screens.photo_view import PhotoView
from kiosk.ui.texts import Texts
from kiosk.ui.theme import WARN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import Body

LOOK_AGAIN_MS = 1_500
LOST_AFTER_S = 2.0
MOST = 4
PICTURE = (448, 336)


@dataclass(frozen=True, slots=True)
class CameraVerbs:
    """`seen` runs in the background; `preview_of` looks through whichever address its argument names then."""

    seen: Callable[[], tuple[SeenCamera, ...]]
    preview_of: Callable[[Callable[[], str]], Preview]


class CameraLook(QWidget):
    """A list that follows the sockets, and the picture of the one that is touched; changes nothing itself.

    The camera in use stays in the list when it is pulled out, and says so: another one is never taken for it.
    """

    def __init__(self, verbs: CameraVerbs, current: str, texts: Texts) -> None:
        super().__init__()
        self._verbs, self._texts = verbs, texts
        self._current = self.chosen = current
        self._seen: tuple[SeenCamera, ...] | None = None
        self._asking = Background(self)
        self._preview = verbs.preview_of(lambda: self.chosen)
        self._preview.setParent(self)
        self._frame_at = time.monotonic()
        self._view = PhotoView(texts, guide=False)
        self._view.setFixedSize(*PICTURE)
        self._view.fitted.connect(self._preview.show_at)
        self._preview.show_at(*PICTURE)
        self._preview.frame_ready.connect(self._frame)
        self._preview.failed.connect(lambda error: self._view.show_lost(*texts.explain(error)))
        self._group = QButtonGroup(self)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._words = Body(texts.get("manage_camera.looking"), wrap=True, name="manage.camera.words")
        side = QVBoxLayout()
        side.setSpacing(12)
        side.addLayout(self._list)
        side.addStretch(1)
        side.addWidget(self._words)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(20)
        whole.addWidget(self._view, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(side, 1)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_AGAIN_MS)
        self._timer.timeout.connect(self._look)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._frame_at = time.monotonic()
        self._preview.start()
        self._timer.start()
        self._look()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self._preview.stop()
        self._asking.finish()

    def _look(self) -> None:
        if time.monotonic() - self._frame_at > LOST_AFTER_S:
            trouble = self._preview.trouble()
            self._view.show_lost(*(self._texts.explain(trouble) if trouble is not None else ()))
        if not self._asking.is_busy:
            self._asking.run(self._verbs.seen, self._show, lambda _: self._show(()))

    def _frame(self, picture: QImage) -> None:
        self._frame_at = time.monotonic()
        self._view.show_picture(picture)

    def _show(self, seen: tuple[SeenCamera, ...]) -> None:
        if seen == self._seen:
            return
        self._seen = seen
        while (item := self._list.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                self._group.removeButton(old)  # type: ignore[arg-type]
                old.deleteLater()
        texts, there = self._texts, {camera.url for camera in seen}
        rows = [(camera.url, self._label(camera)) for camera in seen[:MOST]]
        if self._current not in there:
            gone = texts.get("manage_camera.gone", name=self._current)
            rows.insert(0, (self._current, f"{WARN_MARK} {gone}"))
        for at, (url, label) in enumerate(rows):
            button = Button(label, "plain", size="large", name=f"manage.camera.{at}")
            button.setCheckable(True)
            button.setProperty("align", "start")
            button.setMinimumHeight(68)
            button.setChecked(url == self.chosen)
            button.guarded(partial(self._choose, url))
            self._group.addButton(button)
            self._list.addWidget(button)
        words = "none" if not seen else "several" if len(seen) > 1 else "one"
        self._words.setText(texts.get(f"manage_camera.{words}"))

    def _label(self, camera: SeenCamera) -> str:
        in_use = f"　{self._texts.get('manage_camera.in_use')}" if camera.url == self._current else ""
        name = camera.name or self._texts.get("manage_camera.practice")
        return f"{name[:24]}{in_use}\n{camera.url[:40]}"

    def _choose(self, url: str) -> None:
        self.chosen = url
        self._preview.stop()
        self._view.show_lost(self._texts.get("manage_camera.opening"), " ")
        self._frame_at = time.monotonic()
        self._preview.start()
