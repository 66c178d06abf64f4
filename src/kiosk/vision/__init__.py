"""What the camera's picture shows, in numbers, and the card photo cut from it (OpenCV; imported late)."""

from __future__ import annotations

from kiosk.vision.cropping import CardPhoto, crop, measure_photo, small_picture
from kiosk.vision.fitting import fitted
from kiosk.vision.looking import Looker, PoorLooker, Seen, best_of, look, open_eyes
from kiosk.vision.models import check_models
from kiosk.vision.reading import read_picture

__all__ = [
    "CardPhoto",
    "Looker",
    "PoorLooker",
    "Seen",
    "best_of",
    "check_models",
    "crop",
    "fitted",
    "look",
    "measure_photo",
    "open_eyes",
    "read_picture",
    "small_picture",
]
