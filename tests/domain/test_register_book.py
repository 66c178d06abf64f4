"""Registers as data: what they take, what they refuse, and how an entry is printed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.register_book import (
    Entry,
    Register,
    checked,
    headline,
    matches,
    printed,
    read_registers,
)

BOOK = """
[[registers]]
name = "complaints"
title = "苦情"
group = "events"
form = "complaint"
per = "entry"
prefix = "苦"
source = "特記事項 18"
fields = [
  ["on", "受付日", "day*"],
  ["content", "内容", "long*"],
  ["by", "受けた者", "person"],
  ["rows", "経過", "rows at words who"],
]
"""
COMPLAINTS = read_registers(BOOK)[0]
GOOD = {"on": "R7.11.5", "content": "待ち時間が長い", "by": "佐藤 和子", "rows": "10時｜お詫びした｜佐藤"}


def entry(words: dict[str, str], register: Register = COMPLAINTS) -> Entry:
    return Entry(register.name, 7, 1, datetime(2025, 11, 5, 10), "sato", "", words)


def test_a_day_is_kept_in_one_form_and_printed_in_the_era() -> None:
    kept = checked(COMPLAINTS, GOOD)
    assert kept["on"] == "2025-11-05"
    assert printed(COMPLAINTS, entry(kept))["on"] == "令和7年11月5日"


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"content": " "}, "register_field_missing"),
        ({"content": "あ" * 2001}, "register_field_long"),
        ({"content": "番号は 1234-5678-9018"}, "my_number_possible"),
        ({"content": "小金井　花子さんがお怒り"}, "register_visitor_name"),
        ({"rows": "10時｜小金井花子さんへ説明｜佐藤"}, "register_visitor_name"),
        ({"on": "R7.13.5"}, "date_unreadable"),
    ],
)
def test_what_must_not_stand_in_a_register_is_refused(changed: dict[str, str], key: str) -> None:
    with pytest.raises(Refused) as told:
        checked(COMPLAINTS, GOOD | changed, ["小金井 花子", "林"])
    assert told.value.key.startswith(key[:4])
    assert "花子" not in repr(told.value.facts)


def test_a_family_name_alone_and_our_own_people_may_stand_there() -> None:
    checked(COMPLAINTS, GOOD | {"content": "小金井市の林さん"}, ["小金井 花子", "林"])
    checked(COMPLAINTS, GOOD | {"by": "小金井 花子"}, ["小金井 花子"])


@pytest.mark.parametrize(
    ("written", "row"),
    [
        ("10時｜お詫びした｜佐藤", {"at": "10時", "words": "お詫びした", "who": "佐藤"}),
        ("10時|お詫びした", {"at": "10時", "words": "お詫びした", "who": ""}),
        ("a｜b｜c｜d", {"at": "a", "words": "b", "who": "c｜d"}),
        (" ｜b", {"at": "", "words": "b", "who": ""}),
    ],
)
def test_lines_become_rows_and_nothing_is_lost(written: str, row: dict[str, str]) -> None:
    assert printed(COMPLAINTS, entry({"rows": f"\n{written}\n\n"}))["rows"] == [row]


@pytest.mark.parametrize(
    ("words", "found"),
    [("", True), ("７", True), ("佐藤 待ち時間", True), ("ﾏﾁ", False), ("佐藤 事故", False)],
)
def test_a_search_finds_every_word_in_any_width(words: str, found: bool) -> None:
    assert matches(entry(GOOD), words) is found


def test_the_headline_says_what_it_is_about() -> None:
    assert headline(COMPLAINTS, entry(GOOD)) == "令和7年11月5日　待ち時間が長い　佐藤 和子"


@pytest.mark.parametrize(
    "broken", ["registers = 1", BOOK.replace("day*", "daily"), BOOK.replace("title", "t")]
)
def test_a_broken_book_is_named(broken: str) -> None:
    with pytest.raises(Refused, match="registers_broken"):
        read_registers(broken)


def test_a_derived_register_is_not_written_by_hand() -> None:
    derived: Any = read_registers(BOOK.replace('per = "entry"', 'per = "entry"\nderived = true'))[0]
    with pytest.raises(Refused, match="register_derived"):
        checked(derived, GOOD)
