"""Two kiosks share one counter: the lead gives the numbers, the sister serves from the scanned ticket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.city import collected as to
from kiosk.city.collect import collect
from kiosk.city.collect_database import CollectDatabase
from kiosk.city.collect_totals import Month, conflicts, missing, months
from kiosk.domain.errors import Refused
from kiosk.domain.portrait import judge
from kiosk.domain.visit import Event, Outcome, Reason, Service, State, StepKind
from kiosk.services.clock import Clock
from kiosk.services.portrait import Candidate
from kiosk.services.practice import PRACTICE_DAY
from tests.house import Counterday, never, opened_copy, silent
from tests.sisters import a_sister, card_of

BOOKED = "R251105001"
JPEG = b"\xff\xd8\xff\xe0" + bytes(2000)


@pytest.fixture
def pair(template: Path, tmp_path: Path) -> Iterator[tuple[Counterday, Counterday]]:
    """K1 with the city's list, K2 beside it with K1's settings and no list of its own."""
    with opened_copy(template, tmp_path / "kiosk") as lead, ExitStack() as stack:
        lead.open()
        sister, card = a_sister(lead, "K2", stack, staffed=False)
        lead.site.know(card)
        sister.sign_in_manager()
        sister.site.take(lead.site.export(), card_of(lead))
        sister.agenda.open(PRACTICE_DAY, sister.agenda.venues()[0], sister.agenda.checklist())
        yield lead, sister


def shown_ticket(lead: Counterday, ticket: str) -> str:
    """What the code on the visitor's paper says."""
    return str(lead.tickets.compose(lead.counter.visit(ticket)).values["qr"])


def over_to(sister: Counterday, lead: Counterday, ticket: str) -> None:
    """The visitor walks over to the other window with the paper in hand; it is scanned there, twice."""
    code = shown_ticket(lead, ticket)
    for _ in range(2):
        assert sister.counter.take_in(code, sister.tickets.read(code)).state is State.SERVING


def written(kiosk: Counterday) -> None:
    """Closed, sealed and on the stick."""
    kiosk.closing.approve()
    kiosk.handover.record_sealed(kiosk.handover.prepare_seal().run(silent, never))
    job = kiosk.handover.prepare_export(kiosk.handover.drives()[0])
    kiosk.handover.record_exported(job, job.run(silent, never))


def apply_on_paper(kiosk: Counterday, ticket: str) -> None:
    kiosk.counter.skip(ticket, StepKind.PHOTO, "own")
    kiosk.counter.skip(ticket, StepKind.APPLICATION_ID, "none_yet")
    for step in (StepKind.APPLY, StepKind.AFTER_GUIDE):
        kiosk.counter.complete(ticket, step)
    kiosk.counter.finish(ticket, Outcome.APPLIED_PAPER)


def called(kiosk: Counterday, ticket: str) -> None:
    """Called, and come to the window."""
    for event in (Event.CALL, Event.ARRIVE):
        kiosk.counter.move(ticket, event)


def photograph(lead: Counterday, ticket: str) -> None:
    """The camera stands at K1: it knows the photo, and nothing of what the window does meanwhile."""
    called(lead, ticket)
    code = shown_ticket(lead, ticket)
    assert lead.counter.take_in(code, lead.tickets.read(code)).ticket == ticket
    lead.portraits.accept(ticket, Candidate(JPEG, judge({"one_face": 1.0, "roll": 0.0})))


def steps_of(kiosk: Counterday, ticket: str) -> set[tuple[str, str]]:
    visit = kiosk.counter.visit(ticket)
    return {(step.kind.value, step.event.value if step.event else "") for step in visit.steps}


def at_the_city(lead: Counterday, photographed: str) -> tuple[Month, tuple[str, bool], set[tuple[str, str]]]:
    """Both batches, in either order and twice: one session in which nobody counts twice.

    Also where the photographed visitor was, whether the photo came along, and every step known of them.
    """
    database = CollectDatabase.open(str(lead.data.parent / "collected.db"), practice=True)
    try:
        batches = sorted(lead.house.stick.glob("*.zip"), reverse=True)
        first = collect(lead.house.city, batches, database, Clock().now())
        again = collect(lead.house.city, batches, database, Clock().now())
        with database.reading() as db:
            (month,) = months(db)
            assert (conflicts(db), missing(db)) == ((), ())
            (visit,) = db.execute(select(to.visits).where(to.visits.c.ticket == photographed)).all()
            steps = db.execute(select(to.steps).where(to.steps.c.ticket == photographed)).all()
    finally:
        database.close()
    assert Counter(one.state for one in (*first, *again)) == {"added": 2, "already": 2}
    return month, (visit.kiosks, visit.has_photo), {(step.step, step.event) for step in steps}


def test_two_windows_one_line_and_the_city_counts_everyone_once(pair: tuple[Counterday, Counterday]) -> None:
    lead, sister = pair
    # 9:00 The reception of K1 gives every number: a booking, a mother with her child, four who walk in.
    booked = lead.waiting(reservation=BOOKED).ticket
    mother, child = (one.ticket for one in lead.reception.check_in_party((Service.ISSUANCE,) * 2))
    for ticket in (mother, child):
        lead.reception.precheck(ticket, ("A01_DRIVER",))
    lead.reception.forms_done_together({mother: (), child: ()})
    applies, asks = lead.waiting(Service.APPLICATION).ticket, lead.waiting(Service.CONSULTATION).ticket
    broken, lacking = lead.waiting().ticket, lead.waiting().ticket
    with pytest.raises(Refused, match="not_lead"):
        sister.reception.check_in(Service.ISSUANCE)

    # Both windows at work: who is sent over is served there, the others stay with K1.
    over_to(sister, lead, mother)
    for ticket in (booked, child):
        called(lead, ticket)
    sister.issue(mother)
    lead.issue(booked)
    over_to(sister, lead, applies)
    photograph(lead, applies)
    lead.issue(child)
    apply_on_paper(sister, applies)

    # 10:20 K1's line to the officer fails at the video step: the visitor waits, and goes on at K2.
    called(lead, broken)
    lead.counter.complete(broken, StepKind.FINAL_CHECK, papers=("A01_DRIVER",))
    assert lead.counter.move(broken, Event.PARK).state is State.PARKED
    over_to(sister, lead, broken)
    sister.issue(broken)
    called(lead, asks)
    lead.counter.talked(asks, "expiry")
    over_to(sister, lead, lacking)
    sister.counter.side_exit(lacking, Reason.R01)

    # 13:05 K2 closes by itself; K1 knows of what ended there once it has read the stick.
    assert sister.closing.reconcile().agrees
    written(sister)
    over_there = {mother, applies, broken, lacking}
    assert {one.ticket for one in lead.closing.reconcile().differences} == over_there
    lead.whole.record(lead.whole.prepare(lead.house.stick).run(silent, never))
    assert lead.closing.reconcile().agrees
    written(lead)
    found = lead.whole.prepare(lead.house.stick).run(silent, never)
    whole = lead.whole.record(found)
    assert whole.rifts == ()
    assert {one.ticket for one in whole.tickets if one.kiosks == ("K1", "K2")} == over_there
    assert lead.whole.delivery_pdf(found, "RENSHU").startswith(b"%PDF")

    known = steps_of(lead, applies) | steps_of(sister, applies)
    month, seen, steps = at_the_city(lead, applies)
    assert (seen, steps) == (("K1,K2", True), known)
    assert (month.sessions, month.batches, month.visits, month.reserved) == (1, 2, 7, 1)
    assert month.services == {"ISSUANCE": 5, "APPLICATION": 1, "CONSULTATION": 1}
    assert (
        month.outcomes == {"accepted": 4, "applied_paper": 1, "consulted": 1, "stopped": 1} == whole.outcomes
    )
    assert month.reasons == {"R01": 1}
    assert month.papers == {"F01": 4, "F02": 4, "F04": 4, "F09": 4} == whole.papers
