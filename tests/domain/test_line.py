"""Who is called next: bookings within their time, walk-ins as they came, and nobody is passed for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain.line import LineRule, Standing, band, expected_minutes, in_order, pace
from kiosk.domain.visit import Service, State

NOON = datetime(2025, 11, 9, 12, 0)
RULE = LineRule(minutes_per_visit=8, slot_minutes=20, longest_wait_minutes=30)


def waits(ticket: str, minutes: float, slot: str = "") -> Standing:
    """Someone who has been ready for so many minutes at noon."""
    return Standing(ticket, Service.ISSUANCE, State.WAITING, "", NOON - timedelta(minutes=minutes), slot=slot)


def order(*line: Standing, rule: LineRule = RULE) -> str:
    return " ".join(one.ticket for one in in_order(line, NOON, rule))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ((waits("A", 5), waits("B", 9), waits("C", 1)), "B A C"),
        ((waits("A", 10), waits("B", 2, "12:00")), "B A"),  # its time has just come
        ((waits("A", 10), waits("B", 2, "12:01")), "A B"),  # too early: as a walk-in
        ((waits("A", 10), waits("B", 5, "11:30")), "A B"),  # ready after its time was over
        ((waits("A", 10), waits("B", 25, "11:40")), "B A"),  # was ready within it
        ((waits("A", 2, "11:50"), waits("B", 9, "12:00")), "A B"),  # two bookings: by their time
        ((waits("A", 31), waits("B", 2, "12:00")), "A B"),  # at the limit nobody passes
        ((waits("A", 45), waits("B", 31, "11:30")), "A B"),
        ((waits("A", 10), waits("B", 2, "なし")), "A B"),
        ((waits("A", 10), waits("B", 2, "25:00")), "A B"),
    ],
)
def test_the_order_of_the_line(line: tuple[Standing, ...], wanted: str) -> None:
    assert order(*line) == wanted
    assert order(*reversed(line)) == wanted


def test_a_city_may_want_everyone_as_they_come_or_bookings_a_little_earlier() -> None:
    line = (waits("A", 10), waits("B", 2, "12:05"))
    assert order(*line, rule=LineRule(reserved_first=False)) == "A B"
    assert order(*line, rule=LineRule(early_minutes=10)) == "B A"


@given(
    some.lists(
        some.tuples(some.integers(0, 90), some.sampled_from(["", "11:30", "11:50", "12:00", "12:30"])),
        max_size=12,
    )
)
def test_at_the_limit_nobody_passes_who_came_later(
    people: list[tuple[int, str]],
) -> None:
    line = [waits(f"A{n:03}", minutes, slot) for n, (minutes, slot) in enumerate(people)]
    called = in_order(line, NOON, RULE)
    assert sorted(one.ticket for one in called) == [one.ticket for one in line]
    limit = NOON - timedelta(minutes=RULE.longest_wait_minutes)
    for place, one in enumerate(called):
        if one.since <= limit:
            assert all(earlier.since <= one.since for earlier in called[:place])


def at(minute: float) -> datetime:
    return NOON + timedelta(minutes=minute)


def test_the_pace_is_the_profiles_until_the_day_shows_its_own() -> None:
    assert pace([], 8) == 8
    assert pace([(at(0), at(1))], 8) == 8
    steady = [(at(0), at(4 * n)) for n in range(9)]
    assert 5 < pace(steady, 8) < 6  # eight gaps of four minutes against three of eight
    assert pace(steady * 1, 4) == 4


def test_an_empty_line_does_not_make_the_windows_slow() -> None:
    # The second visitor was ready only long after the first was called: the window stood idle.
    assert pace([(at(0), at(0)), (at(25), at(26)), (at(50), at(50))], 8) == 8
    assert pace([(at(0), at(0)), (at(0), at(500))], 8) == 8  # the lunch break


def test_two_windows_halve_the_minutes() -> None:
    one = [(at(0), at(10 * n)) for n in range(9)]
    two = [(at(0), at(5 * n)) for n in range(17)]
    assert pace(two, 8) < pace(one, 8)


@pytest.mark.parametrize(
    ("people", "each", "minutes", "wanted"),
    [
        (0, 8.0, 0, "free"),
        (2, 8.0, 16, "busy"),
        (3, 5.2, 16, "busy"),
        (3, 5.0, 15, "free"),
        (4, 8.0, 32, "crowded"),
    ],
)
def test_minutes_are_rounded_up_and_have_a_band(people: int, each: float, minutes: int, wanted: str) -> None:
    assert expected_minutes(people, each) == minutes
    assert band(minutes, RULE) == wanted
