"""A city office and a counter that know each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.city.offices import Counter, Office, an_office
from tests.ui.conftest import dressed, picture, qapp_args, texts, touch  # noqa: F401


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A real (not practice) city home that trusts nobody yet."""
    return an_office(tmp_path / "office")


@pytest.fixture
def counter(tmp_path: Path, office: Office) -> Counter:
    """K1, trusted by the office."""
    k1 = Counter(tmp_path / "outbox", office)
    office.trust(k1)
    return k1
