"""Who holds which paper since when: papers taken at the counter until the city signs for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from kiosk.domain.errors import Refused


class Paper(Enum):
    """The forms and papers of the procedure (spec 7(1)カ)."""

    F01 = "F01"  # 交付通知書 with answers
    F02 = "F02"  # 暗証番号設定依頼書: bears PINs, only counted
    F03 = "F03"  # 暗証番号の控え: handed to the person
    F04 = "F04"  # 宛名記載済封筒
    F05 = "F05"  # 通知カード + 返納届
    F06 = "F06"  # 紛失届
    F07 = "F07"  # 住基カード + 返納届
    F08 = "F08"  # old My Number Card
    F09 = "F09"  # copies of identity papers
    F10 = "F10"  # proof of a legal guardian's authority
    F11 = "F11"  # proof for an agent
    F12 = "F12"  # consent to posting and PIN entry by staff
    F13 = "F13"  # 申請書


NEVER_COLLECTED = frozenset({Paper.F03, Paper.F13})
"""Handed to or kept by the visitor."""

REQUIRED_FOR_ISSUANCE = (Paper.F01, Paper.F02, Paper.F04, Paper.F09)
"""Without these an accepted issuance cannot be handed to the city (spec 7(1)カ a)."""


class Movement(Enum):
    """What happened to the paper."""

    RECEIVED = "received"  # from the visitor
    COPIED = "copied"  # made at the counter, under the standing approval (特記事項 5)
    RETURNED = "returned"  # back to the visitor
    SEALED = "sealed"  # into the visitor's envelope
    OPENED = "opened"  # out of the envelope again, because the sealing was taken back
    DELIVERED = "delivered"  # to the city


@dataclass(frozen=True, slots=True)
class CustodyLine:
    """One movement of one kind of paper for one ticket; corrected only by a further line."""

    ticket: str
    paper: Paper
    count: int
    movement: Movement
    at: datetime
    operator: str


def held(lines: Iterable[CustodyLine], ticket: str | None = None) -> dict[Paper, int]:
    """Sheets in our hands per kind (for one ticket, or in all): in minus returned and delivered."""
    counts: dict[Paper, int] = {}
    for line in lines:
        if ticket is not None and line.ticket != ticket:
            continue
        sign = {Movement.RECEIVED: 1, Movement.COPIED: 1, Movement.RETURNED: -1, Movement.DELIVERED: -1}
        counts[line.paper] = counts.get(line.paper, 0) + line.count * sign.get(line.movement, 0)
    return {paper: count for paper, count in sorted(counts.items(), key=lambda item: item[0].value) if count}


def held_by_ticket(lines: Iterable[CustodyLine]) -> dict[str, dict[Paper, int]]:
    """`held` of every ticket that has lines, in one pass over them."""
    of_ticket: dict[str, list[CustodyLine]] = {}
    for line in lines:
        of_ticket.setdefault(line.ticket, []).append(line)
    return {ticket: held(own) for ticket, own in of_ticket.items()}


def sealed_tickets(lines: Iterable[CustodyLine]) -> frozenset[str]:
    """Tickets whose papers lie sealed in an envelope: the last word on the envelope counts."""
    sealed: dict[str, bool] = {}
    for line in lines:
        if line.movement in (Movement.SEALED, Movement.OPENED, Movement.RETURNED):
            sealed[line.ticket] = line.movement is Movement.SEALED
    return frozenset(ticket for ticket, is_sealed in sealed.items() if is_sealed)


def refuse_impossible(paper: Paper, count: int, movement: Movement, now_held: dict[Paper, int]) -> None:
    """Refuses counts out of 1-20, papers never collected, and giving back more than is held."""
    if not 1 <= count <= 20:
        raise Refused("custody_count")
    if paper in NEVER_COLLECTED and movement in (Movement.RECEIVED, Movement.COPIED):
        raise Refused("custody_not_collected", paper=paper.value)
    if movement in (Movement.RETURNED, Movement.DELIVERED) and count > now_held.get(paper, 0):
        raise Refused("custody_more_than_held", paper=paper.value)
