"""Keys beyond the first sign-in: taking over, new PINs, the director's copy, what a damaged keystore says."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.staff import Operator, Role
from kiosk.store.access import read_access
from kiosk.store.device_secrets import FileSecrets, KeyringSecrets, MemorySecrets, device_secrets
from kiosk.store.folder import DataFolder
from kiosk.store.recovery import RecoveryKeys
from kiosk.store.vault import Unlocked, Vault
from tests.store.counter import CLERK, DAY, MANAGER, PHRASE, PIN, QUICK, Clock, again
from tests.store.test_device_secrets import Drawer

NEW_PHRASE = "aoi no mado 58"
DIRECTOR = Operator("d01", "統括 一郎", Role.DIRECTOR)


class Forgetful(MemorySecrets):
    """A keystore that takes a secret and keeps another."""

    def __init__(self, spoils: str) -> None:
        super().__init__()
        self._spoils = spoils

    def put(self, name: str, secret: bytes) -> None:
        super().put(name, bytes(len(secret)) if self._spoils in name else secret)


class Clinging(MemorySecrets):
    """A keystore that says it has deleted, and has not."""

    def delete(self, name: str) -> None:
        return


def made(root: Path, secrets: MemorySecrets) -> Vault:
    return Vault.create(
        root, secrets, kiosk="K1", practice=False, manager=MANAGER, untrusted_pin=PHRASE, cost=QUICK
    )


# --- taking over ---------------------------------------------------------------------------------------


def test_a_proven_person_sits_down_and_the_twelve_hours_begin_anew(vault: Vault, clock: Clock) -> None:
    vault.add_operator(CLERK, PIN)
    clock.passes(1000)
    assert vault.signed_in_s() == 1000
    proven = vault.prove("s01", PIN)
    assert vault.unlocked.operator == MANAGER
    vault.take_over(proven)
    assert (vault.unlocked.operator, vault.signed_in_s()) == (CLERK, 0)
    with pytest.raises(Refused, match="locked"):
        vault.take_over(Unlocked(CLERK, bytes(32)))
    vault.lock()
    with pytest.raises(Refused, match="locked"):
        vault.take_over(proven)


def test_setting_the_clock_back_does_not_lengthen_the_twelve_hours(vault: Vault, clock: Clock) -> None:
    clock.passes(3600)
    clock.now -= 86_400
    assert vault.signed_in_s() == 3600


def test_a_forgotten_pin_is_renewed_by_another_who_leads(vault: Vault, clock: Clock) -> None:
    vault.add_operator(CLERK, PIN)
    for _ in range(10):
        with pytest.raises(Refused):
            vault.vouch("s01", "00000000")
        clock.passes(3600)
    assert not vault.may_open("s01")
    with pytest.raises(Refused, match="pin_weak"):
        vault.renew("s01", "11112222")
    with pytest.raises(Refused, match="second_person_needed"):
        vault.renew("m01", NEW_PHRASE)
    vault.renew("s01", "90263815")
    assert vault.may_open("s01")
    assert vault.vouch("s01", "90263815") == CLERK
    vault.unlock("s01", "90263815")
    with pytest.raises(Refused, match="not_allowed"):
        vault.renew("m01", NEW_PHRASE)


# --- the director's copy -------------------------------------------------------------------------------


def test_the_directors_copy_opens_the_same_office_on_a_new_pc(
    vault: Vault, tmp_path: Path, clock: Clock
) -> None:
    vault.add_operator(CLERK, PIN)
    with vault.open_office().work() as work:
        work.settings.put("mark", "here")
        work.commit()
    text = vault.keys_for_recovery().to_bytes()
    vault.close()
    shutil.copytree(vault.folder.root, tmp_path / "new")
    other = Vault(tmp_path / "new", MemorySecrets(), cost=QUICK, clock=clock.wall, ticks=clock.steady)
    try:
        assert not other.may_open("s01")
        keys = RecoveryKeys.from_bytes(text)
        assert keys.master.hex() not in repr(keys)
        with pytest.raises(Refused, match="recovery_leads"):
            other.recover(keys, CLERK, NEW_PHRASE)
        with pytest.raises(Refused, match="passphrase_too_short"):
            other.recover(keys, MANAGER, "short")
        assert other.recover(keys, MANAGER, NEW_PHRASE)
        with other.open_office().reading() as view:
            assert view.settings.get("mark") == "here"
        other.lock()
        assert other.unlock("m01", NEW_PHRASE).operator == MANAGER
        with pytest.raises(Refused, match="slot_retired"):
            other.vouch("s01", PIN)
    finally:
        other.close()


def test_recovery_on_the_same_pc_ends_the_lock_and_keeps_the_others(
    vault: Vault, secrets: MemorySecrets, clock: Clock
) -> None:
    vault.add_operator(CLERK, PIN)
    vault.open_office()
    keys = vault.keys_for_recovery()
    started = again(vault, secrets, clock)
    try:
        for _ in range(5):
            with pytest.raises(Refused):
                started.vouch("m01", "something else 1")
        assert not started.recover(keys, MANAGER, NEW_PHRASE)
        assert started.unlock("m01", NEW_PHRASE).operator == MANAGER
        assert started.vouch("s01", PIN) == CLERK
        assert not started.recover(keys, DIRECTOR, NEW_PHRASE)
        assert {person.id for person in started.operators()} == {"m01", "s01", "d01"}
    finally:
        started.close()


def test_keys_of_another_kiosk_open_nothing_here(vault: Vault, tmp_path: Path) -> None:
    vault.open_office()
    right = vault.keys_for_recovery()
    for foreign in (
        replace(right, folder="0" * 16),
        replace(right, kiosk="K2"),
        replace(right, practice=True),
        replace(right, device=bytes(32)),
    ):
        with pytest.raises(Refused, match="recovery_foreign"):
            vault.recover(foreign, MANAGER, NEW_PHRASE)
    # The address of the director is public: anybody can encrypt keys of their own to it.
    with pytest.raises(Trouble, match="database_unreadable"):
        vault.recover(replace(right, master=bytes(32)), MANAGER, NEW_PHRASE)
    assert vault.vouch("m01", PHRASE) == MANAGER
    vault.lock()
    for file in vault.folder.root.glob("office.db*"):
        file.unlink()
    with pytest.raises(Trouble, match="office_missing"):
        vault.recover(right, MANAGER, NEW_PHRASE)
    assert not vault.folder.office.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"\xff", b'{"format": "kiosk-recovery-v1"}'],
)
def test_a_damaged_copy_is_one_refusal(vault: Vault, content: bytes) -> None:
    with pytest.raises(Refused, match="recovery_damaged"):
        RecoveryKeys.from_bytes(content)
    whole = vault.keys_for_recovery().to_bytes()
    assert RecoveryKeys.from_bytes(whole) == vault.keys_for_recovery()
    for old, new in ((b"recovery-v1", b"recovery-v2"), (b"false", b"0"), (b'"master": "', b'"master": "00')):
        with pytest.raises(Refused, match="recovery_damaged"):
            RecoveryKeys.from_bytes(whole.replace(old, new))


# --- sessions and their secrets ------------------------------------------------------------------------


def test_a_days_secret_is_made_once_and_read_back(vault: Vault) -> None:
    assert not vault.session_exists(DAY)
    with pytest.raises(Refused, match="session_unknown"):
        vault.open_session(DAY)
    vault.create_session(DAY)
    with pytest.raises(Refused, match="session_exists"):
        vault.create_session(DAY)
    vault.destroy_session(DAY)
    vault.destroy_session(DAY)
    with pytest.raises(Refused, match="session_unknown"):
        vault.open_session(DAY)


def test_a_day_is_opened_again_after_a_lock(vault: Vault) -> None:
    vault.create_session(DAY)
    vault.lock()
    vault.unlock("m01", PHRASE)
    assert vault.open_session(DAY) is vault.open_session(DAY)


def test_a_secret_without_its_file_and_a_file_without_its_secret(
    vault: Vault, secrets: MemorySecrets, clock: Clock
) -> None:
    vault.create_session(DAY)
    path = vault.folder.session(DAY, "K1")
    other = DAY + timedelta(days=4)
    vault.lock()
    vault.unlock("m01", PHRASE)
    kept = path.read_bytes()
    path.unlink()
    with pytest.raises(Refused, match="session_unknown"):
        vault.open_session(DAY)
    path.write_bytes(kept)
    secrets.delete(f"{vault.access.folder}/session/{DAY.isoformat()}")
    with pytest.raises(Refused, match="session_erased"):
        vault.open_session(DAY)
    with pytest.raises(Refused, match="session_file_left"):
        vault.create_session(DAY)
    vault.create_session(other)
    assert vault.session_exists(other)


def test_a_keystore_that_does_not_keep_is_found_out_before_anything_rests_on_it(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="keystore_absent"):
        made(tmp_path / "a", Forgetful("/device"))
    kiosk = made(tmp_path / "b", Forgetful("/session/"))
    with pytest.raises(Trouble, match="keystore_absent"):
        kiosk.create_session(DAY)
    kiosk.close()


def test_a_keystore_that_does_not_let_go_stops_the_erasure_before_the_file(tmp_path: Path) -> None:
    kiosk = made(tmp_path / "a", Clinging())
    kiosk.create_session(DAY)
    with pytest.raises(Trouble, match="keystore_keeps_secret"):
        kiosk.destroy_session(DAY)
    assert kiosk.folder.session(DAY, "K1").exists()
    kiosk.close()


def test_a_file_that_stays_is_said(tmp_path: Path) -> None:
    kiosk = made(tmp_path / "a", MemorySecrets())
    path = kiosk.folder.session(DAY, "K1")
    kiosk.create_session(DAY)
    kiosk.lock()
    kiosk.unlock("m01", PHRASE)
    path.unlink()
    path.mkdir()
    with pytest.raises(Trouble, match="session_file_stays"):
        kiosk.destroy_session(DAY)
    kiosk.close()


def test_a_device_secret_of_another_length_is_none(vault: Vault, secrets: MemorySecrets) -> None:
    secrets.put(f"{vault.access.folder}/device", bytes(31))
    with pytest.raises(Trouble, match="device_secret_missing"):
        vault.vouch("m01", PHRASE)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'"x"', b'{"tries": "many"}'])
def test_a_damaged_count_in_the_keystore_opens_nothing(
    vault: Vault, secrets: MemorySecrets, content: bytes
) -> None:
    secrets.put(f"{vault.access.folder}/operator/m01", content)
    with pytest.raises(Trouble, match="keystore_locked"):
        vault.vouch("m01", PHRASE)


def test_a_practice_keystore_never_serves(tmp_path: Path) -> None:
    secrets = FileSecrets(tmp_path / "s.json", practice=True)
    with pytest.raises(Refused, match="secrets_practice_only"):
        Vault.create(
            tmp_path / "k", secrets, kiosk="K1", practice=False, manager=MANAGER, untrusted_pin=PHRASE
        )


def test_the_windows_keystore_stays_on_the_machine() -> None:
    class Roaming(Drawer):
        persist = "enterprise"

    drawer = Roaming()
    KeyringSecrets(drawer).put("x", b"1")
    assert drawer.persist == "local machine"


def test_in_service_the_keystore_of_the_system_is_asked(tmp_path: Path) -> None:
    """This machine may have none: then it says so, and never falls back on a file."""
    try:
        told = type(device_secrets(tmp_path, practice=False)).__name__
    except Trouble as none:
        told = none.key
    assert told in {"keystore_absent", KeyringSecrets.__name__}
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_a_trouble(tmp_path: Path) -> None:
    target = tmp_path / "gone" / "secrets.json"
    with pytest.raises(Trouble, match="keystore_locked"):
        FileSecrets(target, practice=True).put("x", b"1")


def test_where_things_stand(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    assert folder.outbox == tmp_path / "outbox"
    assert folder.recovery == tmp_path / "recovery.age"


# --- clocks --------------------------------------------------------------------------------------------


def test_starting_the_program_anew_with_the_clock_ahead_shortens_no_wait(
    vault: Vault, secrets: MemorySecrets, clock: Clock
) -> None:
    vault.add_operator(CLERK, PIN)
    for _ in range(5):
        with pytest.raises(Refused):
            vault.vouch("s01", "00000000")
    started = again(vault, secrets, clock)
    try:
        clock.now += 86_400
        with pytest.raises(Refused, match="pin_locked"):
            started.vouch("s01", PIN)
        clock.since_start += 61
        assert started.vouch("s01", PIN) == CLERK
    finally:
        started.close()


def test_after_a_restart_of_the_pc_the_wall_clock_decides(
    vault: Vault, secrets: MemorySecrets, clock: Clock
) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            vault.vouch("m01", "something else 1")
    started = again(vault, secrets, clock)
    try:
        clock.since_start = 3.0
        with pytest.raises(Refused, match="pin_locked"):
            started.vouch("m01", PHRASE)
        clock.now += 61
        assert started.vouch("m01", PHRASE) == MANAGER
        assert read_access(started.folder.access).entry("m01").tries.count == 0
    finally:
        started.close()
