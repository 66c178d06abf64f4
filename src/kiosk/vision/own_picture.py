"""A picture somebody brought as a file: believed only after its first bytes were read by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.errors import Refused
from kiosk.domain.portrait import MIN_SOURCE_HEIGHT_PX, MIN_SOURCE_WIDTH_PX
from kiosk.vision.reading import MOST_PIXELS, PNG, read_picture

if TYPE_CHECKING:
    from kiosk.vision.pixels import Pixels

LARGEST_FILE = 30 * 2**20
"""A telephone's best JPEG; J-LIS itself takes 7 MB of the finished photo."""
JPEG = b"\xff\xd8\xff"
FOUR_INKS = 4
# Start of frame: C0 to CF without DHT (C4), JPG (C8) and DAC (CC).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN, _END = 0xDA, b"\xff\xd9"


def read_own(untrusted_file: bytes) -> Pixels:
    """Pixels (BGR, upright as its camera said) of a JPEG or PNG; nothing of its metadata goes any further.

    Raises Refused photo_own_large, photo_own_kind, photo_own_broken, photo_own_pixels, photo_own_small or
    photo_own_inks.
    """
    if len(untrusted_file) > LARGEST_FILE:
        raise Refused("photo_own_large", limit=LARGEST_FILE // 2**20)
    if untrusted_file.startswith(PNG):
        width, height = _png_size(untrusted_file)
    elif untrusted_file.startswith(JPEG):
        width, height = _jpeg_size(untrusted_file)
    else:
        raise Refused("photo_own_kind")
    if width * height > MOST_PIXELS:
        raise Refused("photo_own_pixels", limit=MOST_PIXELS // 1_000_000)
    if min(width, height) < MIN_SOURCE_WIDTH_PX or max(width, height) < MIN_SOURCE_HEIGHT_PX:
        raise Refused(
            "photo_own_small",
            width=width,
            height=height,
            least_width=MIN_SOURCE_WIDTH_PX,
            least_height=MIN_SOURCE_HEIGHT_PX,
        )
    try:
        return read_picture(untrusted_file)
    except Refused as no:
        raise Refused("photo_own_broken") from no


def _png_size(untrusted_file: bytes) -> tuple[int, int]:
    header = untrusted_file[8:26]
    # Without its last chunk only the upper part of the picture is there.
    if header[4:8] != b"IHDR" or len(header) < 18 or b"IEND" not in untrusted_file[-64:]:
        raise Refused("photo_own_broken")
    return int.from_bytes(header[8:12], "big"), int.from_bytes(header[12:16], "big")


def _jpeg_size(untrusted_file: bytes) -> tuple[int, int]:
    """Width and height from the frame's own header; a JPEG that was cut off is filled with grey otherwise."""
    at, size = 2, (0, 0)
    while at + 4 <= len(untrusted_file) and untrusted_file[at] == 0xFF:
        marker = untrusted_file[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = int.from_bytes(untrusted_file[at + 2 : at + 4], "big")
        if marker in _FRAMES:
            frame = untrusted_file[at + 4 : at + 10]
            if len(frame) < 6:
                break
            if frame[5] == FOUR_INKS:
                raise Refused("photo_own_inks")
            size = int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")
        if marker == _START_OF_SCAN:
            # A thumbnail's own end may stand before the picture; only one after it counts.
            if _END in untrusted_file[at:] and all(size):
                return size
            break
        at += 2 + length
    raise Refused("photo_own_broken")
