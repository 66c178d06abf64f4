"""The live picture at 1080p with all checks, beside a bare loop over the same clip; the window's waits.

KIOSK_PREVIEW_MINUTES makes the run longer (30 for the memory figure); without it the run takes half a minute.
"""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import cv2
import psutil
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from bench.measure import Measured
from kiosk.devices.camera import CameraLoop
from kiosk.devices.camera_virtual import ClipCamera, practice_clip
from kiosk.services.portrait import PortraitDesk
from kiosk.ui.background import Background
from kiosk.ui.preview import Preview
from kiosk.ui.screens.photo_desk import PhotoDesk
from kiosk.ui.screens.photo_view import PhotoView
from kiosk.ui.texts import Texts

FULL_HD = (1920, 1080)
CLIP_FRAMES = 150
SECONDS = 10.0
BEAT_MS = 2
SLOWEST = 1 / 0.95
FRAME_MS = 16.0
GROWTH = 1.1


def measure() -> list[Measured]:
    """Three lines: the picture's rate, the window's waits with and without checks, memory over time."""
    application = QApplication.instance() or QApplication([])
    minutes = float(os.environ.get("KIOSK_PREVIEW_MINUTES", "0"))
    with tempfile.TemporaryDirectory() as folder:
        clip = _full_hd_clip(Path(folder))
        bare = _bare_loop(clip)
        without = _Run(clip, checks=False).run(SECONDS)
        without.end()
        run = _Run(clip, checks=True)
        run.run(SECONDS)
        early = _memory_mb()
        arrived, beats = run.arrived, run.beats
        run.run(max(SECONDS, 60 * minutes))
        late = _memory_mb()
        run.end()
    del application
    return [
        Measured("preview frame, 1080p, all checks", "bare VideoCapture loop", _gaps(arrived), bare, SLOWEST),
        Measured("window's wait, checks on", "checks off", beats, without.beats, p95_at_most_ms=FRAME_MS),
        Measured(
            f"longest wait, checks on ({max(beats):.0f} ms)",
            "checks off",
            (max(beats),),
            (max(without.beats),),
        ),
        Measured(
            f"memory after {max(SECONDS, 60 * minutes):.0f} s more of it",
            "the bare loop",
            _gaps(run.arrived),
            bare,
            peak_mb=late,
            peak_mb_at_most=round(GROWTH * early),
        ),
    ]


def _full_hd_clip(folder: Path) -> str:
    """The practice clip's settled seconds in 1920 x 1080, as a camera delivers them."""
    film, path = cv2.VideoCapture(practice_clip()), folder / "full_hd.mp4"
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), 30, FULL_HD)
    for _ in range(CLIP_FRAMES):
        read, frame = film.read()
        if read:
            writer.write(cv2.resize(frame, FULL_HD))
    writer.release()
    film.release()
    return str(path)


def _bare_loop(clip: str) -> tuple[float, ...]:
    """Milliseconds from frame to frame of the paced camera alone, nothing looked at or painted."""
    camera = ClipCamera(clip, practice=True)
    camera.open()
    times = []
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        camera.read()
        times.append(time.perf_counter())
    camera.close()
    return _gaps(times)


def _gaps(times: list[float]) -> tuple[float, ...]:
    """Mean gap of each second: a single late frame is followed by an early one."""
    whole = range(0, len(times) - 30, 30)
    return tuple((times[start + 30] - times[start]) / 30 * 1000 for start in whole)


def _memory_mb() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 2**20


class _Run:
    """The photo station's own parts over the clip: camera thread, preview, judging worker, painted view."""

    def __init__(self, clip: str, *, checks: bool) -> None:
        self.arrived: list[float] = []
        self.beats: tuple[float, ...] = ()
        self._background = Background()
        self._preview = Preview(lambda: CameraLoop(ClipCamera(clip, practice=True)))
        self._view = PhotoView(Texts.load())
        self._view.resize(560, 632)
        self._view.show()
        self._preview.frame_ready.connect(self._view.show_picture)
        self._preview.frame_ready.connect(self._note)
        # look and make are the desk's two verbs without a database.
        self._desk = PhotoDesk(self._preview, cast("PortraitDesk", PortraitDesk), self._background)
        self._start: Callable[[], None] = self._desk.start if checks else self._preview.start
        self._checks = checks

    def _note(self, _: object) -> None:
        self.arrived.append(time.perf_counter())

    def run(self, seconds: float) -> _Run:
        """Lets the window work for so long; the first two seconds (models, first paint) are not counted."""
        self._start()
        _turn(2.0)
        self.arrived = []
        self.beats = _turn(seconds)
        return self

    def end(self) -> None:
        self._desk.stop()
        self._background.finish(10_000)


def _turn(seconds: float) -> tuple[float, ...]:
    """Runs the event loop and returns how long, in ms beyond the beat, each beat of a short timer waited."""
    loop, late, last = QEventLoop(), [], time.perf_counter()
    beat = QTimer()
    beat.setInterval(BEAT_MS)

    def count() -> None:
        nonlocal last
        now = time.perf_counter()
        late.append(max(0.0, (now - last) * 1000 - BEAT_MS))
        last = now

    beat.timeout.connect(count)
    beat.start()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
    beat.stop()
    return tuple(late)
