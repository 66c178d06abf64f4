"""From nothing to a sign-in screen that can be touched, beside a bare window in the same toolkit."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import Measured, as_installed, side_by_side
from kiosk.cli.practice import build_house
from kiosk.services.practice import PRACTICE_DAY

TURNS = 15
AT_MOST = 2.0
BARE_WINDOW = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
class Window(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, painted)
def painted():
    print("[]", flush=True)
    window.close()
    app.quit()
app = QApplication([])
window = Window()
window.resize(1280, 800)
window.show()
app.exec()
"""


def until_painted(cache: Path, *arguments: str) -> float:
    """Milliseconds from starting a Python to its first line, printed once the window is painted."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, env=as_installed(cache)
    ) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        took = (time.perf_counter() - began) * 1000
    if child.returncode != 0 or not first:
        raise RuntimeError(f"the window did not come up: {arguments[:2]}")
    return took


def measure() -> list[Measured]:
    """One line: cold start against a bare window, alternating."""
    with tempfile.TemporaryDirectory() as scratch:
        data, cache = Path(scratch) / "data", Path(scratch) / "bytecode"
        build_house(Path(scratch), data, day=PRACTICE_DAY).desk.vault.close()
        ours, theirs = side_by_side(
            lambda: until_painted(cache, "-m", "bench.sign_in", str(data), PRACTICE_DAY.isoformat()),
            lambda: until_painted(cache, "-c", BARE_WINDOW),
            turns=TURNS,
        )
    return [Measured("cold start to the sign-in screen", "a bare PySide6 window", ours, theirs, AT_MOST)]
