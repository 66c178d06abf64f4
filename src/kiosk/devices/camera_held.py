"""A played camera before which somebody holds a paper: how practice and rehearsals show it a code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from kiosk.devices.ports import Camera, Pixels

SHARE = 0.86
"""How much of the picture's height a held paper takes; never more than its width."""
TURN_DEGREES = -4.0
LEAN = 0.06
"""The upper edge is this much narrower: nobody holds a paper quite upright."""


class HeldPaper:
    """Any camera, with the picture in `file` held before it for as long as that file is there."""

    def __init__(self, camera: Camera, file: Path) -> None:
        self._camera, self._file = camera, file
        self._seen: tuple[int, int] | None = None
        self._paper: Pixels | None = None

    def open(self) -> None:
        self._camera.open()

    def read(self) -> Pixels:
        pixels = self._camera.read()
        paper = self._held()
        return pixels if paper is None else held_before(pixels, paper)

    def close(self) -> None:
        self._camera.close()

    def _held(self) -> Pixels | None:
        """The paper of the moment; read anew only when the file has changed."""
        try:
            stat = self._file.stat()
            mark = (stat.st_mtime_ns, stat.st_size)
            if mark != self._seen:
                # Decoded from memory: OpenCV's own reader fails on paths with Japanese letters on Windows.
                content = np.frombuffer(self._file.read_bytes(), np.uint8)
                picture = cv2.imdecode(content, cv2.IMREAD_COLOR) if content.size else None
                self._seen, self._paper = mark, None if picture is None else np.asarray(picture, np.uint8)
        except OSError:
            self._seen = self._paper = None
        return self._paper


def held_before(pixels: Pixels, paper: Pixels) -> Pixels:
    """A copy of the frame with the paper in its middle, turned a little and leaning back."""
    high, wide = pixels.shape[:2]
    tall, broad = paper.shape[:2]
    scale = SHARE * min(high / tall, wide / broad)
    half = np.array([broad, tall]) * scale / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    corners[:2, 0] *= 1 - LEAN
    angle = np.radians(TURN_DEGREES)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    placed = (corners @ turn.T + np.array([wide, high]) / 2).astype(np.float32)
    flat = np.array([[0, 0], [broad, 0], [broad, tall], [0, tall]], np.float32)
    # Brought down by area first, as a lens gathers light; the turning then needs no more of that.
    if scale < 1:
        size = (max(1, round(broad * scale)), max(1, round(tall * scale)))
        paper = np.asarray(cv2.resize(paper, size, interpolation=cv2.INTER_AREA), np.uint8)
        flat *= np.array([size[0] / broad, size[1] / tall], np.float32)
    shown = pixels.copy()
    matrix = cv2.getPerspectiveTransform(flat, placed)
    cv2.warpPerspective(
        paper, matrix, (wide, high), shown, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
    )
    return shown
