"""The encrypted file: right key, right pragmas, and what a broken one says."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from kiosk.domain.errors import Trouble
from kiosk.store.engine import READING, key_literal, open_engine, truncate_log
from kiosk.store.queries import only_first
from kiosk.store.tables_session import journal

KEY = bytes(range(32))
OTHER = bytes(range(1, 33))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database with one table of notes."""
    made = open_engine(tmp_path / "a day.db", KEY)
    with made.begin() as db:
        db.exec_driver_sql("CREATE TABLE notes (n INTEGER PRIMARY KEY, text TEXT)")
    yield made
    made.dispose()


def wrote(engine: Engine, text: str) -> None:
    with engine.begin() as db:
        db.exec_driver_sql("INSERT INTO notes (text) VALUES (?)", (text,))


def read(engine: Engine) -> list[str]:
    with engine.connect().execution_options(**READING) as db:
        return list(db.exec_driver_sql("SELECT text FROM notes ORDER BY n").scalars())


@pytest.mark.parametrize("wrong", [b"", bytes(31), bytes(33), "x" * 32, bytearray(32)])
def test_only_32_raw_bytes_make_a_key(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        key_literal(wrong)


def test_the_key_is_written_as_a_raw_literal() -> None:
    # Without the x'…' the 64 digits would be a passphrase, derived anew at every connection.
    assert key_literal(bytes(32)) == "\"x'" + "0" * 64 + "'\""


def test_the_raw_key_is_really_the_key(engine: Engine, tmp_path: Path) -> None:
    import sqlcipher3

    wrote(engine, "髙橋")
    engine.dispose()
    plain = sqlcipher3.connect(str(tmp_path / "a day.db"))
    plain.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    assert plain.execute("SELECT text FROM notes").fetchall() == [("髙橋",)]
    plain.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("cipher_log_level", "NONE"),
        ("cipher_memory_security", 1),
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("temp_store", 2),
        ("busy_timeout", 2000),
        ("trusted_schema", 0),
        ("recursive_triggers", 1),
    ],
)
def test_the_pragmas_hold_on_every_connection(engine: Engine, pragma: str, value: str | int) -> None:
    with engine.connect() as one, engine.connect().execution_options(**READING) as other:
        one.exec_driver_sql("SELECT 1")
        for db in (one, other):
            assert str(db.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()) == str(value)


def test_a_folder_that_is_gone_is_one_clear_trouble(tmp_path: Path) -> None:
    nowhere = open_engine(tmp_path / "gone" / "day.db", KEY)
    with pytest.raises(Trouble, match="database_unreadable"):
        nowhere.connect()
    nowhere.dispose()


def test_another_key_opens_nothing(engine: Engine, tmp_path: Path) -> None:
    wrote(engine, "髙橋")
    engine.dispose()
    thief = open_engine(tmp_path / "a day.db", OTHER)
    with pytest.raises(Trouble, match="database_unreadable") as told:
        thief.connect()

    assert told.value.permanent
    thief.dispose()


@pytest.mark.parametrize("damage", ["text", "first page", "cut"])
def test_a_damaged_file_is_one_clear_trouble(engine: Engine, tmp_path: Path, damage: str) -> None:
    for n in range(200):
        wrote(engine, f"note {n} " + "x" * 500)
    assert truncate_log(engine)
    engine.dispose()
    path = tmp_path / "a day.db"
    content = bytearray(path.read_bytes())
    if damage == "text":
        content[:] = b"this is a letter, not a database" * 300
    elif damage == "first page":
        content[100:200] = bytes(100)
    else:
        del content[len(content) // 2 :]
    path.write_bytes(content)

    broken = open_engine(path, KEY)
    with pytest.raises(Trouble, match="database_unreadable") as told, broken.connect() as db:
        db.exec_driver_sql("SELECT sum(length(text)) FROM notes").all()
    assert told.value.permanent
    broken.dispose()


def test_every_flipped_page_is_noticed(engine: Engine, tmp_path: Path) -> None:
    for n in range(100):
        wrote(engine, f"note {n} " + "x" * 500)
    assert truncate_log(engine)
    engine.dispose()
    path = tmp_path / "a day.db"
    whole = path.read_bytes()
    pages = len(whole) // 4096
    assert pages > 10
    for page in range(1, pages):
        content = bytearray(whole)
        content[page * 4096 + 1000] ^= 1
        path.write_bytes(content)
        broken = open_engine(path, KEY)
        with pytest.raises(Trouble, match="database_unreadable"), broken.connect() as db:
            db.exec_driver_sql("SELECT count(*), sum(length(text)) FROM notes").all()
        broken.dispose()


def test_what_was_not_committed_is_not_there(engine: Engine) -> None:
    with engine.connect() as db:
        db.exec_driver_sql("INSERT INTO notes (text) VALUES ('half')")

    assert read(engine) == []


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_committed(engine: Engine) -> None:
    wrote(engine, "first")
    with engine.begin() as writer:
        writer.exec_driver_sql("INSERT INTO notes (text) VALUES ('second')")
        assert read(engine) == ["first"]

    assert read(engine) == ["first", "second"]


def test_a_verb_takes_the_write_lock_at_once(engine: Engine) -> None:
    with engine.connect() as first:
        first.exec_driver_sql("SELECT 1")
        with engine.connect() as second:
            # The real wait is two seconds; nothing is waited for here.
            driver = second.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA busy_timeout = 0")
            with pytest.raises(Trouble, match="database_busy"):
                second.exec_driver_sql("SELECT 1")
            driver.execute("PRAGMA busy_timeout = 2000")


def test_a_read_only_connection_reads_and_never_writes(engine: Engine, tmp_path: Path) -> None:
    wrote(engine, "kept")
    alone = open_engine(tmp_path / "a day.db", KEY, read_only=True)
    assert read(alone) == ["kept"]
    with pytest.raises(Trouble, match="disk_failing"):
        wrote(alone, "never")
    alone.dispose()

    assert read(engine) == ["kept"]


def test_a_full_database_says_so_and_keeps_what_it_had(engine: Engine) -> None:
    wrote(engine, "kept")
    with engine.connect() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar_one()
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(Trouble, match="disk_full") as told:
            db.exec_driver_sql("INSERT INTO notes (text) VALUES (?)", ("x" * 100_000,))
        db.rollback()
        db.exec_driver_sql("PRAGMA max_page_count = 1000000")

    assert not told.value.permanent
    assert read(engine) == ["kept"]


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="a small disk is mounted by root")
def test_a_really_full_disk_rolls_back_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine mounts no tmpfs")
    try:
        assert os.path.ismount(disk)
        full = open_engine(disk / "day.db", KEY)
        with full.begin() as db:
            db.exec_driver_sql("CREATE TABLE notes (n INTEGER PRIMARY KEY, text TEXT)")
        wrote(full, "kept")
        (disk / "filler").write_bytes(bytes(700_000))
        with pytest.raises(Trouble, match="disk_full"):
            wrote(full, "x" * 1_000_000)
        assert read(full) == ["kept"]
        (disk / "filler").unlink()
        wrote(full, "and on")
        assert read(full) == ["kept", "and on"]
        full.dispose()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def wrote_unless_busy(engine: Engine, text: str) -> bool:
    try:
        wrote(engine, text)
    except Trouble as trouble:
        if trouble.key != "database_busy":
            raise
        return False
    return True


def test_twelve_threads_read_and_write_without_a_crash(engine: Engine) -> None:
    troubles: list[BaseException] = []

    def work(who: int) -> None:
        try:
            for n in range(8):
                while not wrote_unless_busy(engine, f"{who}-{n}"):
                    read(engine)
        except BaseException as error:
            troubles.append(error)

    threads = [threading.Thread(target=work, args=(who,)) for who in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert troubles == []
    assert len(read(engine)) == 12 * 8


def test_no_text_stands_in_the_file_or_its_log(engine: Engine, tmp_path: Path) -> None:
    wrote(engine, "髙橋﨑太郎左衛門")
    files = [path for path in tmp_path.iterdir() if path.name.startswith("a day.db")]
    assert len(files) == 3
    for path in files:
        content = path.read_bytes()
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp932"):
            assert "左衛門".encode(encoding) not in content


def test_the_first_row_is_asked_for_with_nothing_bound_to_its_limit(engine: Engine) -> None:
    # A value bound there would have the statement prepared anew each time.
    asked = only_first(select(journal)).compile(engine)
    assert asked.params == {}
    assert str(asked).endswith("LIMIT 1 OFFSET 0")
