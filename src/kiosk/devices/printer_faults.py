"""What can be wrong with the line to the imagined printer; chosen by a trainer, a drill or a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Distortion = Literal["", "garbage", "half_asb", "flow"]


@dataclass(frozen=True, slots=True)
class LineFault:
    """One bad line; `breaks_after` counts one connection's bytes, `quietly` ends it without a reset."""

    breaks_after: int | None = None
    quietly: bool = False
    seconds_per_kilobyte: float = 0.0
    late_seconds: float = 0.0
    distortion: Distortion = ""

    def distorted(self, answer: bytes) -> bytes:
        """What arrives of an answer."""
        match self.distortion:
            case "garbage":
                return b"\xff\x00" * len(answer)
            case "half_asb":
                return b"\x10\x00" + answer
            case "flow":
                return b"\x13" + answer + b"\x11"
            case _:
                return answer


GOOD_LINE = LineFault()
