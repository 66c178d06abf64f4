"""A hand that drums on every button there is, station by station, on a day that goes on meanwhile.

The buttons are found on the glass itself, so one that is new is drummed on without a line here.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton

from kiosk.domain.custody import Movement, Paper
from kiosk.domain.journal import Anchor, Entry
from kiosk.domain.visit import FORMS_DESK, Done, Event, PinForm, Service, StepKind, Visit
from kiosk.services.counter import Counter as CounterDesk
from kiosk.services.custody import Custody
from kiosk.services.desk import Desk
from kiosk.services.imports import Given, ListImport
from kiosk.services.practice import MANAGER, PINS, SAMPLE_LIST, sample_list
from kiosk.services.reception import Reception
from kiosk.ui.theme import OPEN_MARK
from kiosk.ui.widgets.buttons import DEAF_MS, SAME_SPOT_PX, lift_finger
from tests.ui.guest import Guest

TOUCHES = 10
SIBLINGS = 2
"""So many of a row of like choices (papers, kinds, reasons) are enough."""

ENDS_THE_STORY = frozenset({"person.lock", "manage.end", "opening.leave", "manage.to_opening"})
"""Lock and end of the program: behind them there is no station to go on with."""

TOGETHER: tuple[frozenset[str], ...] = (
    frozenset({"check_in", "print_ticket"}),
    frozenset({"paper_received", "paper_copied"}),
)
"""Records that one touch makes together."""

EVERY_DAY = frozenset(
    {"check_in", "print_ticket", "guide_only", "name", "void", "transfer", "step", "ready", "call", "arrive"}
    | {"hold", "no_show", "undo", "side_exit", "talk", "paper_received", "paper_returned", "paper_copied"}
    | {"seal_envelope", "finish", "explain"}
)
"""Acts the drummed day has to hold, or the hand has missed their buttons."""

Way = Callable[[], None]


def kind_of(name: str) -> str:
    """A button's name without the number, booking or line it belongs to."""
    return re.sub(r"\d+", "#", re.sub(r"\b[A-C]\d{3}\b|R\d{9}", "#", name))


@dataclass
class Drummer:
    """Hits every button it sees for the first time, ten times, and looks at what was written."""

    person: Guest
    desk: Desk
    hit: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    _spots: list[tuple[float, QPoint]] = field(default_factory=list)

    def station(self, way: Way) -> int:
        """Everything there is at one station and behind it; how many buttons were new."""
        before = len(self.hit)
        for _ in range(60):
            way()
            self.person.wait()
            front = self.person.front
            if not self._drum_on():
                return len(self.hit) - before
            while self.person.front == front and self._drum_on():
                pass
        raise AssertionError("a station with no end")

    def _drum_on(self) -> bool:
        """One button nobody has drummed on yet, if there is one on the glass."""
        self._fill_fields()
        for button in self._buttons():
            is_open_tick = button.text().startswith(OPEN_MARK)  # each has to be ticked before the verb wakes
            name = button.objectName() if is_open_tick else kind_of(button.objectName() or button.text())
            if button.property("kind") == "primary":
                name += f" {kind_of(button.text())}"  # one place for many verbs: the next step
            family = name.rpartition(".")[0]
            alike = [one for one in self.hit if one.rpartition(".")[0] == family]
            is_choice = not is_open_tick and (button.isCheckable() or button.property("kind") == "plain")
            if name in self.hit or name in ENDS_THE_STORY or (is_choice and len(alike) >= SIBLINGS):
                continue
            self.hit[name] = TOUCHES
            self._hit(button, name)
            return True
        return False

    def _buttons(self) -> list[QPushButton]:
        """What a finger can reach now: shown, awake, and nothing lying over it."""
        QApplication.processEvents()
        shell = self.person.shell
        found = []
        for button in shell.findChildren(QPushButton):
            if not (button.isVisible() and button.isEnabled()):
                continue
            under = shell.childAt(button.mapTo(shell, button.rect().center()))
            if under is button or (under is not None and button.isAncestorOf(under)):
                found.append(button)
        return found

    def _fill_fields(self) -> None:
        for line in self.person.shell.findChildren(QLineEdit):
            if line.isVisible() and line.isEnabled() and not line.text():
                line.setText(PINS[MANAGER.id] if "pin" in line.objectName() else "練習")

    def _hit(self, button: QPushButton, name: str) -> None:
        shell = self.person.shell
        heads, lengths = self._heads(), self._lengths()
        spot = self._fresh_spot(button)
        lift_finger(shell)
        for _ in range(TOUCHES):
            under = shell.childAt(spot)
            if under is not None:
                QTest.mouseClick(under, Qt.MouseButton.LeftButton, pos=under.mapFrom(shell, spot))
        self._spots.append((time.monotonic(), spot))
        self.person.wait()
        self._judge(name, self._since(heads), lengths)

    def _judge(self, name: str, fresh: Sequence[Entry], lengths: dict[str, int]) -> None:
        """One touch is one act: no record twice, no two acts, no step beyond the next."""
        self.acts.update(one.act for one in fresh)
        same = Counter((one.act, one.object, str(sorted(one.details.items()))) for one in fresh)
        doubled = [key for key, times in same.items() if times > 1]
        acts = frozenset(one.act for one in fresh)
        if doubled or not (len(acts) < 2 or any(acts <= some for some in TOGETHER)):
            self.wrong.append(f"{name}: {sorted(acts)} {doubled}")
        with self.desk.session.reading() as view:
            numbers = set(view.tickets.numbers()) & {one.object for one in fresh}
            visits = [view.visits.get(number) for number in numbers]
        for visit in visits:
            order = (*FORMS_DESK[visit.service], *visit.window_steps)
            done = [kind for kind in order if visit.is_done(kind)]
            fresh_steps = [step for step in visit.steps[lengths.get(visit.ticket, 0) :] if step.kind in order]
            if done != list(order[: len(done)]) or len(fresh_steps) > 1:
                self.wrong.append(
                    f"{name}: more than the next step {[step.kind.value for step in fresh_steps]}"
                )

    def _heads(self) -> tuple[Anchor, Anchor]:
        """How far the office's journal and the day's have come."""
        with self.desk.office.reading() as office, self.desk.session.reading() as day:
            return office.journal.head(), day.journal.head()

    def _since(self, heads: tuple[Anchor, Anchor]) -> list[Entry]:
        with self.desk.office.reading() as office, self.desk.session.reading() as day:
            rows = (*office.journal.rows(heads[0]), *day.journal.rows(heads[1]))
        return [entry for entry, _ in rows]

    def _lengths(self) -> dict[str, int]:
        """How many steps each visit has."""
        with self.desk.session.reading() as view:
            return {visit.ticket: len(visit.steps) for visit in view.visits.all()}

    def _fresh_spot(self, button: QPushButton) -> QPoint:
        """A place on the button where the hand has not just been: that would be the same touch."""
        shell = self.person.shell
        places = [QPoint(button.width() * part // 10, button.height() // 2) for part in (5, 2, 8)]
        while True:
            now = time.monotonic()
            self._spots = [one for one in self._spots if (now - one[0]) * 1000 < DEAF_MS + 20]
            for place in places:
                spot = button.mapTo(shell, place)
                if all((spot - where).manhattanLength() > SAME_SPOT_PX for _, where in self._spots):
                    return spot
            QApplication.processEvents()


@dataclass
class People:
    """Visitors who stand wherever a station wants one."""

    desk: Desk
    person: Guest

    def at(self, station: str, visit: Visit | None = None) -> None:
        """The station in front, with a visitor's own page."""
        self.person.window.passage.go(station)
        if visit is not None:
            self.person.shell.station(station).open_visit(visit.ticket)  # type: ignore[attr-defined]

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


def test_a_drumming_hand_on_every_button_of_the_day_does_each_thing_once(guest: Guest, desk: Desk) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    ListImport(desk).take(
        sample_list().read_bytes(), file_name=SAMPLE_LIST, given=Given("USB", "手渡し", "会場", "市職員")
    )
    guest.window.passage.list_finished()
    drummer, people = Drummer(guest, desk), People(desk, guest)
    found: dict[str, int] = {}

    def walk(label: str, way: Way) -> None:
        found[label] = drummer.station(way)

    for station in ("home", "reception", "forms", "counter", "custody"):
        walk(station, lambda station=station: people.at(station))  # type: ignore[misc]
    walk("number", lambda: people.at("reception", people.arrive()))
    walk("papers", lambda: people.at("forms", people.arrive()))
    walk("forms desk", lambda: people.at("forms", people.arrive(prechecked=True)))
    for service in Service:
        for done in range(len(people.at_window(service, 0).window_steps)):
            walk(
                f"{service.value}{done}",
                lambda s=service, n=done: people.at("counter", people.at_window(s, n)),
            )  # type: ignore[misc]
    for station in ("manage", "closing"):
        walk(station, lambda station=station: people.at(station))  # type: ignore[misc]
    sys.stdout.write(
        f"{len(drummer.hit)} kinds of buttons at {len(found)} stations, {TOUCHES} touches each: "
        f"{drummer.acts.total()} records of {len(drummer.acts)} acts; "
        f"doubled or skipped: {len(drummer.wrong)}\n"
    )
    assert drummer.wrong == []
    assert len(drummer.hit) > 130
    assert EVERY_DAY - set(drummer.acts) == frozenset()
