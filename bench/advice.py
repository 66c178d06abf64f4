"""How long after the first picture of a fault its advice stands on the screen, beside that picture itself."""

from __future__ import annotations

import time
from collections.abc import Callable

import cv2
import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QLabel

from bench.counter_window import open_counter, window_over
from bench.measure import Measured
from kiosk.app import Window
from kiosk.devices.camera import FRAMES_PER_S
from kiosk.domain.visit import Service
from kiosk.services.portrait import PortraitDesk
from kiosk.ui.screens.photo import PhotoScreen
from kiosk.ui.widgets.buttons import Button
from kiosk.vision.pixels import Pixels
from tests.vision.degraded import FAULTS
from tests.vision.pictures import clip_frame, on_a_wall

TURNS = 7
FULL_HD = (1920, 1080)
AT_MOST_MS = 250.0
GIVE_UP_S = 3.0
# Longer than an advice stands at least, and never in step with the looks.
REST_S, REST_STEP_S = 0.9, 0.037
WARM_S = 3.0


class SwitchedCamera:
    """Shows one of several still pictures at the pace of a camera, with a little grain: it is not frozen."""

    def __init__(self, picture: Pixels) -> None:
        grain = np.random.default_rng(1).integers(0, 3, picture.shape, np.uint8)
        self._grains = [np.roll(grain, 7 * number, axis=1) for number in range(3)]
        self._picture, self._reads, self._next_at = picture, 0, 0.0
        self.shown_at: float | None = None
        """When the first frame of the picture now shown left the camera."""

    def show(self, picture: Pixels) -> None:
        """From the next frame on."""
        self._picture = picture
        self.shown_at = None

    def open(self) -> None:
        """Always there."""

    def close(self) -> None:
        """Nothing to give back."""

    def read(self) -> Pixels:
        """The next frame, not before its time."""
        now = time.monotonic()
        if now < self._next_at:
            time.sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + 1 / FRAMES_PER_S
        self._reads += 1
        picture = self._picture
        frame = np.asarray(cv2.add(picture, self._grains[self._reads % 3]), np.uint8)
        if self.shown_at is None and picture is self._picture:
            self.shown_at = time.perf_counter()
        return frame


def measure() -> list[Measured]:
    """One line for each kind of advice: the fault's first frame -> the fault's own sentence in the banner."""
    good = _full_hd(clip_frame())
    camera = SwitchedCamera(good)
    with open_counter() as day, window_over(day, seen_through=camera) as window:
        ticket = day.at_window(Service.APPLICATION).ticket
        window.passage.go("photo")
        screen = window.shell.station("photo")
        assert isinstance(screen, PhotoScreen)
        screen.choose(ticket)
        _button(screen, "photo.auto").click()
        _wait(lambda: False, WARM_S)
        return [_told(window, screen, camera, good, fault, bad) for fault, bad in _faults().items()]


def _told(
    window: Window, screen: PhotoScreen, camera: SwitchedCamera, good: Pixels, fault: str, bad: Pixels
) -> Measured:
    banner = screen.findChild(QLabel, "photo.advice")
    assert isinstance(banner, QLabel)
    words = screen.texts.get(f"photo.advice.{PortraitDesk.look(bad, quick=False).verdict.advice}")
    ours: list[float] = []
    theirs: list[float] = []
    painted: list[float] = []
    link = window.preview.frame_ready.connect(lambda _: painted.append(time.perf_counter()))
    for turn in range(TURNS):
        camera.show(good)
        _wait(lambda: False, REST_S + turn * REST_STEP_S)
        _wait(lambda: banner.text() != words, GIVE_UP_S)
        assert banner.text() != words, fault
        camera.show(bad)
        told_at = _wait(lambda: banner.text() == words, GIVE_UP_S)
        began = camera.shown_at
        assert began is not None
        ours.append((told_at - began) * 1000)
        theirs.append((next(at for at in painted if at > began) - began) * 1000)
        painted.clear()
    window.preview.frame_ready.disconnect(link)
    return Measured(
        f"advice: {fault}", "its picture", tuple(ours), tuple(theirs), p95_at_most_ms=AT_MOST_MS
    )  # fmt: skip


def _faults() -> dict[str, Pixels]:
    one = on_a_wall(scale=0.9)[:, 480:1440]
    return {
        "too far": on_a_wall(scale=0.6),
        "tilted": on_a_wall(scale=1.5, turn_deg=-12),
        "turned": _full_hd(FAULTS["turned"][1](6)),
        "mouth open": _full_hd(FAULTS["speaking"][1](6)),
        "dark": _full_hd(FAULTS["dark"][1](5)),
        "curtain behind": _full_hd(FAULTS["pattern behind"][1](6)),
        "two faces": np.hstack([one, one]),
    }


def _full_hd(picture: Pixels) -> Pixels:
    return np.asarray(cv2.resize(picture, FULL_HD), np.uint8)


def _button(screen: PhotoScreen, name: str) -> Button:
    button = screen.findChild(Button, name)
    assert isinstance(button, Button)
    return button


def _wait(is_so: Callable[[], bool], at_most_s: float) -> float:
    """Runs the event loop until it is so, or so long; when that was."""
    loop, tick = QEventLoop(), QTimer()
    until, at = time.perf_counter() + at_most_s, 0.0

    def look() -> None:
        nonlocal at
        at = time.perf_counter()
        if is_so() or at > until:
            loop.quit()

    tick.setInterval(2)
    tick.timeout.connect(look)
    tick.start()
    loop.exec()
    tick.stop()
    return at
