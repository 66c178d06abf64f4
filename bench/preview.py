"""The live picture at 1080p with all checks, beside a bare loop over the same clip; the window's waits.

KIOSK_PREVIEW_MINUTES makes the run longer (30 for the memory figure); without it the run takes half a minute.
"""

from __future__ import annotations

import gc
import os
import tempfile
import time
from pathlib import Path

import cv2
import psutil
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from bench.counter_window import open_counter, window_over
from bench.measure import Measured, quietest
from kiosk.app import Window
from kiosk.devices.camera_virtual import ClipCamera, practice_clip
from kiosk.domain.visit import Service
from kiosk.ui.screens.photo import PhotoScreen
from kiosk.ui.screens.photo_checks import CheckList
from kiosk.ui.theme import OPEN_MARK

FULL_HD = (1920, 1080)
CLIP_FRAMES = 150
SECONDS = 10.0
WARM_S = 2.0
BEAT_MS = 2
FEWEST_PER_S = 5
"""Of thirty: fewer is no preview any more, however busy the machine is."""
SLOWEST = 1 / 0.95
FRAME_MS = 16.0
GROWTH = 1.1
SETTLING = 4


def measure() -> list[Measured]:
    """Four lines: the picture's rate, the window's waits and the longest of them, memory over time.

    It is the program's own window with a visitor before the camera, beside the same window at rest.
    """
    minutes = float(os.environ.get("KIOSK_PREVIEW_MINUTES", "0"))
    arrived: list[float] = []
    with tempfile.TemporaryDirectory() as folder, open_counter() as day:
        clip = _full_hd_clip(Path(folder))
        bare = _bare_loop(clip)
        ticket = day.at_window(Service.APPLICATION).ticket
        with window_over(day, camera=f"file:{clip}") as window:
            # The first rounds of clock and devices: what comes once is not a wait of every day.
            _turn(5 * WARM_S)
            resting = _turn(SECONDS)
            _sit_down(window, ticket)
            window.preview.frame_ready.connect(lambda _: arrived.append(time.perf_counter()))
            # The models come in and the first picture is painted: not counted.
            _turn(WARM_S)
            arrived.clear()
            pieces = [_piece(window, arrived)]
            gaps = _gaps(arrived)
            # The first shots open a second pair of eyes and set the heap's size for good.
            pieces += [_piece(window, arrived) for _ in range(SETTLING)]
            chosen, shown = quietest(pieces, max)
            beats = pieces[chosen]
            early = _memory_mb()
            until = time.perf_counter() + max(SECONDS, 60 * minutes)
            while time.perf_counter() < until:
                # In pieces: half an hour's beats kept in a list would be the growth that is measured.
                _piece(window, arrived)
            late = _memory_mb()
    return [
        Measured("preview frame, 1080p, all checks", "bare VideoCapture loop", gaps, bare, SLOWEST),
        Measured("window's wait, checks on", "the window at rest", beats, resting, p95_at_most_ms=FRAME_MS),
        Measured(
            f"longest wait, checks on (by piece: {shown})",
            "the window at rest",
            (max(beats),),
            (max(resting),),
            p95_at_most_ms=FRAME_MS,
        ),
        Measured(
            f"memory after {max(SECONDS, 60 * minutes):.0f} s more of it",
            "the bare loop",
            _gaps(arrived),
            bare,
            peak_mb=late,
            peak_mb_at_most=round(GROWTH * early),
        ),
    ]


def _sit_down(window: Window, ticket: str) -> None:
    """The photo screen in front and its visitor before the camera, as the counter does it."""
    window.passage.go("photo")
    screen = window.shell.station("photo")
    assert isinstance(screen, PhotoScreen)
    screen.choose(ticket)


def _piece(window: Window, arrived: list[float]) -> tuple[float, ...]:
    """Some seconds of it, begun by a hand: with nobody there the screen would lock and nothing be previewed.

    The shutter goes by itself meanwhile; the hand drops what it took, and the next person's face is watched.
    RuntimeError when no pictures came, or no judgement since its beginning.
    """
    photo = window.shell.station("photo")
    retake = photo.findChild(QPushButton, "photo.retake")
    checks = next(one for one in photo.findChildren(CheckList) if one.isVisible())
    judged = checks.findChild(QLabel, "photo.check.one_face")
    touched = retake if retake.isEnabled() else photo
    QTest.mouseClick(touched, Qt.MouseButton.LeftButton)
    arrived.clear()
    # What stands in the list afterwards was judged in this piece.
    checks.show_verdict(None)
    beats = _turn(SECONDS)
    if len(arrived) < SECONDS * FEWEST_PER_S:
        raise RuntimeError(f"no live picture: {len(arrived)} frames in {SECONDS:.0f} s")
    if judged.text().startswith(OPEN_MARK):
        raise RuntimeError(f"no judgement in {SECONDS:.0f} s")
    return beats


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
