"""The power goes at any moment: no acknowledged number is lost, none is given twice, the chain holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.store.session import SessionStore

ROOT = Path(__file__).resolve().parents[2]
KEY = bytes(range(32))
KILLS = 30


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the worker is forked")
def test_kill_9_during_commits(tmp_path: Path) -> None:
    path = tmp_path / "day.db"
    SessionStore.open(path, KEY).close()
    script = Path(__file__).with_name("killed_counter.py")
    acknowledged: list[str] = []
    with subprocess.Popen(
        [sys.executable, str(script), str(path), KEY.hex()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src")))},
    ) as counter:
        assert counter.stdin is not None
        assert counter.stdout is not None
        for kill in range(KILLS):
            counter.stdin.write("go\n")
            counter.stdin.flush()
            worker, seen = 0, 0
            # The worker may speak before its pid is told; it is killed while it writes the next one.
            while worker == 0 or seen <= kill % 5:
                words = counter.stdout.readline().split()
                if words[0] == "worker":
                    worker = int(words[1])
                else:
                    acknowledged.append(words[0])
                    seen += 1
            os.kill(worker, signal.SIGKILL)
            while (words := counter.stdout.readline().split()) != ["gone"]:
                acknowledged.append(words[0])
        counter.stdin.close()

    store = SessionStore.open(path, KEY)
    with store.reading() as view:
        numbers = view.tickets.numbers()
        assert len(acknowledged) >= KILLS * 2
        assert len(set(acknowledged)) == len(acknowledged)
        assert set(acknowledged) <= set(numbers)
        # At most the one being written when the power went is there without having been told.
        assert len(numbers) - len(acknowledged) <= KILLS
        assert numbers == tuple(f"A{n:03d}" for n in range(1, len(numbers) + 1))
        assert view.journal.verify().length == len(numbers)
        assert [entry.object for entry in view.journal.entries()] == list(numbers)
        assert view.portraits.tickets() == numbers
        assert [visit.ticket for visit in view.visits.all()] == list(numbers)
    store.close()
