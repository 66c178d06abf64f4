"""A practice kiosk per story, before its first visitor or after its batch went to the stick."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.visit import Reason
from kiosk.services.practice import PRACTICE_DAY
from tests.house import Counterday, opened_copy


@pytest.fixture
def day(kiosk: Counterday) -> Counterday:
    """The manager at an open counter with the city's list."""
    kiosk.open()
    return kiosk


@pytest.fixture(scope="session")
def exported_template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of one card issued and one visitor sent home, on the stick; made once, every story copies it."""
    root = tmp_path_factory.mktemp("exported") / "house"
    with opened_copy(template, root) as day:
        day.open()
        day.issue(day.at_window(reservation="R251105001").ticket)
        day.counter.side_exit(day.waiting().ticket, Reason.R02)
        day.export()
    return root


@pytest.fixture
def exported(exported_template: Path, tmp_path: Path) -> Iterator[Counterday]:
    """The manager after the batch went to the stick."""
    with opened_copy(exported_template, tmp_path / "kiosk") as day:
        day.sign_in_manager()
        day.agenda.resume(PRACTICE_DAY)
        yield day
