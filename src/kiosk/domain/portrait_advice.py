"""What the visitor is told, one sentence at a time: quickly when it changes, never flickering."""

from __future__ import annotations

from dataclasses import dataclass, replace

# A new sentence must be true so long (two looks), and the one on the screen has stood so long before it goes.
CONFIRM_S, HOLD_S = 0.15, 0.5


@dataclass(frozen=True, slots=True)
class Spoken:
    """The advice on the screen ("": nothing to correct) and the one that may follow; times in seconds."""

    advice: str = ""
    since: float = float("-inf")
    coming: str = ""
    coming_since: float = float("-inf")

    def heard(self, advice: str, at: float) -> Spoken:
        """What is on the screen once a look at time `at` called for `advice`."""
        if advice == self.advice:
            return replace(self, coming=advice, coming_since=at)
        if advice != self.coming:
            return replace(self, coming=advice, coming_since=at)
        if at - self.coming_since < CONFIRM_S or at - self.since < HOLD_S:
            return self
        return Spoken(advice, at, advice, at)
