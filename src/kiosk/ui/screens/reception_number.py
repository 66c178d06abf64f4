"""The number as large as it gets: to be handed over, printed again, or copied by hand onto a slip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from kiosk.domain.errors import Trouble
from kiosk.domain.visit import Event, Outcome, Service, State, Visit
from kiosk.services.reception import Reception
from kiosk.services.tickets import TicketJob, Tickets
from kiosk.ui.background import Background
from kiosk.ui.notices import notice_for
from kiosk.ui.screens.counter_parts import beside, clear, flag_pill
from kiosk.ui.screens.reception_line import service_pill
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, NO_MARK, WARN_MARK, restyle
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import BigNumber, Body, Heading, PersonName

PrintTicket = Callable[[TicketJob], Any]
"""Draws and prints one composed ticket and says how sure the printer is; for the background."""


class NumberCard(Card):
    """One visit's number with the state of its paper; the number stands before anything is printed."""

    def __init__(
        self,
        *,
        reception: Reception,
        tickets: Tickets,
        print_ticket: PrintTicket,
        texts: Texts,
        background: Background,
        leave: Callable[[], None],
        further: Callable[[str], None],
        changed: Callable[[], None] = lambda: None,
        doubtful: Callable[[tuple[str, ...]], None] = lambda _: None,
        missing: Callable[[tuple[str, ...], str], None] = lambda *_: None,
    ) -> None:
        """`missing` gets the numbers of a strip that did not come out while another number is on show."""
        super().__init__(name="reception.number")
        self._reception, self._tickets, self._print_ticket = reception, tickets, print_ticket
        self._texts, self._background = texts, background
        self._leave, self._further, self._when_changed = leave, further, changed
        self._doubtful, self._missing = doubtful, missing
        self._not_out: set[str] = set()
        self._visit: Visit | None = None
        self._party: tuple[Visit, ...] = ()
        self._more_of_party = 0
        self._on_strip: tuple[str, ...] = ()
        self._trouble = False
        self._number = BigNumber(name="reception.ticket")
        self._number.setProperty("scale", "poster")
        self._number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._person = PersonName(name="reception.person")
        self._person.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pills = QHBoxLayout()
        self._pills.setSpacing(12)
        self._banner = Banner("neutral")
        self._printing = Heading(wrap=True, name="reception.printing")
        self._printing_do = Body(wrap=True, name="reception.printing_do")
        self._banner.body.addWidget(self._printing)
        self._banner.body.addWidget(self._printing_do)
        self._name_row, self._name_field = self._make_name_row()
        self._build()

        # Enter on the bare card goes back to the list, and no button wears a focus ring by chance.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        leaving = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
        # The name field passes its Enter on; what was just said about the name has to stay on the glass.
        if leaving and not self._name_field.hasFocus():
            self._list.click()
            return
        super().keyPressEvent(event)

    @property
    def ticket(self) -> str | None:
        """The number on show."""
        return self._visit.ticket if self._visit else None

    def show_new(self, visits: Sequence[Visit], *, more_of_party: int = 0) -> None:
        """Numbers that were just given to people who came together: shown, then printed on one strip."""
        self._party = tuple(visits)
        self._show(visits[0], more_of_party)
        self._print(self._tickets.strip(visits), reissue=False)

    def show_known(self, visit: Visit, *, more_of_party: int = 0) -> None:
        """A number given earlier, found again."""
        self._party = (visit,)
        self._show(visit, more_of_party)
        self._on_strip, self._trouble = (visit.ticket,), visit.ticket in self._not_out
        if self._trouble:
            self._reissue.show_text(self._texts.get("reception.print_again"))
        if visit.outcome is not None:
            # Nobody is to go away with a number that is never called.
            key = "ended_voided" if visit.outcome is Outcome.VOIDED else "ended"
            self._head.setText(self._texts.get(f"reception.{key}", ticket=visit.ticket))
            self._reissue.setEnabled(False)
            self._say(WARN_MARK, self._texts.get("reception.ended_do"), "warning")
            return
        idle = "print_missing" if self._trouble else "print_idle"
        self._say("", self._texts.get(f"reception.{idle}"), "neutral")

    def _show(self, visit: Visit, more_of_party: int) -> None:
        self._visit = visit
        self._trouble = False
        self._more_of_party = more_of_party
        texts = self._texts
        self._show_party(visit)
        self._number.setText(visit.ticket)
        self._number.setAccessibleName(visit.ticket)
        named = texts.get("reception.san", name=visit.name) if visit.name else texts.get("reception.no_name")
        self._person.show_name(named)
        self._show_pills(visit)
        self._name_row.setVisible(visit.reservation is None and visit.state is not State.CLOSED)
        self._name_field.setText(visit.name)
        self._next.setVisible(more_of_party > 1)
        self._next.show_text(texts.get("reception.next_of_party", number=more_of_party))
        self._void.setEnabled(Event.VOID in visit.choices())
        self._reissue.setEnabled(True)
        self._reissue.show_text(texts.get("reception.reprint"))

    def _show_party(self, shown: Visit) -> None:
        """One key per person; the one whose number stands above is marked."""
        clear(self._strip)
        several = len(self._party) > 1
        key = "number_say_all" if several else "number_say"
        self._head.setText(self._texts.get(f"reception.{key}", count=len(self._party)))
        for visit in self._party if several else ():
            touch = Button(visit.ticket, "plain", size="large", name=f"reception.party.{visit.ticket}")
            touch.setCheckable(True)
            touch.setChecked(visit.ticket == shown.ticket)
            touch.clicked.connect(lambda _=False, visit=visit: self._show_of_party(visit))
            self._strip.addWidget(touch, 1)

    def _show_of_party(self, visit: Visit) -> None:
        trouble = self._trouble
        self._show(visit, self._more_of_party)
        self._trouble = trouble
        if trouble:
            self._reissue.show_text(self._texts.get("reception.print_again"))

    def _show_pills(self, visit: Visit) -> None:
        clear(self._pills)
        self._pills.addStretch(1)
        self._pills.addWidget(service_pill(self._texts, visit.service))
        if Event.TRANSFER in visit.choices():
            other = Button(self._texts.get("reception.transfer"), "quiet", name="reception.transfer")
            other.guarded(self._ask_transfer)
            self._pills.addWidget(other)
        for flag in visit.flags[:3]:
            self._pills.addWidget(flag_pill(self._texts, flag))
        where = "to_forms" if visit.state is State.RECEIVED else "to_wait"
        known = visit.state in (State.RECEIVED, State.WAITING)
        state = self._texts.get(f"state.{visit.state.value}")
        words = f"reception.{where}" if known else "reception.state_line"
        self._pills.addStretch(1)
        self._where.setText(self._texts.get(words, state=state))

    def _start_printing(self, *, reissue: bool) -> None:
        visit = self._visit
        if visit is None:
            return
        self._print(self._tickets.compose(visit, reissue=reissue), reissue=reissue)

    def _print(self, job: TicketJob, *, reissue: bool) -> None:
        self._on_strip = job.numbers
        self._reissue.setEnabled(False)
        self._say("", self._texts.get("reception.printing"), "neutral")
        self._background.run(
            lambda: self._print_ticket(job),
            lambda answer: self._printed(job, answer, reissue=reissue),
            lambda error: self._not_printed(job, error),
        )

    def _printed(self, job: TicketJob, answer: Any, *, reissue: bool) -> None:
        for number in job.numbers:
            self._tickets.record(number, answer, reissue=reissue)
        self._not_out.difference_update(job.numbers)
        self._when_changed()
        if self.ticket not in job.numbers:
            return
        self._trouble = False
        self._reissue.setEnabled(True)
        self._reissue.show_text(self._texts.get("reception.reprint"))
        if answer.value == "confirmed":
            self._say(DONE_MARK, self._texts.get("reception.printed"), "success")
        else:
            more = self._texts.get("reception.print_unknown_do")
            self._say(WARN_MARK, self._texts.get("reception.print_unknown"), "warning", more)

    def _not_printed(self, job: TicketJob, error: Exception) -> None:
        notice = notice_for(error, self._texts)
        if isinstance(error, Trouble):
            self._not_out.update(job.numbers)
        is_mine = self.ticket in job.numbers
        if not (is_mine and self.isVisible()):
            # The hands were quicker than the printer: nobody looks at this card any more.
            self._missing(job.numbers, notice.say)
        if not is_mine:
            return
        # What surely did not come out is no reissue: the same ticket is tried again.
        self._trouble = isinstance(error, Trouble)
        self._reissue.setEnabled(True)
        self._reissue.show_text(self._texts.get("reception.print_again"))
        words = self._texts.get("reception.print_trouble")
        self._say(NO_MARK, words, "danger", f"{notice.say} {notice.do}")

    def _say(self, mark: str, words: str, tone: str, more: str = "") -> None:
        restyle(self._banner, "tone", tone)
        self._printing.setText(f"{mark} {words}".strip())
        self._printing.set_tone(tone)
        self._printing_do.setText(more)
        self._printing_do.setVisible(bool(more))

    def _print_once_more(self) -> None:
        if self._trouble and len(self._on_strip) > 1:
            # Nothing of the strip came out: the whole strip once more.
            self._print(self._tickets.strip(self._party), reissue=False)
            return
        self._start_printing(reissue=not self._trouble)

    def _save_name(self) -> None:
        if self._visit is not None:
            named = self._reception.name_walk_in(self._visit.ticket, self._name_field.text())
            self._visit = named
            self._party = tuple(named if one.ticket == named.ticket else one for one in self._party)
            self._person.show_name(self._texts.get("reception.san", name=named.name) if named.name else "")
            others = self._reception.same_name(named.ticket)
            if others:
                self._doubtful(others)

    def _ask_transfer(self) -> None:
        visit = self._visit
        if visit is None:
            return
        Choice(
            self,
            self._texts.get("reception.ask_transfer", ticket=visit.ticket),
            [
                Option(service.value, self._texts.get(f"service.{service.value}"))
                for service in Service
                if service is not visit.service
            ],
            lambda key: self._transfer(Service(key)),
            words=self._texts.get("reception.ask_transfer_hint"),
            cancel=self._texts.get("reception.back"),
            name="reception.to_service",
        )

    def _transfer(self, service: Service) -> None:
        if self._visit is not None:
            moved = self._reception.transfer(self._visit.ticket, service)
            self._party = tuple(moved if one.ticket == moved.ticket else one for one in self._party)
            self._visit = moved
            self._show_pills(moved)
            self._when_changed()

    def _ask_void(self) -> None:
        if self._visit is None:
            return
        Choice(
            self,
            self._texts.get("reception.ask_void", ticket=self._visit.ticket),
            (Option("yes", self._texts.get("reception.void_yes"), "danger"),),
            lambda _: self._void_it(),
            words=self._texts.get("reception.ask_void_hint"),
            cancel=self._texts.get("reception.back"),
            name="reception.void",
        )

    def _void_it(self) -> None:
        if self._visit is not None:
            self._reception.void(self._visit.ticket)
            rest = tuple(one for one in self._party if one.ticket != self._visit.ticket)
            if not rest:
                self._leave()
                return
            # The others keep their numbers and stay on the glass.
            self._party = rest
            self._show_of_party(rest[0])

    def _make_name_row(self) -> tuple[QWidget, QLineEdit]:
        field = QLineEdit()
        field.setObjectName("reception.name")
        field.setAccessibleName(self._texts.get("reception.name"))
        field.setPlaceholderText(self._texts.get("reception.name_hint"))
        field.setMinimumHeight(48)
        save = Button(self._texts.get("reception.name_save"), name="reception.name_save")
        save.guarded(self._save_name)
        save.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        field.returnPressed.connect(save.click)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(field, 1)
        line.addWidget(save)
        return row, field

    def _build(self) -> None:
        texts = self._texts
        self._head = Heading(texts.get("reception.number_say"), tone="key", name="reception.number_say")
        self._head.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._where = Body(wrap=True, name="reception.where")
        self._where.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._strip = QHBoxLayout()
        self._strip.setSpacing(12)
        self._reissue = Button(texts.get("reception.reprint"), size="large", name="reception.reissue")
        self._reissue.guarded(self._print_once_more)
        self._void = Button(texts.get("reception.void"), "quiet", size="large", name="reception.void_number")
        self._void.guarded(self._ask_void)
        self._next = Button("", size="large", name="reception.next_of_party")
        self._next.guarded(lambda: self._further(self._visit.reservation or "") if self._visit else None)
        self._list = Button(texts.get("reception.to_list"), "primary", size="large", name="reception.to_list")
        self._list.guarded(self._leave)
        middle = QVBoxLayout()
        middle.setSpacing(8)
        middle.addStretch(1)
        middle.addWidget(self._head)
        middle.addLayout(self._strip)
        for widget in (self._number, self._person):
            middle.addWidget(widget)
        middle.addLayout(self._pills)
        middle.addWidget(self._where)
        middle.addStretch(1)
        self.body.addLayout(middle, 1)
        self.body.addWidget(self._name_row)
        self.body.addWidget(self._banner)
        self.body.addLayout(beside(self._void, self._reissue, self._next, self._list))
