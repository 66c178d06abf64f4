"""What time it is at the counter: Japan's, and in practice the rehearsed session's day."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")
"""Japan has one offset and no summer time, so no time zone database is needed on a field PC."""


class Clock:
    """The machine's clock; a fixed `day` replaces only the date, the time of day stays real.

    `wall` gives seconds since 1970, `ticks` seconds that never run backwards.
    """

    def __init__(
        self,
        day: date | None = None,
        *,
        wall: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._day = day
        self._wall, self._ticks = wall, ticks

    def machine(self) -> datetime:
        """What the machine says, also in practice: the clock rules ask about the machine, not the day."""
        return datetime.fromtimestamp(int(self._wall()), JST)

    def now(self) -> datetime:
        """Now, in whole seconds, with its offset."""
        now = self.machine()
        if self._day is not None:
            now = now.replace(year=self._day.year, month=self._day.month, day=self._day.day)
        return now

    def today(self) -> date:
        """The day of the counter."""
        return self.now().date()

    def monotonic_ms(self) -> int:
        """Milliseconds that never run backwards within one start of the machine."""
        return int(self._ticks() * 1000)
