"""A further person: what the manager writes down, and the PIN that only this person knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.errors import Refused
from kiosk.domain.staff import Operator, Role, normal_pin, refuse_weak
from kiosk.ui.screens.manage_form import DateField, SecretField, two_ways, typed, under
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, OPEN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.chips import Chips, Ticks
from kiosk.ui.widgets.labels import Body, Heading, PersonName, Pill, Title

ROLES = (Role.STAFF, Role.MANAGER, Role.INSPECTOR)
LONGEST_NAME = 80
LONGEST_NUMBER = 64
ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
PAPERS = ("reported_on", "trained_on", "pledged_on")
"""What else has to stand in the register before somebody may sign in (特記事項 8, 10, 11)."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A further person as typed in; the PIN comes later and from somebody else's fingers."""

    person: Operator
    approval: str
    approved_on: date
    papers: tuple[str, ...]


class PersonForm(QWidget):
    """Id, name as on the badge, role, and the city's approval of this person (特記事項 8)."""

    def __init__(self, texts: Texts, back: Callable[[], None], on: Callable[[], None]) -> None:
        super().__init__()
        self._id = typed("manage.new.id", texts.get("manage.new_id"), 32)
        self._id.setPlaceholderText(texts.get("manage.new_id_example"))
        self._name = typed("manage.new.name", texts.get("manage.new_name"), LONGEST_NAME)
        self._number = typed("manage.new.approval", texts.get("manage.new_approval"), LONGEST_NUMBER)
        self._on = DateField(texts, texts.get("manage.new_on"), name="manage.new.on")
        roles = [(role.value, texts.get(f"sign_in.role.{role.value}")) for role in ROLES]
        self._role = Chips(roles, name="manage.new.role")
        self._papers = {
            name: Ticks(
                [texts.get(f"manage.paper.{name}")],
                name=f"manage.new.{name}", done_mark=DONE_MARK, open_mark=OPEN_MARK,
            )
            for name in PAPERS
        }  # fmt: skip
        number = under(texts.get("manage.new_approval"), self._number)
        number.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.addLayout(under(texts.get("manage.new_name"), self._name), 0, 0)
        grid.addLayout(under(texts.get("manage.new_id"), self._id), 0, 1)
        grid.addLayout(under(texts.get("manage.new_role"), self._role), 1, 0, 1, 2)
        grid.addLayout(number, 2, 0)
        grid.addWidget(self._on, 2, 1)
        for column in range(2):
            grid.setColumnStretch(column, 1)
        ticks = QHBoxLayout()
        ticks.setSpacing(8)
        for tick in self._papers.values():
            ticks.addWidget(tick, 1)
        papers = under(texts.get("manage.new_papers"))
        papers.addLayout(ticks)
        grid.addLayout(papers, 3, 0, 1, 2)
        leave = Button(texts.get("shell.cancel"), "quiet", size="large", name="manage.new.cancel")
        go = Button(texts.get("manage.next"), "primary", size="large", name="manage.new.next")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addWidget(Title(texts.get("manage.add_person")))
        whole.addWidget(Body(texts.get("manage.new_words"), wrap=True))
        whole.addLayout(grid)
        whole.addStretch(1)
        whole.addLayout(two_ways(leave.guarded(back), go.guarded(on)))

    def begin(self, today: date) -> None:
        """An empty form; the approval's date is today unless the paper says otherwise."""
        for field in (self._id, self._name, self._number):
            field.clear()
        for tick in self._papers.values():
            tick.clear()
        self._on.put(today)
        self._role.pick(Role.STAFF.value)
        self._name.setFocus()

    def take(self) -> NewPerson:
        """What was typed. Raises Refused in the order of the fields, and what parse_date raises."""
        name = self._name.text().strip()
        if not name:
            raise Refused("staff_name_missing")
        # An input method may have typed the letters in full width.
        short = unicodedata.normalize("NFKC", self._id.text()).strip()
        if not ID.fullmatch(short):
            raise Refused("id_unusable")
        number = self._number.text().strip()
        if not number:
            raise Refused("staff_approval_missing")
        papers = tuple(paper for paper, tick in self._papers.items() if tick.ticked)
        return NewPerson(Operator(short, name, Role(self._role.value)), number, self._on.value, papers)


class SecretPage(QWidget):
    """The new person's own fingers: a PIN, and the same once more."""

    def __init__(self, texts: Texts, back: Callable[[], None], keep: Callable[[str], None]) -> None:
        super().__init__()
        self._texts, self._keep = texts, keep
        self._role = Role.STAFF
        self._first = ""
        self._name = PersonName(name="manage.secret.name")
        self._pill = Pill("", "neutral")
        self._ask = Heading(wrap=True, name="manage.secret.ask")
        self._field = SecretField(texts, name="manage.secret")
        leave = Button(texts.get("closing.back"), "quiet", size="large", name="manage.secret.back")
        self._go = Button("", "primary", size="large", name="manage.secret.next").guarded(self._next)
        self._field.entered.connect(self._go.click)
        who = QHBoxLayout()
        who.setSpacing(12)
        who.addWidget(self._name, 1)
        who.addWidget(self._pill)
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addLayout(who)
        left.addWidget(Body(texts.get("manage.secret.own"), wrap=True))
        left.addWidget(self._ask)
        left.addStretch(1)
        across = QHBoxLayout()
        across.setSpacing(24)
        across.addLayout(left, 2)
        across.addWidget(self._field, 3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addLayout(across, 1)
        whole.addLayout(two_ways(leave.guarded(back), self._go))

    def begin(self, person: Operator) -> None:
        """Asks this person."""
        self._role = person.role
        self._name.show_name(person.name)
        self._pill.setText(self._texts.get(f"sign_in.role.{person.role.value}"))
        self._field.ask(leading=person.is_leading)
        self._ask_first()

    def hideEvent(self, event: QHideEvent) -> None:
        # The screen was left or locked: whoever comes back types both from the beginning.
        self._ask_first()
        super().hideEvent(event)

    def _ask_first(self) -> None:
        self._show("first", "")

    def _show(self, which: str, first: str) -> None:
        self._first = first
        self._ask.setText(self._texts.get(f"manage.secret.{which}"))
        self._go.show_text(self._texts.get("manage.save_person" if first else "manage.next"))
        self._field.forget()
        self._field.begin()

    def _next(self) -> None:
        typed_now, first = self._field.take(), self._first
        if not first:
            refuse_weak(self._role, typed_now)
            self._show("again", typed_now)
        elif normal_pin(typed_now) != normal_pin(first):
            self._ask_first()
            raise Refused("pin_differs")
        else:
            self._ask_first()
            self._keep(typed_now)
