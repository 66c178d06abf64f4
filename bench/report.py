"""The month's report over a million statistics rows, against the same question asked in bare SQL."""

from __future__ import annotations

import tempfile
import time
from datetime import datetime
from pathlib import Path

import sqlcipher3  # type: ignore[import-untyped]

from bench.counter_window import open_counter
from bench.measure import Measured, side_by_side
from kiosk.domain.ledger import Opening, VisitFigures
from kiosk.services.catalogue import agenda_days
from kiosk.services.clock import JST
from kiosk.services.reports import ReportDesk
from kiosk.store.engine import PRAGMAS, key_literal
from kiosk.store.office import OfficeStore
from tests.house import Counterday

ROWS = 1_000_000
MONTH = "2025-11"
TURNS = 5
BAR = 1.5
BARE = """
    SELECT session, service, reserved, outcome, reason, count(*), count(waited_s), sum(waited_s),
           max(waited_s), count(served_s), sum(served_s)
    FROM figures WHERE session BETWEEN '2025-08-01' AND '2025-11-30'
    GROUP BY session, service, reserved, outcome, reason
"""
KEY = bytes(range(32))


def measure() -> list[Measured]:
    """The figures alone, and with the three files made of them."""
    with tempfile.TemporaryDirectory() as scratch, open_counter() as day:
        file = Path(scratch) / "office.db"
        office = OfficeStore.open(file, KEY)
        _fill(office, day)
        kept, day.desk.office_db = day.desk.office, office
        bare = sqlcipher3.connect(str(file), isolation_level=None)
        bare.execute(f"PRAGMA key = {key_literal(KEY)}")
        for pragma in PRAGMAS:
            bare.execute(f"PRAGMA {pragma}")
        reports = ReportDesk(day.desk)

        def counted() -> float:
            began = time.perf_counter()
            reports.month(MONTH)
            return (time.perf_counter() - began) * 1000

        def whole() -> float:
            began = time.perf_counter()
            reports.files(MONTH)
            return (time.perf_counter() - began) * 1000

        def theirs() -> float:
            began = time.perf_counter()
            bare.execute(BARE).fetchall()
            return (time.perf_counter() - began) * 1000

        lines = [
            Measured(what, "the bare SQL", *side_by_side(ours, theirs, turns=TURNS), BAR)
            for what, ours in (
                (f"month report over {ROWS:,} rows, figures", counted),
                (f"month report over {ROWS:,} rows, with PDF, xlsx, csv", whole),
            )
        ]
        bare.close()
        day.desk.office_db = kept
        office.close()
        return lines


def _fill(office: OfficeStore, day: Counterday) -> None:
    """Sessions of August to November, one visit written by the program and multiplied by the database."""
    days = [one.date for one in agenda_days(day.desk.rules) if one.date.isoformat() <= "2025-11-30"]
    each = ROWS // len(days)
    with office.work() as work:
        for on in days:
            opened = datetime(on.year, on.month, on.day, 9, tzinfo=JST)
            work.openings.save(Opening(on, "K1", "本町公民館", "sato", opened))
        first = [
            VisitFigures(days[0], "K1", "A000", "A", True, "accepted", None, 300, 900),
            VisitFigures(days[0], "K1", "B000", "B", False, "applied_online", None, 200, 700, 1),
            VisitFigures(days[0], "K1", "C000", "A", True, "stopped", "R02", 100, None),
        ]
        work.figures.add_visits(first)
        for on in days:
            for line in first:
                columns = "service, reserved, outcome, reason, waited_s, served_s, photos"
                work._db.exec_driver_sql(
                    f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {each // 3}) "
                    f"INSERT OR REPLACE INTO figures (session, kiosk, ticket, {columns}) "
                    f"SELECT '{on.isoformat()}', 'K1', printf('{line.ticket[0]}%06d', i), {columns} "
                    f"FROM figures, n WHERE session = '{days[0].isoformat()}' AND ticket = '{line.ticket}'"
                )
        work.commit()
