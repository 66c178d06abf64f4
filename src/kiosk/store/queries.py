"""Pieces of SQL that the rows of several tables ask with."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Select, literal_column

Rows = TypeVar("Rows", bound=tuple[Any, ...])

_ONE: Final[ColumnElement[int]] = literal_column("1")
_NONE: Final[ColumnElement[int]] = literal_column("0")


def only_first(query: Select[Rows]) -> Select[Rows]:
    """The first row of the query, or none.

    Both numbers stand in the text: SQLite prepares a statement anew for every value bound to a LIMIT,
    which takes longer than the row itself.
    """
    return query.limit(_ONE).offset(_NONE)
