"""Every way through the counter, told in two cities: the contract's and an invented one with other rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.checklist import Holds
from kiosk.domain.custody import Movement, Paper
from kiosk.domain.errors import Refused
from kiosk.domain.evidence import Evidence, before
from kiosk.domain.identity import Came, Case, Question, Shown
from kiosk.domain.visit import Done, Event, Outcome, PinForm, Reason, Service, State, StepKind, Visit
from kiosk.paths import resources
from kiosk.services.catalogue import identity_book
from kiosk.services.practice import STAFF
from kiosk.settings.profile import read_profile
from tests.house import Counterday, opened_copy

CITIES = ("koganei", "sakuranodai")
ID = "12345678901234567890123"


@pytest.fixture(scope="module", params=CITIES)
def city(
    request: pytest.FixtureRequest, template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counterday]:
    """One open day in each city; every story has numbers of its own."""
    with opened_copy(template, tmp_path_factory.mktemp("city") / "kiosk") as day:
        day.open()
        file = resources() / "profiles" / f"{request.param}.toml"
        day.desk.profile = read_profile(file.read_text(encoding="utf-8"), file.name)
        yield day


def lay(day: Counterday, came: Came, visit: Visit, **papers: tuple[str, ...]) -> Evidence:
    """Papers on the counter, every condition met."""
    book = identity_book(day.desk.rules)
    evidence = Evidence(book, came, visit.at_application, proof=came is not Came.PERSON)
    for case, codes in papers.items():
        for code in codes:
            paper = book.of(code)
            assert paper is not None
            evidence.put(Case(case), code, (Shown(paper, frozenset(Question)),))
    return evidence


TWO_A = ("A01_DRIVER", "A03_PASSPORT")


def everyone(came: Came, visit: Visit) -> dict[str, tuple[str, ...]]:
    """Two papers of class A for each: enough in every city."""
    own = Case.APPLICANT if visit.at_application else Case.PERSON
    return {
        Came.PERSON: {own.value: TWO_A},
        Came.GUARDIAN: {own.value: TWO_A, "guardian": TWO_A},
        Came.AGENT: {"represented": TWO_A, "agent": TWO_A},
    }[came]


def check(day: Counterday, ticket: str, came: Came = Came.PERSON) -> Visit:
    visit = day.counter.visit(ticket)
    evidence = lay(day, came, visit, **everyone(came, visit))
    today = day.desk.clock.today()
    assert evidence.is_enough(today)
    return day.counter.complete(
        ticket, StepKind.FINAL_CHECK, papers=evidence.codes(today), facts=evidence.facts(today)
    )


def do(day: Counterday, ticket: str, kind: StepKind, came: Came, holds: frozenset[Holds]) -> None:
    """One step, as the screens do it."""
    match kind:
        case StepKind.FINAL_CHECK:
            check(day, ticket, came)
        case StepKind.VIDEO:
            officer, code = day.desk.rules.procedure.officers[0], day.counter.video_code()
            day.counter.video(ticket, Done.OK, officer, day.desk.clock.now(), code)
        case StepKind.MATCH:
            two = day.desk.rules.procedure.match_by == 2
            day.counter.match(ticket, day.access.badge_of(STAFF.id) if two else "")
        case StepKind.COPIES:
            take_papers(day, ticket, holds)
        case StepKind.PIN_MEMO:
            young = came is Came.GUARDIAN
            form = PinForm.NO_SIGN if young else PinForm.FULL
            day.counter.pin_memo(ticket, form, sealed=True, handed=True)
        case StepKind.SEALED:
            day.counter.seal(ticket)
        case StepKind.PHOTO:
            day.counter.skip(ticket, kind, "own")
        case StepKind.APPLICATION_ID:
            day.applications.put_id(ticket, ID)
        case StepKind.APPLY:
            day.applications.apply(ticket, "paper")
        case _:
            day.counter.complete(ticket, kind)


def take_papers(day: Counterday, ticket: str, holds: frozenset[Holds]) -> None:
    """Takes one paper after the other until the copies step has all it needs."""
    for _ in range(len(Paper) + 1):
        try:
            day.counter.copies(ticket, holds)
        except Refused as refused:
            if refused.key != "copies_missing":
                raise
            paper = Paper(str(refused.facts["paper"]))
            movement = Movement.COPIED if paper is Paper.F09 else Movement.RECEIVED
            day.custody.set_held(ticket, paper, 1, movement)
        else:
            return


def serve(
    day: Counterday,
    ticket: str,
    *,
    came: Came = Came.PERSON,
    holds: frozenset[Holds] = frozenset(),
    until: StepKind | None = None,
) -> Visit:
    """Every step in its order; none other can be done in between."""
    for kind in day.counter.visit(ticket).window_steps:
        if kind is until:
            break
        assert day.counter.visit(ticket).next_step() is kind
        do(day, ticket, kind, came, holds)
    return day.counter.visit(ticket)


def collected(day: Counterday, ticket: str) -> set[str]:
    return {paper.value for paper in day.custody.of(ticket)}


def test_an_issuance_in_the_order_of_the_specification(city: Counterday) -> None:
    ticket = city.at_window(reservation="R251105001").ticket
    serve(city, ticket)
    assert city.counter.finish(ticket, Outcome.ACCEPTED).state is State.CLOSED
    assert collected(city, ticket) == {"F01", "F02", "F04", "F09"}


def test_a_renewal_shows_the_old_card_or_leaves_it_as_the_city_wishes(city: Counterday) -> None:
    ticket = city.at_window().ticket
    serve(city, ticket, holds=frozenset({Holds.OLD_CARD}))
    city.counter.finish(ticket, Outcome.ACCEPTED)
    keeps = city.desk.rules.procedure.collect.get("F08", False)
    assert ("F08" in collected(city, ticket)) is keeps


def test_a_lost_card_and_a_notice_card_bring_their_forms(city: Counterday) -> None:
    ticket = city.at_window().ticket
    serve(city, ticket, holds=frozenset({Holds.LOST, Holds.NOTICE_CARD}))
    city.counter.finish(ticket, Outcome.ACCEPTED)
    assert {"F05", "F06"} <= collected(city, ticket)


def test_a_child_comes_with_a_guardian_and_the_proof(city: Counterday) -> None:
    ticket = city.at_window().ticket
    visit = serve(city, ticket, came=Came.GUARDIAN)
    city.counter.finish(ticket, Outcome.ACCEPTED)
    seen = visit.step_at(StepKind.FINAL_CHECK)
    assert seen is not None
    assert (seen.fact("came"), seen.fact("proof")) == ("guardian", "seen")
    assert "F10" in collected(city, ticket)
    assert visit.pin_form is PinForm.NO_SIGN


def test_an_agent_is_served_only_where_the_city_allows_it(city: Counterday) -> None:
    ticket = city.at_window().ticket
    if not city.desk.rules.identity.allow_voluntary_agent:
        assert city.counter.side_exit(ticket, Reason.R04).outcome is Outcome.STOPPED
        return
    serve(city, ticket, came=Came.AGENT)
    city.counter.finish(ticket, Outcome.ACCEPTED)
    assert "F11" in collected(city, ticket)


def test_how_many_papers_are_enough_is_the_citys_own_rule(city: Counterday) -> None:
    visit = city.at_window()
    one = lay(city, Came.PERSON, visit, person=("A01_DRIVER",))
    licence = lay(city, Came.PERSON, visit, person=("A01_DRIVER", "B19_KOGATA"))
    today = city.desk.clock.today()
    two_always = city.desk.rules.procedure.at_application
    assert one.is_enough(today) is not two_always
    assert licence.is_enough(today)
    assert licence.answer(Case.PERSON, today).counts.a == (2 if two_always else 1)


def test_an_application_on_paper(city: Counterday) -> None:
    ticket = city.at_window(Service.APPLICATION).ticket
    visit = serve(city, ticket)
    city.counter.finish(ticket, Outcome.APPLIED_PAPER)
    if visit.at_application:
        # 申請時来庁方式: identity, PIN form and envelope come with the application.
        assert visit.is_done(StepKind.VIDEO)
        assert collected(city, ticket) == {"F02", "F04", "F09"}
    else:
        assert collected(city, ticket) == set()


def test_an_infant_goes_past_the_camera(city: Counterday) -> None:
    ticket = city.at_window(Service.APPLICATION).ticket
    skipped = city.counter.skip(ticket, StepKind.PHOTO, "infant")
    photo = skipped.step_at(StepKind.PHOTO)
    assert photo is not None
    assert (photo.outcome, photo.fact("why")) == (Done.SKIPPED, "infant")
    city.counter.side_exit(ticket, Reason.R10)


def test_a_foreign_resident_with_a_name_of_use_keeps_it_letter_by_letter(city: Counterday) -> None:
    name = "GARCIA LOPEZ MARIA ELENA（通称 小金井 マリア）"
    ticket = city.waiting().ticket
    city.reception.name_walk_in(ticket, name, "ガルシア ロペス マリア エレナ")
    for event in (Event.CALL, Event.ARRIVE):
        city.counter.move(ticket, event)
    visit = city.counter.visit(ticket)
    own = lay(city, Came.PERSON, visit, person=("A07_ZAIRYU", "A03_PASSPORT"))
    today = city.desk.clock.today()
    assert own.is_enough(today)
    city.counter.complete(ticket, StepKind.FINAL_CHECK, papers=own.codes(today), facts=own.facts(today))
    again = before(city.counter.visit(ticket), identity_book(city.desk.rules))
    assert again.codes(today) == own.codes(today)
    assert city.counter.visit(ticket).name == name
    city.counter.side_exit(ticket, Reason.R09)


@pytest.mark.parametrize("reason", Reason)
def test_every_side_exit_gives_back_the_papers_and_can_be_done_once(city: Counterday, reason: Reason) -> None:
    ticket = city.at_window().ticket
    city.custody.set_held(ticket, Paper.F01, 1)
    for _ in range(10):
        left = city.counter.side_exit(ticket, reason)
    assert (left.outcome, left.reason, collected(city, ticket)) == (Outcome.STOPPED, reason, set())
    assert [step.event for step in left.steps].count(Event.LEAVE) == 1


def test_the_line_fails_at_every_step_and_nothing_done_is_lost(city: Counterday) -> None:
    ticket = city.at_window().ticket
    for kind in city.counter.visit(ticket).window_steps:
        done = city.counter.move(ticket, Event.PARK, why="line").steps
        for event in (Event.RESUME, Event.CALL, Event.ARRIVE):
            visit = city.counter.move(ticket, event)
        assert visit.steps[: len(done)] == done
        assert visit.next_step() is kind
        do(city, ticket, kind, Came.PERSON, frozenset())
    assert city.counter.finish(ticket, Outcome.ACCEPTED).state is State.CLOSED


def test_a_session_is_broken_off_and_the_visitor_told_to_come_back(city: Counterday) -> None:
    ticket = city.at_window().ticket
    serve(city, ticket, until=StepKind.COPIES)
    parked = city.counter.move(ticket, Event.PARK, why="session")
    assert parked.steps[-1].fact("why") == "session"
    assert city.counter.side_exit(ticket, Reason.R12).reason is Reason.R12


def test_ten_touches_on_every_verb_are_one_act(city: Counterday) -> None:
    ticket = city.at_window().ticket
    for kind in city.counter.visit(ticket).window_steps:
        code = city.counter.video_code()
        begun = len(city.counter.visit(ticket).steps)
        for _ in range(10):
            if kind is StepKind.VIDEO:
                officer = city.desk.rules.procedure.officers[0]
                city.counter.video(ticket, Done.OK, officer, city.desk.clock.now(), code)
            else:
                do(city, ticket, kind, Came.PERSON, frozenset())
        assert len(city.counter.visit(ticket).steps) == begun + 1, kind
    for _ in range(10):
        city.counter.finish(ticket, Outcome.ACCEPTED)
    assert [step.event for step in city.counter.visit(ticket).steps].count(Event.FINISH) == 1
    assert set(city.custody.of(ticket).values()) == {1}


def test_at_the_end_of_the_day_the_counts_agree(city: Counterday) -> None:
    waiting = {place.ticket for place in city.line.now().serving}
    for ticket in waiting:
        city.counter.side_exit(ticket, Reason.R10)
    found = city.closing.reconcile()
    assert found.agrees, found.differences
    assert found.tickets == found.outcomes == found.records


def test_both_profiles_can_be_read_and_differ_where_they_say() -> None:
    folder: Path = resources() / "profiles"
    assert {file.stem for file in folder.glob("*.toml")} >= set(CITIES)
