"""A terminal, and practice kiosks to type at; the template is made once because keys are slow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tests.house import Counterday, build_template, opened_copy


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_template(tmp_path_factory.mktemp("house"))


@pytest.fixture
def kiosk(template: Path, tmp_path: Path) -> Iterator[Counterday]:
    """Commissioned, nobody signed in; close its vault before a command may have the folder."""
    with opened_copy(template, tmp_path / "kiosk") as day:
        yield day
