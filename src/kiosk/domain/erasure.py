"""When the PC may forget the visitors, and what the proof of it says (特記事項 17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.canonical import canonical
from kiosk.domain.errors import Refused

FORMAT = "kiosk-erasure-v1"
METHOD = "cryptographic erase + deletion"
"""Clear plus cryptographic erase; what the keystore's own storage keeps is not covered."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """The record that stays when everything personal is gone; counts and hashes only."""

    session: str
    kiosk: str
    computer: str
    disk: str
    visits: int
    portraits: int
    batch: str
    manifest_sha256: str
    receipt_sha256: str
    approval: str
    method: str
    checks: tuple[tuple[str, bool], ...]
    operator: str
    witness: str
    at: datetime
    copies_that_remain: tuple[str, ...] = ()
    reservations: int = 0
    receipt_kind: str = "signed"

    def to_bytes(self) -> bytes:
        """The record as it is signed, and as it goes to the city."""
        return canonical(
            {
                "format": FORMAT,
                "session": self.session,
                "kiosk": self.kiosk,
                "computer": self.computer,
                "disk": self.disk,
                "counts": {
                    "visits": self.visits,
                    "portraits": self.portraits,
                    "reservations": self.reservations,
                },
                "batch": self.batch,
                "manifest_sha256": self.manifest_sha256,
                "receipt": self.receipt_kind,
                "receipt_sha256": self.receipt_sha256,
                "approval": self.approval,
                "method": self.method,
                "checks": dict(self.checks),
                "operator": self.operator,
                "witness": self.witness,
                "at": self.at.isoformat(timespec="seconds"),
                "copies_that_remain": list(self.copies_that_remain),
            }
        )

    @property
    def file_name(self) -> str:
        """Under which the record stands in the next batch and among the papers; `.sig` beside it."""
        return f"erasure-{self.session}-{self.kiosk}.json"


def refuse_erasure(*, receipted: bool, hold: bool) -> None:
    """Only a valid accepting receipt opens the way, and never while evidence is held (特記事項 17, 19)."""
    if hold:
        raise Refused("erase_evidence_hold")
    if not receipted:
        raise Refused("erase_no_receipt")
