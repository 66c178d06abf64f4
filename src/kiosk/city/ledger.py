"""What the city has received: numbers follow each other, none comes twice, none is silently missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from kiosk.domain.batch import CITY, KIOSK, LARGEST_SEQ, BatchName, Manifest
from kiosk.domain.canonical import Fields, Reasons, canonical, read_canonical
from kiosk.domain.errors import Refused

FORMAT = "kiosk-city-seen-v1"
LARGEST_LEDGER = 64 << 20
_FINGERPRINT = r"SHA256:[A-Za-z0-9+/]{43}"
DAMAGED = Reasons(*["home_damaged"] * 5)


@dataclass(frozen=True, slots=True)
class Seen:
    """One batch the city has taken in; `key` is the fingerprint of the key that signed it."""

    city: str
    kiosk: str
    key: str
    seq: int
    manifest_sha256: str
    prev: str | None
    supersedes: str | None
    session: date
    at: datetime
    decision: str | None = None

    @staticmethod
    def of(manifest: Manifest, manifest_sha256: str, key: str, at: datetime) -> Seen:
        """The line for a batch that comes in now."""
        facts = manifest.facts
        return Seen(
            city=facts.city,
            kiosk=facts.kiosk,
            key=key,
            seq=facts.seq,
            manifest_sha256=manifest_sha256,
            prev=facts.prev,
            supersedes=facts.supersedes,
            session=facts.session,
            at=at.replace(microsecond=0),
        )

    @property
    def batch(self) -> str:
        """The batch's file name."""
        return BatchName(self.city, self.kiosk, self.seq, self.session).file


@dataclass(frozen=True, slots=True)
class AcceptedGap:
    """Numbers the officer went on without, and why."""

    kiosk: str
    key: str
    first: int
    last: int
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything seen; a new key of a kiosk begins a new count."""

    seen: tuple[Seen, ...] = ()
    accepted: tuple[AcceptedGap, ...] = ()

    def find(self, manifest_sha256: str) -> Seen | None:
        """The line of exactly this batch."""
        return next((line for line in self.seen if line.manifest_sha256 == manifest_sha256), None)

    def judge(self, new: Seen) -> tuple[int, ...]:
        """The numbers still missing before this batch; the same batch again is judged the same way.

        Raises Refused `batch_replay` (another batch under a number already seen) or `batch_fork`
        (it does not follow from the batch before, or the batch after does not follow from it).
        """
        numbers = {line.seq: line for line in self._of(new.kiosk, new.key)}
        same = numbers.get(new.seq)
        if same is not None and same.manifest_sha256 != new.manifest_sha256:
            raise Refused("batch_replay", kiosk=new.kiosk, seq=new.seq)
        before, behind = numbers.get(new.seq - 1), numbers.get(new.seq + 1)
        follows = (new.prev is None) == (new.seq == 1)
        if before is not None and before.manifest_sha256 != new.prev:
            follows = False
        if behind is not None and behind.prev != new.manifest_sha256:
            follows = False
        if not follows:
            raise Refused("batch_fork", kiosk=new.kiosk, seq=new.seq)
        accepted = self._accepted(new.kiosk, new.key)
        return tuple(n for n in range(1, new.seq) if n not in numbers and n not in accepted)

    def gaps(self, kiosk: str, key: str) -> tuple[int, ...]:
        """All numbers of a kiosk that never came, accepted or not; listed until they come."""
        numbers = {line.seq for line in self._of(kiosk, key)}
        return tuple(n for n in range(1, max(numbers, default=0)) if n not in numbers)

    def is_superseded(self, manifest_sha256: str) -> bool:
        """Whether a later batch says it replaces this one."""
        return any(line.supersedes == manifest_sha256 for line in self.seen)

    def with_seen(self, new: Seen) -> Ledger:
        """The ledger with this batch; its first time and its decision stay."""
        if self.find(new.manifest_sha256) is not None:
            return self
        return replace(self, seen=(*self.seen, new))

    def with_decision(self, manifest_sha256: str, decision: str) -> Ledger:
        """The ledger with the city's word on a batch it knows."""
        lines = (
            replace(line, decision=decision) if line.manifest_sha256 == manifest_sha256 else line
            for line in self.seen
        )
        return replace(self, seen=tuple(lines))

    def with_accepted(self, missing: Iterable[int], gap: AcceptedGap) -> Ledger:
        """The ledger with a reason for each run of missing numbers; `gap` gives all but the numbers."""
        runs = (replace(gap, first=first, last=last) for first, last in runs_of(missing))
        return replace(self, accepted=(*self.accepted, *runs))

    def to_bytes(self) -> bytes:
        """seen.json."""
        seen: list[dict[str, Any]] = [
            {
                "city": line.city,
                "kiosk": line.kiosk,
                "key": line.key,
                "seq": line.seq,
                "manifest_sha256": line.manifest_sha256,
                "prev": line.prev,
                "supersedes": line.supersedes,
                "session": line.session.isoformat(),
                "at": line.at.isoformat(timespec="seconds"),
                "decision": line.decision,
            }
            for line in self.seen
        ]
        accepted: list[dict[str, Any]] = [
            {
                "kiosk": gap.kiosk,
                "key": gap.key,
                "first": gap.first,
                "last": gap.last,
                "reason": gap.reason,
                "by": gap.by,
                "at": gap.at.isoformat(timespec="seconds"),
            }
            for gap in self.accepted
        ]
        return canonical({"format": FORMAT, "seen": seen, "accepted": accepted})

    @staticmethod
    def from_bytes(untrusted: bytes) -> Ledger:
        """The ledger of seen.json; Refused("home_damaged")."""
        fields = read_canonical(untrusted, DAMAGED, LARGEST_LEDGER)
        fields.version(FORMAT)
        ledger = Ledger(
            fields.each("seen", _seen, most=1_000_000), fields.each("accepted", _gap, most=1_000_000)
        )
        fields.finish()
        return ledger

    def _of(self, kiosk: str, key: str) -> Iterable[Seen]:
        return (line for line in self.seen if (line.kiosk, line.key) == (kiosk, key))

    def _accepted(self, kiosk: str, key: str) -> set[int]:
        mine = (gap for gap in self.accepted if (gap.kiosk, gap.key) == (kiosk, key))
        return {n for gap in mine for n in range(gap.first, gap.last + 1)}


def spoken_code(manifest_sha256: str) -> str:
    """照合番号: the first characters of the manifest's hash, as on the 納品書, to be read aloud."""
    return f"{manifest_sha256[:4]} {manifest_sha256[4:8]}"


def runs_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending numbers as (first, last) of each unbroken run."""
    runs: list[tuple[int, int]] = []
    for n in numbers:
        if runs and runs[-1][1] == n - 1:
            runs[-1] = (runs[-1][0], n)
        else:
            runs.append((n, n))
    return runs


def in_words(numbers: Iterable[int]) -> str:
    """Numbers as a person reads them: 2、4〜7."""
    return "、".join(f"{a}" if a == b else f"{a}〜{b}" for a, b in runs_of(numbers))


def _seen(fields: Fields) -> Seen:
    return Seen(
        city=fields.text("city", CITY),
        kiosk=fields.text("kiosk", KIOSK),
        key=fields.text("key", _FINGERPRINT),
        seq=fields.whole("seq", 1, LARGEST_SEQ),
        manifest_sha256=fields.sha256("manifest_sha256"),
        prev=fields.sha256_or_none("prev"),
        supersedes=fields.sha256_or_none("supersedes"),
        session=fields.day("session"),
        at=fields.moment("at"),
        decision=fields.text_or_none("decision", "accept|reject"),
    )


def _gap(fields: Fields) -> AcceptedGap:
    return AcceptedGap(
        kiosk=fields.text("kiosk", KIOSK),
        key=fields.text("key", _FINGERPRINT),
        first=fields.whole("first", 1, LARGEST_SEQ),
        last=fields.whole("last", 1, LARGEST_SEQ),
        reason=fields.text("reason"),
        by=fields.text("by"),
        at=fields.moment("at"),
    )
