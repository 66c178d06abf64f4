"""The record of acts: what was written first stays first, and a missing end is noticed."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.journal import EMPTY, GENESIS, Anchor, Entry, refuse_if_rolled_back, verify

FIRST = Entry(
    n=1,
    prev="0" * 64,
    at="2025-11-05T09:00:00.000+09:00",
    boot="a1",
    monotonic=12,
    who="m01",
    act="open",
    object="2025-11-05",
    details={"venue": "公民館", "count": 3},
)


def chain(length: int) -> list[tuple[Entry, str]]:
    rows: list[tuple[Entry, str]] = []
    prev = GENESIS
    for n in range(1, length + 1):
        entry = replace(FIRST, n=n, prev=prev, details={"count": n})
        prev = entry.digest()
        rows.append((entry, prev))
    return rows


def test_the_hash_is_sha256_of_the_canonical_text() -> None:
    written = (
        '{"act":"open","at":"2025-11-05T09:00:00.000+09:00","boot":"a1","details":{"count":3,"venue":"公民館"},'
        '"monotonic":12,"n":1,"object":"2025-11-05","prev":"' + "0" * 64 + '","who":"m01"}'
    )

    assert FIRST.digest() == hashlib.sha256(written.encode()).hexdigest()


def test_a_whole_chain_gives_length_and_head() -> None:
    rows = chain(5)

    assert verify(rows) == Anchor(5, rows[-1][1])
    assert verify([]) == EMPTY


def test_a_chain_goes_on_from_an_anchor() -> None:
    rows = chain(5)

    assert verify(rows[3:], Anchor(3, rows[2][1])) == Anchor(5, rows[4][1])
    with pytest.raises(Refused, match="journal_broken"):
        verify(rows[3:], Anchor(3, rows[1][1]))


@pytest.mark.parametrize(
    "changed",
    [
        {"n": 4},
        {"prev": "1" * 64},
        {"at": "2025-11-05T09:00:01.000+09:00"},
        {"boot": "a2"},
        {"monotonic": 13},
        {"who": "m02"},
        {"act": "close"},
        {"object": "2025-11-06"},
        {"details": {"count": 9}},
        {"details": {"count": 1.5}},
    ],
)
def test_any_changed_field_breaks_the_chain_where_it_stands(changed: dict[str, object]) -> None:
    rows = chain(5)
    entry, stored = rows[2]
    rows[2] = (replace(entry, **changed), stored)  # type: ignore[arg-type]

    with pytest.raises(Refused) as told:
        verify(rows)
    assert told.value.facts == {"at": 3}


def test_a_removed_an_added_and_a_swapped_entry_break_the_chain() -> None:
    rows = chain(5)

    for wrong in (rows[:2] + rows[3:], [*rows[:3], rows[2], *rows[3:]], [rows[1], rows[0], *rows[2:]]):
        with pytest.raises(Refused, match="journal_broken"):
            verify(wrong)


def test_a_shortened_chain_is_whole_in_itself_and_only_the_anchor_tells() -> None:
    rows = chain(5)
    kept = verify(rows)
    older = rows[:3]

    assert verify(older).length == 3
    with pytest.raises(Refused, match="journal_rolled_back") as told:
        refuse_if_rolled_back(older, kept)
    assert told.value.facts == {"kept": 5, "found": 3}


def test_another_chain_of_the_same_length_is_not_the_anchored_one() -> None:
    kept = verify(chain(5))
    other = [replace(FIRST, who="x")]
    rows = [(other[0], other[0].digest())]
    for n in range(2, 7):
        entry = replace(FIRST, n=n, prev=rows[-1][1])
        rows.append((entry, entry.digest()))

    with pytest.raises(Refused, match="journal_broken"):
        refuse_if_rolled_back(rows, kept)
    assert refuse_if_rolled_back(chain(7), kept).length == 7


@pytest.mark.parametrize(
    "details",
    [
        {"name": "か\u3099"},  # decomposed: the same word would have two hashes
        {"share": 0.5},
        {"far": 2**53},
        {"raw": b"x"},
        {1: "x"},
    ],
)
def test_only_nfc_text_and_small_integers_are_written(details: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        replace(FIRST, details=details).digest()  # type: ignore[arg-type]
