"""An end by mistake is taken back by the manager with a reason; every step that was there stays there."""

from __future__ import annotations

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.visit import CORRECT_WHY, UNDO_WHY, Done, Event, Outcome, Reason, State, StepKind
from kiosk.services.correction import CorrectionDesk
from tests.house import Counterday


def test_a_wrong_end_is_taken_back_and_both_ends_stay_in_the_record(day: Counterday) -> None:
    ticket = day.at_window().ticket
    left = day.counter.side_exit(ticket, Reason.R02)
    desk = CorrectionDesk(day.desk)
    for _ in range(10):
        opened = desk.reopen(ticket, "wrong_visit")
    assert opened.steps[:-1] == left.steps
    last = opened.steps[-1]
    assert (last.kind, last.outcome, dict(last.facts)) == (
        StepKind.MOVED,
        Done.UNDONE,
        {"why": "wrong_visit", "was": "R02"},
    )
    assert (opened.state, opened.outcome, opened.reason) == (State.WAITING, None, None)
    for event in (Event.CALL, Event.ARRIVE):
        day.counter.move(ticket, event)
    assert day.issue(ticket).outcome is Outcome.ACCEPTED
    assert day.closing.reconcile().agrees


def test_an_issuance_accepted_too_early_can_be_put_right_step_by_step(day: Counterday) -> None:
    ticket = day.at_window().ticket
    day.issue(ticket)
    CorrectionDesk(day.desk).reopen(ticket, "wrong_outcome")
    for event in (Event.CALL, Event.ARRIVE):
        day.counter.move(ticket, event)
    assert day.counter.undo(ticket, "changed").steps[-1].fact("why") == "changed"
    assert day.counter.seal(ticket).is_done(StepKind.SEALED)
    assert day.counter.finish(ticket, Outcome.ACCEPTED).outcome is Outcome.ACCEPTED


def test_whoever_had_not_written_the_forms_comes_back_to_the_desk(day: Counterday) -> None:
    from kiosk.domain.visit import Service

    ticket = day.reception.check_in(Service.ISSUANCE).ticket
    day.counter.side_exit(ticket, Reason.R01)
    assert CorrectionDesk(day.desk).reopen(ticket, "came_back").state is State.RECEIVED


def test_only_a_manager_and_only_with_a_reason(day: Counterday) -> None:
    ticket = day.at_window().ticket
    day.counter.side_exit(ticket, Reason.R10)
    desk = CorrectionDesk(day.desk)
    with pytest.raises(Refused, match="correct_why"):
        desk.reopen(ticket, "because")
    day.sign_in_staff()
    assert not desk.is_allowed
    with pytest.raises(Refused, match="not_allowed"):
        desk.reopen(ticket, CORRECT_WHY[0])


def test_a_withdrawn_number_stays_withdrawn(day: Counterday) -> None:
    ticket = day.waiting().ticket
    day.reception.void(ticket)
    with pytest.raises(Refused, match="visit_voided"):
        CorrectionDesk(day.desk).reopen(ticket, "came_back")


def test_after_closing_nothing_is_corrected(day: Counterday) -> None:
    ticket = day.at_window().ticket
    day.counter.side_exit(ticket, Reason.R10)
    day.closing.approve()
    with pytest.raises(Refused, match="session_not_open"):
        CorrectionDesk(day.desk).reopen(ticket, "came_back")


def test_the_reason_of_a_step_taken_back_is_one_of_the_list(day: Counterday) -> None:
    ticket = day.at_window().ticket
    day.counter.complete(ticket, StepKind.FINAL_CHECK)
    with pytest.raises(Refused, match="correct_why"):
        day.counter.undo(ticket, "because")
    assert day.counter.undo(ticket, UNDO_WHY[0]).steps[-1].fact("why") == UNDO_WHY[0]
