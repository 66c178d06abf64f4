"""Tells a live camera from one that still finds its exposure, and from one that repeats its last picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from kiosk.devices.ports import Pixels

SMALL = (160, 90)
LEAST_FRAMES = 10
STEADY, STEADY_FRAMES = 0.02, 5  # light changes by less than 2 % over five frames
DARKEST = 2.0  # levels: in the dark a single level would already be more than 2 %


def small_picture(pixels: Pixels) -> Pixels:
    """160 x 90: enough to tell two pictures apart, a hundredth of the work."""
    return np.asarray(cv2.resize(pixels, SMALL, interpolation=cv2.INTER_NEAREST), np.uint8)


class Stillness:
    """Notices a dead camera that repeats its last picture: real ones never send the same noise twice."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._small: bytes = b""
        self._since = 0.0

    def is_frozen(self, pixels: Pixels, at: float) -> bool:
        """True when the 160 x 90 picture has been identical for longer than the limit."""
        small = small_picture(pixels).tobytes()
        if small != self._small:
            self._small, self._since = small, at
        return at - self._since > self._limit_s


class Settling:
    """Waits, after opening, until the exposure has found its level and the pictures really change."""

    def __init__(self, limit_s: float, opened_at: float) -> None:
        self._until = opened_at + limit_s
        self._limit_s = limit_s
        self._lights: list[float] = []
        self._first: bytes | None = None
        self._is_alive = False

    def is_settled(self, pixels: Pixels, at: float) -> bool:
        """Ten frames at least, then steady light, or the limit; never while every picture is the same one."""
        if self._limit_s <= 0:
            return True
        small = small_picture(pixels)
        if self._first is None:
            self._first = small.tobytes()
        self._is_alive = self._is_alive or small.tobytes() != self._first
        self._lights.append(float(small.mean()))
        if not self._is_alive or len(self._lights) < LEAST_FRAMES:
            return False
        recent = self._lights[-STEADY_FRAMES:]
        steady = max(recent) - min(recent) <= STEADY * max(DARKEST / STEADY, recent[-1])
        return steady or at >= self._until
