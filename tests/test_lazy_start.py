"""The counter is up before the heavy parts are: what a start must not have loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.cli.practice import build_house
from kiosk.services.practice import PRACTICE_DAY

ROOT = Path(__file__).resolve().parents[1]
HEAVY = {"sqlalchemy", "alembic", "cv2", "numpy", "typst", "keyring", "openpyxl", "zxingcpp"}
NEEDED_LATER = {
    "typer",
    "pydantic",
    "email",
    "logging.handlers",
    "importlib.resources",
    "kiosk.ui.rooms",
    "kiosk.devices.printer",
    "kiosk.ui.practice_printer",
}
"""What costs a start some hundredths of a second and serves only after it."""

COMMAND = """
import json, sys
sys.argv = {argv!r}
from {module} import main
try:
    code = main()
except SystemExit as left:
    code = left.code
sys.stderr.write("\\nLOADED " + json.dumps([code or 0, sorted(sys.modules)]))
"""


def command_line(module: str, *argv: str) -> tuple[int, set[str]]:
    """Exit code of a command and what it had loaded of the heavy modules and the parser when it ended."""
    program = "kiosk-city" if module.endswith("city") else "kiosk"
    return child(COMMAND.format(argv=[program, *argv], module=module))


@pytest.fixture
def practice_folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    build_house(tmp_path, data, day=PRACTICE_DAY).desk.vault.close()
    return data


def test_the_painted_sign_in_screen_has_loaded_nothing_heavy(practice_folder: Path) -> None:
    start = [sys.executable, "-m", "bench.sign_in", str(practice_folder), PRACTICE_DAY.isoformat()]

    done = subprocess.run(start, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)

    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout))
    assert "kiosk.ui.screens.sign_in" in loaded
    assert loaded & (HEAVY | NEEDED_LATER) == set()


def child(script: str) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    words, found, loaded = done.stderr.rpartition("LOADED ")
    assert found, words + done.stderr
    code, modules = json.loads(loaded)
    return code, (HEAVY | {"typer"}) & set(modules)


def test_the_counter_itself_waits_for_no_parser_of_commands(tmp_path: Path) -> None:
    assert command_line("kiosk.__main__", "--data", str(tmp_path), "--windowed") == (1, set())


def test_help_loads_nothing_heavy() -> None:
    assert command_line("kiosk.__main__", "--help") == (0, {"typer"})


def test_the_citys_help_loads_nothing_heavy() -> None:
    assert command_line("kiosk.cli.city", "check", "--help") == (0, {"typer"})


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a small practice day leaves: a batch, and the city's folder that can check it."""
    out = tmp_path_factory.mktemp("rehearsed") / "out"
    day = [sys.executable, "-m", "kiosk", "rehearse", "--visitors", "3", "--out", str(out)]
    done = subprocess.run(day, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return out


def test_the_citys_check_of_a_real_batch_loads_nothing_heavy(rehearsed: Path) -> None:
    (batch,) = (rehearsed / "batch").glob("*.zip")

    code, heavy = command_line("kiosk.cli.city", "check", str(batch), "--data", str(rehearsed / "city"))

    assert (code, heavy) == (0, {"typer"})
