"""Reads and writes signed JSON: one spelling only (RFC 8785), nothing unknown, nothing twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import rfc8785

from kiosk.domain.errors import Refused

_SHA256 = re.compile(r"[0-9a-f]{64}")
_COUNT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
LARGEST_COUNT = 10_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reasons:
    """Under which keys one kind of document is refused."""

    malformed: str
    duplicate_key: str
    not_canonical: str
    unknown_version: str
    field: str


def canonical(plain: Mapping[str, Any]) -> bytes:
    """The RFC 8785 bytes of a document made by us."""
    return rfc8785.dumps(dict(plain))


class Fields:
    """The fields of one untrusted object, each taken once and checked; `finish` refuses what is left."""

    def __init__(self, reasons: Reasons, untrusted: Mapping[str, Any], path: str = "") -> None:
        self._reasons = reasons
        self._rest = dict(untrusted)
        self._path = path

    def wrong(self, name: str) -> Refused:
        """The refusal that names a field, never its content."""
        return Refused(self._reasons.field, field=f"{self._path}{name}"[:80])

    def take(self, name: str) -> Any:
        """The raw value; refused when missing."""
        if name not in self._rest:
            raise self.wrong(name)
        return self._rest.pop(name)

    def version(self, expected: str) -> None:
        """The document's format; another one is refused by its own key before anything else is read."""
        if self._rest.pop("format", None) != expected:
            raise Refused(self._reasons.unknown_version)

    def has(self, name: str) -> bool:
        """Whether a field that may be left out is there."""
        return name in self._rest

    def text(self, name: str, pattern: str = r"[^\x00-\x1f\x7f]{1,200}") -> str:
        """Text that matches the whole pattern."""
        value = self.take(name)
        if not isinstance(value, str) or re.fullmatch(pattern, value, re.ASCII) is None:
            raise self.wrong(name)
        return value

    def text_or_none(self, name: str, pattern: str = r"[^\x00-\x1f\x7f]{1,200}") -> str | None:
        """Text that matches the whole pattern, or null."""
        return None if self._none(name) else self.text(name, pattern)

    def sha256(self, name: str) -> str:
        """64 lower-case hexadecimal digits."""
        return self.text(name, _SHA256.pattern)

    def sha256_or_none(self, name: str) -> str | None:
        """64 lower-case hexadecimal digits, or null."""
        return None if self._none(name) else self.sha256(name)

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number within bounds; true and false are no numbers."""
        value = self.take(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(name)
        return value

    def flag(self, name: str) -> bool:
        """true or false."""
        value = self.take(name)
        if not isinstance(value, bool):
            raise self.wrong(name)
        return value

    def day(self, name: str) -> date:
        """A day as YYYY-MM-DD."""
        value = self.text(name, r"\d{4}-\d{2}-\d{2}")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.wrong(name) from None

    def moment(self, name: str) -> datetime:
        """Wall time with its offset, to the second, in the one spelling `isoformat` gives."""
        value = self.text(name, r"[0-9T:+-]{25}")
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise self.wrong(name) from None
        if moment.tzinfo is None or moment.isoformat(timespec="seconds") != value:
            raise self.wrong(name)
        return moment

    def counts(self, name: str) -> dict[str, int]:
        """A flat object of counts."""
        value = self.take(name)
        if not isinstance(value, dict) or len(value) > 100:
            raise self.wrong(name)
        inner = Fields(self._reasons, value, f"{self._path}{name}.")
        for kind in value:
            if _COUNT_NAME.fullmatch(kind) is None:
                raise self.wrong(name)
        return {kind: inner.whole(kind, 0, LARGEST_COUNT) for kind in value}

    def inner(self, name: str) -> Fields:
        """An object inside this one."""
        value = self.take(name)
        if not isinstance(value, dict):
            raise self.wrong(name)
        return Fields(self._reasons, value, f"{self._path}{name}.")

    def each(self, name: str, read: Callable[[Fields], T], most: int = 10_000) -> tuple[T, ...]:
        """A list of objects, each read by `read` to its last field."""
        value = self.take(name)
        if not isinstance(value, list) or len(value) > most:
            raise self.wrong(name)
        found: list[T] = []
        for item in value:
            if not isinstance(item, dict):
                raise self.wrong(name)
            inner = Fields(self._reasons, item, f"{self._path}{name}.")
            found.append(read(inner))
            inner.finish()
        return tuple(found)

    def sha256_list(self, name: str, most: int) -> tuple[str, ...]:
        """A list of 1 to `most` hashes."""
        value = self.take(name)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise self.wrong(name)
        if not all(isinstance(item, str) and _SHA256.fullmatch(item) for item in value):
            raise self.wrong(name)
        return tuple(value)

    def finish(self) -> None:
        """Refuses a field nobody asked for: it would be signed, yet unread."""
        for name in self._rest:
            raise self.wrong(name)

    def _none(self, name: str) -> bool:
        if name in self._rest and self._rest[name] is None:
            del self._rest[name]
            return True
        return False


def read_canonical(untrusted: bytes, reasons: Reasons, largest: int) -> Fields:
    """The fields of a signed document, of which only the RFC 8785 spelling is accepted.

    Raises Refused under one of `reasons`.
    """
    if len(untrusted) > largest:
        raise Refused(reasons.malformed)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            # Two readers may pick different values of a key that stands twice.
            raise Refused(reasons.duplicate_key)
        return found

    def no_fraction(_text: str) -> Any:
        raise ValueError("numbers are whole")

    try:
        value = json.loads(
            untrusted.decode("utf-8"),
            object_pairs_hook=once,
            parse_float=no_fraction,
            parse_constant=no_fraction,
        )
    except (ValueError, RecursionError):
        raise Refused(reasons.malformed) from None
    if not isinstance(value, dict):
        raise Refused(reasons.malformed)
    try:
        again = rfc8785.dumps(value)
    except (ValueError, RecursionError):
        raise Refused(reasons.not_canonical) from None
    if again != untrusted:
        raise Refused(reasons.not_canonical)
    return Fields(reasons, value)
