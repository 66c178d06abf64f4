"""Signing in: the right PIN on the right PC opens, and nothing else does."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.journal import Anchor
from kiosk.domain.staff import Operator, Role
from kiosk.store.device_secrets import FileSecrets, MemorySecrets
from kiosk.store.slots import STANDARD_COST, KdfCost
from kiosk.store.vault import Vault
from tests.store.counter import CLERK, DAY, MANAGER, PHRASE, PIN, QUICK, Clock, again, edited


def test_the_right_pin_opens_after_a_restart(vault: Vault, secrets: MemorySecrets, clock: Clock) -> None:
    vault.add_operator(CLERK, PIN)
    vault.open_office()

    started = again(vault, secrets, clock)
    try:
        assert started.operators() == (MANAGER, CLERK)
        assert not started.is_unlocked
        assert started.unlock("s01", PIN).operator == CLERK
        with started.open_office().reading() as view:
            assert view.settings.keys() == ()
    finally:
        started.close()


def test_a_lost_office_is_named_and_no_empty_one_takes_its_place(
    vault: Vault, secrets: MemorySecrets, clock: Clock
) -> None:
    vault.open_office()
    started = again(vault, secrets, clock)
    try:
        for file in started.folder.root.glob("office.db*"):
            file.unlink()
        started.unlock(MANAGER.id, PHRASE)
        with pytest.raises(Trouble, match="office_missing"):
            started.open_office()
        assert not started.folder.office.exists()
    finally:
        started.close()


def test_a_pin_typed_in_full_width_is_the_same_pin(vault: Vault) -> None:
    vault.add_operator(CLERK, PIN)

    assert vault.vouch("s01", "４０７１８２５３") == CLERK


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "director"},
        {"id": "s02"},
        {"memory_kib": 128},
        {"iterations": 2},
        {"lanes": 2},
        {"salt": "AAAAAAAAAAAAAAAAAAAAAA=="},
    ],
)
def test_an_edited_slot_opens_nothing(vault: Vault, changes: dict[str, Any]) -> None:
    vault.add_operator(CLERK, PIN)
    edited(vault, 1, **changes)

    with pytest.raises(Refused) as told:
        vault.unlock(changes.get("id", "s01"), PIN)
    assert told.value.key in {"pin_wrong", "slot_retired"}


def test_an_edited_role_is_refused_by_the_cipher_itself(vault: Vault) -> None:
    vault.add_operator(CLERK, PIN)
    edited(vault, 1, role="director")

    with pytest.raises(Refused, match="pin_wrong"):
        vault.unlock("s01", PIN)


def test_practice_cannot_be_edited_into_service(tmp_path: Path) -> None:
    secrets = FileSecrets(tmp_path / "device.json", practice=True)
    made = Vault.create(
        tmp_path / "k", secrets, kiosk="K1", practice=True, manager=MANAGER, untrusted_pin=PHRASE, cost=QUICK
    )
    kept = {name: secrets.get(name) for name in json.loads((tmp_path / "device.json").read_bytes())}
    content = json.loads(made.folder.access.read_text(encoding="utf-8"))
    content["practice"] = False
    made.folder.access.write_text(json.dumps(content), encoding="utf-8")
    made.close()

    with pytest.raises(Refused, match="secrets_practice_only"):
        Vault(tmp_path / "k", secrets, cost=QUICK)
    real = MemorySecrets()
    for name, secret in kept.items():
        real.put(name, secret or b"")
    other = Vault(tmp_path / "k", real, cost=QUICK)
    with pytest.raises(Refused, match="pin_wrong"):
        other.unlock("m01", PHRASE)
    other.close()


def test_a_slot_cheaper_than_the_standard_is_refused(vault: Vault, secrets: MemorySecrets) -> None:
    root = vault.folder.root
    vault.close()

    service = Vault(root, secrets)
    with pytest.raises(Refused, match="slot_weak"):
        service.unlock("m01", PHRASE)
    service.close()


def test_the_standard_cost_is_what_the_specification_of_the_slots_says() -> None:
    assert KdfCost(memory_kib=131_072, iterations=3, lanes=2) == STANDARD_COST
    assert not KdfCost(65_536, 3, 2).is_at_least(STANDARD_COST)
    assert not KdfCost(131_072, 2, 2).is_at_least(STANDARD_COST)


def test_one_whole_sign_in_at_the_standard_cost(tmp_path: Path) -> None:
    secrets = MemorySecrets()
    made = Vault.create(
        tmp_path / "k", secrets, kiosk="K1", practice=False, manager=MANAGER, untrusted_pin=PHRASE
    )
    assert made.access.entry("m01").slot.cost == STANDARD_COST
    made.lock()
    assert made.unlock("m01", PHRASE).operator == MANAGER
    made.close()


def test_the_copied_folder_opens_nothing_on_another_pc(vault: Vault, tmp_path: Path, clock: Clock) -> None:
    vault.open_office()
    vault.close()
    shutil.copytree(vault.folder.root, tmp_path / "stolen")

    thief = Vault(tmp_path / "stolen", MemorySecrets(), cost=QUICK, clock=clock.wall, ticks=clock.steady)
    with pytest.raises(Trouble, match="device_secret_missing"):
        thief.unlock("m01", PHRASE)
    thief.close()


def test_a_removed_person_stays_out_even_with_an_older_file(vault: Vault, tmp_path: Path) -> None:
    vault.add_operator(CLERK, PIN)
    shutil.copy(vault.folder.access, tmp_path / "older.json")
    vault.remove("s01")
    with pytest.raises(Refused, match="operator_unknown"):
        vault.vouch("s01", PIN)

    shutil.copy(tmp_path / "older.json", vault.folder.access)

    with pytest.raises(Refused, match="slot_retired"):
        vault.vouch("s01", PIN)


def test_a_changed_pin_replaces_the_old_one_for_good(vault: Vault, tmp_path: Path) -> None:
    vault.add_operator(CLERK, PIN)
    shutil.copy(vault.folder.access, tmp_path / "older.json")
    vault.change_pin("s01", PIN, "90263815")

    assert vault.vouch("s01", "90263815") == CLERK
    with pytest.raises(Refused, match="pin_wrong"):
        vault.vouch("s01", PIN)
    shutil.copy(tmp_path / "older.json", vault.folder.access)
    with pytest.raises(Refused, match="slot_retired"):
        vault.vouch("s01", PIN)


def test_a_weak_new_pin_changes_nothing(vault: Vault) -> None:
    vault.add_operator(CLERK, PIN)
    with pytest.raises(Refused, match="pin_weak"):
        vault.change_pin("s01", PIN, "12345678")
    with pytest.raises(Refused, match="pin_weak"):
        vault.add_operator(Operator("s02", "窓口", Role.STAFF), "11112222")

    assert vault.vouch("s01", PIN) == CLERK
    assert len(vault.operators()) == 2


def test_the_last_manager_cannot_be_removed_and_staff_edits_nobody(vault: Vault) -> None:
    vault.add_operator(CLERK, PIN)
    with pytest.raises(Refused, match="last_manager"):
        vault.remove("m01")
    with pytest.raises(Refused, match="operator_known"):
        vault.add_operator(CLERK, PIN)
    vault.unlock("s01", PIN)
    with pytest.raises(Refused, match="not_allowed"):
        vault.remove("m01")
    with pytest.raises(Refused, match="not_allowed"):
        vault.create_session(DAY)


def test_a_second_person_vouches_without_signing_in(vault: Vault) -> None:
    vault.add_operator(CLERK, PIN)

    assert vault.vouch("s01", PIN) == CLERK
    assert vault.unlocked.operator == MANAGER


def test_changing_the_person_keeps_the_databases_open(vault: Vault) -> None:
    vault.add_operator(CLERK, PIN)
    office = vault.open_office()
    day = vault.create_session(DAY)

    vault.unlock("s01", PIN)

    assert vault.open_office() is office
    assert vault.open_session(DAY) is day


def test_locking_drops_the_keys(vault: Vault) -> None:
    vault.open_office()
    vault.lock()

    for act in (vault.open_office, lambda: vault.create_session(DAY), lambda: vault.unlocked):
        with pytest.raises(Refused, match="locked"):
            act()


def test_commissioning_over_a_kiosk_is_refused_and_harms_nothing(
    vault: Vault, secrets: MemorySecrets
) -> None:
    before = vault.folder.access.read_bytes()
    with pytest.raises(Refused, match="folder_commissioned"):
        Vault.create(
            vault.folder.root,
            secrets,
            kiosk="K2",
            practice=False,
            manager=MANAGER,
            untrusted_pin=PHRASE,
            cost=QUICK,
        )

    assert vault.folder.access.read_bytes() == before


@pytest.mark.parametrize(
    ("kiosk", "manager", "pin", "key"),
    [
        ("../K1", MANAGER, PHRASE, "id_unusable"),
        ("K1", Operator("a b", "管理", Role.MANAGER), PHRASE, "id_unusable"),
        ("K1", CLERK, PIN, "first_operator_leads"),
        ("K1", MANAGER, "short", "passphrase_too_short"),
    ],
)
def test_a_bad_commissioning_leaves_no_folder(
    tmp_path: Path, kiosk: str, manager: Operator, pin: str, key: str
) -> None:
    with pytest.raises(Refused, match=key):
        Vault.create(
            tmp_path / "k", MemorySecrets(), kiosk=kiosk, practice=False, manager=manager, untrusted_pin=pin
        )

    assert not (tmp_path / "k").exists()


def test_a_second_program_on_the_same_folder_is_turned_away(
    vault: Vault, secrets: MemorySecrets, clock: Clock
) -> None:
    with pytest.raises(Refused, match="already_running"):
        Vault(vault.folder.root, secrets, cost=QUICK)

    again(vault, secrets, clock).close()


def test_an_empty_folder_says_it_is_not_commissioned(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not_commissioned"):
        Vault(tmp_path, MemorySecrets(), cost=QUICK)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"format": "kiosk-access-v2", "kiosk": "K1", "practice": false, "folder": "00", "operators": []}',
        b'{"format": "kiosk-access-v1", "kiosk": "K1", "practice": 1, "folder": "00", "operators": []}',
        b'{"format": "kiosk-access-v1", "kiosk": "../x", "practice": false,'
        b' "folder": "0123456789abcdef", "operators": []}',
    ],
)
def test_a_damaged_access_file_is_one_clear_trouble(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "access.json").write_bytes(content)

    with pytest.raises(Trouble, match="access_unreadable"):
        Vault(tmp_path, MemorySecrets(), cost=QUICK)


def test_no_memory_hungry_parameters_are_obeyed(vault: Vault) -> None:
    edited(vault, 0, memory_kib=64 * 1024 * 1024)

    with pytest.raises(Trouble, match="access_unreadable"):
        vault.vouch("m01", PHRASE)


def test_nothing_shows_a_key_or_a_pin(vault: Vault, secrets: MemorySecrets) -> None:
    vault.add_operator(CLERK, PIN)
    shown = f"{vault!r} {vault.unlocked!r} {secrets!r} {vault.access!r}"
    master = vault.unlocked.master

    assert PIN not in shown
    assert PHRASE not in shown
    assert master.hex() not in shown
    assert repr(master) not in shown
    written = vault.folder.access.read_bytes()
    assert master not in written
    assert master.hex().encode() not in written


@pytest.mark.skipif(os.name == "nt", reason="file modes are a Unix matter")
def test_the_files_are_closed_to_other_accounts(vault: Vault) -> None:
    assert vault.folder.access.stat().st_mode & 0o077 == 0
    assert vault.folder.root.stat().st_mode & 0o077 == 0


def test_the_anchor_is_kept_outside_the_databases(vault: Vault, secrets: MemorySecrets, clock: Clock) -> None:
    assert vault.kept_anchor("office").length == 0
    vault.keep_anchor("office", Anchor(7, "ab" * 32))

    started = again(vault, secrets, clock)
    assert started.kept_anchor("office") == Anchor(7, "ab" * 32)
    started.close()
