"""Registering a stick: its serial number as the machine reads it, and an approval from the register."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.eras import format_era
from kiosk.domain.errors import Refused
from kiosk.domain.registers import Subject
from kiosk.services.handover import Handover
from kiosk.services.registers import RegisterDesk
from kiosk.ui.background import Background
from kiosk.ui.screens.manage_approvals import holds
from kiosk.ui.screens.manage_form import Pick, PickList, two_ways, typed
from kiosk.ui.screens.manage_medium_end import MediumEnds
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.failures import tell_failure
from kiosk.ui.widgets.labels import Body, Caption, Title, breakable
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.rows import Row, Rows

DRIVE_ROWS = 2
APPROVAL_ROWS = 2


class MediumCard(Card):
    """No number is typed here: what the city did not approve cannot be chosen."""

    def __init__(
        self,
        *,
        handover: Handover,
        registers: RegisterDesk,
        today: Callable[[], date],
        done: Callable[[str], None],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(name="manage.card.medium")
        self._handover, self._registers, self._today = handover, registers, today
        self._done, self._texts, self._background = done, texts, background
        self._drives = Rows(texts, DRIVE_ROWS, name="manage.drives")
        self._serial = typed("manage.serial", texts.get("manage.serial"), 64)
        self._approval = PickList(texts, APPROVAL_ROWS, name="manage.approval")
        self._save = Button(texts.get("manage.register"), "primary", size="large", name="manage.register")
        self._save.guarded(self._register)
        to_ends = Button(texts.get("manage.medium_end.title"), "quiet", name="manage.medium.ends")
        to_ends.guarded(self._to_ends)
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(Title(texts.get("manage.section.medium")))
        whole.addWidget(Body(texts.get("manage.about.medium"), wrap=True))
        whole.addWidget(self._drives)
        whole.addWidget(Caption(texts.get("manage.serial")))
        whole.addWidget(self._serial)
        whole.addWidget(Caption(texts.get("manage.approval")))
        whole.addWidget(self._approval)
        whole.addStretch(1)
        whole.addLayout(two_ways(to_ends, self._save))
        self._ends = MediumEnds(registers, today, done, self._to_register, texts)
        self._stack = Pages()
        self._stack.addWidget(page)
        self._stack.addWidget(self._ends)
        self.body.addWidget(self._stack)

    def allow(self, leading: bool) -> None:
        """Only those who lead register sticks."""
        for part in (self._serial, self._approval, self._save):
            part.setEnabled(leading)
        self._ends.allow(leading)

    def show_choices(self) -> None:
        """The numbers that hold today, and what is plugged in."""
        if self._stack.currentWidget() is self._ends:
            if not self._ends.is_typing:
                self._ends.show_media()
            return
        texts, today = self._texts, self._today()
        picks = [
            Pick(entry.number, texts.get("manage.pick_approval", number=entry.number, until=until))
            for entry in self._registers.approvals()
            if entry.subject is Subject.MEDIUM and holds(entry, today)
            for until in (format_era(entry.valid_until),)
        ]
        self._approval.fill(picks, empty=texts.get("manage.medium_approval_none"))
        # Asking the sockets can take a moment with a worn stick.
        self._background.run(
            self._handover.drives, self._show_drives, lambda error: tell_failure(self, error)
        )

    def _to_ends(self) -> None:
        self._ends.show_media()
        self._stack.setCurrentWidget(self._ends)

    def _to_register(self) -> None:
        self._stack.setCurrentIndex(0)
        self.show_choices()

    def _show_drives(self, drives: Sequence[object]) -> None:
        self._drives.fill(drives, self._drive_row, empty=self._texts.get("manage.no_drive"))

    def _drive_row(self, drive: object) -> QWidget:
        serial, label = str(getattr(drive, "serial", "")), str(getattr(drive, "label", ""))
        row = Row(name=f"manage.drive.{serial}")
        row.line.addWidget(Body(breakable(f"{label}　{serial}"), wrap=True), 1)
        pick = Button(self._texts.get("manage.pick"), "secondary", name=f"manage.pick.{serial}")
        pick.setMaximumWidth(140)
        row.line.addWidget(pick.guarded(lambda: self._serial.setText(serial)))
        return row

    def _register(self) -> None:
        serial, approval = self._serial.text().strip(), self._approval.value
        if not serial or not approval:
            raise Refused("medium_fields")
        self._handover.register_medium(serial, approval)
        self._serial.clear()
        self._done(self._texts.get("manage.registered", serial=serial, approval=approval))
