"""The tables a program finds are the tables it knows, whichever way they came to be."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, Table

from kiosk.domain.agenda_changes import AgendaChange
from kiosk.domain.application import Application
from kiosk.domain.custody import CustodyLine
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.journal import Entry
from kiosk.domain.ledger import (
    Export,
    Handover,
    Opening,
    PaperLine,
    SealedBatch,
    StaffRecord,
    TakenReceipt,
    VisitFigures,
)
from kiosk.domain.register_book import Entry as RegisterEntry
from kiosk.domain.registers import Approval, Medium, MediumEnd
from kiosk.domain.reservation import Reservation
from kiosk.domain.ticket import Ticket
from kiosk.domain.visit import Step, Visit
from kiosk.store import tables_office, tables_session
from kiosk.store.desk import StoredPortrait
from kiosk.store.engine import memory_engine, open_engine
from kiosk.store.schema import HEADS, MIGRATIONS, Which, bring_up
from kiosk.store.session import SessionStore
from kiosk.store.tables_session import metadata as session_tables

KEY = bytes(range(32))
TABLES: dict[Which, MetaData] = {"office": tables_office.metadata, "session": tables_session.metadata}


def schema(engine: Engine) -> dict[str, str]:
    with engine.connect() as db:
        rows = db.exec_driver_sql(
            "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        ).all()
    return {
        name: re.sub(r"\s+", " ", sql).replace("( ", "(").replace(" )", ")").strip()
        for name, sql in rows
        if "alembic" not in name
    }


@pytest.mark.parametrize("which", ["office", "session"])
def test_migrating_gives_the_tables_the_program_declares(which: Which, tmp_path: Path) -> None:
    migrated = open_engine(tmp_path / "new.db", KEY)
    bring_up(migrated, which)
    declared = memory_engine()
    TABLES[which].create_all(declared)

    assert len(schema(declared)) > 10
    assert schema(migrated) == schema(declared)
    migrated.dispose()
    declared.dispose()


@pytest.mark.parametrize("which", ["office", "session"])
def test_the_newest_version_is_the_one_in_the_folder(which: Which) -> None:
    found = [
        re.search(r'^revision = "(\d{4})"$', file.read_text(encoding="utf-8"), re.M)
        for file in sorted((MIGRATIONS / which / "versions").glob("v*.py"))
    ]

    assert [match[1] for match in found if match][-1] == HEADS[which]
    assert all(found)


def at_version(engine: Engine, which: Which, version: str) -> None:
    """Brings an empty database to an earlier version and no further."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS / which).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, version)


def test_steps_of_the_first_version_are_carried_over_and_stay_guarded(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "day.db", KEY)
    at_version(engine, "session", "0001")
    first = "'A001', 1, 'check_in', '2025-11-05T09:00:00+09:00', 'sato', 'done', NULL, '', NULL, '[\"A01\"]'"
    visit = "'A001', 'A', 'received', NULL, '', '', NULL, '[]', NULL, NULL, NULL, ''"
    with engine.begin() as db:
        db.exec_driver_sql("INSERT INTO tickets VALUES (1, 'A001', 'A', 1, 'A', '2025-11-05', 1, 0)")
        db.exec_driver_sql(f"INSERT INTO visits VALUES ({visit})")
        db.exec_driver_sql(f"INSERT INTO steps VALUES ({first})")
    bring_up(engine, "session")

    declared = memory_engine()
    tables_session.metadata.create_all(declared)
    assert schema(engine) == schema(declared)
    with SessionStore(engine).reading() as view:
        (step,) = view.visits.get("A001").steps
    assert (step.operator, step.papers, step.facts) == ("sato", ("A01",), ())
    with pytest.raises(Exception, match="append-only"), engine.begin() as db:
        db.exec_driver_sql("UPDATE steps SET operator = 'x'")
    engine.dispose()
    declared.dispose()


def test_a_database_of_today_is_left_alone(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "day.db", KEY)
    bring_up(engine, "session")
    with engine.begin() as db:
        db.exec_driver_sql("INSERT INTO meta VALUES ('x', '1')")
    bring_up(engine, "session")

    with engine.connect() as db:
        assert db.exec_driver_sql("SELECT value FROM meta").scalar_one() == "1"
        assert db.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == HEADS["session"]
    engine.dispose()


def test_a_database_of_a_newer_program_is_refused_and_untouched(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "day.db", KEY)
    bring_up(engine, "session")
    before = schema(engine)
    with engine.begin() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(Refused, match="schema_newer"):
        bring_up(engine, "session")

    assert schema(engine) == before
    engine.dispose()


@pytest.mark.parametrize("version", ["x", "", "00001"])
def test_a_foreign_version_is_a_trouble(tmp_path: Path, version: str) -> None:
    engine = open_engine(tmp_path / "day.db", KEY)
    bring_up(engine, "session")
    with engine.begin() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (version,))
    with pytest.raises(Trouble, match="database_unreadable"):
        bring_up(engine, "session")
    engine.dispose()


def test_a_migration_that_fails_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "day.db", KEY)
    with engine.begin() as db:
        # In the way of the last table of the version.
        db.exec_driver_sql("CREATE TABLE custody (x TEXT)")
    with pytest.raises(Exception, match="already exists"):
        bring_up(engine, "session")

    assert list(schema(engine)) == ["table custody"]
    engine.dispose()


@pytest.mark.parametrize(
    ("stored", "table", "apart"),
    [
        (Reservation, tables_session.reservations, set()),
        (Ticket, tables_session.tickets, set()),
        (Visit, tables_session.visits, {"steps"}),
        (Step, tables_session.steps, set()),
        (CustodyLine, tables_session.custody, set()),
        (Application, tables_session.applications, set()),
        (StoredPortrait, tables_session.portraits, set()),
        (Opening, tables_office.openings, set()),
        (Approval, tables_office.approvals, set()),
        (Medium, tables_office.media, set()),
        (MediumEnd, tables_office.medium_ends, set()),
        (StaffRecord, tables_office.staff, set()),
        (Handover, tables_office.handovers, set()),
        (SealedBatch, tables_office.batches, set()),
        (Export, tables_office.exports, set()),
        (TakenReceipt, tables_office.receipts, set()),
        (PaperLine, tables_office.papers, set()),
        (VisitFigures, tables_office.figures, set()),
        (RegisterEntry, tables_office.entries, set()),
        (AgendaChange, tables_office.agenda_changes, set()),
        (Entry, tables_session.journal, set()),
    ],
)
def test_everything_a_thing_knows_has_a_column(stored: Any, table: Table, apart: set[str]) -> None:
    assert {field.name for field in fields(stored)} - apart <= set(table.c.keys())


def test_every_personal_column_says_why_and_under_which_article() -> None:
    personal = {
        f"{table.name}.{column.name}"
        for table in session_tables.tables.values()
        for column in table.columns
        if {"purpose", "article"} <= set(column.info)
    }
    named_like_people = {
        f"{table.name}.{column.name}"
        for table in session_tables.tables.values()
        for column in table.columns
        if column.name in {"name", "kana", "jpeg", "application_id", "remarks", "search_key", "flags"}
    }

    assert named_like_people <= personal
    assert len(personal) == 12


def test_the_office_has_no_column_for_a_visitor() -> None:
    allowed = {"staff.name", "batches.name", "day_figures.name"}
    found = {
        f"{table.name}.{column.name}"
        for table in tables_office.metadata.tables.values()
        for column in table.columns
        if column.name in {"name", "kana", "jpeg", "application_id", "remarks", "flags", "birth"}
    }

    assert found <= allowed


def test_neither_keys_nor_sign_in_load_the_database_libraries() -> None:
    code = (
        "import sys, kiosk.store.vault, kiosk.store.access, kiosk.store.device_secrets\n"
        "late = {'sqlalchemy', 'alembic', 'keyring', 'numpy', 'sqlcipher3'}\n"
        "print(sorted(late & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_opening_a_database_of_today_does_not_load_alembic(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "day.db", KEY)
    bring_up(engine, "session")
    engine.dispose()
    code = (
        "import sys\nfrom pathlib import Path\nfrom kiosk.store.session import SessionStore\n"
        f"SessionStore.open(Path({str(tmp_path / 'day.db')!r}), bytes(range(32))).close()\n"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
