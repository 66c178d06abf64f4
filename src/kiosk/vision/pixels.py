"""What a picture is to this package: an array of bytes."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Height x width x 3, blue-green-red as OpenCV delivers them."""


def at_shares(values: NDArray[Any], *percents: float) -> tuple[float, ...]:
    """The values that so many percent of `values` do not exceed, between two of them in proportion.

    What numpy's own percentile says, in a tenth of its time for the few thousand numbers of a face.
    """
    last = values.size - 1
    places = [percent / 100 * last for percent in percents]
    ranks = [rank for place in places for rank in (int(place), min(int(place) + 1, last))]
    if values.dtype == np.uint8:
        # Counting 256 levels is quicker than putting thousands of pixels in order.
        upto = np.bincount(values.ravel(), minlength=256).cumsum()
        ordered = np.searchsorted(upto, ranks, side="right")
    else:
        ordered = np.sort(values, axis=None)[ranks]
    pairs = zip(places, ordered[::2].tolist(), ordered[1::2].tolist(), strict=True)
    return tuple(low + (high - low) * (place % 1) for place, low, high in pairs)


def halved(picture: Pixels) -> Pixels:
    """`picture` at half its size, four pixels averaged to one; a last odd row or column falls away."""
    high, wide = picture.shape[0] // 2, picture.shape[1] // 2
    even = picture[: 2 * high, : 2 * wide]
    return np.asarray(cv2.resize(even, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


def halves(picture: Pixels) -> tuple[Pixels, ...]:
    """`picture` at half and at a quarter of its size, as far as there is something left of it.

    A square that is shown to a model is cut from these in a third of the time: they lie close together in
    memory, and the full picture does not stay in the processor's from one model to the next.
    """
    smaller: list[Pixels] = []
    while len(smaller) < 2 and min(picture.shape[:2]) >= 2:
        picture = halved(picture)
        smaller.append(picture)
    return tuple(smaller)


def shrunk(picture: Pixels, width_px: int, height_px: int) -> Pixels:
    """`picture` at another size, averaged over what falls together; larger only where it has to be.

    Halved as often as it goes before the last odd step: a quarter of the time of one odd step from 1080p.
    """
    while min(picture.shape[1] // width_px, picture.shape[0] // height_px) >= 2:
        picture = halved(picture)
    larger = width_px > picture.shape[1] or height_px > picture.shape[0]
    way = cv2.INTER_LINEAR if larger else cv2.INTER_AREA
    return np.asarray(cv2.resize(picture, (width_px, height_px), interpolation=way), np.uint8)
