"""The database of one counter day: everything personal lives here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from kiosk.domain.errors import Refused
from kiosk.store import tables_session
from kiosk.store.desk import (
    ApplicationRows,
    CustodyRows,
    GuidanceRows,
    KeyedRows,
    PortraitRows,
    StoredPortrait,
)
from kiosk.store.engine import memory_engine, open_engine
from kiosk.store.journal import JournalRows
from kiosk.store.line import ReservationRows, TicketRows, VisitRows
from kiosk.store.pages import PageRows
from kiosk.store.schema import BeforeMigration, bring_up, nothing_before
from kiosk.store.unit import viewing, working


class SessionView:
    """The day inside one transaction."""

    def __init__(self, db: Connection) -> None:
        self.reservations = ReservationRows(db)
        self.tickets = TicketRows(db)
        self.visits = VisitRows(db)
        self.custody = CustodyRows(db)
        self.applications = ApplicationRows(db)
        self.portraits = PortraitRows(db)
        self.guidance = GuidanceRows(db)
        self.meta = KeyedRows(db, tables_session.meta)
        self.journal = JournalRows(db, tables_session.journal)
        self.pages = PageRows(db, "session")


class SessionWork(SessionView):
    """A verb of the counter: kept only when commit() is called."""

    def __init__(self, db: Connection) -> None:
        super().__init__(db)
        self._db = db

    def commit(self) -> None:
        """Makes everything done in this unit durable. Raises Trouble("disk_full") and the like."""
        self._db.commit()


class SessionStore:
    """One day's open database."""

    def __init__(self, engine: Engine, path: Path | None = None, key: bytes | None = None) -> None:
        self._open_engine: Engine | None = engine
        self._path = path
        self._key = key

    @property
    def _engine(self) -> Engine:
        if self._open_engine is None:
            raise Refused("locked")
        return self._open_engine

    @classmethod
    def open(cls, path: Path, key: bytes, before: BeforeMigration = nothing_before) -> SessionStore:
        """Opens the file, making or migrating it; raises what open_engine and bring_up raise."""
        engine = open_engine(path, key)
        try:
            bring_up(engine, "session", path, before)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, path, key)

    @classmethod
    def in_memory(cls) -> SessionStore:
        """A day that leaves nothing behind; the same tables."""
        engine = memory_engine()
        tables_session.metadata.create_all(engine)
        return cls(engine)

    def work(self) -> AbstractContextManager[SessionWork]:
        """A transaction that writes: `with store.work() as work: …; work.commit()`."""
        return working(self._engine, SessionWork)

    def reading(self) -> AbstractContextManager[SessionView]:
        """A transaction that only reads."""
        return viewing(self._engine, SessionView)

    @contextmanager
    def reading_alone(self) -> Iterator[SessionView]:
        """A view on a read-only connection of its own, for a job beside the main thread."""
        if self._open_engine is None or self._path is None or self._key is None:
            with self.reading() as view:
                yield view
            return
        engine = open_engine(self._path, self._key, read_only=True)
        try:
            with viewing(engine, SessionView) as view:
                yield view
        finally:
            engine.dispose()

    def stream_portraits(self) -> Iterator[StoredPortrait]:
        """Every photo by ticket number, one in memory at a time, over a connection of its own."""
        with self.reading_alone() as view:
            yield from view.portraits.stream()

    def close(self) -> None:
        """Closes every connection and lets go of the key; afterwards Refused("locked"); repeatable."""
        if self._open_engine is not None:
            self._open_engine.dispose()
        self._open_engine = self._path = self._key = None
