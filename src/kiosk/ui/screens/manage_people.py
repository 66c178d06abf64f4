"""Who may work at this PC: the staff register, and what is still missing in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.eras import format_both
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import StaffRecord, refuse_unless_admitted
from kiosk.domain.staff import Act, Operator, Role
from kiosk.services.access import Access
from kiosk.services.clock import Clock
from kiosk.services.registers import RegisterDesk
from kiosk.ui.screens.manage_form import Working
from kiosk.ui.screens.manage_person import PAPERS, NewPerson, PersonForm, SecretPage
from kiosk.ui.screens.manage_substitute import StandIn, SubstituteForm
from kiosk.ui.texts import Texts
from kiosk.ui.theme import WARN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import Body, Caption, PersonName, Pill, Title
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from kiosk.services.presence import Presence

LIST, FORM, SECRET, WORKING, SUBSTITUTE = range(5)
PEOPLE_ROWS = 4
ROW_HEIGHT = 64
SMALLEST = 580
APPROVAL_WIDTH, ID_WIDTH, ROLE_WIDTH, CHANGE_WIDTH = 280, 88, 104, 128


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody who can sign in here, with their row in the staff register if there is one."""

    person: Operator
    record: StaffRecord | None
    today: date
    may_change: bool
    """Whether whoever looks may change the person: a list built for one operator is never another's."""

    @property
    def is_admitted(self) -> bool:
        """Whether the register lets the person sign in today."""
        try:
            refuse_unless_admitted(self.record, self.today)
        except Refused:
            return False
        return True

    @property
    def open_papers(self) -> tuple[str, ...]:
        """Which of PAPERS have no date yet."""
        return tuple(name for name in PAPERS if self.record is None or getattr(self.record, name) is None)


def _papers_open(record: StaffRecord | None) -> bool:
    return record is not None and any(getattr(record, name) is None for name in PAPERS)


def lacking(people: Sequence[Listed]) -> str:
    """Key of the sentence when too few people could open or erase; empty when there are enough."""
    here = [listed.person for listed in people if listed.is_admitted]
    working = [person for person in here if person.role is not Role.INSPECTOR]
    if len(working) < 2:
        return "manage.one_person"
    if sum(person.may(Act.OPEN_SESSION) for person in working) < 2:
        return "manage.one_manager"
    return ""


class PeopleCard(Card):
    """The list; behind it the form, the new person's own PIN, and the moment it takes."""

    def __init__(
        self,
        *,
        registers: RegisterDesk,
        access: Access,
        operator: Callable[[], Operator],
        presence: Callable[[], Presence | None],
        clock: Clock,
        done: Callable[[str], None],
        texts: Texts,
    ) -> None:
        super().__init__(name="manage.card.people")
        self._registers, self._access, self._operator = registers, access, operator
        self._presence, self._clock, self._today = presence, clock, clock.today
        self._done, self._texts = done, texts
        self._new: NewPerson | None = None
        self._take_secret: Callable[[str], None] = self._keep
        self._form_page = FORM
        self._leading = False
        self._rows = Rows(texts, PEOPLE_ROWS, name="manage.people.list")
        self._warning = Body(wrap=True, tone="warning", name="manage.people.warning")
        self._banner = Banner("warning")
        self._banner.body.addWidget(self._warning)
        self._add = Button(texts.get("manage.add_person"), "primary", size="large", name="manage.add_person")
        self._add.guarded(self._begin)
        self._stand_in = Button(
            texts.get("manage.add_substitute"), size="large", name="manage.add_substitute"
        )
        self._stand_in.guarded(self._begin_substitute)
        self._form = PersonForm(texts, self._back, self._ask_secret)
        self._substitute = SubstituteForm(texts, self._back, self._ask_substitute)
        self._secret = SecretPage(texts, self._to_form, lambda secret: self._take_secret(secret))
        self._stack = Pages()
        working = Working(texts, name="manage.people.working")
        self._working = working
        for page in (self._list_page(), self._form, self._secret, working, self._substitute):
            self._stack.addWidget(page)
        self.body.addWidget(self._stack)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rows.fit(PEOPLE_ROWS + max(0, (self.height() - SMALLEST) // ROW_HEIGHT - 1))

    def allow(self, leading: bool) -> None:
        """Only those who lead add people; somebody else's half-filled form is put away."""
        self._leading = leading
        self._add.setEnabled(leading)
        self._stand_in.setEnabled(leading and self._presence() is not None)
        if not leading:
            self._back()

    def show_people(self) -> None:
        """Reads the register anew."""
        people = self._listed()
        self._rows.fill(people, self._row)
        key = lacking(people)
        self._warning.setText(f"{WARN_MARK} {self._texts.get(key)}" if key else "")
        self._banner.setVisible(bool(key))

    def _listed(self) -> tuple[Listed, ...]:
        records = {record.operator: record for record in self._registers.people()}
        today = self._today()
        own = self._operator().id
        return tuple(
            Listed(person, record, today, self._leading and (person.id != own or _papers_open(record)))
            for person, record in ((one, records.get(one.id)) for one in self._access.people())
        )

    def _list_page(self) -> QWidget:
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(Title(self._texts.get("manage.section.people")))
        whole.addWidget(Body(self._texts.get("manage.about.people"), wrap=True))
        whole.addWidget(self._rows, 1)
        whole.addWidget(self._banner)
        ways = QHBoxLayout()
        ways.setSpacing(16)
        ways.addWidget(self._stand_in, 1)
        ways.addWidget(self._add, 2)
        whole.addLayout(ways)
        return page

    def _row(self, listed: Listed) -> QWidget:
        texts, person = self._texts, listed.person
        row = Row(height=ROW_HEIGHT, name=f"manage.person.{person.id}")
        row.line.addWidget(PersonName(person.name), 1)
        if listed.may_change:
            key = "fill" if _papers_open(listed.record) else "change"
            change = Button(texts.get(f"manage.{key}"), "secondary", name=f"manage.{key}.{person.id}")
            change.setFixedWidth(CHANGE_WIDTH)
            row.line.addWidget(change.guarded(lambda: self._ask_change(listed)))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        for line in self._approval(listed):
            line.setMinimumWidth(APPROVAL_WIDTH)
            words.addWidget(line)
        words.addStretch(1)
        row.line.addLayout(words)
        row.line.addSpacing(12)
        short = Caption(person.id)
        role = Pill(texts.get(f"sign_in.role.{person.role.value}"), "neutral")
        for part, width in ((short, ID_WIDTH), (role, ROLE_WIDTH)):
            # The columns stand below each other whatever is in them.
            part.setMinimumWidth(width)
            row.line.addWidget(part)
        return row

    def _approval(self, listed: Listed) -> tuple[Caption, ...]:
        texts, record = self._texts, listed.record
        if record is None or record.approved_on is None:
            return (Caption(f"{WARN_MARK} {texts.get('manage.not_approved')}", tone="warning"),)
        number = record.approval
        words = texts.get("manage.person_number", number=number) if number else texts.get("manage.no_number")
        if listed.open_papers:
            names = "・".join(texts.get(f"manage.paper.{name}") for name in listed.open_papers)
            missing = texts.get("manage.papers_open", names=names)
            return (Caption(words), Caption(f"{WARN_MARK} {missing}", tone="warning"))
        return (Caption(words), Caption(format_both(record.approved_on)))

    def _ask_change(self, listed: Listed) -> None:
        """What was still open is entered with today's date; what only a manager does for somebody else."""
        if not self._leading:
            raise Refused("not_allowed", act=Act.EDIT_STAFF.value)
        texts, person = self._texts, listed.person
        papers = listed.open_papers if listed.record is not None else ()
        options = [Option(name, texts.get(f"manage.paper.{name}")) for name in papers]
        if person.id != self._operator().id:
            options += [Option(verb, texts.get(f"manage.{verb}")) for verb in ("release_lock", "renew_pin")]
            options.append(Option("remove", texts.get("manage.remove"), "danger"))
        key = "fill" if papers else "change"
        Choice(
            self,
            texts.get(f"manage.{key}_question", name=person.name),
            options,
            lambda chosen: self._change(person, chosen),
            words=texts.get("manage.fill_words", day=format_both(self._today())) if papers else "",
            cancel=texts.get("shell.cancel"),
            columns=2 if len(options) > 3 else 0,
            name="manage.fill_choice",
        )

    def _change(self, person: Operator, chosen: str) -> None:
        if chosen in PAPERS:
            self._fill(person.id, chosen)
        elif chosen == "release_lock":
            self._registers.release_lock(person.id)
            self._done(self._texts.get("manage.released", name=person.name))
        elif chosen == "renew_pin":
            self._form_page, self._take_secret = LIST, lambda secret: self._renew(person, secret)
            self._secret.begin(person)
            self._stack.setCurrentIndex(SECRET)
        else:
            self._ask_remove(person)

    def _renew(self, person: Operator, secret: str) -> None:
        self._stack.setCurrentIndex(WORKING)

        def renew() -> None:
            self._registers.renew_pin(person.id, secret)
            self._back()
            self._done(self._texts.get("manage.renewed", name=person.name))

        self._working.run(renew, self._to_form)

    def _ask_remove(self, person: Operator) -> None:
        texts = self._texts
        Choice(
            self,
            texts.get("manage.remove_question", name=person.name),
            [Option("yes", texts.get("manage.remove"), "danger")],
            lambda _yes: self._remove(person),
            words=texts.get("manage.remove_words"),
            cancel=texts.get("shell.cancel"),
            name="manage.remove_choice",
        )

    def _remove(self, person: Operator) -> None:
        self._registers.remove_person(person.id)
        self.show_people()
        self._done(self._texts.get("manage.removed", name=person.name))

    def _fill(self, operator: str, name: str) -> None:
        today = self._today()
        self._registers.enter_dates(
            operator,
            reported_on=today if name == "reported_on" else None,
            trained_on=today if name == "trained_on" else None,
            pledged_on=today if name == "pledged_on" else None,
        )
        self.show_people()

    def _begin(self) -> None:
        self._form_page, self._take_secret = FORM, self._keep
        self._form.begin(self._today())
        self._stack.setCurrentIndex(FORM)

    def _back(self) -> None:
        self._new = None
        self._stack.setCurrentIndex(LIST)

    def _to_form(self) -> None:
        self._stack.setCurrentIndex(self._form_page)

    # --- somebody for this session only ----------------------------------------------------------------

    def _begin_substitute(self) -> None:
        self._form_page = SUBSTITUTE
        self._substitute.begin(self._clock.now())
        self._stack.setCurrentIndex(SUBSTITUTE)

    def _ask_substitute(self) -> None:
        stand_in = self._substitute.take()
        self._take_secret = lambda secret: self._admit(stand_in, secret)
        self._secret.begin(stand_in.person)
        self._stack.setCurrentIndex(SECRET)

    def _admit(self, stand_in: StandIn, secret: str) -> None:
        from kiosk.services.presence import CityWord

        presence = self._presence()
        if presence is None:
            raise Refused("session_none")
        self._stack.setCurrentIndex(WORKING)

        def admit() -> None:
            word = CityWord(stand_in.officer, stand_in.time)
            presence.admit_substitute(
                stand_in.person, secret, pledged=stand_in.pledged, briefed=stand_in.briefed, word=word
            )
            self._back()
            self.show_people()
            self._done(self._texts.get("manage.substitute_added", name=stand_in.person.name))

        self._working.run(admit, self._to_form)

    # --- somebody new ------------------------------------------------------------------------------------

    def _ask_secret(self) -> None:
        new = self._form.take()
        if any(known.id.casefold() == new.person.id.casefold() for known in self._access.people()):
            raise Refused("operator_known")
        if new.approved_on > self._today():
            raise Refused("date_ahead")
        self._new = new
        self._secret.begin(new.person)
        self._stack.setCurrentIndex(SECRET)

    def _keep(self, secret: str) -> None:
        new = self._new
        if new is None:
            return
        self._stack.setCurrentIndex(WORKING)

        def add() -> None:
            today = self._today()
            done = {name: today if name in new.papers else None for name in PAPERS}
            self._registers.add_person(
                new.person,
                secret,
                approval=new.approval,
                approved_on=new.approved_on,
                reported_on=done["reported_on"],
                trained_on=done["trained_on"],
                pledged_on=done["pledged_on"],
            )
            self._back()
            self.show_people()
            self._done(self._texts.get("manage.person_added", name=new.person.name))

        self._working.run(add, self._to_form)
