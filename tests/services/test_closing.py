"""The end of the day: four counts agree, or every difference has words."""

from __future__ import annotations

import pytest

from kiosk.domain.batch import SessionEvent, SessionState
from kiosk.domain.closing import Difference, Explanation, Gap
from kiosk.domain.custody import Paper
from kiosk.domain.errors import Refused
from kiosk.domain.staff import Act
from kiosk.domain.visit import Outcome, Reason, Service
from kiosk.services.meter import MeterDesk
from kiosk.services.practice import PRACTICE_DAY
from kiosk.services.register_book import RegisterBook
from tests.house import MARKED_NAMES, Counterday, never, silent


def test_a_day_without_faults_agrees(day: Counterday) -> None:
    day.issue(day.at_window(reservation="R251105001").ticket)
    asked = day.at_window(Service.CONSULTATION).ticket
    day.counter.talked(asked, "lost")
    day.counter.finish(asked, Outcome.CONSULTED)
    day.counter.side_exit(day.waiting().ticket, Reason.R02)
    found = day.closing.approve()
    assert (found.tickets, found.outcomes, found.records) == (3, 3, 3)
    assert (found.sealed, found.without_papers) == (1, 2)
    assert found.agrees
    assert day.desk.state is SessionState.CLOSED


def test_closing_waits_for_words_and_then_carries_them(day: Counterday) -> None:
    ticket = day.waiting().ticket
    with pytest.raises(Refused, match="closing_unexplained") as refused:
        day.closing.approve()
    assert refused.value.facts == {"count": 1, "ticket": ticket}
    open_visit = Difference(Gap.NO_OUTCOME, ticket)
    with pytest.raises(Refused, match="closing_words_empty"):
        day.closing.explain(Explanation(open_visit, "  "))
    day.closing.explain(Explanation(open_visit, "", under_inquiry=True))
    day.closing.explain(Explanation(open_visit, "お呼びしても来られませんでした"))
    assert day.closing.approve().differences == (open_visit,)
    facts = day.handover.prepare_seal().facts
    assert [(line.gap, line.ticket, line.words) for line in facts.differences] == [
        ("no_outcome", ticket, "お呼びしても来られませんでした")
    ]


def test_words_that_hide_a_my_number_are_refused(day: Counterday) -> None:
    gap = Difference(Gap.NO_OUTCOME, day.waiting().ticket)
    with pytest.raises(Refused, match="my_number_possible"):
        day.closing.explain(Explanation(gap, "番号は 1234-5678-9018 です"))
    assert day.closing.explanations() == ()


def test_a_paper_missing_from_the_envelope_is_named_by_kind(day: Counterday) -> None:
    ticket = day.at_window().ticket
    day.issue(ticket)
    day.custody.set_held(ticket, Paper.F09, 0)
    gaps = {(difference.gap, difference.paper) for difference in day.closing.reconcile().differences}
    assert (Gap.PAPER_MISSING, "F09") in gaps


def test_after_closing_nothing_of_the_day_changes(day: Counterday) -> None:
    day.closing.approve()
    day.closing.approve()
    with pytest.raises(Refused, match="session_not_open"):
        day.reception.check_in(Service.ISSUANCE)


def test_the_office_keeps_counts_and_no_name(day: Counterday) -> None:
    day.issue(day.at_window(reservation="R251105001").ticket)
    day.closing.approve()
    with day.desk.office.reading() as view:
        figures = view.figures.of_session(day.desk.session_day)
        papers = view.papers.of_session(day.desk.session_day)
    assert [(line.ticket, line.reserved, line.outcome) for line in figures] == [("A001", True, "accepted")]
    assert {line.paper for line in papers} == {"F01", "F02", "F04", "F09"}
    assert "小金井　花子" not in repr((figures, papers))


def test_what_stays_unexplained_opens_one_draft_of_an_incident_report(day: Counterday) -> None:
    book = RegisterBook(day.desk)
    first, second = (day.at_window(reservation=number).ticket for number in ("R251105001", "R251105002"))
    for ticket in (first, second):
        day.issue(ticket)
        day.custody.set_held(ticket, Paper.F09, 0)
    missing = [Difference(Gap.PAPER_MISSING, ticket, "F09") for ticket in (first, second)]
    assert set(missing) <= set(day.closing.reconcile().differences)
    for difference in day.closing.reconcile().differences:
        day.closing.explain(Explanation(difference, "枚数を確かめた", under_inquiry=difference == missing[0]))
    assert book.entries("incidents") == ()
    day.closing.approve()
    day.closing.approve()
    (entry,) = book.entries("incidents")
    assert first in entry.words["data"]
    assert entry.words["place"]
    assert not any(name in str(entry.words) for name in MARKED_NAMES)
    assert (book.drafts("incidents"), MeterDesk(day.desk).now().drafts) == (frozenset({1}), 1)
    # Sent back, opened, closed again: the same difference is the same incident.
    day.handover.record_sealed(day.handover.prepare_seal().run(silent, never))
    job = day.handover.prepare_export(day.handover.drives()[0])
    day.handover.record_exported(job, job.run(silent, never))
    with day.desk.office_work(Act.TAKE_RECEIPT) as (work, _):
        opening = work.openings.get(PRACTICE_DAY, "K1")
        work.openings.save(opening.after(SessionEvent.REJECTED))
        work.commit()
    day.desk.state_changed()
    with day.desk.office_work(Act.CLOSE_SESSION) as (work, _):
        work.openings.save(work.openings.get(PRACTICE_DAY, "K1").after(SessionEvent.REOPEN))
        work.commit()
    day.desk.state_changed()
    day.closing.explain(Explanation(missing[1], "", under_inquiry=True))
    day.closing.approve()
    assert [one.number for one in book.entries("incidents")] == [2, 1]
    finished = {**entry.words, "report_no": "第1報", "cause": "封筒の取り違え", "count": "1人"}
    with pytest.raises(Refused, match="register_reason_missing"):
        book.correct("incidents", 1, finished, " ")
    book.correct("incidents", 1, finished, "調査が終わった")
    assert (book.drafts("incidents"), MeterDesk(day.desk).now().drafts) == (frozenset({2}), 1)
    assert book.paper("incidents", 1).run().startswith(b"%PDF")
