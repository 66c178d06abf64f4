"""The closed list of identity papers: every entry readable, dated where the rules have a date."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path

import pytest

from kiosk.settings.profile import IdPaper, read_id_papers

DAY = datetime.date


@pytest.fixture(scope="module")
def papers(checkout: Path) -> dict[str, IdPaper]:
    listed = read_id_papers(checkout / "resources" / "catalogue" / "id_documents.toml")
    assert len({paper.code for paper in listed}) == len(listed)
    return {paper.code.split("_")[0]: paper for paper in listed}


def test_thirteen_of_class_a_thirty_two_of_class_b_and_three_that_are_none(
    papers: dict[str, IdPaper],
) -> None:
    assert Counter(paper.cls for paper in papers.values()) == {"A": 13, "B": 32, "X": 3}


def test_the_dates_of_the_rules_stand_in_fields(papers: dict[str, IdPaper]) -> None:
    assert papers["B02"].valid_until == DAY(2025, 12, 1)  # old insurance cards void since 2 December
    assert papers["A11"].valid_until == DAY(2025, 12, 31)  # 住基カード
    assert papers["A02"].issued_from == DAY(2012, 4, 1)
    assert papers["B01"].issued_from == DAY(2024, 12, 2)
    assert papers["A13"].issued_from == DAY(2026, 6, 14)
    assert papers["B10"].max_age == 14  # 母子健康手帳 only under 15


def test_without_a_photo_some_class_a_papers_count_less(papers: dict[str, IdPaper]) -> None:
    demoted = {code: paper.else_class for code, paper in papers.items() if paper.photo_required}
    assert demoted == {"A05": "B", "A07": "ask"}


def test_only_entries_that_group_several_papers_may_be_chosen_twice(papers: dict[str, IdPaper]) -> None:
    assert {code for code, paper in papers.items() if paper.several} == {"B05", "B06", "B12", "B29"}


def test_class_a_papers_carry_a_photo(papers: dict[str, IdPaper]) -> None:
    assert all(paper.has_photo for paper in papers.values() if paper.cls == "A")


def test_numbers_are_masked_on_copies_of_insurance_and_pension_papers(papers: dict[str, IdPaper]) -> None:
    assert "保険者番号" in papers["B01"].mask_on_copy
    assert "基礎年金番号" in papers["B06"].mask_on_copy
    assert "口座番号" in papers["B14"].mask_on_copy
    assert "裏面" in papers["A12"].mask_on_copy
