"""The camera that plays a clip, for practice and rehearsal, and the faults it can be given."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.devices.camera import FRAMES_PER_S, clip_exists, read_frame
from kiosk.domain.errors import Refused, Trouble
from kiosk.paths import resources

if TYPE_CHECKING:
    from kiosk.devices.ports import Camera, Pixels


def practice_clip() -> str:
    """Path of the clip that comes with the product."""
    return str(resources() / "practice" / "camera.mp4")


class ClipCamera:
    """Plays a clip or a numbered image sequence in a loop, at the pace of a camera.

    Refused("camera_practice_only") outside practice: a recorded face must never become a real card photo.
    """

    def __init__(self, source: str, *, practice: bool, frames_per_s: float = FRAMES_PER_S) -> None:
        if not practice:
            raise Refused("camera_practice_only")
        self._source = source
        self._pace_s = 1 / frames_per_s if frames_per_s > 0 else 0.0
        self._capture: cv2.VideoCapture | None = None
        self._next_at = 0.0
        self._pause = threading.Event()

    def open(self) -> None:
        """Starts the clip from its beginning; raises Trouble("camera_absent") when it cannot be played."""
        self.close()
        if not clip_exists(self._source):
            raise Trouble("camera_absent", camera="clip")
        capture = cv2.VideoCapture(self._source)
        if not capture.isOpened():
            capture.release()
            raise Trouble("camera_absent", camera="clip")
        self._capture = capture
        self._next_at = time.monotonic()

    def read(self) -> Pixels:
        """The next frame, not before its time; after the last one the first."""
        if self._capture is None:
            raise Trouble("camera_lost")
        self._keep_pace()
        done, pixels = self._capture.read()
        if done and pixels is not None:
            return np.asarray(pixels, np.uint8)
        # Reopened rather than rewound: not every container and no image sequence can seek.
        self._capture.release()
        self._capture = cv2.VideoCapture(self._source)
        return read_frame(self._capture)

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _keep_pace(self) -> None:
        now = time.monotonic()
        if now < self._next_at:
            self._pause.wait(self._next_at - now)
        # After a stall the clip goes on from now, it does not race to catch up.
        self._next_at = max(now, self._next_at) + self._pace_s


@dataclass(frozen=True, slots=True)
class CameraFaults:
    """What goes wrong, counted in reads since the (re)opening; None: never."""

    absent_opens: int = 0  # the first so many opens find no camera
    slow_open_s: float = 0.0
    lost_after: int | None = None  # reads fail from here on, until reopened
    freeze_after: int | None = None  # the same picture for ever, until reopened
    break_after: int | None = None  # the driver itself raises
    resize_after: int | None = None  # another program set another resolution
    drop_every: int | None = None  # each n-th frame is missing
    only_once: bool = True  # a reopened camera is well again


class FaultyCamera:
    """Any camera with faults, to rehearse a pulled cable or a dead sensor."""

    def __init__(self, camera: Camera, faults: CameraFaults) -> None:
        self._camera = camera
        self._faults = faults
        self._opens = 0
        self._well_opens = 0
        self._reads = 0
        self._frozen: Pixels | None = None
        self._pause = threading.Event()

    @property
    def opens(self) -> int:
        """How often it was (re)opened, successfully or not."""
        return self._opens

    def open(self) -> None:
        self._opens += 1
        self._reads, self._frozen = 0, None
        if self._faults.slow_open_s:
            self._pause.wait(self._faults.slow_open_s)
        if self._opens <= self._faults.absent_opens:
            raise Trouble("camera_absent", camera="fault")
        self._camera.open()
        self._well_opens += 1

    def read(self) -> Pixels:
        self._reads += 1
        pixels = self._camera.read()
        if self._faults.only_once and self._well_opens > 1:
            return pixels
        if _is_due(self._faults.lost_after, self._reads):
            raise Trouble("camera_lost")
        if _is_due(self._faults.break_after, self._reads):
            raise OSError("the driver broke")
        if _is_due(self._faults.freeze_after, self._reads):
            self._frozen = pixels if self._frozen is None else self._frozen
            return self._frozen
        if _is_due(self._faults.resize_after, self._reads):
            return np.asarray(cv2.resize(pixels, (640, 480)), np.uint8)
        if self._faults.drop_every and self._reads % self._faults.drop_every == 0:
            return self._camera.read()
        return pixels

    def close(self) -> None:
        self._camera.close()


def _is_due(after: int | None, reads: int) -> bool:
    return after is not None and reads > after


def faulty(make: Callable[[], Camera], faults: CameraFaults) -> FaultyCamera:
    """A fresh camera wrapped in `faults`."""
    return FaultyCamera(make(), faults)
