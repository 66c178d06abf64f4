"""A picture file from outside made into pixels: upright, on white, and never larger than the PC can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.domain.errors import Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kiosk.vision.pixels import Pixels

# What OpenCV prints about a broken picture is no sentence for anybody; the refusal is.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers that begin a JPEG's frame; the three left out begin tables."""
MOST_PIXELS = 60_000_000
"""Decoded, 180 MB. A file of some kilobytes can promise a thousand times that."""


def read_picture(untrusted_picture: bytes, *, number: int = 1) -> Pixels:
    """Pixels (BGR) of a JPEG or PNG from outside, turned as its camera said, on white where one sees through.

    `number` says which of several pictures it was: a file's name may be a person's.
    Raises Refused photo_unreadable, or photo_endless for more than MOST_PIXELS.
    """
    is_png = untrusted_picture[:8] == PNG
    width, height = (_png_promise if is_png else _jpeg_promise)(untrusted_picture)
    if width * height > MOST_PIXELS:
        raise Refused("photo_endless", number=number, limit=MOST_PIXELS // 1_000_000)
    try:
        untrusted_bytes = np.frombuffer(untrusted_picture, np.uint8)
        if is_png:
            untrusted_bytes = _on_white(untrusted_bytes)
        pixels: object = cv2.imdecode(untrusted_bytes, cv2.IMREAD_COLOR)
    except cv2.error as cause:
        raise Refused("photo_unreadable", number=number) from cause
    if pixels is None:
        raise Refused("photo_unreadable", number=number)
    return np.asarray(pixels, np.uint8)


def _png_promise(untrusted_picture: bytes) -> tuple[int, int]:
    """Width and height that the head of a PNG promises."""
    head = untrusted_picture[16:24]
    return int.from_bytes(head[:4], "big"), int.from_bytes(head[4:], "big")


def _jpeg_promise(untrusted_picture: bytes) -> tuple[int, int]:
    """Width and height that the first frame of a JPEG promises (ISO/IEC 10918-1 B.2.2); 0, 0 without one."""
    untrusted = untrusted_picture if untrusted_picture[:2] == JPEG else b""
    at = 2
    while at + 9 <= len(untrusted) and untrusted[at] == 0xFF:
        if untrusted[at + 1] in FRAMES:
            height, width = untrusted[at + 5 : at + 7], untrusted[at + 7 : at + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        # Any number of 0xFF may stand before a marker.
        is_filled = untrusted[at + 1] == 0xFF
        at += 1 if is_filled else 2 + int.from_bytes(untrusted[at + 2 : at + 4], "big")
    return 0, 0


def _on_white(untrusted_png: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same PNG without transparency: what lies under it is often black, and no ground anybody saw."""
    picture, kinds, notes = cv2.imdecodeWithMetadata(untrusted_png, flags=cv2.IMREAD_UNCHANGED)
    if picture is None or picture.ndim != 3 or picture.shape[2] != 4:
        return untrusted_png
    if picture.dtype != np.uint8:
        picture = (picture // 257).astype(np.uint8)
    cover = picture[:, :, 3:].astype(np.uint16)
    laid = (picture[:, :, :3] * cover + 255 * (255 - cover)) // 255
    # Written again with its notes: the reading that follows turns it as they say.
    _, png = cv2.imencodeWithMetadata(".png", laid.astype(np.uint8), kinds, notes)
    return np.asarray(png, np.uint8)
