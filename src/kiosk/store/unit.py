"""One transaction: everything in it is kept together, or none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine

from kiosk.store.engine import READING

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
