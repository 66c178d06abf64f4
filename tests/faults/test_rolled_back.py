"""Old files, old pages, cut tails, edited rows: noticed at the next start when older than the anchor."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3  # type: ignore[import-untyped]

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.integrity import OFFICE, Concern, Kind
from kiosk.domain.visit import Service
from kiosk.services.clock import JST
from kiosk.services.integrity import Integrity
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY, STAFF
from kiosk.store.engine import key_literal
from kiosk.store.office import OfficeStore
from kiosk.store.slots import office_key, session_key
from tests.house import Counterday, opened, opened_copy

DAY = PRACTICE_DAY.isoformat()
TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'journal' AND type = 'trigger'"
NOON = datetime(2025, 11, 5, 12, tzinfo=JST)


@pytest.fixture
def day(template: Path, tmp_path: Path) -> Iterator[Counterday]:
    """An open counter with two visitors, the program ended and both databases' keys at hand."""
    with opened_copy(template, tmp_path / "kiosk") as opened:
        opened.open(with_list=False)
        opened.waiting(Service.CONSULTATION)
        opened.desk.anchor()
        yield opened


def files(day: Counterday) -> tuple[Path, Path]:
    folder = day.desk.vault.folder
    return folder.office, folder.session(PRACTICE_DAY, "K1")


def keys(day: Counterday) -> dict[Path, bytes]:
    """What only somebody with the open PC could have."""
    vault = day.desk.vault
    office, session = files(day)
    master = vault.unlocked.master
    device = vault._secrets.get(f"{vault._id}/device")
    secret = vault._secrets.get(f"{vault._id}/session/{DAY}")
    assert device is not None
    assert secret is not None
    return {office: office_key(master, device), session: session_key(master, secret, PRACTICE_DAY, "K1")}


@contextmanager
def raw(file: Path, key: bytes) -> Iterator[Any]:
    """The database as somebody with its key and a bare SQLCipher sees it: no triggers in the way."""
    db = sqlcipher3.connect(str(file), isolation_level=None)
    db.execute(f"PRAGMA key = {key_literal(key)}")
    try:
        yield db
    finally:
        db.close()


def put_aside(file: Path, aside: Path) -> None:
    shutil.copyfile(file, aside / file.name)


def put_back(aside: Path, file: Path) -> None:
    for left in (f"{file.name}-wal", f"{file.name}-shm"):
        file.with_name(left).unlink(missing_ok=True)
    shutil.copyfile(aside / file.name, file)


def ended(day: Counterday) -> None:
    day.access.lock()
    day.desk.vault.close()


def started(day: Counterday) -> tuple[Concern, ...]:
    """The next start: the manager signs in and the unfinished session is taken up."""
    day.wire(opened(day.data))
    day.access.sign_in(MANAGER.id, PINS[MANAGER.id])
    if not day.desk.concerns:
        day.agenda.resume(PRACTICE_DAY)
    return day.desk.concerns


def test_an_untouched_folder_starts_without_a_word(day: Counterday) -> None:
    ended(day)
    assert started(day) == ()
    day.waiting(Service.CONSULTATION)


@pytest.mark.parametrize("which", [0, 1], ids=["office", "session"])
def test_an_older_database_put_back_is_noticed(day: Counterday, tmp_path: Path, which: int) -> None:
    ended(day)
    file = files(day)[which]
    put_aside(file, tmp_path)
    assert started(day) == ()
    kept = day.desk.vault.kept_anchor(["office", DAY][which]).length
    day.waiting(Service.CONSULTATION)
    ended(day)
    put_back(tmp_path, file)

    (concern,) = started(day)
    assert (concern.kind, concern.chain) == (Kind.SHORTER, ["office", DAY][which])
    assert concern.found <= kept < concern.kept
    with pytest.raises(Refused, match="read_only"):
        day.reception.check_in(Service.CONSULTATION)


def test_an_older_database_that_grew_again_is_a_fork(day: Counterday, tmp_path: Path) -> None:
    # The old file is put back while the program is ended, and somebody writes on in it with the key.
    opened = keys(day)
    ended(day)
    office, _ = files(day)
    put_aside(office, tmp_path)
    assert started(day) == ()
    ended(day)
    ahead = day_length(office, opened[office])
    put_back(tmp_path, office)
    store = OfficeStore.open(office, opened[office])
    with store.work() as work:
        while work.journal.head().length <= ahead:
            work.journal.append("sign_in", "sato", who="sato", at=NOON)
        work.commit()
    store.close()

    assert [concern.kind for concern in started(day)] == [Kind.FORKED]


def day_length(file: Path, key: bytes) -> int:
    with raw(file, key) as db:
        return int(db.execute("SELECT max(n) FROM journal").fetchone()[0])


def test_one_old_page_put_back_is_noticed(day: Counterday, tmp_path: Path) -> None:
    # Every page carries its own seal, and an old page's seal is good: only the chain can tell.
    ended(day)
    _, session = files(day)
    put_aside(session, tmp_path)
    assert started(day) == ()
    for _ in range(4):
        day.waiting(Service.CONSULTATION)
    ended(day)
    old, new = (tmp_path / session.name).read_bytes(), bytearray(session.read_bytes())
    size = 4096
    changed = [at for at in range(size, len(old), size) if old[at : at + size] != new[at : at + size]]
    assert changed
    seen = {}
    for at in changed:
        mixed = bytearray(new)
        mixed[at : at + size] = old[at : at + size]
        session.write_bytes(mixed)
        concerns = started(day)
        seen[at // size] = [concern.kind for concern in concerns]
        day.desk.vault.close()
        session.write_bytes(new)
    assert [page for page, kinds in seen.items() if not kinds] == [], seen


@pytest.mark.parametrize("which", [0, 1], ids=["office", "session"])
def test_a_tail_cut_off_the_journal_is_noticed(day: Counterday, which: int) -> None:
    opened = keys(day)
    ended(day)
    file = files(day)[which]
    with raw(file, opened[file]) as db:
        made = db.execute(TRIGGERS).fetchall()
        for name, _ in made:
            db.execute(f"DROP TRIGGER {name}")
        db.execute("DELETE FROM journal WHERE n = (SELECT max(n) FROM journal)")
        for _, sql in made:
            db.execute(sql)

    assert [concern.kind for concern in started(day)] == [Kind.SHORTER]


@pytest.mark.parametrize("which", [0, 1], ids=["office", "session"])
@pytest.mark.parametrize(
    "edit", ["who = 'suzuki'", "details = '{}'", "details = '{'", "at = '2025-11-05T08:00:00.000+09:00'"]
)
def test_a_row_edited_with_the_key_is_noticed(day: Counterday, which: int, edit: str) -> None:
    opened = keys(day)
    ended(day)
    file = files(day)[which]
    with raw(file, opened[file]) as db:
        # Through the trigger's own door: it is dropped, and put back as if nothing had been.
        sql = db.execute("SELECT sql FROM sqlite_master WHERE name = 'journal_no_update'").fetchone()[0]
        db.execute("DROP TRIGGER journal_no_update")
        db.execute(f"UPDATE journal SET {edit} WHERE n = 1")
        db.execute(sql)
    if edit == "details = '{}'" and which == 1:
        # The first entry of a day has no details: the chain holds, but the file is not the one left here.
        assert [concern.kind for concern in started(day)] == [Kind.TOUCHED]
        return

    (concern,) = started(day)
    assert (concern.kind, concern.found) == (Kind.EDITED, 1)


@pytest.mark.parametrize("which", [0, 1], ids=["office", "session"])
def test_a_trigger_gone_or_altered_is_noticed(day: Counterday, which: int) -> None:
    opened = keys(day)
    ended(day)
    file = files(day)[which]
    with raw(file, opened[file]) as db:
        db.execute("DROP TRIGGER journal_no_delete")
        db.execute("DROP TRIGGER journal_no_update")
        db.execute("CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT 1; END")

    (concern,) = started(day)
    assert (concern.kind, concern.found) == (Kind.GUARDS_MISSING, 2)


@pytest.mark.parametrize("which", [0, 1], ids=["office", "session"])
def test_a_damaged_page_is_noticed(day: Counterday, which: int) -> None:
    ended(day)
    file = files(day)[which]
    content = bytearray(file.read_bytes())
    content[-2000] ^= 1
    file.write_bytes(content)

    concerns = started(day)
    assert concerns[0].kind is Kind.PAGE_DAMAGED
    assert concerns[0].found == 1


def test_a_session_that_cannot_be_opened_leaves_the_office_to_look_at(day: Counterday) -> None:
    ended(day)
    _, session = files(day)
    content = bytearray(session.read_bytes())
    content[100] ^= 1
    session.write_bytes(content)

    assert started(day) == (Concern(Kind.UNREADABLE, DAY),)


def test_an_office_that_cannot_be_read_lets_nobody_in_and_leaves_no_key(day: Counterday) -> None:
    ended(day)
    office, _ = files(day)
    whole = office.read_bytes()
    office.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])

    day.wire(opened(day.data))
    with pytest.raises(Trouble, match="database_unreadable"):
        day.access.sign_in(MANAGER.id, PINS[MANAGER.id])
    assert day.desk.concerns == (Concern(Kind.UNREADABLE, OFFICE),)
    assert day.desk.operator is None
    assert not day.desk.vault.is_unlocked
    day.desk.vault.close()
    office.write_bytes(whole)
    assert started(day) == ()


def test_who_takes_over_looks_over_the_records_again(day: Counterday) -> None:
    """A trigger goes while the counter stands open: it stops at the next person, not only at the next day."""
    with raw(files(day)[1], keys(day)[files(day)[1]]) as db:
        db.execute("DROP TRIGGER journal_no_delete")
    day.access.change_operator(day.access.prove(STAFF.id, PINS[STAFF.id]))

    assert day.desk.operator == STAFF
    assert day.desk.concerns == (Concern(Kind.GUARDS_MISSING, DAY, 0, 1),)
    with pytest.raises(Refused, match="read_only"):
        day.waiting(Service.CONSULTATION)
    day.access.change_operator(day.access.prove(MANAGER.id, PINS[MANAGER.id]))
    assert [concern.kind for concern in day.desk.concerns] == [Kind.GUARDS_MISSING]
    Integrity(day.desk).acknowledge("保守担当が開いた", "市民課 田中")
    day.waiting(Service.CONSULTATION)


def test_a_day_that_could_not_be_opened_stays_noticed_when_hands_change(day: Counterday) -> None:
    ended(day)
    session = files(day)[1]
    content = bytearray(session.read_bytes())
    content[100] ^= 1
    session.write_bytes(content)
    lost = (Concern(Kind.UNREADABLE, DAY),)
    assert started(day) == lost

    day.access.change_operator(day.access.prove(STAFF.id, PINS[STAFF.id]))
    assert day.desk.concerns == lost


def test_what_the_last_five_minutes_hide(day: Counterday, tmp_path: Path) -> None:
    """Said plainly: after a power cut, acts recorded since the last anchor can be put back unseen."""
    _, session = files(day)
    kept = day.desk.vault.kept_anchor(DAY)
    day.desk.vault.close()
    put_aside(session, tmp_path)
    assert started(day) == ()
    day.waiting(Service.CONSULTATION)
    day.desk.vault.close()  # as after a power cut: no lock, no anchor
    put_back(tmp_path, session)

    assert started(day) == ()
    assert day.desk.vault.kept_anchor(DAY) == kept
