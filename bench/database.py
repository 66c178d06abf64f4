"""The encrypted databases: commits, opening, and whether a number takes as long at the end of the day."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import sqlcipher3  # type: ignore[import-untyped]
from sqlalchemy import Column, Integer, MetaData, String, Table, insert

from bench.counter_window import open_counter
from bench.measure import Measured, side_by_side
from kiosk.domain.ledger import VisitFigures
from kiosk.domain.visit import Reason, Service
from kiosk.store.engine import PRAGMAS, open_engine
from kiosk.store.tables_office import figures
from kiosk.store.unit import working
from tests.house import Counterday

COMMITS = 60
OPENINGS = 15
NUMBERS = 15
FLAT = 1.2
STATISTICS = 300_000
PER_DAY = 1_000
ROWS = Table("step", MetaData(), Column("id", Integer, primary_key=True), Column("words", String))
# Made once, as the statements of the line and of the journals are.
ADD = insert(ROWS)
SQLITE_KNOWS = tuple(pragma for pragma in PRAGMAS if not pragma.startswith("cipher_"))


def measure() -> list[Measured]:
    """Commits, opening, and the flatness of a number being given."""
    with tempfile.TemporaryDirectory() as scratch:
        return [_commits(Path(scratch)), _opening(Path(scratch)), *_flatness()]


def _commits(folder: Path) -> Measured:
    """The time of one commit: at most twice plain sqlite3's is half its commits per second."""
    engine = open_engine(folder / "ours.db", bytes(range(32)))
    ROWS.metadata.create_all(engine)
    plain = sqlite3.connect(folder / "plain.db", isolation_level=None)
    for pragma in SQLITE_KNOWS:
        plain.execute(f"PRAGMA {pragma}")
    plain.execute("CREATE TABLE step (id INTEGER PRIMARY KEY, words TEXT)")

    def ours() -> None:
        with working(engine, lambda db: db) as db:
            db.execute(ADD, {"words": "x" * 120})
            db.commit()

    def theirs() -> None:
        plain.execute("BEGIN IMMEDIATE")
        plain.execute("INSERT INTO step (words) VALUES (?)", ("x" * 120,))
        plain.execute("COMMIT")

    taken = side_by_side(_timed(ours), _timed(theirs), turns=COMMITS, warm_up=5)
    engine.dispose()
    plain.close()
    return Measured("one commit, encrypted (bar: half as many a second)", "plain sqlite3", *taken, 2.0)


def _opening(folder: Path) -> Measured:
    key, words = bytes(range(32)), "a passphrase of somebody"
    open_engine(folder / "raw.db", key).connect().close()
    made = sqlcipher3.connect(str(folder / "words.db"))
    made.execute(f"PRAGMA key = '{words}'")
    made.execute("CREATE TABLE step (id INTEGER)")
    made.close()

    def ours() -> None:
        engine = open_engine(folder / "raw.db", key)
        engine.connect().close()
        engine.dispose()

    def theirs() -> None:
        db = sqlcipher3.connect(str(folder / "words.db"))
        db.execute(f"PRAGMA key = '{words}'")
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        db.close()

    taken = side_by_side(_timed(ours), _timed(theirs), turns=OPENINGS)
    return Measured("opening with the raw key", "opening with a passphrase", *taken, 1.0)


def _flatness() -> list[Measured]:
    with ExitStack() as stack:
        small, large, busiest, old = (stack.enter_context(open_counter()) for _ in range(4))
        for day, visits in ((small, 30), (large, 300), (busiest, 900), (old, 30)):
            _fill(day, visits)
        _fill_statistics(old)
        return [
            Measured(what, "a number after 30 visits", *_beside(day, small), FLAT)
            for what, day in (
                ("a number after 300 visits", large),
                ("a number after 900 visits", busiest),
                ("a number beside 300,000 statistics rows", old),
            )
        ]


def _beside(day: Counterday, small: Counterday) -> tuple[tuple[float, ...], tuple[float, ...]]:
    ours, theirs = _timed(lambda: _number(day)), _timed(lambda: _number(small))
    return side_by_side(ours, theirs, turns=NUMBERS, warm_up=2)


def _number(day: Counterday) -> None:
    """What a touch at the reception does before any paper moves; the visitor then leaves the line."""
    visit = day.reception.check_in(Service.CONSULTATION)
    day.tickets.compose(visit)


def _fill(day: Counterday, visits: int) -> None:
    """Visits that came and went, written as the verbs write them but in few transactions."""
    first = day.reception.check_in(Service.CONSULTATION)
    gone = day.counter.side_exit(first.ticket, Reason.R01)
    with day.desk.session.work() as work:
        kept = work.tickets.get(first.ticket)
        for number in range(1, visits):
            ticket = f"B{number:03d}"
            work.tickets.save(replace(kept, number=ticket))
            work.visits.save(replace(gone, ticket=ticket))
        work.commit()


def _fill_statistics(day: Counterday) -> None:
    """One visit written as the program writes it, then multiplied by the database itself."""
    first = date(2015, 1, 1)
    with day.desk.office.work() as work:
        work.figures.add_visits([VisitFigures(first, "K1", "A000", "A", True, "accepted", None, 300, 600)])
        kept = [column.name for column in figures.columns if column.name not in ("session", "ticket")]
        columns = ", ".join(kept)
        work._db.exec_driver_sql(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {STATISTICS - 1}) "
            f"INSERT INTO figures (session, ticket, {columns}) "
            f"SELECT date(session, '+' || (i / {PER_DAY}) || ' days'), printf('A%03d', i % {PER_DAY}), "
            f"{columns} FROM figures, n"
        )
        work.commit()


def _timed(act: Callable[[], Any]) -> Callable[[], float]:
    def timed() -> float:
        began = time.perf_counter()
        act()
        return (time.perf_counter() - began) * 1000

    return timed
