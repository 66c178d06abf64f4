"""The handover against a stick that is pulled, full, protected or lies; counted, and the counts left behind.

Two hundred pulls at random bytes of a real sealed batch, through the verbs of the close screen, on one
running program: nothing is ever called done, what stood on the stick stays, and the next try works.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.devices.drive_virtual import StickFaults, VirtualBay
from kiosk.domain.batch import SessionState
from kiosk.domain.errors import Refused, Trouble
from tests.house import Counterday, never, opened_copy, silent

PULLS = int(os.environ.get("KIOSK_PULLS", "200"))
SEED = 20251105
OLDER = "13210-K1-000900-20251029.zip"


@pytest.fixture(scope="module")
def sealed(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counterday]:
    """A closed and sealed day; an earlier export already lies on the stick."""
    with opened_copy(template, tmp_path_factory.mktemp("stick-run") / "kiosk") as day:
        day.open(with_list=False)
        for _ in range(2):
            day.issue(day.at_window().ticket)
        day.closing.approve()
        day.handover.record_sealed(day.handover.prepare_seal().run(silent, never))
        (day.house.stick / OLDER).write_bytes(random.Random(SEED).randbytes(40_000))
        yield day


def bay_of(day: Counterday) -> VirtualBay:
    assert isinstance(day.bay, VirtualBay)
    return day.bay


def attempt(day: Counterday, faults: StickFaults) -> str:
    """One export under these faults; how it ended, and whether anything was called done."""
    bay = bay_of(day)
    bay.faults = faults
    try:
        job = day.handover.prepare_export(day.handover.drives()[0])
        job.run(silent, never)
    except (Trouble, Refused) as problem:
        return problem.key
    finally:
        bay.faults = StickFaults()
    return "done"


def test_pulled_two_hundred_times_it_is_never_done_and_the_next_try_works(
    sealed: Counterday, left_behind: Path
) -> None:
    day, dice, ends = sealed, random.Random(SEED), Counter[str]()
    name = day.handover.batch_name() or ""
    size = (day.desk.vault.folder.outbox / name).stat().st_size
    older = digest(day.house.stick / OLDER)
    counts = Counter(pulls=0, false_done=0, older_changed=0, final_name_left=0)
    tried: list[StickFaults] = [StickFaults(pulled_at=dice.randrange(size)) for _ in range(PULLS)]
    tried += [
        StickFaults(full_at=dice.randrange(size)),
        StickFaults(read_only=True),
        StickFaults(flip_at=dice.randrange(size)),
        StickFaults(sync_fails=True),
        StickFaults(not_mounted=True),
    ]
    for faults in tried:
        end = attempt(day, faults)
        ends[end] += 1
        counts["pulls"] += faults.pulled_at is not None
        counts["false_done"] += end == "done" or day.desk.state is not SessionState.SEALED
        counts["older_changed"] += digest(day.house.stick / OLDER) != older
        # A pulled stick keeps what was on it; back in the socket it must not look like a finished export.
        counts["final_name_left"] += (day.house.stick / name).exists()
    assert (counts["false_done"], counts["older_changed"], counts["final_name_left"]) == (0, 0, 0)
    assert ends["drive_gone"] == PULLS
    job = day.handover.prepare_export(day.handover.drives()[0])
    day.handover.record_exported(job, job.run(silent, never))
    assert day.desk.state is SessionState.EXPORTED
    assert digest(day.house.stick / name) == digest(day.desk.vault.folder.outbox / name)
    report = {**counts, "ends": dict(ends), "recovered without restart": 1, "batch bytes": size}
    (left_behind / "stick_run.json").write_text(json.dumps(report, indent=1), encoding="utf-8")


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
