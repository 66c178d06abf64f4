"""Which papers are enough on which day: one of class A, or two different ones of class B."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.identity import Answer, Enough, for_issuance
from kiosk.paths import resources
from kiosk.settings.profile import IdPaper, read_id_papers

PAPERS = {
    paper.code.split("_")[0]: paper
    for paper in read_id_papers(resources() / "catalogue" / "id_documents.toml")
}
DAY = date(2025, 11, 5)
# First and last day of every dated paper, as the law dates them: 運転経歴証明書 since 2012-04-01, 資格確認書
# since 2024-12-02, old insurance cards until 2025-12-01, 住基カード until the end of 2025, 特定在留カード
# from 2026-06-14.
SINCE = {"A02": date(2012, 4, 1), "B01": date(2024, 12, 2), "A13": date(2026, 6, 14)}
UNTIL = {"B02": date(2025, 12, 1), "A11": date(2025, 12, 31)}
SEVERAL = {"B05", "B06", "B12", "B29"}


def shown(*codes: str, on: date = DAY) -> Answer:
    return for_issuance([PAPERS[code] for code in codes], on)


def by_the_rule(codes: Sequence[str], on: date) -> Enough:
    """The published rule in one sentence, apart from the product's way of counting."""
    good = [
        code
        for code in codes
        if code[0] in "AB" and SINCE.get(code, date.min) <= on <= UNTIL.get(code, date.max)
    ]
    if any(code[0] == "A" for code in good):
        return Enough.ENOUGH
    different = len({code for code in good if code not in SEVERAL}) + sum(code in SEVERAL for code in good)
    return (Enough.NOTHING_YET, Enough.ONE_MORE_B, Enough.ENOUGH)[min(2, different)]


DAYS = sorted(
    {day + timedelta(days=n) for day in (*SINCE.values(), *UNTIL.values(), DAY) for n in (-1, 0, 1)}
)
CODES = ["A01", "A02", "A11", "A13", "B01", "B02", "B05", "B11", "X01"]


def test_the_dates_of_this_test_are_those_of_the_catalogue_and_there_are_no_others() -> None:
    assert {code: paper.issued_from for code, paper in PAPERS.items() if paper.issued_from} == SINCE
    assert {code: paper.valid_until for code, paper in PAPERS.items() if paper.valid_until} == UNTIL


@pytest.mark.parametrize("on", DAYS)
def test_every_combination_of_up_to_three_papers_around_every_date(on: date) -> None:
    for count in range(4):
        for codes in itertools.combinations_with_replacement(CODES, count):
            assert shown(*codes, on=on).enough is by_the_rule(codes, on), (codes, on)


def test_every_paper_alone_and_every_two_on_a_session_day() -> None:
    for codes in itertools.chain(
        ((code,) for code in PAPERS), itertools.combinations_with_replacement(PAPERS, 2)
    ):
        assert shown(*codes).enough is by_the_rule(codes, DAY), codes


@pytest.mark.parametrize(
    ("on", "enough", "why"),
    [
        (date(2025, 12, 1), Enough.ENOUGH, ()),
        (date(2025, 12, 2), Enough.ONE_MORE_B, (("B02_HI_CARD", "no_longer_valid"),)),
    ],
)
def test_an_old_insurance_card_counts_to_the_first_of_december(
    on: date, enough: Enough, why: tuple[tuple[str, str], ...]
) -> None:
    answer = shown("B02", "B11", on=on)
    assert (answer.enough, answer.refused) == (enough, why)


def test_a_residence_card_of_the_new_kind_does_not_count_before_it_exists() -> None:
    before, after = date(2026, 6, 13), date(2026, 6, 14)
    assert shown("A13", on=before).refused == (("A13_TOKUTEI_ZAIRYU", "not_yet_valid"),)
    assert shown("A13", on=before).enough is Enough.NOTHING_YET
    assert shown("A13", on=after).enough is Enough.ENOUGH


def test_the_same_kind_twice_is_one_paper_unless_the_entry_groups_several() -> None:
    assert shown("B11", "B11").refused == (("B11_STUDENT", "same_kind_twice"),)
    assert shown("B11", "B11").enough is Enough.ONE_MORE_B
    assert shown("B06", "B06").enough is Enough.ENOUGH


def test_a_notice_card_is_no_identity_paper() -> None:
    answer = shown("X01", "B11")
    assert (answer.enough, answer.refused) == (Enough.ONE_MORE_B, (("X01_TSUCHI", "not_an_identity_paper"),))


@given(
    st.lists(st.sampled_from(sorted(PAPERS)), max_size=6),
    st.dates(date(2011, 1, 1), date(2027, 1, 1)),
)
def test_order_does_not_matter_and_another_paper_never_takes_away(codes: list[str], on: date) -> None:
    papers: list[IdPaper] = [PAPERS[code] for code in codes]
    answer = for_issuance(papers, on)
    assert for_issuance(papers[::-1], on).enough is answer.enough
    assert answer.class_a + answer.class_b + len(answer.refused) == len(papers)
    rank = [Enough.NOTHING_YET, Enough.ONE_MORE_B, Enough.ENOUGH]
    for more in PAPERS.values():
        assert rank.index(for_issuance([*papers, more], on).enough) >= rank.index(answer.enough)
