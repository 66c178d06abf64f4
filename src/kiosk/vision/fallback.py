"""Counts faces without the models: all that is left to say when a model file is damaged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.domain import portrait
from kiosk.domain.errors import Trouble
from kiosk.domain.portrait import Head

if TYPE_CHECKING:
    from kiosk.vision.pixels import Pixels

CASCADE = "haarcascade_frontalface_alt2.xml"
WIDTH_PX = 480  # a smaller picture is searched: the cascade is slow, and a card photo's face is large
SMALLEST = 0.12  # of the picture's height; smaller is nobody who sits for a photo
# The box ends above the chin and below the hair: crown and chin in box heights from its top (own measure).
CROWN, CHIN = -0.45, 1.13


class Cascade:
    """OpenCV's old face finder: count and size, no angles, no eyes, no light."""

    def __init__(self) -> None:
        """Raises a permanent Trouble("vision_model") when OpenCV came without its cascades."""
        path = Path(cv2.__file__).parent / "data" / CASCADE
        self._finder = cv2.CascadeClassifier(str(path))
        if self._finder.empty():
            raise Trouble("vision_model", permanent=True, file=CASCADE)

    def heads(self, pixels: Pixels) -> tuple[Head, ...]:
        """One upright head for each face found, largest first, in the picture's own pixels."""
        scale = min(1.0, WIDTH_PX / pixels.shape[1])
        gray = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        least = max(20, round(SMALLEST * small.shape[0]))
        if min(small.shape) < least:
            return ()
        boxes = self._finder.detectMultiScale(
            cv2.equalizeHist(small), scaleFactor=1.1, minNeighbors=4, minSize=(least, least)
        )
        found = sorted((tuple(map(float, box / scale)) for box in np.asarray(boxes)), key=lambda box: -box[3])
        return tuple(_head(*box) for box in found)


def _head(left: float, top: float, width: float, height: float) -> Head:
    middle = left + width / 2
    return Head(
        (middle, top + CROWN * height), (middle, top + CHIN * height), (middle, top + height / 2), 0.0
    )


def measures_of(heads: tuple[Head, ...], width: int, height: int) -> dict[str, float]:
    """Count and size only; what is missing shows as "not checked"."""
    measures = {"one_face": float(len(heads))}
    if heads:
        window = portrait.ideal_window(heads[0])
        shown = portrait.fitted_window(heads[0], width, height) or portrait.widest_window(
            width, height, heads[0]
        )
        head_px = window.height_px * portrait.HEAD_MM / portrait.PHOTO_HEIGHT_MM
        measures |= {"resolution": shown.height_px, "size": head_px / shown.height_px}
    return measures
