"""When the PC may forget the visitors, and what the proof of it says (特記事項 17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.errors import Refused

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


def refuse_erasure(*, receipted: bool, hold: bool) -> None:
    """Only a valid accepting receipt opens the way, and never while evidence is held (特記事項 17, 19)."""
    if hold:
        raise Refused("erase_evidence_hold")
    if not receipted:
        raise Refused("erase_no_receipt")
