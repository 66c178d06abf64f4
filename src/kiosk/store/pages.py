"""Is a database file whole: its pages under their seals, its tables in order, its triggers in place."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, MetaData

from kiosk.store import tables_office, tables_session
from kiosk.store.engine import memory_engine
from kiosk.store.schema import Which

_TABLES: dict[Which, MetaData] = {"office": tables_office.metadata, "session": tables_session.metadata}
_TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"


class PageRows:
    """Questions about the file itself, inside one transaction."""

    def __init__(self, db: Connection, which: Which) -> None:
        self._db = db
        self._which = which

    def faults(self) -> int:
        """How many places of the file are damaged: pages whose seal does not hold, tables out of order.

        The write-ahead log is read under its own checksums and is not looked through here.
        """
        broken = self._db.exec_driver_sql("PRAGMA cipher_integrity_check").all()
        if broken:
            return len(broken)
        said = self._db.exec_driver_sql("PRAGMA quick_check").scalars().all()
        return 0 if said == ["ok"] else len(said)

    def guards_missing(self) -> tuple[str, ...]:
        """Names of triggers that are gone or are not what the program declares."""
        found = {row[0]: _plain(row[1]) for row in self._db.exec_driver_sql(_TRIGGERS)}
        return tuple(name for name, sql in _declared(self._which).items() if found.get(name) != sql)

    def restore_guards(self) -> None:
        """Puts the declared triggers back in place of what stands there."""
        wanted = _declared(self._which)
        for name in self.guards_missing():
            self._db.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            self._db.exec_driver_sql(wanted[name])


@cache
def _declared(which: Which) -> dict[str, str]:
    engine = memory_engine()
    try:
        _TABLES[which].create_all(engine)
        with engine.connect() as db:
            return {row[0]: _plain(row[1]) for row in db.exec_driver_sql(_TRIGGERS)}
    finally:
        engine.dispose()


def _plain(sql: str) -> str:
    # The database keeps the text as it was sent: a migration breaks its lines elsewhere.
    return " ".join(sql.split())
