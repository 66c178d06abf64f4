"""The agenda after what was agreed with the city: days, venues and deadlines, and every year's count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from kiosk.domain.agenda import AgendaDay, AgendaRule, agenda, agenda_rule, month
from kiosk.domain.agenda_changes import (
    LONG_CUSTODY_DAYS,
    AgendaChange,
    ChangeKind,
    PlannedDay,
    planned,
    refuse_unless_possible,
)
from kiosk.domain.errors import Refused
from kiosk.services.catalogue import holidays

NOW = datetime(2025, 11, 1, 9, 0, tzinfo=timezone(timedelta(hours=9)))
TODAY = NOW.date()
RULE = AgendaRule()
SUNDAY, WEDNESDAY = date(2025, 11, 9), date(2025, 11, 12)


def days(rule: AgendaRule = RULE, first: str = "2025-08", last: str = "2026-03") -> tuple[AgendaDay, ...]:
    return agenda(month(first), month(last), rule, holidays())


def changed(kind: ChangeKind, day: date, **other: object) -> AgendaChange:
    made = AgendaChange(day, kind, "会場の設備点検", "市民課 担当者", TODAY, NOW, "sato")
    return replace(made, **other)  # type: ignore[arg-type]


def on(plan: tuple[PlannedDay, ...], day: date) -> PlannedDay | None:
    return next((one for one in plan if one.day.date == day), None)


def test_without_changes_the_plan_is_the_rule() -> None:
    assert tuple(one.day for one in planned(days(), (), RULE)) == days()


def test_a_day_called_off_stays_to_be_seen_and_the_deadline_before_it_moves() -> None:
    plan = planned(days(), [changed(ChangeKind.CALLED_OFF, WEDNESDAY)], RULE)
    off, before = on(plan, WEDNESDAY), on(plan, SUNDAY)
    assert off is not None
    assert before is not None
    assert not off.is_held
    assert off.day.no == next(day.no for day in days() if day.date == WEDNESDAY), (
        "numbers of the contract stay"
    )
    assert before.day.delivery_due == date(2025, 11, 19)
    assert sum(one.is_held for one in plan) == 47


def test_an_added_day_has_no_number_and_takes_the_papers_of_the_sunday_before() -> None:
    extra = date(2025, 11, 10)
    plan = planned(days(), [changed(ChangeKind.ADDED, extra, venue="保健センター")], RULE)
    added, before = on(plan, extra), on(plan, SUNDAY)
    assert added is not None
    assert before is not None
    assert (added.day.no, added.venue, added.day.delivery_due) == (0, "保健センター", extra)
    assert before.day.delivery_due == extra
    sunday = on(planned(days(), [changed(ChangeKind.ADDED, date(2025, 11, 16))], RULE), date(2025, 11, 16))
    assert sunday is not None
    assert sunday.day.delivery_due == date(2025, 11, 19)


def test_the_last_word_counts_and_a_venue_undoes_nothing() -> None:
    story = [
        changed(ChangeKind.CALLED_OFF, WEDNESDAY),
        changed(ChangeKind.AS_RULED, WEDNESDAY),
        changed(ChangeKind.VENUE, WEDNESDAY, venue="貫井北センター"),
        changed(ChangeKind.ADDED, date(2025, 11, 10)),
        changed(ChangeKind.AS_RULED, date(2025, 11, 10)),
    ]
    plan = planned(days(), story, RULE)
    wednesday = on(plan, WEDNESDAY)
    assert wednesday is not None
    assert (wednesday.is_held, wednesday.venue) == (True, "貫井北センター")
    assert on(plan, date(2025, 11, 10)) is None
    off = planned(days(), [*story, changed(ChangeKind.CALLED_OFF, WEDNESDAY)], RULE)
    assert not getattr(on(off, WEDNESDAY), "is_held", True)


def test_long_custody_is_known_beforehand() -> None:
    long = [
        (one.day.date, one.custody_days)
        for one in planned(days(), (), RULE)
        if one.custody_days > LONG_CUSTODY_DAYS
    ]
    assert long == [(date(2025, 12, 28), 10), (date(2026, 2, 8), 10)]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (changed(ChangeKind.CALLED_OFF, WEDNESDAY, reason=" "), "change_words"),
        (changed(ChangeKind.CALLED_OFF, WEDNESDAY, agreed_by=""), "change_words"),
        (changed(ChangeKind.CALLED_OFF, WEDNESDAY, reason="理" * 201), "change_words"),
        (changed(ChangeKind.CALLED_OFF, WEDNESDAY, reason="123456789018"), "my_number_possible"),
        (changed(ChangeKind.CALLED_OFF, WEDNESDAY, agreed_on=date(2025, 11, 2)), "change_agreed_later"),
        (changed(ChangeKind.CALLED_OFF, date(2025, 11, 13)), "change_not_now"),
        (changed(ChangeKind.CALLED_OFF, date(2025, 10, 29)), "change_not_now"),
        (changed(ChangeKind.ADDED, WEDNESDAY), "change_not_now"),
        (changed(ChangeKind.VENUE, WEDNESDAY), "change_not_now"),
        (changed(ChangeKind.AS_RULED, WEDNESDAY), "change_not_now"),
    ],
)
def test_what_cannot_be_agreed(change: AgendaChange, key: str) -> None:
    with pytest.raises(Refused, match=key):
        refuse_unless_possible(change, planned(days(), (), RULE), TODAY)


def test_what_can_be_agreed() -> None:
    plan = planned(days(), (), RULE)
    for change in (
        changed(ChangeKind.CALLED_OFF, WEDNESDAY),
        changed(ChangeKind.ADDED, date(2025, 11, 13)),
        changed(ChangeKind.VENUE, WEDNESDAY, venue="保健センター"),
    ):
        refuse_unless_possible(change, plan, TODAY)


# --- other years and other readings of the rule ------------------------------------------------------


def test_the_next_fiscal_year_has_73_days() -> None:
    assert len(days(first="2026-04", last="2027-03")) == 73


@pytest.mark.parametrize(
    ("setting", "count"),
    [
        ({}, 48),
        ({"saturday_shift": False}, 48),
        ({"nth_sundays": [2]}, 40),
        ({"nth_sundays": []}, 32),
        ({"weekdays": []}, 16),
        ({"weekdays": ["WED", "FRI"]}, 81),
        ({"closed_from": "12-27", "closed_to": "01-07"}, 46),
    ],
)
def test_other_readings_of_the_rule(setting: dict[str, object], count: int) -> None:
    assert len(days(agenda_rule(setting))) == count


@pytest.mark.parametrize(
    ("setting", "saturday", "sunday", "wednesday"),
    [
        ({}, date(2025, 10, 15), date(2025, 10, 29), date(2025, 10, 15)),
        ({"due_saturday": "same_day"}, date(2025, 10, 11), date(2025, 10, 29), date(2025, 10, 15)),
        ({"due_sunday": "same_day"}, date(2025, 10, 15), date(2025, 10, 26), date(2025, 10, 15)),
        ({"due_weekday": "next_session"}, date(2025, 10, 15), date(2025, 10, 29), date(2025, 10, 22)),
    ],
)
def test_delivery_deadlines_under_configuration(
    setting: dict[str, object], saturday: date, sunday: date, wednesday: date
) -> None:
    rule = agenda_rule(setting)
    due = {one.day.date: one.day.delivery_due for one in planned(days(rule), (), rule)}
    assert due[date(2025, 10, 11)] == saturday
    assert due[date(2025, 10, 26)] == sunday
    assert due[date(2025, 10, 15)] == wednesday
