"""The end of the day in four counts: tickets = outcomes = records = papers, differences named."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from kiosk.domain.checklist import needed
from kiosk.domain.custody import CustodyLine, held, sealed_tickets
from kiosk.domain.errors import Refused
from kiosk.domain.visit import Outcome, State, Visit


class Gap(Enum):
    """What can be wrong between the four counts."""

    NO_RECORD = "no_record"  # a number was given, nothing is recorded for it
    NO_OUTCOME = "no_outcome"  # the visitor is still somewhere in the room
    NOT_SEALED = "not_sealed"  # accepted, but the envelope is not closed
    PAPER_MISSING = "paper_missing"  # accepted without a paper the city needs
    PAPER_LEFT = "paper_left"  # the visitor left, a paper of theirs is still here
    # Not between the counts, but waiting for the manager's word like these (domain/anomaly.py):
    TWICE = "twice"  # more numbers for a booking than people
    PAPER_EXTRA = "paper_extra"  # two sheets of what everybody has one of
    CLOCK_JUMPED = "clock_jumped"  # the clock of the PC went another way than time
    STICK_REFUSED = "stick_refused"  # a stick that is not registered was put in for the delivery
    DELIVERY_LATE = "delivery_late"  # an earlier session's papers are past their deadline


@dataclass(frozen=True, slots=True)
class Difference:
    """One gap at one ticket; `paper` where it is about one kind of paper."""

    gap: Gap
    ticket: str
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the manager says of a difference; `under_inquiry` is 調査中."""

    difference: Difference
    words: str
    under_inquiry: bool = False


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The four counts side by side."""

    tickets: int
    outcomes: int
    records: int
    sealed: int
    without_papers: int
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing is left to explain."""
        return not self.differences


def reconcile(
    numbers: Sequence[str],
    visits: Iterable[Visit],
    custody: Sequence[CustodyLine],
    elsewhere: Collection[str] = (),
) -> Reconciliation:
    """Compares the numbers given out with visits, outcomes and papers (spec 7(1)カ, 特記事項 7(5)).

    `elsewhere` are numbers that ended at another kiosk of the site, as its signed manifest tells.
    """
    by_ticket = {visit.ticket: visit for visit in visits}
    sealed = sealed_tickets(custody)
    per_ticket: dict[str, list[CustodyLine]] = {}
    for line in custody:
        per_ticket.setdefault(line.ticket, []).append(line)
    differences: list[Difference] = []
    for number in numbers:
        visit = by_ticket.get(number)
        if visit is None:
            differences.append(Difference(Gap.NO_RECORD, number))
            continue
        if visit.outcome is None and (number in elsewhere or _is_passed_on(visit)):
            continue
        differences.extend(_gaps(visit, per_ticket.get(number, []), number in sealed))
    with_outcome = [
        visit for visit in by_ticket.values() if visit.outcome is not None or visit.ticket in elsewhere
    ]
    return Reconciliation(
        tickets=len(numbers),
        outcomes=len(with_outcome),
        records=len(by_ticket),
        sealed=len(sealed),
        without_papers=sum(1 for number in numbers if number not in sealed),
        differences=tuple(differences),
    )


def _is_passed_on(visit: Visit) -> bool:
    """Somebody who came with another kiosk's number and went back into its line: it ends there."""
    return visit.is_taken_in and visit.state is State.WAITING


def _gaps(visit: Visit, lines: list[CustodyLine], is_sealed: bool) -> Iterable[Difference]:
    if visit.outcome is None:
        yield Difference(Gap.NO_OUTCOME, visit.ticket)
        return
    in_hand = held(lines)
    stays = visit.at_application and visit.outcome in (Outcome.APPLIED_ONLINE, Outcome.APPLIED_PAPER)
    if visit.outcome is Outcome.ACCEPTED or stays:
        for paper in needed(visit):
            if paper not in in_hand:
                yield Difference(Gap.PAPER_MISSING, visit.ticket, paper.value)
        if not is_sealed:
            yield Difference(Gap.NOT_SEALED, visit.ticket)
    elif in_hand:
        for paper in in_hand:
            yield Difference(Gap.PAPER_LEFT, visit.ticket, paper.value)


def unexplained(
    differences: Iterable[Difference], explanations: Iterable[Explanation]
) -> tuple[Difference, ...]:
    """Differences nobody has said a word about; closing waits for exactly these."""
    said = {explanation.difference for explanation in explanations}
    return tuple(difference for difference in differences if difference not in said)


def refuse_unexplained(differences: Iterable[Difference], explanations: Iterable[Explanation]) -> None:
    """Closing is always possible once every difference has words or is marked 調査中."""
    rest = unexplained(differences, explanations)
    if rest:
        raise Refused("closing_unexplained", count=len(rest), ticket=rest[0].ticket)
