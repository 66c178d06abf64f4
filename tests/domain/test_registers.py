"""No number, no export: what an approval allows, for whom, from when to when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.registers import (
    Approval,
    Medium,
    MediumKind,
    MediumState,
    Subject,
    refuse_unless_registered,
    refuse_unless_valid,
)

DAY = date(2025, 11, 5)
YEAR = Approval(
    "7小情第18号", Subject.MEDIUM, date(2025, 7, 30), date(2025, 8, 1), date(2026, 3, 31), standing=True
)
STICK = Medium("USB-0001", MediumKind.USB, YEAR.number)


@pytest.mark.parametrize("day", [date(2025, 8, 1), DAY, date(2026, 3, 31)])
def test_a_standing_number_serves_from_its_first_to_its_last_day(day: date) -> None:
    assert refuse_unless_valid(YEAR.after_use().after_use(), Subject.MEDIUM, day).used == 2


@pytest.mark.parametrize(
    ("approval", "subject", "day", "key"),
    [
        (None, Subject.MEDIUM, DAY, "approval_unknown"),
        (YEAR, Subject.ERASURE, DAY, "approval_other_subject"),
        (YEAR, Subject.MEDIUM, date(2025, 7, 31), "approval_out_of_date"),
        (YEAR, Subject.MEDIUM, date(2026, 4, 1), "approval_out_of_date"),
        (replace(YEAR, standing=False, used=1), Subject.MEDIUM, DAY, "approval_used"),
    ],
)
def test_anything_else_is_refused(approval: Approval | None, subject: Subject, day: date, key: str) -> None:
    with pytest.raises(Refused) as told:
        refuse_unless_valid(approval, subject, day)

    assert told.value.key == key


def test_a_single_number_serves_once() -> None:
    single = replace(YEAR, standing=False)

    used = refuse_unless_valid(single, Subject.MEDIUM, DAY).after_use()

    with pytest.raises(Refused, match="approval_used"):
        refuse_unless_valid(used, Subject.MEDIUM, DAY)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"number": "  "}, "approval_number_empty"),
        ({"valid_until": date(2025, 7, 31)}, "approval_dates_crossed"),
    ],
)
def test_an_approval_that_says_nothing_is_not_entered(changes: dict[str, object], key: str) -> None:
    with pytest.raises(Refused, match=key):
        replace(YEAR, **changes)  # type: ignore[arg-type]


def test_an_unregistered_or_ended_stick_is_refused() -> None:
    assert refuse_unless_registered(STICK, YEAR, DAY) is STICK
    with pytest.raises(Refused, match="medium_unknown"):
        refuse_unless_registered(None, YEAR, DAY)
    with pytest.raises(Refused, match="approval_unknown"):
        refuse_unless_registered(STICK, None, DAY)
    with pytest.raises(Refused, match="medium_ended"):
        refuse_unless_registered(STICK.moved_to(MediumState.DESTROYED), YEAR, DAY)


# 特記事項 17: a destroyed stick never comes back, a used one is never merely "registered" again.
POSSIBLE = {
    ("registered", "in_use"),
    ("registered", "wiped"),
    ("registered", "destroyed"),
    ("in_use", "wiped"),
    ("in_use", "destroyed"),
    ("wiped", "in_use"),
    ("wiped", "destroyed"),
}


@pytest.mark.parametrize("old", list(MediumState))
@pytest.mark.parametrize("new", list(MediumState))
def test_a_stick_goes_one_way_to_its_end(old: MediumState, new: MediumState) -> None:
    stick = replace(STICK, state=old)
    if old is new or (old.value, new.value) in POSSIBLE:
        assert stick.moved_to(new).state is new
    else:
        with pytest.raises(Refused, match="medium_state"):
            stick.moved_to(new)
