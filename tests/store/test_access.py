"""The file the sign-in screen reads, and the keystore beside it, on a bad day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keyring
import pytest

from kiosk.domain.errors import Refused, Trouble
from kiosk.store.device_secrets import FileSecrets, KeyringSecrets, MemorySecrets, device_secrets
from kiosk.store.folder import write_durably
from kiosk.store.slots import KdfCost
from kiosk.store.vault import Vault
from tests.store.counter import CLERK, DAY, MANAGER, PHRASE, PIN, QUICK, edited


class Forgetful(MemorySecrets):
    """Takes everything and keeps nothing."""

    def put(self, name: str, secret: bytes) -> None:
        """Smiles and forgets."""


class Clinging(MemorySecrets):
    """Lets nothing go, and says nothing."""

    def delete(self, name: str) -> None:
        """Nods and keeps."""


def test_a_keystore_that_keeps_nothing_makes_no_kiosk(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="keystore_absent"):
        Vault.create(
            tmp_path / "k",
            Forgetful(),
            kiosk="K1",
            practice=False,
            manager=MANAGER,
            untrusted_pin=PHRASE,
            cost=QUICK,
        )

    assert not (tmp_path / "k" / "access.json").exists()


def test_practice_secrets_make_no_kiosk_for_service(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="secrets_practice_only"):
        Vault.create(
            tmp_path / "k",
            FileSecrets(tmp_path / "secrets.json", practice=True),
            kiosk="K1",
            practice=False,
            manager=MANAGER,
            untrusted_pin=PHRASE,
            cost=QUICK,
        )

    assert not (tmp_path / "k").exists()


def a_kiosk(root: Path, secrets: MemorySecrets) -> Vault:
    return Vault.create(
        root, secrets, kiosk="K1", practice=False, manager=MANAGER, untrusted_pin=PHRASE, cost=QUICK
    )


def test_a_secret_that_stays_stops_the_erasure_before_the_file_goes(tmp_path: Path) -> None:
    vault = a_kiosk(tmp_path / "k", Clinging())
    vault.create_session(DAY)

    with pytest.raises(Trouble, match="keystore_keeps_secret") as told:
        vault.destroy_session(DAY)

    assert not told.value.permanent
    assert vault.folder.session(DAY, "K1").exists()
    vault.close()


def test_a_file_that_stays_is_said_and_the_erasure_can_be_repeated(vault: Vault) -> None:
    vault.create_session(DAY)
    vault.lock()
    vault.unlock("m01", PHRASE)
    in_the_way = vault.folder.sessions / "2025-11-05-K1.db-shm"
    in_the_way.mkdir()

    with pytest.raises(Trouble, match="session_file_stays"):
        vault.destroy_session(DAY)

    assert not vault.session_exists(DAY)
    in_the_way.rmdir()
    vault.destroy_session(DAY)
    assert list(vault.folder.sessions.iterdir()) == []


def test_a_day_whose_file_was_lost_is_not_there(vault: Vault) -> None:
    vault.create_session(DAY)
    vault.lock()
    vault.unlock("m01", PHRASE)
    for file in vault.folder.sessions.iterdir():
        file.unlink()

    with pytest.raises(Refused, match="session_unknown"):
        vault.open_session(DAY)


def test_a_full_or_closed_disk_changes_no_sign_in(vault: Vault) -> None:
    vault.add_operator(CLERK, PIN)
    before = vault.folder.access.read_bytes()
    in_the_way = vault.folder.root / "access.json.part"
    in_the_way.mkdir()

    with pytest.raises(Trouble, match="access_unwritable"):
        vault.change_pin("s01", PIN, "90263815")

    in_the_way.rmdir()
    assert vault.folder.access.read_bytes() == before
    assert vault.vouch("s01", PIN) == CLERK


def test_a_left_over_part_of_a_power_cut_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "access.json.part").write_bytes(b"half")
    write_durably(tmp_path / "access.json", b"whole")

    assert [path.name for path in tmp_path.iterdir()] == ["access.json"]
    assert (tmp_path / "access.json").read_bytes() == b"whole"


def test_an_unreadable_file_may_be_readable_later(vault: Vault) -> None:
    content = vault.folder.access.read_bytes()
    vault.folder.access.unlink()
    vault.folder.access.mkdir()
    with pytest.raises(Trouble, match="access_unreadable") as told:
        vault.operators()

    assert not told.value.permanent
    vault.folder.access.rmdir()
    vault.folder.access.write_bytes(content)
    assert vault.operators() == (MANAGER,)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "m01"},
        {"id": "a/b"},
        {"kdf": "pbkdf2"},
        {"role": "king"},
        {"salt": "AAAA"},
        {"slot": "AAAA"},
        {"slot": "not base64!"},
        {"tries": "many"},
        {"iterations": 0},
        {"iterations": 17},
        {"lanes": 9},
        {"memory_kib": 1},
    ],
)
def test_an_entry_that_cannot_be_is_a_damaged_file(vault: Vault, changes: dict[str, Any]) -> None:
    vault.add_operator(CLERK, PIN)
    edited(vault, 1, **changes)

    with pytest.raises(Trouble, match="access_unreadable") as told:
        vault.operators()
    assert told.value.permanent


def test_a_folder_id_that_is_none_is_a_damaged_file(vault: Vault) -> None:
    content = json.loads(vault.folder.access.read_bytes())
    vault.folder.access.write_text(json.dumps({**content, "folder": "../x"}), encoding="utf-8")

    with pytest.raises(Trouble, match="access_unreadable"):
        vault.operators()


@pytest.mark.parametrize("record", [b"", b"[]", b"{}", b'{"tries": "x", "locked_until": 0, "slots": []}'])
def test_a_damaged_record_in_the_keystore_opens_nothing(
    vault: Vault, secrets: MemorySecrets, record: bytes
) -> None:
    secrets.put(f"{vault.access.folder}/operator/m01", record)

    with pytest.raises(Trouble, match="keystore_locked"):
        vault.vouch("m01", PHRASE)


def test_a_missing_record_in_the_keystore_opens_nothing(vault: Vault, secrets: MemorySecrets) -> None:
    secrets.delete(f"{vault.access.folder}/operator/m01")

    with pytest.raises(Refused, match="slot_retired"):
        vault.vouch("m01", PHRASE)


def test_a_shortened_pc_secret_is_none(vault: Vault, secrets: MemorySecrets) -> None:
    secrets.put(f"{vault.access.folder}/device", bytes(31))

    with pytest.raises(Trouble, match="device_secret_missing"):
        vault.vouch("m01", PHRASE)


def test_costs_beyond_reason_are_no_costs() -> None:
    for memory, iterations, lanes in ((1024 * 1024 + 1, 3, 2), (131_072, 17, 2), (8, 1, 2)):
        with pytest.raises(ValueError, match="out of bounds"):
            KdfCost(memory, iterations, lanes)


def test_service_uses_the_keystore_of_the_system_and_never_a_file(tmp_path: Path) -> None:
    if keyring.get_keyring().priority >= 1:
        assert isinstance(device_secrets(tmp_path, practice=False), KeyringSecrets)
    else:
        with pytest.raises(Trouble, match="keystore_absent"):
            device_secrets(tmp_path, practice=False)

    assert list(tmp_path.iterdir()) == []


def test_a_practice_file_that_cannot_be_written_is_a_trouble(tmp_path: Path) -> None:
    (tmp_path / "secrets.json.part").mkdir()

    with pytest.raises(Trouble, match="keystore_locked"):
        FileSecrets(tmp_path / "secrets.json", practice=True).put("x", b"1")
