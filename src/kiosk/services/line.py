"""Who waits, who is called, and how long it may take: numbers only, so the board may show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.visit import Service, State, Visit
from kiosk.services.counter import waiting_since
from kiosk.services.desk import Desk
from kiosk.settings.profile import Procedure


@dataclass(frozen=True, slots=True)
class Place:
    """One number in the line; never a name."""

    ticket: str
    service: Service
    state: State
    window: str
    waited_minutes: int


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
    """Reads the line for home, reception and board."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> Line:
        """The line as it stands."""
        with self._desk.session.reading() as view:
            visits = view.visits.line()
        return line_of(visits, self._desk.clock.now(), self._desk.rules.procedure)

    def open_visits(self, *states: State) -> tuple[Visit, ...]:
        """Visits in some states with their names, for staff screens."""
        with self._desk.session.reading() as view:
            return tuple(sorted(view.visits.by_state(*states), key=waiting_since))


def line_of(visits: tuple[Visit, ...], now: datetime, procedure: Procedure) -> Line:
    """Sorts visits into the line; expected minutes are people waiting times the profile's pace."""
    places = {
        visit.ticket: Place(
            visit.ticket,
            visit.service,
            visit.state,
            visit.window,
            max(0, int((now - waiting_since(visit)).total_seconds() // 60)),
        )
        for visit in sorted(visits, key=waiting_since)
    }

    def those(*states: State) -> tuple[Place, ...]:
        return tuple(place for place in places.values() if place.state in states)

    waiting = those(State.WAITING)
    minutes = len(waiting) * procedure.minutes_per_visit
    little, much = procedure.busy_minutes
    band = "free" if minutes <= little else "busy" if minutes <= much else "crowded"
    return Line(
        forms=those(State.RECEIVED),
        waiting=waiting,
        called=those(State.CALLED),
        serving=those(State.SERVING),
        held=those(State.HELD, State.ABSENT, State.PARKED),
        minutes=minutes,
        band=band,
    )
