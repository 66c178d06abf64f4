"""What no ordinary reason explains: lines the manager acknowledges before the close, pre-filled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from kiosk.domain.batch import SessionState
from kiosk.domain.closing import Difference, Gap
from kiosk.domain.custody import CustodyLine, Paper, held_by_ticket
from kiosk.domain.journal import Entry
from kiosk.domain.ledger import Opening
from kiosk.domain.names import search_key
from kiosk.domain.visit import Outcome, Visit

ANOMALIES: Final = frozenset(
    {Gap.TWICE, Gap.PAPER_EXTRA, Gap.CLOCK_JUMPED, Gap.STICK_REFUSED, Gap.DELIVERY_LATE}
)
"""The gaps that stand here and not between the four counts."""

ONE_SHEET: Final = (Paper.F01, Paper.F02, Paper.F04)
"""Papers every visitor has exactly one of; a second sheet belongs to somebody else."""

JOURNALLED: Final = {"confirm_clock": Gap.CLOCK_JUMPED, "stick_refused": Gap.STICK_REFUSED}
"""Acts in the office's journal that open a line; the entry's number tells two of a kind apart."""

NOT_DELIVERED: Final = frozenset({SessionState.OPEN, SessionState.CLOSED, SessionState.SEALED})


def checked_in_twice(visits: Iterable[Visit], party_sizes: Mapping[str, int]) -> Iterator[Difference]:
    """Numbers beyond the people of a booking, and a name that came twice without coming together.

    The second number is named. Two people may share a name: that is for the manager to say. Voided
    numbers do not count.
    """
    given: Counter[str] = Counter()
    names: dict[str, str | None] = {}
    for visit in sorted(visits, key=lambda visit: visit.ticket):
        if visit.outcome is Outcome.VOIDED:
            continue
        booking, name = visit.reservation, search_key(visit.name)
        too_many = False
        if booking is not None:
            given[booking] += 1
            too_many = given[booking] > party_sizes.get(booking, 1)
        together = visit.party is not None and names.get(name) == visit.party
        if too_many or (name and name in names and not together):
            yield Difference(Gap.TWICE, visit.ticket)
        names.setdefault(name, visit.party)


def extra_papers(custody: Iterable[CustodyLine]) -> Iterator[Difference]:
    """Two sheets of a paper there is only one of."""
    for ticket, papers in sorted(held_by_ticket(tuple(custody)).items()):
        for paper in ONE_SHEET:
            if papers.get(paper, 0) > 1:
                yield Difference(Gap.PAPER_EXTRA, ticket, paper.value)


def from_journal(entries: Iterable[Entry]) -> Iterator[Difference]:
    """The clock that jumped and the stick that is not registered."""
    for entry in entries:
        if entry.act in JOURNALLED:
            yield Difference(JOURNALLED[entry.act], "", str(entry.n))


def late_deliveries(
    openings: Iterable[Opening], due: Mapping[date, date], today: date, kiosk: str
) -> Iterator[Difference]:
    """Earlier sessions of this kiosk whose papers should have reached the city before today (spec 6(2))."""
    for opening in openings:
        deadline = due.get(opening.day)
        if opening.kiosk == kiosk and opening.state in NOT_DELIVERED and deadline and deadline < today:
            yield Difference(Gap.DELIVERY_LATE, "", f"{opening.day:%Y%m%d}")
