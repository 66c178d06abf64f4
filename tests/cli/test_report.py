"""kiosk report: the month's and the day's papers, from a folder that was served, closed and exported."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from kiosk.cli.console import REFUSED
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY
from tests.cli.terminal import Terminal
from tests.house import Counterday

BY_MANAGER = ("--operator", MANAGER.id, "--pin-stdin")
MANAGER_PIN = f"{PINS[MANAGER.id]}\n"


@pytest.fixture
def closed(kiosk: Counterday) -> Counterday:
    """A served and closed day; nobody uses the folder now."""
    kiosk.open()
    kiosk.issue(kiosk.at_window(reservation="R251105001").ticket)
    kiosk.closing.approve()
    kiosk.desk.vault.close()
    return kiosk


def test_the_month_is_reported_in_three_files(closed: Counterday, terminal: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "report"
    words = ("report", "month", "2025-11", "--out", out, *BY_MANAGER, "--data", closed.data)
    code, told = terminal.json(*words, pin=MANAGER_PIN)
    assert code == 0
    assert sorted(file.suffix for file in out.iterdir()) == [".csv", ".pdf", ".xlsx"]
    assert (told["sessions"], told["handled"], told["plan"], told["uncounted"]) == (1, 1, 1440, [])
    code, told = terminal.json(*words[:2], "2025-13", *words[3:], pin=MANAGER_PIN)
    assert (code, told["problem"]) == (REFUSED, "month_format")


def test_a_closed_session_has_its_daily_papers(
    closed: Counterday, terminal: Terminal, tmp_path: Path
) -> None:
    out = tmp_path / "day"
    words = ("report", "day", PRACTICE_DAY.isoformat(), "--out", out, *BY_MANAGER)
    code, told = terminal.json(*words, "--data", closed.data, pin=MANAGER_PIN)
    assert code == 0
    assert [Path(file).name for file in told["files"]] == ["nippo-2025-11-05.pdf", "nisshi-2025-11-05.pdf"]
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", told["files"][0], "-"], capture_output=True, text=True).stdout
        assert "本町公民館" in text.replace(" ", "")
