"""The live picture: newest frames only, at most thirty a second, made ready beside the window."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, QThread, Signal
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from kiosk.devices.ports import Pixels
    from kiosk.domain.errors import Trouble

SHORTEST_GAP_S = 1 / 30
EARLY_S = 0.02
"""A frame so much before its time is still shown; a faster camera is thinned out on average."""
PATIENCE_S = 0.2
USUAL_PX = (1280, 960)
"""As large as a picture is handed over while nobody said how large it is shown."""


class Frame(Protocol):
    """One picture with its number; `pixels` is height x width x 3, blue-green-red."""

    @property
    def sequence(self) -> int: ...

    @property
    def pixels(self) -> Pixels: ...


class Frames(Protocol):
    """The place of the newest frame."""

    def after(self, sequence: int, timeout_s: float) -> Frame | None: ...

    def newest(self) -> Frame | None: ...


class Loop(Protocol):
    """A camera that drains itself into `frames` and comes back by itself."""

    @property
    def frames(self) -> Frames: ...

    def start(self) -> None: ...

    def stop(self) -> bool: ...

    def trouble(self) -> Trouble | None:
        """Why there is no picture, as far as the driver said."""
        ...


class Preview(QObject):
    """What the photo screen looks through; opened while that screen is in front, closed when it is not.

    `frame_ready` carries a QImage; `failed` an exception when there is no camera to open at all.
    """

    frame_ready = Signal(object)
    failed = Signal(object)
    _arrived = Signal()

    def __init__(self, open_loop: Callable[[], Loop], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_loop = open_loop
        self._thread: _Watch | None = None
        self._size_px = USUAL_PX
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """Whether frames are being taken."""
        return self._thread is not None

    def start(self) -> None:
        """Begins; opening the camera happens in the thread. A second start changes nothing."""
        if self._thread is None:
            self._thread = _Watch(self._open_loop, self._arrived.emit, lambda: self._size_px)
            self._thread.broken.connect(self.failed)
            self._thread.start()

    def stop(self) -> None:
        """Ends and releases the camera."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.requestInterruption()
            thread.wait()

    def show_at(self, width_px: int, height_px: int) -> None:
        """The size of the place the picture is shown in: pictures come cut and scaled to cover it."""
        self._size_px = max(1, width_px), max(1, height_px)

    def latest(self) -> Pixels | None:
        """The newest full picture, or None while there is none."""
        thread = self._thread
        frame = thread.newest() if thread is not None else None
        return frame.pixels if frame is not None else None

    def trouble(self) -> Trouble | None:
        """Why no picture comes; None while the driver said nothing."""
        thread = self._thread
        return thread.trouble() if thread is not None else None

    def _deliver(self) -> None:
        thread = self._thread
        picture = thread.take() if thread is not None else None
        if picture is not None:
            self.frame_ready.emit(picture)


class Pace:
    """At most thirty pictures a second, by a timetable: a late frame may be followed by an early one."""

    def __init__(self) -> None:
        self._due = 0.0

    def is_due(self, at: float) -> bool:
        """Whether a frame that came at `at` (seconds) is shown; asked once for each."""
        if at < self._due - EARLY_S:
            return False
        self._due = max(self._due, at - SHORTEST_GAP_S) + SHORTEST_GAP_S
        return True


class _Watch(QThread):
    """Waits for frames; one finished picture at a time, so a slow window never gets a backlog."""

    broken = Signal(object)

    def __init__(
        self,
        open_loop: Callable[[], Loop],
        arrived: Callable[[], None],
        size_px: Callable[[], tuple[int, int]],
    ) -> None:
        super().__init__()
        self._open_loop = open_loop
        self._arrived = arrived
        self._size_px = size_px
        self._guard = threading.Lock()
        self._picture: QImage | None = None
        self._frames: Frames | None = None
        self._loop: Loop | None = None

    def trouble(self) -> Trouble | None:
        loop = self._loop
        return loop.trouble() if loop is not None else None

    def newest(self) -> Frame | None:
        frames = self._frames
        return frames.newest() if frames is not None else None

    def take(self) -> QImage | None:
        with self._guard:
            picture, self._picture = self._picture, None
            return picture

    def run(self) -> None:
        try:
            loop = self._open_loop()
            loop.start()
        except Exception as error:
            self.broken.emit(error)
            return
        self._frames, self._loop = loop.frames, loop
        try:
            self._watch(loop.frames)
        finally:
            self._frames = self._loop = None
            loop.stop()

    def _watch(self, frames: Frames) -> None:
        seen, pace = 0, Pace()
        while not self.isInterruptionRequested():
            frame = frames.after(seen, PATIENCE_S)
            if frame is None or frame.sequence <= seen:
                continue
            seen = frame.sequence
            if not pace.is_due(time.monotonic()):
                continue
            picture = as_image(frame.pixels, *self._size_px())
            with self._guard:
                waiting = self._picture is not None
                self._picture = picture
            if not waiting:
                self._arrived()


def as_image(pixels: Pixels, width_px: int, height_px: int) -> QImage:
    """A picture of its own (no shared memory), covering the size and in the screen's own byte order."""
    from kiosk.vision import fitted

    fit = fitted(pixels, width_px, height_px)
    height, width = int(fit.shape[0]), int(fit.shape[1])
    return QImage(fit.data, width, height, int(fit.strides[0]), QImage.Format.Format_RGB32).copy()
