"""What happens to a session besides its batch: the way to the city, evidence held, a session called off."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """
    CREATE TABLE transports (
        n INTEGER NOT NULL,
        session VARCHAR(10) NOT NULL,
        kiosk VARCHAR(32) NOT NULL,
        people VARCHAR NOT NULL,
        route VARCHAR(400) NOT NULL,
        container VARCHAR(200) NOT NULL,
        seals VARCHAR NOT NULL,
        batches VARCHAR NOT NULL,
        media VARCHAR NOT NULL,
        left_at VARCHAR(40) NOT NULL,
        due VARCHAR(10),
        operator VARCHAR(32) NOT NULL,
        CONSTRAINT pk_transports PRIMARY KEY (n)
    )
    """,
    """
    CREATE INDEX ix_transports_session ON transports (session)
    """,
    """
    CREATE TABLE holds (
        n INTEGER NOT NULL,
        session VARCHAR(10) NOT NULL,
        kiosk VARCHAR(32) NOT NULL,
        held BOOLEAN NOT NULL,
        words VARCHAR(400) NOT NULL,
        officer VARCHAR(100) NOT NULL,
        at VARCHAR(40) NOT NULL,
        operator VARCHAR(32) NOT NULL,
        CONSTRAINT pk_holds PRIMARY KEY (n)
    )
    """,
    """
    CREATE INDEX ix_holds_session ON holds (session)
    """,
    """
    CREATE TABLE halts (
        session VARCHAR(10) NOT NULL,
        kiosk VARCHAR(32) NOT NULL,
        kind VARCHAR(16) NOT NULL,
        reason VARCHAR(400) NOT NULL,
        ordered_by VARCHAR(100) NOT NULL,
        at VARCHAR(40) NOT NULL,
        operator VARCHAR(32) NOT NULL,
        CONSTRAINT pk_halts PRIMARY KEY (session, kiosk)
    )
    """,
    """
    CREATE TRIGGER transports_no_update BEFORE UPDATE ON transports
        BEGIN SELECT RAISE(ABORT, 'transports is append-only'); END
    """,
    """
    CREATE TRIGGER transports_no_delete BEFORE DELETE ON transports
        BEGIN SELECT RAISE(ABORT, 'transports is append-only'); END
    """,
    """
    CREATE TRIGGER transports_no_replace BEFORE INSERT ON transports
        WHEN EXISTS (SELECT 1 FROM transports WHERE n = NEW.n)
        BEGIN SELECT RAISE(ABORT, 'transports is append-only'); END
    """,
    """
    CREATE TRIGGER holds_no_update BEFORE UPDATE ON holds
        BEGIN SELECT RAISE(ABORT, 'holds is append-only'); END
    """,
    """
    CREATE TRIGGER holds_no_delete BEFORE DELETE ON holds
        BEGIN SELECT RAISE(ABORT, 'holds is append-only'); END
    """,
    """
    CREATE TRIGGER holds_no_replace BEFORE INSERT ON holds
        WHEN EXISTS (SELECT 1 FROM holds WHERE n = NEW.n)
        BEGIN SELECT RAISE(ABORT, 'holds is append-only'); END
    """,
    """
    CREATE TRIGGER halts_no_update BEFORE UPDATE ON halts
        BEGIN SELECT RAISE(ABORT, 'halts is append-only'); END
    """,
    """
    CREATE TRIGGER halts_no_delete BEFORE DELETE ON halts
        BEGIN SELECT RAISE(ABORT, 'halts is append-only'); END
    """,
    """
    CREATE TRIGGER halts_no_replace BEFORE INSERT ON halts
        WHEN EXISTS (SELECT 1 FROM halts WHERE session = NEW.session AND kiosk = NEW.kiosk)
        BEGIN SELECT RAISE(ABORT, 'halts is append-only'); END
    """,
)


def upgrade() -> None:
    """Makes the three ledgers with their guards; nothing that stands is touched."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
