"""The number on paper: how it is written, read back, and proven to be ours."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import Refused
from kiosk.domain.ticket import LETTERS, read_code, read_number, ticket_code, ticket_number
from kiosk.domain.visit import Service

KEY, PRACTICE_KEY = bytes(range(32)), bytes(32)
DAY = date(2025, 11, 5)


def test_letters_that_look_like_digits_are_not_used() -> None:
    assert set("ABCDEFGHIJKLMNOPQRSTUVWXYZ") - set(LETTERS) == set("IOQ")
    assert {service.value for service in Service} <= set(LETTERS)


@pytest.mark.parametrize(("count", "number"), [(1, "A001"), (12, "A012"), (499, "A499"), (999, "A999")])
def test_a_number_is_a_letter_and_three_digits(count: int, number: str) -> None:
    assert ticket_number("A", count) == number


@pytest.mark.parametrize("count", [-1, 0, 1000])
def test_beyond_999_there_is_no_number(count: int) -> None:
    with pytest.raises(Refused, match="tickets_used_up"):
        ticket_number("A", count)


@pytest.mark.parametrize(
    "typed",
    ["A012", "a012", "A12", "a-12", " A-012 ", "Ａ０１２", "ａ１２", "Ａ－０１２", "\tA012\r\n"],
)
def test_a_number_is_read_in_every_way_people_write_it(typed: str) -> None:
    assert read_number(typed) == "A012"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "A",
        "012",
        "A0",
        "A000",
        "A0123",
        "AA12",
        "I012",
        "O012",
        "Q012",
        "A٠١٢",
        "A 012",
        "A0１x",
        "あ012",
    ],
)
def test_what_is_no_number_is_refused_in_its_own_words(typed: str) -> None:
    with pytest.raises(Refused, match="ticket_unreadable") as refused:
        read_number(typed)
    assert refused.value.facts == {}


@given(st.sampled_from(LETTERS), st.integers(1, 999))
def test_every_number_that_is_given_out_is_read_back(letter: str, count: int) -> None:
    number = ticket_number(letter, count)
    assert read_number(number.lower()) == number
    assert read_code(ticket_code("KOGANEI", DAY, number, KEY), "KOGANEI", DAY, KEY) == number


def test_the_code_says_site_day_and_number_and_nothing_of_the_visitor() -> None:
    proof = hmac.new(KEY, b"Q1:KOGANEI:251105:A012", hashlib.sha256).hexdigest()[:8].upper()
    assert ticket_code("KOGANEI", DAY, "A012", KEY) == f"Q1:KOGANEI:251105:A012:{proof}"


def code(site: str = "KOGANEI", day: date = DAY, number: str = "A012", key: bytes = KEY) -> str:
    return ticket_code(site, day, number, key)


@pytest.mark.parametrize(
    ("scanned", "problem"),
    [
        (code(key=PRACTICE_KEY), "code_foreign"),  # a ticket of a practice afternoon
        (code(site="KODAIRA", key=PRACTICE_KEY), "code_foreign"),
        (code(site="KODAIRA"), "code_foreign"),
        (code(day=date(2025, 10, 29)), "code_other_day"),  # last week's, kept in a pocket
        (code()[:-1], "code_unreadable"),
        (code() + "0", "code_unreadable"),
        (code().lower(), "code_unreadable"),
        (code().replace("Q1", "Q2"), "code_unreadable"),
        (code().replace("A012", "I012"), "code_unreadable"),
        (code().replace("251105", "٢٥١١٠٥"), "code_unreadable"),
        (code().replace("012", "０１２"), "code_unreadable"),
        ("https://example.jp/Q1", "code_unreadable"),
        ("", "code_unreadable"),
    ],
)
def test_codes_that_are_not_todays(scanned: str, problem: str) -> None:
    with pytest.raises(Refused, match=problem) as refused:
        read_code(scanned, "KOGANEI", DAY, KEY)
    assert refused.value.facts == {}


def test_a_forged_number_is_refused_for_every_other_number() -> None:
    mine = code()
    for count in [*range(1, 12), *range(13, 1000)]:
        with pytest.raises(Refused, match="code_foreign"):
            read_code(mine.replace(":A012:", f":A{count:03d}:"), "KOGANEI", DAY, KEY)


@given(st.data())
def test_one_changed_character_is_never_accepted(data: st.DataObject) -> None:
    mine = code()
    place = data.draw(st.integers(0, len(mine) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda sign: sign != mine[place]))
    changed = mine[:place] + other + mine[place + 1 :]
    if changed.strip() == mine:
        return
    with pytest.raises(Refused):
        read_code(changed, "KOGANEI", DAY, KEY)


@given(st.text(max_size=60))
def test_no_scanned_text_makes_the_reader_fall_over(text: str) -> None:
    for read in (read_number, lambda scanned: read_code(scanned, "KOGANEI", DAY, KEY)):
        try:
            answer = read(text)
        except Refused as no:
            answer = no.key
        assert answer in {"ticket_unreadable", "code_unreadable"} or read_number(answer) == answer
