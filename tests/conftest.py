"""What every test shares: an offscreen window, a place for what is left behind, one set of habits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

# Before anything can import Qt: the suite shows no window, also where there is a display.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.house import Counterday

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES_IN_SUITE = 200
EXAMPLES_IN_FUZZ = 10_000

# No deadline: a slow machine is not a wrong program. In the suite the same inputs come every time.
settings.register_profile(
    "suite", max_examples=EXAMPLES_IN_SUITE, deadline=None, database=None, derandomize=True
)
settings.register_profile(
    "fuzz",
    max_examples=EXAMPLES_IN_FUZZ,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("fuzz" if os.environ.get("KIOSK_FUZZ") else "suite")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def left_behind() -> Path:
    """out/test: pictures and papers a test leaves for a person to look at."""
    folder = ROOT / "out" / "test"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice house made once, because keys are slow; every story works on a copy."""
    from tests.house import build_template

    return build_template(tmp_path_factory.mktemp("house"))


@pytest.fixture
def kiosk(template: Path, tmp_path: Path) -> Iterator[Counterday]:
    """A kiosk of the story's own: commissioned, nobody signed in."""
    from tests.house import opened_copy

    with opened_copy(template, tmp_path / "kiosk") as day:
        yield day
