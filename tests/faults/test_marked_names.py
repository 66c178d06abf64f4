"""A whole rehearsed day with names that would be noticed: no file, no log and no output keeps them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import logs
from kiosk.cli.city import app as city
from kiosk.cli.line import run
from tests.house import MARKED_NAMES

ROOT = Path(__file__).resolve().parents[2]
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp932")
PASSPHRASE = "renshu-sato-7391"


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The day's folder, and everything the program said."""
    out = tmp_path_factory.mktemp("rehearsed") / "out"
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", "rehearse", "--visitors", "12", "--out", str(out), "--json"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "QT_QPA_PLATFORM": "offscreen"},
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return out, done.stdout + done.stderr


def written(name: str) -> list[bytes]:
    plain = name.replace("　", " ")
    return [form.encode(encoding) for form in {name, plain, plain.replace(" ", "")} for encoding in ENCODINGS]


def test_the_marked_visitors_came_that_day(rehearsed: tuple[Path, str], tmp_path: Path) -> None:
    """Under the city's key their names are there: what is searched below could have held them."""
    out, _ = rehearsed
    (batch,) = (out / "batch").glob("*.zip")
    opened = tmp_path / "opened"
    words = ("open", str(batch), "--data", str(out / "city"), "--out", str(opened))
    assert run(city, words) == 0
    inside = (opened / "visits.json").read_text(encoding="utf-8")
    assert [name for name in MARKED_NAMES if name not in inside] == []


def test_a_fault_that_quotes_a_visitor_is_logged_without_the_quotation(tmp_path: Path) -> None:
    logs.write_logs_to(tmp_path)
    try:
        raise ValueError(MARKED_NAMES[0])
    except ValueError as fault:
        logs.bug(fault)
    logs.write_logs_to(tmp_path / "elsewhere")
    text = (tmp_path / "kiosk.log").read_text(encoding="utf-8")
    assert "ValueError at test_marked_names.py:" in text
    assert MARKED_NAMES[0] not in text


@pytest.mark.parametrize("name", MARKED_NAMES)
def test_no_file_and_no_output_holds_a_visitors_name(rehearsed: tuple[Path, str], name: str) -> None:
    out, said = rehearsed
    files = [file for file in sorted(out.rglob("*")) if file.is_file()]
    assert len(files) > 50
    found = [
        str(file.relative_to(out))
        for file in files
        if any(form in file.read_bytes() for form in written(name))
    ]
    assert found == []
    assert name not in said


def test_no_file_and_no_output_holds_a_pin(rehearsed: tuple[Path, str]) -> None:
    out, said = rehearsed
    found = [
        file.name for file in out.rglob("*") if file.is_file() and PASSPHRASE.encode() in file.read_bytes()
    ]
    assert found == []
    assert PASSPHRASE not in said
