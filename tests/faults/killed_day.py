"""A counter that works day after day until it is killed, again and again: run by test_kill_day.py.

Per line of input ("phase number" or "-") it forks a worker. The worker takes the kiosk up wherever the last
one fell, tells every act once it has returned, and kills itself at that write of that phase: a file opened
for writing, renamed or deleted, a statement sent to a database, a commit, the moment after the commit and
before anybody was told, or a piece that came back from the stick. With "-" it ends its day by itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import Engine, event

from kiosk.city.desk import answer, write_answer
from kiosk.city.home import CityHome
from kiosk.cli.practice import PracticeHouse
from kiosk.domain.batch import SessionState
from kiosk.domain.custody import Paper
from kiosk.domain.portrait import judge
from kiosk.domain.visit import Done, Event, Outcome, PinForm, Reason, Service, State, StepKind, Visit
from kiosk.services.clock import Clock
from kiosk.services.desk import Desk
from kiosk.services.open_desk import DEVICES_FILE, secrets_for
from kiosk.services.portrait import Candidate
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY
from kiosk.settings import read_devices, read_text
from kiosk.store.session import SessionStore  # noqa: F401  (imported before the fork, once for all workers)
from kiosk.store.vault import Vault
from tests.house import QUICK, Counterday, never, silent

VISITORS = 3
NAMES = ("本町 緑", "東町 緑", "中町 緑")
PHASES = (
    "sign_in",
    "open",
    "check_in",
    "step",
    "custody",
    "portrait",
    "finish",
    "close",
    "seal",
    "write",
    "verify",
    "record",
    "reject",
    "reopen",
    "mend",
    "receipt",
    "erase",
)


def opened(root: Path, day: date = PRACTICE_DAY) -> Counterday:
    """The kiosk of `root` on a day, with a key derivation that tests can afford; nobody signed in."""
    data = root / "data"
    devices = read_devices(read_text(data / DEVICES_FILE), DEVICES_FILE)
    vault = Vault(data, secrets_for(data, practice=True), cost=QUICK)
    desk = Desk(vault=vault, clock=Clock(day), devices=devices, kiosk="K1", practice=True)
    return Counterday(PracticeHouse(desk, CityHome.open(root / "city"), root / "batch"), data)


class Writes:
    """Counts what reaches the disk, and ends the process at the chosen one."""

    def __init__(self, phase: str, number: int) -> None:
        self.during = ""
        self.counts: dict[str, int] = {}
        self._phase, self._number = phase, number
        event.listen(Engine, "before_cursor_execute", lambda *_: self.reached())
        event.listen(Engine, "commit", lambda *_: self.reached())
        sys.addaudithook(self._audited)

    def reached(self) -> None:
        """One more write point; the last one, perhaps."""
        if not self.during:
            return
        self.counts[self.during] = self.counts.get(self.during, 0) + 1
        if self.during == self._phase and self.counts[self.during] == self._number:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """What is being done."""
        self.during = name
        yield
        self.during = ""

    def verifying(self, stage: str, done: int, total: int) -> None:
        """Progress of an export: what comes after the writing writes nothing, so each word of it counts."""
        if stage != "write":
            self.during = "verify"
            self.reached()

    def _audited(self, name: str, facts: tuple[Any, ...]) -> None:
        if name == "open":
            flags = facts[2] if isinstance(facts[2], int) else 0
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                self.reached()
        elif name in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"):
            self.reached()


class Worker:
    """One start of the program, from the sign-in to wherever it gets."""

    def __init__(self, root: Path, writes: Writes) -> None:
        self._writes = writes
        self._day = opened(root)
        self._when = PRACTICE_DAY

    def _did(self, act: str, **facts: Any) -> None:
        # Committed, and nobody knows yet.
        self._writes.reached()
        tell(act=act, day=self._when.isoformat(), **facts)

    def work(self) -> None:
        """One day to its end, begun now or by a worker before."""
        day, writes = self._day, self._writes
        with writes.phase("sign_in"):
            day.access.sign_in(MANAGER.id, PINS[MANAGER.id])
        with day.desk.office.reading() as view:
            openings = view.openings.all()
        unfinished = [opening.day for opening in openings if opening.state is not SessionState.ERASED]
        self._when = unfinished[-1] if unfinished else PRACTICE_DAY + timedelta(days=len(openings))
        day.desk.clock = Clock(self._when)
        with writes.phase("open"):
            state = day.agenda.open(
                self._when, day.agenda.venues()[0], day.agenda.checklist(), extra=True
            ).state
            self._did("open")
        if state is SessionState.OPEN and not day.mending.is_under_way:
            self._receive_and_serve()
            self._close("close")
        # The city sends the first batch back: it is mended and given again under a new number.
        if self._batches() < 2:
            self._hand_over("")
            if day.desk.state is SessionState.EXPORTED and self._batches() == 1:
                self._be_rejected()
            if self._batches() == 1 and day.desk.state in (SessionState.CLOSED, SessionState.OPEN):
                self._mend()
        self._hand_over("_again")
        if day.desk.state is SessionState.EXPORTED:
            with writes.phase("receipt"):
                day.house.answer_as_city(day.house.stick)
                day.receipts.take(day.receipts.find(day.house.stick))
                self._did("receipt")
        with writes.phase("erase"):
            day.erase()
            self._did("erase")

    def _batches(self) -> int:
        with self._day.desk.office.reading() as view:
            return sum(1 for batch in view.batches.all() if batch.session == self._when)

    def _close(self, act: str) -> None:
        with self._writes.phase("close"):
            self._day.closing.approve()
            self._did(act)

    def _be_rejected(self) -> None:
        day, name = self._day, self._day.handover.batch_name() or ""
        target = day.house.stick / f"{name.removesuffix('.zip')}.receipt.json"
        with self._writes.phase("reject"):
            given = answer(
                day.house.city, day.house.stick / name, Clock().now(), by="市職員", reject="写しが1通多い"
            )
            write_answer(given, target)
            day.receipts.take(target)
            self._did("reject")

    def _mend(self) -> None:
        """One sheet more goes into the first envelope."""
        day = self._day
        if day.desk.state is SessionState.CLOSED and not was_reopened(day, self._when):
            with self._writes.phase("reopen"):
                day.mending.reopen()
                self._did("reopen")
        if day.desk.state is SessionState.OPEN:
            with self._writes.phase("mend"):
                if day.counter.visit("A001").state is not State.CLOSED or not self._has_two_copies():
                    if day.mending.mend("A001").is_done(StepKind.SEALED) and not self._has_two_copies():
                        day.counter.undo("A001")
                    day.custody.set_held("A001", Paper.F09, 2)
                    day.counter.seal("A001")
                    day.counter.finish("A001", Outcome.ACCEPTED)
                self._did("mend")
            self._close("close_again")

    def _has_two_copies(self) -> bool:
        return self._day.custody.of("A001").get(Paper.F09) == 2

    def _receive_and_serve(self) -> None:
        day = self._day
        for visit in day.line.open_visits(*(set(State) - {State.CLOSED})):
            self._serve(visit)
        with day.desk.session.reading() as view:
            received = view.visits.count()
        for n in range(received, VISITORS):
            with self._writes.phase("check_in"):
                service = (Service.ISSUANCE, Service.APPLICATION, Service.ISSUANCE)[n]
                visit = day.reception.check_in(service)
                self._did("check_in", ticket=visit.ticket)
                visit = day.reception.name_walk_in(visit.ticket, NAMES[n])
            self._serve(visit)

    def _serve(self, visit: Visit) -> None:
        day, ticket = self._day, visit.ticket
        while visit.state is not State.CLOSED:
            match visit.state:
                case State.RECEIVED:
                    with self._writes.phase("step"):
                        if visit.is_done(StepKind.PRECHECK):
                            visit = day.reception.forms_done(ticket)
                        else:
                            visit = day.reception.precheck(ticket, ("A01_DRIVER",))
                        self._did("step", ticket=ticket, steps=len(visit.steps))
                case State.WAITING | State.CALLED:
                    with self._writes.phase("step"):
                        called = visit.state is State.CALLED
                        visit = day.counter.move(ticket, Event.ARRIVE if called else Event.CALL)
                        self._did("step", ticket=ticket, steps=len(visit.steps))
                case _:
                    visit = self._at_window(visit)

    def _at_window(self, visit: Visit) -> Visit:
        day, ticket = self._day, visit.ticket
        kind = visit.next_step()
        if kind is StepKind.PHOTO:
            with self._writes.phase("portrait"):
                # A picture of its own each time: what is acknowledged must be what is found.
                jpeg = b"\xff\xd8\xff\xe0" + os.urandom(60_000)
                visit = day.portraits.accept(ticket, Candidate(jpeg, judge({"one_face": 1.0, "roll": 0.0})))
                self._did("portrait", ticket=ticket, sha256=hashlib.sha256(jpeg).hexdigest())
            return visit
        if kind is StepKind.FINAL_CHECK:
            for paper in (Paper.F01, Paper.F02, Paper.F04, Paper.F09):
                with self._writes.phase("custody"):
                    day.custody.set_held(ticket, paper, 1)
                    self._did("custody", ticket=ticket, paper=paper.value)
        if kind is StepKind.MATCH and ticket == "A002":
            with self._writes.phase("finish"):
                visit = day.counter.side_exit(ticket, Reason.R10)
                self._did("finish", ticket=ticket, outcome="stopped")
            return visit
        if kind is None:
            with self._writes.phase("finish"):
                issued = visit.service is Service.ISSUANCE
                visit = day.counter.finish(ticket, Outcome.ACCEPTED if issued else Outcome.APPLIED_PAPER)
                self._did("finish", ticket=ticket, outcome=visit.outcome.value if visit.outcome else "")
            return visit
        with self._writes.phase("step"):
            if kind is StepKind.VIDEO:
                visit = day.counter.video(ticket, Done.OK, "市職員 1番", day.desk.clock.now())
            elif kind is StepKind.SEALED:
                visit = day.counter.seal(ticket)
            elif kind is StepKind.APPLICATION_ID:
                visit = day.applications.put_id(ticket, "1" * 23)
            elif kind is StepKind.MATCH:
                visit = day.counter.match(ticket)
            elif kind is StepKind.PIN_MEMO:
                visit = day.counter.pin_memo(ticket, PinForm.FULL, sealed=True, handed=True)
            else:
                visit = day.counter.complete(ticket, kind)
            self._did("step", ticket=ticket, steps=len(visit.steps))
        return visit

    def _hand_over(self, again: str) -> None:
        day, stick = self._day, self._day.house.stick
        if day.desk.state is SessionState.CLOSED and self._batches() == (1 if again else 0):
            with self._writes.phase("seal"):
                day.handover.record_sealed(day.handover.prepare_seal().run(silent, never))
                self._did(f"seal{again}", batch=day.handover.batch_name())
        if day.desk.state is SessionState.SEALED:
            for old in [*stick.glob("*.zip"), *stick.glob("*.receipt.json*")]:
                old.unlink()  # The city keeps its batches; the stick comes back empty.
            with self._writes.phase("write"):
                job = day.handover.prepare_export(day.handover.drives()[0])
                written = job.run(self._writes.verifying, never)
            with self._writes.phase("record"):
                day.handover.record_exported(job, written)
                self._did(f"export{again}", batch=job.name, sha256=written.sha256)


def was_reopened(day: Counterday, when: date) -> bool:
    """Whether the office's journal says that a day was opened once more."""
    with day.desk.office.reading() as view:
        return any(
            entry.act == "reopen" and entry.object == when.isoformat() for entry in view.journal.entries()
        )


def tell(**words: Any) -> None:
    """One line to whoever started this; written at once, and whole."""
    os.write(1, (json.dumps(words) + "\n").encode())


def _be_worker(work: Callable[[Path, Writes], None], root: Path, writes: Writes) -> NoReturn:
    try:
        work(root, writes)
        tell(act="ended", counts=writes.counts)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def one_worker_per_line(work: Callable[[Path, Writes], None]) -> None:
    """Forks a worker for every "phase number" or "-" that comes in, and tells how each ended."""
    root = Path(sys.argv[1])
    for line in sys.stdin:
        phase, _, number = line.strip().partition(" ")
        worker = os.fork()
        if worker == 0:
            _be_worker(work, root, Writes(phase, int(number or 0)))
        tell(act="worker", pid=worker)
        _, status = os.waitpid(worker, 0)
        tell(act="gone", code=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    one_worker_per_line(lambda root, writes: Worker(root, writes).work())
