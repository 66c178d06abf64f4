"""The end of the day: sealed, on the stick, read back, checked, opened; beside tar, age, cp, sha256sum.

KIOSK_BENCH_MB in the environment makes the day larger (1024), KIOSK_BENCH_STICK_MB that on the slow stick.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from bench.counter_window import open_counter
from bench.measure import Measured
from bench.slow_stick import slow_stick
from kiosk.city.desk import unpack
from kiosk.city.home import CityHome
from kiosk.cli.practice import PracticeHouse
from kiosk.devices.drive import open_bay
from kiosk.domain.visit import Reason, Service
from kiosk.services.handover import Handover
from kiosk.services.open_desk import open_desk
from kiosk.services.practice import PRACTICE_DAY, STAFF
from kiosk.store.desk import StoredPortrait
from tests.house import QUICK, Counterday, never, silent

T = TypeVar("T")
PEAK = Path("/proc/self/clear_refs")
VISITS = 30
MB = int(os.environ.get("KIOSK_BENCH_MB", "200"))
STICK_MB = int(os.environ.get("KIOSK_BENCH_STICK_MB", "64"))
STICK_MB_PER_S = 40
TURNS = 2
AT_MOST = 2.0
ON_SLOW_AT_MOST = 1.2
MEMORY_AT_MOST_MB = 150.0


def measure() -> list[Measured]:
    """Two lines: to the verified copy on the stick, and the city's check and opening."""
    ours: list[Ours] = []
    stock: list[tuple[float, float]] = []
    for _ in range(TURNS):
        with tempfile.TemporaryDirectory() as scratch:
            ours.append(_ours(Path(scratch) / "day", MB))
        with tempfile.TemporaryDirectory() as scratch:
            stock.append(_stock(Path(scratch), MB))
    words = f"{VISITS} visits, {MB} MB"
    return [
        Measured(
            f"seal, export, read back: {words}",
            "tar | age, cp, sync, sha256sum",
            tuple(turn.seal_ms for turn in ours),
            tuple(seal for seal, _ in stock),
            AT_MOST,
            peak_mb=_largest(turn.seal_mb for turn in ours),
            peak_mb_at_most=MEMORY_AT_MOST_MB,
        ),
        Measured(
            f"city check and open: {words}",
            "sha256sum, age -d | tar x, sha256sum",
            tuple(turn.open_ms for turn in ours),
            tuple(opening for _, opening in stock),
            AT_MOST,
            peak_mb=_largest(turn.open_mb for turn in ours),
            peak_mb_at_most=MEMORY_AT_MOST_MB,
        ),
        *_on_a_slow_stick(),
    ]


def _on_a_slow_stick() -> list[Measured]:
    """One line where a stick can be made that holds both sides to one speed; else none."""
    ours: list[Ours] = []
    stock: list[float] = []
    for _ in range(TURNS):
        with (
            tempfile.TemporaryDirectory() as scratch,
            slow_stick(Path(scratch) / "stick", STICK_MB_PER_S) as stick,
        ):
            if stick is None:
                print("No FUSE here: the slow stick is left out.", file=sys.stderr)
                return []
            ours.append(_ours(Path(scratch) / "day", STICK_MB, stick))
        with (
            tempfile.TemporaryDirectory() as scratch,
            slow_stick(Path(scratch) / "stick", STICK_MB_PER_S) as stick,
        ):
            stock.append(_stock(Path(scratch), STICK_MB)[0])
    return [
        Measured(
            f"seal, export, read back: {STICK_MB} MB, stick held to {STICK_MB_PER_S} MB/s",
            "tar | age, cp, sync, sha256sum",
            tuple(turn.seal_ms for turn in ours),
            tuple(stock),
            ON_SLOW_AT_MOST,
            peak_mb=_largest(turn.seal_mb for turn in ours),
            peak_mb_at_most=MEMORY_AT_MOST_MB,
        )
    ]


@dataclass(frozen=True, slots=True)
class Ours:
    """One turn: how long, and how much memory the work added at its peak (None where it cannot be told)."""

    seal_ms: float
    seal_mb: float | None
    open_ms: float
    open_mb: float | None


def _ours(root: Path, megabytes: int, stick: Path | None = None) -> Ours:
    # Each in a process of its own, as on three days and two PCs: what filling took must not hide what
    # handing over takes, nor that what opening takes.
    _alone(_fill_day, root, megabytes)
    seal_ms, seal_mb = _alone(_hand_over, root, stick)
    open_ms, open_mb = _alone(_receive, root, stick)
    return Ours(seal_ms, seal_mb, open_ms, open_mb)


def _alone(work: Callable[..., T], root: Path, *more: Any) -> T:
    with get_context("spawn").Pool(1) as child:
        return child.apply(work, (root, *more))


def _fill_day(root: Path, megabytes: int) -> None:
    with open_counter(root) as day:
        _fill(day, megabytes * 1024 * 1024 // VISITS)
        day.closing.approve()


def _hand_over(root: Path, stick: Path | None) -> tuple[float, float | None]:
    house = PracticeHouse(
        open_desk(root / "data", day=PRACTICE_DAY, cost=QUICK), CityHome.open(root / "city"), root / "batch"
    )
    day = Counterday(house, root / "data")
    try:
        day.sign_in_manager()
        day.agenda.resume(PRACTICE_DAY)
        if stick is not None:
            day.handover = Handover(day.desk, open_bay(str(stick), practice=True))
            with day.desk.office.reading() as view:
                (approval,) = {medium.approval for medium in view.media.all()}
            day.handover.register_medium(day.handover.drives()[0].serial, approval)
        return _measured(lambda: _export(day))
    finally:
        day.desk.vault.close()


def _receive(root: Path, stick: Path | None) -> tuple[float, float | None]:
    (batch,) = (stick or root / "batch").glob("*.zip")
    city, at = CityHome.open(root / "city"), datetime.now().astimezone()
    return _measured(lambda: unpack(city, batch, root / "opened", at))


def _export(day: Counterday) -> None:
    day.handover.record_sealed(day.handover.prepare_seal().run(silent, never))
    job = day.handover.prepare_export(day.handover.drives()[0])
    day.handover.record_exported(job, job.run(silent, never))


def _measured(work: Callable[[], object]) -> tuple[float, float | None]:
    """The work's milliseconds, and the MB it added at its peak."""
    before = _memory_mb("VmRSS") if _forget_peak() else None
    began = time.perf_counter()
    work()
    taken = (time.perf_counter() - began) * 1000
    return taken, None if before is None else _memory_mb("VmHWM") - before


def _forget_peak() -> bool:
    """Linux can forget a process's peak; else the 128 MB of the sign-in's Argon2 hide all that follows."""
    if not PEAK.exists():
        return False
    PEAK.write_text("5", encoding="ascii")
    return True


def _memory_mb(name: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{name}:")[2].split()[0]) / 1024


def _largest(found: Iterable[float | None]) -> float | None:
    known = [value for value in found if value is not None]
    return max(known) if known else None


def _fill(day: Counterday, size: int) -> None:
    noise = Random(7)
    for _ in range(VISITS):
        visit = day.at_window(Service.APPLICATION)
        with day.desk.session.work() as work:
            work.portraits.put(
                StoredPortrait(visit.ticket, noise.randbytes(size), day.desk.clock.now(), STAFF.id, "{}")
            )
            work.commit()
        day.counter.side_exit(visit.ticket, Reason.R01)


def _stock(folder: Path, megabytes: int) -> tuple[float, float]:
    """The same work with what every Linux has, in milliseconds: to the stick, and back out of it."""
    noise = Random(7)
    (folder / "in").mkdir()
    (folder / "out").mkdir()
    for number in range(VISITS):
        (folder / "in" / f"{number}.jpg").write_bytes(noise.randbytes(megabytes * 1024 * 1024 // VISITS))
    run = f"cd {folder} && age-keygen -o key 2>/dev/null && age-keygen -y key > to"
    subprocess.run(["bash", "-c", run], check=True)
    to_stick = (
        "set -e -o pipefail; tar c in | age -R to > sealed; sha256sum sealed > sum; mkdir -p stick; "
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
