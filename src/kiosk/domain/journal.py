"""The hash-chained record of acts: what an entry is, how it is hashed, when a chain is whole."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import rfc8785

from kiosk.domain.errors import Refused

Detail = str | int | bool | None | Sequence["Detail"] | Mapping[str, "Detail"]

GENESIS = "0" * 64
"""What the first entry names as its predecessor."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Length and head of a chain at one moment; kept elsewhere, so a shortened chain is noticed."""

    length: int
    head: str


EMPTY = Anchor(0, GENESIS)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act: `at` is wall time as ISO 8601, `monotonic` milliseconds within the run named by `boot`.

    `details` holds no personal data: codes, counts, ticket numbers, approval numbers.
    """

    n: int
    prev: str
    at: str
    boot: str
    monotonic: int
    who: str
    act: str
    object: str
    details: Mapping[str, Detail]

    def canonical(self) -> bytes:
        """The RFC 8785 bytes that are hashed; raises ValueError for what must not be in a journal."""
        return rfc8785.dumps(
            {
                "n": self.n,
                "prev": self.prev,
                "at": self.at,
                "boot": self.boot,
                "monotonic": self.monotonic,
                "who": _plain(self.who),
                "act": _plain(self.act),
                "object": _plain(self.object),
                "details": _plain(self.details),
            }
        )

    def digest(self) -> str:
        """SHA-256 of the canonical bytes, as 64 hexadecimal digits."""
        return hashlib.sha256(self.canonical()).hexdigest()


def canonical_details(details: Mapping[str, Detail]) -> str:
    """The details as they are stored: RFC 8785 text, NFC, integers only."""
    return rfc8785.dumps(_plain(details)).decode()


def verify(rows: Iterable[tuple[Entry, str]], since: Anchor = EMPTY) -> Anchor:
    """Walk (entry, stored hash) in order of n, starting after `since`; the head reached.

    Raises Refused("journal_broken", at=n) at the first entry that does not follow from the one before.
    """
    length, head = since.length, since.head
    for entry, stored in rows:
        if not follows(entry, stored, Anchor(length, head)):
            raise Refused("journal_broken", at=length + 1)
        length, head = entry.n, stored
    return Anchor(length, head)


def follows(entry: Entry, stored: str, before: Anchor) -> bool:
    """Whether an entry with its stored hash is the one after `before`."""
    return entry.n == before.length + 1 and entry.prev == before.head and _digest_or_none(entry) == stored


def refuse_if_rolled_back(rows: Iterable[tuple[Entry, str]], anchor: Anchor) -> Anchor:
    """Verify the whole chain and that it still contains `anchor`; the head reached.

    An older file put back is a valid chain by itself: only the anchor kept elsewhere tells.
    Raises Refused("journal_broken") or Refused("journal_rolled_back", kept=…, found=…).
    """
    seen: list[str] = [GENESIS]

    def watched() -> Iterable[tuple[Entry, str]]:
        for entry, stored in rows:
            seen.append(stored)
            yield entry, stored

    found = verify(watched())
    if found.length < anchor.length:
        raise Refused("journal_rolled_back", kept=anchor.length, found=found.length)
    if seen[anchor.length] != anchor.head:
        raise Refused("journal_broken", at=anchor.length)
    return found


def _digest_or_none(entry: Entry) -> str | None:
    try:
        return entry.digest()
    except ValueError:
        return None


def _plain(value: Detail) -> Detail:
    # JSON numbers beyond 2**53 and fractions do not survive every reader, so only small integers pass.
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise ValueError("journal text is not NFC")
        return value
    if isinstance(value, Mapping):
        return {_key(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    raise ValueError(f"a journal holds no {type(value).__name__}")


def _key(key: str) -> str:
    if not isinstance(key, str) or not unicodedata.is_normalized("NFC", key):
        raise ValueError("journal keys are NFC text")
    return key
