"""The power goes at any write on the way to the end: never half-retired in silence, always to be finished.

KIOSK_RETIRE_KILLS in the environment makes more kills: from 1,000 on, one at every write there is.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.registers import Subject
from kiosk.domain.staff import Act
from kiosk.services.commission import standing
from kiosk.services.open_desk import open_desk, secrets_for
from kiosk.services.order import is_at_its_end, is_retired
from kiosk.services.practice import PRACTICE_DAY
from kiosk.store.access import read_access
from tests.faults.killed_day import opened
from tests.faults.killed_retirement import APPROVAL, PHASES
from tests.house import build_template, names_under

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("KIOSK_RETIRE_KILLS", "10"))
EVERY = 1_000


class Program:
    """The kiosk that can be killed, and the folder put back as it was before its end."""

    def __init__(self, root: Path, aside: Path, stderr: Path) -> None:
        self.root, self._aside = root, aside
        self.counts: dict[str, int] = {}
        self._said = stderr
        with stderr.open("wb") as said:
            self._running = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.killed_retirement", str(root)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src")))},
            )

    def put_back(self) -> None:
        shutil.rmtree(self.root)
        shutil.copytree(self._aside, self.root)

    def run(self, line: str) -> int:
        """The exit code of one worker."""
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        self._running.stdin.write(f"{line}\n")
        self._running.stdin.flush()
        while told := json.loads(self._running.stdout.readline()):
            if told["act"] == "ended":
                self.counts = told["counts"]
            if told["act"] == "gone":
                break
        return int(told["code"])

    def words(self) -> str:
        return self._said.read_text(encoding="utf-8")

    def end(self) -> None:
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        self._running.stdin.close()
        self._running.wait(30)
        self._running.stdout.close()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A kiosk whose one session is erased and that has the city's number for its end."""
    folder = tmp_path_factory.mktemp("retired")
    root = build_template(folder / "house")
    day = opened(root)
    day.open()
    day.issue(day.at_window(reservation="R251105001").ticket)
    day.export()
    day.house.answer_as_city(day.house.stick)
    day.receipts.take(day.receipts.find(day.house.stick))
    day.erase()
    with day.desk.office_work(Act.EDIT_APPROVALS) as (work, _):
        work.approvals.save(standing(APPROVAL, Subject.RETIRE, PRACTICE_DAY.year))
        work.commit()
    day.access.lock()
    day.desk.vault.close()
    shutil.copytree(root, folder / "aside")
    running = Program(root, folder / "aside", folder / "stderr.txt")
    yield running
    running.end()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the workers are forked")
def test_killed_anywhere_on_the_way_it_is_open_or_said_and_comes_to_its_end(
    program: Program, left_behind: Path
) -> None:
    assert program.run("-") == 0, program.words()
    whole = dict(program.counts)
    assert set(whole) == set(PHASES)
    gone(program.root / "data")
    chance, kills, open_again = random.Random(1), 0, 0
    points = [(phase, number) for phase in PHASES for number in range(1, whole[phase] + 1)]
    if KILLS < EVERY:
        weights = [4 if phase == "retire" else 1 for phase, _ in points]
        points = chance.choices(points, weights, k=KILLS)
    for phase, number in points:
        program.put_back()
        code = program.run(f"{phase} {number}")
        assert code == -signal.SIGKILL, (phase, number, program.words())
        kills += 1
        open_again += half_way(program.root / "data", phase)
        # And killed once more in what is left, before it may end.
        again = program.run(f"retire {chance.randint(1, whole['retire'])}")
        assert again in (0, -signal.SIGKILL), program.words()
        kills += again != 0
        if again != 0:
            half_way(program.root / "data", "retire")
        assert program.run("-") == 0, (phase, number, program.words())
        gone(program.root / "data")
    assert open_again
    told = {"kills": kills, "opened again": open_again, "writes": whole}
    (left_behind / "kill_retirement.json").write_text(json.dumps(told), encoding="utf-8")


def half_way(data: Path, phase: str) -> int:
    """Either everything is still there and people sign in, or every start says what is being done."""
    if is_retired(data):
        with pytest.raises(Refused, match="retired_already"):
            open_desk(data)
        return 0
    if is_at_its_end(data):
        assert phase == "retire"
        with pytest.raises(Refused, match="retire_unfinished"):
            open_desk(data)
        return 0
    access = read_access(data / "access.json")
    assert secrets_for(data, practice=True).get(f"{access.folder}/device") is not None
    day = opened(data.parent)
    try:
        day.sign_in_manager()
        assert not day.desk.concerns
        with day.desk.office.reading() as view:
            assert view.erasures.all()
    finally:
        day.access.lock()
        day.desk.vault.close()
    return 1


def gone(data: Path) -> None:
    """Keys, office and batches are gone, nothing waits, and the last paper lies there."""
    assert is_retired(data)
    assert json.loads((data / "practice-secrets.json").read_text(encoding="utf-8")) == {}
    left = {file.name for file in data.rglob("*") if file.is_file()}
    assert not [name for name in left if name.endswith((".db", ".db-wal", ".db-shm", ".zip", ".part"))]
    assert "access.json" not in left
    assert (data / "papers" / "retirement-K1.pdf").read_bytes().startswith(b"%PDF")
    record = json.loads((data / "papers" / "retired-K1.json").read_bytes())
    assert all(check["ok"] for check in record["checks"])
    assert names_under(data) == []
