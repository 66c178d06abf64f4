"""What a manager looks after: people, approvals, devices, sticks, the key card, the program's end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from PySide6.QtWidgets import QButtonGroup, QWidget

from kiosk.domain.errors import Refused
from kiosk.domain.staff import Act, Operator
from kiosk.services.access import Access
from kiosk.services.clock import Clock
from kiosk.services.handover import Handover
from kiosk.services.record_view import RecordView
from kiosk.services.register_book import RegisterBook
from kiosk.services.registers import RegisterDesk
from kiosk.settings import Devices
from kiosk.ui.background import Background
from kiosk.ui.screens.manage_agenda import AgendaCard
from kiosk.ui.screens.manage_approvals import ApprovalsCard
from kiosk.ui.screens.manage_devices import DevicesCard, DeviceVerbs
from kiosk.ui.screens.manage_key import KeyCard, KeyVerbs
from kiosk.ui.screens.manage_medium import MediumCard
from kiosk.ui.screens.manage_people import PeopleCard
from kiosk.ui.screens.manage_records import RecordsCard
from kiosk.ui.screens.manage_registers import RegistersCard
from kiosk.ui.screens.manage_reports import ReportsCard, ReportVerbs
from kiosk.ui.screens.manage_retire import EndVerbs, RetireCard
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import Body, Heading, Title
from kiosk.ui.widgets.pages import Pages

if TYPE_CHECKING:
    from kiosk.services.presence import Presence

SECTIONS = (
    "people",
    "agenda",
    "registers",
    "reports",
    "approvals",
    "devices",
    "medium",
    "key",
    "records",
    "leave",
)
SECTION_HEIGHT = 48


@dataclass(frozen=True, slots=True)
class Places:
    """Where this PC keeps things, to be found when somebody asks."""

    folder: Path
    logs: Path
    papers: Path
    version: str

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """Each under the word that names it."""
        where = (("folder", self.folder), ("papers", self.papers), ("logs", self.logs))
        return (("version", self.version), *((word, str(path)) for word, path in where))


@dataclass(frozen=True, slots=True)
class HouseVerbs:
    """What only the composition root can do; each raises Refused or Trouble."""

    has_session: Callable[[], bool]
    take_list: Callable[[], None]
    to_opening: Callable[[], None]
    leave: Callable[[], None]


class Shared(TypedDict):
    """What every card is given: where good news are shown, the words, the worker."""

    done: Callable[[str], None]
    texts: Texts
    background: Background


class ManageScreen(Screen):
    """Sections at the left, the chosen one at the right; staff may look, a manager may change."""

    def __init__(
        self,
        *,
        access: Access,
        registers: RegisterDesk,
        book: RegisterBook,
        agenda: AgendaCard,
        view: RecordView,
        reports: ReportVerbs,
        keep_paper: Callable[[str, bytes], str],
        handover: Handover,
        operator: Callable[[], Operator],
        presence: Callable[[], Presence | None],
        clock: Clock,
        devices: Devices,
        device_verbs: DeviceVerbs,
        house: HouseVerbs,
        end: EndVerbs,
        places: Places,
        key: KeyVerbs,
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(texts=texts, background=background, name="manage")
        self._operator, today = operator, clock.today
        self._house = house
        self._devices = DevicesCard(
            devices, device_verbs, failed=self.show_failure, done=self.notice.show_done,
            texts=texts, background=background,
        )  # fmt: skip
        say = self.notice.show_done
        self._people = PeopleCard(
            registers=registers, access=access, operator=operator, presence=presence, clock=clock,
            done=say, texts=texts,
        )  # fmt: skip
        self._approvals = ApprovalsCard(
            registers=registers, access=access, operator=operator, today=today, done=say, texts=texts
        )
        shared = Shared(done=say, texts=texts, background=background)
        self._medium = MediumCard(handover=handover, registers=registers, today=today, **shared)
        self._registers = RegistersCard(book=book, looked_at=view.note, keep_paper=keep_paper, **shared)
        self._reports = ReportsCard(verbs=reports, **shared)
        self._records = RecordsCard(view=view, places=places.named, keep_paper=keep_paper, **shared)
        self._agenda = agenda.say_with(say)
        self._key = KeyCard(verbs=key, operator=operator, **shared)
        self._retire = RetireCard(end, lambda: self.show_section("leave"), **shared)
        self._managed: list[QWidget] = []
        self._take = self._way("take_list", house.take_list)
        self._to_opening = self._way("to_opening", house.to_opening)
        self._stack = Pages()
        self._tabs = QButtonGroup(self)
        self.area.addWidget(self._section_list())
        for part in (
            self._people, self._agenda, self._registers, self._reports, self._approvals, self._devices,
            self._medium, self._key, self._records, self._leave_section(), self._retire,
        ):  # fmt: skip
            self._stack.addWidget(part)
        self.area.addWidget(self._stack, 1)
        self.show_section("people")

    def show_section(self, name: str) -> None:
        """Brings one section to the front."""
        at = SECTIONS.index(name)
        self._tabs.button(at).setChecked(True)
        self._stack.setCurrentIndex(at)
        self.refresh()

    def refresh(self) -> None:
        leading = self._operator().is_leading
        for part in self._managed:
            part.setEnabled(leading)
        self._take.setEnabled(self._operator().may(Act.IMPORT_LIST))
        for card in (
            self._people,
            self._agenda,
            self._registers,
            self._reports,
            self._approvals,
            self._devices,
            self._medium,
            self._key,
        ):
            card.allow(leading)
        self._show_way()
        if self._stack.currentWidget() is self._retire:
            if not leading:
                self.show_section("leave")
            elif not self._retire.is_busy:
                self._retire.show_stage()
            return
        section = SECTIONS[self._stack.currentIndex()]
        if section == "people":
            self._people.show_people()
        elif section == "agenda":
            self._agenda.show_agenda()
        elif section == "registers":
            self._registers.show_registers()
        elif section == "reports":
            self._reports.show_reports(leading)
        elif section == "records":
            self._records.show_records()
        elif section == "approvals":
            self._approvals.show_approvals()
        elif section == "medium":
            self._medium.show_choices()
        elif section == "key":
            self._key.show_key()

    def _show_way(self) -> None:
        """Before a session is open there is no list to take, but a counter to be opened."""
        at_work = self._house.has_session()
        self._take.setVisible(at_work)
        self._to_opening.setVisible(not at_work)

    def _way(self, name: str, verb: Callable[[], None]) -> Button:
        return Button(self.texts.get(f"manage.{name}"), "quiet", name=f"manage.{name}").guarded(verb)

    def _section_list(self) -> Card:
        card = Card(name="manage.sections")
        card.setFixedWidth(272)
        card.body.setSpacing(6)
        card.body.setContentsMargins(24, 14, 24, 14)
        for at, name in enumerate(SECTIONS):
            button = Button(
                self.texts.get(f"manage.section.{name}"), "plain", size="large", name=f"manage.{name}"
            )
            button.setFixedHeight(SECTION_HEIGHT)
            button.setCheckable(True)
            button.setProperty("align", "start")
            button.clicked.connect(lambda _=False, name=name: self._turn(name))
            self._tabs.addButton(button, at)
            card.body.addWidget(button)
        card.body.addStretch(1)
        for way in (self._take, self._to_opening):
            way.setMinimumHeight(52)
            card.body.addWidget(way)
        return card

    def _turn(self, name: str) -> None:
        self.clear_notice()
        try:
            self.show_section(name)
        except Exception as error:
            self.show_failure(error)

    def _leave_section(self) -> Card:
        card = self._head("leave")
        card.body.addWidget(Heading(self.texts.get("manage.retire.title")))
        card.body.addWidget(Body(self.texts.get("manage.retire.about"), wrap=True))
        retire = Button(self.texts.get("manage.retire.begin"), "secondary", name="manage.retire.begin")
        retire.setMaximumWidth(420)
        card.body.addWidget(retire.guarded(self._to_the_end))
        self._managed.append(retire)
        card.body.addStretch(1)
        end = Button(self.texts.get("manage.end"), "danger", size="large", name="manage.end")
        card.body.addWidget(end.guarded(self._ask_leave))
        self._managed.append(end)
        return card

    def _to_the_end(self) -> None:
        self._retire.begin()
        self._stack.setCurrentWidget(self._retire)

    def _ask_leave(self) -> None:
        if not self._operator().is_leading:
            raise Refused("not_allowed", act=Act.CLOSE_SESSION.value)
        Choice(
            self,
            self.texts.get("manage.end_question"),
            [Option("yes", self.texts.get("manage.end_yes"), "danger")],
            lambda _key: self._house.leave(),
            words=self.texts.get("manage.end_words"),
            cancel=self.texts.get("shell.cancel"),
            name="manage.end_choice",
        )

    def _head(self, name: str) -> Card:
        card = Card(name=f"manage.card.{name}")
        card.body.addWidget(Title(self.texts.get(f"manage.section.{name}")))
        card.body.addWidget(Body(self.texts.get(f"manage.about.{name}"), wrap=True))
        return card
