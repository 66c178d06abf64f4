"""The tables of a counter day, as first delivered."""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE reservations (
        place INTEGER NOT NULL,
        number VARCHAR(64) NOT NULL,
        slot VARCHAR(5) NOT NULL,
        cancelled BOOLEAN NOT NULL,
        name VARCHAR(400) NOT NULL,
        kana VARCHAR(400) NOT NULL,
        search_key VARCHAR(1000) NOT NULL,
        party_size INTEGER NOT NULL,
        remarks VARCHAR(200) NOT NULL,
        flags VARCHAR NOT NULL,
        CONSTRAINT pk_reservations PRIMARY KEY (number)
    )
    """,
    """
    CREATE TABLE tickets (
        place INTEGER NOT NULL,
        number VARCHAR(4) NOT NULL,
        letter VARCHAR(1) NOT NULL,
        n INTEGER NOT NULL,
        service VARCHAR(1) NOT NULL,
        issued_at VARCHAR(40) NOT NULL,
        printed BOOLEAN NOT NULL,
        reprints INTEGER NOT NULL,
        CONSTRAINT pk_tickets PRIMARY KEY (place),
        CONSTRAINT uq_tickets_number UNIQUE (number),
        CONSTRAINT uq_tickets_letter UNIQUE (letter, n)
    )
    """,
    """
    CREATE TRIGGER tickets_no_delete BEFORE DELETE ON tickets
        BEGIN SELECT RAISE(ABORT, 'tickets keeps its rows'); END
    """,
    """
    CREATE TABLE guidance (
        n INTEGER NOT NULL,
        kind VARCHAR(32) NOT NULL,
        at VARCHAR(40) NOT NULL,
        operator VARCHAR(32) NOT NULL,
        CONSTRAINT pk_guidance PRIMARY KEY (n)
    )
    """,
    """
    CREATE TABLE meta (
        "key" VARCHAR(64) NOT NULL,
        value VARCHAR NOT NULL,
        CONSTRAINT pk_meta PRIMARY KEY ("key")
    )
    """,
    """
    CREATE TABLE journal (
        n INTEGER NOT NULL,
        prev VARCHAR(64) NOT NULL,
        at VARCHAR(40) NOT NULL,
        boot VARCHAR(32) NOT NULL,
        monotonic INTEGER NOT NULL,
        who VARCHAR(64) NOT NULL,
        act VARCHAR(64) NOT NULL,
        object VARCHAR(128) NOT NULL,
        details VARCHAR NOT NULL,
        hash VARCHAR(64) NOT NULL,
        CONSTRAINT pk_journal PRIMARY KEY (n)
    )
    """,
    """
    CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END
    """,
    """
    CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END
    """,
    """
    CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
        WHEN EXISTS (SELECT 1 FROM journal WHERE n = NEW.n)
        BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END
    """,
    """
    CREATE TABLE visits (
        ticket VARCHAR(4) NOT NULL,
        service VARCHAR(1) NOT NULL,
        state VARCHAR(16) NOT NULL,
        reservation VARCHAR(64),
        name VARCHAR(400) NOT NULL,
        kana VARCHAR(400) NOT NULL,
        party VARCHAR(64),
        flags VARCHAR NOT NULL,
        outcome VARCHAR(24),
        reason VARCHAR(3),
        pin_form VARCHAR(8),
        window VARCHAR(32) NOT NULL,
        CONSTRAINT pk_visits PRIMARY KEY (ticket),
        CONSTRAINT fk_visits_ticket FOREIGN KEY(ticket) REFERENCES tickets (number)
    )
     WITHOUT ROWID
    """,
    """
    CREATE INDEX ix_visits_state ON visits (state)
    """,
    """
    CREATE TABLE custody (
        n INTEGER NOT NULL,
        ticket VARCHAR(4) NOT NULL,
        paper VARCHAR(3) NOT NULL,
        count INTEGER NOT NULL,
        movement VARCHAR(16) NOT NULL,
        at VARCHAR(40) NOT NULL,
        operator VARCHAR(32) NOT NULL,
        CONSTRAINT pk_custody PRIMARY KEY (n),
        CONSTRAINT fk_custody_ticket FOREIGN KEY(ticket) REFERENCES tickets (number)
    )
    """,
    """
    CREATE INDEX ix_custody_ticket ON custody (ticket)
    """,
    """
    CREATE TRIGGER custody_no_update BEFORE UPDATE ON custody
        BEGIN SELECT RAISE(ABORT, 'custody is append-only'); END
    """,
    """
    CREATE TRIGGER custody_no_delete BEFORE DELETE ON custody
        BEGIN SELECT RAISE(ABORT, 'custody is append-only'); END
    """,
    """
    CREATE TRIGGER custody_no_replace BEFORE INSERT ON custody
        WHEN EXISTS (SELECT 1 FROM custody WHERE n = NEW.n)
        BEGIN SELECT RAISE(ABORT, 'custody is append-only'); END
    """,
    """
    CREATE TABLE applications (
        ticket VARCHAR(4) NOT NULL,
        application_id VARCHAR(23),
        handed_over BOOLEAN NOT NULL,
        CONSTRAINT pk_applications PRIMARY KEY (ticket),
        CONSTRAINT fk_applications_ticket FOREIGN KEY(ticket) REFERENCES tickets (number)
    )
    """,
    """
    CREATE TABLE portraits (
        ticket VARCHAR(4) NOT NULL,
        jpeg BLOB NOT NULL,
        taken_at VARCHAR(40) NOT NULL,
        operator VARCHAR(32) NOT NULL,
        verdict VARCHAR NOT NULL,
        CONSTRAINT pk_portraits PRIMARY KEY (ticket),
        CONSTRAINT fk_portraits_ticket FOREIGN KEY(ticket) REFERENCES tickets (number)
    )
    """,
    """
    CREATE TABLE steps (
        ticket VARCHAR(4) NOT NULL,
        n INTEGER NOT NULL,
        kind VARCHAR(24) NOT NULL,
        at VARCHAR(40) NOT NULL,
        operator VARCHAR(32) NOT NULL,
        outcome VARCHAR(16) NOT NULL,
        event VARCHAR(16),
        officer VARCHAR(100) NOT NULL,
        started_at VARCHAR(40),
        papers VARCHAR NOT NULL,
        CONSTRAINT pk_steps PRIMARY KEY (ticket, n),
        CONSTRAINT fk_steps_ticket FOREIGN KEY(ticket) REFERENCES visits (ticket)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TRIGGER steps_no_update BEFORE UPDATE ON steps
        BEGIN SELECT RAISE(ABORT, 'steps is append-only'); END
    """,
    """
    CREATE TRIGGER steps_no_delete BEFORE DELETE ON steps
        BEGIN SELECT RAISE(ABORT, 'steps is append-only'); END
    """,
    """
    CREATE TRIGGER steps_no_replace BEFORE INSERT ON steps
        WHEN EXISTS (SELECT 1 FROM steps WHERE ticket = NEW.ticket AND n = NEW.n)
        BEGIN SELECT RAISE(ABORT, 'steps is append-only'); END
    """,
)


def upgrade() -> None:
    """Makes the tables and the triggers that guard what must not change."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
