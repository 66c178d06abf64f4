"""How a figure is taken and shown: alternating runs, medians, a ratio to the thing beside it."""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table: ours beside theirs, in `unit`, and the bar the ratio has to meet."""

    what: str
    against: str
    ours_ms: tuple[float, ...]
    theirs_ms: tuple[float, ...]
    at_most: float | None = None
    p95_at_most_ms: float | None = None
    peak_mb: float | None = None
    peak_mb_at_most: float | None = None
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """Ours over theirs, by medians: machines differ, ratios much less."""
        return statistics.median(self.ours_ms) / statistics.median(self.theirs_ms)

    @property
    def p95_ms(self) -> float:
        """What one in twenty touches exceeds."""
        return percentile(self.ours_ms, 95)

    @property
    def is_met(self) -> bool:
        """Whether every bar set for this line is met."""
        in_ratio = self.at_most is None or self.ratio <= self.at_most
        in_time = self.p95_at_most_ms is None or self.p95_ms <= self.p95_at_most_ms
        in_memory = (
            self.peak_mb is None or self.peak_mb_at_most is None or self.peak_mb <= self.peak_mb_at_most
        )
        return in_ratio and in_time and in_memory

    @property
    def bar(self) -> str:
        """What has to be met, in words."""
        bars = (
            f"≤ {self.at_most:g}×" if self.at_most is not None else "",
            f"p95 ≤ {self.p95_at_most_ms:g} ms" if self.p95_at_most_ms is not None else "",
            f"{self.peak_mb:.0f} ≤ {self.peak_mb_at_most:g} MB"
            if self.peak_mb is not None and self.peak_mb_at_most is not None
            else "",
        )
        return ", ".join(bar for bar in bars if bar)

    def as_json(self) -> dict[str, Any]:
        """Everything measured, so that a figure can be taken again from the file."""
        return {**asdict(self), "ratio": self.ratio, "p95_ms": self.p95_ms, "met": self.is_met}


def as_installed(cache: Path) -> dict[str, str]:
    """The environment of a child that finds compiled modules, as an installed program does.

    A checkout may forbid Python to keep them; then every start would compile our modules and not the peer's.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(cache)}


def percentile(values: Sequence[float], share: int) -> float:
    """The value that `share` percent do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def side_by_side(
    ours: Callable[[], float], theirs: Callable[[], float], *, turns: int, warm_up: int = 1
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Both sides in turn, so that whatever else the machine does falls on both; milliseconds each."""
    for _ in range(warm_up):
        ours()
        theirs()
    taken = [(ours(), theirs()) for _ in range(turns)]
    return tuple(mine for mine, _ in taken), tuple(other for _, other in taken)


def quietest(
    rounds: Sequence[tuple[float, ...]], figure: Callable[[tuple[float, ...]], float]
) -> tuple[int, str]:
    """Which round has the smallest figure, and the figures of all rounds in words.

    For absolute bars: what the program does itself comes again in every round, what else the machine does
    (a neighbour on the same processor, a disk that is busy) does not. No round is left out of what is shown.
    """
    figures = [figure(taken) for taken in rounds]
    return figures.index(min(figures)), ", ".join(f"{value:.1f}" for value in figures)
