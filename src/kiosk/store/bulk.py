"""Many rows into one table, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table

_CELL: Final = "kiosk_cell"


def insert_many(db: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Adds the rows in their order; the first names the columns, and every row has them all.

    The statement fetches its cells instead of being bound and run once a row: under cipher_memory_security
    every bound value is a piece of memory locked and unlocked by the operating system, which is most of
    the time a long list takes. Raises ValueError for a text with a NUL, which would end there.
    """
    if not rows:
        return
    if any("\0" in value for row in rows for value in row.values() if isinstance(value, str)):
        raise ValueError("a text holds a NUL")
    columns = tuple(rows[0])
    driver = db.connection.dbapi_connection
    assert driver is not None
    driver.create_function(_CELL, 2, lambda row, place: rows[row][columns[place]])
    names = ", ".join(f'"{name}"' for name in columns)
    cells = ", ".join(f"{_CELL}(n, {place})" for place in range(len(columns)))
    counting = "WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < ?)"
    try:
        db.exec_driver_sql(
            f'INSERT INTO "{table.name}" ({names}) {counting} SELECT {cells} FROM counted', (len(rows) - 1,)
        )
    finally:
        driver.create_function(_CELL, 2, None)  # nobody's data stays behind with the connection
