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
from kiosk.ui.preview import Pace, Preview, as_image


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
    image = as_image(picture(10, 20, 30), 64, 48)

    assert (image.width(), image.height()) == (64, 48)
    assert image.pixelColor(5, 5) == QColor(30, 20, 10)


def test_a_large_picture_covers_the_place_it_is_shown_in_and_is_cut_only_at_the_sides() -> None:
    wide = picture(1, 2, 3, 1920, 1080)
    wide[:, :400] = wide[:, -400:] = 255
    image = as_image(wide, 560, 632)

    assert (image.width(), image.height()) == (560, 632)
    assert {image.pixelColor(x, 300).name() for x in (0, 280, 559)} == {"#030201"}
    # From a camera that stands upright the whole height comes, more than the place has.
    upright = as_image(picture(1, 2, 3, 1080, 1920), 560, 632)
    assert (upright.width(), upright.height()) == (560, 996)


def test_a_small_picture_is_not_enlarged_before_it_is_shown() -> None:
    image = as_image(picture(1, 2, 3, 64, 48), 560, 632)

    assert image.height() == 48


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


def test_a_camera_of_thirty_uneven_frames_a_second_is_shown_whole_and_a_faster_one_thinned() -> None:
    pace = Pace()
    uneven = [number / 30 + (0.012 if number % 3 == 0 else 0.0) for number in range(300)]
    assert sum(pace.is_due(at) for at in uneven) == 300

    pace = Pace()
    shown = sum(pace.is_due(number / 120) for number in range(1200))
    assert 295 <= shown <= 305
