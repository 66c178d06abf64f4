"""Who waits, who is called, and how long it may take: numbers only, so the board may show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kiosk.domain.line import LineRule, Standing, band, expected_minutes, in_order, pace, waiting_since
from kiosk.domain.visit import Service, State, Visit
from kiosk.services.desk import Desk
from kiosk.settings.profile import Procedure

if TYPE_CHECKING:
    from kiosk.store.session import SessionView

_OPEN = tuple(state for state in State if state is not State.CLOSED)
_CALLS_LOOKED_AT = 24
_PACE_HOLDS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Place:
    """One number in the line; never a name. `called` is the moment of its last call, `why` a code of
    MOVE_WHY while it is held or parked.
    """

    ticket: str
    service: Service
    state: State
    window: str
    waited_minutes: int
    called: datetime | None = None
    party: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The line at a moment; `minutes` is a guide (めやす), `band` one of free, busy, crowded."""

    forms: tuple[Place, ...]
    waiting: tuple[Place, ...]
    called: tuple[Place, ...]
    serving: tuple[Place, ...]
    held: tuple[Place, ...]
    minutes: int
    band: str

    @property
    def count(self) -> int:
        """People waiting to be called."""
        return len(self.waiting)


class LineDesk:
    """Reads the line for home, reception, ticket and board."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> Line:
        """The line as it stands."""
        now, rule = self._desk.clock.now(), line_rule(self._desk.rules.procedure)
        with self._desk.session.reading() as view:
            standing = view.visits.standing(*_OPEN)
            each = self._pace(view, now, rule)
            aside = [one.ticket for one in standing if one.state in (State.HELD, State.PARKED)]
            why = view.visits.why_aside(aside) if aside else {}
        return line_of(standing, now, rule, each, why)

    def before(self, visit: Visit) -> tuple[int, int]:
        """How many people are called before this one as things stand, and about how many minutes that is."""
        now, rule = self._desk.clock.now(), line_rule(self._desk.rules.procedure)
        with self._desk.session.reading() as view:
            standing = view.visits.standing(State.WAITING)
            each = self._pace(view, now, rule)
            booked = view.reservations.find(visit.reservation) if visit.reservation else None
        since = waiting_since(visit) if visit.state is State.WAITING else now
        slot = booked.slot if booked is not None else ""
        me = Standing(visit.ticket, visit.service, State.WAITING, "", since, None, slot, visit.party)
        line = in_order((*(one for one in standing if one.ticket != me.ticket), me), now, rule)
        people = line.index(me)
        return people, expected_minutes(people, each)

    def guesses(self) -> tuple[tuple[int, int], ...]:
        """People and minutes that the next ticket may have to say: as many as now, one fewer, one more."""
        now, rule = self._desk.clock.now(), line_rule(self._desk.rules.procedure)
        with self._desk.session.reading() as view:
            people = len(view.visits.standing(State.WAITING))
            each = self._pace(view, now, rule)
        return tuple(
            (count, expected_minutes(count, each)) for count in (people, people + 1, max(0, people - 1))
        )

    def open_visits(self, *states: State) -> tuple[Visit, ...]:
        """Visits in some states with their names, for staff screens."""
        with self._desk.session.reading() as view:
            return tuple(sorted(view.visits.by_state(*states), key=waiting_since))

    def _pace(self, view: SessionView, now: datetime, rule: LineRule) -> float:
        """Minutes per person; looked up once a minute, because every touch asks for it."""
        seen = self._desk.pace_seen
        if seen is not None and seen[0] <= now < seen[0] + _PACE_HOLDS and seen[1] == self._desk.day:
            return seen[2]
        each = pace(view.visits.calls(_CALLS_LOOKED_AT), rule.minutes_per_visit)
        self._desk.pace_seen = (now, self._desk.session_day, each)
        return each


def line_rule(procedure: Procedure) -> LineRule:
    """The profile's wishes as the rule of the line."""
    line = procedure.line
    return LineRule(
        minutes_per_visit=procedure.minutes_per_visit,
        reserved_first=line.reserved_first,
        slot_minutes=line.slot_minutes,
        early_minutes=line.early_minutes,
        longest_wait_minutes=line.longest_wait_minutes,
        busy_minutes=procedure.busy_minutes,
    )


def line_of(
    standing: tuple[Standing, ...],
    now: datetime,
    rule: LineRule,
    minutes_each: float,
    why: Mapping[str, str] | None = None,
) -> Line:
    """Sorts the numbers into the line; those who wait in the order in which they are called."""
    aside = why or {}

    def those(*states: State) -> tuple[Place, ...]:
        found = sorted((one for one in standing if one.state in states), key=lambda one: one.since)
        return tuple(replace(_place(one, now), why=aside.get(one.ticket, "")) for one in found)

    ordered = in_order((one for one in standing if one.state is State.WAITING), now, rule)
    minutes = expected_minutes(len(ordered), minutes_each)
    return Line(
        forms=those(State.RECEIVED),
        waiting=tuple(_place(one, now) for one in ordered),
        called=those(State.CALLED),
        serving=those(State.SERVING),
        held=those(State.HELD, State.ABSENT, State.PARKED),
        minutes=minutes,
        band=band(minutes, rule),
    )


def _place(one: Standing, now: datetime) -> Place:
    waited = max(0, int((now - one.since).total_seconds() // 60))
    return Place(one.ticket, one.service, one.state, one.window, waited, one.called, one.party)
