"""A step carries further codes: who came, by which way, why it was taken back."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    # The triggers that keep steps from being changed go with the old table and come back with the new one.
    "ALTER TABLE steps RENAME TO steps_before",
    "DROP TRIGGER steps_no_update",
    "DROP TRIGGER steps_no_delete",
    "DROP TRIGGER steps_no_replace",
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
        facts VARCHAR NOT NULL,
        CONSTRAINT pk_steps PRIMARY KEY (ticket, n),
        CONSTRAINT fk_steps_ticket FOREIGN KEY(ticket) REFERENCES visits (ticket)
    )
     WITHOUT ROWID
    """,
    """
    INSERT INTO steps
        SELECT ticket, n, kind, at, operator, outcome, event, officer, started_at, papers, '{}'
        FROM steps_before
    """,
    "DROP TABLE steps_before",
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
    """Makes the table anew, because its text is compared with the one the program declares."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
