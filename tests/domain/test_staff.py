"""Who may do what, which PINs are refused, and how waiting grows."""

from __future__ import annotations

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.staff import (
    MANAGER_ONLY,
    MAY,
    NEEDS_TWO,
    Act,
    Operator,
    Role,
    lock_after,
    refuse_unless_may,
    refuse_unless_two,
    refuse_weak,
    tries_left,
)

STAFF = Operator("s01", "受付", Role.STAFF)
OTHER = Operator("s02", "窓口", Role.STAFF)
MANAGER = Operator("m01", "管理", Role.MANAGER)
INSPECTOR = Operator("c01", "市", Role.INSPECTOR)


def test_every_role_has_its_row_and_every_act_somebody() -> None:
    assert set(MAY) == set(Role)
    assert frozenset().union(*MAY.values()) == frozenset(Act)


def test_the_city_looks_and_changes_nothing() -> None:
    assert MAY[Role.INSPECTOR] == {Act.SEE_RECORDS}
    with pytest.raises(Refused, match="not_allowed"):
        refuse_unless_may(INSPECTOR, Act.RECEIVE)


@pytest.mark.parametrize("act", [Act.OPEN_SESSION, Act.CLOSE_SESSION, Act.TAKE_RECEIPT, *sorted(NEEDS_TWO)])
def test_what_a_manager_decides_staff_cannot(act: Act) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        refuse_unless_may(STAFF, act)


def test_staff_works_at_the_counter_and_writes_the_stick() -> None:
    acts = (Act.RECEIVE, Act.SERVE, Act.TAKE_PHOTO, Act.HANDLE_PAPERS, Act.EXPORT_BATCH)

    assert all(STAFF.may(act) for act in acts)


def test_two_people_are_two_and_one_of_them_leads() -> None:
    refuse_unless_two(MANAGER, STAFF)
    refuse_unless_two(STAFF, MANAGER)
    for first, second in ((MANAGER, MANAGER), (STAFF, OTHER), (MANAGER, INSPECTOR)):
        with pytest.raises(Refused, match="second_person_needed"):
            refuse_unless_two(first, second)


@pytest.mark.parametrize("pin", ["40718253", "90263815", "508173942", "20251399", "４０７１８２５３"])
def test_a_pin_of_eight_or_more_digits_is_taken(pin: str) -> None:
    refuse_weak(Role.STAFF, pin)


@pytest.mark.parametrize(
    ("pin", "key"),
    [
        ("", "pin_digits_only"),
        ("4071825", "pin_too_short"),
        ("4071825a", "pin_digits_only"),
        ("4071 8253", "pin_digits_only"),
        ("11111111", "pin_weak"),
        ("12121212", "pin_weak"),
        ("40714071", "pin_weak"),
        ("12345678", "pin_weak"),
        ("87654321", "pin_weak"),
        ("56789012", "pin_weak"),
        ("19800401", "pin_weak"),
        ("01041980", "pin_weak"),
        ("04011980", "pin_weak"),
        ("20251105", "pin_weak"),
        ("40711704", "pin_weak"),
        ("11447722", "pin_weak"),
        ("7" * 129, "pin_too_long"),
    ],
)
def test_a_weak_pin_is_refused_and_never_repeated_in_the_refusal(pin: str, key: str) -> None:
    with pytest.raises(Refused) as told:
        refuse_weak(Role.STAFF, pin)

    assert told.value.key == key
    assert pin not in [str(fact) for fact in told.value.facts.values()]


@pytest.mark.parametrize(
    ("phrase", "key"),
    [
        ("himitsu 123", "passphrase_too_short"),
        ("aaaaaaaaaaaa", "passphrase_weak"),
        ("abcabcabcabc", "passphrase_weak"),
        ("qwertyuiop12", "passphrase_weak"),
        ("198004011980", "passphrase_weak"),
        ("x" * 129, "pin_too_long"),
    ],
)
def test_a_manager_needs_a_passphrase(phrase: str, key: str) -> None:
    for role in (Role.MANAGER, Role.DIRECTOR):
        with pytest.raises(Refused) as told:
            refuse_weak(role, phrase)
        assert told.value.key == key


def test_a_long_sentence_is_a_good_passphrase() -> None:
    refuse_weak(Role.MANAGER, "みどりの窓口は九時から開く")
    refuse_weak(Role.DIRECTOR, "koganei no ike 8")
    with pytest.raises(Refused, match="passphrase_too_short"):
        refuse_weak(Role.MANAGER, "みどりの窓口は九時から")


def test_the_wait_begins_at_the_fifth_wrong_try_and_doubles() -> None:
    waits = [lock_after(tries) for tries in range(11)]

    assert waits == [0, 0, 0, 0, 0, 60, 120, 240, 480, 960, MANAGER_ONLY]
    assert lock_after(10_000) == MANAGER_ONLY


def test_a_manager_waits_longer_and_longer_but_is_never_shut_out() -> None:
    assert lock_after(9, Role.MANAGER) == 960
    assert lock_after(10, Role.MANAGER) == 1920
    assert lock_after(10_000, Role.DIRECTOR) == 12 * 3600


def test_tries_left_reach_zero_when_the_wait_begins() -> None:
    assert [tries_left(tries) for tries in range(7)] == [5, 4, 3, 2, 1, 0, 0]
