"""Cuts the card photo out of a picture and writes it as the JPEG that is printed and sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.domain import portrait
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.portrait import (
    MAX_BYTES,
    MIN_BYTES,
    OUTPUT_DPI,
    OUTPUT_HEIGHT_PX,
    OUTPUT_WIDTH_PX,
    PHOTO_HEIGHT_MM,
    Window,
)
from kiosk.vision.looking import Seen, look
from kiosk.vision.mesh import Roi
from kiosk.vision.reading import read_picture

if TYPE_CHECKING:
    from kiosk.vision.pixels import Pixels

QUALITIES = (95, 100, 90, 80)


@dataclass(frozen=True, slots=True)
class CardPhoto:
    """What a finished card photo measures, read back from its own bytes; None: no single face found in it."""

    width: int
    height: int
    bytes: int
    dpi: int
    head_mm: float | None
    top_mm: float | None


def crop(pixels: Pixels, seen: Seen, *, despite: bool = False) -> bytes:
    """The card photo as JPEG: 827 x 1063, 600 dpi, RGB, 20 KB to 7 MB, no metadata; never mirrored.

    `despite` is the operator's override: without it a picture with no or several faces, or whose 45 x 35
    window does not fit, is Refused. Too few source pixels are always Refused("photo_move_closer").
    """
    window = seen.window if despite or seen.faces == 1 else None
    if window is None:
        if not despite:
            raise Refused(_why_not(seen))
        window = portrait.widest_window(seen.width_px, seen.height_px, seen.head)
    portrait.require_pixels(window)
    return encode(_cut(pixels, window))


def _why_not(seen: Seen) -> str:
    if seen.faces == 0:
        return "photo_no_face"
    if seen.faces > 1:
        return "photo_two_faces"
    # A window larger than the picture: the head is too near. Else it is only in the wrong place.
    return "photo_step_back" if seen.measures["size"] > 0.8 else "photo_no_room"


def _cut(pixels: Pixels, window: Window) -> Pixels:
    shrink = window.height_px / OUTPUT_HEIGHT_PX
    if shrink > 1:
        # Averages what a plain resampling would skip, which shows as jagged hair.
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.35 * shrink), np.uint8)
    angle = np.radians(window.angle_deg)
    square = Roi(window.x, window.y, window.height_px, float(angle)).to_frame(OUTPUT_HEIGHT_PX)
    aside = (OUTPUT_HEIGHT_PX - OUTPUT_WIDTH_PX) / 2
    to_frame = square.copy()
    to_frame[:, 2] += square[:, 0] * aside
    cut = cv2.warpAffine(
        pixels,
        to_frame,
        (OUTPUT_WIDTH_PX, OUTPUT_HEIGHT_PX),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(cut, np.uint8)


def encode(picture: Pixels) -> bytes:
    """JPEG with 600 dpi in its header and nothing else; raises Refused("photo_blank") below 20 KB."""
    for quality in QUALITIES:
        done, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if not done:
            raise Trouble("vision_encode")
        jpeg = _with_density(encoded.tobytes())
        if MIN_BYTES <= len(jpeg) <= MAX_BYTES:
            return jpeg
    raise Refused("photo_blank")


def small_picture(jpeg: bytes) -> bytes:
    """A quarter of a card photo's width and height, as JPEG: shown small, it must not be read whole."""
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_REDUCED_COLOR_4)
    done, encoded = cv2.imencode(".jpg", np.asarray(pixels, np.uint8))
    if not done:
        raise Trouble("vision_encode")
    return encoded.tobytes()


def _with_density(jpeg: bytes) -> bytes:
    """Writes 600 dots per inch into the JFIF header; OpenCV leaves it at "no unit, 1 x 1"."""
    if jpeg[:4] != b"\xff\xd8\xff\xe0" or jpeg[6:11] != b"JFIF\x00":
        raise Trouble("vision_encode")
    density = OUTPUT_DPI.to_bytes(2, "big")
    return jpeg[:13] + b"\x01" + density + density + jpeg[18:]


def density_dpi(jpeg: bytes) -> int:
    """Dots per inch in a JFIF header; 0 when none is stated."""
    if jpeg[:4] != b"\xff\xd8\xff\xe0" or jpeg[6:11] != b"JFIF\x00" or jpeg[13] != 1:
        return 0
    return int.from_bytes(jpeg[14:16], "big")


def measure_photo(jpeg: bytes) -> CardPhoto:
    """Looks at a finished card photo afresh: the head and the space above it in millimetres of the print."""
    pixels = read_picture(jpeg)
    height, width = pixels.shape[:2]
    head = look(pixels).head
    mm = PHOTO_HEIGHT_MM / height
    return CardPhoto(
        width,
        height,
        len(jpeg),
        density_dpi(jpeg),
        None if head is None else round((head.chin[1] - head.crown[1]) * mm, 2),
        None if head is None else round(head.crown[1] * mm, 2),
    )
