"""The end of the day: sealed, on the stick, read back, checked, opened; beside tar, age, cp, sha256sum."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from random import Random

from bench.counter_window import open_counter
from bench.measure import Measured
from kiosk.city.desk import unpack
from kiosk.domain.visit import Reason, Service
from kiosk.services.practice import STAFF
from kiosk.store.desk import StoredPortrait
from tests.house import Counterday

VISITS = 30
BYTES = 200 * 1024 * 1024
TURNS = 2
AT_MOST = 2.0
MEMORY_AT_MOST_MB = 150.0


def measure() -> list[Measured]:
    """Two lines: to the verified copy on the stick, and the city's check and opening."""
    sealed: list[tuple[float, float, float, float]] = []
    peaks: list[float] = []
    for _ in range(TURNS):
        with get_context("spawn").Pool(1) as child:
            seal, opening, peak = child.apply(_ours)
        with tempfile.TemporaryDirectory() as scratch:
            sealed.append((seal, opening, *_stock(Path(scratch))))
        peaks.append(peak)
    seals, openings, stock_seals, stock_openings = zip(*sealed, strict=True)
    words = f"{VISITS} visits, {BYTES // 1024**2} MB"
    return [
        Measured(
            f"seal, export, read back: {words}",
            "tar | age, cp, sync, sha256sum",
            seals,
            stock_seals,
            AT_MOST,
            peak_mb=max(peaks),
            peak_mb_at_most=MEMORY_AT_MOST_MB,
        ),
        Measured(
            f"city check and open: {words}",
            "sha256sum, age -d | tar x, sha256sum",
            openings,
            stock_openings,
            AT_MOST,
        ),
    ]


def _ours() -> tuple[float, float, float]:
    """(seal and export ms, check and open ms, MB of memory the work added), in a process of its own."""
    with open_counter() as day, tempfile.TemporaryDirectory() as scratch:
        _fill(day)
        day.closing.approve()
        before = _peak_mb()
        began = time.perf_counter()
        name = day.export()
        sealed_ms = (time.perf_counter() - began) * 1000
        began = time.perf_counter()
        unpack(day.house.city, day.house.stick / name, Path(scratch) / "opened", datetime.now().astimezone())
        opened_ms = (time.perf_counter() - began) * 1000
        return sealed_ms, opened_ms, _peak_mb() - before


def _fill(day: Counterday) -> None:
    noise = Random(7)
    for _ in range(VISITS):
        visit = day.at_window(Service.APPLICATION)
        with day.desk.session.work() as work:
            work.portraits.put(
                StoredPortrait(
                    visit.ticket, noise.randbytes(BYTES // VISITS), day.desk.clock.now(), STAFF.id, "{}"
                )
            )
            work.commit()
        day.counter.side_exit(visit.ticket, Reason.R01)


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


def _stock(folder: Path) -> tuple[float, float]:
    """The same work with what every Linux has, in milliseconds: to the stick, and back out of it."""
    noise = Random(7)
    (folder / "in").mkdir()
    (folder / "out").mkdir()
    for number in range(VISITS):
        (folder / "in" / f"{number}.jpg").write_bytes(noise.randbytes(BYTES // VISITS))
    run = f"cd {folder} && age-keygen -o key 2>/dev/null && age-keygen -y key > to"
    subprocess.run(["bash", "-c", run], check=True)
    to_stick = (
        "set -e -o pipefail; tar c in | age -R to > sealed; sha256sum sealed > sum; mkdir stick; "
        "cp sealed stick/; sync stick/sealed; "
        "dd of=stick/sealed oflag=nocache conv=notrunc,fdatasync count=0 status=none; "
        "sha256sum stick/sealed"
    )
    back = (
        "set -e -o pipefail; sha256sum stick/sealed; age -d -i key stick/sealed | tar x -C out; "
        "sha256sum out/in/*"
    )
    taken = []
    for script in (to_stick, back):
        began = time.perf_counter()
        subprocess.run(["bash", "-c", script], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        taken.append((time.perf_counter() - began) * 1000)
    return taken[0], taken[1]
