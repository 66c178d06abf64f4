"""The city's receipt for a batch, and the one judgement that lets a session be erased."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from kiosk.domain.batch import CITY, KIOSK, LARGEST_SEQ, TELLING_KINDS, TICKET, BatchName, Manifest
from kiosk.domain.canonical import Fields, Reasons, canonical, read_canonical
from kiosk.domain.errors import Refused
from kiosk.domain.photo_refusal import MOST, PhotoRefusal

FORMAT = "kiosk-receipt-v1"
LARGEST_RECEIPT = 1 << 17
RULE = r"[a-z_]{1,32}"
"""A rule of a photo check; a later version of the city's program may know more of them."""
REASONS = Reasons(
    malformed="receipt_malformed",
    duplicate_key="receipt_duplicate_key",
    not_canonical="receipt_not_canonical",
    unknown_version="receipt_unknown_version",
    field="receipt_field",
)


class Decision(Enum):
    """The city's word."""

    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Receipt:
    """受領書: what the city saw and decided; `counts` were counted in the opened payload.

    `photos` are those the city could not take, of this session or an earlier one; a receipt without any
    has no such field, as all receipts before this one.
    """

    practice: bool
    city: str
    kiosk: str
    batch: str
    session: date
    seq: int
    manifest_sha256: str
    plaintext_sha256: str
    counts: Mapping[str, int]
    papers: Mapping[str, int]
    decision: Decision
    reason: str | None
    accepted_gap: str | None
    received_by: str
    received_at: datetime
    photos: tuple[PhotoRefusal, ...] = ()

    def to_bytes(self) -> bytes:
        """receipt.json as it is signed."""
        return canonical(
            {
                "format": FORMAT,
                "practice": self.practice,
                "city": self.city,
                "kiosk": self.kiosk,
                "batch": self.batch,
                "session": self.session.isoformat(),
                "seq": self.seq,
                "manifest_sha256": self.manifest_sha256,
                "plaintext_sha256": self.plaintext_sha256,
                "counts": dict(self.counts),
                "papers": dict(self.papers),
                "decision": self.decision.value,
                "reason": self.reason,
                "accepted_gap": self.accepted_gap,
                "received_by": self.received_by,
                "received_at": self.received_at.isoformat(timespec="seconds"),
                **self._photos(),
            }
        )

    def _photos(self) -> dict[str, list[dict[str, str]]]:
        listed = [
            {"session": photo.session.isoformat(), "ticket": photo.ticket, "rule": photo.rule}
            for photo in self.photos
        ]
        return {"photos": listed} if listed else {}

    def sha256(self) -> str:
        """The hash the erasure record carries."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @staticmethod
    def from_bytes(untrusted: bytes) -> Receipt:
        """A receipt whose every field has been checked; Refused `receipt_…` otherwise."""
        fields = read_canonical(untrusted, REASONS, LARGEST_RECEIPT)
        fields.version(FORMAT)
        receipt = Receipt(
            practice=fields.flag("practice"),
            city=fields.text("city", CITY),
            kiosk=fields.text("kiosk", KIOSK),
            batch=fields.text("batch"),
            session=fields.day("session"),
            seq=fields.whole("seq", 1, LARGEST_SEQ),
            manifest_sha256=fields.sha256("manifest_sha256"),
            plaintext_sha256=fields.sha256("plaintext_sha256"),
            counts=fields.counts("counts"),
            papers=fields.counts("papers"),
            decision=Decision(fields.text("decision", "accept|reject")),
            reason=fields.text_or_none("reason"),
            accepted_gap=fields.text_or_none("accepted_gap"),
            received_by=fields.text("received_by"),
            received_at=fields.moment("received_at"),
            photos=fields.each("photos", _photo, MOST) if fields.has("photos") else (),
        )
        fields.finish()
        name = BatchName(receipt.city, receipt.kiosk, receipt.seq, receipt.session)
        if receipt.batch != name.file:
            raise fields.wrong("batch")
        if (receipt.decision is Decision.REJECT) != (receipt.reason is not None):
            raise fields.wrong("reason")
        places = {(photo.session, photo.ticket) for photo in receipt.photos}
        if len(places) < len(receipt.photos) or any(day > receipt.session for day, _ in places):
            raise fields.wrong("photos")
        if receipt.to_bytes() != untrusted:
            # An empty list is left out: one receipt, one spelling.
            raise fields.wrong("photos")
        return receipt


def _photo(fields: Fields) -> PhotoRefusal:
    return PhotoRefusal(fields.day("session"), fields.text("ticket", TICKET), fields.text("rule", RULE))


def judge(receipt: Receipt, newest: Manifest, earlier: Iterable[str] = ()) -> Decision:
    """The city's decision, once the receipt is known to be for this session's newest batch.

    `earlier` are the manifest hashes of the session's superseded batches.
    Raises Refused `receipt_practice`, `receipt_superseded`, `receipt_other_batch`, `receipt_counts`.
    """
    facts = newest.facts
    if receipt.practice != facts.practice:
        raise Refused("receipt_practice")
    if receipt.manifest_sha256 in set(earlier):
        raise Refused("receipt_superseded", batch=receipt.batch, newest=facts.name.file)
    names_it = (receipt.city, receipt.kiosk, receipt.seq, receipt.session) == (
        facts.city,
        facts.kiosk,
        facts.seq,
        facts.session,
    )
    hashes = (receipt.manifest_sha256, receipt.plaintext_sha256)
    if not names_it or hashes != (newest.sha256(), newest.plaintext_sha256):
        raise Refused("receipt_other_batch", batch=receipt.batch, newest=facts.name.file)
    if receipt.decision is Decision.ACCEPT:
        for kind in TELLING_KINDS:
            if receipt.counts.get(kind, 0) != facts.counts.get(kind, 0):
                raise Refused("receipt_counts", kind=kind)
    return receipt.decision


def permits_erasure(receipt: Receipt, newest: Manifest, earlier: Iterable[str] = ()) -> bool:
    """Whether the session may be erased on this receipt; raises as `judge` where it is not for it."""
    return judge(receipt, newest, earlier) is Decision.ACCEPT
