"""What one counter day does not let happen: changed records, a put-back file, a life after erasure."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from kiosk.domain.custody import CustodyLine, Movement, Paper
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.reservation import Reservation
from kiosk.domain.ticket import Ticket
from kiosk.domain.visit import Service
from kiosk.store.device_secrets import MemorySecrets
from kiosk.store.session import SessionStore
from kiosk.store.slots import session_key
from kiosk.store.vault import Vault
from tests.store.counter import DAY, KANA, NAME, NINE, PHRASE, Clock, again, bytes_below, receive

OTHER_NAME = "﨑山 たろう"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column}",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
    ],
)
@pytest.mark.parametrize(
    ("table", "column"), [("journal", "who"), ("steps", "operator"), ("custody", "count")]
)
def test_what_is_written_once_cannot_be_changed(
    day: SessionStore, statement: str, table: str, column: str
) -> None:
    with day.work() as work:
        receive(work)
        work.custody.append(CustodyLine("A001", Paper.F01, 1, Movement.RECEIVED, NINE, "s01"))
        work.commit()
    with pytest.raises(IntegrityError, match="append-only"), day.work() as work:
        work._db.exec_driver_sql(statement.format(table=table, column=column))

    with day.reading() as view:
        assert view.journal.verify().length == 1
        assert view.journal.is_guarded()


def test_a_number_given_out_cannot_be_freed(day: SessionStore) -> None:
    with day.work() as work:
        work.tickets.save(Ticket("A001", Service.ISSUANCE, NINE))
        work.commit()
    for statement in ("DELETE FROM tickets", "REPLACE INTO tickets SELECT * FROM tickets"):
        with pytest.raises(IntegrityError, match="keeps its rows"), day.work() as work:
            work._db.exec_driver_sql(statement)


def test_a_removed_trigger_is_noticed(day: SessionStore) -> None:
    with day.work() as work:
        work._db.exec_driver_sql("DROP TRIGGER journal_no_delete")
        work.commit()

    with day.reading() as view:
        assert not view.journal.is_guarded()


def test_a_changed_journal_is_noticed_even_without_triggers(day: SessionStore) -> None:
    with day.work() as work:
        for _ in range(3):
            receive(work)
        work.commit()
    with day.work() as work:
        work._db.exec_driver_sql("DROP TRIGGER journal_no_update")
        work._db.exec_driver_sql("UPDATE journal SET who = 'x' WHERE n = 2")
        work.commit()

    with pytest.raises(Refused, match="journal_broken") as told, day.reading() as view:
        view.journal.verify()
    assert told.value.facts == {"at": 2}


def test_an_older_file_put_back_is_noticed_by_the_anchor(vault: Vault, tmp_path: Path) -> None:
    day = vault.create_session(DAY)
    with day.work() as work:
        receive(work)
        work.commit()
    vault.lock()
    path = vault.folder.session(DAY, "K1")
    shutil.copy(path, tmp_path / "older.db")
    vault.unlock("m01", PHRASE)
    with vault.open_session(DAY).work() as work:
        receive(work)
        work.commit()
    with vault.open_session(DAY).reading() as view:
        vault.keep_anchor(DAY.isoformat(), view.journal.verify())
    vault.lock()
    shutil.copy(tmp_path / "older.db", path)
    vault.unlock("m01", PHRASE)

    with vault.open_session(DAY).reading() as view:
        assert view.journal.verify().length == 1
        with pytest.raises(Refused, match="journal_rolled_back") as told:
            view.journal.refuse_if_rolled_back(vault.kept_anchor(DAY.isoformat()))
    assert told.value.facts == {"kept": 2, "found": 1}


def test_no_name_stands_in_any_file(day: SessionStore, vault: Vault) -> None:
    with day.work() as work:
        receive(work, NAME)
        work.reservations.replace_all([Reservation("R-1", "09:00", False, OTHER_NAME, KANA)])
        work.commit()
    open_files = bytes_below(vault.folder.root)
    vault.lock()

    for content in (open_files, bytes_below(vault.folder.root)):
        assert b"kiosk-access-v1" in content
        for name in (NAME, OTHER_NAME, KANA):
            for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
                assert name.encode(encoding) not in content


def test_a_locked_day_does_not_open_itself_again(day: SessionStore, vault: Vault) -> None:
    vault.lock()

    with pytest.raises(Refused, match="locked"), day.reading() as view:
        view.visits.all()
    with pytest.raises(Refused, match="locked"):
        list(day.stream_portraits())


def test_the_day_opens_again_after_a_restart(
    day: SessionStore, vault: Vault, secrets: MemorySecrets, clock: Clock
) -> None:
    with day.work() as work:
        receive(work)
        work.commit()

    started = again(vault, secrets, clock)
    started.unlock("m01", PHRASE)
    with started.open_session(DAY).reading() as view:
        assert view.visits.get("A001").name == NAME
    with pytest.raises(Refused, match="session_exists"):
        started.create_session(DAY)
    with pytest.raises(Refused, match="session_unknown"):
        started.open_session(DAY.replace(day=9))
    started.close()


def test_a_destroyed_day_opens_never_again_not_even_from_a_copy(
    day: SessionStore, vault: Vault, secrets: MemorySecrets, tmp_path: Path
) -> None:
    with day.work() as work:
        receive(work)
        work.commit()
    path = vault.folder.session(DAY, "K1")
    for file in path.parent.iterdir():
        shutil.copy(file, tmp_path / file.name)
    names_before = set(secrets._secrets)
    vault.destroy_session(DAY)

    assert list(path.parent.iterdir()) == []
    assert not vault.session_exists(DAY)
    assert list(names_before - set(secrets._secrets)) == [f"{vault.access.folder}/session/2025-11-05"]
    with pytest.raises(Refused, match="session_unknown"):
        vault.open_session(DAY)

    for file in tmp_path.glob("2025*"):
        shutil.copy(file, path.parent / file.name)
    with pytest.raises(Refused, match="session_erased"):
        vault.open_session(DAY)
    with pytest.raises(Refused, match="session_file_left"):
        vault.create_session(DAY)
    # Whoever still holds the master key holds too little.
    guess = session_key(vault.unlocked.master, bytes(32), DAY, "K1")
    with pytest.raises(Trouble, match="database_unreadable"):
        SessionStore.open(path, guess)
    vault.destroy_session(DAY)
    assert list(path.parent.iterdir()) == []


def test_a_day_made_anew_after_a_power_cut_before_its_file_was_written(
    vault: Vault, secrets: MemorySecrets
) -> None:
    secrets.put(f"{vault.access.folder}/session/2025-11-05", bytes(32))

    assert not vault.session_exists(DAY)
    with vault.create_session(DAY).reading() as view:
        assert view.visits.count() == 0
    assert secrets.get(f"{vault.access.folder}/session/2025-11-05") != bytes(32)


def test_two_days_have_two_keys(vault: Vault) -> None:
    master, secret = vault.unlocked.master, bytes(range(32))
    keys = {
        session_key(master, secret, DAY, "K1"),
        session_key(master, secret, DAY.replace(day=9), "K1"),
        session_key(master, secret, DAY, "K2"),
        session_key(master, bytes(32), DAY, "K1"),
        session_key(bytes(32), secret, DAY, "K1"),
    }

    assert len(keys) == 5
    assert {len(key) for key in keys} == {32}
