"""Pictures for the tests: the practice clip's frames and what can be made of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.devices.camera_virtual import practice_clip

if TYPE_CHECKING:
    from kiosk.devices.ports import Pixels

SMILING = 55  # she shows her teeth
SETTLED = 100  # number of a frame in which the person sits still, in the middle


@cache
def clip_frame(number: int = SETTLED) -> Pixels:
    """Frame `number` of the practice clip, read through cv2.VideoCapture."""
    capture = cv2.VideoCapture(practice_clip())
    try:
        for _ in range(number):
            assert capture.grab()
        done, pixels = capture.read()
    finally:
        capture.release()
    assert done
    return np.asarray(pixels, np.uint8)


def on_a_wall(*, scale: float = 1.0, turn_deg: float = 0.0, right_px: float = 0.0) -> Pixels:
    """The settled frame made smaller, turned about its middle or moved, on a 1920 x 1080 plain wall."""
    frame = clip_frame()
    matrix = cv2.getRotationMatrix2D((640, 360), turn_deg, scale)
    matrix[:, 2] += (320 + right_px, 180)
    moved = cv2.warpAffine(frame, matrix, (1920, 1080), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.uint8)


def drawn_face() -> Pixels:
    """A face as children draw it: circle, eyes, mouth."""
    sheet = np.full((720, 1280, 3), 230, np.uint8)
    cv2.circle(sheet, (640, 360), 230, (150, 200, 250), -1)
    cv2.circle(sheet, (640, 360), 230, (0, 0, 0), 5)
    for x in (560, 720):
        cv2.circle(sheet, (x, 300), 28, (255, 255, 255), -1)
        cv2.circle(sheet, (x, 300), 12, (0, 0, 0), -1)
    cv2.ellipse(sheet, (640, 440), (90, 50), 0, 10, 170, (0, 0, 160), 8)
    return sheet


def noise() -> Pixels:
    """A screen without signal."""
    return np.random.default_rng(7).integers(0, 256, (720, 1280, 3), np.uint8)
