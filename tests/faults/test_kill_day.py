"""The power goes at any write of a whole day: nothing told is lost, nothing is half done, the day goes on.

KIOSK_KILLS and KIOSK_KILL_SEED in the environment make more kills, or others.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.batch import SessionState
from kiosk.domain.custody import Paper, held
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import Opening
from kiosk.domain.visit import Event
from kiosk.services.practice import MANAGER, PINS
from tests.faults.killed_day import PHASES, VISITORS, opened, was_reopened
from tests.house import build_template

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("KIOSK_KILLS", "45"))
SEED = int(os.environ.get("KIOSK_KILL_SEED", "1"))
WAY = (
    "open", "close", "seal", "export", "reject", "reopen", "close_again", "seal_again", "export_again",
    "receipt", "erase",
)  # fmt: skip
"""What moves a session on, in the order of a day whose first batch the city sends back."""


def place(kiosk: Any, opening: Opening, batches: int) -> int:
    """How far along its way a session stands."""
    again = batches > 1
    match opening.state:
        case SessionState.OPEN:
            act = "reopen" if batches else "open"
        case SessionState.CLOSED if not batches:
            act = "close"
        case SessionState.CLOSED:
            act = "close_again" if was_reopened(kiosk, opening.day) else "reject"
        case SessionState.SEALED:
            act = "seal_again" if again else "seal"
        case SessionState.EXPORTED:
            act = "export_again" if again else "export"
        case SessionState.RECEIPTED | SessionState.ERASING:
            act = "receipt"
        case _:
            act = "erase"
    return WAY.index(act)


@dataclass
class Told:
    """Everything the workers have said they did."""

    acts: list[dict[str, Any]] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    writes: dict[str, int] = field(default_factory=dict)

    def of(self, act: str, day: date) -> list[dict[str, Any]]:
        return [told for told in self.acts if told["act"] == act and told["day"] == day.isoformat()]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice kiosk whose PINs cost what a hundred sign-ins can afford."""
    return build_template(tmp_path_factory.mktemp("killed") / "house")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the workers are forked")
def test_killed_at_every_kind_of_write_nothing_told_is_lost(root: Path, left_behind: Path) -> None:
    chance, told = random.Random(SEED), Told()
    said = root / "stderr.txt"
    with (
        said.open("wb") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.killed_day", str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src")))},
        ) as program,
    ):
        assert run(program, "-", told) == 0, said.read_text(encoding="utf-8")
        assert set(told.writes) == set(PHASES)
        for kill in range(KILLS):
            phase = PHASES[kill % len(PHASES)]
            number = chance.randint(1, told.writes[phase])
            code = run(program, f"{phase} {number}", told)
            if code == 0:  # the rest of the day had fewer such writes; on the next day there are more
                code = run(program, f"{phase} {chance.randint(1, 3)}", told)
            assert code == -signal.SIGKILL, (phase, number, said.read_text(encoding="utf-8"))
            told.kills[phase] += 1
            check(root, told, last=False)
        for kill in range(KILLS // 6):
            # From outside, wherever the worker happens to be after so many acts.
            code = run(program, "-", told, kill_after=1 + 3 * kill % 23)
            if code == 0:  # the day had fewer acts left
                code = run(program, "-", told, kill_after=2)
            assert code == -signal.SIGKILL, said.read_text(encoding="utf-8")
            told.kills["from outside"] += 1
            check(root, told, last=False)
        assert run(program, "-", told) == 0, said.read_text(encoding="utf-8")
        assert program.stdin is not None
        program.stdin.close()
    check(root, told, last=True)
    (left_behind / "kill_day.json").write_text(
        json.dumps(
            {"kills": told.kills, "writes of a day": told.writes, "acts told": len(told.acts)}, indent=1
        ),
        encoding="utf-8",
    )
    assert told.kills.total() == KILLS + KILLS // 6


def run(program: subprocess.Popen[str], order: str, told: Told, *, kill_after: int = 0) -> int:
    """One worker from its start to its end; its exit code, negative for the signal that ended it."""
    worker, seen = 0, 0
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(order + "\n")
    program.stdin.flush()
    while True:
        words = json.loads(program.stdout.readline())
        if words["act"] == "gone":
            return int(words["code"])
        if words["act"] == "ended" and order == "-" and not told.writes:
            told.writes.update(words["counts"])
        elif words["act"] == "worker":
            worker = words["pid"]
        elif words["act"] != "ended":
            told.acts.append(words)
            seen += 1
        if kill_after and worker and seen >= kill_after:
            os.kill(worker, signal.SIGKILL)
            kill_after = 0


def check(root: Path, told: Told, *, last: bool) -> None:
    """Signs in as a person would after the power came back, and looks at everything."""
    kiosk = opened(root)
    vault = kiosk.desk.vault
    try:
        kiosk.access.sign_in(MANAGER.id, PINS[MANAGER.id])
        with kiosk.desk.office.reading() as view:
            view.journal.refuse_if_rolled_back(vault.kept_anchor("office"))
            openings = view.openings.all()
            batches = view.batches.all()
        assert len({opening.day for opening in openings}) == len(openings)
        assert [batch.seq for batch in batches] == list(range(1, len(batches) + 1))
        assert [opening.state for opening in openings[:-1]] == [SessionState.ERASED] * (len(openings) - 1)
        assert {act["day"] for act in told.acts} <= {opening.day.isoformat() for opening in openings}
        for opening in openings[-2:]:
            given = sum(1 for batch in batches if batch.session == opening.day)
            for act in WAY:
                if told.of(act, opening.day):
                    assert place(kiosk, opening, given) >= WAY.index(act), act
        newest = openings[-1]
        if newest.state in (SessionState.ERASING, SessionState.ERASED):
            assert_forgotten(kiosk, newest.day, newest.state)
        else:
            assert_remembered(kiosk, newest.day, told)
        if newest.state in (SessionState.EXPORTED, SessionState.RECEIPTED):
            exported = [batch.name for batch in batches if batch.session == newest.day]
            outbox = vault.folder.outbox / exported[-1]
            assert (kiosk.house.stick / exported[-1]).read_bytes() == outbox.read_bytes()
        if last:
            assert newest.state is SessionState.ERASED
            assert [part.name for part in (root / "data").rglob("*.part*")] == []
    finally:
        vault.close()


def assert_remembered(kiosk: Any, day: date, told: Told) -> None:
    """Numbers, steps, papers and pictures that were told are there, and no number twice."""
    kiosk.agenda.resume(day)
    with kiosk.desk.session.reading() as view:
        view.journal.refuse_if_rolled_back(kiosk.desk.vault.kept_anchor(day.isoformat()))
        numbers, visits = view.tickets.numbers(), {visit.ticket: visit for visit in view.visits.all()}
        lines = view.custody.lines()
        pictures = {ticket: view.portraits.get(ticket).jpeg for ticket in view.portraits.tickets()}
    given = [act["ticket"] for act in told.of("check_in", day)]
    assert len(set(given)) == len(given)
    assert set(given) <= set(numbers)
    assert set(numbers) == set(visits)
    assert len(numbers) <= VISITORS
    for letter in "AB":
        own = [number for number in numbers if number[0] == letter]
        assert own == [f"{letter}{n:03d}" for n in range(1, len(own) + 1)]
    for act in told.of("step", day):
        assert len(visits[act["ticket"]].steps) >= act["steps"]
    for act in told.of("custody", day):
        visit = visits[act["ticket"]]
        in_hand = held(lines, act["ticket"])
        assert visit.reason is not None or 1 <= in_hand[Paper(act["paper"])] <= 2
        # The sheet that was mended into the first envelope may be there already, once.
        most = 2 if act["ticket"] == "A001" else 1
        assert all(1 <= count <= most for count in in_hand.values())
    for act in told.of("portrait", day):
        assert hashlib.sha256(pictures[act["ticket"]]).hexdigest() == act["sha256"]
    for act in told.of("finish", day):
        visit = visits[act["ticket"]]
        if visit.ticket == "A001" and any(step.event is Event.MEND for step in visit.steps):
            continue  # It is being mended, or has been: then its second outcome is the same as its first.
        assert visit.outcome is not None
        assert visit.outcome.value == act["outcome"]


def assert_forgotten(kiosk: Any, day: date, state: SessionState) -> None:
    """Once the key may be gone the day never opens again half; once it is told, nothing is left of it."""
    vault = kiosk.desk.vault
    path = vault.folder.session(day, "K1")
    if state is SessionState.ERASED:
        assert not path.exists()
        assert not vault.session_exists(day)
        with pytest.raises(Refused):
            vault.open_session(day)
        with kiosk.desk.office.reading() as view:
            assert view.erasures.find(day, "K1") is not None
        assert [file.name for file in vault.folder.outbox.glob(f"*{day:%Y%m%d}.zip")] == []
    elif vault.session_exists(day):
        vault.open_session(day)
        with vault.open_session(day).reading() as view:
            assert view.visits.count() == VISITORS
