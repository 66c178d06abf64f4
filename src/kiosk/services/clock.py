"""What time it is at the counter: Japan's, and in practice the rehearsed session's day."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone

JST = timezone(timedelta(hours=9), "JST")
"""Japan has one offset and no summer time, so no time zone database is needed on a field PC."""


class Clock:
    """The machine's clock; a fixed `day` replaces only the date, the time of day stays real."""

    def __init__(self, day: date | None = None) -> None:
        self._day = day

    def now(self) -> datetime:
        """Now, in whole seconds, with its offset."""
        now = datetime.now(JST).replace(microsecond=0)
        if self._day is not None:
            now = now.replace(year=self._day.year, month=self._day.month, day=self._day.day)
        return now

    def today(self) -> date:
        """The day of the counter."""
        return self.now().date()

    def monotonic_ms(self) -> int:
        """Milliseconds that never run backwards within one start of the machine."""
        return time.monotonic_ns() // 1_000_000
