"""The collecting database itself: an SQLite file, or PostgreSQL where one file is not enough."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from kiosk.city import collected as to
from kiosk.domain.errors import Refused, Trouble

POSTGRES = "postgresql+psycopg"
_LITE = frozenset({"sqlite", "sqlite+pysqlite"})


class CollectDatabase:
    """An opened database of one city and one world, practice or real."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @staticmethod
    def open(untrusted_url: str, *, practice: bool) -> CollectDatabase:
        """Opens or makes the database; a bare path is an SQLite file.

        Raises Refused `collect_url`, `collect_driver`, `collect_other` (another program's tables stand
        there), `collect_practice`; Trouble `collect_connect`.
        """
        url = _url(untrusted_url)
        try:
            engine = _engine(url)
        except ModuleNotFoundError:
            raise Refused("collect_driver") from None
        database = CollectDatabase(engine)
        try:
            with engine.begin() as db:
                _settle(db, practice)
        except (SQLAlchemyError, OSError) as error:
            database.close()
            raise Trouble("collect_connect", reason=_code(error)) from None
        except Refused:
            database.close()
            raise
        return database

    @contextmanager
    def one_at_a_time(self) -> Iterator[Connection]:
        """A transaction no other collector is in; all or nothing. Raises Trouble `collect_write`."""
        try:
            with self._engine.begin() as db:
                db.execute(select(to.about).where(to.about.c.name == "format").with_for_update()).all()
                yield db
        except SQLAlchemyError as error:
            raise Trouble("collect_write", reason=_code(error)) from None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """For looking only. Raises Trouble `collect_write`."""
        try:
            with self._engine.connect() as db:
                yield db
        except SQLAlchemyError as error:
            raise Trouble("collect_write", reason=_code(error)) from None

    def close(self) -> None:
        """Lets go of the file or the server."""
        self._engine.dispose()


def shown(untrusted_url: str) -> str:
    """The file, or the address without its password, for the answer on the screen."""
    url = _url(untrusted_url)
    return str(url.database) if url.drivername in _LITE else url.render_as_string(hide_password=True)


def _url(untrusted: str) -> URL:
    if "://" not in untrusted:
        return URL.create("sqlite", database=untrusted)
    try:
        url = make_url(untrusted)
    except (ArgumentError, ValueError):
        raise Refused("collect_url") from None
    if url.drivername == "postgresql":
        return url.set(drivername=POSTGRES)
    if url.drivername not in {*_LITE, POSTGRES} or (url.drivername in _LITE and not url.database):
        raise Refused("collect_url")
    return url


def _engine(url: URL) -> Engine:
    try:
        # Parameters are people's records: never in a message.
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    except NoSuchModuleError:
        raise Refused("collect_driver") from None
    if url.drivername not in _LITE:
        return engine
    _make_private(Path(str(url.database)))

    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: object) -> None:
        # The driver's own way of beginning is late and lets two collectors in.
        connection.isolation_level = None
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA busy_timeout=10000")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _make_private(file: Path) -> None:
    # Who may read it is settled before anything stands in it; a place that cannot be written says so later.
    with suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _settle(db: Connection, practice: bool) -> None:
    world = "practice" if practice else "real"
    there = set(inspect(db).get_table_names())
    if "about" not in there:
        if there & set(to.metadata.tables):
            raise Refused("collect_other")
        to.metadata.create_all(db)
        db.execute(
            insert(to.about), [{"name": "format", "value": to.FORMAT}, {"name": "world", "value": world}]
        )
        return
    if not set(to.metadata.tables) <= there:
        raise Refused("collect_other")
    found = {row.name: row.value for row in db.execute(select(to.about))}
    if found.get("format") != to.FORMAT:
        raise Refused("collect_other")
    if found.get("world") != world:
        raise Refused("collect_practice")


def _code(error: Exception) -> str:
    """The driver's own name for it, without its text: that may quote what was written."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(
        getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or type(cause).__name__
    )
