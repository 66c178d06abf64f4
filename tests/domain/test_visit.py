"""A person's way through the counter: every move that exists, every one that does not, steps in order."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import Refused
from kiosk.domain.visit import (
    COUNTER,
    FINISHED,
    FORMS_DESK,
    OUTCOMES,
    RECEPTION,
    TRANSITIONS,
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
    procedure,
)

NINE = datetime(2025, 11, 5, 9, 0, tzinfo=timezone(timedelta(hours=9)))


def a_visit(state: State = State.RECEIVED, service: Service = Service.ISSUANCE, *more: StepKind) -> Visit:
    """A visit with a number; `more` are the further steps already done."""
    done = (*RECEPTION, *more)
    return Visit("A001", service, state, tuple(Step(kind, NINE, "yamada") for kind in done))


def ready(state: State, service: Service = Service.ISSUANCE) -> Visit:
    """A visit that has written its forms."""
    return a_visit(state, service, *FORMS_DESK[service])


def through(service: Service, state: State = State.SERVING) -> Visit:
    """A visit with every step of its service done."""
    return a_visit(state, service, *FORMS_DESK[service], *COUNTER[service])


# --- moves ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
@pytest.mark.parametrize("service", Service)
def test_every_pair_of_state_and_event_does_what_the_table_says(
    state: State, event: Event, service: Service
) -> None:
    visit = through(service, state)
    wanted = TRANSITIONS.get((state, event))
    assert (event in visit.choices()) is (wanted is not None)
    if wanted is None:
        with pytest.raises(Refused, match="visit_move") as refused:
            visit.after(event, NINE, "yamada")
        assert refused.value.facts == {"ticket": "A001"}
    else:
        moved = visit.after(event, NINE, "sato", window="2")
        assert (moved.state, moved.window) == (wanted, "2")
        assert moved.steps[:-1] == visit.steps
        assert (moved.steps[-1].event, moved.steps[-1].operator) == (event, "sato")


def test_only_mending_leads_out_of_a_closed_visit_and_every_open_one_can_end() -> None:
    assert [event for state, event in TRANSITIONS if state is State.CLOSED] == [Event.MEND]
    for state in set(State) - {State.CLOSED}:
        assert TRANSITIONS[state, Event.LEAVE] is State.CLOSED
    assert [state for state in State if (state, Event.FINISH) in TRANSITIONS] == [State.SERVING]


def test_a_mended_visit_keeps_what_was_done_and_waits_for_its_outcome_again() -> None:
    ended = through(Service.ISSUANCE).finished(Outcome.ACCEPTED, NINE, "yamada")
    mended = ended.mended(NINE, "sato", "2")
    assert (mended.state, mended.outcome, mended.window) == (State.SERVING, None, "2")
    assert mended.steps[:-1] == ended.steps
    assert mended.is_done(StepKind.SEALED)
    assert mended.finished(Outcome.ACCEPTED, NINE, "sato").outcome is Outcome.ACCEPTED
    left = ready(State.WAITING).left(Reason.R10, NINE, "yamada").mended(NINE, "sato", "1")
    assert (left.outcome, left.reason) == (None, None)


def test_every_state_is_reached_from_the_ticket() -> None:
    reached, rest = {State.RECEIVED}, [State.RECEIVED]
    while rest:
        here = rest.pop()
        for (state, _), then in TRANSITIONS.items():
            if state is here and then not in reached:
                reached.add(then)
                rest.append(then)
    assert reached == set(State)


def test_a_number_cannot_be_taken_back_from_somebody_who_is_called_or_served() -> None:
    assert {state for state in State if (state, Event.VOID) in TRANSITIONS} == {
        State.RECEIVED,
        State.WAITING,
        State.HELD,
        State.ABSENT,
    }


@pytest.mark.parametrize("state", [State.HELD, State.ABSENT, State.PARKED, State.CALLED, State.SERVING])
def test_who_has_not_written_the_forms_comes_back_to_the_forms_desk(state: State) -> None:
    event = Event.RESUME if state is State.PARKED else Event.RETURN
    assert a_visit(state).after(event, NINE, "yamada").state is State.RECEIVED
    assert ready(state).after(event, NINE, "yamada").state is State.WAITING


@pytest.mark.parametrize("state", [s for s in State if s not in (State.CLOSED, State.PARKED)])
def test_another_service_keeps_the_number_and_wants_its_own_forms(state: State) -> None:
    asked = ready(state, Service.CONSULTATION)
    to_issuance = asked.transferred(Service.ISSUANCE, NINE, "sato")
    assert (to_issuance.ticket, to_issuance.service) == ("A001", Service.ISSUANCE)
    assert to_issuance.state is State.RECEIVED  # nothing is written yet
    assert to_issuance.steps[:-1] == asked.steps
    assert to_issuance.transferred(Service.APPLICATION, NINE, "sato").state is State.WAITING
    with pytest.raises(Refused, match="visit_move"):
        asked.transferred(Service.CONSULTATION, NINE, "sato")


@pytest.mark.parametrize("state", [State.WAITING, State.HELD, State.ABSENT])
def test_who_has_not_written_the_forms_is_not_called(state: State) -> None:
    with pytest.raises(Refused, match="step_before") as refused:
        a_visit(state, Service.ISSUANCE, StepKind.PRECHECK).after(Event.CALL, NINE, "yamada")
    assert refused.value.facts == {"ticket": "A001", "step": "forms"}


def test_the_window_of_the_last_call_stands() -> None:
    called = ready(State.WAITING).after(Event.CALL, NINE, "yamada", window="3")
    assert called.after(Event.ARRIVE, NINE, "yamada").window == "3"
    assert called.after(Event.CALL, NINE, "yamada", window="1").window == "1"


# --- steps ---------------------------------------------------------------------------------------------


def test_the_order_of_the_specification() -> None:
    # 受付 → 案内 → 番号札 → 事前確認 → 記載 → 待合 → 呼出
    # → 最終確認 → ビデオ → 照合 → 写し → 送付物 → 控え → 封入
    assert [kind.value for kind in procedure(Service.ISSUANCE)] == [
        "check_in",
        "papers_guide",
        "ticket",
        "precheck",
        "forms",
        "wait",
        "call",
        "final_check",
        "video",
        "match",
        "copies",
        "posting_guide",
        "pin_memo",
        "sealed",
    ]
    assert [kind.value for kind in COUNTER[Service.APPLICATION]] == [
        "photo",
        "application_id",
        "apply",
        "after_guide",
    ]
    assert FORMS_DESK[Service.APPLICATION] == FORMS_DESK[Service.CONSULTATION] == ()


@pytest.mark.parametrize(
    ("service", "done"),
    [(service, done) for service in Service for done in range(len(COUNTER[service]) + 1)],
)
def test_only_the_next_step_of_the_service_can_be_done(service: Service, done: int) -> None:
    order = COUNTER[service]
    visit = replace(
        ready(State.SERVING, service),
        steps=tuple(
            Step(kind, NINE, "yamada")
            for kind in (*RECEPTION, *FORMS_DESK[service], StepKind.WAIT, StepKind.CALL, *order[:done])
        ),
    )
    assert visit.next_step() is (order[done] if done < len(order) else None)
    for place, kind in enumerate(order):
        if place < done:
            assert visit.with_step(Step(kind, NINE, "sato")) is visit
        elif place == done:
            assert visit.with_step(Step(kind, NINE, "sato")).is_done(kind)
        else:
            with pytest.raises(Refused, match="step_before") as refused:
                visit.with_step(Step(kind, NINE, "sato"))
            assert refused.value.facts["step"] == order[done].value


@pytest.mark.parametrize("service", Service)
def test_a_step_of_another_service_is_refused(service: Service) -> None:
    own = {*RECEPTION, *FORMS_DESK[service], *COUNTER[service]}
    for kind in set(StepKind) - own:
        with pytest.raises(Refused, match="step_unknown"):
            ready(State.SERVING, service).with_step(Step(kind, NINE, "yamada"))


@pytest.mark.parametrize("state", [state for state in State if state not in (State.SERVING, State.CLOSED)])
def test_counter_steps_need_the_visitor_at_the_window(state: State) -> None:
    with pytest.raises(Refused, match="visit_not_at_window"):
        ready(state).with_step(Step(StepKind.FINAL_CHECK, NINE, "yamada"))


def test_nothing_is_added_to_a_closed_visit() -> None:
    with pytest.raises(Refused, match="visit_closed"):
        ready(State.CLOSED).with_step(Step(StepKind.FINAL_CHECK, NINE, "yamada"))


@pytest.mark.parametrize("outcome", Done)
def test_what_counts_as_done(outcome: Done) -> None:
    step = Step(StepKind.FINAL_CHECK, NINE, "yamada", outcome)
    visit = replace(ready(State.SERVING), steps=(*ready(State.SERVING).steps, step))
    assert visit.is_done(StepKind.FINAL_CHECK) is (outcome in FINISHED)
    assert frozenset({Done.DONE, Done.OK, Done.SKIPPED}) == FINISHED


def test_a_confirmation_taken_back_by_the_officer_is_no_confirmation() -> None:
    visit = ready(State.SERVING).with_step(Step(StepKind.FINAL_CHECK, NINE, "yamada"))
    for result in (Done.AGAIN, Done.NG):
        visit = visit.with_step(Step(StepKind.VIDEO, NINE, "yamada", result, officer="市職員 1番"))
        assert not visit.is_done(StepKind.VIDEO)
    assert visit.with_step(Step(StepKind.VIDEO, NINE, "yamada", Done.OK)).is_done(StepKind.VIDEO)


# --- taking back ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", Service)
def test_every_counter_step_can_be_taken_back_and_none_disappears(service: Service) -> None:
    visit = through(service)
    for kind in reversed(COUNTER[service]):
        back = visit.undone(NINE, "sato")
        assert back.steps[:-1] == visit.steps
        assert (back.steps[-1].kind, back.steps[-1].outcome) == (kind, Done.UNDONE)
        assert not back.is_done(kind)
        visit = back
    with pytest.raises(Refused, match="undo_nothing"):
        visit.undone(NINE, "sato")


def test_a_pin_form_goes_with_the_step_that_named_it() -> None:
    visit = replace(through(Service.ISSUANCE), pin_form=PinForm.FULL)
    visit = visit.undone(NINE, "sato")
    assert visit.pin_form is PinForm.FULL
    assert visit.undone(NINE, "sato").pin_form is None


def test_at_the_forms_desk_the_precheck_can_be_taken_back() -> None:
    visit = a_visit(State.RECEIVED, Service.ISSUANCE, StepKind.PRECHECK)
    back = visit.undone(NINE, "sato")
    assert back.steps[-1].kind is StepKind.PRECHECK
    with pytest.raises(Refused, match="undo_nothing"):
        back.undone(NINE, "sato")


@pytest.mark.parametrize("state", [state for state in State if state not in (State.SERVING, State.RECEIVED)])
def test_nothing_is_taken_back_while_the_visitor_is_elsewhere(state: State) -> None:
    with pytest.raises(Refused, match="undo_nothing"):
        through(Service.ISSUANCE, state).undone(NINE, "sato")


# --- ends ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", Service)
@pytest.mark.parametrize("outcome", Outcome)
def test_a_visit_ends_only_with_an_outcome_of_its_service(service: Service, outcome: Outcome) -> None:
    visit = through(service)
    if outcome in OUTCOMES[service]:
        ended = visit.finished(outcome, NINE, "sato")
        assert (ended.state, ended.outcome, ended.choices()) == (State.CLOSED, outcome, (Event.MEND,))
    else:
        with pytest.raises(Refused, match="outcome_unknown"):
            visit.finished(outcome, NINE, "sato")


@pytest.mark.parametrize("service", Service)
def test_no_visit_ends_well_with_a_step_missing(service: Service) -> None:
    visit = through(service).undone(NINE, "sato")
    with pytest.raises(Refused, match="step_before"):
        visit.finished(OUTCOMES[service][0], NINE, "sato")


@pytest.mark.parametrize("reason", Reason)
def test_the_side_exit_keeps_its_reason(reason: Reason) -> None:
    left = a_visit().left(reason, NINE, "sato")
    assert (left.state, left.outcome, left.reason) == (State.CLOSED, Outcome.STOPPED, reason)


def test_a_voided_number_is_closed_without_reason() -> None:
    voided = a_visit().voided(NINE, "sato")
    assert (voided.state, voided.outcome, voided.reason) == (State.CLOSED, Outcome.VOIDED, None)


@given(st.lists(st.sampled_from([*Event, *StepKind, "undo", "finish", "left"]), max_size=40))
def test_whatever_is_touched_in_whatever_order_steps_only_grow_and_the_order_holds(
    touches: list[Event | StepKind | str],
) -> None:
    visit = a_visit()
    for touch in touches:
        before = visit
        try:
            match touch:
                case Event():
                    visit = visit.after(touch, NINE, "yamada")
                case StepKind():
                    visit = visit.with_step(Step(touch, NINE, "yamada"))
                case "undo":
                    visit = visit.undone(NINE, "yamada")
                case "finish":
                    visit = visit.finished(Outcome.ACCEPTED, NINE, "yamada")
                case _:
                    visit = visit.left(Reason.R10, NINE, "yamada")
        except Refused:
            assert visit is before
        assert visit.steps[: len(before.steps)] == before.steps
        if before.state is State.CLOSED:
            assert visit.state is State.CLOSED or touch is Event.MEND
        order = [*FORMS_DESK[Service.ISSUANCE], *COUNTER[Service.ISSUANCE]]
        done = [visit.is_done(kind) for kind in order]
        assert done == sorted(done, reverse=True), "a step is done before one in front of it"


# --- the page ------------------------------------------------------------------------------------------


def test_the_diagrams_in_the_documents_are_those_of_the_tables(checkout: Path) -> None:
    printed = subprocess.run(
        [sys.executable, str(checkout / "tools" / "state_diagram.py")],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(checkout / "src")},
    ).stdout.decode()
    page = (checkout / "docs" / "states.md").read_text(encoding="utf-8")
    assert page == printed
    visit_part = page.split("## A session")[0]
    drawn = {
        (begin, event.strip(), end)
        for begin, end, events in re.findall(r"    (\w+) --> (\w+) : (.+)", visit_part)
        for event in events.split(",")
    }
    assert drawn == {(state.value, event.value, end.value) for (state, event), end in TRANSITIONS.items()}
