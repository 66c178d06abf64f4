"""The window: steps in order, once each, by name; nobody leaves without an outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.domain.checklist import Holds
from kiosk.domain.custody import Movement, Paper
from kiosk.domain.errors import Refused
from kiosk.domain.visit import COUNTER, Done, Event, Outcome, PinForm, Reason, Service, State, Step, StepKind
from kiosk.services.practice import STAFF
from tests.house import Counterday, opened_copy


@pytest.fixture(scope="module")
def shared(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counterday]:
    """One open day for the stories of one number each."""
    with opened_copy(template, tmp_path_factory.mktemp("counter") / "kiosk") as kiosk:
        kiosk.open()
        yield kiosk


def test_the_one_who_waited_longest_is_called_first(day: Counterday) -> None:
    first = day.waiting()
    day.waiting()
    called = day.counter.call_next()
    assert (called.ticket, called.state, called.window) == (first.ticket, State.CALLED, "1")


def test_nobody_waiting_is_said_in_one_sentence(day: Counterday) -> None:
    day.reception.check_in(Service.ISSUANCE)
    with pytest.raises(Refused, match="line_empty"):
        day.counter.call_next()


def test_an_issuance_goes_through_every_step_in_the_order_of_the_specification(shared: Counterday) -> None:
    ticket = shared.at_window(reservation="R251105001").ticket
    done = shared.issue(ticket)
    recorded = [step.kind for step in done.steps if step.kind in COUNTER[Service.ISSUANCE]]
    assert recorded == list(COUNTER[Service.ISSUANCE])
    assert (done.state, done.outcome, done.pin_form) == (State.CLOSED, Outcome.ACCEPTED, PinForm.FULL)
    assert {step.operator for step in done.steps} == {"sato"}
    video = done.step_at(StepKind.VIDEO)
    assert video is not None
    assert (video.officer, video.outcome) == ("市職員 1番", Done.OK)


@pytest.mark.parametrize(
    "kind", [kind for kind in COUNTER[Service.ISSUANCE][1:] if kind is not StepKind.VIDEO]
)
def test_no_step_can_be_done_before_its_turn(shared: Counterday, kind: StepKind) -> None:
    ticket = shared.at_window().ticket
    verbs: dict[StepKind, Callable[[], object]] = {
        StepKind.SEALED: lambda: shared.counter.seal(ticket),
        StepKind.MATCH: lambda: shared.counter.match(ticket),
        StepKind.PIN_MEMO: lambda: shared.counter.pin_memo(ticket, PinForm.FULL, sealed=True, handed=True),
    }
    verb = verbs.get(kind, lambda: shared.counter.complete(ticket, kind))
    with pytest.raises(Refused) as refused:
        verb()
    assert refused.value.key in ("step_before", "seal_paper_missing")
    assert shared.counter.visit(ticket).next_step() is StepKind.FINAL_CHECK


def test_the_identity_check_cannot_be_ticked_without_an_officer(shared: Counterday) -> None:
    ticket = shared.at_window().ticket
    shared.counter.complete(ticket, StepKind.FINAL_CHECK)
    with pytest.raises(Refused, match="step_own_verb"):
        shared.counter.complete(ticket, StepKind.VIDEO)
    with pytest.raises(Refused, match="video_officer"):
        shared.counter.video(ticket, Done.OK, "  ", shared.desk.clock.now())


def test_again_and_not_confirmed_are_kept_and_do_not_count_as_done(shared: Counterday) -> None:
    ticket = shared.at_window().ticket
    shared.counter.complete(ticket, StepKind.FINAL_CHECK)
    for result in (Done.AGAIN, Done.NG):
        visit = shared.counter.video(ticket, result, "市職員 2番", shared.desk.clock.now())
        assert visit.next_step() is StepKind.VIDEO
    left = shared.counter.side_exit(ticket, Reason.R11)
    assert [step.outcome for step in left.steps if step.kind is StepKind.VIDEO] == [Done.AGAIN, Done.NG]
    assert (left.outcome, left.reason) == (Outcome.STOPPED, Reason.R11)


def test_ten_touches_of_one_step_make_one_record_and_skip_nothing(shared: Counterday) -> None:
    ticket = shared.at_window().ticket
    for _ in range(10):
        visit = shared.counter.complete(ticket, StepKind.FINAL_CHECK)
    assert [step.kind for step in visit.steps].count(StepKind.FINAL_CHECK) == 1
    assert visit.next_step() is StepKind.VIDEO


def test_the_envelope_is_not_closed_while_a_paper_is_missing(shared: Counterday) -> None:
    ticket = shared.at_window().ticket
    shared.counter.complete(ticket, StepKind.FINAL_CHECK)
    with pytest.raises(Refused, match="seal_paper_missing") as refused:
        shared.counter.seal(ticket)
    assert refused.value.facts["paper"] == "F01"


def test_taking_a_step_back_adds_a_step_and_deletes_nothing(shared: Counterday) -> None:
    ticket = shared.at_window().ticket
    before = shared.counter.complete(ticket, StepKind.FINAL_CHECK)
    back = shared.counter.undo(ticket)
    assert back.steps[: len(before.steps)] == before.steps
    assert back.steps[-1].outcome is Done.UNDONE
    assert back.next_step() is StepKind.FINAL_CHECK
    with pytest.raises(Refused, match="undo_nothing"):
        shared.counter.undo(ticket)


def test_taking_the_sealing_back_opens_the_envelope_in_the_ledger_too(day: Counterday) -> None:
    ticket = day.at_window().ticket
    day.issue_until_sealed(ticket)
    assert day.closing.reconcile().sealed == 1
    day.counter.undo(ticket)
    assert day.closing.reconcile().sealed == 0


def test_a_visitor_who_leaves_takes_every_paper_along(shared: Counterday) -> None:
    ticket = shared.at_window().ticket
    shared.custody.set_held(ticket, Paper.F01, 1)
    shared.custody.set_held(ticket, Paper.F09, 2, Movement.COPIED)
    shared.counter.side_exit(ticket, Reason.R10)
    assert shared.custody.of(ticket) == {}
    assert shared.counter.side_exit(ticket, Reason.R10).reason is Reason.R10


def test_the_pin_step_keeps_the_kind_of_form_and_nothing_else(shared: Counterday) -> None:
    ticket = shared.at_window().ticket
    shared.issue(ticket)
    with shared.desk.session.reading() as view:
        told = [
            entry
            for entry in view.journal.entries()
            if entry.object == ticket and entry.details.get("step") == "pin_memo"
        ]
    assert [dict(entry.details) for entry in told] == [{"step": "pin_memo", "outcome": "done"}]
    memo = shared.counter.visit(ticket).step_at(StepKind.PIN_MEMO)
    assert memo is not None
    assert memo.facts == (("form_sealed", "yes"), ("memo_handed", "yes"))


@pytest.mark.parametrize(("sealed", "handed"), [(False, True), (True, False), (False, False)])
def test_where_pins_are_set_the_form_is_sealed_and_the_memo_handed_over(
    shared: Counterday, sealed: bool, handed: bool
) -> None:
    ticket = shared.at_window().ticket
    with pytest.raises(Refused, match="pin_not_sealed"):
        shared.counter.pin_memo(ticket, PinForm.NO_SIGN, sealed=sealed, handed=handed)
    with pytest.raises(Refused, match="step_before"):
        shared.counter.pin_memo(ticket, PinForm.NONE, sealed=sealed, handed=handed)


def profile_with(day: Counterday, **changes: object) -> None:
    """Another city's wish for the rest of the day."""
    rules = day.desk.rules
    day.desk.profile = rules.model_copy(update={"procedure": rules.procedure.model_copy(update=changes)})


def test_where_the_city_asks_two_people_compare_and_the_second_shows_a_badge(day: Counterday) -> None:
    profile_with(day, match_by=2)
    ticket = day.at_window().ticket
    day.counter.complete(ticket, StepKind.FINAL_CHECK)
    day.counter.video(ticket, Done.OK, "市職員 1番", day.desk.clock.now())
    for text, why in (("", "badge_unreadable"), (day.access.badge_of("sato"), "match_same_person")):
        with pytest.raises(Refused, match=why):
            day.counter.match(ticket, text)
    other = day.access.badge_of(STAFF.id)
    with pytest.raises(Refused, match="badge_foreign"):
        day.counter.match(ticket, other[:-8] + "00000000")
    matched = day.counter.match(ticket, other).step_at(StepKind.MATCH)
    assert matched is not None
    assert (matched.operator, matched.fact("second")) == ("sato", STAFF.id)


def test_where_the_city_asks_four_digits_bind_the_officers_list_to_the_record(day: Counterday) -> None:
    assert day.counter.video_code() == ""
    profile_with(day, video_code=True)
    code = day.counter.video_code()
    ticket = day.at_window().ticket
    day.counter.complete(ticket, StepKind.FINAL_CHECK)
    with pytest.raises(Refused, match="video_code"):
        day.counter.video(ticket, Done.OK, "市職員 1番", day.desk.clock.now())
    video = day.counter.video(ticket, Done.OK, "市職員 1番", day.desk.clock.now(), code).step_at(
        StepKind.VIDEO
    )
    assert video is not None
    assert (len(code), code.isdigit(), video.fact("code")) == (4, True, code)


def test_only_an_officer_of_the_list_confirms(shared: Counterday) -> None:
    ticket = shared.at_window().ticket
    shared.counter.complete(ticket, StepKind.FINAL_CHECK)
    with pytest.raises(Refused, match="video_officer"):
        shared.counter.video(ticket, Done.OK, "だれか", shared.desk.clock.now())


def test_why_somebody_is_aside_stands_in_the_line_until_they_are_back(day: Counterday) -> None:
    held, parked = day.waiting().ticket, day.at_window().ticket
    day.counter.move(held, Event.HOLD, why="papers")
    day.counter.move(parked, Event.PARK, why="line")
    assert {place.ticket: place.why for place in day.line.now().held} == {held: "papers", parked: "line"}
    with pytest.raises(Refused, match="move_why"):
        day.counter.move(day.waiting().ticket, Event.HOLD, why="line")
    day.counter.move(held, Event.CALL)
    day.counter.move(held, Event.HOLD)
    assert [place.why for place in day.line.now().held if place.ticket == held] == [""]


def test_a_photo_taken_after_all_is_recorded_as_taken(shared: Counterday) -> None:
    ticket = shared.at_window(Service.APPLICATION).ticket
    skipped = shared.counter.skip(ticket, StepKind.PHOTO, "camera")
    shared.applications.put_id(ticket, "1" * 23)
    with shared.desk.session.work() as work:
        taken = work.visits.get(ticket).with_step(Step(StepKind.PHOTO, shared.desk.clock.now(), "sato"))
    assert taken.steps[: len(skipped.steps)] == skipped.steps
    assert [step.outcome for step in taken.steps if step.kind is StepKind.PHOTO] == [Done.SKIPPED, Done.DONE]
    assert shared.counter.skip(ticket, StepKind.PHOTO, "own").is_done(StepKind.PHOTO)


def test_a_broken_line_parks_the_visit_and_nothing_done_is_lost(day: Counterday) -> None:
    ticket = day.at_window().ticket
    done = day.counter.complete(ticket, StepKind.FINAL_CHECK)
    day.counter.move(ticket, Event.PARK)
    day.restart()
    resumed = day.counter.move(ticket, Event.RESUME)
    assert resumed.state is State.WAITING
    assert resumed.is_done(StepKind.FINAL_CHECK)
    assert resumed.steps[: len(done.steps)] == done.steps


def test_staff_may_serve_and_not_close(day: Counterday) -> None:
    day.sign_in_staff()
    assert day.at_window().state is State.SERVING
    with pytest.raises(Refused, match="not_allowed"):
        day.closing.approve()


def test_the_envelope_needs_what_this_visitor_brought(day: Counterday) -> None:
    ticket = day.at_window().ticket
    guardian = (("came", "guardian"),)
    day.counter.complete(ticket, StepKind.FINAL_CHECK, papers=("A01_DRIVER",), facts=guardian)
    day.counter.video(ticket, Done.OK, "市職員 1番", day.desk.clock.now())
    day.counter.match(ticket)
    for paper in (Paper.F01, Paper.F02, Paper.F04, Paper.F09):
        day.custody.set_held(ticket, paper, 1)
    with pytest.raises(Refused, match="copies_missing") as refused:
        day.counter.copies(ticket, {Holds.NOTICE_CARD})
    assert refused.value.facts["paper"] == "F05"
    for paper in (Paper.F05, Paper.F10):
        day.custody.set_held(ticket, paper, 1)
    day.counter.copies(ticket, {Holds.NOTICE_CARD})
    day.counter.complete(ticket, StepKind.POSTING_GUIDE)
    day.counter.pin_memo(ticket, PinForm.NO_SIGN, sealed=True, handed=True)
    day.custody.set_held(ticket, Paper.F10, 0)
    with pytest.raises(Refused, match="seal_paper_missing") as refused:
        day.counter.seal(ticket)
    assert refused.value.facts["paper"] == "F10"
    day.custody.set_held(ticket, Paper.F10, 1)
    day.counter.seal(ticket)
    day.counter.finish(ticket, Outcome.ACCEPTED)
    assert day.closing.reconcile().agrees


def test_every_copy_is_counted_under_the_citys_approval_number(day: Counterday) -> None:
    ticket = day.at_window().ticket
    day.issue(ticket)
    number = day.custody.copy_approval()
    day.closing.approve()
    with day.desk.office.reading() as view:
        kept = {
            (line.paper, line.movement): line.approval
            for line in view.papers.of_session(day.desk.session_day)
        }
    assert number
    assert kept["F09", "copied"] == number
    assert kept["F01", "received"] == ""
