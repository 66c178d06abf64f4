"""What the kiosks of one site share: who leads, which numbers are whose, whom each may trust."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kiosk.domain.batch import CITY, KIOSK
from kiosk.domain.canonical import Fields, Reasons, canonical, read_canonical
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import StaffRecord
from kiosk.domain.registers import Approval, Medium, MediumKind, MediumState, Subject

FORMAT = "kiosk-setup-v1"
LARGEST_SETUP = 1 << 20
LARGEST_NUMBER = 999
PAPER_NUMBERS = 30
SMALLEST_WITH_PAPER = 100
MOST_KIOSKS = 20
REASONS = Reasons(
    malformed="setup_malformed",
    duplicate_key="setup_malformed",
    not_canonical="setup_malformed",
    unknown_version="setup_unknown_version",
    field="setup_field",
)
_WORDS = r"[^\x00-\x1f\x7f]{0,200}"


@dataclass(frozen=True, slots=True)
class Band:
    """The numbers one kiosk may give out, both ends included."""

    first: int = 1
    last: int = LARGEST_NUMBER

    @staticmethod
    def parse(untrusted: str) -> tuple[str, Band]:
        """K1:1-499 as kiosk and band; Refused("band_format")."""
        found = re.fullmatch(rf"({KIOSK}):(\d{{1,3}})-(\d{{1,3}})", untrusted.strip(), re.ASCII)
        if found is None or not 1 <= int(found[2]) <= int(found[3]) <= LARGEST_NUMBER:
            raise Refused("band_format")
        return found[1], Band(int(found[2]), int(found[3]))

    @property
    def on_paper(self) -> Band | None:
        """The last numbers of the band: they stand on the sheet for a failing PC, which never issues them."""
        if self.last - self.first + 1 < SMALLEST_WITH_PAPER:
            return None
        return Band(self.last - PAPER_NUMBERS + 1, self.last)

    @property
    def on_screen(self) -> Band:
        """The numbers that the PC gives out."""
        paper = self.on_paper
        return self if paper is None else Band(self.first, paper.first - 1)

    def overlaps(self, other: Band) -> bool:
        """Whether a number could come from both."""
        return self.first <= other.last and other.first <= self.last


def refuse_overlap(bands: Mapping[str, Band]) -> None:
    """Raises Refused("bands_overlap"): a number given twice would be two people under one name."""
    known = sorted(bands.items())
    for at, (kiosk, band) in enumerate(known):
        for other, further in known[at + 1 :]:
            if band.overlaps(further):
                raise Refused("bands_overlap", one=kiosk, other=other)


@dataclass(frozen=True, slots=True)
class Setup:
    """The office kiosk's settings for its sister kiosks; `serial` counts up, an older one is refused."""

    practice: bool
    city: str
    issuer: str
    serial: int
    made_at: datetime
    lead: str
    profile_text: str = field(repr=False)
    outpost_key: str = field(repr=False)
    bands: Mapping[str, Band]
    cards: Mapping[str, str] = field(repr=False)
    staff: tuple[StaffRecord, ...]
    approvals: tuple[Approval, ...]
    media: tuple[Medium, ...]

    def to_bytes(self) -> bytes:
        """The document as it is signed."""
        return canonical(
            {
                "format": FORMAT,
                "practice": self.practice,
                "city": self.city,
                "issuer": self.issuer,
                "serial": self.serial,
                "made_at": self.made_at.isoformat(timespec="seconds"),
                "lead": self.lead,
                "profile": self.profile_text,
                "outpost_key": self.outpost_key,
                "bands": [
                    {"kiosk": kiosk, "first": band.first, "last": band.last}
                    for kiosk, band in sorted(self.bands.items())
                ],
                "cards": [{"kiosk": kiosk, "card": card} for kiosk, card in sorted(self.cards.items())],
                "staff": [_staff_plain(record) for record in self.staff],
                "approvals": [_approval_plain(approval) for approval in self.approvals],
                "media": [
                    {
                        "serial": medium.serial,
                        "kind": medium.kind.value,
                        "approval": medium.approval,
                        "state": medium.state.value,
                    }
                    for medium in self.media
                ],
            }
        )

    @staticmethod
    def from_bytes(untrusted: bytes) -> Setup:
        """A setup whose every field has been checked; Refused `setup_…`."""
        fields = read_canonical(untrusted, REASONS, LARGEST_SETUP)
        fields.version(FORMAT)
        setup = Setup(
            practice=fields.flag("practice"),
            city=fields.text("city", CITY),
            issuer=fields.text("issuer", KIOSK),
            serial=fields.whole("serial", 1, 1 << 31),
            made_at=fields.moment("made_at"),
            lead=fields.text("lead", KIOSK),
            profile_text=fields.text("profile", r"(?s).{1,200000}"),
            outpost_key=fields.text("outpost_key", r"[0-9a-f]{64}"),
            bands=dict(fields.each("bands", _band, MOST_KIOSKS)),
            cards=dict(fields.each("cards", _card, MOST_KIOSKS)),
            staff=fields.each("staff", _staff, 200),
            approvals=fields.each("approvals", _approval, 500),
            media=fields.each("media", _medium, 200),
        )
        fields.finish()
        refuse_overlap(setup.bands)
        return setup


def _band(fields: Fields) -> tuple[str, Band]:
    kiosk = fields.text("kiosk", KIOSK)
    first = fields.whole("first", 1, LARGEST_NUMBER)
    return kiosk, Band(first, fields.whole("last", first, LARGEST_NUMBER))


def _card(fields: Fields) -> tuple[str, str]:
    return fields.text("kiosk", KIOSK), fields.text("card", r"(?s).{1,4096}")


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _read_day(fields: Fields, name: str) -> date | None:
    text = fields.text(name, r"(\d{4}-\d\d-\d\d)?")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise fields.wrong(name) from None


def _staff_plain(record: StaffRecord) -> dict[str, Any]:
    return {
        "operator": record.operator,
        "name": record.name,
        "role": record.role,
        "employment": record.employment,
        "badge": record.badge,
        "reported_on": _day(record.reported_on),
        "trained_on": _day(record.trained_on),
        "pledged_on": _day(record.pledged_on),
        "approved_on": _day(record.approved_on),
        "approval": record.approval,
        "left_on": _day(record.left_on),
    }


def _staff(fields: Fields) -> StaffRecord:
    return StaffRecord(
        operator=fields.text("operator", r"[A-Za-z0-9_-]{1,32}"),
        name=fields.text("name", _WORDS),
        role=fields.text("role", r"director|manager|staff|inspector"),
        employment=fields.text("employment", _WORDS),
        badge=fields.text("badge", _WORDS),
        reported_on=_read_day(fields, "reported_on"),
        trained_on=_read_day(fields, "trained_on"),
        pledged_on=_read_day(fields, "pledged_on"),
        approved_on=_read_day(fields, "approved_on"),
        approval=fields.text("approval", _WORDS),
        left_on=_read_day(fields, "left_on"),
    )


def _approval_plain(approval: Approval) -> dict[str, Any]:
    return {
        "number": approval.number,
        "subject": approval.subject.value,
        "on": _day(approval.on),
        "valid_from": _day(approval.valid_from),
        "valid_until": _day(approval.valid_until),
        "standing": approval.standing,
    }


def _approval(fields: Fields) -> Approval:
    subject = fields.text("subject", "|".join(known.value for known in Subject))
    return Approval(
        number=fields.text("number"),
        subject=Subject(subject),
        on=fields.day("on"),
        valid_from=fields.day("valid_from"),
        valid_until=fields.day("valid_until"),
        standing=fields.flag("standing"),
    )


def _medium(fields: Fields) -> Medium:
    kind = fields.text("kind", "|".join(known.value for known in MediumKind))
    state = fields.text("state", "|".join(known.value for known in MediumState))
    return Medium(fields.text("serial"), MediumKind(kind), fields.text("approval"), MediumState(state))
