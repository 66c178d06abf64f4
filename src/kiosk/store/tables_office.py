"""The tables of the long-lived database: the contract's registers and ledgers, no visitor's data."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, MetaData, String, Table, UniqueConstraint

from kiosk.store.tables_session import NAMING, append_only, guard, journal_table, no_delete

metadata = MetaData(naming_convention=NAMING)

settings = Table(
    "settings",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", String, nullable=False),
)

openings = Table(
    "openings",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("kiosk", String(32), primary_key=True),
    Column("venue", String(200), nullable=False),
    Column("manager", String(32), nullable=False),
    Column("opened_at", String(40), nullable=False),
    Column("state", String(16), nullable=False),
    Column("checklist", String, nullable=False),
    Column("origin", String(16), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("evidence_hold", Boolean, nullable=False),
)
guard(openings, no_delete("openings"))

agenda_changes = Table(
    "agenda_changes",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("day", String(10), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("agreed_by", String(400), nullable=False),
    Column("agreed_on", String(10), nullable=False),
    Column("at", String(40), nullable=False),
    Column("operator", String(32), nullable=False),
    Column("venue", String(200), nullable=False),
)
guard(agenda_changes, append_only("agenda_changes", "n = NEW.n"))

approvals = Table(
    "approvals",
    metadata,
    Column("number", String(64), primary_key=True),
    Column("subject", String(32), primary_key=True),
    Column("on", String(10), nullable=False),
    Column("valid_from", String(10), nullable=False),
    Column("valid_until", String(10), nullable=False),
    Column("standing", Boolean, nullable=False),
    Column("used", Integer, nullable=False),
)
guard(approvals, no_delete("approvals"))

media = Table(
    "media",
    metadata,
    Column("serial", String(128), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("approval", String(64), nullable=False),
    Column("state", String(16), nullable=False),
)
guard(media, no_delete("media"))

medium_ends = Table(
    "medium_ends",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("serial", String(128), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("on", String(10), nullable=False),
    Column("by", String(100), nullable=False),
    Column("witness", String(100), nullable=False),
    Column("certificate", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    Column("operator", String(32), nullable=False),
)
guard(medium_ends, append_only("medium_ends", "n = NEW.n"))

staff = Table(
    "staff",
    metadata,
    Column("operator", String(32), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("role", String(16), nullable=False),
    Column("employment", String(64), nullable=False),
    Column("badge", String(64), nullable=False),
    Column("reported_on", String(10)),
    Column("trained_on", String(10)),
    Column("pledged_on", String(10)),
    Column("approved_on", String(10)),
    Column("approval", String(64), nullable=False),
    Column("left_on", String(10)),
)
guard(staff, no_delete("staff"))

handovers = Table(
    "handovers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("direction", String(16), nullable=False),
    Column("item", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("session", String(10), nullable=False, index=True),
    Column("medium", String(100), nullable=False),
    Column("means", String(100), nullable=False),
    Column("place", String(200), nullable=False),
    Column("giver", String(100), nullable=False),
    Column("taker", String(100), nullable=False),
    Column("file_name", String(260), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("count", Integer, nullable=False),
    Column("approval", String(64), nullable=False),
    Column("returned_at", String(40)),
)
guard(handovers, no_delete("handovers"))

batches = Table(
    "batches",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("session", String(10), nullable=False, index=True),
    Column("sealed_at", String(40), nullable=False),
    Column("size", Integer, nullable=False),
    Column("manifest_sha256", String(64), nullable=False),
    Column("plaintext_sha256", String(64), nullable=False),
    Column("prev", String(64)),
    Column("supersedes", String(64)),
    Column("operator", String(32), nullable=False),
    Column("counts", String, nullable=False),
    UniqueConstraint("manifest_sha256"),
)
guard(batches, append_only("batches", "seq = NEW.seq OR manifest_sha256 = NEW.manifest_sha256"))

exports = Table(
    "exports",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("seq", Integer, ForeignKey("batches.seq"), nullable=False, index=True),
    Column("medium", String(128), nullable=False),
    Column("approval", String(64), nullable=False),
    Column("at", String(40), nullable=False),
    Column("operator", String(32), nullable=False),
)
guard(exports, append_only("exports", "n = NEW.n"))

receipts = Table(
    "receipts",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("seq", Integer, ForeignKey("batches.seq"), nullable=False, index=True),
    Column("decision", String(16), nullable=False),
    Column("receiver", String(100), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("at", String(40), nullable=False),
    Column("operator", String(32), nullable=False),
    Column("text", String, nullable=False),
)
guard(receipts, append_only("receipts", "sha256 = NEW.sha256"))

erasures = Table(
    "erasures",
    metadata,
    Column("session", String(10), primary_key=True),
    Column("kiosk", String(32), primary_key=True),
    Column("at", String(40), nullable=False),
    Column("record", String, nullable=False),
)
guard(erasures, append_only("erasures", "session = NEW.session AND kiosk = NEW.kiosk"))

transports = Table(
    "transports",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("session", String(10), nullable=False, index=True),
    Column("kiosk", String(32), nullable=False),
    Column("people", String, nullable=False),
    Column("route", String(400), nullable=False),
    Column("container", String(200), nullable=False),
    Column("seals", String, nullable=False),
    Column("batches", String, nullable=False),
    Column("media", String, nullable=False),
    Column("left_at", String(40), nullable=False),
    Column("due", String(10)),
    Column("operator", String(32), nullable=False),
)
guard(transports, append_only("transports", "n = NEW.n"))

holds = Table(
    "holds",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("session", String(10), nullable=False, index=True),
    Column("kiosk", String(32), nullable=False),
    Column("held", Boolean, nullable=False),
    Column("words", String(400), nullable=False),
    Column("officer", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("operator", String(32), nullable=False),
)
guard(holds, append_only("holds", "n = NEW.n"))

halts = Table(
    "halts",
    metadata,
    Column("session", String(10), primary_key=True),
    Column("kiosk", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("ordered_by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("operator", String(32), nullable=False),
)
guard(halts, append_only("halts", "session = NEW.session AND kiosk = NEW.kiosk"))

papers = Table(
    "papers",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("session", String(10), nullable=False, index=True),
    Column("ticket", String(4), nullable=False),
    Column("paper", String(3), nullable=False),
    Column("count", Integer, nullable=False),
    Column("movement", String(16), nullable=False),
    Column("at", String(40), nullable=False),
    Column("operator", String(32), nullable=False),
    Column("approval", String(64), nullable=False),
)
guard(papers, append_only("papers", "n = NEW.n"))

figures = Table(
    "figures",
    metadata,
    Column("session", String(10), primary_key=True),
    Column("kiosk", String(32), primary_key=True),
    Column("ticket", String(4), primary_key=True),
    Column("service", String(1), nullable=False),
    Column("reserved", Boolean, nullable=False),
    Column("outcome", String(24)),
    Column("reason", String(3)),
    Column("waited_s", Integer),
    Column("served_s", Integer),
    Column("photos", Integer, nullable=False),
    sqlite_with_rowid=False,
)

day_figures = Table(
    "day_figures",
    metadata,
    Column("session", String(10), primary_key=True),
    Column("kiosk", String(32), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)

entries = Table(
    "entries",
    metadata,
    Column("register", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("operator", String(32), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("words", String, nullable=False),
    sqlite_with_rowid=False,
)
guard(
    entries,
    append_only("entries", "register = NEW.register AND number = NEW.number AND revision = NEW.revision"),
)

journal = journal_table(metadata)
