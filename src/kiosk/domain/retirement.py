"""The end of a counter PC: the last batch, the order to destroy, and what is said of it (特記事項 17)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Final

from kiosk.domain.batch import KIOSK, SessionState
from kiosk.domain.canonical import Fields, Reasons, canonical, read_canonical
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import Opening
from kiosk.domain.register_book import Entry
from kiosk.domain.registers import Medium, MediumEnd

FORMAT: Final = "kiosk-retirement-v1"
DONE_FORMAT: Final = "kiosk-retired-v1"
LARGEST_ORDER: Final = 4 << 20
LENT: Final = "lent"
_ORDER: Final = Reasons(*["retire_order_damaged"] * 5)
_ANY: Final = r"[^\x00-\x1f\x7f]{0,400}"

QUIET: Final = frozenset(
    {
        "sign_in",
        "lock",
        "change_operator",
        "change_pin",
        "confirm_clock",
        "seal_last",
        "export_last",
        "receipt_last",
        "stick_refused",
        "enter_approval",
        "medium_end",
        "inspect",
        "retire",
    }
)
"""Acts after which the last batch still tells everything: the way to the end itself, and looking on."""


class Stage(Enum):
    """What the end of the contract waits for."""

    SEAL = "seal"  # nothing is sealed yet, or something was entered since
    WRITE = "write"  # the last batch stands in outbox/
    RECEIVE = "receive"  # it is on a stick, the city has not answered
    DESTROY = "destroy"  # the city has it: keys and office may go


def stage_of(*, is_fresh: bool, is_exported: bool, decision: str) -> Stage:
    """Where the end stands, from the newest last batch; `decision` of the city is accept, reject or empty."""
    if not is_fresh or decision == "reject":
        return Stage.SEAL
    if decision == "accept":
        return Stage.DESTROY
    return Stage.RECEIVE if is_exported else Stage.WRITE


def refuse_unfinished(openings: Iterable[Opening], lent: Iterable[Entry]) -> None:
    """Nobody's data may be here, nothing of the city's may be in our hands (仕様書 12, 特記事項 17).

    Raises Refused("retire_session_left", day=…, count=…) or ("retire_lent_open", item=…, count=…).
    """
    left = [opening for opening in openings if opening.state is not SessionState.ERASED]
    if left:
        raise Refused("retire_session_left", day=left[0].day.isoformat(), count=len(left))
    out = [entry for entry in lent if not entry.words.get("returned_on", "").strip()]
    if out:
        raise Refused("retire_lent_open", item=out[0].words.get("item", ""), count=len(out))


@dataclass(frozen=True, slots=True)
class Machine:
    """One counter PC of the contract, and what of it is told here."""

    kiosk: str
    device: str
    disk: str
    state: str


@dataclass(frozen=True, slots=True)
class EndedSession:
    """A session whose data are gone, with the erasure's own proof."""

    session: str
    at: str
    approval: str
    visits: int


@dataclass(frozen=True, slots=True)
class EndedMedium:
    """A stick with its end, or the words that none was entered."""

    serial: str
    kind: str
    approval: str
    state: str
    on: str = ""
    by: str = ""
    witness: str = ""
    certificate: str = ""

    @staticmethod
    def of(medium: Medium, end: MediumEnd | None) -> EndedMedium:
        """A stick of the register; an end from before it came back into use is none."""
        if end is None or end.state is not medium.state:
            return EndedMedium(medium.serial, medium.kind.value, medium.approval, medium.state.value)
        return EndedMedium(
            medium.serial,
            medium.kind.value,
            medium.approval,
            medium.state.value,
            end.on.isoformat(),
            end.by,
            end.witness,
            end.certificate,
        )


@dataclass(frozen=True, slots=True)
class Order:
    """The decision of two people, with everything the last paper says: nothing else is left to read it from.

    `secrets` are the names, never the values, of what the keystore holds for the folder.
    """

    practice: bool
    city: str
    company: str
    kiosk: str
    folder: str
    approval: str
    operator: str
    second: str
    witness: str
    at: datetime
    batch: str
    manifest_sha256: str
    receipt_sha256: str
    journal_length: int
    journal_head: str
    machines: tuple[Machine, ...]
    sessions: tuple[EndedSession, ...]
    media: tuple[EndedMedium, ...]
    secrets: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """The order as the kiosk signs it, the last thing its key ever signs."""
        return canonical(
            {
                "format": FORMAT,
                "practice": self.practice,
                "city": self.city,
                "company": self.company,
                "kiosk": self.kiosk,
                "folder": self.folder,
                "approval": self.approval,
                "operator": self.operator,
                "second": self.second,
                "witness": self.witness,
                "at": self.at.isoformat(timespec="seconds"),
                "batch": self.batch,
                "manifest_sha256": self.manifest_sha256,
                "receipt_sha256": self.receipt_sha256,
                "journal": {"length": self.journal_length, "head": self.journal_head},
                "machines": [_plain(one) for one in self.machines],
                "sessions": [_plain(one) for one in self.sessions],
                "media": [_plain(one) for one in self.media],
                "secrets": [{"name": name} for name in self.secrets],
            }
        )

    def sha256(self) -> str:
        """What the keystore's mark and the final record carry."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @staticmethod
    def from_bytes(untrusted: bytes) -> Order:
        """Reads an order; Refused("retire_order_damaged")."""
        fields = read_canonical(untrusted, _ORDER, LARGEST_ORDER)
        fields.version(FORMAT)
        journal = fields.inner("journal")
        order = Order(
            practice=fields.flag("practice"),
            city=fields.text("city", _ANY),
            company=fields.text("company", _ANY),
            kiosk=fields.text("kiosk", KIOSK),
            folder=fields.text("folder", r"[0-9a-f]{1,64}"),
            approval=fields.text("approval", _ANY),
            operator=fields.text("operator", _ANY),
            second=fields.text("second", _ANY),
            witness=fields.text("witness", _ANY),
            at=fields.moment("at"),
            batch=fields.text("batch"),
            manifest_sha256=fields.sha256("manifest_sha256"),
            receipt_sha256=fields.sha256("receipt_sha256"),
            journal_length=journal.whole("length", 0, 1 << 40),
            journal_head=journal.sha256("head"),
            machines=fields.each("machines", _machine),
            sessions=fields.each("sessions", _session),
            media=fields.each("media", _medium),
            secrets=fields.each("secrets", lambda one: one.text("name", r"[A-Za-z0-9/_-]{1,200}")),
        )
        journal.finish()
        fields.finish()
        return order


@dataclass(frozen=True, slots=True)
class Retired:
    """What was found when everything was gone; unsigned, because the key that signed is gone too."""

    kiosk: str
    order_sha256: str
    at: datetime
    checks: tuple[tuple[str, bool], ...]

    def to_bytes(self) -> bytes:
        """The last record; with the signed order it is the whole proof."""
        return canonical(
            {
                "format": DONE_FORMAT,
                "kiosk": self.kiosk,
                "order_sha256": self.order_sha256,
                "at": self.at.isoformat(timespec="seconds"),
                "checks": [{"name": name, "ok": ok} for name, ok in self.checks],
            }
        )

    @staticmethod
    def from_bytes(untrusted: bytes) -> Retired:
        """Reads the last record; Refused("retire_order_damaged")."""
        fields = read_canonical(untrusted, _ORDER, LARGEST_ORDER)
        fields.version(DONE_FORMAT)
        retired = Retired(
            kiosk=fields.text("kiosk", KIOSK),
            order_sha256=fields.sha256("order_sha256"),
            at=fields.moment("at"),
            checks=fields.each("checks", lambda one: (one.text("name"), one.flag("ok"))),
        )
        fields.finish()
        return retired


def _plain(one: Machine | EndedSession | EndedMedium) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def _machine(fields: Fields) -> Machine:
    return Machine(*(fields.text(name, _ANY) for name in ("kiosk", "device", "disk", "state")))


def _session(fields: Fields) -> EndedSession:
    return EndedSession(
        session=fields.day("session").isoformat(),
        at=fields.moment("at").isoformat(timespec="seconds"),
        approval=fields.text("approval", _ANY),
        visits=fields.whole("visits", 0, 1 << 40),
    )


def _medium(fields: Fields) -> EndedMedium:
    names = ("serial", "kind", "approval", "state", "on", "by", "witness", "certificate")
    return EndedMedium(*(fields.text(name, _ANY) for name in names))
