"""The four counts of the evening: every difference has a name, and words let the day end."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.closing import (
    Difference,
    Explanation,
    Gap,
    reconcile,
    refuse_unexplained,
    unexplained,
)
from kiosk.domain.custody import REQUIRED_FOR_ISSUANCE, CustodyLine, Movement, Paper
from kiosk.domain.errors import Refused
from kiosk.domain.visit import Outcome, Service, State, Visit

NINE = datetime(2025, 11, 5, 9, 0, tzinfo=timezone(timedelta(hours=9)))


def closed(ticket: str, outcome: Outcome | None = Outcome.ACCEPTED) -> Visit:
    service = Service(ticket[0])
    return Visit(ticket, service, State.CLOSED if outcome else State.WAITING, outcome=outcome)


def papers(ticket: str, *kinds: Paper, sealed: bool = True) -> list[CustodyLine]:
    """Received sheets, in an envelope or not."""
    movements = (Movement.RECEIVED, Movement.SEALED) if sealed else (Movement.RECEIVED,)
    return [
        CustodyLine(ticket, kind, 1, movement, NINE, "yamada") for movement in movements for kind in kinds
    ]


def test_a_day_that_agrees() -> None:
    found = reconcile(
        ["A001", "A002", "B001", "C001"],
        [
            closed("A001"),
            closed("A002", Outcome.STOPPED),
            closed("B001", Outcome.APPLIED_PAPER),
            closed("C001", Outcome.CONSULTED),
        ],
        papers("A001", *REQUIRED_FOR_ISSUANCE),
    )
    assert found.agrees
    assert (found.tickets, found.outcomes, found.records) == (4, 4, 4)
    assert (found.sealed, found.without_papers) == (1, 3)


def test_a_number_without_a_record_is_named() -> None:
    found = reconcile(["A001", "A002"], [closed("A001", Outcome.VOIDED)], [])
    assert found.differences == (Difference(Gap.NO_RECORD, "A002"),)
    assert (found.tickets, found.records) == (2, 1)


def test_somebody_still_in_the_room_is_named_once_and_not_blamed_for_papers() -> None:
    found = reconcile(["A001"], [closed("A001", None)], papers("A001", Paper.F01, sealed=False))
    assert found.differences == (Difference(Gap.NO_OUTCOME, "A001"),)
    assert found.outcomes == 0


@pytest.mark.parametrize("missing", REQUIRED_FOR_ISSUANCE)
def test_each_paper_the_city_needs_is_missed_by_its_kind(missing: Paper) -> None:
    there = [paper for paper in REQUIRED_FOR_ISSUANCE if paper is not missing]
    found = reconcile(["A001"], [closed("A001")], papers("A001", *there))
    assert found.differences == (Difference(Gap.PAPER_MISSING, "A001", missing.value),)


def test_an_open_envelope_is_a_difference() -> None:
    found = reconcile(["A001"], [closed("A001")], papers("A001", *REQUIRED_FOR_ISSUANCE, sealed=False))
    assert found.differences == (Difference(Gap.NOT_SEALED, "A001"),)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.ACCEPTED])
def test_a_paper_of_somebody_who_left_is_a_difference(outcome: Outcome) -> None:
    found = reconcile(["A001"], [closed("A001", outcome)], papers("A001", Paper.F05, sealed=False))
    assert found.differences == (Difference(Gap.PAPER_LEFT, "A001", "F05"),)


def test_papers_of_another_visitor_help_nobody() -> None:
    found = reconcile(
        ["A001", "A002"], [closed("A001"), closed("A002")], papers("A001", *REQUIRED_FOR_ISSUANCE)
    )
    assert {difference.ticket for difference in found.differences} == {"A002"}
    assert len(found.differences) == len(REQUIRED_FOR_ISSUANCE) + 1


def test_closing_waits_for_words_to_exactly_the_open_differences() -> None:
    first, second = Difference(Gap.NO_OUTCOME, "A001"), Difference(Gap.PAPER_LEFT, "A002", "F05")
    said = [Explanation(first, "お呼びしても来られませんでした")]
    assert unexplained([first, second], said) == (second,)
    with pytest.raises(Refused, match="closing_unexplained") as refused:
        refuse_unexplained([first, second], said)
    assert refused.value.facts == {"count": 1, "ticket": "A002"}
    refuse_unexplained([first, second], [*said, Explanation(second, "", under_inquiry=True)])
    refuse_unexplained([], [])


def test_words_for_one_kind_of_paper_do_not_cover_another() -> None:
    said = [Explanation(Difference(Gap.PAPER_LEFT, "A001", "F05"), "返却予定")]
    other = Difference(Gap.PAPER_LEFT, "A001", "F07")
    assert unexplained([other], said) == (other,)


@given(
    st.dictionaries(
        st.integers(1, 30).map(lambda n: f"A{n:03d}"),
        st.tuples(
            st.none() | st.sampled_from(Outcome),
            st.sets(st.sampled_from([*REQUIRED_FOR_ISSUANCE, Paper.F05])),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_the_day_agrees_exactly_when_everybody_left_and_every_accepted_envelope_is_whole(
    day: dict[str, tuple[Outcome | None, set[Paper], bool]],
) -> None:
    visits = [closed(ticket, outcome) for ticket, (outcome, _, _) in day.items()]
    lines = [
        entry for ticket, (_, kinds, sealed) in day.items() for entry in papers(ticket, *kinds, sealed=sealed)
    ]
    whole = all(
        (outcome is Outcome.ACCEPTED and sealed and set(REQUIRED_FOR_ISSUANCE) <= kinds)
        or (outcome not in (None, Outcome.ACCEPTED) and not kinds)
        for outcome, kinds, sealed in day.values()
    )
    found = reconcile(list(day), visits, lines)
    assert found.agrees is whole
    refuse_unexplained(found.differences, [Explanation(gap, "確認済み") for gap in found.differences])
