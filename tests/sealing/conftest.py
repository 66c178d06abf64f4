"""A sealed day for the tests of the batch file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sealing.days import Day, a_day


@pytest.fixture
def day(tmp_path: Path) -> Day:
    """One session of three visits, sealed to a city, with everybody's keys."""
    return a_day(tmp_path)
