"""The long-lived database: the contract's registers, ledgers and settings, and no visitor's data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from kiosk.domain.errors import Refused
from kiosk.store import tables_office
from kiosk.store.desk import KeyedRows
from kiosk.store.engine import memory_engine, open_engine, truncate_log
from kiosk.store.journal import JournalRows
from kiosk.store.ledger_tables import LedgerTables
from kiosk.store.ledgers import BatchRows, ErasureRows, FigureRows, HandoverRows, PaperRows
from kiosk.store.pages import PageRows
from kiosk.store.register_book import EntryRows
from kiosk.store.registers import AgendaRows, ApprovalRows, MediumRows, OpeningRows, StaffRows
from kiosk.store.schema import BeforeMigration, bring_up, nothing_before
from kiosk.store.unit import viewing, working
from kiosk.store.way import WayRows


class OfficeView:
    """The office inside one transaction."""

    def __init__(self, db: Connection) -> None:
        self.settings = KeyedRows(db, tables_office.settings)
        self.agenda = AgendaRows(db)
        self.openings = OpeningRows(db)
        self.approvals = ApprovalRows(db)
        self.media = MediumRows(db)
        self.staff = StaffRows(db)
        self.handovers = HandoverRows(db)
        self.batches = BatchRows(db)
        self.erasures = ErasureRows(db)
        self.papers = PaperRows(db)
        self.way = WayRows(db)
        self.figures = FigureRows(db)
        self.entries = EntryRows(db)
        self.journal = JournalRows(db, tables_office.journal)
        self.tables = LedgerTables(db)
        self.pages = PageRows(db, "office")


class OfficeWork(OfficeView):
    """A verb of the office: kept only when commit() is called."""

    def __init__(self, db: Connection) -> None:
        super().__init__(db)
        self._db = db

    def commit(self) -> None:
        """Makes everything done in this unit durable. Raises Trouble("disk_full") and the like."""
        self._db.commit()


class OfficeStore:
    """The open office database."""

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
    def open(cls, path: Path, key: bytes, before: BeforeMigration = nothing_before) -> OfficeStore:
        """Opens the file, making or migrating it; raises what open_engine and bring_up raise."""
        engine = open_engine(path, key)
        try:
            bring_up(engine, "office", path, before)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, path, key)

    @classmethod
    def in_memory(cls) -> OfficeStore:
        """An office that leaves nothing behind; the same tables."""
        engine = memory_engine()
        tables_office.metadata.create_all(engine)
        return cls(engine)

    def work(self) -> AbstractContextManager[OfficeWork]:
        """A transaction that writes: `with office.work() as work: …; work.commit()`."""
        return working(self._engine, OfficeWork)

    def reading(self) -> AbstractContextManager[OfficeView]:
        """A transaction that only reads."""
        return viewing(self._engine, OfficeView)

    @contextmanager
    def reading_alone(self) -> Iterator[OfficeView]:
        """A view on a read-only connection of its own, for an inspection beside the main thread."""
        if self._open_engine is None or self._path is None or self._key is None:
            with self.reading() as view:
                yield view
            return
        engine = open_engine(self._path, self._key, read_only=True)
        try:
            with viewing(engine, OfficeView) as view:
                yield view
        finally:
            engine.dispose()

    def checkpoint(self) -> bool:
        """Empties the write-ahead log into the file; whether all of it went, as an erasure needs it."""
        return truncate_log(self._engine)

    def close(self) -> None:
        """Closes every connection and lets go of the key; afterwards Refused("locked"); repeatable."""
        if self._open_engine is not None:
            self._open_engine.dispose()
        self._open_engine = self._path = self._key = None
