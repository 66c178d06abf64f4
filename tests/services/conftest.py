"""A practice kiosk per story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import Counterday, build_template, opened_copy


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_template(tmp_path_factory.mktemp("house"))


@pytest.fixture
def kiosk(template: Path, tmp_path: Path) -> Iterator[Counterday]:
    """Commissioned, nobody signed in."""
    with opened_copy(template, tmp_path / "kiosk") as day:
        yield day


@pytest.fixture
def day(kiosk: Counterday) -> Counterday:
    """The manager at an open counter with the city's list."""
    kiosk.open()
    return kiosk
