"""The picture as a window needs it: its own size, its own byte order, made beside the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from kiosk.vision.pixels import Pixels


def fitted(pixels: Pixels, width_px: int, height_px: int) -> Pixels:
    """`pixels` (height x width x 3, BGR) covering width_px x height_px, as height x width x 4, BGRA.

    Cut at the sides and never above or below: where the head belongs is counted in heights of the frame.
    Never enlarged: a screen does that as well.
    """
    high, wide = pixels.shape[:2]
    scale = min(1.0, max(width_px / wide, height_px / high))
    kept = min(wide, max(1, round(width_px / scale)))
    left = (wide - kept) // 2
    middle = pixels[:, left : left + kept]
    if scale < 1.0:
        size = (max(1, round(kept * scale)), max(1, round(high * scale)))
        middle = np.asarray(cv2.resize(middle, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.asarray(cv2.cvtColor(middle, cv2.COLOR_BGR2BGRA), np.uint8)
