"""The long-lived database: the contract's registers, ledgers and settings, and no visitor's data."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine

from kiosk.store import tables_office
from kiosk.store.desk import KeyedRows
from kiosk.store.engine import memory_engine, truncate_log
from kiosk.store.journal import JournalRows
from kiosk.store.ledger_tables import LedgerTables
from kiosk.store.ledgers import BatchRows, ErasureRows, FigureRows, HandoverRows, PaperRows
from kiosk.store.pages import PageRows
from kiosk.store.register_book import EntryRows
from kiosk.store.registers import AgendaRows, ApprovalRows, MediumRows, OpeningRows, StaffRows
from kiosk.store.schema import BeforeMigration, nothing_before
from kiosk.store.unit import OpenFile, Verb, opened
from kiosk.store.way import WayRows


class OfficeView:
    """The office inside one transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db
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


class OfficeWork(OfficeView, Verb):
    """A verb of the office."""


class OfficeStore(OpenFile[OfficeView, OfficeWork]):
    """The open office database."""

    def __init__(self, engine: Engine, at: tuple[Path, bytes] | None = None) -> None:
        super().__init__(engine, OfficeView, OfficeWork, at)

    @classmethod
    def open(cls, path: Path, key: bytes, before: BeforeMigration = nothing_before) -> OfficeStore:
        """Opens the file, making or migrating it; raises what open_engine and bring_up raise."""
        return cls(opened(path, key, "office", before), (path, key))

    @classmethod
    def in_memory(cls) -> OfficeStore:
        """An office that leaves nothing behind; the same tables."""
        engine = memory_engine()
        tables_office.metadata.create_all(engine)
        return cls(engine)

    def checkpoint(self) -> bool:
        """Empties the write-ahead log into the file; whether all of it went, as an erasure needs it."""
        return truncate_log(self._engine)
