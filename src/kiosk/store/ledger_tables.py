"""Every ledger of the office as it stands, table by table, for the last batch to the city."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from kiosk.store.tables_office import journal, metadata, settings

APART: Final = (settings, journal)
"""The settings hold this kiosk's keys; the journal goes in its own canonical form."""


class LedgerTables:
    """The ledgers inside one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def all(self) -> Iterator[tuple[str, tuple[str, ...], Sequence[Sequence[Any]]]]:
        """(name, columns, rows by primary key) of every table but settings and journal."""
        for table in metadata.sorted_tables:
            if table in APART:
                continue
            rows = self._db.execute(select(table).order_by(*table.primary_key))
            yield table.name, tuple(table.columns.keys()), [tuple(row) for row in rows]
