"""The entries of the office's registers: added, corrected by a further revision, never changed."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from kiosk.domain.register_book import Entry
from kiosk.store.mapping import Row, Values
from kiosk.store.tables_office import entries


class EntryRows:
    """The entries inside one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def next_number(self, register: str) -> int:
        """The number of the next entry of a register; it counts once added and committed."""
        query = select(func.max(entries.c.number)).where(entries.c.register == register)
        return (self._db.execute(query).scalar_one() or 0) + 1

    def add(self, entry: Entry) -> None:
        """Adds an entry or a further revision."""
        self._db.execute(insert(entries).values(_values(entry)))

    def latest(self, register: str) -> tuple[Entry, ...]:
        """Every entry of a register as it stands now, by number."""
        newest = (
            select(entries.c.number, func.max(entries.c.revision).label("revision"))
            .where(entries.c.register == register)
            .group_by(entries.c.number)
            .subquery()
        )
        query = (
            select(entries)
            .join(
                newest,
                (entries.c.number == newest.c.number) & (entries.c.revision == newest.c.revision),
            )
            .where(entries.c.register == register)
            .order_by(entries.c.number)
        )
        return tuple(_entry(row) for row in self._db.execute(query))

    def history(self, register: str, number: int) -> tuple[Entry, ...]:
        """Every revision of one entry, the first one first; empty when there is none."""
        query = select(entries).where(entries.c.register == register, entries.c.number == number)
        return tuple(_entry(row) for row in self._db.execute(query.order_by(entries.c.revision)))


def _values(entry: Entry) -> Values:
    """Domain to row."""
    return {
        "register": entry.register,
        "number": entry.number,
        "revision": entry.revision,
        "at": entry.at.isoformat(),
        "operator": entry.operator,
        "reason": entry.reason,
        "words": json.dumps(dict(entry.words), ensure_ascii=False, sort_keys=True),
    }


def _entry(row: Row) -> Entry:
    """Row to domain."""
    return Entry(
        register=row.register,
        number=row.number,
        revision=row.revision,
        at=datetime.fromisoformat(row.at),
        operator=row.operator,
        reason=row.reason,
        words=json.loads(row.words),
    )
