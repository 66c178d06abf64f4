"""The ledgers beside the batches: transports, evidence holds, sessions called off."""

from __future__ import annotations

import json
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from kiosk.domain.way import Halt, HaltKind, Hold, Transport
from kiosk.store.mapping import Row
from kiosk.store.mapping_office import values_of
from kiosk.store.tables_office import halts, holds, transports


class WayRows:
    """Every line is added once and never changes."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def add(self, line: Transport | Hold | Halt) -> None:
        """Adds one."""
        table = {Transport: transports, Hold: holds, Halt: halts}[type(line)]
        self._db.execute(insert(table).values(values_of(line)))

    def transports(self, day: date) -> tuple[Transport, ...]:
        """The trips of a session, in order."""
        query = select(transports).where(transports.c.session == day.isoformat()).order_by(transports.c.n)
        return tuple(_transport_of(row) for row in self._db.execute(query))

    def holds(self, day: date) -> tuple[Hold, ...]:
        """What was held and lifted of a session, in order."""
        query = select(holds).where(holds.c.session == day.isoformat()).order_by(holds.c.n)
        return tuple(
            Hold(
                date.fromisoformat(row.session),
                row.kiosk,
                row.held,
                row.words,
                row.officer,
                datetime.fromisoformat(row.at),
                row.operator,
            )
            for row in self._db.execute(query)
        )

    def halt(self, day: date, kiosk: str) -> Halt | None:
        """中止 or 打切り of a session, or None."""
        query = select(halts).where(halts.c.session == day.isoformat(), halts.c.kiosk == kiosk)
        row = self._db.execute(query).first()
        return None if row is None else _halt_of(row)

    def all_halts(self) -> tuple[Halt, ...]:
        """Every one, by day."""
        return tuple(_halt_of(row) for row in self._db.execute(select(halts).order_by(halts.c.session)))


def _transport_of(row: Row) -> Transport:
    return Transport(
        session=date.fromisoformat(row.session),
        kiosk=row.kiosk,
        people=tuple(json.loads(row.people)),
        route=row.route,
        container=row.container,
        seals=tuple(json.loads(row.seals)),
        batches=tuple(json.loads(row.batches)),
        media=tuple(json.loads(row.media)),
        left_at=datetime.fromisoformat(row.left_at),
        due=date.fromisoformat(row.due) if row.due else None,
        operator=row.operator,
    )


def _halt_of(row: Row) -> Halt:
    return Halt(
        date.fromisoformat(row.session),
        row.kiosk,
        HaltKind(row.kind),
        row.reason,
        row.ordered_by,
        datetime.fromisoformat(row.at),
        row.operator,
    )
