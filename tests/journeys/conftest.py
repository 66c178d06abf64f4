"""A practice kiosk per story."""

from __future__ import annotations

import pytest

from tests.house import Counterday


@pytest.fixture
def day(kiosk: Counterday) -> Counterday:
    """The manager at an open counter with the city's list."""
    kiosk.open()
    return kiosk
