"""A thief, a colleague and a set clock at the door of the records: each turned away by its name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kiosk.domain.errors import Refused, Trouble
from kiosk.store.device_secrets import FileSecrets, MemorySecrets
from kiosk.store.vault import Vault
from tests.store.counter import CLERK, DAY, MANAGER, PHRASE, PIN, QUICK, Clock, again, edited

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
ROOT = Path(__file__).resolve().parents[2]


def refused(act: Callable[[], object]) -> str:
    try:
        act()
    except (Refused, Trouble) as no:
        return no.key
    return "opened"


def test_the_copied_folder_with_the_right_pins_opens_nothing_on_another_pc(
    vault: Vault, tmp_path: Path, clock: Clock
) -> None:
    vault.add_operator(CLERK, PIN)
    vault.open_office()
    vault.create_session(DAY)
    vault.close()
    shutil.copytree(vault.folder.root, tmp_path / "copy")

    for secrets in (MemorySecrets(), other_pc(vault, bytes(32)), other_pc(vault, b"\x07" * 32)):
        thief = Vault(tmp_path / "copy", secrets, cost=QUICK, clock=clock.wall, ticks=clock.steady)
        said = {refused(partial(thief.unlock, "m01", PHRASE)), refused(partial(thief.unlock, "s01", PIN))}
        assert said <= {"device_secret_missing", "slot_retired", "pin_wrong"}
        assert not thief.is_unlocked
        assert refused(thief.open_office) == "locked"
        assert refused(partial(thief.open_session, DAY)) in {"locked", "session_erased", "session_unknown"}
        thief.close()


def other_pc(vault: Vault, device: bytes) -> MemorySecrets:
    """Another PC whose keystore was given a device secret by a thief, and records that admit the slots."""
    secrets = MemorySecrets()
    access = vault.access
    secrets.put(f"{access.folder}/device", device)
    for entry in access.entries:
        row = {"tries": 0, "locked_until": 0, "slots": [entry.slot_digest()]}
        secrets.put(f"{access.folder}/operator/{entry.operator.id}", json.dumps(row).encode())
    return secrets


def test_every_edit_of_the_file_has_its_answer(vault: Vault, secrets: MemorySecrets, clock: Clock) -> None:
    vault.add_operator(CLERK, PIN)
    untouched = vault.folder.access.read_bytes()

    def said(**changes: object) -> str:
        edited(vault, 1, **changes)
        key = refused(partial(vault.unlock, str(changes.get("id", "s01")), PIN))
        vault.folder.access.write_bytes(untouched)
        vault.release("s01")
        return key

    assert said(role="manager") == "pin_wrong"
    assert said(id="s02") == "slot_retired"
    assert said(lanes=2) == "pin_wrong"
    assert said(memory_kib=65) == "pin_wrong"
    assert said(slot=json.loads(untouched)["operators"][0]["slot"]) == "slot_retired"
    assert vault.vouch("s01", PIN) == CLERK


def test_cheaper_argon2_is_refused_before_it_is_computed(vault: Vault, secrets: MemorySecrets) -> None:
    vault.close()
    service = Vault(vault.folder.root, secrets)
    assert refused(partial(service.unlock, "m01", PHRASE)) == "slot_weak"
    service.close()


def test_without_its_file_or_its_keystore_record_the_lockout_opens_nothing(
    vault: Vault, secrets: MemorySecrets, clock: Clock
) -> None:
    vault.add_operator(CLERK, PIN)
    for _ in range(10):
        with pytest.raises(Refused):
            vault.vouch("s01", "00000000")
        clock.passes(3600)
    name = f"{vault.access.folder}/operator/s01"
    kept = secrets.get(name) or b""
    secrets.delete(name)
    assert refused(partial(vault.vouch, "s01", PIN)) == "slot_retired"
    secrets.put(name, kept)
    vault.close()
    vault.folder.access.unlink()
    with pytest.raises(Refused, match="not_commissioned"):
        again(vault, secrets, clock)


STORY = """
import sys
from pathlib import Path
from kiosk.domain.errors import Refused
from kiosk.store.device_secrets import FileSecrets
from kiosk.store.slots import KdfCost
from kiosk.store.vault import Vault
root, wrong, right = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
vault = Vault(root / "k", FileSecrets(root / "s.json", practice=True), cost=KdfCost(64, 1, 1))
said = []
for pin in ["00000000"] * wrong + [right]:
    try:
        said.append(vault.vouch("s01", pin).id)
    except Refused as no:
        said.append(no.key)
print(" ".join(said[-1:]))
"""


@pytest.mark.skipif(not FAKETIME.exists(), reason="libfaketime is not installed")
def test_no_set_clock_and_no_new_start_shortens_the_wait(tmp_path: Path) -> None:
    secrets = FileSecrets(tmp_path / "s.json", practice=True)
    kiosk = Vault.create(
        tmp_path / "k",
        secrets,
        kiosk="K1",
        practice=True,
        manager=MANAGER,
        untrusted_pin=PHRASE,
        cost=QUICK,
    )
    kiosk.add_operator(CLERK, PIN)
    kiosk.close()

    def started(at: str, wrong: int) -> str:
        env = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME": at,
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        words = [sys.executable, "-c", STORY, str(tmp_path), str(wrong), PIN]
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert started("2025-11-05 09:00:00", 0) == "s01"
    assert started("2025-11-05 09:00:00", 5) == "pin_locked"
    assert started("2025-11-05 09:00:10", 0) == "pin_locked"
    assert started("2025-11-04 09:00:00", 0) == "pin_locked"
    assert started("2015-01-01 00:00:00", 0) == "pin_locked"
    assert started("2025-11-05 09:05:00", 0) == "pin_locked"
    assert started("2035-01-01 00:00:00", 0) == "pin_locked"


# --- twelve threads ------------------------------------------------------------------------------------

THREADS, ROUNDS = 12, 25


def test_twelve_threads_on_both_databases_lose_nothing_and_crash_nothing(vault: Vault) -> None:
    """The pool that SQLCipher's own dialect takes dies here; ours lets each thread wait its turn."""
    office, day = vault.open_office(), vault.create_session(DAY)
    faults: list[BaseException] = []

    def in_the_office(key: str) -> None:
        with office.work() as work:
            work.settings.put(key, key)
            work.commit()
        with office.reading() as view:
            assert view.settings.get(key) == key

    def in_the_session(key: str) -> None:
        with day.work() as work:
            work.meta.put(key, key)
            work.commit()
        with day.reading() as view:
            assert view.meta.get(key) == key

    def work(number: int) -> None:
        try:
            for turn in range(ROUNDS):
                until_free(partial(in_the_office, f"t{number}-{turn}"))
                until_free(partial(in_the_session, f"t{number}-{turn}"))
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    wanted = {f"t{number}-{turn}" for number in range(THREADS) for turn in range(ROUNDS)}
    with office.reading() as view, day.reading() as seen:
        assert wanted <= set(view.settings.keys())
        assert wanted <= set(seen.meta.keys())


def until_free(act: Callable[[], None]) -> None:
    """Tries again while another thread writes, as the counter's もう一度 does."""
    while True:
        try:
            return act()
        except Trouble as busy:
            if busy.key != "database_busy":
                raise
