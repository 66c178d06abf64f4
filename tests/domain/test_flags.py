"""Flags on the days where they change; the table in the documents is the one of the rules."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain.eras import age_on
from kiosk.domain.flags import (
    RULES,
    age_flags,
    birthday,
    card_until,
    notice_flags,
    residence_flags,
)
from kiosk.ui.texts import Texts

DAY = timedelta(days=1)
INFANT, CHILD, YOUTH, NOBODY = ("under_1", "under_15"), ("under_15",), ("age_15_17",), ()


@pytest.mark.parametrize("born", [date(2010, 11, 5), date(1989, 1, 7), date(1989, 1, 8), date(2019, 5, 1)])
@pytest.mark.parametrize(
    ("age", "before", "then"), [(1, INFANT, CHILD), (15, CHILD, YOUTH), (18, YOUTH, NOBODY)]
)
def test_a_flag_changes_on_the_birthday_also_across_an_era(
    born: date, age: int, before: tuple[str, ...], then: tuple[str, ...]
) -> None:
    turns = date(born.year + age, born.month, born.day)
    assert (age_flags(born, turns - DAY), age_flags(born, turns), age_flags(born, turns + DAY)) == (
        before,
        then,
        then,
    )


@pytest.mark.parametrize(
    ("on", "flags"),
    [
        (date(2013, 2, 28), INFANT),
        (date(2013, 3, 1), CHILD),  # common year: from 1 March
        (date(2027, 2, 28), CHILD),
        (date(2027, 3, 1), YOUTH),
        (date(2030, 2, 28), YOUTH),
        (date(2030, 3, 1), NOBODY),
    ],
)
def test_born_on_29_february(on: date, flags: tuple[str, ...]) -> None:
    assert age_flags(date(2012, 2, 29), on) == flags


def test_born_today_and_not_yet_born() -> None:
    assert age_flags(date(2025, 11, 5), date(2025, 11, 5)) == INFANT
    with pytest.raises(ValueError, match="after"):
        age_flags(date(2025, 11, 6), date(2025, 11, 5))


@pytest.mark.parametrize(
    ("days_left", "flags"),
    [(61, ()), (60, ("residence_ending",)), (1, ("residence_ending",)), (0, ("residence_ending",)),
     (-1, ("residence_ended",))],
)  # fmt: skip
def test_a_residence_period(days_left: int, flags: tuple[str, ...]) -> None:
    on = date(2024, 2, 29)
    assert residence_flags(on + timedelta(days=days_left), on) == flags


def test_a_city_may_be_told_earlier_of_a_residence_period() -> None:
    on = date(2025, 11, 5)
    assert residence_flags(on + timedelta(days=90), on, days=90) == ("residence_ending",)


def test_the_last_day_of_a_notice_still_counts() -> None:
    on = date(2025, 11, 5)
    assert (notice_flags(on, on), notice_flags(on - DAY, on)) == ((), ("notice_over",))


@pytest.mark.parametrize(
    ("born", "received", "until"),
    [
        (date(2007, 11, 5), date(2025, 11, 5), date(2035, 11, 5)),  # eighteen today
        (date(2007, 11, 6), date(2025, 11, 5), date(2029, 11, 6)),  # eighteen tomorrow
        (date(2025, 11, 1), date(2025, 11, 5), date(2030, 11, 1)),
        (date(2003, 4, 1), date(2022, 3, 31), date(2026, 4, 1)),  # eighteen, under the older rule
        (date(2003, 4, 1), date(2022, 4, 1), date(2032, 4, 1)),
        (date(2004, 2, 29), date(2025, 11, 5), date(2035, 3, 1)),
    ],
)
def test_how_long_a_card_holds(born: date, received: date, until: date) -> None:
    assert card_until(born, received) == until


@given(some.dates(date(1900, 1, 1), date(2025, 1, 1)), some.integers(0, 120))
def test_the_birthday_is_the_first_day_of_the_new_age(born: date, age: int) -> None:
    turns = birthday(born, age)
    assert age_on(born, turns) == age
    if age:
        assert age_on(born, turns - DAY) == age - 1


def test_every_flag_has_a_pill_a_sentence_and_a_source() -> None:
    texts = Texts.load("ja")
    for rule in RULES:
        assert texts.has(f"flag.{rule.code}")
        assert texts.has(f"flag_say.{rule.code}")
        assert rule.source
        assert rule.stands


def test_the_table_in_the_documents_is_that_of_the_rules(checkout: Path) -> None:
    printed = subprocess.run(
        [sys.executable, str(checkout / "tools" / "flag_table.py")],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(checkout / "src")},
    ).stdout.decode()
    assert (checkout / "docs" / "flags.md").read_text(encoding="utf-8") == printed
