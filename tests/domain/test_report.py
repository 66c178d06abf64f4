"""The month's figures: what is counted as what, and against the plan."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain.agenda import AgendaDay
from kiosk.domain.report import COUNTED, Figures, Held, Tally, figures_of, month_report

FIRST, SECOND, BEFORE = date(2025, 11, 5), date(2025, 11, 9), date(2025, 10, 29)
AGENDA = tuple(
    AgendaDay(no, day, "A_WED", day, "") for no, day in enumerate((BEFORE, FIRST, SECOND), start=1)
)


def tally(service: str, outcome: str | None, reason: str | None = None, reserved: bool = True) -> Tally:
    return Tally(FIRST, service, reserved, outcome, reason, 2, 2, 600, 420, 2, 1800)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (tally("A", "accepted"), "accepted"),
        (tally("A", "stopped", "R02"), "issuance_stopped"),
        (tally("B", "applied_online"), "online"),
        (tally("B", "applied_paper"), "paper"),
        (tally("B", "apply_abandoned"), "support_stopped"),
        (tally("B", "stopped", "R10"), "support_stopped"),
        (tally("C", "consulted"), "consulted"),
        (tally("C", "stopped", "R99"), "consulted"),
        (tally("A", None), "no_outcome"),
    ],
)
def test_each_passage_is_counted_once_and_under_its_name(line: Tally, column: str) -> None:
    found = figures_of([line], {})
    named = set(COUNTED) - {"came_reserved", "came_walk_in"}
    assert {name: found.count(name) for name in named if found.count(name)} == {column: 2}
    assert (found.count("came_reserved"), found.came) == (2, 2)
    assert found.stopped == ({line.reason: 2} if line.reason else {})


def test_a_voided_number_is_nobody_who_came() -> None:
    found = figures_of([tally("A", "voided")], {})
    assert (found.came, found.count("voided"), found.mean_wait_min) == (0, 2, None)


def test_times_are_means_over_those_who_waited() -> None:
    found = figures_of([tally("A", "accepted"), Tally(FIRST, "B", False, "applied_paper", None, 1)], {})
    assert (found.mean_wait_min, found.longest_wait_min, found.mean_service_min) == (5.0, 7.0, 15.0)


def test_what_belongs_to_no_visit_comes_from_the_day() -> None:
    counts = {
        "reserved": 9,
        "no_show": 2,
        "guided_other": 3,
        "guided_city_hall": 1,
        "photos": 4,
        "retakes": 5,
    }
    found = figures_of([], {**counts, "photos_first": 3, "staff_sato": 80, "differences": 1})
    assert (found.count("guided"), found.first_pass) == (4, 75)
    assert found.count("reserved") == 9


def test_the_month_stands_beside_everything_so_far_and_the_plan() -> None:
    figures = {
        BEFORE: figures_of([tally("A", "accepted")], {}),
        FIRST: figures_of([tally("A", "accepted"), tally("B", "applied_online")], {}),
        SECOND: figures_of([tally("B", "applied_paper")], {}),
        date(2025, 12, 3): figures_of([tally("A", "accepted")], {}),
    }
    held = [Held(day, "本町公民館", is_counted=True) for day in figures]
    report = month_report(FIRST, AGENDA, held, figures, 1440, ("A", "B"))
    assert [line.no for line in report.lines] == [2, 3]
    assert (report.handled, report.handled_so_far) == (6, 8)
    assert [(line.planned, line.held, line.handled, line.cumulative) for line in report.months] == [
        (1, 1, 2, 2),
        (2, 2, 6, 8),
    ]
    only_issuance = month_report(FIRST, AGENDA, held, figures, 1440, ("A",))
    assert (only_issuance.handled, only_issuance.handled_so_far) == (2, 4)


def test_an_open_session_is_named_and_an_extra_one_has_no_number() -> None:
    extra = Held(date(2025, 11, 7), "保健センター", is_counted=False)
    report = month_report(FIRST, AGENDA, [extra], {}, 1440, ("A", "B"))
    assert report.uncounted == (extra.day,)
    assert report.lines[0].no is None
    assert report.handled == 0


figures = some.builds(
    Figures,
    counts=some.dictionaries(some.sampled_from(COUNTED), some.integers(0, 99)),
    waits=some.integers(0, 9),
    waited_s=some.integers(0, 999),
    longest_s=some.integers(0, 999),
)


@given(some.lists(figures, max_size=5))
def test_the_total_is_the_sum_whatever_the_order(parts: list[Figures]) -> None:
    def total(ordered: list[Figures]) -> Figures:
        result = Figures()
        for part in ordered:
            result = result.plus(part)
        return result

    assert total(parts) == total(parts[::-1])
    assert total(parts).came == sum(part.came for part in parts)
