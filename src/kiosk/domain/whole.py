"""One session over several kiosks, as their signed manifests tell it: no payload is opened for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from kiosk.domain.batch import BatchFacts


class Rift(Enum):
    """What does not come together between the kiosks of a session."""

    NO_BATCH = "no_batch"  # a kiosk of the site gave none
    NOT_ISSUED = "not_issued"  # a number the lead kiosk never gave out
    NO_OUTCOME = "no_outcome"  # the number ended nowhere
    TWO_OUTCOMES = "two_outcomes"  # the number ended in two ways


@dataclass(frozen=True, slots=True)
class WholeRift:
    """One such thing: at a number, or about a kiosk that said nothing."""

    rift: Rift
    ticket: str
    kiosks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WholeTicket:
    """A number over all kiosks: what it came to, and the sheets taken for it."""

    ticket: str
    kiosks: tuple[str, ...]
    outcome: str | None
    papers: int


@dataclass(frozen=True, slots=True)
class Whole:
    """The session as one: every number once, papers by form code, and what does not come together."""

    tickets: tuple[WholeTicket, ...]
    outcomes: Mapping[str, int]
    papers: Mapping[str, int]
    rifts: tuple[WholeRift, ...]


def whole_session(manifests: Iterable[BatchFacts], expected: Iterable[str] = ()) -> Whole:
    """Brings the newest manifest of each kiosk together (one per kiosk; the caller leaves out replaced ones).

    `expected` are kiosks that stood there. A number that several kiosks saw counts once, with the one
    outcome they tell; two different outcomes count as none and are named.
    """
    facts = sorted(manifests, key=lambda one: one.kiosk)
    leads = {one.lead for one in facts}
    seen: dict[str, list[tuple[str, str | None, int]]] = {}
    papers: Counter[str] = Counter()
    for one in facts:
        papers.update(one.custody)
        for line in one.tickets:
            seen.setdefault(line.ticket, []).append((one.kiosk, line.outcome, line.papers))
    issued = {line.ticket for one in facts if one.kiosk in leads for line in one.tickets}
    rifts = [
        WholeRift(Rift.NO_BATCH, "", (kiosk,))
        for kiosk in sorted(set(expected) - {one.kiosk for one in facts})
    ]
    tickets: list[WholeTicket] = []
    for ticket, told in sorted(seen.items()):
        kiosks = tuple(kiosk for kiosk, _, _ in told)
        outcomes = {outcome for _, outcome, _ in told} - {None}
        outcome = next(iter(outcomes)) if len(outcomes) == 1 else None
        tickets.append(WholeTicket(ticket, kiosks, outcome, sum(sheets for _, _, sheets in told)))
        if not outcomes:
            rifts.append(WholeRift(Rift.NO_OUTCOME, ticket, kiosks))
        elif len(outcomes) > 1:
            rifts.append(WholeRift(Rift.TWO_OUTCOMES, ticket, kiosks))
        if issued and ticket not in issued:
            rifts.append(WholeRift(Rift.NOT_ISSUED, ticket, kiosks))
    return Whole(
        tickets=tuple(tickets),
        outcomes=dict(sorted(Counter(one.outcome or "" for one in tickets).items())),
        papers={code: count for code, count in sorted(papers.items()) if count},
        rifts=tuple(rifts),
    )
