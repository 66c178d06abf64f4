"""A later list over an earlier one: what changed has a name, and nobody is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain.list_merge import (
    BOOKING_CANCELLED,
    BOOKING_CHANGED,
    NOT_IN_LIST,
    Change,
    ChangeKind,
    Overtaken,
    flags_after,
    is_expected,
    is_gone,
    merge,
    overtaken,
)
from kiosk.domain.reservation import Reservation

HANAKO = Reservation("R1", "09:00", False, "小金井 花子", "コガネイ ハナコ")
JIRO = Reservation("R2", "09:20", False, "齋藤 次郎", "サイトウ ジロウ")
GONE = replace(JIRO, flags=(NOT_IN_LIST,))


@pytest.mark.parametrize(
    ("known", "fresh", "change"),
    [
        ((), (HANAKO,), Change("R1", ChangeKind.NEW)),
        ((HANAKO,), (HANAKO,), None),
        ((HANAKO,), (replace(HANAKO, slot="10:00"),), Change("R1", ChangeKind.CHANGED, ("slot",))),
        ((HANAKO,), (replace(HANAKO, name="小金井 華子", party_size=2),),
         Change("R1", ChangeKind.CHANGED, ("name", "party_size"))),
        ((HANAKO,), (replace(HANAKO, cancelled=True),), Change("R1", ChangeKind.CANCELLED)),
        ((replace(HANAKO, cancelled=True),), (HANAKO,), Change("R1", ChangeKind.RESTORED)),
        ((JIRO,), (), Change("R2", ChangeKind.GONE)),
        ((GONE,), (), None),
        ((GONE,), (JIRO,), Change("R2", ChangeKind.BACK)),
        ((GONE,), (replace(JIRO, slot="11:00"),), Change("R2", ChangeKind.BACK, ("slot",))),
    ],
)  # fmt: skip
def test_every_way_a_booking_can_differ(
    known: tuple[Reservation, ...], fresh: tuple[Reservation, ...], change: Change | None
) -> None:
    merged = merge(known, fresh)
    assert merged.changes == (() if change is None else (change,))
    assert merged.unchanged == (0 if change else 1)


def test_an_empty_list_loses_nobody_and_expects_nobody() -> None:
    merged = merge((HANAKO, JIRO), ())
    assert [one.number for one in merged.kept] == ["R1", "R2"]
    assert merged.count(ChangeKind.GONE) == 2
    assert not any(is_expected(one) for one in merged.kept)
    assert merge(merged.kept, (HANAKO, JIRO)).kept == (HANAKO, JIRO)


def test_a_cancelled_booking_is_not_expected() -> None:
    assert is_expected(HANAKO)
    assert not is_expected(replace(HANAKO, cancelled=True))


def test_a_change_after_the_number_was_given_names_the_numbers() -> None:
    changes = merge((HANAKO, JIRO), (replace(HANAKO, slot="10:00"), replace(JIRO, cancelled=True))).changes
    assert overtaken(changes, {"R2": ("A001", "A004"), "R9": ("A002",)}) == (
        Overtaken(("A001", "A004"), Change("R2", ChangeKind.CANCELLED)),
    )


@pytest.mark.parametrize(
    ("before", "kind", "fields", "after"),
    [
        (("renewal",), ChangeKind.CHANGED, ("slot",), (BOOKING_CHANGED, "renewal")),
        ((BOOKING_CHANGED,), ChangeKind.CHANGED, ("kana",), (BOOKING_CHANGED,)),
        ((BOOKING_CHANGED,), ChangeKind.CANCELLED, (), (BOOKING_CANCELLED, BOOKING_CHANGED)),
        (("renewal",), ChangeKind.GONE, (), (NOT_IN_LIST, "renewal")),
        ((NOT_IN_LIST, "renewal"), ChangeKind.BACK, (), ("renewal",)),
        ((NOT_IN_LIST,), ChangeKind.BACK, ("slot",), (BOOKING_CHANGED,)),
        ((BOOKING_CANCELLED,), ChangeKind.RESTORED, (), ()),
    ],
)
def test_the_newest_word_on_a_booking_stands_first_among_the_flags(
    before: tuple[str, ...], kind: ChangeKind, fields: tuple[str, ...], after: tuple[str, ...]
) -> None:
    assert flags_after(before, Change("R1", kind, fields)) == after


bookings = some.lists(
    some.builds(
        Reservation,
        some.sampled_from([f"R{n}" for n in range(6)]),
        some.sampled_from(["09:00", "10:00"]),
        some.booleans(),
        some.just("小金井 花子"),
        some.just("コガネイ"),
    ),
    unique_by=lambda one: one.number,
)


@given(some.lists(bookings, min_size=1, max_size=4))
def test_after_any_lists_the_newest_stands_and_every_number_ever_named_is_there(
    lists: list[list[Reservation]],
) -> None:
    known: tuple[Reservation, ...] = ()
    for fresh in lists:
        known = merge(known, fresh).kept
    assert [one for one in known if not is_gone(one)] == lists[-1]
    assert {one.number for one in known} == {one.number for fresh in lists for one in fresh}
    assert not merge(known, lists[-1]).changes
