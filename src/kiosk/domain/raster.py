"""A one-bit picture, the only thing a ticket printer has to understand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Raster:
    """Rows of black dots: 8 dots per byte, most significant bit left, 1 is black."""

    width_dots: int
    height_dots: int
    rows: bytes

    def __post_init__(self) -> None:
        if len(self.rows) != self.stride * self.height_dots:
            raise ValueError("raster size and rows disagree")

    @property
    def stride(self) -> int:
        """Bytes per row."""
        return (self.width_dots + 7) // 8


GAP_DOTS = 48
"""Six millimetres between two tickets on a strip, with the line to tear along in the middle."""


def stacked(pictures: Sequence[Raster]) -> Raster:
    """Pictures of one width below each other, a broken line between, to be torn apart by hand."""
    width, stride = pictures[0].width_dots, pictures[0].stride
    if any(picture.width_dots != width for picture in pictures):
        raise ValueError("pictures of different widths on one strip")
    line = (b"\xff\x00" * stride)[:stride]
    empty = bytes(stride)
    gap = empty * (GAP_DOTS // 2 - 1) + line * 2 + empty * (GAP_DOTS // 2 - 1)
    rows = gap.join(picture.rows for picture in pictures)
    return Raster(width, len(rows) // stride, rows)
