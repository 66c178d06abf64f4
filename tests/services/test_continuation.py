"""The PC fails and comes back: numbered rows of paper become visits, once each, and are counted."""

from __future__ import annotations

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.site import Band
from kiosk.domain.visit import Outcome, Service, State, StepKind
from kiosk.services.continuation import Continuation
from tests.ui.counter_day import PROFILE, CounterDay


@pytest.fixture
def day() -> CounterDay:
    return CounterDay()


@pytest.fixture
def paper(day: CounterDay) -> Continuation:
    return Continuation(day.desk)


def test_the_sheet_carries_numbers_that_the_pc_never_gives_out(day: CounterDay, paper: Continuation) -> None:
    name, pdf = paper.sheet()
    assert (name, pdf[:5]) == ("20251109-K1-paper.pdf", b"%PDF-")
    assert [paper.sheet()[0] for _ in range(2)] == ["20251109-K1-paper-2.pdf", "20251109-K1-paper-3.pdf"]
    with pytest.raises(Refused, match="paper_sheets_out"):
        paper.sheet()
    band = Band()
    assert (band.on_screen, band.on_paper) == (Band(1, 969), Band(970, 999))
    small = Band(1, 50)
    assert (small.on_screen, small.on_paper) == (small, None)
    assert day.reception.check_in(Service.ISSUANCE).ticket == "A001"


def test_a_row_is_entered_once_marked_and_finished_at_the_window(
    day: CounterDay, paper: Continuation
) -> None:
    line = paper.read("ｃ970", "10:24")
    assert (line.ticket, line.service, f"{line.at:%H:%M}") == ("C970", Service.CONSULTATION, "10:24")
    with day.desk.session.reading() as view:
        assert view.tickets.numbers() == ()  # read back first, recorded after
    visit = paper.record(line)
    assert (visit.state, visit.window) == (State.SERVING, "2")
    assert {step.fact("from") for step in visit.steps} == {"paper"}
    assert {step.operator for step in visit.steps} == {"yamada"}
    with pytest.raises(Refused, match="paper_known"):
        paper.record(line)
    with pytest.raises(Refused, match="paper_known"):
        paper.read("C970", "1024")
    assert paper.count() == 1
    with day.desk.session.reading() as view:
        told = [entry for entry in view.journal.entries() if entry.act == "from_paper"]
    assert [(entry.object, entry.who) for entry in told] == [("C970", "yamada")]


def test_it_counts_in_the_reconciliation_like_any_other_number(day: CounterDay, paper: Continuation) -> None:
    paper.record(paper.read("B975", "9:05"))
    found = day.closing.reconcile()
    assert (found.tickets, found.outcomes, found.records) == (1, 0, 1)
    for step in (StepKind.PHOTO, StepKind.APPLICATION_ID):
        day.counter.skip("B975", step)
    assert day.counter.visit("B975").next_step() is StepKind.APPLY
    day.counter.complete("B975", StepKind.APPLY)
    day.counter.complete("B975", StepKind.AFTER_GUIDE)
    day.counter.finish("B975", Outcome.APPLIED_PAPER)
    assert day.closing.reconcile().agrees
    # Paper numbers do not move the numbers of the PC.
    assert day.reception.check_in(Service.APPLICATION).ticket == "B001"


@pytest.mark.parametrize(
    ("now", "written", "meant"),
    [
        (17, "3:05", "15:05"),
        (17, "0305", "15:05"),
        (17, "12:50", "12:50"),
        (17, "1:05", "13:05"),
        (17, "8:20", "08:20"),  # the first come early
        (17, "7:00", "07:00"),
        (4, "3:05", "03:05"),  # a rehearsal at night
    ],
)
def test_a_time_of_the_afternoon_by_a_clock_of_twelve_hours_is_understood(
    day: CounterDay, paper: Continuation, now: int, written: str, meant: str
) -> None:
    day.clock.moment = day.clock.moment.replace(hour=now)
    assert f"{paper.read('A970', written).at:%H:%M}" == meant


def test_how_early_people_are_received_is_the_citys_own(day: CounterDay, paper: Continuation) -> None:
    day.clock.moment = day.clock.moment.replace(hour=20)
    assert f"{paper.read('A970', '7:30').at:%H:%M}" == "07:30"
    procedure = PROFILE.procedure.model_copy(update={"received_before_minutes": 60})
    day.desk.profile = PROFILE.model_copy(update={"procedure": procedure})
    assert f"{paper.read('A970', '7:30').at:%H:%M}" == "19:30"


@pytest.mark.parametrize(
    ("number", "time", "problem"),
    [
        ("A012", "10:24", "paper_number"),
        ("Z975", "10:24", "paper_number"),
        ("A97x", "10:24", "ticket_unreadable"),
        ("", "10:24", "ticket_unreadable"),
        ("A970", "", "paper_time"),
        ("A970", "25:00", "paper_time"),
        ("A970", "11:43", "paper_time"),  # in a minute
        ("A970", "102400", "paper_time"),
        ("A970", "3:05", "paper_time_early"),  # neither at night nor in an afternoon still to come
        ("A970", "十時", "paper_time"),
    ],
)
def test_what_does_not_stand_on_the_sheet_is_refused(
    paper: Continuation, number: str, time: str, problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        paper.read(number, time)
