"""Codes on film: a short clip of somebody holding papers before a camera, played by cv2.VideoCapture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.devices.camera_held import held_before
from kiosk.devices.camera_virtual import practice_clip
from kiosk.paper import qr

if TYPE_CHECKING:
    from kiosk.devices.ports import Pixels

SIZE = (1280, 720)
HELD_FRAMES = 12
"""At thirty frames a second a paper is seen for 0.4 s: one look at least, and the clip begins anew."""
DOTS = 6


def drawn(text: str) -> Pixels:
    """The code alone on white paper."""
    rows = np.array([[module == "1" for module in row] for row in qr.modules(text)])
    wide = np.pad(rows, 4).repeat(DOTS, 0).repeat(DOTS, 1)
    return np.where(wide[..., None], np.uint8(20), np.uint8(245)).repeat(3, 2)


def film(file: Path, papers: Sequence[Pixels | str | None], *, frames: int = HELD_FRAMES) -> str:
    """A Motion-JPEG clip in which each paper (a picture, or the text of a code) is held for some frames.

    None is a moment with nothing held. Returns the camera's address.
    """
    behind = cv2.VideoCapture(practice_clip())
    writer = cv2.VideoWriter(str(file), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), 30, SIZE)
    for paper in papers:
        picture = drawn(paper) if isinstance(paper, str) else paper
        for _ in range(frames):
            read, pixels = behind.read()
            assert read
            seen = np.asarray(pixels, np.uint8)
            writer.write(seen if picture is None else held_before(seen, picture))
    writer.release()
    behind.release()
    return f"file:{file}"
