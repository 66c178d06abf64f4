"""The end of the day: four counts agree, or every difference has words."""

from __future__ import annotations

import pytest

from kiosk.domain.batch import SessionState
from kiosk.domain.closing import Difference, Explanation, Gap
from kiosk.domain.custody import Paper
from kiosk.domain.errors import Refused
from kiosk.domain.visit import Outcome, Reason, Service
from tests.house import Counterday


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
