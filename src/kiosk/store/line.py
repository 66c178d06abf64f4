"""Reservations, numbers and visits of one counter day, inside one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    Table,
    bindparam,
    delete,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.sqlite import Insert, insert

from kiosk.domain.errors import Refused
from kiosk.domain.line import Standing
from kiosk.domain.names import booking_key
from kiosk.domain.reservation import Reservation
from kiosk.domain.ticket import Ticket, ticket_number
from kiosk.domain.visit import Event, Outcome, State, Visit
from kiosk.store import mapping
from kiosk.store.bulk import insert_many
from kiosk.store.queries import only_first
from kiosk.store.tables_session import reservations, steps, tickets, visits


def _saving(table: Table, key: str, changing: Iterable[str]) -> Insert:
    """INSERT, or UPDATE of `changing` when the key is there; built once, for a touch waits for it."""
    statement = insert(table)
    return statement.on_conflict_do_update(
        index_elements=[key], set_={name: statement.excluded[name] for name in changing}
    )


_SAVE_TICKET: Final = _saving(tickets, "number", ("printed", "reprints"))
_SAVE_VISIT: Final = _saving(visits, "ticket", [column.name for column in visits.c if not column.primary_key])
_READY: Final = ("ready", "return", "resume")


def _last_event(*events: str) -> ScalarSelect[str]:
    """When one of these happened to a visit last; NULL when never."""
    query = select(steps.c.at).where(steps.c.ticket == visits.c.ticket, steps.c.event.in_(events))
    return only_first(query.order_by(steps.c.n.desc())).scalar_subquery()


_FIRST: Final = only_first(
    select(steps.c.at).where(steps.c.ticket == visits.c.ticket).order_by(steps.c.n)
).scalar_subquery()
_STANDING: Final = (
    select(
        visits.c.ticket,
        visits.c.service,
        visits.c.state,
        visits.c.window,
        visits.c.party,
        func.coalesce(_last_event(*_READY), _FIRST).label("since"),
        _last_event("call").label("called"),
        reservations.c.slot,
    )
    .join(tickets, tickets.c.number == visits.c.ticket)
    .join(reservations, reservations.c.number == visits.c.reservation, isouter=True)
    .where(visits.c.state.in_(bindparam("states", expanding=True)))
    .order_by(tickets.c.place)
)
_CALLS: Final = (
    select(_last_event(*_READY).label("ready"), _last_event("call").label("called"))
    .join(tickets, tickets.c.number == visits.c.ticket)
    .where(visits.c.window != "")
    .order_by(tickets.c.place.desc())
    .limit(bindparam("most"))
)
_ROW_NUMBER: Final[ColumnElement[int]] = literal_column("reservations.rowid")
_HIGHEST: Final = select(func.max(tickets.c.n)).where(
    tickets.c.letter == bindparam("letter"),
    tickets.c.n.between(bindparam("first"), bindparam("last")),
)
_VISIT: Final = select(visits).where(visits.c.ticket == bindparam("of"))
_STEPS: Final = select(steps).where(steps.c.ticket == bindparam("of")).order_by(steps.c.n)
_ADD_STEPS: Final = insert(steps)
_LAST_STEP: Final = only_first(
    select(steps).where(steps.c.ticket == bindparam("of")).order_by(steps.c.n.desc())
)


class ReservationRows:
    """The city's list as it was imported last."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def replace_all(self, items: Sequence[Reservation]) -> None:
        """The whole list anew, in its order, each with the key it is searched by."""
        self._db.execute(delete(reservations))
        rows = [
            mapping.reservation_values(item, place, booking_key(item.number, item.name, item.kana))
            for place, item in enumerate(items, start=1)
        ]
        # In the order of the day, so that a search can stop after its first matches (see candidates).
        rows.sort(key=lambda row: (row["slot"], row["number"]))
        insert_many(self._db, reservations, rows)

    def get(self, number: str) -> Reservation:
        """By number; raises Refused("reservation_unknown")."""
        row = self._db.execute(select(reservations).where(reservations.c.number == number)).first()
        if row is None:
            raise Refused("reservation_unknown")
        return mapping.reservation_of(row)

    def find(self, number: str) -> Reservation | None:
        """By number, or None."""
        row = self._db.execute(select(reservations).where(reservations.c.number == number)).first()
        return None if row is None else mapping.reservation_of(row)

    def candidates(self, key: str, most: int = -1) -> tuple[Reservation, ...]:
        """Reservations whose search key holds the text (all for none), by time; `most` or -1 for all."""
        # SQLite's own row number is the order of the inserts, which is by time: nothing has to be sorted.
        query = select(reservations).order_by(_ROW_NUMBER).limit(most)
        if key:
            query = query.where(func.instr(reservations.c.search_key, key) > 0)
        return tuple(mapping.reservation_of(row) for row in self._db.execute(query))

    def all(self) -> tuple[Reservation, ...]:
        """The list, in its order."""
        return self._listed(select(reservations))

    def count(self) -> int:
        """Rows in the list, cancelled ones included."""
        return self._db.execute(select(func.count()).select_from(reservations)).scalar_one()

    def _listed(self, query: Select[tuple[object, ...]]) -> tuple[Reservation, ...]:
        rows = self._db.execute(query.order_by(reservations.c.place))
        return tuple(mapping.reservation_of(row) for row in rows)


class TicketRows:
    """The numbers given out; a row stays for ever, so a number is never given twice."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._handed: dict[tuple[str, int], int] = {}

    def next(self, letter: str, *, first: int = 1, last: int = 999) -> str:
        """The next number of the kiosk's band; it counts once its ticket is saved and committed.

        Raises Refused("tickets_used_up", letter=…).
        """
        n = self._highest(letter, first, last) + 1
        if n > last:
            raise Refused("tickets_used_up", letter=letter)
        number = ticket_number(letter, n)
        self._handed[letter, first] = n
        return number

    def peek(self, letter: str, *, first: int = 1, last: int = 999) -> str | None:
        """The number that `next` would give, without giving it; None when they are used up."""
        n = self._highest(letter, first, last) + 1
        return ticket_number(letter, n) if n <= last else None

    def _highest(self, letter: str, first: int, last: int) -> int:
        asked = {"letter": letter, "first": first, "last": last}
        stored = self._db.execute(_HIGHEST, asked).scalar_one()
        return max(stored or first - 1, self._handed.get((letter, first), first - 1))

    def save(self, ticket: Ticket) -> None:
        """Adds a ticket, or records its printing and reprints."""
        self._db.execute(_SAVE_TICKET, mapping.ticket_values(ticket))

    def get(self, number: str) -> Ticket:
        """By number; raises Refused("ticket_unknown", ticket=…)."""
        row = self._db.execute(select(tickets).where(tickets.c.number == number)).first()
        if row is None:
            raise Refused("ticket_unknown", ticket=number)
        return mapping.ticket_of(row)

    def all(self) -> tuple[Ticket, ...]:
        """In the order they were given out."""
        return tuple(
            mapping.ticket_of(row) for row in self._db.execute(select(tickets).order_by(tickets.c.place))
        )

    def numbers(self) -> tuple[str, ...]:
        """The numbers in the order they were given out."""
        return tuple(self._db.execute(select(tickets.c.number).order_by(tickets.c.place)).scalars())


class VisitRows:
    """The visits; their steps only ever grow."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._stored: dict[str, Visit] = {}

    def get(self, ticket: str) -> Visit:
        """By ticket number; raises Refused("visit_unknown", ticket=…)."""
        row = self._db.execute(_VISIT, {"of": ticket}).first()
        if row is None:
            raise Refused("visit_unknown", ticket=ticket)
        visit = mapping.visit_of(row, self._db.execute(_STEPS, {"of": ticket}).all())
        self._stored[ticket] = visit
        return visit

    def save(self, visit: Visit) -> None:
        """Adds the visit or what has changed of it; steps already stored stay as they are.

        Raises ValueError when the stored steps are not the beginning of the visit's: a bug, not a rule.
        """
        stored = self._stored.get(visit.ticket)
        values = mapping.visit_values(visit)
        # Most steps change nothing of the visit itself, and somebody waits for them.
        if stored is None or mapping.visit_values(stored) != values:
            self._db.execute(_SAVE_VISIT, values)
        known = self._known(visit, stored)
        fresh = [
            mapping.step_values(visit.ticket, n, step)
            for n, step in enumerate(visit.steps[known:], start=known + 1)
        ]
        if fresh:
            self._db.execute(_ADD_STEPS, fresh)
        self._stored[visit.ticket] = visit

    def _known(self, visit: Visit, stored: Visit | None) -> int:
        """How many of the visit's steps are stored already."""
        if stored is not None:
            # Read in this transaction, and nobody else writes during it: no need to ask again.
            known = len(stored.steps)
            is_whole = visit.steps[:known] == stored.steps
        else:
            last = self._db.execute(_LAST_STEP, {"of": visit.ticket}).first()
            known = 0 if last is None else last.n
            is_whole = last is None or (
                known <= len(visit.steps) and mapping.step_of(last) == visit.steps[known - 1]
            )
        if not is_whole:
            raise ValueError("the steps of a visit were changed, they can only grow")
        return known

    def all(self) -> tuple[Visit, ...]:
        """Every visit, in the order of the numbers given out."""
        return self._listed(select(visits))

    def by_state(self, *states: State) -> tuple[Visit, ...]:
        """The visits in these states."""
        return self._listed(select(visits).where(visits.c.state.in_([state.value for state in states])))

    def line(self) -> tuple[Visit, ...]:
        """Everyone who has no outcome yet."""
        return self._listed(select(visits).where(visits.c.state != State.CLOSED.value))

    def standing(self, *states: State) -> tuple[Standing, ...]:
        """The same as numbers of the line, without names and steps: cheap enough for every touch."""
        rows = self._db.execute(_STANDING, {"states": [state.value for state in states]})
        return tuple(mapping.standing_of(row) for row in rows)

    def why_aside(self, numbers: Sequence[str]) -> dict[str, str]:
        """Why each of these numbers was last held or parked, where a reason was given."""
        query = (
            select(steps.c.ticket, steps.c.facts)
            .where(steps.c.ticket.in_(numbers), steps.c.event.in_([Event.HOLD.value, Event.PARK.value]))
            .order_by(steps.c.ticket, steps.c.n)
        )
        last = {row.ticket: json.loads(row.facts).get("why", "") for row in self._db.execute(query)}
        return {ticket: why for ticket, why in last.items() if why}

    def calls(self, most: int) -> tuple[tuple[datetime, datetime], ...]:
        """(ready, called) of the newest `most` numbers that were called, in the order of the calls."""
        found = [
            (datetime.fromisoformat(row.ready), datetime.fromisoformat(row.called))
            for row in self._db.execute(_CALLS, {"most": most})
            if row.ready and row.called
        ]
        return tuple(sorted(found, key=lambda call: call[1]))

    def of_reservation(self, number: str) -> tuple[Visit, ...]:
        """The visits of one reservation, one per person."""
        return self._listed(select(visits).where(visits.c.reservation == number))

    def tickets_by_reservation(self) -> dict[str, tuple[str, ...]]:
        """The numbers each reservation already has, without loading the visits; voided ones do not count."""
        query = select(visits.c.reservation, visits.c.ticket).where(
            visits.c.reservation.is_not(None), visits.c.outcome.is_distinct_from(Outcome.VOIDED.value)
        )
        found: dict[str, tuple[str, ...]] = {}
        for number, ticket in self._db.execute(query.order_by(visits.c.ticket)):
            found[number] = (*found.get(number, ()), ticket)
        return found

    def of_party(self, party: str) -> tuple[Visit, ...]:
        """The visits of people who came together."""
        return self._listed(select(visits).where(visits.c.party == party))

    def count(self) -> int:
        """How many people's data are here."""
        return self._db.execute(select(func.count()).select_from(visits)).scalar_one()

    def _listed(self, query: Select[tuple[object, ...]]) -> tuple[Visit, ...]:
        ordered = query.join(tickets, tickets.c.number == visits.c.ticket).order_by(tickets.c.place)
        rows = self._db.execute(ordered).all()
        found = self._steps(row.ticket for row in rows)
        return tuple(mapping.visit_of(row, found.get(row.ticket, [])) for row in rows)

    def _steps(self, numbers: Iterable[str]) -> dict[str, list[mapping.Row]]:
        wanted = list(numbers)
        query = select(steps).where(steps.c.ticket.in_(wanted)).order_by(steps.c.ticket, steps.c.n)
        found: dict[str, list[mapping.Row]] = {}
        for row in self._db.execute(query) if wanted else ():
            found.setdefault(row.ticket, []).append(row)
        return found
