"""Papers, applications, portraits and guidance of one counter day, inside one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from kiosk.domain.application import Application
from kiosk.domain.custody import CustodyLine
from kiosk.domain.errors import Refused
from kiosk.store import mapping
from kiosk.store.tables_session import applications, custody, guidance, portraits

# Built once: a touch waits for them.
_ADD_CUSTODY: Final = insert(custody)
_CUSTODY_OF: Final = select(custody).where(custody.c.ticket == bindparam("of")).order_by(custody.c.n)


@dataclass(frozen=True, slots=True)
class StoredPortrait:
    """An accepted photo as it is kept: JPEG bytes, when and by whom taken, the verdict as JSON text."""

    ticket: str
    jpeg: bytes = field(repr=False)
    taken_at: datetime
    operator: str
    verdict: str


class CustodyRows:
    """Movements of papers; corrected only by a further line."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def append(self, line: CustodyLine) -> None:
        """Adds a movement."""
        self._db.execute(_ADD_CUSTODY, mapping.custody_values(line))

    def lines(self) -> tuple[CustodyLine, ...]:
        """Every movement of the day, in order."""
        return tuple(
            mapping.custody_of(row) for row in self._db.execute(select(custody).order_by(custody.c.n))
        )

    def of_ticket(self, ticket: str) -> tuple[CustodyLine, ...]:
        """The movements of one ticket, in order."""
        return tuple(mapping.custody_of(row) for row in self._db.execute(_CUSTODY_OF, {"of": ticket}))


class ApplicationRows:
    """What the application support leaves behind."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def save(self, application: Application) -> None:
        """Adds or replaces the application of a ticket."""
        self._db.execute(delete(applications).where(applications.c.ticket == application.ticket))
        self._db.execute(
            insert(applications).values(
                ticket=application.ticket,
                application_id=application.application_id,
                handed_over=application.handed_over,
            )
        )

    def find(self, ticket: str) -> Application | None:
        """The application of a ticket, or None."""
        row = self._db.execute(select(applications).where(applications.c.ticket == ticket)).first()
        return None if row is None else mapping.application_of(row)

    def all(self) -> tuple[Application, ...]:
        """Every application, by ticket number."""
        rows = self._db.execute(select(applications).order_by(applications.c.ticket))
        return tuple(mapping.application_of(row) for row in rows)

    def forget_id(self, ticket: str) -> None:
        """Erases the 申請書ID with the outcome, when it is not handed over."""
        self._db.execute(
            update(applications).where(applications.c.ticket == ticket).values(application_id=None)
        )


class PortraitRows:
    """Accepted photos, one per ticket."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def put(self, portrait: StoredPortrait) -> None:
        """Stores the photo; the one it replaces is erased in the same transaction."""
        self.remove(portrait.ticket)
        self._db.execute(
            insert(portraits).values(
                ticket=portrait.ticket,
                jpeg=portrait.jpeg,
                taken_at=mapping.moment_text(portrait.taken_at),
                operator=portrait.operator,
                verdict=portrait.verdict,
            )
        )

    def remove(self, ticket: str) -> None:
        """Erases a photo; none there is no error."""
        self._db.execute(delete(portraits).where(portraits.c.ticket == ticket))

    def get(self, ticket: str) -> StoredPortrait:
        """The photo of a ticket; raises Refused("portrait_unknown", ticket=…)."""
        row = self._db.execute(select(portraits).where(portraits.c.ticket == ticket)).first()
        if row is None:
            raise Refused("portrait_unknown", ticket=ticket)
        return _portrait_of(row)

    def tickets(self) -> tuple[str, ...]:
        """Numbers that have a photo."""
        return tuple(self._db.execute(select(portraits.c.ticket).order_by(portraits.c.ticket)).scalars())

    def verdicts(self) -> tuple[str, ...]:
        """The verdict of every photo as JSON text, without the pictures."""
        return tuple(self._db.execute(select(portraits.c.verdict).order_by(portraits.c.ticket)).scalars())

    def count(self) -> int:
        """How many photos are here."""
        return self._db.execute(select(func.count()).select_from(portraits)).scalar_one()

    def stream(self) -> Iterator[StoredPortrait]:
        """Every photo by ticket number, one in memory at a time."""
        for ticket in self.tickets():
            yield self.get(ticket)


class GuidanceRows:
    """ご案内のみ: one touch, no number, no name."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def add(self, kind: str, *, at: datetime, operator: str) -> None:
        """Counts one piece of guidance of a kind."""
        self._db.execute(insert(guidance).values(kind=kind, at=mapping.moment_text(at), operator=operator))

    def counts(self) -> dict[str, int]:
        """How often each kind was given."""
        query = select(guidance.c.kind, func.count()).group_by(guidance.c.kind).order_by(guidance.c.kind)
        return {row[0]: row[1] for row in self._db.execute(query)}


class KeyedRows:
    """Values by key, as JSON: the session's facts, or the office's settings."""

    def __init__(self, db: Connection, table: Table) -> None:
        self._db = db
        self._table = table

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or the default."""
        query = select(self._table.c.value).where(self._table.c.key == key)
        text = self._db.execute(query).scalar_one_or_none()
        return default if text is None else json.loads(text)

    def put(self, key: str, value: Any) -> None:
        """Stores or replaces a value that JSON can hold."""
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
        changed = self._db.execute(update(self._table).where(self._table.c.key == key).values(value=text))
        if changed.rowcount == 0:
            self._db.execute(insert(self._table).values(key=key, value=text))

    def remove(self, key: str) -> None:
        """Deletes a value; none there is no error."""
        self._db.execute(delete(self._table).where(self._table.c.key == key))

    def keys(self) -> tuple[str, ...]:
        """Every key."""
        return tuple(self._db.execute(select(self._table.c.key).order_by(self._table.c.key)).scalars())


def _portrait_of(row: mapping.Row) -> StoredPortrait:
    return StoredPortrait(
        row.ticket, row.jpeg, datetime.fromisoformat(row.taken_at), row.operator, row.verdict
    )
