"""The sealed batch of one kiosk and session: its states, its name, what its manifest says."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from kiosk.domain.canonical import Fields, Reasons, canonical, read_canonical
from kiosk.domain.errors import Refused

FORMAT = "kiosk-batch-v1"
PAYLOAD_NAME = "payload.tar.age"
HEADER_NAME = "header.json"
LARGEST_MANIFEST = 1 << 20
LARGEST_PAYLOAD = (4 << 30) - (2 << 20)
"""A FAT32 stick holds no file of 4 GiB; the rest is room for manifest, signature and README."""
MOST_RECIPIENTS = 8
REASONS = Reasons(
    malformed="manifest_malformed",
    duplicate_key="manifest_duplicate_key",
    not_canonical="manifest_not_canonical",
    unknown_version="manifest_unknown_version",
    field="manifest_field",
)

CITY = r"\d{5}"
KIOSK = r"K[1-9]\d?"
TICKET = r"[A-Z]\d{3,4}"
CODE = r"[A-Za-z0-9_]{1,40}"
LARGEST_SEQ = 999_999


class SessionState(Enum):
    """Where a session's data stand on this PC."""

    OPEN = "open"  # visitors are being received
    CLOSED = "closed"  # reconciled, nothing changes any more
    SEALED = "sealed"  # the finished batch stands in outbox/
    EXPORTED = "exported"  # verified on a stick
    RECEIPTED = "receipted"  # the city has signed that it has it
    ERASING = "erasing"  # the key is being destroyed
    ERASED = "erased"  # only the ledger remembers


class SessionEvent(Enum):
    """What moves a session on."""

    CLOSE = "close"
    SEAL = "seal"
    EXPORT = "export"
    ACCEPTED = "accepted"  # an accepting receipt
    REJECTED = "rejected"  # a rejecting receipt: mended under a new number
    REOPEN = "reopen"  # after it: records and papers can be mended
    ERASE = "erase"
    PROVE = "prove"  # erasure proven


TRANSITIONS: dict[tuple[SessionState, SessionEvent], SessionState] = {
    (SessionState.OPEN, SessionEvent.CLOSE): SessionState.CLOSED,
    (SessionState.CLOSED, SessionEvent.SEAL): SessionState.SEALED,
    (SessionState.SEALED, SessionEvent.EXPORT): SessionState.EXPORTED,
    (SessionState.EXPORTED, SessionEvent.EXPORT): SessionState.EXPORTED,  # a second copy, the same bytes
    (SessionState.EXPORTED, SessionEvent.ACCEPTED): SessionState.RECEIPTED,
    (SessionState.EXPORTED, SessionEvent.REJECTED): SessionState.CLOSED,
    (SessionState.CLOSED, SessionEvent.REOPEN): SessionState.OPEN,  # only while the newest batch is rejected
    (SessionState.RECEIPTED, SessionEvent.ACCEPTED): SessionState.RECEIPTED,  # the same receipt read again
    (SessionState.RECEIPTED, SessionEvent.ERASE): SessionState.ERASING,
    (SessionState.ERASING, SessionEvent.ERASE): SessionState.ERASING,  # taken up again after a power cut
    (SessionState.ERASING, SessionEvent.PROVE): SessionState.ERASED,
}


def after(state: SessionState, event: SessionEvent) -> SessionState:
    """The next state; Refused("session_step_not_now") where the table has none."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise Refused("session_step_not_now", state=state.value, event=event.value) from None


def choices(state: SessionState) -> tuple[SessionEvent, ...]:
    """What can happen next, in the order of the day."""
    return tuple(event for event in SessionEvent if (state, event) in TRANSITIONS)


@dataclass(frozen=True, slots=True)
class BatchName:
    """City, kiosk, number and day, as they stand in the file name."""

    city: str
    kiosk: str
    seq: int
    session: date

    @property
    def stem(self) -> str:
        """13210-K1-000123-20251105"""
        return f"{self.city}-{self.kiosk}-{self.seq:06d}-{self.session:%Y%m%d}"

    @property
    def file(self) -> str:
        """13210-K1-000123-20251105.zip"""
        return f"{self.stem}.zip"

    @property
    def receipt_file(self) -> str:
        """Name of the city's receipt on the stick; its signature stands beside it as `.sig`."""
        return f"{self.stem}.receipt.json"

    @staticmethod
    def parse(untrusted: str) -> BatchName:
        """The name of a batch file; Refused("batch_name") for anything else."""
        found = re.fullmatch(rf"({CITY})-({KIOSK})-(\d{{6}})-(\d{{4}})(\d\d)(\d\d)\.zip", untrusted, re.ASCII)
        if found is None or int(found[3]) < 1:
            raise Refused("batch_name")
        try:
            session = date(int(found[4]), int(found[5]), int(found[6]))
        except ValueError:
            raise Refused("batch_name") from None
        return BatchName(found[1], found[2], int(found[3]), session)


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A number seen at this kiosk: its outcome code or none, and how many papers were counted."""

    ticket: str
    outcome: str | None
    papers: int


@dataclass(frozen=True, slots=True)
class NamedDifference:
    """A difference of the four counts as it was explained at closing; `words` hold no personal data."""

    gap: str
    ticket: str
    paper: str
    words: str
    under_inquiry: bool


@dataclass(frozen=True, slots=True)
class JournalHead:
    """How far the session's journal had grown when the batch was sealed."""

    length: int
    head: str


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What the counter knows of a batch before it is encrypted; no personal data.

    `counts` holds at least what `counted` finds in the payload (visits, portraits, custody,
    applications; a missing kind is 0); `custody` the papers handed over, by form code; `day` the sums of the
    day that the lead kiosk's report needs and no payload could be counted for.
    """

    practice: bool
    city: str
    kiosk: str
    lead: str
    seq: int
    prev: str | None
    supersedes: str | None
    session: date
    created_at: datetime
    software: str
    counts: Mapping[str, int]
    differences: tuple[NamedDifference, ...]
    tickets: tuple[TicketLine, ...]
    custody: Mapping[str, int]
    journal: JournalHead
    day: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_last(self) -> bool:
        """Whether this is the last batch of a kiosk, of no session: its registers and office journal."""
        return REGISTERS in self.counts

    @property
    def name(self) -> BatchName:
        """The name of the batch file."""
        return BatchName(self.city, self.kiosk, self.seq, self.session)


@dataclass(frozen=True, slots=True)
class Payload:
    """The encrypted file inside the batch."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Header:
    """Everything that is known before the payload streams; stands inside the payload as header.json."""

    facts: BatchFacts
    readme_sha256: str
    recipients: tuple[str, ...]
    nonce: str

    def plain(self) -> dict[str, Any]:
        """The flat JSON fields."""
        facts = self.facts
        return {
            "format": FORMAT,
            "practice": facts.practice,
            "city": facts.city,
            "kiosk": facts.kiosk,
            "lead": facts.lead,
            "seq": facts.seq,
            "prev": facts.prev,
            "supersedes": facts.supersedes,
            "session": facts.session.isoformat(),
            "created_at": facts.created_at.isoformat(timespec="seconds"),
            "software": facts.software,
            "readme_sha256": self.readme_sha256,
            "recipients": list(self.recipients),
            "nonce": self.nonce,
            "counts": dict(facts.counts),
            "differences": [
                {
                    "gap": line.gap,
                    "ticket": line.ticket,
                    "paper": line.paper,
                    "words": line.words,
                    "under_inquiry": line.under_inquiry,
                }
                for line in facts.differences
            ],
            "tickets": [
                {"ticket": line.ticket, "outcome": line.outcome, "papers": line.papers}
                for line in facts.tickets
            ],
            "custody": dict(facts.custody),
            "journal": {"length": facts.journal.length, "head": facts.journal.head},
            # Optional: a batch sealed before there was such a thing stays what it is.
            **({"day": dict(facts.day)} if facts.day else {}),
        }

    def to_bytes(self) -> bytes:
        """header.json: all of the manifest but payload and plaintext_sha256."""
        return canonical(self.plain())


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the signature covers; readable by everybody, so it names no person."""

    header: Header
    payload: Payload
    plaintext_sha256: str

    @property
    def facts(self) -> BatchFacts:
        """The counter's own facts."""
        return self.header.facts

    def to_bytes(self) -> bytes:
        """manifest.json as it is signed."""
        payload = {"name": self.payload.name, "size": self.payload.size, "sha256": self.payload.sha256}
        return canonical(
            {**self.header.plain(), "payload": payload, "plaintext_sha256": self.plaintext_sha256}
        )

    def sha256(self) -> str:
        """The hash the next batch, the receipt and the delivery slip carry."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @staticmethod
    def from_bytes(untrusted: bytes) -> Manifest:
        """A manifest whose every field has been checked; Refused `manifest_…` otherwise."""
        fields = read_canonical(untrusted, REASONS, LARGEST_MANIFEST)
        fields.version(FORMAT)
        header = _header(fields)
        inner = fields.inner("payload")
        payload = Payload(
            name=inner.text("name", re.escape(PAYLOAD_NAME)),
            size=inner.whole("size", 1, LARGEST_PAYLOAD),
            sha256=inner.sha256("sha256"),
        )
        inner.finish()
        manifest = Manifest(header, payload, fields.sha256("plaintext_sha256"))
        fields.finish()
        return manifest


def _header(fields: Fields) -> Header:
    journal = fields.inner("journal")
    facts = BatchFacts(
        practice=fields.flag("practice"),
        city=fields.text("city", CITY),
        kiosk=fields.text("kiosk", KIOSK),
        lead=fields.text("lead", KIOSK),
        seq=fields.whole("seq", 1, LARGEST_SEQ),
        prev=fields.sha256_or_none("prev"),
        supersedes=fields.sha256_or_none("supersedes"),
        session=fields.day("session"),
        created_at=fields.moment("created_at"),
        software=fields.text("software"),
        counts=fields.counts("counts"),
        differences=fields.each("differences", _difference),
        tickets=fields.each("tickets", _ticket),
        custody=fields.counts("custody"),
        journal=JournalHead(journal.whole("length", 0, 1 << 40), journal.sha256("head")),
        day=_day(fields),
    )
    journal.finish()
    return Header(
        facts=facts,
        readme_sha256=fields.sha256("readme_sha256"),
        recipients=fields.sha256_list("recipients", MOST_RECIPIENTS),
        nonce=fields.sha256("nonce"),
    )


def _day(fields: Fields) -> dict[str, int]:
    """The sums of the day; left out when there are none, so that a manifest has one spelling only."""
    if not fields.has("day"):
        return {}
    day = fields.counts("day")
    if not day:
        raise fields.wrong("day")
    return day


def _difference(fields: Fields) -> NamedDifference:
    return NamedDifference(
        gap=fields.text("gap", CODE),
        ticket=fields.text("ticket", rf"({TICKET})?"),
        paper=fields.text("paper", rf"({CODE})?"),
        words=fields.text("words", r"[^\x00-\x08\x0b-\x1f\x7f]{0,1000}"),
        under_inquiry=fields.flag("under_inquiry"),
    )


def _ticket(fields: Fields) -> TicketLine:
    return TicketLine(
        ticket=fields.text("ticket", TICKET),
        outcome=fields.text_or_none("outcome", CODE),
        papers=fields.whole("papers", 0, 1000),
    )


COUNTED_FILES = {"visits.json": "visits", "custody.csv": "custody", "applications.csv": "applications"}
LARGEST_COUNTED = 16 << 20
"""A counted file is held in memory on both sides; a day's records are far smaller."""
COUNTED_KINDS = ("visits", "portraits", "custody", "applications")
REGISTERS = "registers"
"""Counted in the last batch of a kiosk only: it holds the office's registers instead of a day."""
TELLING_KINDS = (*COUNTED_KINDS, REGISTERS)
"""All that kiosk and city have to count alike; a kind that a manifest does not name is 0."""


def counted(name: str, content: bytes) -> tuple[str, int] | None:
    """What a file of the payload adds to the counts: entries of visits.json, rows of a CSV, one portrait,
    one register.

    Both sides count the same way: the kiosk before it signs, the city after it has opened.
    Raises Refused("payload_unreadable", name=…).
    """
    if name.startswith("portraits/"):
        return "portraits", 1
    if name.startswith(f"{REGISTERS}/") and name.endswith(".csv"):
        return REGISTERS, 1
    kind = COUNTED_FILES.get(name)
    if kind is None:
        return None
    try:
        if name.endswith(".csv"):
            rows = sum(1 for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) if row)
            return kind, max(0, rows - 1)
        visits = json.loads(content)["visits"]
        if not isinstance(visits, list):
            raise TypeError
        return kind, len(visits)
    except (ValueError, KeyError, TypeError, csv.Error, RecursionError):
        raise Refused("payload_unreadable", name=name) from None
