"""A counter PC on its way to the end until it is killed, again and again: run by test_kill_retirement.py.

Per line of input ("phase number" or "-") it forks a worker that goes on from wherever the last one fell, by
the same verbs as `kiosk retire`, and kills itself at that write of that phase.
"""

from __future__ import annotations

from pathlib import Path

from kiosk.domain.retirement import Stage
from kiosk.services.clock import Clock
from kiosk.services.ending import go_on
from kiosk.services.order import is_at_its_end
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY, SECOND
from kiosk.services.retirement import RetirementDesk
from tests.faults.killed_day import Writes, one_worker_per_line, opened
from tests.house import never, silent

APPROVAL = "令7-練-31"
PHASES = ("seal_last", "write_last", "receive_last", "retire")


def go_to_the_end(root: Path, writes: Writes) -> None:
    """Every step that is left."""
    if is_at_its_end(root / "data"):
        with writes.phase("retire"):
            go_on(root / "data", Clock(PRACTICE_DAY).now())
        return
    day = opened(root)
    day.access.sign_in(MANAGER.id, PINS[MANAGER.id])
    end = RetirementDesk(day.desk, day.access, day.handover)
    if end.standing().stage is Stage.SEAL:
        with writes.phase("seal_last"):
            end.record_sealed(end.prepare_seal().run(silent, never))
    if end.standing().stage is Stage.WRITE:
        with writes.phase("write_last"):
            job = end.prepare_export(day.bay.drives()[0])
            end.record_exported(job, job.run(silent, never))
    if end.standing().stage is Stage.RECEIVE:
        day.house.answer_as_city(day.house.stick)
        with writes.phase("receive_last"):
            end.take(end.find(day.house.stick))
    with writes.phase("retire"):
        end.retire(APPROVAL, second_id=SECOND.id, second_pin=PINS[SECOND.id])


if __name__ == "__main__":
    one_worker_per_line(go_to_the_end)
