"""What a picture is to this package: an array of bytes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Height x width x 3, blue-green-red as OpenCV delivers them."""


def shrunk(picture: Pixels, width_px: int, height_px: int) -> Pixels:
    """`picture` at another size, averaged over what falls together; larger only where it has to be.

    Halved as often as it goes before the last odd step: a quarter of the time of one odd step from 1080p.
    """
    while min(picture.shape[1] // width_px, picture.shape[0] // height_px) >= 2:
        high, wide = picture.shape[0] // 2, picture.shape[1] // 2
        even = picture[: 2 * high, : 2 * wide]
        picture = np.asarray(cv2.resize(even, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
    larger = width_px > picture.shape[1] or height_px > picture.shape[0]
    way = cv2.INTER_LINEAR if larger else cv2.INTER_AREA
    return np.asarray(cv2.resize(picture, (width_px, height_px), interpolation=way), np.uint8)
