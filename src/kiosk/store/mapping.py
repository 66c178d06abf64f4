"""Row to domain and domain to row for the session's database, side by side.

A row is taken apart in the order of its table's columns: asking it for each by name costs several times what
all the rest does, and every touch reads a visit with its steps.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from kiosk.domain.application import Application
from kiosk.domain.custody import CustodyLine, Movement, Paper
from kiosk.domain.line import Standing
from kiosk.domain.reservation import Reservation
from kiosk.domain.ticket import Ticket
from kiosk.domain.visit import (
    Done,
    Event,
    Outcome,
    PinForm,
    Reason,
    Service,
    State,
    Step,
    StepKind,
    Visit,
)

Row = Any
Values = dict[str, Any]


def listed(items: Sequence[str]) -> str:
    """A list of codes as it is stored."""
    return _listed(tuple(items))


@lru_cache(maxsize=256)
def _listed(items: tuple[str, ...]) -> str:
    return json.dumps(items, ensure_ascii=False)


@lru_cache(maxsize=256)
def unlisted(text: str) -> tuple[str, ...]:
    """The list of codes again."""
    return tuple(json.loads(text))


def moment(text: str | None) -> datetime | None:
    """A stored time, when there is one."""
    return None if text is None else datetime.fromisoformat(text)


def moment_text(at: datetime | None) -> str | None:
    """A time as it is stored, to the microsecond, with its offset."""
    return None if at is None else at.isoformat()


def reservation_values(reservation: Reservation, place: int, search_key: str) -> Values:
    """Domain to row."""
    return {
        "place": place,
        "number": reservation.number,
        "slot": reservation.slot,
        "cancelled": reservation.cancelled,
        "name": reservation.name,
        "kana": reservation.kana,
        "search_key": search_key,
        "party_size": reservation.party_size,
        "remarks": reservation.remarks,
        "flags": listed(reservation.flags),
    }


def reservation_of(row: Row) -> Reservation:
    """Row to domain; the name comes back code point by code point as the city wrote it."""
    _, number, slot, cancelled, name, kana, _, party_size, remarks, flags = row
    return Reservation(
        number=number,
        slot=slot,
        cancelled=cancelled,
        name=name,
        kana=kana,
        party_size=party_size,
        remarks=remarks,
        flags=unlisted(flags),
    )


def ticket_values(ticket: Ticket) -> Values:
    """Domain to row."""
    return {
        "number": ticket.number,
        "letter": ticket.number[0],
        "n": int(ticket.number[1:]),
        "service": ticket.service.value,
        "issued_at": moment_text(ticket.issued_at),
        "printed": ticket.printed,
        "reprints": ticket.reprints,
    }


def ticket_of(row: Row) -> Ticket:
    """Row to domain."""
    _, number, _, _, service, issued_at, printed, reprints = row
    return Ticket(
        number=number,
        service=Service(service),
        issued_at=datetime.fromisoformat(issued_at),
        printed=printed,
        reprints=reprints,
    )


def visit_values(visit: Visit) -> Values:
    """Domain to row, steps apart."""
    return {
        "ticket": visit.ticket,
        "service": visit.service.value,
        "state": visit.state.value,
        "reservation": visit.reservation,
        "name": visit.name,
        "kana": visit.kana,
        "party": visit.party,
        "flags": listed(visit.flags),
        "outcome": visit.outcome.value if visit.outcome else None,
        "reason": visit.reason.value if visit.reason else None,
        "pin_form": visit.pin_form.value if visit.pin_form else None,
        "window": visit.window,
    }


def visit_of(row: Row, steps: Sequence[Row]) -> Visit:
    """Row to domain; `steps` in order of n."""
    ticket, service, state, reservation, name, kana, party, flags, outcome, reason, pin_form, window = row
    return Visit(
        ticket=ticket,
        service=Service(service),
        state=State(state),
        steps=tuple(step_of(step) for step in steps),
        reservation=reservation,
        name=name,
        kana=kana,
        party=party,
        flags=unlisted(flags),
        outcome=Outcome(outcome) if outcome else None,
        reason=Reason(reason) if reason else None,
        pin_form=PinForm(pin_form) if pin_form else None,
        window=window,
    )


def standing_of(row: Row) -> Standing:
    """Row to domain: a visit as the line sees it."""
    ticket, service, state, window, party, since, called, slot = row
    return Standing(
        ticket=ticket,
        service=Service(service),
        state=State(state),
        window=window,
        since=datetime.fromisoformat(since),
        called=moment(called),
        slot=slot or "",
        party=party,
    )


def step_values(ticket: str, n: int, step: Step) -> Values:
    """Domain to row."""
    return {
        "ticket": ticket,
        "n": n,
        "kind": step.kind.value,
        "at": moment_text(step.at),
        "operator": step.operator,
        "outcome": step.outcome.value,
        "event": step.event.value if step.event else None,
        "officer": step.officer,
        "started_at": moment_text(step.started_at),
        "papers": listed(step.papers),
        "facts": json.dumps(dict(step.facts), ensure_ascii=False),
    }


def step_of(row: Row) -> Step:
    """Row to domain."""
    _, _, kind, at, operator, outcome, event, officer, started_at, papers, facts = row
    return Step(
        kind=StepKind(kind),
        at=datetime.fromisoformat(at),
        operator=operator,
        outcome=Done(outcome),
        event=Event(event) if event else None,
        officer=officer,
        started_at=moment(started_at),
        papers=unlisted(papers),
        facts=_facts(facts),
    )


@lru_cache(maxsize=256)
def _facts(text: str) -> tuple[tuple[str, str], ...]:
    # Codes, and the same few of them: every touch reads all steps of its visit.
    return tuple((str(name), str(code)) for name, code in json.loads(text).items())


def custody_values(line: CustodyLine) -> Values:
    """Domain to row."""
    return {
        "ticket": line.ticket,
        "paper": line.paper.value,
        "count": line.count,
        "movement": line.movement.value,
        "at": moment_text(line.at),
        "operator": line.operator,
    }


def custody_of(row: Row) -> CustodyLine:
    """Row to domain."""
    _, ticket, paper, count, movement, at, operator = row
    return CustodyLine(
        ticket=ticket,
        paper=Paper(paper),
        count=count,
        movement=Movement(movement),
        at=datetime.fromisoformat(at),
        operator=operator,
    )


def application_of(row: Row) -> Application:
    """Row to domain."""
    return Application(row.ticket, row.application_id, row.handed_over)
