"""The registers and ledgers of the contract, as first delivered."""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE settings (
        "key" VARCHAR(64) NOT NULL,
        value VARCHAR NOT NULL,
        CONSTRAINT pk_settings PRIMARY KEY ("key")
    )
    """,
    """
    CREATE TABLE openings (
        day VARCHAR(10) NOT NULL,
        kiosk VARCHAR(32) NOT NULL,
        venue VARCHAR(200) NOT NULL,
        manager VARCHAR(32) NOT NULL,
        opened_at VARCHAR(40) NOT NULL,
        state VARCHAR(16) NOT NULL,
        checklist VARCHAR NOT NULL,
        origin VARCHAR(16) NOT NULL,
        reason VARCHAR(400) NOT NULL,
        evidence_hold BOOLEAN NOT NULL,
        CONSTRAINT pk_openings PRIMARY KEY (day, kiosk)
    )
    """,
    """
    CREATE TRIGGER openings_no_delete BEFORE DELETE ON openings
        BEGIN SELECT RAISE(ABORT, 'openings keeps its rows'); END
    """,
    """
    CREATE TABLE approvals (
        number VARCHAR(64) NOT NULL,
        subject VARCHAR(32) NOT NULL,
        "on" VARCHAR(10) NOT NULL,
        valid_from VARCHAR(10) NOT NULL,
        valid_until VARCHAR(10) NOT NULL,
        standing BOOLEAN NOT NULL,
        used INTEGER NOT NULL,
        CONSTRAINT pk_approvals PRIMARY KEY (number, subject)
    )
    """,
    """
    CREATE TRIGGER approvals_no_delete BEFORE DELETE ON approvals
        BEGIN SELECT RAISE(ABORT, 'approvals keeps its rows'); END
    """,
    """
    CREATE TABLE media (
        serial VARCHAR(128) NOT NULL,
        kind VARCHAR(16) NOT NULL,
        approval VARCHAR(64) NOT NULL,
        state VARCHAR(16) NOT NULL,
        CONSTRAINT pk_media PRIMARY KEY (serial)
    )
    """,
    """
    CREATE TRIGGER media_no_delete BEFORE DELETE ON media
        BEGIN SELECT RAISE(ABORT, 'media keeps its rows'); END
    """,
    """
    CREATE TABLE staff (
        operator VARCHAR(32) NOT NULL,
        name VARCHAR(100) NOT NULL,
        role VARCHAR(16) NOT NULL,
        employment VARCHAR(64) NOT NULL,
        badge VARCHAR(64) NOT NULL,
        reported_on VARCHAR(10),
        trained_on VARCHAR(10),
        pledged_on VARCHAR(10),
        approved_on VARCHAR(10),
        approval VARCHAR(64) NOT NULL,
        left_on VARCHAR(10),
        CONSTRAINT pk_staff PRIMARY KEY (operator)
    )
    """,
    """
    CREATE TRIGGER staff_no_delete BEFORE DELETE ON staff
        BEGIN SELECT RAISE(ABORT, 'staff keeps its rows'); END
    """,
    """
    CREATE TABLE handovers (
        number INTEGER NOT NULL,
        direction VARCHAR(16) NOT NULL,
        item VARCHAR(100) NOT NULL,
        at VARCHAR(40) NOT NULL,
        session VARCHAR(10) NOT NULL,
        medium VARCHAR(100) NOT NULL,
        means VARCHAR(100) NOT NULL,
        place VARCHAR(200) NOT NULL,
        giver VARCHAR(100) NOT NULL,
        taker VARCHAR(100) NOT NULL,
        file_name VARCHAR(260) NOT NULL,
        sha256 VARCHAR(64) NOT NULL,
        count INTEGER NOT NULL,
        approval VARCHAR(64) NOT NULL,
        returned_at VARCHAR(40),
        CONSTRAINT pk_handovers PRIMARY KEY (number)
    )
    """,
    """
    CREATE INDEX ix_handovers_session ON handovers (session)
    """,
    """
    CREATE TRIGGER handovers_no_delete BEFORE DELETE ON handovers
        BEGIN SELECT RAISE(ABORT, 'handovers keeps its rows'); END
    """,
    """
    CREATE TABLE batches (
        seq INTEGER NOT NULL,
        name VARCHAR(64) NOT NULL,
        session VARCHAR(10) NOT NULL,
        sealed_at VARCHAR(40) NOT NULL,
        size INTEGER NOT NULL,
        manifest_sha256 VARCHAR(64) NOT NULL,
        plaintext_sha256 VARCHAR(64) NOT NULL,
        prev VARCHAR(64),
        supersedes VARCHAR(64),
        operator VARCHAR(32) NOT NULL,
        counts VARCHAR NOT NULL,
        CONSTRAINT pk_batches PRIMARY KEY (seq),
        CONSTRAINT uq_batches_manifest_sha256 UNIQUE (manifest_sha256)
    )
    """,
    """
    CREATE INDEX ix_batches_session ON batches (session)
    """,
    """
    CREATE TRIGGER batches_no_update BEFORE UPDATE ON batches
        BEGIN SELECT RAISE(ABORT, 'batches is append-only'); END
    """,
    """
    CREATE TRIGGER batches_no_delete BEFORE DELETE ON batches
        BEGIN SELECT RAISE(ABORT, 'batches is append-only'); END
    """,
    """
    CREATE TRIGGER batches_no_replace BEFORE INSERT ON batches
        WHEN EXISTS (SELECT 1 FROM batches WHERE seq = NEW.seq OR manifest_sha256 = NEW.manifest_sha256)
        BEGIN SELECT RAISE(ABORT, 'batches is append-only'); END
    """,
    """
    CREATE TABLE erasures (
        session VARCHAR(10) NOT NULL,
        kiosk VARCHAR(32) NOT NULL,
        at VARCHAR(40) NOT NULL,
        record VARCHAR NOT NULL,
        CONSTRAINT pk_erasures PRIMARY KEY (session, kiosk)
    )
    """,
    """
    CREATE TRIGGER erasures_no_update BEFORE UPDATE ON erasures
        BEGIN SELECT RAISE(ABORT, 'erasures is append-only'); END
    """,
    """
    CREATE TRIGGER erasures_no_delete BEFORE DELETE ON erasures
        BEGIN SELECT RAISE(ABORT, 'erasures is append-only'); END
    """,
    """
    CREATE TRIGGER erasures_no_replace BEFORE INSERT ON erasures
        WHEN EXISTS (SELECT 1 FROM erasures WHERE session = NEW.session AND kiosk = NEW.kiosk)
        BEGIN SELECT RAISE(ABORT, 'erasures is append-only'); END
    """,
    """
    CREATE TABLE papers (
        n INTEGER NOT NULL,
        session VARCHAR(10) NOT NULL,
        ticket VARCHAR(4) NOT NULL,
        paper VARCHAR(3) NOT NULL,
        count INTEGER NOT NULL,
        movement VARCHAR(16) NOT NULL,
        at VARCHAR(40) NOT NULL,
        operator VARCHAR(32) NOT NULL,
        approval VARCHAR(64) NOT NULL,
        CONSTRAINT pk_papers PRIMARY KEY (n)
    )
    """,
    """
    CREATE INDEX ix_papers_session ON papers (session)
    """,
    """
    CREATE TRIGGER papers_no_update BEFORE UPDATE ON papers
        BEGIN SELECT RAISE(ABORT, 'papers is append-only'); END
    """,
    """
    CREATE TRIGGER papers_no_delete BEFORE DELETE ON papers
        BEGIN SELECT RAISE(ABORT, 'papers is append-only'); END
    """,
    """
    CREATE TRIGGER papers_no_replace BEFORE INSERT ON papers
        WHEN EXISTS (SELECT 1 FROM papers WHERE n = NEW.n)
        BEGIN SELECT RAISE(ABORT, 'papers is append-only'); END
    """,
    """
    CREATE TABLE figures (
        session VARCHAR(10) NOT NULL,
        kiosk VARCHAR(32) NOT NULL,
        ticket VARCHAR(4) NOT NULL,
        service VARCHAR(1) NOT NULL,
        reserved BOOLEAN NOT NULL,
        outcome VARCHAR(24),
        reason VARCHAR(3),
        waited_s INTEGER,
        served_s INTEGER,
        photos INTEGER NOT NULL,
        CONSTRAINT pk_figures PRIMARY KEY (session, kiosk, ticket)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE day_figures (
        session VARCHAR(10) NOT NULL,
        kiosk VARCHAR(32) NOT NULL,
        name VARCHAR(64) NOT NULL,
        count INTEGER NOT NULL,
        CONSTRAINT pk_day_figures PRIMARY KEY (session, kiosk, name)
    )
     WITHOUT ROWID
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
    CREATE TABLE exports (
        n INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        medium VARCHAR(128) NOT NULL,
        approval VARCHAR(64) NOT NULL,
        at VARCHAR(40) NOT NULL,
        operator VARCHAR(32) NOT NULL,
        CONSTRAINT pk_exports PRIMARY KEY (n),
        CONSTRAINT fk_exports_seq FOREIGN KEY(seq) REFERENCES batches (seq)
    )
    """,
    """
    CREATE INDEX ix_exports_seq ON exports (seq)
    """,
    """
    CREATE TRIGGER exports_no_update BEFORE UPDATE ON exports
        BEGIN SELECT RAISE(ABORT, 'exports is append-only'); END
    """,
    """
    CREATE TRIGGER exports_no_delete BEFORE DELETE ON exports
        BEGIN SELECT RAISE(ABORT, 'exports is append-only'); END
    """,
    """
    CREATE TRIGGER exports_no_replace BEFORE INSERT ON exports
        WHEN EXISTS (SELECT 1 FROM exports WHERE n = NEW.n)
        BEGIN SELECT RAISE(ABORT, 'exports is append-only'); END
    """,
    """
    CREATE TABLE receipts (
        sha256 VARCHAR(64) NOT NULL,
        seq INTEGER NOT NULL,
        decision VARCHAR(16) NOT NULL,
        receiver VARCHAR(100) NOT NULL,
        reason VARCHAR(400) NOT NULL,
        at VARCHAR(40) NOT NULL,
        operator VARCHAR(32) NOT NULL,
        text VARCHAR NOT NULL,
        CONSTRAINT pk_receipts PRIMARY KEY (sha256),
        CONSTRAINT fk_receipts_seq FOREIGN KEY(seq) REFERENCES batches (seq)
    )
    """,
    """
    CREATE INDEX ix_receipts_seq ON receipts (seq)
    """,
    """
    CREATE TRIGGER receipts_no_update BEFORE UPDATE ON receipts
        BEGIN SELECT RAISE(ABORT, 'receipts is append-only'); END
    """,
    """
    CREATE TRIGGER receipts_no_delete BEFORE DELETE ON receipts
        BEGIN SELECT RAISE(ABORT, 'receipts is append-only'); END
    """,
    """
    CREATE TRIGGER receipts_no_replace BEFORE INSERT ON receipts
        WHEN EXISTS (SELECT 1 FROM receipts WHERE sha256 = NEW.sha256)
        BEGIN SELECT RAISE(ABORT, 'receipts is append-only'); END
    """,
)


def upgrade() -> None:
    """Makes the tables and the triggers that guard what must not change."""
    for statement in STATEMENTS:
        op.get_bind().exec_driver_sql(statement)
