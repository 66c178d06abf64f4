"""The office's registers: every kind of entry in one table, corrected by a further revision."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
    CREATE TABLE entries (
        register VARCHAR(32) NOT NULL,
        number INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        at VARCHAR(40) NOT NULL,
        operator VARCHAR(32) NOT NULL,
        reason VARCHAR(400) NOT NULL,
        words VARCHAR NOT NULL,
        CONSTRAINT pk_entries PRIMARY KEY (register, number, revision)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
        BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END
    """,
    """
    CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
        BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END
    """,
    """
    CREATE TRIGGER entries_no_replace BEFORE INSERT ON entries
        WHEN EXISTS (SELECT 1 FROM entries WHERE register = NEW.register AND number = NEW.number
            AND revision = NEW.revision)
        BEGIN SELECT RAISE(ABORT, 'entries is append-only'); END
    """,
)


def upgrade() -> None:
    """Makes the table and its guards."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
