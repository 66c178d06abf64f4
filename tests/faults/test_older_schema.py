"""A new version meets yesterday's databases: a sealed copy first, then the migration, and the day goes on."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from kiosk.domain.visit import Service
from kiosk.sealing.age import decrypt
from kiosk.sealing.keys import AgeIdentity
from kiosk.services.older import copies_of, copy_name
from kiosk.services.practice import PRACTICE_DAY
from kiosk.store.schema import HEADS
from tests.house import Counterday, opened_copy

ROOT = Path(__file__).resolve().parents[2]
DAY = PRACTICE_DAY.isoformat()
NEXT = '''"""A later version, made up for this story."""

from alembic import op

revision = "{next}"
down_revision = "{head}"


def upgrade() -> None:
    op.execute("CREATE TABLE later (n INTEGER PRIMARY KEY)")
'''
NEW_PROGRAM = """
import json, sys
from pathlib import Path
from kiosk.services.access import Access
from kiosk.services.agenda import AgendaDesk
from kiosk.services.counter import Counter
from kiosk.services.open_desk import open_desk
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY
from kiosk.store.vault import KdfCost

desk = open_desk(Path(sys.argv[1]), day=PRACTICE_DAY, cost=KdfCost(64, 1, 1))
access = Access(desk)
access.sign_in(MANAGER.id, PINS[MANAGER.id])
AgendaDesk(desk).resume(PRACTICE_DAY)
with desk.office.reading() as view:
    acts = [(entry.act, entry.object, dict(entry.details)) for entry in view.journal.entries()]
print(json.dumps({
    "visit": Counter(desk).visit(sys.argv[2]).ticket,
    "concerns": [concern.kind.value for concern in desk.concerns],
    "copies": [act for act in acts if act[0] == "copy_before_migration"],
}))
access.lock()
desk.vault.close()
"""


def following(version: str) -> str:
    return f"{int(version) + 1:04d}"


@pytest.fixture
def new_program(tmp_path: Path) -> Path:
    """This program with one more version of both databases."""
    source = tmp_path / "program" / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "program" / "resources").symlink_to(ROOT / "resources")
    for which in ("office", "session"):
        versions = source / "kiosk" / "store" / "migrations" / which / "versions"
        later = NEXT.format(head=HEADS[which], next=following(HEADS[which]))
        (versions / f"v{following(HEADS[which])}_later.py").write_text(later, encoding="utf-8")
    schema = source / "kiosk" / "store" / "schema.py"
    text = schema.read_text(encoding="utf-8")
    for which, head in HEADS.items():
        newer = text.replace(f'"{which}": "{head}"', f'"{which}": "{following(head)}"')
        assert newer != text
        text = newer
    schema.write_text(text, encoding="utf-8")
    return source


def run(source: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(source)}
    return subprocess.run(
        [sys.executable, "-c", NEW_PROGRAM, *words],
        capture_output=True,
        text=True,
        env=env,
        cwd=source,
        check=False,
        timeout=120,
    )


def unsealed(copy: Path, identity: AgeIdentity) -> bytes:
    """The database inside a copy, put together from its parts."""
    tar = io.BytesIO()
    with copy.open("rb") as stream:
        decrypt(stream, tar, identity)
    tar.seek(0)
    with tarfile.open(fileobj=tar) as archive:
        parts = [archive.extractfile(name) for name in sorted(archive.getnames())]
        return b"".join(part.read() for part in parts if part is not None)


def left(day: Counterday) -> tuple[str, AgeIdentity, dict[str, bytes]]:
    """A visitor's number, the kiosk's own identity, and both files as the old program left them."""
    day.open(with_list=False)
    ticket = day.waiting(Service.CONSULTATION).ticket
    with day.desk.office.reading() as view:
        identity = AgeIdentity.from_file_text(view.settings.get("age_identity"))
    day.access.lock()
    day.desk.vault.close()
    folder = day.desk.vault.folder
    files = {"office": folder.office, DAY: folder.session(PRACTICE_DAY, "K1")}
    return ticket, identity, {chain: file.read_bytes() for chain, file in files.items()}


def test_both_databases_are_copied_under_seal_before_they_are_migrated(
    template: Path, tmp_path: Path, new_program: Path
) -> None:
    with opened_copy(template, tmp_path / "kiosk") as day:
        ticket, identity, before = left(day)
        done = run(new_program, str(day.data), ticket)
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)

        assert answer["visit"] == ticket
        assert answer["concerns"] == []
        outbox = day.data / "outbox"
        heads = {"office": HEADS["office"], DAY: HEADS["session"]}
        for chain, content in before.items():
            copy = outbox / copy_name(chain, "K1", heads[chain])
            assert unsealed(copy, identity) == content
            assert content not in copy.read_bytes()
        told = {name: details["sha256"] for _, name, details in answer["copies"]}
        assert set(told) == {copy_name(chain, "K1", heads[chain]) for chain in before}
        assert all(len(bytes.fromhex(sha256)) == hashlib.sha256().digest_size for sha256 in told.values())
        assert [file.name for file in copies_of(outbox, PRACTICE_DAY)] == [copy_name(DAY, "K1", heads[DAY])]

        again = json.loads(run(new_program, str(day.data), ticket).stdout)
        assert again == answer  # migrated once, copied once


def test_without_a_copy_nothing_is_migrated(template: Path, tmp_path: Path, new_program: Path) -> None:
    with opened_copy(template, tmp_path / "kiosk") as day:
        ticket, _, before = left(day)
        outbox = day.data / "outbox"
        outbox.rmdir()
        outbox.write_bytes(b"in the way")
        done = run(new_program, str(day.data), ticket)

        assert done.returncode != 0
        assert "copy_unwritable" in done.stderr
        assert day.desk.vault.folder.office.read_bytes() == before["office"]


def test_the_older_program_refuses_what_the_newer_has_migrated(
    template: Path, tmp_path: Path, new_program: Path
) -> None:
    with opened_copy(template, tmp_path / "kiosk") as day:
        ticket, _, _ = left(day)
        assert run(new_program, str(day.data), ticket).returncode == 0
        older = run(ROOT / "src", str(day.data), ticket)

        assert older.returncode != 0
        assert "schema_newer" in older.stderr
