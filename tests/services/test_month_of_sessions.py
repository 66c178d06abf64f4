"""A month of sessions from the first number to the erasure: the report stands, the city counts the same."""

from __future__ import annotations

import os
from datetime import date

from kiosk.city.collect import collect
from kiosk.city.collect_database import CollectDatabase
from kiosk.city.collect_totals import Month, months
from kiosk.domain.report import MonthReport
from kiosk.domain.visit import Outcome, Reason, Service, StepKind
from kiosk.services.agenda_book import held_days
from kiosk.services.clock import Clock
from kiosk.services.reports import ReportDesk
from tests.house import Counterday

SESSIONS, VISITS = (6, 30) if os.environ.get("KIOSK_LONG") else (2, 5)
"""Every session has a visit of each kind; KIOSK_LONG=1 takes the whole month of 6 × 30."""


def a_session(kiosk: Counterday, day: date) -> None:
    kiosk.desk.clock = Clock(day)
    kiosk.agenda.open(day, kiosk.agenda.venues()[0], kiosk.agenda.checklist())
    for at in range(VISITS):
        a_visit(kiosk, at % 5)
    kiosk.export()
    kiosk.house.answer_as_city(kiosk.house.stick)


def a_visit(kiosk: Counterday, kind: int) -> None:
    """Issued, stopped, applied on paper, asked, given up."""
    if kind == 0:
        kiosk.issue(kiosk.at_window().ticket)
    elif kind == 1:
        kiosk.counter.side_exit(kiosk.waiting().ticket, Reason.R02)
    elif kind == 2:
        ticket = kiosk.at_window(Service.APPLICATION).ticket
        kiosk.counter.skip(ticket, StepKind.PHOTO)
        kiosk.counter.skip(ticket, StepKind.APPLICATION_ID)
        kiosk.counter.complete(ticket, StepKind.APPLY)
        kiosk.counter.complete(ticket, StepKind.AFTER_GUIDE)
        kiosk.counter.finish(ticket, Outcome.APPLIED_PAPER)
    elif kind == 3:
        asked = kiosk.at_window(Service.CONSULTATION).ticket
        kiosk.counter.talked(asked, "lost")
        kiosk.counter.finish(asked, Outcome.CONSULTED)
    else:
        kiosk.counter.side_exit(kiosk.at_window(Service.APPLICATION).ticket, Reason.R10)


def counted_by_the_city(kiosk: Counterday) -> Month:
    database = CollectDatabase.open(str(kiosk.data.parent / "collected.db"), practice=True)
    try:
        batches = sorted(kiosk.house.stick.glob("*.zip"))
        assert {one.state for one in collect(kiosk.house.city, batches, database, Clock().now())} == {"added"}
        with database.reading() as db:
            (month,) = months(db)
    finally:
        database.close()
    return month


def test_sessions_reported_erased_and_collected_say_the_same(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    days = [one.date for one in held_days(kiosk.desk) if one.date.month == 11]
    assert len(days) == 6
    desk = ReportDesk(kiosk.desk)
    for day in days[:SESSIONS]:
        a_session(kiosk, day)
        answer = next(kiosk.house.stick.glob(f"*{day:%Y%m%d}.receipt.json"))
        kiosk.receipts.take(answer, day)
        before = desk.month("2025-11")
        kiosk.erase()
        assert desk.month("2025-11") == before
    the_same_totals(before, counted_by_the_city(kiosk))


def the_same_totals(report: MonthReport, month: Month) -> None:
    total = report.total
    assert (month.sessions, month.visits) == (SESSIONS, SESSIONS * VISITS)
    assert (total.came + total.count("voided"), total.count("came_reserved")) == (
        month.visits,
        month.reserved,
    )
    assert total.stopped == month.reasons
    assert {
        "accepted": total.count("accepted"),
        "applied_paper": total.count("paper"),
        "consulted": total.count("consulted"),
        "stopped": total.count("issuance_stopped") + total.count("support_stopped"),
    } == month.outcomes
    assert (len(report.lines), total.count("no_outcome")) == (SESSIONS, 0)
