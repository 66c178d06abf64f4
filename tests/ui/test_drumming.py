"""A drumming hand on every button there is, station by station, on a day that goes on meanwhile.

The buttons are found on the glass itself, so one that is new is drummed on without a line here.
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from kiosk.city.home import CityHome
from kiosk.cli.practice import PracticeHouse
from kiosk.domain.custody import Movement, Paper
from kiosk.domain.visit import Done, Event, PinForm, Reason, Service, StepKind, Visit
from kiosk.services.access import Access
from kiosk.services.counter import Counter as CounterDesk
from kiosk.services.custody import Custody
from kiosk.services.desk import Desk
from kiosk.services.erasure import ErasureDesk
from kiosk.services.practice import ERASURE_APPROVAL, MANAGER, SAMPLE_LIST, SECOND
from kiosk.services.reception import Reception
from kiosk.ui.screens.manage import SECTIONS
from tests.ui.drummer import TOUCHES, Drummer, Way
from tests.ui.guest import Guest

EVERY_DAY = frozenset(
    {"sign_in", "open_session", "import_list", "check_in", "print_ticket", "guide_only", "name", "void"}
    | {"transfer", "step", "ready", "call", "arrive", "hold", "no_show", "undo", "side_exit", "talk"}
    | {"paper_received", "paper_returned", "paper_copied", "portrait", "seal_envelope", "finish", "explain"}
    | {"close_session", "seal", "export", "receipt"}
)
"""Acts the drummed day has to hold, or the hand has missed their buttons."""


@dataclass
class People:
    """Visitors who stand wherever a station wants one."""

    desk: Desk
    person: Guest

    def at(self, station: str, visit: Visit | None = None) -> None:
        """The station in front, with a visitor's own page and the manager before it."""
        self.manager()
        self.person.leave_questions()
        self.person.window.passage.go(station)
        if visit is not None:
            self.person.shell.station(station).open_visit(visit.ticket)  # type: ignore[attr-defined]

    def manager(self) -> None:
        """The manager is back, whoever sat down meanwhile."""
        if self.desk.operator is not None and self.desk.operator != MANAGER:
            self.person.window.passage.lock()
        if self.desk.operator is None:
            self.person.sign_in(MANAGER)

    def at_manage(self, section: str) -> None:
        self.at("manage")
        self.person.touch(f"manage.{section}")

    def at_camera(self, *, taken: bool = False) -> None:
        """Somebody before the camera, whose picture is good enough to be taken."""
        self.at("photo")
        if not self.person.shows("photo.shutter"):
            ticket = self.at_window(Service.APPLICATION, 0).ticket
            self.person.shell.refresh()
            self.person.touch(f"photo.choose.{ticket}")
        self.person.until_awake("photo.shutter")
        if taken:
            self.person.touch("photo.shutter")
            self.person.until_awake("photo.override")

    def at_closing(self) -> None:
        """The end of the day; what was held as evidence is let go, so that it can go on."""
        self.manager()
        self.person.leave_questions()
        if self.desk.day is None:
            return
        erasure = ErasureDesk(self.desk, Access(self.desk))
        if erasure.held() is not None:
            erasure.lift_hold("練習", "練習")
        self.person.window.passage.go("closing")
        if self.person.shows("closing.erase"):
            self.person.touch(f"closing.approval.{ERASURE_APPROVAL}", f"closing.second.{SECOND.id}")

    def all_go_home(self) -> None:
        """Everyone still here leaves."""
        self.manager()
        with self.desk.session.reading() as view:
            visits = view.visits.all()
        for visit in visits:
            if visit.outcome is None:
                CounterDesk(self.desk).side_exit(visit.ticket, Reason.R10)

    def next_step(self, ticket: str) -> None:
        """Whatever comes next, without asking whether it is wanted."""
        counter = CounterDesk(self.desk)
        kind = counter.visit(ticket).next_step()
        if kind is not None:
            self._step(counter, ticket, kind)

    def arrive(self, service: Service = Service.ISSUANCE, *, prechecked: bool = False) -> Visit:
        visit = Reception(self.desk).check_in(service)
        if prechecked:
            visit = Reception(self.desk).precheck(visit.ticket, ("A01_DRIVER",))
        return visit

    def at_window(self, service: Service, done: int) -> Visit:
        """Somebody at the window with so many steps behind them."""
        reception, counter = Reception(self.desk), CounterDesk(self.desk)
        ticket = self.arrive(service, prechecked=service is Service.ISSUANCE).ticket
        if service is Service.ISSUANCE:
            reception.forms_done(ticket)
        counter.move(ticket, Event.CALL)
        visit = counter.move(ticket, Event.ARRIVE)
        for kind in visit.window_steps[:done]:
            visit = self._step(counter, ticket, kind)
        return visit

    def _step(self, counter: CounterDesk, ticket: str, kind: StepKind) -> Visit:
        match kind:
            case StepKind.VIDEO:
                return counter.video(ticket, Done.OK, "市職員 1番", self.desk.clock.now())
            case StepKind.MATCH:
                return counter.match(ticket)
            case StepKind.COPIES:
                for paper in (Paper.F01, Paper.F02, Paper.F04):
                    Custody(self.desk).set_held(ticket, paper, 1)
                Custody(self.desk).set_held(ticket, Paper.F09, 1, Movement.COPIED)
            case StepKind.PIN_MEMO:
                return counter.pin_memo(ticket, PinForm.FULL, sealed=True, handed=True)
            case StepKind.SEALED:
                return counter.seal(ticket)
            case StepKind.PHOTO | StepKind.APPLICATION_ID:
                return counter.skip(ticket, kind)
            case _:
                pass
        return counter.complete(ticket, kind)


@dataclass
class Stations:
    """The walk from one station to the next, and how many new buttons each had."""

    drummer: Drummer
    people: People
    found: dict[str, int] = field(default_factory=dict)

    def walk(self, label: str, way: Way) -> None:
        self.found[label] = self.drummer.station(way)

    def before_the_day(self, guest: Guest) -> None:
        """The locked screen, the opening and the city's list."""
        passage, desk = guest.window.passage, self.people.desk

        def opening() -> None:
            self.people.manager()
            if desk.day is None:
                passage.no_session()
            elif guest.front not in ("opening", "list"):
                passage.go("home")

        def card() -> None:
            passage.take_list()
            guest.wait()
            guest.touch(f"list.{SAMPLE_LIST}", "list.medium.usb", "list.means.hand", "list.place.office")

        self.walk("sign-in", passage.lock)
        self.walk("opening", opening)
        self.walk("list", passage.take_list)
        self.walk("list's card", card)
        passage.list_finished()

    def counter(self) -> None:
        """Every station of the day, and the window at each step of each service."""
        people = self.people
        for station in ("home", "reception", "forms", "counter", "photo", "custody"):
            self.walk(station, lambda station=station: people.at(station))  # type: ignore[misc]
        self.walk("number", lambda: people.at("reception", people.arrive()))
        self.walk("papers", lambda: people.at("forms", people.arrive()))
        self.walk("forms desk", lambda: people.at("forms", people.arrive(prechecked=True)))
        for service in Service:
            for done in range(len(people.at_window(service, 0).window_steps)):
                self.walk(
                    f"{service.value}{done}",
                    lambda s=service, n=done: people.at("counter", people.at_window(s, n)),
                )  # type: ignore[misc]
        self.walk("camera", people.at_camera)
        self.walk("picture", lambda: people.at_camera(taken=True))
        for section in SECTIONS:
            self.walk(f"manage {section}", lambda section=section: people.at_manage(section))  # type: ignore[misc]

    def end_of_day(self) -> None:
        """Differences explained; then everyone has gone: close, seal, write, receipt, erasure."""
        self.walk("closing", self.people.at_closing)
        self.people.all_go_home()
        self.walk("end of the day", self.people.at_closing)


def a_bare_button(guest: Guest, verb: Callable[[], object]) -> QPushButton:
    """A button as Qt makes it: every touch is an act."""
    button = QPushButton("番号札", guest.shell)
    button.setGeometry(400, 300, 300, 100)
    button.clicked.connect(verb)
    button.show()
    button.raise_()
    return button


def is_caught(guest: Guest, people: People) -> None:
    """The check itself can fail: on bare buttons the hand makes ten numbers, and skips to the last step."""
    desk, planted = people.desk, Drummer(guest, people.desk)
    number = a_bare_button(guest, lambda: Reception(desk).check_in(Service.APPLICATION))
    planted.drum(number, "ten numbers")
    number.hide()
    assert planted.acts["check_in"] == TOUCHES
    assert len(planted.doubled) == 1
    ticket = people.at_window(Service.ISSUANCE, 0).ticket
    planted.look()
    steps = a_bare_button(guest, lambda: people.next_step(ticket))
    planted.drum(steps, "every step")
    steps.hide()
    assert len(planted.skipped) == 1


@pytest.fixture
def answer_as_city(desk: Desk, template: Path, tmp_path: Path) -> Callable[[Path], object]:
    """The practice city checks what stands on the stick and puts its receipt beside it."""
    shutil.copytree(template / "city", tmp_path / "city")
    house = PracticeHouse(desk, CityHome.open(tmp_path / "city"), tmp_path / "batch")
    return house.answer_as_city


def test_a_drumming_hand_on_every_button_of_the_day_does_each_thing_once(guest: Guest, desk: Desk) -> None:
    drummer, people = Drummer(guest, desk), People(desk, guest)
    stations = Stations(drummer, people)
    guest.sign_in(MANAGER)
    drummer.look()
    stations.before_the_day(guest)
    is_caught(guest, people)
    drummer.look()
    stations.counter()
    stations.end_of_day()
    sys.stdout.write(
        f"{len(drummer.hit)} kinds of buttons at {len(stations.found)} stations, {TOUCHES} touches each: "
        f"{drummer.acts.total()} records of {len(drummer.acts)} acts; "
        f"records doubled: {len(drummer.doubled)}, steps skipped: {len(drummer.skipped)}; "
        f"{len(drummer.crowded)} pictures of it looked at for room\n"
    )
    assert {place: found for place, found in drummer.crowded.items() if found} == {}
    assert (drummer.doubled, drummer.skipped) == ([], [])
    assert len(drummer.hit) > 280
    assert EVERY_DAY - set(drummer.acts) == frozenset()
    with desk.office.reading() as view:
        ended = Counter(entry.act for entry in view.journal.entries())
    assert [ended[act] for act in ("close_session", "seal", "receipt", "erase", "erased")] == [1] * 5
