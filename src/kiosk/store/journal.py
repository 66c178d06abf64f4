"""The journal of one database: appended in the same transaction as the act it tells of."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Insert, Row, Select, Table, func, insert, select

from kiosk.domain.journal import (
    EMPTY,
    Anchor,
    Detail,
    Entry,
    canonical_details,
    refuse_if_rolled_back,
    verify,
)
from kiosk.store.queries import only_first

BOOT: Final = secrets.token_hex(8)
"""Names this run of the program: `monotonic` of two entries compares only within one run."""

GUARDS: Final = ("journal_no_delete", "journal_no_replace", "journal_no_update")


@cache
def _head_of(table: Table) -> Select[tuple[int, str]]:
    """Built once: every touch that writes asks for the head."""
    return only_first(select(table.c.n, table.c.hash).order_by(table.c.n.desc()))


@cache
def _adding_to(table: Table) -> Insert:
    return insert(table)


class JournalRows:
    """The chain inside one transaction."""

    def __init__(self, db: Connection, table: Table) -> None:
        self._db = db
        self._table = table

    def head(self) -> Anchor:
        """Length and head as stored, unverified."""
        row = self._db.execute(_head_of(self._table)).first()
        return EMPTY if row is None else Anchor(row.n, row.hash)

    def append(
        self, act: str, object_: str, details: Mapping[str, Detail] | None = None, *, who: str, at: datetime
    ) -> Entry:
        """Adds one entry; `details` hold codes and counts, never personal data (ValueError for floats)."""
        head = self.head()
        entry = Entry(
            n=head.length + 1,
            prev=head.head,
            at=at.isoformat(timespec="milliseconds"),
            boot=BOOT,
            monotonic=time.monotonic_ns() // 1_000_000,
            who=who,
            act=act,
            object=object_,
            details=details or {},
        )
        self._db.execute(
            _adding_to(self._table),
            {
                "n": entry.n,
                "prev": entry.prev,
                "at": entry.at,
                "boot": entry.boot,
                "monotonic": entry.monotonic,
                "who": entry.who,
                "act": entry.act,
                "object": entry.object,
                "details": canonical_details(entry.details),
                "hash": entry.digest(),
            },
        )
        return entry

    def since_last(self, act: str, unless_about: str, wanted: Sequence[str]) -> tuple[Entry, ...]:
        """Entries of the `wanted` acts after the last `act` that was about something else."""
        table = self._table
        query = select(func.max(table.c.n)).where(table.c.act == act, table.c.object != unless_about)
        first = self._db.execute(query).scalar_one() or 0
        found = select(table).where(table.c.n > first, table.c.act.in_(wanted)).order_by(table.c.n)
        return tuple(_entry_of(row) for row in self._db.execute(found))

    def latest(self, until: int, count: int) -> tuple[Entry, ...]:
        """At most `count` entries from the one numbered `until` back, the newest first."""
        table = self._table
        query = select(table).where(table.c.n <= until).order_by(table.c.n.desc()).limit(count)
        return tuple(_entry_of(row) for row in self._db.execute(query))

    def hash_at(self, n: int) -> str | None:
        """The stored hash of entry `n`, unverified; None when there is no such entry."""
        return self._db.execute(select(self._table.c.hash).where(self._table.c.n == n)).scalar_one_or_none()

    def rows(self, since: Anchor = EMPTY) -> Iterator[tuple[Entry, str]]:
        """Entries after `since` with their stored hashes, in order of n."""
        table = self._table
        query = select(table).where(table.c.n > since.length).order_by(table.c.n)
        for row in self._db.execute(query):
            yield _entry_of(row), row.hash

    def entries(self) -> tuple[Entry, ...]:
        """The whole journal."""
        return tuple(entry for entry, _ in self.rows())

    def verify(self, since: Anchor = EMPTY) -> Anchor:
        """Walks the stored chain; its head. Raises Refused("journal_broken")."""
        return verify(self.rows(since), since)

    def refuse_if_rolled_back(self, kept: Anchor) -> Anchor:
        """Walks the stored chain and looks for the anchor kept elsewhere in it; the head.

        Raises Refused("journal_broken") or Refused("journal_rolled_back").
        """
        return refuse_if_rolled_back(self.rows(), kept)

    def is_guarded(self) -> bool:
        """Whether the triggers that refuse changes still stand."""
        found = self._db.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal' ORDER BY name"
        )
        return tuple(found.scalars()) == GUARDS


def _entry_of(row: Row[Any]) -> Entry:
    """Row to domain."""
    return Entry(
        n=row.n,
        prev=row.prev,
        at=row.at,
        boot=row.boot,
        monotonic=row.monotonic,
        who=row.who,
        act=row.act,
        object=row.object,
        details=json.loads(row.details),
    )
