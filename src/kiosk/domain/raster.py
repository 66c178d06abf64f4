"""A one-bit picture, the only thing a ticket printer has to understand."""

from __future__ import annotations

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
