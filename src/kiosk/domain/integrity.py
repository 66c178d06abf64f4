"""What speaks against the records of this PC: a chain that does not hold, a clock that went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kiosk.domain.journal import EMPTY, Anchor, Entry, follows

OFFICE: Final = "office"
"""Names the office's chain; a session's chain is named by its day."""

CLOCK: Final = "clock"
"""Stands where a concern names its chain, when the concern is the time of day."""

BACK: Final = timedelta(minutes=2)
AHEAD: Final = timedelta(hours=12)


class Kind(StrEnum):
    """What was noticed."""

    UNREADABLE = "unreadable"  # the database cannot be opened or read to its end
    PAGE_DAMAGED = "page_damaged"  # a page does not carry its own seal any more
    SHORTER = "shorter"  # fewer entries than the last anchor: an older file was put back, or a tail was cut
    FORKED = "forked"  # long enough, but another entry stands where the anchor says
    EDITED = "edited"  # an entry does not follow from the one before
    TOUCHED = "touched"  # not the bytes that were left at the last clean end: somebody had the file meanwhile
    GUARDS_MISSING = "guards_missing"  # triggers that refuse changes are gone or were altered
    NUMBER_BACK = "number_back"  # the ledger knows fewer batches than were given a number here
    CLOCK_BACK = "clock_back"  # now lies before a time already seen
    CLOCK_AHEAD = "clock_ahead"  # the clock jumped forward while the counter was open


LOST: Final = frozenset({Kind.UNREADABLE})
"""Nothing to go on with: nobody can say that this is as it should be."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing noticed; for a chain `kept` and `found` count entries, for the clock seconds since 1970."""

    kind: Kind
    chain: str
    kept: int = 0
    found: int = 0

    @property
    def is_clock(self) -> bool:
        """Whether only the time of day is in question."""
        return self.chain == CLOCK


@dataclass(frozen=True, slots=True)
class Mark:
    """Kept beside the anchors: the last batch number given here, and the latest time seen."""

    last_batch: int = 0
    latest: datetime | None = None


def judge_chain(
    chain: str, rows: Iterable[tuple[Entry, str]], kept: Anchor, since: Anchor = EMPTY
) -> tuple[Anchor, Concern | None]:
    """Walks (entry, stored hash) after `since`; how far the chain holds, and what speaks against it.

    An older file put back is a valid chain by itself: only the anchor kept elsewhere tells.
    """
    reached = since
    try:
        for entry, stored in rows:
            if not follows(entry, stored, reached):
                return reached, Concern(Kind.EDITED, chain, kept.length, reached.length + 1)
            reached = Anchor(entry.n, stored)
            if entry.n == kept.length and stored != kept.head:
                return reached, Concern(Kind.FORKED, chain, kept.length, entry.n)
    except ValueError:
        # A row whose details are no JSON any more.
        return reached, Concern(Kind.EDITED, chain, kept.length, reached.length + 1)
    if reached.length < kept.length:
        return reached, Concern(Kind.SHORTER, chain, kept.length, reached.length)
    return reached, None


def judge_clock(now: datetime, latest: datetime | None, *, session_open: bool) -> Concern | None:
    """Whether the time of day can be believed at a start, given the latest time seen.

    Between two counter days nobody can tell a jump from a weekend; only an OPEN session makes one odd.
    """
    if latest is None:
        return None
    if now < latest - BACK:
        return _clock(Kind.CLOCK_BACK, latest, now)
    if session_open and now > latest + AHEAD:
        return _clock(Kind.CLOCK_AHEAD, latest, now)
    return None


def judge_passing(
    before: datetime, now: datetime, passed: timedelta, latest: datetime | None
) -> Concern | None:
    """Whether the clock went on as the machine's own ticks did, while the program runs."""
    if latest is not None and now < latest - BACK:
        return _clock(Kind.CLOCK_BACK, latest, now)
    if now < before + passed - BACK:
        return _clock(Kind.CLOCK_BACK, before + passed, now)
    if now > before + passed + AHEAD:
        return _clock(Kind.CLOCK_AHEAD, before + passed, now)
    return None


def _clock(kind: Kind, expected: datetime, now: datetime) -> Concern:
    return Concern(kind, CLOCK, int(expected.timestamp()), int(now.timestamp()))
