"""What the office keeps of each session after the visitors' data are gone: counts, numbers, papers, dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from kiosk.domain.batch import REGISTERS, SessionEvent, SessionState
from kiosk.domain.batch import after as state_after
from kiosk.domain.errors import Refused
from kiosk.domain.staff import Operator

SUBSTITUTE: Final = "substitute"
"""What stands under employment for somebody admitted for one session on the city's word by telephone."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One session as it was opened on this kiosk; `origin` is "rule" or "manual", with its reason."""

    day: date
    kiosk: str
    venue: str
    manager: str
    opened_at: datetime
    state: SessionState = SessionState.OPEN
    checklist: tuple[str, ...] = ()
    origin: str = "rule"
    reason: str = ""
    evidence_hold: bool = False

    def after(self, event: SessionEvent) -> Opening:
        """The session moved on; Refused("session_step_not_now") where the table has none."""
        return replace(self, state=state_after(self.state, event))


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """Reporting, training, pledge and approval of one person (特記事項 8, 10, 11)."""

    operator: str
    name: str
    role: str
    employment: str = ""
    badge: str = ""
    reported_on: date | None = None
    trained_on: date | None = None
    pledged_on: date | None = None
    approved_on: date | None = None
    approval: str = ""
    left_on: date | None = None

    @property
    def is_substitute(self) -> bool:
        """Whether this is somebody's stand-in for one session only."""
        return self.employment == SUBSTITUTE


def admitted(person: Operator, on: date, approval: str) -> StaffRecord:
    """The row of somebody whose papers are all of one day; the approval stands for what it was given on.

    Source: 個人情報取扱特記事項 8, 10, 11.
    """
    return StaffRecord(
        person.id,
        person.name,
        person.role.value,
        reported_on=on,
        trained_on=on,
        pledged_on=on,
        approved_on=on,
        approval=approval,
    )


def refuse_unless_admitted(record: StaffRecord | None, day: date) -> StaffRecord:
    """The register's row, when report, training, pledge and the city's approval all stand in it.

    `left_on` is the last day somebody may work here. Raises Refused with staff_not_reported,
    staff_not_trained, staff_not_pledged, staff_not_approved, staff_left or substitute_over.
    Source: 個人情報取扱特記事項 8, 10, 11.
    """
    if record is None or record.reported_on is None:
        raise Refused("staff_not_reported")
    if record.trained_on is None:
        raise Refused("staff_not_trained")
    if record.pledged_on is None:
        raise Refused("staff_not_pledged")
    if record.approved_on is None:
        raise Refused("staff_not_approved")
    if record.left_on is not None and record.left_on < day:
        raise Refused("substitute_over" if record.is_substitute else "staff_left")
    return record


class Direction(StrEnum):
    """Who gave to whom."""

    FROM_CITY = "from_city"
    TO_CITY = "to_city"


@dataclass(frozen=True, slots=True)
class Handover:
    """One numbered hand-over (特記事項 16): a list, data or papers; `number` is ours, 1 and counting."""

    number: int
    direction: Direction
    item: str
    at: datetime
    session: date
    medium: str
    means: str
    place: str
    giver: str
    taker: str
    file_name: str = ""
    sha256: str = ""
    count: int = 0
    approval: str = ""
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealedBatch:
    """One batch number of this kiosk; kept for ever, also when another supersedes it."""

    seq: int
    name: str
    session: date
    sealed_at: datetime
    size: int
    manifest_sha256: str
    plaintext_sha256: str
    prev: str | None
    supersedes: str | None
    operator: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_last(self) -> bool:
        """Whether it holds the office's registers at the end of the contract, and no session."""
        return REGISTERS in self.counts


@dataclass(frozen=True, slots=True)
class Export:
    """One verified copy of a batch on a registered stick."""

    seq: int
    medium: str
    approval: str
    at: datetime
    operator: str


@dataclass(frozen=True, slots=True)
class TakenReceipt:
    """The city's answer to a batch, with the very text that was signed."""

    seq: int
    decision: str
    receiver: str
    reason: str
    at: datetime
    sha256: str
    operator: str
    text: str


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A movement of papers without any name: it outlives the erasure as the contract's evidence."""

    session: date
    ticket: str
    paper: str
    count: int
    movement: str
    at: datetime
    operator: str
    approval: str = ""


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """What the reports count of one visit: a ticket number, codes and seconds."""

    session: date
    kiosk: str
    ticket: str
    service: str
    reserved: bool
    outcome: str | None
    reason: str | None
    waited_s: int | None = None
    served_s: int | None = None
    photos: int = 0
