"""How a figure is taken and shown: alternating runs, medians, a ratio to the thing beside it."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the table: ours beside theirs, in milliseconds, and the bar the ratio has to meet."""

    what: str
    against: str
    ours_ms: tuple[float, ...]
    theirs_ms: tuple[float, ...]
    at_most: float
    p95_at_most_ms: float | None = None

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
        in_time = self.p95_at_most_ms is None or self.p95_ms <= self.p95_at_most_ms
        return self.ratio <= self.at_most and in_time

    def as_json(self) -> dict[str, Any]:
        """Everything measured, so that a figure can be taken again from the file."""
        return {**asdict(self), "ratio": self.ratio, "p95_ms": self.p95_ms, "met": self.is_met}


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
