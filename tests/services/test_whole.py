"""Three kiosks, one session, no network: the stick carries what the lead brings together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.city.collect import collect
from kiosk.city.collect_database import CollectDatabase
from kiosk.city.collect_totals import Month, months
from kiosk.domain.batch import SessionState
from kiosk.domain.errors import Refused
from kiosk.domain.portrait import judge
from kiosk.domain.registers import Subject
from kiosk.domain.site import Band
from kiosk.domain.visit import Event, Outcome, Reason, Service, State, StepKind
from kiosk.domain.whole import Rift
from kiosk.services.clock import Clock
from kiosk.services.portrait import Candidate
from kiosk.services.practice import MANAGER, PRACTICE_DAY
from kiosk.services.reports import ReportDesk
from kiosk.services.whole import OnStick
from tests.house import Counterday, never, opened_copy, silent
from tests.sisters import a_sister, card_of

Trio = tuple[Counterday, Counterday, Counterday]


@pytest.fixture(scope="module")
def trio(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trio]:
    """K1 leads; K2 and K3 have taken over its settings and work from the papers."""
    with opened_copy(template, tmp_path_factory.mktemp("site") / "kiosk") as lead, ExitStack() as stack:
        lead.sign_in_manager()
        second, second_card = a_sister(lead, "K2", stack)
        third, third_card = a_sister(lead, "K3", stack, staffed=False)
        for card in (second_card, third_card):
            lead.site.know(card)
        sealed = lead.site.export()
        for sister in (second, third):
            sister.sign_in_manager()
            sister.site.take(sealed, card_of(lead))
        for kiosk in (lead, second, third):
            kiosk.agenda.open(PRACTICE_DAY, kiosk.agenda.venues()[0], kiosk.agenda.checklist())
        yield lead, second, third


def code_of(lead: Counterday, ticket: str) -> str:
    return str(lead.tickets.compose(lead.counter.visit(ticket)).values["qr"])


def take_in(sister: Counterday, code: str) -> str:
    ticket = sister.tickets.read(code)
    assert sister.counter.take_in(code, ticket).state is State.SERVING
    return ticket


def apply_on_paper(kiosk: Counterday, ticket: str) -> None:
    """The support to its end, the picture having been taken elsewhere."""
    kiosk.counter.skip(ticket, StepKind.PHOTO)
    kiosk.counter.skip(ticket, StepKind.APPLICATION_ID)
    kiosk.counter.complete(ticket, StepKind.APPLY)
    kiosk.counter.complete(ticket, StepKind.AFTER_GUIDE)
    kiosk.counter.finish(ticket, Outcome.APPLIED_PAPER)


def write(kiosk: Counterday) -> str:
    kiosk.handover.record_sealed(kiosk.handover.prepare_seal().run(silent, never))
    job = kiosk.handover.prepare_export(kiosk.handover.drives()[0])
    kiosk.handover.record_exported(job, job.run(silent, never))
    return job.name


def totals_of_collect(lead: Counterday) -> Month:
    """The month, as the city's own program counts it from the payloads."""
    database = CollectDatabase.open(str(lead.data.parent / "collected.db"), practice=True)
    try:
        taken = collect(lead.house.city, sorted(lead.house.stick.glob("*.zip")), database, Clock().now())
        assert [one.state for one in taken] == ["added"] * 3
        with database.reading() as db:
            (month,) = months(db)
    finally:
        database.close()
    return month


def the_report_counts_all_three(lead: Counterday, found: tuple[OnStick, ...], month: Month) -> None:
    desk = ReportDesk(lead.desk)
    report = desk.month("2025-11")
    total = report.total
    assert (total.came + total.count("voided"), total.count("came_reserved")) == (
        month.visits,
        month.reserved,
    )
    outcomes = {
        "accepted": total.count("accepted"),
        "applied_paper": total.count("paper"),
        "stopped": total.count("issuance_stopped"),
    }
    assert outcomes == month.outcomes
    assert (total.stopped, total.count("no_outcome")) == (month.reasons, 0)
    assert total.count("photos") == 1, "taken on K3, ended on K2"
    lead.whole.record(found)
    assert desk.month("2025-11") == report, "read a second time, counted once"


def test_three_kiosks_make_one_session(trio: Trio) -> None:
    lead, second, third = trio
    with pytest.raises(Refused, match="not_lead"):
        second.reception.check_in(Service.ISSUANCE)
    with pytest.raises(Refused, match="not_lead"):
        third.counter.call_next()
    # Issued on K1 and finished on K2, ended on K1, photographed on K3 and finished on K2, stopped on K3.
    finished = lead.waiting().ticket
    stays = lead.at_window().ticket
    pictured = lead.waiting(Service.APPLICATION).ticket
    stopped = lead.waiting().ticket
    lead.issue(stays)
    with pytest.raises(Refused, match="take_in_scan"):
        second.counter.take_in(finished, finished)
    assert take_in(second, code_of(lead, finished)) == finished
    take_in(second, code_of(lead, finished))  # scanned twice, taken in once
    second.issue(finished)
    take_in(third, code_of(lead, pictured))
    good = judge({"one_face": 1.0, "roll": 0.0})
    third.portraits.accept(pictured, Candidate(b"\xff\xd8\xff\xe0" + bytes(2000), good))
    third.counter.move(pictured, Event.RETURN)
    apply_on_paper(second, take_in(second, code_of(lead, pictured)))
    take_in(third, code_of(lead, stopped))
    third.counter.side_exit(stopped, Reason.R10)

    assert third.closing.reconcile().agrees, "who went back into the line ends elsewhere"
    for sister in (second, third):
        sister.closing.approve()
        assert sister.handover.prepare_seal().facts.lead == "K1"
        write(sister)
    assert len(lead.closing.reconcile().differences) == 3
    found = lead.whole.prepare(lead.house.stick).run(silent, never)
    assert [(one.name, one.problem) for one in found] == [
        ("13210-K2-000001-20251105.zip", None),
        ("13210-K3-000001-20251105.zip", None),
    ]
    lead.whole.record(found)
    assert lead.closing.reconcile().agrees
    assert lead.closing.reconcile().outcomes == 4
    lead.closing.approve()
    write(lead)

    found = lead.whole.prepare(lead.house.stick).run(silent, never)
    whole = lead.whole.record(found)
    month = totals_of_collect(lead)
    assert (whole.rifts, month.outcomes, month.papers) == ((), whole.outcomes, whole.papers)
    the_report_counts_all_three(lead, found, month)
    told = {one.ticket: (one.kiosks, one.outcome, one.papers) for one in whole.tickets}
    assert told == {
        finished: (("K1", "K2"), "accepted", 4),
        stays: (("K1",), "accepted", 4),
        pictured: (("K1", "K2", "K3"), "applied_paper", 0),
        stopped: (("K1", "K3"), "stopped", 0),
    }
    assert lead.whole.delivery_pdf(found, "RENSHU").startswith(b"%PDF")
    the_way_to_the_city(lead)
    a_batch_that_is_not_whole_is_named(lead, stopped)


def the_way_to_the_city(lead: Counterday) -> None:
    trip, paper = lead.transport.set_out("佐藤 和子、山田 太一", "社用車で直行", "鍵つきケース 1号")
    assert (trip.people, trip.due, trip.is_late()) == (("佐藤 和子", "山田 太一"), PRACTICE_DAY, False)
    assert paper.startswith(b"%PDF")
    assert lead.transport.last() == trip
    with pytest.raises(Refused, match="transport_people"):
        lead.transport.set_out("佐藤、佐藤", "直行", "ケース")


def a_batch_that_is_not_whole_is_named(lead: Counterday, stopped: str) -> None:
    # A sister's batch that is not what it was, and one nobody knows.
    stick = lead.house.stick / "13210-K3-000001-20251105.zip"
    sound = stick.read_bytes()
    stick.write_bytes(sound[:-1])
    with pytest.raises(Refused):
        lead.whole.delivery_pdf(lead.whole.prepare(lead.house.stick).run(silent, never), "RENSHU")
    stick.unlink()
    alone = lead.whole.whole(lead.whole.prepare(lead.house.stick).run(silent, never))
    assert [(rift.rift, rift.ticket, rift.kiosks) for rift in alone.rifts] == [
        (Rift.NO_BATCH, "", ("K3",)),
        (Rift.NO_OUTCOME, stopped, ("K1",)),
    ]
    stick.write_bytes(sound)
    assert lead.desk.state is SessionState.EXPORTED


def test_the_settings_bring_people_without_pins_and_numbers_in_bands(trio: Trio) -> None:
    lead, _, third = trio
    with third.desk.office.reading() as view:
        assert view.staff.find("yamada") is not None
        assert [medium.serial for medium in view.media.all()] == [lead.bay.drives()[0].serial]
        assert view.approvals.find("令7-練-17", Subject.ERASURE) is not None
    assert [person.id for person in third.access.people()] == [MANAGER.id], "a PIN is set where it is used"
    with pytest.raises(Refused, match="bands_overlap"):
        lead.site.arrange(bands={"K1": Band(1, 500), "K2": Band(500, 999)})
    with pytest.raises(Refused, match="sister_unknown"):
        lead.site.arrange(lead="K9")
    lead.site.arrange(bands={"K1": Band(1, 499), "K2": Band(501, 999)})
    older = lead.site.export()
    newer = lead.site.export()
    assert third.site.take(newer).bands["K2"] == Band(501, 999)
    with pytest.raises(Refused, match="setup_older"):
        third.site.take(older)
    with pytest.raises(Refused, match="setup_other_office"):
        third.site.take(newer, card_of(third))
    with pytest.raises(Refused, match="payload_not_for_us"):
        lead.site.take(newer, card_of(third))
    damaged = newer[:-1] + bytes([newer[-1] ^ 1])
    with pytest.raises(Refused, match="payload_undecipherable"):
        third.site.take(damaged)


def test_a_band_begins_where_it_begins_and_ends_where_it_ends(day: Counterday) -> None:
    with ExitStack() as stack:
        _, card = a_sister(day, "K2", stack)
        day.site.know(card)
        day.site.arrange(bands={"K1": Band(501, 502)})
        assert [day.reception.check_in(Service.CONSULTATION).ticket for _ in range(2)] == ["C501", "C502"]
        with pytest.raises(Refused, match="tickets_used_up"):
            day.reception.check_in(Service.CONSULTATION)
