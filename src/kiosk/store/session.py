"""The database of one counter day: everything personal lives here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine

from kiosk.store import tables_session
from kiosk.store.desk import (
    ApplicationRows,
    CustodyRows,
    GuidanceRows,
    KeyedRows,
    PortraitRows,
    StoredPortrait,
)
from kiosk.store.engine import memory_engine
from kiosk.store.journal import JournalRows
from kiosk.store.line import ReservationRows, TicketRows, VisitRows
from kiosk.store.pages import PageRows
from kiosk.store.schema import BeforeMigration, nothing_before
from kiosk.store.unit import OpenFile, Verb, opened


class SessionView:
    """The day inside one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db
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


class SessionWork(SessionView, Verb):
    """A verb of the counter."""


class SessionStore(OpenFile[SessionView, SessionWork]):
    """One day's open database."""

    def __init__(self, engine: Engine, at: tuple[Path, bytes] | None = None) -> None:
        super().__init__(engine, SessionView, SessionWork, at)

    @classmethod
    def open(cls, path: Path, key: bytes, before: BeforeMigration = nothing_before) -> SessionStore:
        """Opens the file, making or migrating it; raises what open_engine and bring_up raise."""
        return cls(opened(path, key, "session", before), (path, key))

    @classmethod
    def in_memory(cls) -> SessionStore:
        """A day that leaves nothing behind; the same tables."""
        engine = memory_engine()
        tables_session.metadata.create_all(engine)
        return cls(engine)

    def stream_portraits(self) -> Iterator[StoredPortrait]:
        """Every photo by ticket number, one in memory at a time, over a connection of its own."""
        with self.reading_alone() as view:
            yield from view.portraits.stream()
