"""This PC's keystore: what it takes, what it refuses to be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as FailKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from kiosk.domain.errors import Refused, Trouble
from kiosk.store.device_secrets import (
    DeviceSecrets,
    FileSecrets,
    KeyringSecrets,
    MemorySecrets,
    device_secrets,
)


class Drawer(KeyringBackend):
    """A keystore that works, for as long as it is not locked or forgetful."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False
        self.forgets = False
        self.clings = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise KeyringLocked
        if not self.forgets:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.locked:
            raise KeyringLocked
        if self.clings or (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]


class ClearFile(Drawer):
    """What keyring rates below 1: it keeps secrets, but in the clear."""

    priority = 0.5  # type: ignore[assignment]


@pytest.fixture(params=["memory", "file", "keyring"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> DeviceSecrets:
    """Each of the three."""
    if request.param == "memory":
        return MemorySecrets()
    if request.param == "file":
        return FileSecrets(tmp_path / "secrets.json", practice=True)
    return KeyringSecrets(Drawer())


def test_a_secret_is_kept_replaced_and_deleted(store: DeviceSecrets) -> None:
    assert store.get("f/device") is None
    store.put("f/device", bytes(32))
    store.put("f/session/2025-11-05", b"\x00\xff")
    store.put("f/device", bytes(range(32)))
    assert store.get("f/device") == bytes(range(32))
    store.delete("f/device")
    store.delete("f/device")

    assert store.get("f/device") is None
    assert store.get("f/session/2025-11-05") == b"\x00\xff"


@pytest.mark.parametrize("backend", [FailKeyring(), NullKeyring(), ClearFile()])
def test_a_pc_without_a_proper_keystore_is_refused(backend: KeyringBackend) -> None:
    with pytest.raises(Trouble, match="keystore_absent") as told:
        KeyringSecrets(backend)

    assert told.value.permanent


def test_a_locked_keystore_is_a_trouble_that_may_pass() -> None:
    drawer = Drawer()
    store = KeyringSecrets(drawer)
    store.put("x", b"1")
    drawer.locked = True
    for act in (lambda: store.get("x"), lambda: store.put("x", b"2"), lambda: store.delete("x")):
        with pytest.raises(Trouble, match="keystore_locked") as told:
            act()
        assert not told.value.permanent
    drawer.locked = False
    assert store.get("x") == b"1"


def test_a_keystore_that_keeps_nothing_or_lets_nothing_go_is_found_out() -> None:
    drawer = Drawer()
    store = KeyringSecrets(drawer)
    store.put("x", b"1")
    drawer.forgets = drawer.clings = True

    with pytest.raises(Trouble, match="keystore_locked"):
        store.put("x", b"2")
    with pytest.raises(Trouble, match="keystore_locked"):
        store.delete("x")


def test_the_file_is_for_practice_only_and_closed_to_others(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="secrets_practice_only"):
        FileSecrets(tmp_path / "secrets.json", practice=False)
    store = device_secrets(tmp_path, practice=True)
    assert store.practice_only
    store.put("x", b"1")
    (file,) = tmp_path.iterdir()
    if os.name != "nt":
        assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[1]", b'{"x": "zz"}', b'{"x": 1}'])
def test_a_damaged_file_is_a_trouble(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secrets.json").write_bytes(content)

    with pytest.raises(Trouble, match="keystore_locked"):
        FileSecrets(tmp_path / "secrets.json", practice=True).get("x")


def test_memory_shows_no_secret() -> None:
    store = MemorySecrets()
    store.put("x", b"geheim")

    assert "geheim" not in repr(store)
