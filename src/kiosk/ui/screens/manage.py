"""What a manager looks after: people, devices, sticks, the key card, records, and the end of the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QButtonGroup, QLineEdit, QStackedWidget, QWidget

from kiosk.domain.errors import Refused
from kiosk.domain.staff import Act, Operator
from kiosk.services.access import Access
from kiosk.services.handover import Handover
from kiosk.settings import Devices
from kiosk.ui.background import Background
from kiosk.ui.desk_files import PublicCard
from kiosk.ui.screens.manage_devices import DevicesCard, DeviceVerbs
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import Body, Caption, Heading, PersonName, Pill, Title, breakable
from kiosk.ui.widgets.rows import Row, Rows

SECTIONS = ("people", "devices", "medium", "key", "records", "leave")
PEOPLE_ROWS = 6
DRIVE_ROWS = 3


@dataclass(frozen=True, slots=True)
class Places:
    """Where this PC keeps things, to be found when somebody asks."""

    folder: Path
    logs: Path
    papers: Path
    version: str


@dataclass(frozen=True, slots=True)
class HouseVerbs:
    """What only the composition root can do; each raises Refused or Trouble."""

    card: Callable[[], PublicCard]
    save_card: Callable[[], str]
    take_list: Callable[[], None]
    leave: Callable[[], None]


class ManageScreen(Screen):
    """Sections at the left, the chosen one at the right; staff may look, a manager may change."""

    def __init__(
        self,
        *,
        access: Access,
        handover: Handover,
        operator: Callable[[], Operator],
        devices: Devices,
        device_verbs: DeviceVerbs,
        house: HouseVerbs,
        places: Places,
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(texts=texts, background=background, name="manage")
        self._access, self._handover, self._operator = access, handover, operator
        self._house, self._places = house, places
        self._people = Rows(texts, PEOPLE_ROWS, name="manage.people")
        self._drives = Rows(texts, DRIVE_ROWS, name="manage.drives")
        self._approval = QLineEdit()
        self._serial = QLineEdit()
        self._card_parts = {
            part: Body(wrap=True, name=f"manage.card.{part}")
            for part in ("fingerprint", "signing", "recipient")
        }
        self._devices = DevicesCard(
            devices, device_verbs, failed=self.show_failure, done=self.notice.show_done,
            texts=texts, background=background,
        )  # fmt: skip
        self._managed: list[QWidget] = []
        self._stack = QStackedWidget()
        self._tabs = QButtonGroup(self)
        self.area.addWidget(self._section_list())
        for part in (
            self._people_section(), self._devices, self._medium_section(),
            self._key_section(), self._records_section(), self._leave_section(),
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
        self._devices.allow(leading)
        section = SECTIONS[self._stack.currentIndex()]
        if section == "people":
            self._people.fill(self._access.people(), self._person_row)
        elif section == "medium":
            # Asking the sockets can take a moment with a worn stick.
            self.background.run(self._handover.drives, self._show_drives, self.show_failure)
        elif section == "key":
            card = self._house.card()
            for name, value in (
                ("fingerprint", card.fingerprint),
                ("signing", card.signing),
                ("recipient", card.recipient),
            ):
                self._card_parts[name].setText(breakable(value))

    def _show_drives(self, drives: Sequence[object]) -> None:
        self._drives.fill(drives, self._drive_row, empty=self.texts.get("manage.no_drive"))

    def _section_list(self) -> Card:
        card = Card(name="manage.sections")
        card.setFixedWidth(272)
        card.body.setSpacing(8)
        for at, name in enumerate(SECTIONS):
            button = Button(
                self.texts.get(f"manage.section.{name}"), "plain", size="large", name=f"manage.{name}"
            )
            button.setCheckable(True)
            button.setProperty("align", "start")
            button.clicked.connect(lambda _=False, name=name: self._turn(name))
            self._tabs.addButton(button, at)
            card.body.addWidget(button)
        card.body.addStretch(1)
        take = Button(self.texts.get("manage.take_list"), "quiet", name="manage.take_list")
        take.setMinimumHeight(64)
        card.body.addWidget(take.guarded(self._house.take_list))
        return card

    def _turn(self, name: str) -> None:
        self.clear_notice()
        try:
            self.show_section(name)
        except Exception as error:
            self.show_failure(error)

    def _people_section(self) -> Card:
        card = self._head("people")
        card.body.addWidget(self._people, 1)
        return card

    def _person_row(self, person: Operator) -> QWidget:
        row = Row(name=f"manage.person.{person.id}")
        row.line.addWidget(PersonName(person.name), 1)
        row.line.addWidget(Caption(person.id))
        row.line.addWidget(Pill(self.texts.get(f"sign_in.role.{person.role.value}"), "neutral"))
        return row

    def _medium_section(self) -> Card:
        card = self._head("medium")
        card.body.addWidget(self._drives)
        for field, word in ((self._serial, "serial"), (self._approval, "approval")):
            field.setObjectName(f"manage.{word}")
            field.setMaxLength(64)
            field.setAccessibleName(self.texts.get(f"manage.{word}"))
            card.body.addWidget(Caption(self.texts.get(f"manage.{word}")))
            card.body.addWidget(field)
        card.body.addStretch(1)
        save = Button(self.texts.get("manage.register"), "primary", size="large", name="manage.register")
        card.body.addWidget(save.guarded(self._register))
        self._managed.extend((self._serial, self._approval, save))
        return card

    def _drive_row(self, drive: object) -> QWidget:
        serial, label = str(getattr(drive, "serial", "")), str(getattr(drive, "label", ""))
        row = Row(name=f"manage.drive.{serial}")
        row.line.addWidget(Body(breakable(f"{label}　{serial}"), wrap=True), 1)
        pick = Button(self.texts.get("manage.pick"), "secondary", name=f"manage.pick.{serial}")
        pick.setMaximumWidth(140)
        row.line.addWidget(pick.guarded(lambda: self._serial.setText(serial)))
        return row

    def _register(self) -> None:
        serial, approval = self._serial.text().strip(), self._approval.text().strip()
        if not serial or not approval:
            raise Refused("medium_fields")
        self._handover.register_medium(serial, approval)
        self._serial.clear()
        self.notice.show_done(self.texts.get("manage.registered", serial=serial, approval=approval))

    def _key_section(self) -> Card:
        card = self._head("key")
        for name, label in self._card_parts.items():
            card.body.addWidget(Heading(self.texts.get(f"manage.card.{name}")))
            card.body.addWidget(label)
        card.body.addStretch(1)
        save = Button(self.texts.get("manage.save_card"), "primary", size="large", name="manage.save_card")
        card.body.addWidget(save.guarded(self._save_card))
        return card

    def _save_card(self) -> None:
        self.notice.show_done(self.texts.get("manage.saved", name=self._house.save_card()))

    def _records_section(self) -> Card:
        card = self._head("records")
        places = self._places
        for word, value in (
            ("version", places.version),
            ("folder", str(places.folder)),
            ("papers", str(places.papers)),
            ("logs", str(places.logs)),
        ):
            card.body.addWidget(Heading(self.texts.get(f"manage.{word}")))
            card.body.addWidget(Body(breakable(value), wrap=True, name=f"manage.{word}"))
        card.body.addStretch(1)
        return card

    def _leave_section(self) -> Card:
        card = self._head("leave")
        card.body.addStretch(1)
        end = Button(self.texts.get("manage.end"), "danger", size="large", name="manage.end")
        card.body.addWidget(end.guarded(self._ask_leave))
        self._managed.append(end)
        return card

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
