"""Wrong PINs: counted in two places, and no file, clock or plug makes the count forget."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kiosk.domain.errors import Refused
from kiosk.store.access import read_access
from kiosk.store.device_secrets import MemorySecrets
from kiosk.store.vault import Vault
from tests.store.counter import CLERK, MANAGER, PHRASE, PIN, Clock, again, edited


def test_a_wrong_pin_says_how_many_tries_are_left(vault: Vault) -> None:
    with pytest.raises(Refused, match="pin_wrong") as told:
        vault.vouch("m01", "something else 1")

    assert told.value.facts == {"tries_left": 4}


def test_the_fifth_wrong_pin_locks_and_the_right_one_must_wait_too(vault: Vault, clock: Clock) -> None:
    vault.add_operator(CLERK, PIN)
    for left in (4, 3, 2, 1):
        with pytest.raises(Refused) as told:
            vault.unlock("s01", "00000000")
        assert told.value.facts == {"tries_left": left}
    with pytest.raises(Refused, match="pin_locked") as told:
        vault.unlock("s01", "00000000")
    assert told.value.facts == {"minutes": 1}
    with pytest.raises(Refused, match="pin_locked"):
        vault.unlock("s01", PIN)

    clock.passes(61)

    assert vault.unlock("s01", PIN).operator == CLERK
    with pytest.raises(Refused, match="pin_wrong") as told:
        vault.unlock("s01", "00000000")
    assert told.value.facts == {"tries_left": 4}


def locked_out(vault: Vault, clock: Clock, tries: int) -> None:
    for _ in range(tries):
        with pytest.raises(Refused):
            vault.vouch("s01", "00000000")
        clock.passes(3600)


def test_after_ten_wrong_pins_only_a_manager_helps(vault: Vault, clock: Clock) -> None:
    vault.add_operator(CLERK, PIN)
    locked_out(vault, clock, 10)
    clock.passes(10_000_000)
    with pytest.raises(Refused, match="pin_manager_only"):
        vault.vouch("s01", PIN)

    vault.release("s01")

    assert vault.vouch("s01", PIN) == CLERK


def test_nobody_releases_themselves_and_staff_releases_nobody(vault: Vault) -> None:
    vault.add_operator(CLERK, PIN)
    with pytest.raises(Refused, match="second_person_needed"):
        vault.release("m01")
    vault.unlock("s01", PIN)
    with pytest.raises(Refused, match="not_allowed"):
        vault.release("m01")


def test_deleting_the_counter_from_the_file_unlocks_nothing(
    vault: Vault, secrets: MemorySecrets, clock: Clock
) -> None:
    vault.add_operator(CLERK, PIN)
    locked_out(vault, clock, 10)
    edited(vault, 1, tries=0, locked_until=0)

    started = again(vault, secrets, clock)
    try:
        with pytest.raises(Refused, match="pin_manager_only"):
            started.unlock("s01", PIN)
    finally:
        started.close()


def test_an_older_access_file_put_back_unlocks_nothing(vault: Vault, tmp_path: Path, clock: Clock) -> None:
    vault.add_operator(CLERK, PIN)
    shutil.copy(vault.folder.access, tmp_path / "older.json")
    locked_out(vault, clock, 10)
    shutil.copy(tmp_path / "older.json", vault.folder.access)

    with pytest.raises(Refused, match="pin_manager_only"):
        vault.vouch("s01", PIN)


def test_losing_the_counter_of_the_keystore_unlocks_nothing(
    vault: Vault, secrets: MemorySecrets, clock: Clock
) -> None:
    vault.add_operator(CLERK, PIN)
    name = f"{vault.access.folder}/operator/s01"
    before = secrets.get(name)
    assert before is not None
    locked_out(vault, clock, 10)
    secrets.put(name, before)

    with pytest.raises(Refused, match="pin_manager_only"):
        vault.vouch("s01", PIN)


def test_a_try_counts_even_when_the_program_is_killed_in_the_middle(
    vault: Vault, secrets: MemorySecrets
) -> None:
    before = read_access(vault.folder.access)
    with pytest.raises(Refused):
        vault.vouch("m01", "something else 1")

    assert before.entry("m01").tries.count == 0
    assert read_access(vault.folder.access).entry("m01").tries.count == 1
    kept = json.loads(secrets.get(f"{before.folder}/operator/m01") or b"{}")
    assert kept["tries"] == 1


def test_setting_the_clock_does_not_shorten_the_wait(vault: Vault, clock: Clock) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            vault.vouch("m01", "something else 1")

    clock.now += 86_400
    with pytest.raises(Refused, match="pin_locked"):
        vault.vouch("m01", PHRASE)
    clock.now -= 10 * 365 * 86_400
    with pytest.raises(Refused, match="pin_locked") as told:
        vault.vouch("m01", PHRASE)
    assert told.value.facts == {"minutes": 1}

    clock.passes(61)
    assert vault.vouch("m01", PHRASE) == MANAGER
