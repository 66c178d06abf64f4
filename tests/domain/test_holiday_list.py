"""The Cabinet Office's list: the same days as the frozen table, and never a year that is cut off."""

from __future__ import annotations

import datetime

import jpholiday
import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain.agenda import Holidays, agenda, agenda_rule, month
from kiosk.domain.errors import Refused
from kiosk.domain.holiday_list import as_setting, from_setting, joined, read_cabinet_list
from kiosk.services.catalogue import holidays

HEAD = "国民の祝日・休日月日,国民の祝日・休日名称\r\n"


def listed(first: int, last: int) -> str:
    """A list as the Cabinet Office writes it, from an independent source of holidays."""
    return HEAD + "".join(
        f"{day.year}/{day.month}/{day.day},{name}\r\n"
        for year in range(first, last + 1)
        for day, name in jpholiday.year_holidays(year)
    )


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_the_list_gives_the_days_of_the_frozen_table(encoding: str) -> None:
    read = read_cabinet_list(listed(2020, 2027).encode(encoding), 2025)
    assert (read.first_year, read.last_year) == (2025, 2027)
    assert set(read.names) == {day for day in holidays().names if day.year <= 2027}


def test_a_later_list_lets_the_agenda_go_on() -> None:
    with pytest.raises(Refused, match="agenda_beyond_holidays"):
        agenda(month("2028-01"), month("2028-02"), agenda_rule({}), holidays())
    longer = joined(holidays(), read_cabinet_list(listed(2025, 2029).encode("cp932"), 2025))
    assert agenda(month("2028-01"), month("2028-02"), agenda_rule({}), longer)
    assert from_setting(as_setting(longer)) == longer


def test_the_newer_list_wins_and_other_years_stay() -> None:
    day, other = datetime.date(2027, 1, 1), datetime.date(2026, 5, 5)
    frozen = Holidays(2026, 2027, {day: "元日", other: "こどもの日"})
    newer = Holidays(2027, 2027, {datetime.date(2027, 6, 1): "新しい祝日"})
    assert dict(joined(frozen, newer).names) == {other: "こどもの日", datetime.date(2027, 6, 1): "新しい祝日"}
    assert joined(frozen, None) is frozen
    with pytest.raises(Refused, match="holidays_gap"):
        joined(frozen, Holidays(2029, 2029, {}))


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "holidays_old"),
        (HEAD.encode("cp932"), "holidays_old"),
        (listed(2018, 2019).encode("cp932"), "holidays_old"),
        ("".join(listed(2025, 2026).splitlines(keepends=True)[:25]).encode("cp932"), "holidays_cut"),
        (listed(2025, 2026).replace("2026/1/1,元日\r\n", "").encode("cp932"), "holidays_cut"),
        ((HEAD + "きのう,元日\r\n").encode(), "holidays_format"),
        ((HEAD + "2025/1/1\r\n").encode(), "holidays_format"),
        ((HEAD + "2025/13/1,元日\r\n").encode(), "holidays_format"),
        (b"\x81", "holidays_format"),
        (b"a" * (2 << 20), "holidays_format"),
    ],
)
def test_what_is_no_whole_list_is_refused(content: bytes, key: str) -> None:
    with pytest.raises(Refused) as caught:
        read_cabinet_list(content, 2025)
    assert caught.value.key == key


@given(some.binary(max_size=200))
def test_any_bytes_are_a_list_or_a_clear_refusal(content: bytes) -> None:
    with pytest.raises(Refused, match="holidays_"):
        read_cabinet_list(content, 2025)
