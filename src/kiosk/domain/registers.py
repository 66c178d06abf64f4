"""The registers a contract rests on: approval numbers and storage media."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from kiosk.domain.errors import Refused


class Subject(StrEnum):
    """What the city's paper with an approval number is about."""

    MEDIUM = "medium"
    COPIES = "copies"
    ERASURE = "erasure"
    SUBSTITUTE = "substitute"
    PLAIN_LIST = "plain_list"
    TRANSMISSION = "transmission"
    CONTRACTOR_RECIPIENT = "contractor_recipient"
    PAPER_RECEIPT = "paper_receipt"
    VISITOR_MEDIUM = "visitor_medium"
    STAFF = "staff"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class Approval:
    """One 承諾番号: `on` is the date of the city's paper; a single (not standing) one serves once."""

    number: str
    subject: Subject
    on: date
    valid_from: date
    valid_until: date
    standing: bool
    used: int = 0

    def __post_init__(self) -> None:
        if not self.number.strip():
            raise Refused("approval_number_empty")
        if self.valid_until < self.valid_from:
            raise Refused("approval_dates_crossed")

    def after_use(self) -> Approval:
        """The same entry with one more use counted."""
        return replace(self, used=self.used + 1)


def refuse_unless_valid(approval: Approval | None, subject: Subject, day: date) -> Approval:
    """The approval, when it is entered, of this subject, in date on `day`, and not used up.

    Raises Refused with approval_unknown, approval_other_subject, approval_out_of_date or approval_used.
    Source: 個人情報取扱特記事項 6, 7(3), 17.
    """
    if approval is None:
        raise Refused("approval_unknown")
    if approval.subject is not subject:
        raise Refused("approval_other_subject", number=approval.number)
    if not approval.valid_from <= day <= approval.valid_until:
        raise Refused("approval_out_of_date", number=approval.number, until=approval.valid_until.isoformat())
    if not approval.standing and approval.used > 0:
        raise Refused("approval_used", number=approval.number)
    return approval


class MediumKind(StrEnum):
    """Kinds of storage that leave the counter."""

    USB = "usb"
    SSD = "ssd"
    CARD = "card"
    OPTICAL = "optical"


class MediumState(StrEnum):
    """A stick's way from the register to its physical end (特記事項 17)."""

    REGISTERED = "registered"
    IN_USE = "in_use"
    WIPED = "wiped"
    DESTROYED = "destroyed"


MEDIUM_STEPS: Final[dict[MediumState, frozenset[MediumState]]] = {
    MediumState.REGISTERED: frozenset({MediumState.IN_USE, MediumState.WIPED, MediumState.DESTROYED}),
    MediumState.IN_USE: frozenset({MediumState.WIPED, MediumState.DESTROYED}),
    MediumState.WIPED: frozenset({MediumState.IN_USE, MediumState.DESTROYED}),
    MediumState.DESTROYED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Medium:
    """One registered stick: its serial number as the machine reads it, and the number that allows it."""

    serial: str
    kind: MediumKind
    approval: str
    state: MediumState = MediumState.REGISTERED

    def moved_to(self, state: MediumState) -> Medium:
        """The medium in a new state; staying is allowed. Raises Refused("medium_state")."""
        if state is not self.state and state not in MEDIUM_STEPS[self.state]:
            raise Refused("medium_state", serial=self.serial)
        return replace(self, state=state)


ENDS: Final = (MediumState.WIPED, MediumState.DESTROYED)
"""How a stick ends: emptied, and perhaps used again, or broken for good."""


@dataclass(frozen=True, slots=True)
class MediumEnd:
    """A stick wiped or destroyed: the day, who did it, who saw it, the number of the certificate."""

    serial: str
    state: MediumState
    on: date
    by: str
    witness: str
    certificate: str
    at: datetime
    operator: str

    def __post_init__(self) -> None:
        if self.state not in ENDS:
            raise Refused("medium_state", serial=self.serial)
        if not self.by.strip() or not self.witness.strip():
            raise Refused("medium_end_people")
        if self.on > self.at.date():
            raise Refused("medium_end_ahead")


def refuse_unless_registered(medium: Medium | None, approval: Approval | None, day: date) -> Medium:
    """The medium, when registered, usable and covered by an approval in date (特記事項 6).

    Raises Refused("medium_unknown"), Refused("medium_ended") or one of refuse_unless_valid.
    """
    if medium is None:
        raise Refused("medium_unknown")
    if medium.state is MediumState.DESTROYED:
        raise Refused("medium_ended", serial=medium.serial)
    refuse_unless_valid(approval, Subject.MEDIUM, day)
    return medium
