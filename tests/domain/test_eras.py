"""Dates as visitors and lists write them: both calendars in, both calendars out."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain.eras import ERAS, age_on, format_both, format_era, format_western, parse_date
from kiosk.domain.errors import Refused

DAY = datetime.date


@pytest.mark.parametrize(
    "text",
    ["令和7年8月6日", "令和７年８月６日", "R7.8.6", "r7.8.6", "Ｒ７．８．６", "R070806", "R7/8/6", "R7-8-6",
     "2025/8/6", "2025-08-06", "20250806", "2025年8月6日", " 2025/08/06 ", "㋿7年8月6日", "令和 7年 8月 6日"],
)  # fmt: skip
def test_every_usual_way_to_write_one_day(text: str) -> None:
    assert parse_date(text) == DAY(2025, 8, 6)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("S40.12.3", DAY(1965, 12, 3)),
        ("昭和55年4月1日", DAY(1980, 4, 1)),
        ("令和元年5月1日", DAY(2019, 5, 1)),
        ("平成31年4月30日", DAY(2019, 4, 30)),
        ("昭和64年1月7日", DAY(1989, 1, 7)),
        ("平成元年1月8日", DAY(1989, 1, 8)),
        ("昭和元年12月25日", DAY(1926, 12, 25)),
        ("大正15年12月24日", DAY(1926, 12, 24)),
        ("大正元年7月30日", DAY(1912, 7, 30)),
        ("M45.7.29", DAY(1912, 7, 29)),
        ("明治元年10月23日", DAY(1868, 10, 23)),
        ("H120229", DAY(2000, 2, 29)),
    ],
)
def test_the_edges_of_the_eras(text: str, day: datetime.date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("7.8.6", "date_unreadable"),
        ("25/8/6", "date_unreadable"),
        ("", "date_unreadable"),
        ("令和7年8月", "date_unreadable"),
        ("X7.8.6", "date_unreadable"),
        ("2025/8-6", "date_unreadable"),
        ("不明", "date_unreadable"),
        ("2025/2/29", "date_impossible"),
        ("20251301", "date_impossible"),
        ("令和0年1月1日", "date_impossible"),
        ("R7.4.31", "date_impossible"),
        ("昭和64年1月8日", "date_outside_era"),
        ("平成元年1月7日", "date_outside_era"),
        ("平成31年5月1日", "date_outside_era"),
        ("令和元年4月30日", "date_outside_era"),
        ("大正15年12月25日", "date_outside_era"),
        ("明治45年7月30日", "date_outside_era"),
        ("明治元年10月22日", "date_outside_era"),
        ("1868-10-22", "date_outside_era"),
    ],
)
def test_what_is_no_date(text: str, key: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_date(text)
    assert caught.value.key == key


def test_both_calendars_are_shown() -> None:
    assert format_both(DAY(2025, 8, 6)) == "令和7年8月6日（2025年8月6日）"
    assert format_era(DAY(2019, 5, 1)) == "令和元年5月1日"
    assert format_western(DAY(1989, 1, 7)) == "1989年1月7日"


@given(some.dates(ERAS[0].first, DAY(2099, 12, 31)))
def test_what_is_shown_can_be_read_again(day: datetime.date) -> None:
    assert parse_date(format_era(day)) == day
    assert parse_date(format_western(day)) == day
    assert parse_date(day.isoformat()) == day


@given(some.text(max_size=20))
def test_any_text_is_a_date_or_a_clear_refusal(text: str) -> None:
    try:
        answer = str(parse_date(text) >= ERAS[0].first)
    except Refused as no:
        answer = no.key
    assert answer in ("True", "date_unreadable", "date_impossible", "date_outside_era")


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (DAY(2010, 11, 5), DAY(2025, 11, 4), 14),
        (DAY(2010, 11, 5), DAY(2025, 11, 5), 15),
        (DAY(2024, 2, 29), DAY(2025, 2, 28), 0),
        (DAY(2024, 2, 29), DAY(2025, 3, 1), 1),
        (DAY(2008, 2, 29), DAY(2024, 2, 29), 16),
        (DAY(2025, 11, 5), DAY(2025, 11, 5), 0),
    ],
)
def test_ages_by_birthday_and_1_march_for_those_of_29_february(
    birth: datetime.date, on: datetime.date, age: int
) -> None:
    assert age_on(birth, on) == age
