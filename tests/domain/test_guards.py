"""A My Number never gets in by accident, and other long numbers are not taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain.errors import Refused
from kiosk.domain.guards import (
    check_digit,
    has_my_number,
    is_my_number,
    may_be_resident_code,
    refuse_my_number,
)

# The two worked examples of the check digit rule; neither is anybody's number.
EXAMPLE = "123456789018"
OTHER = "923456789014"


def test_the_check_digit_of_the_two_worked_examples() -> None:
    assert check_digit("12345678901") == 8
    assert check_digit("92345678901") == 4


def test_a_remainder_of_zero_or_one_gives_zero() -> None:
    assert check_digit("00000000000") == 0
    # One digit 1 at place n = 5 weighs 6, two of them with n = 11 (weight 6): 12 mod 11 = 1.
    assert check_digit("10000010000") == 0


@pytest.mark.parametrize(
    "text",
    [EXAMPLE, OTHER, "番号は１２３４５６７８９０１８です",
     "1234-5678-9018", "1234 5678 9018", "1234　5678　9018",
     "１２３４−５６７８−９０１８", "1234\n5678\n9018", "1234・5678・9018", "1234 - 5678 - 9018",
     "(123456789018)", "No.123456789018", "電話042-000-0000 1234-5678-9018", "1234\u200b56789018",
     "１２３４ー５６７８ー９０１８", "١٢٣٤٥٦٧٨٩٠١٨"],
)  # fmt: skip
def test_a_likely_my_number_is_refused_however_it_is_written(text: str) -> None:
    with pytest.raises(Refused, match="my_number_possible") as caught:
        refuse_my_number(text)
    assert caught.value.facts == {}


@pytest.mark.parametrize(
    "text",
    ["", "123456789017", "12345678901", "1234567890180", "042-000-0000", "車椅子で来場", "2025/11/05 09:00",
     "2025/10/10 12:30", f"{EXAMPLE}{OTHER}"[:23], "1234 5678 9018 1234 5678 901", "1人", "A012"],
)  # fmt: skip
def test_other_numbers_pass(text: str) -> None:
    assert not has_my_number(text)


@given(some.text("0123456789", min_size=11, max_size=11))
def test_every_number_with_its_check_digit_is_noticed_and_with_another_not(first: str) -> None:
    right = check_digit(first)
    for last in range(10):
        assert is_my_number(f"{first}{last}") is (last == right)


@given(some.text("0123456789", min_size=13, max_size=30))
def test_no_window_slides_over_a_longer_run(run: str) -> None:
    assert not has_my_number(f"ID {run} です")


def test_eleven_digits_may_be_a_resident_code_but_not_a_telephone_number() -> None:
    assert may_be_resident_code("住民票コード 12345678901")
    assert not may_be_resident_code("090-0000-0000")
    assert not may_be_resident_code("123456789012")
