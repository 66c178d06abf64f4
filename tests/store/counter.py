"""What the store's tests talk about: a manager, a receptionist, a day, visitors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from kiosk.domain.staff import Operator, Role
from kiosk.domain.ticket import Ticket
from kiosk.domain.visit import Service, State, Step, StepKind, Visit
from kiosk.store.device_secrets import DeviceSecrets
from kiosk.store.session import SessionView
from kiosk.store.slots import KdfCost
from kiosk.store.vault import Vault

QUICK = KdfCost(memory_kib=64, iterations=1, lanes=1)
MANAGER = Operator("m01", "管理 花子", Role.MANAGER)
PHRASE = "midori no mado 7"
CLERK = Operator("s01", "受付 太郎", Role.STAFF)
PIN = "40718253"
DAY = date(2025, 11, 5)
JST = timezone(timedelta(hours=9))
NINE = datetime(2025, 11, 5, 9, 0, tzinfo=JST)
NAME = "髙橋﨑太郎左衛門"
KANA = "タカハシサキタロウザエモン"


@dataclass
class Clock:
    """Seconds since 1970, and seconds since the PC was started."""

    now: float = 1_762_300_000.0
    since_start: float = 100.0

    def wall(self) -> float:
        """What the PC shows."""
        return self.now

    def steady(self) -> float:
        """What nobody can set."""
        return self.since_start

    def passes(self, seconds: float) -> None:
        """Time goes by on both."""
        self.now += seconds
        self.since_start += seconds


def again(vault: Vault, secrets: DeviceSecrets, clock: Clock) -> Vault:
    """The same kiosk after the program was started anew."""
    root = vault.folder.root
    vault.close()
    return Vault(root, secrets, cost=QUICK, clock=clock.wall, ticks=clock.steady)


def receive(work: SessionView, name: str = NAME, letter: str = "A") -> Visit:
    """A visitor gets a number: ticket, visit and journal entry, not yet committed."""
    number = work.tickets.next(letter)
    work.tickets.save(Ticket(number, Service(letter), NINE))
    visit = Visit(
        ticket=number,
        service=Service(letter),
        state=State.RECEIVED,
        steps=(Step(StepKind.CHECK_IN, NINE, "s01"),),
        name=name,
        kana=KANA,
    )
    work.visits.save(visit)
    work.journal.append("ticket", number, {"service": letter}, who="s01", at=NINE)
    return visit


def bytes_below(root: Path) -> bytes:
    """Every byte of every file under a folder."""
    return b"\0".join(path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())


def edited(vault: Vault, operator: int, **changes: Any) -> None:
    """Somebody edits access.json with a text editor."""
    path = vault.folder.access
    content = json.loads(path.read_text(encoding="utf-8"))
    content["operators"][operator].update(changes)
    path.write_text(json.dumps(content), encoding="utf-8")
