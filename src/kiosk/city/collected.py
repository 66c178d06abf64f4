"""The tables of the collecting database: what each batch told, and the visits made of it."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

FORMAT = "kiosk-collected-v1"
metadata = MetaData()

about = Table(
    "about",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(100), nullable=False),
)

batches = Table(
    "batches",
    metadata,
    Column("manifest_sha256", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("city", String(5), nullable=False),
    Column("kiosk", String(3), nullable=False),
    Column("signed_by", String(64), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("session", Date, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("supersedes", String(64)),
    Column("is_replaced", Boolean, nullable=False),
    Column("has_personal", Boolean, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("portraits", Integer, nullable=False),
    Column("custody", Integer, nullable=False),
    Column("applications", Integer, nullable=False),
    Column("differences", Integer, nullable=False),
    Column("journal_length", Integer, nullable=False),
    Column("journal_head", String(64), nullable=False),
    Column("collected_at", DateTime, nullable=False),
    # Another batch under a number already here is a replay, whoever collects it when.
    UniqueConstraint("kiosk", "signed_by", "seq", name="one_batch_per_number"),
    Index("batches_of_session", "city", "session"),
)


def _of_batch() -> Column[str]:
    return Column("batch", String(64), ForeignKey("batches.manifest_sha256"), primary_key=True)


def _ticket() -> Column[str]:
    return Column("ticket", String(5), primary_key=True)


# What each batch told, unchanged; a batch that was replaced keeps only its line above.

parts = Table(
    "parts",
    metadata,
    _of_batch(),
    _ticket(),
    Column("service", String(40), nullable=False),
    Column("reserved", Boolean, nullable=False),
    Column("outcome", String(40)),
    Column("reason", String(40)),
    Column("pin_form", String(40)),
    Column("has_photo", Boolean, nullable=False),
)

part_steps = Table(
    "part_steps",
    metadata,
    _of_batch(),
    _ticket(),
    Column("n", Integer, primary_key=True),
    Column("at", DateTime, nullable=False),
    Column("step", String(40), nullable=False),
    Column("operator", String(40), nullable=False),
    Column("outcome", String(40), nullable=False),
    Column("event", String(40), nullable=False),
)

part_papers = Table(
    "part_papers",
    metadata,
    _of_batch(),
    Column("n", Integer, primary_key=True),
    Column("ticket", String(5), nullable=False),
    Column("paper", String(40), nullable=False),
    Column("count", Integer, nullable=False),
    Column("movement", String(40), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("operator", String(40), nullable=False),
)

people = Table(
    "people",
    metadata,
    _of_batch(),
    _ticket(),
    Column("name", String(200), nullable=False),
    Column("kana", String(200), nullable=False),
    Column("reservation", String(64), nullable=False),
    Column("application_id", String(40), nullable=False),
)

portraits = Table(
    "portraits",
    metadata,
    _of_batch(),
    _ticket(),
    Column("jpeg", LargeBinary, nullable=False),
)


def _of_visit() -> list[Column[object]]:
    return [
        Column("city", String(5), primary_key=True),
        Column("session", Date, primary_key=True),
        Column("ticket", String(5), primary_key=True),
        Column("kiosks", String(100), primary_key=True),
    ]


# The visits as they were, over all kiosks of a session; made anew whenever a batch of the session comes.

visits = Table(
    "visits",
    metadata,
    *_of_visit(),
    Column("month", String(7), nullable=False, index=True),
    Column("service", String(40), nullable=False),
    Column("reserved", Boolean, nullable=False),
    Column("outcome", String(40)),
    Column("reason", String(40)),
    Column("pin_form", String(40)),
    Column("has_photo", Boolean, nullable=False),
    Column("waited_s", Integer),
    Column("served_s", Integer),
)

steps = Table(
    "steps",
    metadata,
    *_of_visit(),
    Column("n", Integer, primary_key=True),
    Column("at", DateTime, nullable=False),
    Column("step", String(40), nullable=False),
    Column("operator", String(40), nullable=False),
    Column("outcome", String(40), nullable=False),
    Column("event", String(40), nullable=False),
)

papers = Table(
    "papers",
    metadata,
    *_of_visit(),
    Column("month", String(7), nullable=False, index=True),
    Column("paper", String(40), primary_key=True),
    Column("count", Integer, nullable=False),
)

conflicts = Table(
    "conflicts",
    metadata,
    *_of_visit(),
    Column("clash", String(40), nullable=False),
)

TOLD = (parts, part_steps, part_papers, people, portraits)
MADE = (visits, steps, papers, conflicts)
