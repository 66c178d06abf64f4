"""The tables of one counter day; every personal column says why, and under which article."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    event,
)

NAMING: Final = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}

metadata = MetaData(naming_convention=NAMING)


def personal(name: str, kind: Any, *, purpose: str, article: str, **more: Any) -> Column[Any]:
    """A column with personal data: what it is needed for, and the article it is held under."""
    return Column(name, kind, info={"purpose": purpose, "article": article}, **more)


def append_only(table: str, key: str) -> tuple[str, ...]:
    """Triggers that refuse UPDATE, DELETE and REPLACE of what was written."""
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    )


def no_delete(table: str) -> tuple[str, ...]:
    """A trigger that refuses DELETE: what was given out once never becomes free again."""
    return (
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} keeps its rows'); END",
    )


def guard(table: Table, triggers: tuple[str, ...]) -> None:
    """Makes the triggers together with the table."""

    def make(target: Table, connection: Connection, **how: Any) -> None:
        for trigger in triggers:
            connection.exec_driver_sql(trigger)

    event.listen(table, "after_create", make)


def journal_table(metadata: MetaData) -> Table:
    """The hash-chained journal, the same in both databases."""
    table = Table(
        "journal",
        metadata,
        Column("n", Integer, primary_key=True),
        Column("prev", String(64), nullable=False),
        Column("at", String(40), nullable=False),
        Column("boot", String(32), nullable=False),
        Column("monotonic", Integer, nullable=False),
        Column("who", String(64), nullable=False),
        Column("act", String(64), nullable=False),
        Column("object", String(128), nullable=False),
        Column("details", String, nullable=False),
        Column("hash", String(64), nullable=False),
    )
    guard(table, append_only("journal", "n = NEW.n"))
    return table


reservations = Table(
    "reservations",
    metadata,
    Column("place", Integer, nullable=False),
    Column("number", String(64), primary_key=True),
    Column("slot", String(5), nullable=False),
    Column("cancelled", Boolean, nullable=False),
    personal("name", String(400), purpose="find the person at reception", article="3, 7", nullable=False),
    personal("kana", String(400), purpose="find the person at reception", article="3, 7", nullable=False),
    personal(
        "search_key", String(1000), purpose="find the person under a variant", article="3, 7", nullable=False
    ),
    Column("party_size", Integer, nullable=False),
    personal("remarks", String(200), purpose="what the city asks to mind", article="3, 7", nullable=False),
    personal("flags", String, purpose="procedure for minors", article="3, 7", nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("number", String(4), nullable=False),
    Column("letter", String(1), nullable=False),
    Column("n", Integer, nullable=False),
    Column("service", String(1), nullable=False),
    Column("issued_at", String(40), nullable=False),
    Column("printed", Boolean, nullable=False),
    Column("reprints", Integer, nullable=False),
    UniqueConstraint("number"),
    UniqueConstraint("letter", "n"),
)
guard(tickets, no_delete("tickets"))

visits = Table(
    "visits",
    metadata,
    Column("ticket", String(4), ForeignKey("tickets.number"), primary_key=True),
    Column("service", String(1), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("reservation", String(64)),
    personal("name", String(400), purpose="take the right papers", article="3, 7", nullable=False),
    personal("kana", String(400), purpose="read the name aloud", article="3, 7", nullable=False),
    Column("party", String(64)),
    personal("flags", String, purpose="procedure for minors", article="3, 7", nullable=False),
    Column("outcome", String(24)),
    Column("reason", String(3)),
    Column("pin_form", String(8)),
    Column("window", String(32), nullable=False),
    sqlite_with_rowid=False,
)

steps = Table(
    "steps",
    metadata,
    Column("ticket", String(4), ForeignKey("visits.ticket"), primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("at", String(40), nullable=False),
    Column("operator", String(32), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("event", String(16)),
    Column("officer", String(100), nullable=False),
    Column("started_at", String(40)),
    personal("papers", String, purpose="kinds of papers shown, no numbers", article="3, 7", nullable=False),
    personal("facts", String, purpose="how the step was done, in codes", article="3, 7", nullable=False),
    sqlite_with_rowid=False,
)
guard(steps, append_only("steps", "ticket = NEW.ticket AND n = NEW.n"))

custody = Table(
    "custody",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("ticket", String(4), ForeignKey("tickets.number"), nullable=False, index=True),
    Column("paper", String(3), nullable=False),
    Column("count", Integer, nullable=False),
    Column("movement", String(16), nullable=False),
    Column("at", String(40), nullable=False),
    Column("operator", String(32), nullable=False),
)
guard(custody, append_only("custody", "n = NEW.n"))

applications = Table(
    "applications",
    metadata,
    Column("ticket", String(4), ForeignKey("tickets.number"), primary_key=True),
    personal("application_id", String(23), purpose="avoid mistyping the application", article="3, 7"),
    Column("handed_over", Boolean, nullable=False),
)

portraits = Table(
    "portraits",
    metadata,
    Column("ticket", String(4), ForeignKey("tickets.number"), primary_key=True),
    personal("jpeg", LargeBinary, purpose="photo of the application", article="3, 7", nullable=False),
    Column("taken_at", String(40), nullable=False),
    Column("operator", String(32), nullable=False),
    Column("verdict", String, nullable=False),
)

guidance = Table(
    "guidance",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("at", String(40), nullable=False),
    Column("operator", String(32), nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", String, nullable=False),
)

journal = journal_table(metadata)
