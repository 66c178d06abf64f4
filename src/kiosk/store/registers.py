"""The registers of the contract: openings, approvals, media, staff, inside one transaction."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from kiosk.domain.agenda_changes import AgendaChange
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import Opening, StaffRecord
from kiosk.domain.registers import Approval, Medium, MediumEnd, Subject
from kiosk.store import mapping_office as mapping
from kiosk.store.tables_office import agenda_changes, approvals, media, medium_ends, openings, staff

# Built once: the question about the copies waits for it.
_STANDING: Final = (
    select(approvals)
    .where(
        approvals.c.subject == bindparam("about"),
        approvals.c.standing.is_(True),
        approvals.c.valid_from <= bindparam("day"),
        approvals.c.valid_until >= bindparam("day"),
    )
    .order_by(approvals.c.valid_until.desc(), approvals.c.number)
)


def put_row(db: Connection, table: Table, values: dict[str, Any]) -> None:
    """Changes the row with the same primary key, or adds it; a register's row is never deleted."""
    change = update(table).values(values)
    for column in table.primary_key:
        change = change.where(column == values[column.name])
    if db.execute(change).rowcount == 0:
        db.execute(insert(table).values(values))


class AgendaRows:
    """What was agreed about single days; a later line changes an earlier one, none is ever edited."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def append(self, change: AgendaChange) -> None:
        """Adds a change."""
        self._db.execute(insert(agenda_changes), mapping.values_of(change))

    def all(self) -> tuple[AgendaChange, ...]:
        """Every change, in the order it was agreed."""
        rows = self._db.execute(select(agenda_changes).order_by(agenda_changes.c.n))
        return tuple(mapping.agenda_change_of(row) for row in rows)


class OpeningRows:
    """Sessions as they were opened here, and where their data stand."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def save(self, opening: Opening) -> None:
        """Adds or changes one."""
        put_row(self._db, openings, mapping.values_of(opening))

    def find(self, day: date, kiosk: str) -> Opening | None:
        """The session of a day, or None."""
        row = self._db.execute(
            select(openings).where(openings.c.day == day.isoformat(), openings.c.kiosk == kiosk)
        ).first()
        return None if row is None else mapping.opening_of(row)

    def get(self, day: date, kiosk: str) -> Opening:
        """The session of a day; raises Refused("session_unknown", date=…)."""
        found = self.find(day, kiosk)
        if found is None:
            raise Refused("session_unknown", date=day.isoformat())
        return found

    def all(self) -> tuple[Opening, ...]:
        """Every session, by day."""
        rows = self._db.execute(select(openings).order_by(openings.c.day, openings.c.kiosk))
        return tuple(mapping.opening_of(row) for row in rows)


class ApprovalRows:
    """The city's approval numbers."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def save(self, approval: Approval) -> None:
        """Adds or changes one."""
        put_row(self._db, approvals, mapping.values_of(approval))

    def find(self, number: str, subject: Subject) -> Approval | None:
        """The entry of a number for a subject; under another subject, that one; else None."""
        rows = self._db.execute(
            select(approvals).where(approvals.c.number == number).order_by(approvals.c.subject)
        ).all()
        found = [mapping.approval_of(row) for row in rows]
        return next((entry for entry in found if entry.subject is subject), found[0] if found else None)

    def standing(self, subject: Subject, day: date) -> Approval | None:
        """A standing number of a subject that is in date, the one valid longest."""
        row = self._db.execute(_STANDING, {"about": subject.value, "day": day.isoformat()}).first()
        return None if row is None else mapping.approval_of(row)

    def all(self) -> tuple[Approval, ...]:
        """The register, by number."""
        rows = self._db.execute(select(approvals).order_by(approvals.c.number, approvals.c.subject))
        return tuple(mapping.approval_of(row) for row in rows)


class MediumRows:
    """The sticks (媒体台帳)."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def save(self, medium: Medium) -> None:
        """Adds or changes one."""
        put_row(self._db, media, mapping.values_of(medium))

    def find(self, serial: str) -> Medium | None:
        """By serial number, or None."""
        row = self._db.execute(select(media).where(media.c.serial == serial)).first()
        return None if row is None else mapping.medium_of(row)

    def add_end(self, end: MediumEnd) -> None:
        """Adds how a stick ended; a wiped one may come back into use and end again."""
        self._db.execute(insert(medium_ends).values(mapping.values_of(end)))

    def ends(self) -> dict[str, MediumEnd]:
        """The last end of every stick that has one, by serial number."""
        rows = self._db.execute(select(medium_ends).order_by(medium_ends.c.n))
        return {row.serial: mapping.medium_end_of(row) for row in rows}

    def all(self) -> tuple[Medium, ...]:
        """The register, by serial number."""
        return tuple(
            mapping.medium_of(row) for row in self._db.execute(select(media).order_by(media.c.serial))
        )


class StaffRows:
    """Who may work at this counter (従事者報告書, 研修記録, 誓約書台帳)."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def save(self, record: StaffRecord) -> None:
        """Adds or changes one."""
        put_row(self._db, staff, mapping.values_of(record))

    def find(self, operator: str) -> StaffRecord | None:
        """By operator id, or None."""
        row = self._db.execute(select(staff).where(staff.c.operator == operator)).first()
        return None if row is None else mapping.staff_of(row)

    def all(self) -> tuple[StaffRecord, ...]:
        """The register, by operator id."""
        return tuple(
            mapping.staff_of(row) for row in self._db.execute(select(staff).order_by(staff.c.operator))
        )
