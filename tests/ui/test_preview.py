"""The live picture: newest frame only, never a backlog, the camera given back when nobody looks."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.devices.camera import CameraLoop, LatestFrame
from kiosk.devices.camera_url import open_camera
from kiosk.domain.errors import Refused
from kiosk.ui.preview import LARGEST_PX, Preview, as_image


@dataclass
class Hose:
    """A camera that delivers as fast as it is told to."""

    frames: LatestFrame
    stopped: threading.Event

    def start(self) -> None:
        """Nothing to warm up."""

    def stop(self) -> bool:
        self.stopped.set()
        return True


def picture(blue: int, green: int, red: int, width: int = 64, height: int = 48) -> np.ndarray:
    return np.full((height, width, 3), (blue, green, red), np.uint8)


def test_colours_arrive_in_the_right_order() -> None:
    image = as_image(picture(10, 20, 30))

    assert (image.width(), image.height()) == (64, 48)
    assert image.pixelColor(5, 5) == QColor(30, 20, 10)


def test_a_large_picture_is_made_smaller_and_keeps_its_shape() -> None:
    image = as_image(picture(1, 2, 3, 1920, 1080))

    assert (image.width(), image.height()) == (LARGEST_PX[0], LARGEST_PX[0] * 1080 // 1920)


def test_a_slow_window_gets_the_newest_picture_and_no_backlog(dressed: QApplication, qtbot: QtBot) -> None:
    hose = Hose(LatestFrame(), threading.Event())
    preview = Preview(lambda: hose)
    seen: list[QImage] = []
    preview.frame_ready.connect(seen.append)
    preview.start()
    feeder = threading.Thread(target=lambda: _feed(hose.frames, 40))
    feeder.start()
    # The main thread stands still while forty frames come in.
    feeder.join()
    qtbot.waitUntil(lambda: bool(seen))
    stood_still = len(seen)
    preview.stop()

    assert stood_still == 1
    newest = hose.frames.newest()
    assert newest is not None
    assert newest.sequence == 40
    assert hose.stopped.is_set()


def _feed(frames: LatestFrame, count: int) -> None:
    for number in range(count):
        frames.put(picture(number, 0, 0), time.monotonic())
        frames.after(number + 1, 0.005)


def test_the_practice_clip_plays_and_is_given_back(dressed: QApplication, qtbot: QtBot) -> None:
    loops: list[CameraLoop] = []

    def open_loop() -> CameraLoop:
        loops.append(CameraLoop(open_camera("virtual:", practice=True)))
        return loops[0]

    preview = Preview(open_loop)
    with qtbot.waitSignal(preview.frame_ready, timeout=20_000):
        preview.start()
        preview.start()
    pixels = preview.latest()
    preview.stop()

    assert pixels is not None
    assert pixels.ndim == 3
    assert len(loops) == 1
    assert not preview.is_running
    assert preview.latest() is None


def test_a_camera_that_cannot_be_opened_is_reported(dressed: QApplication, qtbot: QtBot) -> None:
    preview = Preview(lambda: CameraLoop(open_camera("virtual:", practice=False)))
    with qtbot.waitSignal(preview.failed, timeout=20_000) as heard:
        preview.start()
    preview.stop()

    assert isinstance(heard.args[0], Refused)


@pytest.mark.parametrize("times", [1, 2])
def test_stopping_what_never_started_is_harmless(dressed: QApplication, times: int) -> None:
    preview = Preview(lambda: Hose(LatestFrame(), threading.Event()))
    for _ in range(times):
        preview.stop()

    assert not preview.is_running
