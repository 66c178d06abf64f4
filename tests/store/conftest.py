"""A commissioned kiosk on a real folder, with a key derivation cheap enough for tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.store.device_secrets import MemorySecrets
from kiosk.store.session import SessionStore
from kiosk.store.vault import Vault
from tests.store.counter import DAY, MANAGER, PHRASE, QUICK, Clock


@pytest.fixture
def clock() -> Clock:
    """Wall clock and steady clock that only the test moves."""
    return Clock()


@pytest.fixture
def secrets() -> MemorySecrets:
    """This PC's keystore."""
    return MemorySecrets()


@pytest.fixture
def vault(tmp_path: Path, secrets: MemorySecrets, clock: Clock) -> Iterator[Vault]:
    """A new kiosk K1 with its manager signed in."""
    made = Vault.create(
        tmp_path / "kiosk",
        secrets,
        kiosk="K1",
        practice=False,
        manager=MANAGER,
        untrusted_pin=PHRASE,
        cost=QUICK,
        clock=clock.wall,
        ticks=clock.steady,
    )
    yield made
    made.close()


@pytest.fixture
def day(vault: Vault) -> SessionStore:
    """The session of 2025-11-05, open."""
    return vault.create_session(DAY)
