"""Brings a database to the schema this program knows; alembic is loaded only when there is work for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import Connection, Engine

from kiosk.domain.errors import Refused, Trouble
from kiosk.store.engine import READING, truncate_log

Which = Literal["office", "session"]

HEADS: Final[dict[Which, str]] = {"office": "0005", "session": "0002"}
"""The newest version of each database; version names are four digits and count up."""

MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"


@dataclass(frozen=True, slots=True)
class Older:
    """A database of an earlier version, complete in its file, about to be migrated."""

    which: Which
    path: Path
    version: str
    engine: Engine = field(repr=False)

    def setting(self, key: str) -> str | None:
        """A text of the office's settings, by plain SQL because the tables are of another version."""
        if self.which != "office":
            return None
        with self.engine.connect().execution_options(**READING) as db:
            row = db.exec_driver_sql("SELECT value FROM settings WHERE key = ?", (key,)).first()
        return None if row is None else str(json.loads(row[0]))


BeforeMigration = Callable[[Older], None]
"""Called before an older database is changed; what it raises leaves the database as it is."""


def nothing_before(older: Older) -> None:
    """For stores that nobody asked to copy."""


def bring_up(
    engine: Engine, which: Which, path: Path | None = None, before: BeforeMigration = nothing_before
) -> None:
    """Makes or migrates the tables, in one transaction for all steps; `before` sees an older one first.

    Raises Refused("schema_newer") for a database of a newer program, Trouble("database_unreadable").
    """
    with engine.connect().execution_options(**READING) as db:
        found = schema_version(db)
    if found == HEADS[which]:
        return
    if found is not None and found > HEADS[which]:
        raise Refused("schema_newer")
    if found is not None and path is not None:
        truncate_log(engine)
        before(Older(which, path, found, engine))
    with engine.begin() as db:
        _upgrade(db, which)


def schema_version(db: Connection) -> str | None:
    """The version a database says it has; None for an empty one."""
    known = db.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").first()
    if known is None:
        return None
    rows = db.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    if len(rows) != 1 or not (isinstance(rows[0], str) and len(rows[0]) == 4 and rows[0].isdigit()):
        raise Trouble("database_unreadable", permanent=True)
    return rows[0]


def _upgrade(db: Connection, which: Which) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS / which).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = db
    command.upgrade(config, "head")
