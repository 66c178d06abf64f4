"""Which papers are enough, for whom and on which day: every combination, against the published sentences."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import Refused
from kiosk.domain.evidence import Evidence, before
from kiosk.domain.identity import (
    Answer,
    Came,
    Case,
    Counts,
    Enough,
    IdentityBook,
    Question,
    Rules,
    Shown,
    cases_of,
    judge,
    questions,
    read_way,
)
from kiosk.domain.visit import Service, State, Step, StepKind, Visit
from kiosk.paths import resources
from kiosk.settings.profile import IdPaper, read_id_papers, read_identity_rules

CATALOGUE = resources() / "catalogue"
LISTED = read_id_papers(CATALOGUE / "id_documents.toml")
PAPERS = {paper.code.split("_")[0]: paper for paper in LISTED}
RULES = Rules.read(read_identity_rules(CATALOGUE / "identity_rules.toml"))
BOOK = IdentityBook(LISTED, RULES)
DAY = date(2025, 11, 5)
# First and last day of every dated paper, as the law dates them: 運転経歴証明書 since 2012-04-01, 資格確認書
# since 2024-12-02, old insurance cards until 2025-12-01, 住基カード until the end of 2025, 特定在留カード
# from 2026-06-14.
SINCE = {"A02": date(2012, 4, 1), "B01": date(2024, 12, 2), "A13": date(2026, 6, 14)}
UNTIL = {"B02": date(2025, 12, 1), "A11": date(2025, 12, 31)}
SEVERAL = {"B05", "B06", "B12", "B29"}
# What a paper counts as with every condition met; the few that are not their own letter.
LETTERS = {"B16": "C", "X01": "N", "X02": "N"}
PHOTO_UNKNOWN = {code for code, paper in PAPERS.items() if paper.cls == "B" and paper.has_photo is None}
DAYS = sorted(
    {day + timedelta(days=n) for day in (*SINCE.values(), *UNTIL.values(), DAY) for n in (-1, 0, 1)}
)


def shown(*codes: str, case: Case = Case.PERSON, on: date = DAY, pin: bool = False) -> Answer:
    """Papers with every condition met."""
    return judge([met(PAPERS[code]) for code in codes], case, RULES, on, pin_entered=pin)


def met(paper: IdPaper) -> Shown:
    """A paper of which everything that may be asked was answered with yes."""
    asked = {question for case in Case for question in questions(paper, case, RULES)}
    return Shown(paper, frozenset(asked))


# The published rules, one sentence each, apart from the product's way of counting. a: class A, b: class B
# of any kind, p: those with a photo, n: 通知カード or 個人番号通知書, c: 顔写真証明書.
SENTENCES: dict[Case, Callable[[int, int, int, int, int, bool], bool]] = {
    Case.PERSON: lambda a, b, p, n, c, pin: a >= 1 or b >= 2,
    Case.GUARDIAN: lambda a, b, p, n, c, pin: a >= 1 or b >= 2,
    Case.REPRESENTED: lambda a, b, p, n, c, pin: (
        a >= 2 or (a >= 1 and b >= 1) or (b >= 3 and p >= 1) or (c >= 1 and b >= 2)
    ),
    Case.AGENT: lambda a, b, p, n, c, pin: a >= 2 or (a >= 1 and b >= 1),
    Case.APPLICANT: lambda a, b, p, n, c, pin: (
        a >= 2 or (a >= 1 and b >= 1) or (a >= 1 and pin) or (n >= 1 and b >= 2) or (c >= 1 and b >= 2)
    ),
}


def by_the_sentence(codes: tuple[str, ...], case: Case, on: date, pin: bool = False) -> bool:
    """What the published sentence says of these papers."""
    good: Counter[str] = Counter()
    for code, times in Counter(codes).items():
        if not SINCE.get(code, date.min) <= on <= UNTIL.get(code, date.max):
            continue
        if case in (Case.GUARDIAN, Case.AGENT) and code in ("B10", "B16"):
            continue  # the person's own papers only
        letter = LETTERS.get(code, code[0])
        count = times if code in SEVERAL else 1
        good[letter] += count
        if letter == "B" and (PAPERS[code].has_photo or code in PHOTO_UNKNOWN):
            good["P"] += count
    return SENTENCES[case](good["A"], good["B"], good["P"], good["N"], good["C"], pin)


def one_of_each() -> list[str]:
    """Two papers of every sort the rules can tell apart, one where there is only one."""
    sorts: dict[str, list[str]] = {}
    for code, paper in PAPERS.items():
        told_apart = paper.model_dump(
            exclude={"code", "ja", "en", "note", "mask_on_copy", "evidence", "common", "has_expiry"}
        )
        sorts.setdefault(str(told_apart), []).append(code)
    return [code for codes in sorts.values() for code in codes[:2]]


def hands_of(codes: Iterable[str], most: int) -> Iterator[tuple[str, ...]]:
    listed = list(codes)
    return itertools.chain(
        *(itertools.combinations_with_replacement(listed, count) for count in range(most + 1))
    )


def not_as_published(case: Case, hands: Iterable[tuple[str, ...]], on: date = DAY) -> list[object]:
    return [
        (codes, pin)
        for codes in hands
        for pin in ((False, True) if RULES.uses(case, "pin") else (False,))
        if (shown(*codes, case=case, pin=pin, on=on).enough is Enough.ENOUGH)
        is not by_the_sentence(codes, case, on, pin)
    ]


@pytest.mark.parametrize("case", Case)
def test_every_combination_of_up_to_three_papers_of_every_sort(case: Case) -> None:
    assert len(one_of_each()) > 20
    assert not_as_published(case, hands_of(one_of_each(), 3)) == []


@pytest.mark.parametrize("case", Case)
def test_every_two_papers_of_the_whole_list(case: Case) -> None:
    assert not_as_published(case, hands_of(PAPERS, 2)) == []


@pytest.mark.parametrize("on", DAYS)
def test_two_papers_around_every_date(on: date) -> None:
    for case in Case:
        assert not_as_published(case, hands_of(("A01", "B11", *SINCE, *UNTIL), 2), on) == []


def test_the_dates_of_this_test_are_those_of_the_catalogue_and_there_are_no_others() -> None:
    assert {code: paper.issued_from for code, paper in PAPERS.items() if paper.issued_from} == SINCE
    assert {code: paper.valid_until for code, paper in PAPERS.items() if paper.valid_until} == UNTIL


def test_the_page_in_the_documents_is_that_of_the_rules(checkout: Path) -> None:
    printed = subprocess.run(
        [sys.executable, str(checkout / "tools" / "identity_table.py")],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(checkout / "src")},
    ).stdout.decode()
    assert (checkout / "docs" / "identity.md").read_text(encoding="utf-8") == printed
    rows = [line.strip("| ").split(" | ") for line in printed.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 100
    for hand, *answers in rows:
        count = Counter("" if hand == "nothing" else hand)
        for case, said in zip((*Case, Case.APPLICANT), answers, strict=True):
            pin = len(answers) == 6 and case is Case.APPLICANT and said is answers[5]
            certificate = 0 if case in (Case.GUARDIAN, Case.AGENT) else count["C"]
            enough = SENTENCES[case](
                count["A"], count["B"] + count["P"], count["P"], count["N"], certificate, pin
            )
            assert (said == "o") is enough, (hand, case)


# --- conditions ------------------------------------------------------------------------------------------


def one(code: str, *, yes: tuple[Question, ...] = (), no: tuple[Question, ...] = (), **how: object) -> Answer:
    """One paper with some of its questions answered."""
    case, on, expiry = how.get("case", Case.PERSON), how.get("on", DAY), how.get("expiry")
    assert isinstance(case, Case)
    assert isinstance(on, date)
    assert expiry is None or isinstance(expiry, date)
    return judge([Shown(PAPERS[code], frozenset(yes), frozenset(no), expiry)], case, RULES, on)


def test_what_has_to_be_asked_of_every_paper() -> None:
    asked = {
        (case.value, code): [question.value for question in questions(paper, case, RULES)]
        for case in (Case.PERSON, Case.REPRESENTED)
        for code, paper in PAPERS.items()
        if questions(paper, case, RULES)
    }
    always = {
        "A02": ["issued"],
        "A05": ["photo"],
        "A07": ["photo"],
        "B10": ["age"],
        "B11": ["shows"],
        "B13": ["shows"],
        "B14": ["shows"],
        "B16": ["recent"],
    }
    with_photo = {"B11": ["photo", "shows"], "B13": ["photo", "shows"], "B24": ["photo"], "B32": ["photo"]}
    assert asked == {("person", code): words for code, words in always.items()} | {
        ("represented", code): words for code, words in {**always, **with_photo}.items()
    }


@pytest.mark.parametrize(
    ("code", "answered", "why"),
    [
        ("A02", Question.ISSUED, "not_issued"),
        ("A05", Question.PHOTO, ""),
        ("A07", Question.PHOTO, "ask_the_city"),
        ("B10", Question.AGE, "not_age"),
        ("B11", Question.SHOWS, "not_shows"),
        ("B16", Question.RECENT, "not_recent"),
    ],
)
def test_every_condition_holds_back_the_paper_until_it_is_met(
    code: str, answered: Question, why: str
) -> None:
    met = one(code, yes=(answered,))
    assert met.refused == ()
    for held_back in (one(code, no=(answered,)), one(code)):
        if why:
            assert held_back.refused == ((PAPERS[code].code, why),)
            assert held_back.enough is Enough.NOTHING_YET
        else:  # 精神障害者保健福祉手帳 without a photo is of class B
            assert (held_back.counts.a, held_back.counts.b, held_back.enough) == (0, 1, Enough.MORE)


@pytest.mark.parametrize(
    ("expiry", "counts"),
    [(DAY - timedelta(days=1), False), (DAY, True), (DAY + timedelta(days=1), True), (None, True)],
)
def test_a_paper_is_good_on_its_last_day(expiry: date | None, counts: bool) -> None:
    answer = one("A03", expiry=expiry)
    assert (answer.enough is Enough.ENOUGH) is counts
    assert bool(answer.refused) is not counts


def test_a_photo_certificate_is_no_ordinary_class_b_and_only_for_the_person() -> None:
    assert shown("B16", "B11").enough is Enough.MORE
    assert shown("B16", "B11", "B05", case=Case.REPRESENTED).enough is Enough.ENOUGH
    assert shown("B16", "B11", "B05", case=Case.AGENT).refused == (("B16_PHOTO_CERT", "only_for_the_person"),)


@pytest.mark.parametrize(
    ("on", "enough", "why"),
    [
        (date(2025, 12, 1), Enough.ENOUGH, ()),
        (date(2025, 12, 2), Enough.MORE, (("B02_HI_CARD", "no_longer_valid"),)),
    ],
)
def test_an_old_insurance_card_counts_to_the_first_of_december(
    on: date, enough: Enough, why: tuple[tuple[str, str], ...]
) -> None:
    answer = shown("B02", "B11", on=on)
    assert (answer.enough, answer.refused) == (enough, why)


def test_the_same_kind_twice_is_one_paper_unless_the_entry_groups_several() -> None:
    assert shown("B11", "B11").refused == (("B11_STUDENT", "same_kind_twice"),)
    assert shown("B06", "B06").enough is Enough.ENOUGH


@pytest.mark.parametrize(
    ("codes", "case", "lacking"),
    [
        ((), Case.PERSON, (Counts(a=1),)),
        (("B01",), Case.PERSON, (Counts(b=1),)),
        (("A01",), Case.AGENT, (Counts(a=1), Counts(b=1))),
        (("B01", "B03"), Case.REPRESENTED, (Counts(a=1), Counts(b=1, photo_b=1), Counts(certificate=1))),
        (("B15", "B17"), Case.REPRESENTED, (Counts(a=1), Counts(b=1), Counts(certificate=1))),
        (("X01", "B01"), Case.APPLICANT, (Counts(a=1), Counts(b=1))),
    ],
)
def test_what_is_missing_is_the_shortest_way_on(
    codes: tuple[str, ...], case: Case, lacking: tuple[Counts, ...]
) -> None:
    assert shown(*codes, case=case).lacking == lacking


@given(
    st.lists(st.sampled_from(sorted(PAPERS)), max_size=5),
    st.dates(date(2011, 1, 1), date(2027, 1, 1)),
    st.sampled_from(Case),
)
def test_order_does_not_matter_and_another_paper_never_takes_away(
    codes: list[str], on: date, case: Case
) -> None:
    answer = shown(*codes, case=case, on=on)
    assert shown(*codes[::-1], case=case, on=on).enough is answer.enough
    assert len(answer.counted) + len(answer.refused) == len(codes)
    if answer.enough is Enough.ENOUGH:
        assert all(shown(*codes, more, case=case, on=on).enough is Enough.ENOUGH for more in PAPERS)


# --- rules as data ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "Z", "A + B", "a"])
def test_a_rule_nobody_can_read_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="identity_rule"):
        read_way(text)


def test_a_case_without_any_rule_is_refused() -> None:
    accept = {case.value: ["A"] for case in Case}
    del accept["agent"]
    with pytest.raises(Refused, match="identity_rule") as refused:
        Rules.read(accept)
    assert refused.value.facts == {"rule": "agent"}


def test_another_city_asks_for_two_papers_always() -> None:
    strict = Rules.read({case.value: ["A A", "A B", "B B B"] for case in Case})
    driver, passport = (Shown(PAPERS[code]) for code in ("A01", "A03"))
    assert judge([driver], Case.PERSON, strict, DAY).lacking == (Counts(a=1), Counts(b=1))
    assert judge([driver, passport], Case.PERSON, strict, DAY).enough is Enough.ENOUGH


# --- who came --------------------------------------------------------------------------------------------


def test_whose_papers_are_needed() -> None:
    assert {came: cases_of(came) for came in Came} == {
        Came.PERSON: (Case.PERSON,),
        Came.GUARDIAN: (Case.PERSON, Case.GUARDIAN),
        Came.AGENT: (Case.REPRESENTED, Case.AGENT),
    }
    assert cases_of(Came.PERSON, at_application=True) == (Case.APPLICANT,)


def laid(came: Came, **papers: tuple[IdPaper, ...]) -> Evidence:
    evidence = Evidence(BOOK, came)
    for case, shown_papers in papers.items():
        for paper in shown_papers:
            evidence.put(Case(case), paper.code, (Shown(paper, frozenset(Question)),))
    return evidence


def test_a_guardian_needs_papers_of_both_and_the_proof() -> None:
    evidence = laid(Came.GUARDIAN, person=(PAPERS["B10"], PAPERS["B05"]), guardian=(PAPERS["A01"],))
    assert not evidence.is_enough(DAY)
    evidence.proof = True
    assert evidence.is_enough(DAY)
    evidence.put(Case.GUARDIAN, "A01_DRIVER", ())
    assert not evidence.is_enough(DAY)


def test_what_was_seen_before_is_taken_up_again() -> None:
    evidence = laid(Came.GUARDIAN, person=(PAPERS["B10"],), guardian=(PAPERS["A01"],))
    bare = Shown(PAPERS["A05"], no=frozenset({Question.PHOTO}))
    pension = Shown(PAPERS["B06"])
    evidence.put(Case.PERSON, "A05_MENTAL", (bare,))
    evidence.put(Case.PERSON, "B06_PENSION", (pension, pension))
    evidence.proof = True
    step = Step(
        StepKind.PRECHECK,
        datetime(2025, 11, 5, 9),
        "sato",
        papers=evidence.codes(DAY),
        facts=evidence.facts(DAY),
    )
    again = before(Visit("A001", Service.ISSUANCE, State.SERVING, (step,)), BOOK)
    assert again.facts(DAY) == evidence.facts(DAY)
    assert again.answer(Case.PERSON, DAY).counts == Counts(b=4, photo_b=0)
    undone = replace(step, papers=(), facts=())
    taken_back = Visit("A001", Service.ISSUANCE, State.SERVING, (step, undone))
    assert before(taken_back, BOOK).codes(DAY) == again.codes(DAY)


def test_under_fifteen_a_guardian_is_expected() -> None:
    visit = Visit("A001", Service.ISSUANCE, State.SERVING, flags=("under_15",))
    assert before(visit, BOOK).came is Came.GUARDIAN
