"""Who is called next and how long it may take: the rules of the line, numbers only."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from kiosk.domain.visit import Event, Service, State, Visit


@dataclass(frozen=True, slots=True)
class Standing:
    """One number without an outcome: ready (or here) since when, called last when, booked for when."""

    ticket: str
    service: Service
    state: State
    window: str
    since: datetime
    called: datetime | None = None
    slot: str = ""
    party: str | None = None


@dataclass(frozen=True, slots=True)
class LineRule:
    """What a city may want otherwise in its line, in minutes (domain rule: queue conventions)."""

    minutes_per_visit: int = 8
    reserved_first: bool = True
    slot_minutes: int = 20  # how long after its time a booking still goes first
    early_minutes: int = 0  # how long before its time it already does
    longest_wait_minutes: int = 30  # who has waited so long is passed by nobody
    busy_minutes: tuple[int, int] = (15, 30)


def waiting_since(visit: Visit) -> datetime:
    """When the visit became ready to be called, for the order of the line."""
    moments = [step.at for step in visit.steps if step.event in (Event.READY, Event.RETURN, Event.RESUME)]
    return moments[-1] if moments else visit.steps[0].at


def in_order(waiting: Iterable[Standing], now: datetime, rule: LineRule) -> tuple[Standing, ...]:
    """Those who wait, in the order in which they are called.

    First whoever has waited to the limit, then bookings whose time has come (and who were ready within
    it), by their time; then everyone else as they became ready.
    """
    return tuple(sorted(waiting, key=lambda one: _turn(one, now, rule)))


def _turn(one: Standing, now: datetime, rule: LineRule) -> tuple[int, datetime, datetime]:
    if one.since + timedelta(minutes=rule.longest_wait_minutes) <= now:
        return 0, one.since, one.since
    slot = _moment(one.slot, now) if rule.reserved_first else None
    if slot is not None:
        begins = slot - timedelta(minutes=rule.early_minutes)
        if begins <= now and one.since < slot + timedelta(minutes=rule.slot_minutes):
            return 1, slot, one.since
    return 2, one.since, one.since


def _moment(slot: str, now: datetime) -> datetime | None:
    """The time of a booking on the day of `now`; None for a walk-in."""
    hour, colon, minute = slot.partition(":")
    if not colon or not (hour.isdecimal() and minute.isdecimal()) or int(hour) > 23 or int(minute) > 59:
        return None
    return now.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)


_TRUST_IN_PROFILE = 3  # the profile's pace counts like so many calls, until the day has shown its own
_LAST_CALLS = 8
_LONGEST_GAP = timedelta(minutes=60)


def pace(calls: Sequence[tuple[datetime, datetime]], minutes_per_visit: int) -> float:
    """Minutes from one call to the next while people wait, from today's last calls.

    `calls` are (ready, called) in the order of the calls. Only a gap in which the next visitor was already
    waiting tells the windows' pace; several windows make it shorter by themselves.
    """
    gaps = [
        (called - before).total_seconds() / 60
        for (_, before), (ready, called) in pairwise(calls)
        if ready <= before <= called and called - before <= _LONGEST_GAP
    ][-_LAST_CALLS:]
    return (minutes_per_visit * _TRUST_IN_PROFILE + sum(gaps)) / (_TRUST_IN_PROFILE + len(gaps))


def expected_minutes(people: int, minutes_each: float) -> int:
    """About how long `people` before one take (めやす), in whole minutes."""
    return math.ceil(round(people * minutes_each, 3))


def band(minutes: int, rule: LineRule) -> str:
    """free, busy or crowded: 空き, やや混み, 混み."""
    little, much = rule.busy_minutes
    return "free" if minutes <= little else "busy" if minutes <= much else "crowded"
