"""The photo station: the right visitor, one judged picture, and nothing kept that was not accepted."""

from __future__ import annotations

import json

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.portrait import Override, judge
from kiosk.domain.portrait import State as CheckState
from kiosk.domain.staff import Role
from kiosk.domain.visit import Done, Outcome, Service, State, StepKind
from kiosk.services.day_counts import day_counts
from kiosk.services.portrait import Candidate, retake_reason
from tests.ui.counter_day import CounterDay

FIRST, SECOND = b"\xff\xd8\xff first picture", b"\xff\xd8\xff second picture"
GOOD = judge({"one_face": 1.0, "roll": 0.0})
TWO_FACES = judge({"one_face": 2.0})


def failing() -> Candidate:
    """One face, and a check that fails by a mile."""
    verdict = judge({"one_face": 1.0, "mouth_closed": 1e9})
    assert verdict.state is CheckState.FAIL
    return Candidate(FIRST, verdict)


@pytest.fixture
def day() -> CounterDay:
    return CounterDay()


def here(day: CounterDay) -> str:
    return day.serving(Service.APPLICATION).ticket


def test_who_comes_to_the_camera_is_called_and_there_in_one_act(day: CounterDay) -> None:
    waiting = day.ready(Service.APPLICATION).ticket
    served = here(day)
    day.ready(Service.CONSULTATION)
    assert [visit.ticket for visit in day.portraits.waiting()] == [served, waiting]
    came = day.portraits.start(waiting)
    assert (came.state, came.window) == (State.SERVING, "2")
    assert day.portraits.start(waiting) == came


def test_an_accepted_picture_is_the_visitors_and_marks_the_step(day: CounterDay) -> None:
    ticket = here(day)
    assert day.portraits.of(ticket) is None
    visit = day.portraits.accept(ticket, Candidate(FIRST, GOOD), retakes=2)
    assert visit.is_done(StepKind.PHOTO)
    assert day.portraits.of(ticket) == FIRST
    assert ticket not in [waiting.ticket for waiting in day.portraits.waiting()]
    with day.desk.session.reading() as view:
        verdict = json.loads(view.portraits.get(ticket).verdict)
        told = next(entry for entry in view.journal.entries() if entry.act == "portrait")
    assert (verdict["retakes"], verdict["override"], verdict["checks"]["one_face"]) == (2, None, "pass")
    assert told.details == {"retakes": 2, "override": None, "size": len(FIRST), "origin": "studio"}


def test_why_shots_were_taken_again_is_counted_without_a_name(day: CounterDay) -> None:
    first, second = here(day), here(day)
    assert retake_reason(failing().verdict) == "mouth_closed"
    assert retake_reason(GOOD) == "wish"
    reasons = ["mouth_closed", "wish", "a name"]
    day.portraits.accept(first, Candidate(FIRST, GOOD), retakes=3, reasons=reasons)
    day.portraits.accept(second, Candidate(SECOND, GOOD), retakes=1, reasons=["mouth_closed"])
    with day.desk.session.reading() as view:
        counts = day_counts(view)
    retakes = {name: count for name, count in counts.items() if name.startswith("retake_")}
    assert retakes == {"retake_mouth_closed": 2, "retake_wish": 1}
    assert (counts["photos"], counts["photos_first"]) == (2, 0)


def test_a_further_picture_replaces_the_first_without_a_trace(day: CounterDay) -> None:
    ticket = here(day)
    day.portraits.accept(ticket, Candidate(FIRST, GOOD))
    day.portraits.accept(ticket, Candidate(SECOND, GOOD))
    assert day.portraits.of(ticket) == SECOND
    with day.desk.session.reading() as view:
        assert view.portraits.count() == 1
        kinds = [step.kind for step in view.visits.get(ticket).steps]
    assert kinds.count(StepKind.PHOTO) == 1


def test_a_picture_that_fails_needs_a_reason_that_is_on_the_list(day: CounterDay) -> None:
    ticket = here(day)
    with pytest.raises(Refused, match="photo_not_good"):
        day.portraits.accept(ticket, failing())
    assert day.portraits.of(ticket) is None
    with pytest.raises(ValueError, match="because"):
        day.portraits.accept(ticket, failing(), override="because")
    day.portraits.accept(ticket, failing(), override=Override.WHEELCHAIR_OR_TUBE.value)
    with day.desk.session.reading() as view:
        assert json.loads(view.portraits.get(ticket).verdict)["override"] == "wheelchair_or_tube"


@pytest.mark.parametrize("verdict", [TWO_FACES, judge({}), judge({"one_face": 0.0})])
@pytest.mark.parametrize("override", [None, *[reason.value for reason in Override]])
def test_no_reason_makes_a_picture_without_exactly_one_face_a_card_photo(
    day: CounterDay, verdict: object, override: str | None
) -> None:
    ticket = here(day)
    with pytest.raises(Refused, match="photo_no_face"):
        day.portraits.accept(ticket, Candidate(FIRST, verdict), override=override)  # type: ignore[arg-type]
    assert day.portraits.of(ticket) is None


def test_a_picture_belongs_to_an_application_at_the_window(day: CounterDay) -> None:
    issuance = day.serving().ticket
    with pytest.raises(Refused, match="step_unknown"):
        day.portraits.accept(issuance, Candidate(FIRST, GOOD))
    waiting = day.ready(Service.APPLICATION).ticket
    with pytest.raises(Refused, match="visit_not_at_window"):
        day.portraits.accept(waiting, Candidate(FIRST, GOOD))
    with pytest.raises(Refused, match="visit_unknown"):
        day.portraits.accept("B999", Candidate(FIRST, GOOD))
    with day.desk.session.reading() as view:
        assert view.portraits.count() == 0


def test_after_the_end_neither_picture_nor_number_changes(day: CounterDay) -> None:
    ticket = here(day)
    day.portraits.accept(ticket, Candidate(FIRST, GOOD))
    day.applications.put_id(ticket, "1" * 23)
    for kind in (StepKind.APPLY, StepKind.AFTER_GUIDE):
        day.counter.complete(ticket, kind)
    day.counter.finish(ticket, Outcome.APPLIED_ONLINE)
    with pytest.raises(Refused, match="visit_closed"):
        day.portraits.accept(ticket, Candidate(SECOND, GOOD))
    with pytest.raises(Refused, match="visit_closed"):
        day.applications.put_id(ticket, "2" * 23)
    assert (day.portraits.of(ticket), day.applications.id_of(ticket)) == (FIRST, "1" * 23)


def test_taking_the_photo_back_erases_it(day: CounterDay) -> None:
    ticket = here(day)
    day.portraits.accept(ticket, Candidate(FIRST, GOOD))
    back = day.counter.undo(ticket)
    assert back.steps[-1].outcome is Done.UNDONE
    assert day.portraits.of(ticket) is None
    with day.desk.session.reading() as view:
        assert view.portraits.count() == 0


def test_an_own_photo_or_an_infant_goes_on_without_a_picture(day: CounterDay) -> None:
    ticket = here(day)
    visit = day.counter.skip(ticket, StepKind.PHOTO)
    assert visit.next_step() is StepKind.APPLICATION_ID
    with pytest.raises(Refused, match="step_not_skippable"):
        day.counter.skip(ticket, StepKind.APPLY)


def test_an_inspector_takes_no_photo() -> None:
    day = CounterDay()
    ticket = here(day)
    looks_on = CounterDay(Role.INSPECTOR).desk.operator
    day.desk.operator = looks_on
    with pytest.raises(Refused, match="not_allowed"):
        day.portraits.accept(ticket, Candidate(FIRST, GOOD))
