"""A counter day on real databases in memory, for the stories of the screens."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar, cast

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from kiosk.domain.errors import Trouble
from kiosk.domain.identity import IdentityBook
from kiosk.domain.ledger import Opening
from kiosk.domain.reservation import Reservation
from kiosk.domain.staff import Operator, Role
from kiosk.domain.visit import Done, Event, PinForm, Service, StepKind, Visit
from kiosk.paths import resources
from kiosk.services.application import ApplicationDesk
from kiosk.services.catalogue import form_rules, identity_book
from kiosk.services.clock import JST, Clock
from kiosk.services.closing import Closing
from kiosk.services.correction import CorrectionDesk
from kiosk.services.counter import Counter
from kiosk.services.custody import Custody
from kiosk.services.desk import Desk
from kiosk.services.exits import ExitNotes, SlipJob
from kiosk.services.line import LineDesk
from kiosk.services.portrait import PortraitDesk
from kiosk.services.portrait_files import PortraitFiles
from kiosk.services.reception import Reception
from kiosk.services.tickets import TicketJob, Tickets
from kiosk.settings import Devices
from kiosk.settings.profile import IdPaper, Procedure, read_profile
from kiosk.store.office import OfficeStore
from kiosk.store.session import SessionStore
from kiosk.ui.background import Background
from kiosk.ui.code_camera import CodeCamera
from kiosk.ui.screens.counter import CounterScreen
from kiosk.ui.screens.counter_note import NoteDesk
from kiosk.ui.screens.counter_steps import AtWindow
from kiosk.ui.texts import Texts

DAY = date(2025, 11, 9)
LONG_NAME = "ヴァレンティーナ・アレクサンドロヴナ・コンスタンティノープリスカヤ＝ファン・デル・ハイゼン小金井"
BOOKED = (
    Reservation("R251109001", "10:20", False, "小金井 花子", "コガネイ ハナコ", flags=("renewal",)),
    Reservation("R251109009", "10:40", False, "小金井 太郎", "コガネイ タロウ", party_size=3),
    Reservation("R251109011", "11:00", False, "古金 樹", "コガネ イツキ", remarks="車椅子で来場"),
    Reservation("R251109012", "11:20", True, "古賀 音", "コガ オト"),
    Reservation("R251109013", "12:40", False, LONG_NAME, "コ" * 60, flags=("under_15", "private_use_name")),
    Reservation("R251109014", "12:50", False, "髙橋 一郎", "タカハシ イチロウ"),
    Reservation("R251109015", "12:55", False, "﨑山 德子", "サキヤマ ノリコ"),
)
PROFILE = read_profile((resources() / "profiles" / "koganei.toml").read_text(encoding="utf-8"), "profile")
ID_PAPERS = (
    IdPaper(code="A01", ja="運転免許証", en="Driver licence", cls="A", common=True),
    IdPaper(code="A03", ja="旅券(日本国)", en="Passport", cls="A", common=True, has_expiry=True),
    IdPaper(code="A07", ja="在留カード", en="Residence card", cls="A", common=True,
            has_photo=True, photo_required=True, else_class="ask"),
    IdPaper(code="A04", ja="身体障害者手帳", en="Disability certificate", cls="A", common=True),
    IdPaper(code="B01", ja="資格確認書(健康保険)", en="Insurance", cls="B", common=True,
            mask_on_copy="保険者番号・記号・番号・QR"),
    IdPaper(code="B06", ja="年金手帳 / 基礎年金番号通知書", en="Pension", cls="B", common=True, several=True),
    IdPaper(code="B11", ja="学生証・生徒手帳", en="Student", cls="B", common=True, check_entries=True),
    IdPaper(code="B02", ja="健康保険被保険者証(旧)", en="Old card", cls="B", valid_until=date(2025, 12, 1)),
    IdPaper(code="B16", ja="個人番号カード顔写真証明書(病院長等)", en="Photo certificate", cls="B"),
    IdPaper(code="X01", ja="通知カード", en="Notice", cls="X", part="notice"),
)  # fmt: skip
BOOK = IdentityBook(ID_PAPERS, identity_book(PROFILE).rules)


class FixedClock(Clock):
    """The counter's clock, standing at a moment the story names."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@dataclass
class Printer:
    """What a ticket printer would answer; the tickets it got."""

    answer: Any = None
    trouble: Trouble | None = None
    jobs: list[Any] = field(default_factory=list)

    def __call__(self, job: TicketJob | SlipJob) -> Any:
        from kiosk.devices.ports import Printed

        self.jobs.append(job)
        if self.trouble is not None:
            raise self.trouble
        return self.answer or Printed.CONFIRMED


class CounterDay:
    """Services over one open session, with an operator signed in."""

    def __init__(self, role: Role = Role.STAFF) -> None:
        self.clock = FixedClock(datetime(2025, 11, 9, 11, 42, tzinfo=JST))
        office, session = OfficeStore.in_memory(), SessionStore.in_memory()
        self.desk = Desk(
            vault=cast(Any, None),
            clock=self.clock,
            devices=Devices(window="2"),
            kiosk="K1",
            practice=True,
            operator=Operator("yamada", "山田 太一", role),
            profile=PROFILE,
            day=DAY,
            office_db=office,
            session_db=session,
        )
        with office.work() as work:
            work.settings.put("outpost_key", bytes(range(32)).hex())
            work.openings.save(Opening(DAY, "K1", "本町公民館", "sato", self.clock.now()))
            work.commit()
        self.reception, self.counter = Reception(self.desk), Counter(self.desk)
        self.custody, self.line = Custody(self.desk), LineDesk(self.desk)
        self.tickets, self.closing = Tickets(self.desk), Closing(self.desk)
        self.applications, self.portraits = ApplicationDesk(self.desk), PortraitDesk(self.desk)
        self.photo_files = PortraitFiles(self.desk, cast(Any, None))
        self.texts, self.background = Texts.load(), Background()
        self.printer = Printer()
        self.note = NoteDesk(ExitNotes(self.desk), self.printer, self.background, self.texts)

    def book(self, *booked: Reservation) -> None:
        """The city's list of the day."""
        with self.desk.session.work() as work:
            work.reservations.replace_all(booked or BOOKED)
            work.commit()

    def ready(self, service: Service = Service.ISSUANCE, reservation: str | None = None) -> Visit:
        """Someone who waits to be called."""
        visit = self.reception.check_in(service, reservation=reservation)
        if service is Service.ISSUANCE:
            self.reception.precheck(visit.ticket, ("A01",))
            visit = self.reception.forms_done(visit.ticket)
        return visit

    def serving(self, service: Service = Service.ISSUANCE, reservation: str | None = None) -> Visit:
        """Someone who has come to the window."""
        ticket = self.ready(service, reservation).ticket
        self.counter.move(ticket, Event.CALL)
        return self.counter.move(ticket, Event.ARRIVE)

    def until(self, ticket: str, step: StepKind) -> None:
        """Does everything of an issuance before `step`."""
        from kiosk.domain.custody import REQUIRED_FOR_ISSUANCE

        order = (StepKind.FINAL_CHECK, StepKind.VIDEO, StepKind.MATCH, StepKind.COPIES,
                 StepKind.POSTING_GUIDE, StepKind.PIN_MEMO, StepKind.SEALED)  # fmt: skip
        for kind in order:
            if kind is step:
                return
            if kind is StepKind.VIDEO:
                self.counter.video(ticket, Done.OK, "市職員 1番", self.clock.now())
            elif kind is StepKind.SEALED:
                self.counter.seal(ticket)
            elif kind is StepKind.MATCH:
                self.counter.match(ticket)
            elif kind is StepKind.PIN_MEMO:
                self.counter.pin_memo(ticket, PinForm.FULL, sealed=True, handed=True)
            else:
                if kind is StepKind.COPIES:
                    for paper in REQUIRED_FOR_ISSUANCE:
                        self.custody.set_held(ticket, paper, 1)
                self.counter.complete(ticket, kind)


W = TypeVar("W", bound=QWidget)


def shown(root: QWidget, name: str, kind: type[W] | None = None) -> W:
    """The visible control of that name, also in a question that lies over the window."""
    QApplication.processEvents()
    wanted = kind or QWidget
    found = [w for w in root.window().findChildren(wanted, name) if w.isVisible()]
    assert found, f"{name} is not on the screen"
    return cast(W, found[-1])


def is_shown(root: QWidget, name: str) -> bool:
    """Whether a control of that name can be seen."""
    QApplication.processEvents()
    return any(w.isVisible() for w in root.window().findChildren(QWidget, name))


def type_into(root: QWidget, name: str, text: str, *, enter: bool = False) -> None:
    """Types or scans into a field."""
    field_ = shown(root, name, QLineEdit)
    field_.setText(text)
    if enter:
        QTest.keyClick(field_, Qt.Key.Key_Return)
    settle()


def settle() -> None:
    """Lets what is due happen."""
    for _ in range(3):
        QApplication.processEvents()


def wait_until(true: Callable[[], bool], limit_s: float = 10.0) -> None:
    """Runs the window until the condition holds."""
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end, "it never happened"
        # The window's own next event wakes this up: a paint, a timer, an answer from the background.
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def on_glass(screen: Any, width: int = 1280, height: int = 680) -> QWidget:
    """Puts the screen on the glass in the size that is left below bar and tabs; the window to keep."""
    window = QWidget()
    window.setProperty("role", "page")
    screen.setParent(window)
    screen.setGeometry(0, 0, width, height)
    window.resize(width, height)
    window.show()
    settle()
    screen.refresh()
    settle()
    return window


def counter_screen(day: CounterDay, camera: CodeCamera | None = None) -> CounterScreen:
    """The window of the day, on the glass."""

    def procedure() -> Procedure:
        return day.desk.rules.procedure

    at = AtWindow(
        day.counter,
        day.custody,
        day.applications,
        lambda: BOOK,
        lambda: form_rules(day.desk.rules),
        procedure,
        day.clock,
        day.texts,
        day.note,
        CorrectionDesk(day.desk),
        camera=camera,
    )
    made = CounterScreen(
        at=at,
        line=day.line,
        reception=day.reception,
        tickets=day.tickets,
        kiosk="K1",
        background=day.background,
    )
    made.window_kept = on_glass(made)  # type: ignore[attr-defined]
    return made
