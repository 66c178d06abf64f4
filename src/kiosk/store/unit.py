"""An open encrypted file and its transactions: what is done in one is kept together, or none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine

from kiosk.domain.errors import Refused
from kiosk.store.engine import READING, open_engine
from kiosk.store.schema import BeforeMigration, Which, bring_up

Work = TypeVar("Work")
View = TypeVar("View")


@contextmanager
def working(engine: Engine, make: Callable[[Connection], Work]) -> Iterator[Work]:
    """A transaction with the write lock from its first moment; rolled back unless commit() was called."""
    # Inside `with`, SQLAlchemy refuses any statement after the commit: nothing slips into a second one.
    with engine.connect() as db, db.begin() as transaction:
        yield make(db)
        if transaction.is_active:
            transaction.rollback()


@contextmanager
def viewing(engine: Engine, make: Callable[[Connection], View]) -> Iterator[View]:
    """A consistent reading of the database; nothing written in it is kept."""
    with engine.connect().execution_options(**READING) as db:
        transaction = db.begin()
        try:
            yield make(db)
        finally:
            transaction.rollback()


def opened(path: Path, key: bytes, which: Which, before: BeforeMigration) -> Engine:
    """The file behind a key, made or migrated; raises what open_engine and bring_up raise."""
    engine = open_engine(path, key)
    try:
        bring_up(engine, which, path, before)
    except BaseException:
        engine.dispose()
        raise
    return engine


class Verb:
    """What a writing transaction has beyond its rows: it is kept only when commit() is called."""

    _db: Connection

    def commit(self) -> None:
        """Makes everything done in this unit durable. Raises Trouble("disk_full") and the like."""
        self._db.commit()


class OpenFile(Generic[View, Work]):
    """One open database; afterwards closed, with its key let go of."""

    def __init__(
        self,
        engine: Engine,
        view: Callable[[Connection], View],
        work: Callable[[Connection], Work],
        at: tuple[Path, bytes] | None,
    ) -> None:
        self._open_engine: Engine | None = engine
        self._view = view
        self._work = work
        self._at = at

    @property
    def _engine(self) -> Engine:
        if self._open_engine is None:
            raise Refused("locked")
        return self._open_engine

    def work(self) -> AbstractContextManager[Work]:
        """A transaction that writes: `with store.work() as work: …; work.commit()`."""
        return working(self._engine, self._work)

    def reading(self) -> AbstractContextManager[View]:
        """A transaction that only reads."""
        return viewing(self._engine, self._view)

    @contextmanager
    def reading_alone(self) -> Iterator[View]:
        """A view on a read-only connection of its own, for a job beside the main thread."""
        if self._open_engine is None or self._at is None:
            with self.reading() as view:
                yield view
            return
        engine = open_engine(*self._at, read_only=True)
        try:
            with viewing(engine, self._view) as view:
                yield view
        finally:
            engine.dispose()

    def close(self) -> None:
        """Closes every connection and lets go of the key; afterwards Refused("locked"); repeatable."""
        if self._open_engine is not None:
            self._open_engine.dispose()
        self._open_engine = self._at = None
