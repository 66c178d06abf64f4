"""The city's approval numbers: the register, and a further number that two people stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.eras import format_both, format_era
from kiosk.domain.errors import Refused
from kiosk.domain.registers import Approval, Subject, refuse_unless_valid
from kiosk.domain.staff import Operator, Role
from kiosk.services.access import Access
from kiosk.services.registers import RegisterDesk
from kiosk.ui.screens.manage_form import (
    DateField,
    Pick,
    PickList,
    SecretField,
    Working,
    two_ways,
    typed,
    under,
)
from kiosk.ui.texts import Texts
from kiosk.ui.theme import WARN_MARK
from kiosk.ui.widgets.buttons import Button, Kind
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.chips import Chips
from kiosk.ui.widgets.labels import Body, Caption, Heading, Pill, Title, breakable
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.rows import Row, Rows

LIST, FORM, SECOND, WORKING = range(4)
APPROVAL_ROWS = 5
ROW_HEIGHT = 64
SMALLEST = 580
OTHERS = 3
PILL_WIDTH = 96
SUBJECT_COLUMNS = 4
LONGEST_NUMBER = 64
STANDING, SINGLE = "standing", "single"


def fiscal_year_end(day: date) -> date:
    """31 March after `day`: a contract's papers run with the fiscal year."""
    return date(day.year + (day.month >= 4), 3, 31)


def holds(approval: Approval, day: date) -> bool:
    """Whether the number can be used on that day for what it is about."""
    try:
        refuse_unless_valid(approval, approval.subject, day)
    except Refused:
        return False
    return True


class ApprovalsCard(Card):
    """The register; behind it the form, the second person, and the moment it takes."""

    def __init__(
        self,
        *,
        registers: RegisterDesk,
        access: Access,
        operator: Callable[[], Operator],
        today: Callable[[], date],
        done: Callable[[str], None],
        texts: Texts,
    ) -> None:
        super().__init__(name="manage.card.approvals")
        self._registers, self._access = registers, access
        self._operator, self._today = operator, today
        self._done, self._texts = done, texts
        self._entry: Approval | None = None
        self._leading = False
        self._rows = Rows(texts, APPROVAL_ROWS, name="manage.approvals.list")
        alone = Body(f"{WARN_MARK} {texts.get('manage.second_none')}", wrap=True, tone="warning")
        self._banner = Banner("warning")
        self._banner.body.addWidget(alone)
        self._add = Button(
            texts.get("manage.add_approval"), "primary", size="large", name="manage.add_approval"
        )
        self._add.guarded(self._begin)
        self._form = ApprovalForm(texts, self._back, self._ask_second)
        self._second = SecondPage(texts, self._to_form, self._keep)
        self._working = Working(texts, name="manage.approvals.working")
        self._stack = Pages()
        for page in (self._list_page(), self._form, self._second, self._working):
            self._stack.addWidget(page)
        self.body.addWidget(self._stack)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rows.fit(APPROVAL_ROWS + max(0, (self.height() - SMALLEST) // ROW_HEIGHT - 1))

    def allow(self, leading: bool) -> None:
        """Only those who lead enter numbers; somebody else's half-filled form is put away."""
        self._leading = leading
        if not leading:
            self._back()
        self._add.setEnabled(leading and bool(self._others()))

    def show_approvals(self) -> None:
        """Reads the register anew: the newest paper first."""
        found = sorted(self._registers.approvals(), key=lambda entry: entry.on, reverse=True)
        others = self._others()
        self._rows.fill(found, self._row, empty=self._texts.get("manage.approvals_none"))
        self._banner.setVisible(not others)
        self._add.setEnabled(self._leading and bool(others))

    def _others(self) -> tuple[Operator, ...]:
        """Who can stand for an entry beside the signed-in person; the city does not vouch for itself."""
        mine = self._operator().id
        return tuple(
            person
            for person in self._access.people()
            if person.id != mine and person.role is not Role.INSPECTOR
        )

    def _list_page(self) -> QWidget:
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(Title(self._texts.get("manage.section.approvals")))
        whole.addWidget(Body(self._texts.get("manage.about.approvals"), wrap=True))
        whole.addWidget(self._rows, 1)
        whole.addWidget(self._banner)
        whole.addWidget(self._add)
        return page

    def _row(self, entry: Approval) -> QWidget:
        texts = self._texts
        row = Row(height=ROW_HEIGHT, name=f"manage.approval.{entry.subject.value}.{entry.number}")
        number = Heading(breakable(entry.number), wrap=True)
        row.line.addWidget(number, 2)
        row.line.addWidget(Body(texts.get(f"manage.subject.{entry.subject.value}")), 2)
        dates = QVBoxLayout()
        dates.setSpacing(0)
        dates.addStretch(1)
        dates.addWidget(Caption(texts.get("manage.from", day=format_era(entry.on))))
        dates.addWidget(Caption(texts.get("manage.until", day=format_era(entry.valid_until))))
        dates.addStretch(1)
        row.line.addLayout(dates, 2)
        for pill in (Pill(texts.get(f"manage.{_kind(entry)}"), "neutral"), self._state(entry)):
            pill.setMinimumWidth(PILL_WIDTH)
            row.line.addWidget(pill)
        return row

    def _state(self, entry: Approval) -> Pill:
        """Whether it holds today; used up and out of date are two different errands to the city."""
        texts = self._texts
        if holds(entry, self._today()):
            words = texts.get("manage.used", count=entry.used) if entry.used else texts.get("manage.holds")
            return Pill(words, "success")
        if not entry.standing and entry.used:
            return Pill(texts.get("manage.used_up"), "neutral")
        return Pill(texts.get("manage.out_of_date"), "warning")

    def _begin(self) -> None:
        self._form.begin(self._today())
        self._stack.setCurrentIndex(FORM)

    def _back(self) -> None:
        self._entry = None
        self._stack.setCurrentIndex(LIST)

    def _to_form(self) -> None:
        self._stack.setCurrentIndex(FORM)

    def _ask_second(self) -> None:
        entry = self._form.take()
        if entry.on > self._today():
            raise Refused("date_ahead")
        known = {(found.number, found.subject) for found in self._registers.approvals()}
        if (entry.number, entry.subject) in known:
            # Said before the second person is called, and once more by the register itself.
            raise Refused("approval_known", number=entry.number)
        self._entry = entry
        self._second.begin(entry, self._others())
        self._stack.setCurrentIndex(SECOND)

    def _keep(self, second: str, pin: str) -> None:
        entry = self._entry
        if entry is None:
            return
        self._stack.setCurrentIndex(WORKING)

        def enter() -> None:
            self._registers.enter_approval(
                entry.number,
                entry.subject,
                entry.on,
                entry.valid_until,
                standing=entry.standing,
                second_id=second,
                second_pin=pin,
            )
            self._back()
            self.show_approvals()
            self._done(self._texts.get("manage.approval_entered", number=entry.number))

        self._working.run(enter, lambda: self._stack.setCurrentIndex(SECOND))


class ApprovalForm(QWidget):
    """What stands on the city's paper: number, subject, dates, and whether it serves more than once."""

    def __init__(self, texts: Texts, back: Callable[[], None], on: Callable[[], None]) -> None:
        super().__init__()
        self._number = typed("manage.entry.number", texts.get("manage.entry_number"), LONGEST_NUMBER)
        subjects = [(subject.value, texts.get(f"manage.subject.{subject.value}")) for subject in Subject]
        self._subject = Chips(subjects, name="manage.entry.subject", columns=SUBJECT_COLUMNS)
        kinds = [(kind, texts.get(f"manage.{kind}")) for kind in (STANDING, SINGLE)]
        self._standing = Chips(kinds, name="manage.entry.kind")
        self._on = DateField(texts, texts.get("manage.entry_on"), name="manage.entry.on")
        self._until = DateField(texts, texts.get("manage.entry_until"), name="manage.entry.until")
        self._until_typed = False
        self._on.changed.connect(self._follow)
        self._until.changed.connect(self._own_until)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.addLayout(under(texts.get("manage.entry_number"), self._number), 0, 0)
        grid.addLayout(under(texts.get("manage.entry_kind"), self._standing), 0, 1)
        grid.addLayout(under(texts.get("manage.entry_subject"), self._subject), 1, 0, 1, 2)
        grid.addWidget(self._on, 2, 0)
        grid.addWidget(self._until, 2, 1)
        for column in range(2):
            grid.setColumnStretch(column, 1)
        leave = Button(texts.get("shell.cancel"), "quiet", size="large", name="manage.entry.cancel")
        go = Button(texts.get("manage.next"), "primary", size="large", name="manage.entry.next")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addWidget(Title(texts.get("manage.add_approval")))
        whole.addLayout(grid)
        whole.addStretch(1)
        whole.addLayout(two_ways(leave.guarded(back), go.guarded(on)))

    def begin(self, today: date) -> None:
        """An empty form: today's paper, to the end of its fiscal year."""
        self._number.clear()
        self._subject.pick(Subject.MEDIUM.value)
        self._standing.pick(STANDING)
        self._on.put(today)
        self._until_typed = False
        self._follow()
        self._number.setFocus()

    def take(self) -> Approval:
        """The entry. Raises what parse_date and Approval raise."""
        on, until = self._on.value, self._until.value
        standing = self._standing.value == STANDING
        return Approval(self._number.text().strip(), Subject(self._subject.value), on, on, until, standing)

    def _follow(self) -> None:
        if self._until_typed:
            return
        try:
            self._until.put(fiscal_year_end(self._on.value))
        except Refused:
            return

    def _own_until(self) -> None:
        self._until_typed = True


class SecondPage(QWidget):
    """What the two are about to stand for, and the second person's own PIN."""

    def __init__(
        self,
        texts: Texts,
        back: Callable[[], None],
        keep: Callable[[str, str], None],
        *,
        save: str = "manage.save_approval",
        kind: Kind = "primary",
        name: str = "manage.second",
    ) -> None:
        super().__init__()
        self._texts, self._keep = texts, keep
        self._others: tuple[Operator, ...] = ()
        self._number = Heading(wrap=True, name=f"{name}.number")
        self._subject = Body(wrap=True, name=f"{name}.subject")
        self._from = Caption(wrap=True, name=f"{name}.from")
        self._until = Caption(wrap=True, name=f"{name}.until")
        self._people = PickList(texts, OTHERS, name=name)
        self._people.picked.connect(self._ask_pin)
        self._field = SecretField(texts, name=f"{name}.pin")
        leave = Button(texts.get("closing.back"), "quiet", size="large", name=f"{name}.back")
        go = Button(texts.get(save), kind, size="large", name=f"{name}.save")
        go.guarded(self._go)
        self._field.entered.connect(go.click)
        paper = Banner("neutral")
        for label in (self._number, self._subject, self._from, self._until):
            paper.body.addWidget(label)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(Title(texts.get("manage.second_title"), wrap=True))
        left.addWidget(paper)
        left.addWidget(Caption(texts.get("closing.second")))
        left.addWidget(self._people, 1)
        across = QHBoxLayout()
        across.setSpacing(24)
        across.addLayout(left, 2)
        across.addWidget(self._field, 3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addLayout(across, 1)
        whole.addLayout(two_ways(leave.guarded(back), go))

    def begin(self, entry: Approval, others: Sequence[Operator]) -> None:
        """Shows the entry in words and who could stand for it."""
        texts = self._texts
        self._others = tuple(others)
        self._number.setText(breakable(entry.number))
        self._subject.setText(
            texts.get(
                "manage.second_about",
                subject=texts.get(f"manage.subject.{entry.subject.value}"),
                kind=texts.get(f"manage.{_kind(entry)}"),
            )
        )
        self._from.setText(texts.get("manage.from", day=format_both(entry.on)))
        self._until.setText(texts.get("manage.until", day=format_both(entry.valid_until)))
        self._people.clear()
        self._people.fill([Pick(person.id, person.name) for person in others], empty="")
        self._ask_pin()

    def _ask_pin(self) -> None:
        chosen = next((person for person in self._others if person.id == self._people.value), None)
        self._field.setEnabled(chosen is not None)
        self._field.ask(leading=chosen is not None and chosen.is_leading, hint=False)
        self._field.begin()

    def _go(self) -> None:
        second, pin = self._people.value, self._field.take()
        if not second or not pin:
            raise Refused("second_person_needed")
        self._keep(second, pin)


def _kind(entry: Approval) -> str:
    return STANDING if entry.standing else SINGLE
