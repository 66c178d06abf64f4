"""What was agreed with the city about single days of the agenda, kept as it was said."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """
    CREATE TABLE agenda_changes (
        n INTEGER NOT NULL,
        day VARCHAR(10) NOT NULL,
        kind VARCHAR(16) NOT NULL,
        reason VARCHAR(400) NOT NULL,
        agreed_by VARCHAR(400) NOT NULL,
        agreed_on VARCHAR(10) NOT NULL,
        at VARCHAR(40) NOT NULL,
        operator VARCHAR(32) NOT NULL,
        venue VARCHAR(200) NOT NULL,
        CONSTRAINT pk_agenda_changes PRIMARY KEY (n)
    )
    """,
    """
    CREATE TRIGGER agenda_changes_no_update BEFORE UPDATE ON agenda_changes
        BEGIN SELECT RAISE(ABORT, 'agenda_changes is append-only'); END
    """,
    """
    CREATE TRIGGER agenda_changes_no_delete BEFORE DELETE ON agenda_changes
        BEGIN SELECT RAISE(ABORT, 'agenda_changes is append-only'); END
    """,
    """
    CREATE TRIGGER agenda_changes_no_replace BEFORE INSERT ON agenda_changes
        WHEN EXISTS (SELECT 1 FROM agenda_changes WHERE n = NEW.n)
        BEGIN SELECT RAISE(ABORT, 'agenda_changes is append-only'); END
    """,
)


def upgrade() -> None:
    """Makes the table and the triggers that guard it."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
