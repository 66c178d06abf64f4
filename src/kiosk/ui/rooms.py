"""Makes every screen behind the sign-in, each with the services it uses and nothing more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import __version__
from kiosk.domain.visit import State
from kiosk.services.access import Access
from kiosk.services.agenda import AgendaDesk
from kiosk.services.agenda_book import AgendaBook
from kiosk.services.application import ApplicationDesk
from kiosk.services.camera_setup import CameraSetup
from kiosk.services.catalogue import form_rules, identity_book
from kiosk.services.city_key import CityKeyDesk
from kiosk.services.closing import Closing
from kiosk.services.continuation import Continuation
from kiosk.services.correction import CorrectionDesk
from kiosk.services.counter import Counter
from kiosk.services.custody import Custody
from kiosk.services.day_report import DayReports
from kiosk.services.desk import Desk
from kiosk.services.erasure import ErasureDesk
from kiosk.services.exits import ExitNotes, SlipJob
from kiosk.services.flyer import prepare_flyer
from kiosk.services.halting import Halting
from kiosk.services.handover import Handover
from kiosk.services.imports import ListImport
from kiosk.services.inspection import InspectionDesk
from kiosk.services.integrity import Integrity
from kiosk.services.line import LineDesk, Place
from kiosk.services.mending import Mending
from kiosk.services.meter import MeterDesk
from kiosk.services.own_photo import OwnPhoto
from kiosk.services.photo_refusals import refused_words
from kiosk.services.portrait import PortraitDesk
from kiosk.services.portrait_files import PortraitFiles
from kiosk.services.receipts import ReceiptDesk
from kiosk.services.reception import Reception
from kiosk.services.record_view import RecordView
from kiosk.services.register_book import RegisterBook
from kiosk.services.registers import RegisterDesk
from kiosk.services.reports import ReportDesk
from kiosk.services.retirement import RetirementDesk
from kiosk.services.tickets import TicketJob, Tickets
from kiosk.services.transport import TransportDesk
from kiosk.services.whole import WholeSession
from kiosk.services.year import YearDesk
from kiosk.ui.background import Background
from kiosk.ui.code_camera import CodeCamera
from kiosk.ui.desk_files import DeskFiles
from kiosk.ui.passage import Passage, Rooms
from kiosk.ui.preview import Preview
from kiosk.ui.screens.closing import ClosingScreen, ClosingVerbs
from kiosk.ui.screens.counter import CounterScreen
from kiosk.ui.screens.counter_note import NoteDesk
from kiosk.ui.screens.counter_steps import AtWindow
from kiosk.ui.screens.custody import CustodyScreen
from kiosk.ui.screens.forms import FormsScreen
from kiosk.ui.screens.home import HomeScreen
from kiosk.ui.screens.home_paper import PaperMode
from kiosk.ui.screens.integrity import IntegrityScreen
from kiosk.ui.screens.manage import HouseVerbs, ManageScreen, Places
from kiosk.ui.screens.manage_agenda import AgendaCard
from kiosk.ui.screens.manage_devices import DeviceVerbs
from kiosk.ui.screens.manage_key import KeyVerbs
from kiosk.ui.screens.manage_reports import ReportVerbs
from kiosk.ui.screens.manage_retire import EndVerbs
from kiosk.ui.screens.opening import OpeningScreen
from kiosk.ui.screens.opening_list import ListScreen
from kiosk.ui.screens.photo import PhotoScreen
from kiosk.ui.screens.reception import ReceptionScreen
from kiosk.ui.screens.retired import RetiredScreen
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts

if TYPE_CHECKING:
    from kiosk.devices.ports import DriveBay, Printed
    from kiosk.services.ending import Gone


@dataclass(frozen=True, slots=True)
class Outside:
    """What the composition root lends to the screens: devices, files, the end of the program."""

    print_ticket: Callable[[TicketJob], Printed]
    print_slip: Callable[[SlipJob], Printed]
    bay: DriveBay
    preview: Preview
    code_camera: CodeCamera
    eyes: Background
    list_files: Callable[[], tuple[Path, ...]]
    device_verbs: DeviceVerbs
    files: DeskFiles
    leave: Callable[[], None]
    answer_as_city: Callable[[Path], None] | None


class RoomMaker:
    """Builds the rooms once, when the first person has signed in."""

    def __init__(
        self, desk: Desk, outside: Outside, passage: Passage, texts: Texts, background: Background
    ) -> None:
        self._desk, self._outside, self._passage = desk, outside, passage
        self._texts, self._background = texts, background
        self._access = Access(desk)
        self._line, self._counter = LineDesk(desk), Counter(desk)
        self._reception, self._tickets = Reception(desk), Tickets(desk)
        self._custody = Custody(desk)
        self._places: dict[State, tuple[str, Callable[[str], None]]] = {}
        self._number_at_reception: Callable[[str], None] = lambda _ticket: None
        self._handover = Handover(desk, outside.bay)

    def rooms(self) -> Rooms:
        """All screens; nothing is read from the session yet."""
        home = self._home()
        reception, forms, counter = self._reception_screen(), self._forms_screen(), self._counter_screen()
        photo = self._photo_screen()

        def to_the_camera(ticket: str) -> None:
            self._passage.go("photo")
            photo.choose(ticket)

        def back_to_the_window(ticket: str) -> None:
            self._passage.go("counter")
            counter.open_visit(ticket)

        self._to_window = back_to_the_window
        counter.photo_wanted.connect(to_the_camera)
        photo.taken.connect(back_to_the_window)
        self._places = {
            State.RECEIVED: ("forms", forms.open_visit),
            State.CALLED: ("counter", counter.open_visit),
            State.SERVING: ("counter", counter.open_visit),
        }
        self._number_at_reception = reception.open_visit
        stations: dict[str, Screen] = {
            "home": home,
            "reception": reception,
            "forms": forms,
            "counter": counter,
            "photo": photo,
            "custody": self._custody_screen(),
            "closing": self._closing_screen(),
            "manage": self._manage(),
        }
        return Rooms(self._opening(), self._import_list(), home, stations, self._integrity())

    def _opening(self) -> OpeningScreen:
        passage = self._passage
        return OpeningScreen(
            agenda=AgendaDesk(self._desk),
            operator=lambda: passage.operator,
            opened=passage.opened,
            resumed=passage.resumed,
            manage=passage.to_manage,
            inspection_overdue=InspectionDesk(self._desk).overdue,
            leave=passage.lock,
            texts=self._texts,
            background=self._background,
        )

    def _integrity(self) -> IntegrityScreen:
        passage, desk = self._passage, self._desk
        return IntegrityScreen(
            records=Integrity(desk),
            concerns=lambda: desk.concerns,
            operator=lambda: passage.operator,
            now=desk.clock.machine,
            go_on=passage.go_on,
            look=passage.look,
            leave=passage.lock,
            texts=self._texts,
            background=self._background,
        )

    def _import_list(self) -> ListScreen:
        return ListScreen(
            imports=ListImport(self._desk),
            find_files=self._outside.list_files,
            keep_paper=self._outside.files.keep_paper,
            finished=self._passage.list_finished,
            texts=self._texts,
            background=self._background,
        )

    def _home(self) -> HomeScreen:
        passage = self._passage
        return HomeScreen(
            line=self._line,
            meter=MeterDesk(self._desk),
            session=lambda: passage.session,
            go=passage.go,
            open_visit=self._open_visit,
            texts=self._texts,
            background=self._background,
            paper=PaperMode(Continuation(self._desk), self._outside.files.keep_paper, self._serve),
        )

    def _serve(self, ticket: str) -> None:
        """The window, with somebody who is at it already."""
        station, show = self._places[State.SERVING]
        self._passage.go(station)
        show(ticket)

    def _open_visit(self, place: Place) -> None:
        """The station that can do something for a number in this state."""
        station, show = self._places.get(place.state, ("reception", self._number_at_reception))
        self._passage.go(station)
        show(place.ticket)

    def _reception_screen(self) -> ReceptionScreen:
        return ReceptionScreen(
            reception=self._reception,
            tickets=self._tickets,
            line=self._line,
            counter=self._counter,
            clock=self._desk.clock,
            print_ticket=self._outside.print_ticket,
            texts=self._texts,
            background=self._background,
        )

    def _forms_screen(self) -> FormsScreen:
        return FormsScreen(
            reception=self._reception,
            counter=self._counter,
            held=self._counter.papers,
            book=lambda: identity_book(self._desk.rules),
            rules=lambda: form_rules(self._desk.rules),
            note=self._note_desk(),
            clock=self._desk.clock,
            texts=self._texts,
            background=self._background,
        )

    def _counter_screen(self) -> CounterScreen:
        desk = self._desk
        at = AtWindow(
            counter=self._counter,
            custody=self._custody,
            applications=ApplicationDesk(desk),
            book=lambda: identity_book(desk.rules),
            forms=lambda: form_rules(desk.rules),
            procedure=lambda: desk.rules.procedure,
            clock=desk.clock,
            texts=self._texts,
            note=self._note_desk(),
            correction=CorrectionDesk(desk),
            camera=self._outside.code_camera,
        )
        return CounterScreen(
            at=at,
            line=self._line,
            reception=self._reception,
            tickets=self._tickets,
            kiosk=desk.kiosk,
            background=self._background,
        )

    def _note_desk(self) -> NoteDesk:
        return NoteDesk(ExitNotes(self._desk), self._outside.print_slip, self._background, self._texts)

    def _photo_screen(self) -> PhotoScreen:
        return PhotoScreen(
            portraits=PortraitDesk(self._desk),
            files=PortraitFiles(self._desk, self._outside.bay),
            preview=self._outside.preview,
            texts=self._texts,
            background=self._outside.eyes,
            setup=CameraSetup(self._desk),
            keep_paper=self._outside.files.keep_paper,
            read_ticket=self._ticket_for_the_camera,
            applications=ApplicationDesk(self._desk),
            own=OwnPhoto(self._desk, self._outside.bay),
            refused=partial(refused_words, self._desk),
        )

    def _ticket_for_the_camera(self, untrusted_text: str) -> str:
        """The number in a scanned ticket, or as typed, known here or taken in from the lead kiosk."""
        ticket = self._tickets.read(untrusted_text)
        return self._counter.take_in(untrusted_text, ticket).ticket

    def _custody_screen(self) -> CustodyScreen:
        return CustodyScreen(
            custody=self._custody,
            delivery_due=lambda: self._passage.session.delivery_due if self._passage.session else None,
            texts=self._texts,
            background=self._background,
        )

    def _closing_screen(self) -> ClosingScreen:
        desk, passage = self._desk, self._passage
        verbs = ClosingVerbs(
            handover=self._handover,
            whole=WholeSession(desk, self._handover),
            transport=TransportDesk(desk),
            erasure=ErasureDesk(desk, self._access),
            halting=Halting(desk),
            receipts=ReceiptDesk(desk, self._handover),
            access=self._access,
            closing=Closing(desk),
            mending=Mending(desk),
            photo_files=PortraitFiles(desk, self._outside.bay),
            print_slip=self._outside.print_slip,
            camera=self._outside.code_camera,
        )
        return ClosingScreen(
            verbs=verbs,
            state=lambda: desk.state,
            people=self._access.people,
            operator=lambda: passage.operator,
            time_of_day=lambda: f"{desk.clock.now():%H:%M}",
            keep_paper=self._outside.files.keep_paper,
            answer_as_city=self._outside.answer_as_city,
            to_window=self._to_window,
            ended=passage.session_ended,
            texts=self._texts,
            background=self._background,
        )

    def _report_verbs(self) -> ReportVerbs:
        desk, outside = self._desk, self._outside
        return ReportVerbs(
            reports=ReportDesk(desk),
            days=DayReports(desk),
            flyer=lambda first: prepare_flyer(desk, first),
            year=YearDesk(desk),
            today=desk.clock.today,
            keep_files=outside.files.keep_files,
            find_books=lambda: outside.files.workbooks(drive.path for drive in outside.bay.drives()),
        )

    def _retired(self, gone: Gone) -> None:
        last = RetiredScreen(gone, self._outside.leave, texts=self._texts, background=self._background)
        self._passage.end_with(last)

    def _agenda_card(self) -> AgendaCard:
        return AgendaCard(
            book=AgendaBook(self._desk),
            venues=AgendaDesk(self._desk).venues,
            today=self._desk.clock.today,
            find_files=self._outside.list_files,
            texts=self._texts,
            background=self._background,
        )

    def _key_verbs(self) -> KeyVerbs:
        files, city = self._outside.files, CityKeyDesk(self._desk, self._access)
        return KeyVerbs(
            card=files.card,
            save_card=files.save_card,
            city=city,
            access=self._access,
            from_stick=lambda: city.on_sticks(self._outside.bay),
            keep_paper=files.keep_paper,
            camera=self._outside.code_camera,
        )

    def _manage(self) -> ManageScreen:
        outside, passage = self._outside, self._passage
        registers = RegisterDesk(self._desk, self._access)
        return ManageScreen(
            access=self._access,
            registers=registers,
            book=RegisterBook(self._desk),
            agenda=self._agenda_card(),
            view=RecordView(self._desk),
            reports=self._report_verbs(),
            keep_paper=outside.files.keep_paper,
            handover=self._handover,
            operator=lambda: passage.operator,
            presence=passage.presence,
            clock=self._desk.clock,
            devices=self._desk.devices,
            device_verbs=outside.device_verbs,
            house=HouseVerbs(
                has_session=lambda: passage.session is not None,
                take_list=passage.take_list,
                to_opening=passage.go_on,
                leave=outside.leave,
            ),
            key=self._key_verbs(),
            end=EndVerbs(
                desk=RetirementDesk(self._desk, self._access, self._handover),
                registers=registers,
                access=self._access,
                operator=lambda: passage.operator,
                ended=self._retired,
                play_city=outside.answer_as_city,
            ),
            places=Places(outside.files.root, outside.files.logs, outside.files.papers, __version__),
            texts=self._texts,
            background=self._background,
        )
