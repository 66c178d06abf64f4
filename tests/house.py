"""A commissioned practice kiosk on real encrypted files, ready for a story; copied, because keys are slow."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kiosk.city.home import CityHome
from kiosk.cli.practice import PracticeHouse, build_house
from kiosk.devices.drive import open_bay
from kiosk.devices.ports import DriveBay
from kiosk.domain.custody import Movement, Paper
from kiosk.domain.visit import Done, Event, Outcome, PinForm, Service, StepKind, Visit
from kiosk.services.access import Access
from kiosk.services.agenda import AgendaDesk
from kiosk.services.application import ApplicationDesk
from kiosk.services.closing import Closing
from kiosk.services.counter import Counter
from kiosk.services.custody import Custody
from kiosk.services.desk import Desk
from kiosk.services.erasure import ErasureDesk
from kiosk.services.halting import Halting
from kiosk.services.handover import Handover
from kiosk.services.imports import Given, ListImport
from kiosk.services.line import LineDesk
from kiosk.services.mending import Mending
from kiosk.services.open_desk import open_desk, secrets_for
from kiosk.services.portrait import PortraitDesk
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY, SECOND, STAFF, sample_list
from kiosk.services.receipts import ReceiptDesk
from kiosk.services.reception import Reception
from kiosk.services.site import SiteDesk
from kiosk.services.tickets import Tickets
from kiosk.services.transport import TransportDesk
from kiosk.services.whole import WholeSession
from kiosk.store.slots import KdfCost
from kiosk.store.vault import Vault

QUICK = KdfCost(memory_kib=64, iterations=1, lanes=1)
"""A key derivation for stories that are about something else; the standard has its own, in tests/store."""

MARKED_NAMES = ("小金井　花子", "髙橋 一郎", "GARCIA LOPEZ MARIA ELENA")
"""Three of the invented visitors, to be looked for where no name may be."""


def silent(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


def never() -> bool:
    """Nobody cancels."""
    return False


@dataclass
class Counterday:
    """Every service of one kiosk over one data folder."""

    house: PracticeHouse
    data: Path

    def __post_init__(self) -> None:
        self.wire(self.house.desk)

    def wire(self, desk: Desk) -> None:
        """Builds the services anew, as a restarted program does."""
        self.desk = desk
        self.bay: DriveBay = open_bay(desk.devices.drive, practice=True)
        self.access, self.agenda = Access(desk), AgendaDesk(desk)
        self.imports, self.reception, self.line = ListImport(desk), Reception(desk), LineDesk(desk)
        self.tickets, self.counter, self.custody = Tickets(desk), Counter(desk), Custody(desk)
        self.portraits, self.applications = PortraitDesk(desk), ApplicationDesk(desk)
        self.closing, self.handover = Closing(desk), Handover(desk, self.bay)
        self.receipts = ReceiptDesk(desk, self.handover)
        self.erasure = ErasureDesk(desk, self.access)
        self.mending = Mending(desk)
        self.whole, self.transport = WholeSession(desk, self.handover), TransportDesk(desk)
        self.site, self.halting = SiteDesk(desk), Halting(desk)

    def restart(self) -> None:
        """The program ends and is started again; the manager signs in and takes the session up."""
        day = self.desk.day
        self.desk.vault.close()
        self.wire(opened(self.data))
        self.sign_in_manager()
        if day is not None:
            self.agenda.resume(day)

    def sign_in_manager(self) -> None:
        self.access.sign_in(MANAGER.id, PINS[MANAGER.id])

    def sign_in_staff(self) -> None:
        self.access.sign_in(STAFF.id, PINS[STAFF.id])

    def open(self, *, with_list: bool = True) -> None:
        """The manager signs in, opens the practice day and takes the sample list."""
        self.sign_in_manager()
        self.agenda.open(PRACTICE_DAY, self.agenda.venues()[0], self.agenda.checklist())
        if with_list:
            self.take_list()

    def take_list(self) -> None:
        sample = sample_list()
        self.imports.take(
            sample.read_bytes(),
            file_name=sample.name,
            given=Given("USB", "手渡し", "会場", "市職員"),
        )

    def waiting(self, service: Service = Service.ISSUANCE, reservation: str | None = None) -> Visit:
        """A visitor who is ready to be called."""
        visit = self.reception.check_in(service, reservation=reservation)
        if service is Service.ISSUANCE:
            self.reception.precheck(visit.ticket, ("A01_DRIVER",))
            visit = self.reception.forms_done(visit.ticket)
        return visit

    def at_window(self, service: Service = Service.ISSUANCE, reservation: str | None = None) -> Visit:
        """A visitor who has come to the window."""
        ticket = self.waiting(service, reservation).ticket
        self.counter.move(ticket, Event.CALL)
        return self.counter.move(ticket, Event.ARRIVE)

    def issue(self, ticket: str) -> Visit:
        """Every counter step of an issuance that goes well, to its outcome."""
        self.issue_until_sealed(ticket)
        return self.counter.finish(ticket, Outcome.ACCEPTED)

    def issue_until_sealed(self, ticket: str) -> Visit:
        """Every counter step of an issuance that goes well."""
        for paper in (Paper.F01, Paper.F02, Paper.F04):
            self.custody.set_held(ticket, paper, 1)
        self.counter.complete(ticket, StepKind.FINAL_CHECK, papers=("A01_DRIVER",))
        self.counter.video(ticket, Done.OK, "市職員 1番", self.desk.clock.now())
        self.counter.match(ticket)
        self.custody.set_held(ticket, Paper.F09, 1, Movement.COPIED)
        self.counter.complete(ticket, StepKind.COPIES)
        self.counter.complete(ticket, StepKind.POSTING_GUIDE)
        self.counter.pin_memo(ticket, PinForm.FULL, sealed=True, handed=True)
        return self.counter.seal(ticket)

    def export(self) -> str:
        """Close, seal and bring the batch to the stick; the batch's name."""
        self.closing.approve()
        self.handover.record_sealed(self.handover.prepare_seal().run(silent, never))
        job = self.handover.prepare_export(self.handover.drives()[0])
        self.handover.record_exported(job, job.run(silent, never))
        return job.name

    def erase(self, approval: str = "令7-練-17") -> bytes:
        """Erasure with the second person's PIN; the record's PDF."""
        erased = self.erasure.erase(approval, second_id=SECOND.id, second_pin=PINS[SECOND.id])
        return erased.record_pdf


def build_template(root: Path, *, quick: bool = True) -> Path:
    """A practice house at `root`; every story gets a copy of it. Its PINs are quick to check, or standard."""
    _copy(_made_once(quick), root)
    return root


@cache
def _made_once(quick: bool) -> Path:
    """Commissioned once per process, because keys at the standard cost are slow."""
    folder = tempfile.TemporaryDirectory(prefix="kiosk-house-")
    atexit.register(folder.cleanup)
    root = Path(folder.name)
    build_house(root, root / "data", day=PRACTICE_DAY).desk.vault.close()
    if quick:
        quicken(root / "data")
    return root


def _copy(template: Path, root: Path) -> None:
    shutil.copytree(template, root, dirs_exist_ok=True)
    # The stick and the city moved along with the copy; the printer and camera are addresses.
    devices = root / "data" / "devices.toml"
    text = devices.read_text(encoding="utf-8")
    devices.write_text(text.replace(str(template), str(root)), encoding="utf-8")


def quicken(data: Path) -> None:
    """Sets every PIN of a practice kiosk again, each to what it is, at the quick cost."""
    vault = Vault(data, secrets_for(data, practice=True), cost=QUICK)
    vault.unlock(MANAGER.id, PINS[MANAGER.id])
    for person in vault.operators():
        vault.change_pin(person.id, PINS[person.id], PINS[person.id])
    vault.close()


def opened(data: Path) -> Desk:
    """A practice kiosk on the practice day, locked, content with quick PINs."""
    return open_desk(data, day=PRACTICE_DAY, cost=QUICK)


@contextmanager
def opened_copy(template: Path, root: Path) -> Iterator[Counterday]:
    """A fresh copy of the template, opened."""
    _copy(template, root)
    data = root / "data"
    house = PracticeHouse(opened(data), CityHome.open(root / "city"), root / "batch")
    day = Counterday(house, data)
    try:
        yield day
    finally:
        day.desk.vault.close()


def names_under(folder: Path) -> list[str]:
    """Where a marked visitor's name stands in the bytes of any file, in the encodings a PC writes."""
    return [
        f"{file.name}: {name} {encoding}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for name in MARKED_NAMES
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp932")
        if name.encode(encoding) in file.read_bytes()
    ]
