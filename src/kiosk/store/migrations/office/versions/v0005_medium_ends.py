"""How every stick ended: wiped or destroyed, by whom, before whom, under which certificate."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """
    CREATE TABLE medium_ends (
        n INTEGER NOT NULL,
        serial VARCHAR(128) NOT NULL,
        state VARCHAR(16) NOT NULL,
        "on" VARCHAR(10) NOT NULL,
        "by" VARCHAR(100) NOT NULL,
        witness VARCHAR(100) NOT NULL,
        certificate VARCHAR(200) NOT NULL,
        at VARCHAR(40) NOT NULL,
        operator VARCHAR(32) NOT NULL,
        CONSTRAINT pk_medium_ends PRIMARY KEY (n)
    )
    """,
    "CREATE INDEX ix_medium_ends_serial ON medium_ends (serial)",
    """
    CREATE TRIGGER medium_ends_no_update BEFORE UPDATE ON medium_ends
        BEGIN SELECT RAISE(ABORT, 'medium_ends is append-only'); END
    """,
    """
    CREATE TRIGGER medium_ends_no_delete BEFORE DELETE ON medium_ends
        BEGIN SELECT RAISE(ABORT, 'medium_ends is append-only'); END
    """,
    """
    CREATE TRIGGER medium_ends_no_replace BEFORE INSERT ON medium_ends
        WHEN EXISTS (SELECT 1 FROM medium_ends WHERE n = NEW.n)
        BEGIN SELECT RAISE(ABORT, 'medium_ends is append-only'); END
    """,
)


def upgrade() -> None:
    """Makes the table and the triggers that guard it."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
