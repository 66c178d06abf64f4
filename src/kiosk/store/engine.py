"""Opens an encrypted database: key, pragmas, transactions and failures in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import sqlcipher3  # type: ignore[import-untyped]
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import QueuePool, StaticPool

from kiosk.domain.errors import Trouble

PRAGMAS: Final = (
    "cipher_log_level = NONE",
    "cipher_memory_security = ON",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    # FAST leaves pages of erased photos in the file.
    "secure_delete = ON",
    "temp_store = MEMORY",
    "busy_timeout = 2000",
    "trusted_schema = OFF",
    # Without this INSERT OR REPLACE slips past the triggers of the journal.
    "recursive_triggers = ON",
)
"""Set after the key, in this order, on every connection."""

READING: Final = {"reading": True}
"""Execution options of a connection that only reads: its transaction begins without the write lock."""

_DAMAGE: Final = ("file is not a database", "malformed", "file is encrypted", "unable to open database file")
_FULL: Final = ("database or disk is full",)
_BUSY: Final = ("database is locked", "database table is locked")
_DISK: Final = ("disk i/o error", "attempt to write a readonly database")


def open_engine(path: Path, key: bytes, *, read_only: bool = False) -> Engine:
    """An engine on a SQLCipher file, with a raw 32-byte key.

    Raises Trouble("database_unreadable", permanent) for a wrong key or a damaged file, on the first use and
    later; Trouble("disk_full") and Trouble("disk_failing") as they happen.
    """

    def connect() -> Any:
        return _connect(path, key, read_only=read_only)

    engine = create_engine(
        "sqlite://",
        module=sqlcipher3,
        creator=connect,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=16,
        # The main thread gets the connection with the warm cache again.
        pool_use_lifo=True,
    )
    return _prepared(engine)


def memory_engine() -> Engine:
    """A database that lives in this process only; one connection for all."""

    def connect() -> Any:
        connection = sqlcipher3.connect(":memory:", isolation_level=None, check_same_thread=False)
        _set_pragmas(connection)
        return connection

    return _prepared(create_engine("sqlite://", module=sqlcipher3, creator=connect, poolclass=StaticPool))


def key_literal(key: bytes) -> str:
    """The PRAGMA value of a raw key; anything but 32 bytes would silently be taken as a passphrase."""
    if not isinstance(key, bytes) or len(key) != 32:
        raise ValueError("a raw key has 32 bytes")
    return f"\"x'{key.hex()}'\""


def in_words(message: str) -> Trouble | None:
    """What a message of the database library means for the person at the counter; None for our own bugs."""
    said = message.lower()
    if any(part in said for part in _DAMAGE):
        return Trouble("database_unreadable", permanent=True)
    if any(part in said for part in _FULL):
        return Trouble("disk_full")
    if any(part in said for part in _BUSY):
        return Trouble("database_busy")
    if any(part in said for part in _DISK):
        return Trouble("disk_failing")
    return None


def truncate_log(engine: Engine) -> bool:
    """Moves everything from the write-ahead log into the file and empties it; whether all of it went."""
    # Past SQLAlchemy, which would begin a transaction: inside one nothing can be moved.
    driver = engine.raw_connection()
    try:
        cursor = driver.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return cursor.fetchone() == (0, 0, 0)
    except sqlcipher3.Error as error:
        raise (in_words(str(error)) or error) from None
    finally:
        driver.close()


def _connect(path: Path, key: bytes, *, read_only: bool) -> Any:
    literal = key_literal(key)
    try:
        where = path.resolve().as_uri() + ("?mode=ro" if read_only else "?mode=rwc")
        connection = sqlcipher3.connect(where, uri=True, isolation_level=None, check_same_thread=False)
    except sqlcipher3.Error as error:
        raise (in_words(str(error)) or Trouble("database_unreadable", permanent=True)) from None
    try:
        connection.execute(f"PRAGMA key = {literal}")
        _set_pragmas(connection)
        # A wrong key shows only when a page is read.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher3.Error as error:
        connection.close()
        raise (in_words(str(error)) or Trouble("database_unreadable", permanent=True)) from None
    return connection


def _set_pragmas(connection: Any) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _prepared(engine: Engine) -> Engine:
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A verb takes the write lock at once: it never reads a state and then finds it changed.
        reading = connection.get_execution_options().get("reading", False)
        try:
            # Past SQLAlchemy's own execution, which every verb would pay for once more.
            connection.connection.cursor().execute("BEGIN" if reading else "BEGIN IMMEDIATE")
        except sqlcipher3.Error as error:
            raise (in_words(str(error)) or error) from None

    @event.listens_for(engine, "handle_error")
    def translate(context: ExceptionContext) -> None:
        trouble = in_words(str(context.original_exception))
        if trouble is not None:
            raise trouble from None

    return engine
