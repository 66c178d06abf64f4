"""Papers in our hands: in minus out, the envelope's last word, and what may never be taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.custody import (
    REQUIRED_FOR_ISSUANCE,
    CustodyLine,
    Movement,
    Paper,
    held,
    refuse_impossible,
    sealed_tickets,
)
from kiosk.domain.errors import Refused

NINE = datetime(2025, 11, 5, 9, 0, tzinfo=timezone(timedelta(hours=9)))
COLLECTED = [paper for paper in Paper if paper not in (Paper.F03, Paper.F13)]


def line(paper: Paper, count: int, movement: Movement, ticket: str = "A001") -> CustodyLine:
    return CustodyLine(ticket, paper, count, movement, NINE, "yamada")


def test_thirteen_kinds_of_paper_and_four_the_city_needs() -> None:
    assert [paper.value for paper in Paper] == [f"F{n:02d}" for n in range(1, 14)]
    # 交付通知書, 暗証番号設定依頼書, 宛名記載済封筒, 本人確認書類の写し (spec 7(1)カ a)
    assert [paper.value for paper in REQUIRED_FOR_ISSUANCE] == ["F01", "F02", "F04", "F09"]


def test_what_came_in_and_did_not_go_out_is_held() -> None:
    lines = [
        line(Paper.F01, 1, Movement.RECEIVED),
        line(Paper.F09, 3, Movement.COPIED),
        line(Paper.F09, 1, Movement.RETURNED),
        line(Paper.F01, 1, Movement.SEALED),
        line(Paper.F05, 1, Movement.RECEIVED, "A002"),
        line(Paper.F05, 1, Movement.DELIVERED, "A002"),
        line(Paper.F01, 2, Movement.RECEIVED, "A003"),
    ]
    assert held(lines, "A001") == {Paper.F01: 1, Paper.F09: 2}
    assert held(lines, "A002") == {}
    assert held(lines) == {Paper.F01: 3, Paper.F09: 2}


@pytest.mark.parametrize("count", [-1, 0, 21])
@pytest.mark.parametrize("movement", Movement)
def test_counts_nobody_can_mean_are_refused(count: int, movement: Movement) -> None:
    with pytest.raises(Refused, match="custody_count"):
        refuse_impossible(Paper.F01, count, movement, {Paper.F01: 20})


@pytest.mark.parametrize("paper", [Paper.F03, Paper.F13])
@pytest.mark.parametrize("movement", [Movement.RECEIVED, Movement.COPIED])
def test_the_pin_memo_and_the_application_stay_with_the_visitor(paper: Paper, movement: Movement) -> None:
    with pytest.raises(Refused, match="custody_not_collected") as refused:
        refuse_impossible(paper, 1, movement, {})
    assert refused.value.facts == {"paper": paper.value}


@pytest.mark.parametrize("movement", [Movement.RETURNED, Movement.DELIVERED])
def test_nothing_is_given_that_is_not_there(movement: Movement) -> None:
    refuse_impossible(Paper.F09, 2, movement, {Paper.F09: 2})
    for now_held in ({}, {Paper.F09: 1}, {Paper.F01: 5}):
        with pytest.raises(Refused, match="custody_more_than_held"):
            refuse_impossible(Paper.F09, 2, movement, now_held)


@pytest.mark.parametrize(
    ("movements", "is_sealed"),
    [
        ([Movement.RECEIVED], False),
        ([Movement.RECEIVED, Movement.SEALED], True),
        ([Movement.RECEIVED, Movement.SEALED, Movement.OPENED], False),
        ([Movement.RECEIVED, Movement.SEALED, Movement.OPENED, Movement.SEALED], True),
        ([Movement.RECEIVED, Movement.SEALED, Movement.RETURNED], False),
        ([Movement.RECEIVED, Movement.SEALED, Movement.DELIVERED], True),
    ],
)
def test_the_last_word_on_the_envelope_counts(movements: Sequence[Movement], is_sealed: bool) -> None:
    lines = [line(Paper.F01, 1, movement) for movement in movements]
    assert sealed_tickets([*lines, line(Paper.F01, 1, Movement.RECEIVED, "A002")]) == (
        {"A001"} if is_sealed else set()
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A001", "A002"]),
            st.sampled_from(COLLECTED),
            st.integers(1, 20),
            st.sampled_from([Movement.RECEIVED, Movement.COPIED, Movement.RETURNED, Movement.DELIVERED]),
        ),
        max_size=60,
    )
)
def test_the_balance_is_never_negative_and_the_sum_of_all_visitors(
    moves: list[tuple[str, Paper, int, Movement]],
) -> None:
    lines: list[CustodyLine] = []
    sheets: Counter[tuple[str, Paper]] = Counter()
    for ticket, paper, count, movement in moves:
        coming = movement in (Movement.RECEIVED, Movement.COPIED)
        try:
            refuse_impossible(paper, count, movement, held(lines, ticket))
        except Refused:
            assert not coming
            assert sheets[ticket, paper] < count
            continue
        sheets[ticket, paper] += count if coming else -count
        lines.append(line(paper, count, movement, ticket))
    assert all(count >= 0 for count in sheets.values())
    for ticket in ("A001", "A002"):
        assert held(lines, ticket) == {
            paper: sheets[ticket, paper] for paper in Paper if sheets[ticket, paper]
        }
    in_all: Counter[Paper] = Counter()
    for (_, paper), count in sheets.items():
        in_all[paper] += count
    assert held(lines) == {paper: count for paper, count in in_all.items() if count}
