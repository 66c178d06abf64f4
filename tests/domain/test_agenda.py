"""The agenda by rule: the 48 days of the contract, and the rule beyond it."""

from __future__ import annotations

import csv
import datetime
from collections import Counter
from pathlib import Path

import jpholiday
import pytest

from kiosk.domain.agenda import (
    AgendaDay,
    AgendaRule,
    Holidays,
    agenda,
    agenda_rule,
    is_maintenance_sunday,
    month,
    next_day,
    read_holidays,
)
from kiosk.domain.errors import Refused

DAY = datetime.date
CONTRACT = Path(__file__).with_name("sessions_fy2025.csv")


@pytest.fixture(scope="module")
def holidays(checkout: Path) -> Holidays:
    return read_holidays((checkout / "resources" / "catalogue" / "holidays.toml").read_text(encoding="utf-8"))


def the_contract(holidays: Holidays, rule: AgendaRule | None = None) -> tuple[AgendaDay, ...]:
    return agenda(month("2025-08"), month("2026-03"), rule or AgendaRule(), holidays)


def test_the_contract_has_these_48_days_deadlines_and_notes(holidays: Holidays) -> None:
    with CONTRACT.open(encoding="utf-8-sig", newline="") as file:
        wanted = [
            (int(row["no"]), row["date"], row["weekday"], row["rule"], row["delivery_due"], row["note"])
            for row in csv.DictReader(file)
        ]
    found = [
        (day.no, str(day.date), day.weekday, day.rule, str(day.delivery_due), day.note)
        for day in the_contract(holidays)
    ]
    assert len(wanted) == 48
    assert found == wanted


def test_the_48_are_32_wednesdays_10_sundays_and_6_saturdays(holidays: Holidays) -> None:
    days = the_contract(holidays)
    assert Counter(day.rule for day in days) == {"A_WED": 32, "B_SUN": 10, "B_SAT_SHIFT": 6}
    by_month = Counter((day.date.year, day.date.month) for day in days)
    assert list(by_month.values()) == [6, 6, 7, 6, 6, 6, 5, 6]


def test_the_next_fiscal_year_has_73(holidays: Holidays) -> None:
    assert len(agenda(month("2026-04"), month("2027-03"), AgendaRule(), holidays)) == 73


def test_no_wednesday_on_a_holiday_and_none_between_29_december_and_3_january(holidays: Holidays) -> None:
    days = {day.date for day in agenda(month("2025-04"), month("2027-03"), AgendaRule(), holidays)}
    assert DAY(2026, 2, 11) not in days  # Wednesday, 建国記念の日
    assert DAY(2025, 12, 31) not in days
    assert DAY(2026, 12, 30) not in days


def test_papers_of_the_last_sunday_of_a_year_wait_ten_days(holidays: Holidays) -> None:
    due = {day.date: day.delivery_due for day in the_contract(holidays)}
    assert due[DAY(2025, 12, 28)] == DAY(2026, 1, 7)
    assert due[DAY(2026, 2, 8)] == DAY(2026, 2, 18)


def test_a_deadline_is_found_beyond_the_last_month_asked_for(holidays: Holidays) -> None:
    # 28 December is the last day of this list; its papers are due at the first session of January.
    days = agenda(month("2025-12"), month("2025-12"), AgendaRule(), holidays)
    assert days[-1].delivery_due == DAY(2026, 1, 7)


def test_other_deadlines_are_a_matter_of_the_profile(holidays: Holidays) -> None:
    rule = agenda_rule({"due_saturday": "same_day", "due_weekday": "next_session"})
    due = {day.date: day.delivery_due for day in the_contract(holidays, rule)}
    assert due[DAY(2025, 8, 9)] == DAY(2025, 8, 9)
    assert due[DAY(2025, 8, 6)] == DAY(2025, 8, 9)


def test_without_the_shift_the_sunday_stays(holidays: Holidays) -> None:
    days = {day.date for day in the_contract(holidays, agenda_rule({"saturday_shift": False}))}
    assert DAY(2025, 8, 10) in days
    assert DAY(2025, 8, 9) not in days


def test_another_city_other_days(holidays: Holidays) -> None:
    rule = agenda_rule(
        {"first_month": "2025-08", "weekdays": ["MON", "FRI"], "nth_sundays": [1], "closed_from": "08-10",
         "closed_to": "08-16"}
    )  # fmt: skip
    days = [day.date.day for day in agenda(month("2025-08"), month("2025-08"), rule, holidays)]
    # Fridays 1 8 (15 closed) 22 29; Mondays 4 (11 holiday and closed) 18 25; Sunday 3.
    assert days == [1, 3, 4, 8, 18, 22, 25, 29]


def test_the_maintenance_sunday_follows_the_third_saturday(holidays: Holidays) -> None:
    noted = [day.date for day in the_contract(holidays) if "J-LIS" in day.note]
    assert noted == [DAY(2026, 3, 22)]
    assert is_maintenance_sunday(DAY(2025, 11, 16))
    assert not is_maintenance_sunday(DAY(2025, 11, 23))
    assert not is_maintenance_sunday(DAY(2026, 2, 15))  # February 2026 begins on a Sunday: the 21st is third


def test_outside_a_session_day_the_next_one_is_offered(holidays: Holidays) -> None:
    days = the_contract(holidays)
    on_the_day = next_day(days, DAY(2025, 11, 5))
    after_it = next_day(days, DAY(2025, 11, 6))
    assert on_the_day is not None
    assert after_it is not None
    assert (on_the_day.no, after_it.no) == (20, 21)
    assert next_day(days, DAY(2026, 3, 26)) is None


def test_the_holiday_table_is_what_the_law_computes(holidays: Holidays) -> None:
    wanted = {
        day: name
        for year in range(holidays.first_year, holidays.last_year + 1)
        for day, name in jpholiday.year_holidays(year)
    }
    assert (holidays.first_year, holidays.last_year) == (2025, 2027)
    assert dict(holidays.names) == wanted
    assert holidays.name(DAY(2025, 11, 24)).endswith("振替休日")
    assert holidays.name(DAY(2026, 9, 22)) == "国民の休日"


def test_a_year_without_a_table_is_refused_not_guessed(holidays: Holidays) -> None:
    with pytest.raises(Refused, match="agenda_beyond_holidays") as caught:
        agenda(month("2028-01"), month("2028-01"), AgendaRule(), holidays)
    assert caught.value.facts == {"year": 2028, "first": 2025, "last": 2027}


def test_the_last_month_of_the_table_can_be_listed_when_no_deadline_leaves_it(holidays: Holidays) -> None:
    only_wednesdays = agenda_rule({"nth_sundays": []})
    days = agenda(month("2027-12"), month("2027-12"), only_wednesdays, holidays)
    assert [day.date.day for day in days] == [1, 8, 15, 22]


@pytest.mark.parametrize("text", ["2025-13", "2025-8", "202508", "0000-01", "", "2025-08-01"])
def test_a_month_that_is_none(text: str) -> None:
    with pytest.raises(Refused, match="month_format"):
        month(text)


def test_months_the_wrong_way_round(holidays: Holidays) -> None:
    with pytest.raises(Refused, match="agenda_months"):
        agenda(month("2025-09"), month("2025-08"), AgendaRule(), holidays)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weekdays", "WED"),
        ("weekdays", ["SUN"]),
        ("nth_sundays", [6]),
        ("nth_sundays", [True]),
        ("saturday_shift", 1),
        ("closed_from", "13-01"),
        ("start", "9:00"),
        ("due_sunday", "some_day"),
        ("colour", "red"),
    ],
)
def test_a_wrong_profile_names_the_field(field: str, value: object) -> None:
    with pytest.raises(Refused, match="agenda_rule") as caught:
        agenda_rule({field: value})
    assert caught.value.facts == {"field": field}


@pytest.mark.parametrize(
    "text",
    ["", "not toml [", "first_year = 2025\nlast_year = 2025\n[holidays]\n2026-01-01 = 'x'",
     "first_year = 2025\nlast_year = 2025\nholidays = 3"],
)  # fmt: skip
def test_a_broken_holiday_table_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="agenda_holidays"):
        read_holidays(text)
