"""Two kiosks and no network: received here, served there, photographed here; the city sees one visit."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import select

from kiosk.city import collected as to
from kiosk.city.collect import collect
from kiosk.city.collect_database import CollectDatabase
from kiosk.domain.portrait import judge
from kiosk.domain.visit import Outcome, Service, StepKind
from kiosk.services.clock import Clock
from kiosk.services.portrait import Candidate
from kiosk.services.practice import PRACTICE_DAY
from tests.house import Counterday, never, opened_copy, silent
from tests.sisters import a_sister, card_of

JPEG = b"\xff\xd8\xff\xe0" + bytes(2000)


def write(kiosk: Counterday) -> None:
    kiosk.handover.record_sealed(kiosk.handover.prepare_seal().run(silent, never))
    job = kiosk.handover.prepare_export(kiosk.handover.drives()[0])
    kiosk.handover.record_exported(job, job.run(silent, never))


def steps_of(kiosk: Counterday, ticket: str) -> set[tuple[str, str]]:
    visit = kiosk.counter.visit(ticket)
    return {(step.kind.value, step.event.value if step.event else "") for step in visit.steps}


def test_one_visit_on_two_kiosks_loses_nothing(template: Path, tmp_path: Path) -> None:
    with opened_copy(template, tmp_path / "kiosk") as first, ExitStack() as stack:
        first.sign_in_manager()
        second, card = a_sister(first, "K2", stack)
        first.site.know(card)
        sealed = first.site.export()
        second.sign_in_manager()
        second.site.take(sealed, card_of(first))
        for kiosk in (first, second):
            kiosk.agenda.open(PRACTICE_DAY, kiosk.agenda.venues()[0], kiosk.agenda.checklist())

        ticket = first.at_window(Service.APPLICATION).ticket
        code = str(first.tickets.compose(first.counter.visit(ticket)).values["qr"])
        # The same paper is scanned at the window and at the camera; each PC knows its own part only.
        assert second.tickets.read(code) == first.tickets.read(code) == ticket
        second.counter.take_in(code, ticket)
        first.counter.take_in(code, ticket)
        first.portraits.accept(ticket, Candidate(JPEG, judge({"one_face": 1.0, "roll": 0.0})))
        second.counter.skip(ticket, StepKind.PHOTO)
        second.counter.skip(ticket, StepKind.APPLICATION_ID)
        second.counter.complete(ticket, StepKind.APPLY)
        second.counter.complete(ticket, StepKind.AFTER_GUIDE)
        second.counter.finish(ticket, Outcome.APPLIED_PAPER)

        second.closing.approve()
        write(second)
        found = first.whole.prepare(first.house.stick).run(silent, never)
        first.whole.record(found)
        assert first.closing.reconcile().agrees, "the window's kiosk tells how it ended"
        first.closing.approve()
        write(first)

        known = steps_of(first, ticket) | steps_of(second, ticket)
        database = CollectDatabase.open(str(tmp_path / "collected.db"), practice=True)
        try:
            batches = sorted(first.house.stick.glob("*.zip"))
            taken = collect(first.house.city, batches, database, Clock().now())
            assert [one.state for one in taken] == ["added", "added"]
            with database.reading() as db:
                (visit,) = db.execute(select(to.visits)).all()
                steps = db.execute(select(to.steps)).all()
        finally:
            database.close()
    assert (visit.ticket, visit.kiosks, visit.outcome) == (ticket, "K1,K2", "applied_paper")
    assert visit.has_photo, "taken on the first kiosk, while the second one served"
    assert {(step.step, step.event) for step in steps} == known
