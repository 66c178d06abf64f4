"""The two sides of a hand-over, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.city.home import CityHome
from kiosk.sealing.batchfile import SealedBatch, seal_batch
from kiosk.sealing.cards import CityCard, KioskCard
from kiosk.sealing.keys import AgeIdentity, new_signing_key
from tests.sealing.days import FILES, JST, facts

AFTERNOON = datetime(2025, 11, 5, 15, 0, 0, tzinfo=JST)
NEXT_DAY = AFTERNOON + timedelta(days=1)
BEFORE = AFTERNOON - timedelta(days=30)


@dataclass
class Office:
    """A city home and its card."""

    home: CityHome
    card: CityCard

    def trust(self, counter: Counter, at: datetime = BEFORE, **validity: datetime) -> None:
        self.home.trust(counter.card_text(), at=at, **validity)

    def files(self) -> dict[str, bytes]:
        """Every byte the office keeps; to see that a check writes nothing."""
        folder = self.home.folder
        return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def an_office(folder: Path, *, practice: bool = False) -> Office:
    """A new city home."""
    return Office(*CityHome.create(folder, practice=practice, at=BEFORE))


@dataclass
class Counter:
    """A kiosk that seals one batch after the other."""

    outbox: Path
    office: Office
    kiosk: str = "K1"
    practice: bool = False
    key: Ed25519PrivateKey = field(default_factory=new_signing_key)
    identity: AgeIdentity = field(default_factory=AgeIdentity.new)
    sealed: list[SealedBatch] = field(default_factory=list)

    def card_text(self) -> str:
        card = KioskCard(self.practice, "13210", self.kiosk, self.key.public_key(), self.identity.recipient)
        return card.to_text(self.key)

    def seal(
        self,
        *,
        recipients: list[str] | None = None,
        files: tuple[tuple[str, bytes], ...] = FILES,
        **changes: Any,
    ) -> Path:
        """The next batch of the chain, unless `changes` say otherwise."""
        about = {
            "seq": len(self.sealed) + 1,
            "prev": self.sealed[-1].manifest_sha256 if self.sealed else None,
            "kiosk": self.kiosk,
            "lead": self.kiosk,
            "practice": self.practice,
            **changes,
        }
        made = facts(**about)
        self.outbox.mkdir(parents=True, exist_ok=True)
        target = self.outbox / f"{len(list(self.outbox.iterdir()))}-{made.name.file}"
        sealed = seal_batch(
            target,
            files,
            made,
            signing_key=self.key,
            recipients=recipients or [self.office.card.recipient],
        )
        self.sealed.append(sealed)
        return target
