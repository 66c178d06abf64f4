"""What the visitor is told, one sentence at a time: quickly when it changes, never flickering."""

from __future__ import annotations

from dataclasses import dataclass, replace

# The sentence on the screen has stood so long before it goes; a new one must be true in two looks in a row.
HOLD_S = 0.5


@dataclass(frozen=True, slots=True)
class Spoken:
    """The advice on the screen ("": nothing to correct) and the one that may follow; times in seconds."""

    advice: str = ""
    since: float = float("-inf")
    coming: str = ""

    def is_ready(self, at: float) -> bool:
        """Whether one more look like the last would change what is on the screen."""
        return self.coming != self.advice and at - self.since >= HOLD_S

    def heard(self, advice: str, at: float) -> Spoken:
        """What is on the screen once a look at time `at` called for `advice`."""
        if advice == self.advice or advice != self.coming:
            return replace(self, coming=advice)
        return self if at - self.since < HOLD_S else Spoken(advice, at, advice)
