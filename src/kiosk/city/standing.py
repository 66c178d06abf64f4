"""What the office sees at a glance: its kiosks, numbers that never came, batches without a receipt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kiosk.city.home import CityHome
from kiosk.city.ledger import Ledger, Seen
from kiosk.domain.errors import Refused
from kiosk.sealing.keys import key_fingerprint
from kiosk.sealing.signers import Signer, standing_at


@dataclass(frozen=True, slots=True)
class KioskStanding:
    """One key of one kiosk: `state` is in_force, revoked, expired or not_yet."""

    kiosk: str
    state: str
    key: str
    valid_after: datetime | None
    valid_before: datetime | None
    batches: int
    last_seq: int | None
    missing: tuple[int, ...]
    undecided: tuple[str, ...]


def standing(home: CityHome, at: datetime) -> tuple[KioskStanding, ...]:
    """Every registered key in the order of registration; the gaps an officer accepted stay among `missing`.

    Raises Refused `signers_unreadable` or `home_damaged`.
    """
    ledger = home.ledger()
    return tuple(_of(signer, ledger, at) for signer in home.signers().signers)


def refuse_unknown(home: CityHome, kiosk: str) -> None:
    """Refused("kiosk_not_registered") that names who is, or Refused("nobody_registered")."""
    known = sorted({signer.principal for signer in home.signers().signers})
    if not known:
        raise Refused("nobody_registered")
    if kiosk not in known:
        raise Refused("kiosk_not_registered", kiosk=kiosk, known="、".join(known))


def _of(signer: Signer, ledger: Ledger, at: datetime) -> KioskStanding:
    key = key_fingerprint(signer.public)
    mine = [line for line in ledger.seen if (line.kiosk, line.key) == (signer.principal, key)]
    return KioskStanding(
        kiosk=signer.principal,
        state=standing_at(signer, at),
        key=key,
        valid_after=signer.valid_after,
        valid_before=signer.valid_before,
        batches=len(mine),
        last_seq=max((line.seq for line in mine), default=None),
        missing=ledger.gaps(signer.principal, key),
        undecided=_undecided(mine, ledger),
    )


def _undecided(lines: Iterable[Seen], ledger: Ledger) -> tuple[str, ...]:
    return tuple(
        line.batch
        for line in lines
        if line.decision is None and not ledger.is_superseded(line.manifest_sha256)
    )
