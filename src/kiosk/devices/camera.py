"""The camera: a driver over cv2.VideoCapture, the newest frame, and the loop that brings a lost one back."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.devices.camera_list import found_cameras, index_of
from kiosk.devices.camera_watch import Settling, Stillness
from kiosk.domain.errors import Trouble

if TYPE_CHECKING:
    from kiosk.devices.ports import Camera, Pixels

# An absent camera is said in our words; OpenCV's own lines on standard error would stand between them.
# By call, because the variable OPENCV_LOG_LEVEL is read once and another module may load OpenCV first.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

PREFERRED_PX = (1920, 1080)
FRAMES_PER_S = 30.0
FAILED_READS = 3
SETTLING_FRAMES = 10
FAST_ENOUGH_PER_S = 10.0
SILENCE_S = 1.0
SETTLE_S = 3.0
RETRY_FIRST_S, RETRY_LAST_S = 0.5, 5.0


class VideoCamera:
    """A real camera by its index: V4L2 on Linux, DirectShow and then Media Foundation on Windows."""

    def __init__(self, index: int) -> None:
        self._index: int | None = index
        self._backend: int | None = None
        self._capture: cv2.VideoCapture | None = None

    def open(self) -> None:
        """Raises Trouble("camera_absent") when it cannot be opened, "camera_busy" when it stays silent.

        The first backend that is fast enough is kept, else the last one that delivers at all; the one that
        was kept is tried first the next time.
        """
        self.close()
        index = self._place()
        backends = sorted(_backends(), key=lambda backend: backend != self._backend)
        opened = False
        for backend in backends:
            capture = cv2.VideoCapture(index, backend)
            if capture.isOpened():
                opened = True
                _ask_for_our_format(capture)
                # Opening alone proves nothing: a camera in use by another program opens and stays silent.
                rate = settled_rate(capture)
                if rate >= FAST_ENOUGH_PER_S or (rate > 0 and backend == backends[-1]):
                    self._capture, self._backend = capture, backend
                    return
            capture.release()
        raise Trouble("camera_busy" if opened else "camera_absent", camera=index)

    def _place(self) -> int:
        if self._index is None:
            raise Trouble("camera_absent")
        return self._index

    def read(self) -> Pixels:
        """The next frame; raises Trouble("camera_lost") after three failures."""
        if self._capture is None:
            raise Trouble("camera_lost")
        return read_frame(self._capture)

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None


class NamedCamera(VideoCamera):
    """A real camera by its stable name: found anew at every opening, and never another one in its place."""

    def __init__(self, identity: str) -> None:
        super().__init__(0)
        self._identity = identity

    def _place(self) -> int:
        self._index = index_of(self._identity, found_cameras())
        return super()._place()


def _backends() -> tuple[int, ...]:
    if sys.platform == "win32":
        return cv2.CAP_DSHOW, cv2.CAP_MSMF
    return (cv2.CAP_V4L2,) if sys.platform.startswith("linux") else (cv2.CAP_ANY,)


def _ask_for_our_format(capture: cv2.VideoCapture) -> None:
    """Wishes, not orders: the camera keeps what it cannot do, and the frames show what it did."""
    # MJPG first: without it USB 2 carries 1080p at 5 frames a second.
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, PREFERRED_PX[0])
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, PREFERRED_PX[1])
    capture.set(cv2.CAP_PROP_FPS, FRAMES_PER_S)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)


def settled_rate(capture: cv2.VideoCapture) -> float:
    """Frames a second over the first ten, which are thrown away: exposure is still finding its level."""
    start = time.monotonic()
    for _ in range(SETTLING_FRAMES):
        if not capture.read()[0]:
            return 0.0
    return SETTLING_FRAMES / max(1e-3, time.monotonic() - start)


def read_frame(capture: cv2.VideoCapture) -> Pixels:
    """One frame as height x width x 3; raises Trouble("camera_lost") after three failures."""
    for _ in range(FAILED_READS):
        done, pixels = capture.read()
        if done and pixels is not None and pixels.ndim == 3:
            return np.asarray(pixels, np.uint8)
    raise Trouble("camera_lost")


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture with its number (rising by one) and the monotonic time in seconds it arrived."""

    sequence: int
    at: float
    pixels: Pixels


class LatestFrame:
    """One place for the newest frame; older ones are simply gone. Safe between threads."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frame: Frame | None = None
        self._sequence = 0

    def put(self, pixels: Pixels, at: float) -> Frame:
        """Stores the newest frame; the pixels must not be written to afterwards."""
        with self._changed:
            self._sequence += 1
            self._frame = Frame(self._sequence, at, pixels)
            self._changed.notify_all()
            return self._frame

    def clear(self) -> None:
        """Forgets the frame of a camera that is gone: its last picture is not a live one."""
        with self._changed:
            self._frame = None

    def newest(self) -> Frame | None:
        """The newest frame, or None."""
        with self._changed:
            return self._frame

    def after(self, sequence: int, timeout_s: float) -> Frame | None:
        """Waits for a frame newer than number `sequence`; None when none came in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_newer(sequence), timeout_s)
            return self._frame if self._is_newer(sequence) else None

    def next_ones(self, count: int, timeout_s: float) -> list[Pixels]:
        """Up to `count` frames that arrive from now on: a shot taken after the touch, not before it."""
        newest = self.newest()
        sequence = newest.sequence if newest is not None else 0
        until = time.monotonic() + timeout_s
        pictures: list[Pixels] = []
        while len(pictures) < count:
            frame = self.after(sequence, max(0.0, until - time.monotonic()))
            if frame is None:
                break
            sequence = frame.sequence
            pictures.append(frame.pixels)
        return pictures

    def _is_newer(self, sequence: int) -> bool:
        return self._frame is not None and self._frame.sequence > sequence


class CameraState(Enum):
    """What the screen shows beside the live picture."""

    OK = "ok"
    STARTING = "starting"  # not yet delivered its first frame
    LOST = "lost"  # was there and went away; being looked for
    ABSENT = "absent"  # never found since the start; being looked for


class CameraLoop:
    """A thread that drains the camera into `frames`, notices its loss and brings it back by itself."""

    def __init__(
        self,
        camera: Camera,
        *,
        now: Callable[[], float] = time.monotonic,
        retry_first_s: float = RETRY_FIRST_S,
        retry_last_s: float = RETRY_LAST_S,
        silence_s: float = SILENCE_S,
        settle_s: float = SETTLE_S,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        """`now` and `wait` (both in seconds) are the clock; a test may hand in its own."""
        self.frames = LatestFrame()
        self._camera = camera
        self._now = now
        self._retry_s = (retry_first_s, retry_last_s)
        self._silence_s, self._settle_s = silence_s, settle_s
        self._stop = threading.Event()
        self._wait = self._stop.wait if wait is None else wait
        self._changed = threading.Condition()
        self._state = CameraState.STARTING
        self._trouble: Trouble | None = None
        self._last_at = now()
        self._thread = threading.Thread(target=self.run, name="camera", daemon=True)

    def start(self) -> None:
        """Starts the thread; call once."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Ends the thread and releases the camera; False when the driver hangs and keeps the thread."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def state(self) -> CameraState:
        """The state now; a driver that hangs in a read counts as lost after a second of silence."""
        with self._changed:
            silent = self._now() - self._last_at > self._silence_s
            return CameraState.LOST if self._state is CameraState.OK and silent else self._state

    def trouble(self) -> Trouble | None:
        """Why there is no picture, as far as the driver said; None while all is well."""
        with self._changed:
            return self._trouble

    def is_stopping(self) -> bool:
        """Whether the end was asked for."""
        return self._stop.is_set()

    def wait_for(self, state: CameraState, timeout_s: float) -> bool:
        """Waits until the loop reports `state`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._state is state, timeout_s)

    def _become(self, state: CameraState) -> None:
        with self._changed:
            self._state = state
            self._changed.notify_all()

    def run(self) -> None:
        """The thread's work: until stop(), open, drain, and look again with growing pauses."""
        wait_s, longest_s = self._retry_s
        was_there = False
        while not self._stop.is_set():
            if self._watch():
                was_there = True
                wait_s = self._retry_s[0]
            self._camera.close()
            self.frames.clear()
            if self._stop.is_set():
                break
            self._become(CameraState.LOST if was_there else CameraState.ABSENT)
            self._wait(wait_s)
            wait_s = min(longest_s, 2 * wait_s)

    def _watch(self) -> bool:
        """Opens and drains the camera until it is lost; whether a single settled frame came."""
        came = False
        still = Stillness(self._silence_s)
        try:
            self._camera.open()
            opened_at = seen_at = self._now()
            settling = Settling(self._settle_s, opened_at)
            while not self._stop.is_set():
                pixels = self._camera.read()
                at = self._now()
                # A read that took longer than the silence means the camera was away, even if it answers now.
                if at - seen_at > self._silence_s or still.is_frozen(pixels, at):
                    self._note(Trouble("camera_lost"))
                    return came
                seen_at = at
                if not came and not settling.is_settled(pixels, at):
                    continue
                with self._changed:
                    self._last_at = at
                self.frames.put(pixels, at)
                if not came:
                    came = True
                    self._note(None)
                    self._become(CameraState.OK)
        except Trouble as trouble:
            # Absent or lost: the state says so, and the loop tries again.
            self._note(trouble)
        except (cv2.error, OSError):
            self._note(Trouble("camera_lost"))
        return came

    def _note(self, trouble: Trouble | None) -> None:
        with self._changed:
            self._trouble = trouble


def clip_exists(source: str) -> bool:
    """Whether a clip, or the first picture of a numbered pattern (f_%03d.jpg), is there."""
    if "%" not in source:
        return Path(source).is_file()
    try:
        return any(Path(source % number).is_file() for number in range(5))
    except (TypeError, ValueError):
        return False
