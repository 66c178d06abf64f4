"""The reception desk: find the booking or take the walk-in, and hand over a number in three touches."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.domain.visit import Reason, Service, Visit
from kiosk.services.clock import Clock
from kiosk.services.counter import Counter
from kiosk.services.line import LineDesk
from kiosk.services.reception import GUIDANCE, Booking, Reception
from kiosk.services.tickets import LANGUAGES, Tickets
from kiosk.ui.background import Background
from kiosk.ui.notices import Notice
from kiosk.ui.screens.counter_parts import LONG_NAME, Elided, GoodNews, beside, flag_pill, two_lines
from kiosk.ui.screens.reception_ahead import DrawnAhead
from kiosk.ui.screens.reception_intake import Arrival, IntakePanel
from kiosk.ui.screens.reception_line import LineCard
from kiosk.ui.screens.reception_number import NumberCard, PrintTicket
from kiosk.ui.screens.reception_search import (
    EARLY_BEFORE,
    LATE_AFTER,
    SearchField,
    is_late,
    looks_like_ticket,
    minutes_late,
)
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button, Kind
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.chips import Chips
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import Body, Heading, PersonName, Pill
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.rows import Row, Rows

ROWS, ROW_HEIGHT = 5, 68
TONGUE = "reception.tongue"
ASKED_WITH = ("reception.ask_service_hint", "reception.ask_tongue")
TYPING_MS = 120
HEIGHT = 680
LIST, NUMBER, INTAKE = range(3)


@dataclass(frozen=True, slots=True)
class _Shown:
    booking: Booking
    is_late: bool


class ReceptionScreen(Screen):
    """Search at the left, the line at the right; the number takes the list's place when one is given."""

    def __init__(
        self,
        *,
        reception: Reception,
        tickets: Tickets,
        line: LineDesk,
        counter: Counter,
        clock: Clock,
        print_ticket: PrintTicket,
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(texts=texts, background=background, name="reception")
        self._news = GoodNews(self)
        self._reception, self._tickets, self._line = reception, tickets, line
        self._counter, self._clock = counter, clock
        # Every showing of the service question has a number of its own: see Reception.check_in.
        self._showings = itertools.count(1)
        self._began: datetime | None = clock.now()
        self._found: tuple[Booking, ...] = ()
        self._language = LANGUAGES[0]
        self._number = NumberCard(
            reception=reception,
            tickets=tickets,
            print_ticket=print_ticket,
            texts=texts,
            background=background,
            leave=self._to_list,
            further=self._take_further,
            changed=self._number_changed,
            doubtful=self._say_same_name,
            missing=self._say_missing,
        )
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._guarded_search)
        self._ahead = DrawnAhead(tickets, background, self)
        self._stack = Pages()
        self._stack.addWidget(self._make_list())
        self._stack.addWidget(self._number)
        self._intake = IntakePanel(
            texts=texts,
            reception=reception,
            give=self._give,
            turned_away=self._turned_away,
            back=self._to_list,
            today=clock.today,
        )
        self._stack.addWidget(self._intake)
        self._line_card = LineCard(texts, name="reception.line")
        self._line_card.setFixedWidth(420)
        self.area.addWidget(self._stack, 1)
        self.area.addWidget(self._line_card)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rows.fit(ROWS + max(0, (self.height() - HEIGHT) // ROW_HEIGHT))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ahead.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ahead.stop()

    @property
    def listener(self) -> QLineEdit | None:
        return self._field.line if self._stack.currentIndex() == LIST else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # The next ticket is scanned while a number still stands there.
        if self._stack.currentIndex() == NUMBER and event.text().strip():
            self._to_list()
        super().keyPressEvent(event)

    def refresh(self) -> None:
        """Reads the list and the line anew."""
        self._line_card.show_line(self._line.now())
        if self._stack.currentIndex() == LIST:
            self._search()
        if self._began is not None:
            began, self._began = self._began, None
            if cut_off := self._tickets.cut_off(began):
                self._say_missing(cut_off, self.texts.get("reception.cut_off"))

    def open_visit(self, ticket: str) -> None:
        """Shows a number given earlier."""
        visit = self._counter.visit(ticket)
        self._number.show_known(visit, more_of_party=self._open_places(visit.reservation))
        self._stack.setCurrentIndex(NUMBER)
        self._number.setFocus()

    def _make_list(self) -> QWidget:
        texts = self.texts
        card = Card(name="reception.list")
        self._field = SearchField(texts, self._typing.start, self._entered)
        self._rows = Rows(texts, ROWS, name="reception.rows")
        walk_in = Button(texts.get("reception.walk_in"), size="large", name="reception.walk_in")
        walk_in.guarded(lambda: self._ask_service(None))
        consult = Button(texts.get("reception.consult"), size="large", name="reception.consult")
        consult.guarded(lambda: self._check_in(Service.CONSULTATION, None, next(self._showings)))
        guide = Button(texts.get("reception.guide_only"), "quiet", size="large", name="reception.guide_only")
        guide.guarded(self._ask_guide)
        card.body.addWidget(self._field)
        card.body.addWidget(self._rows, 1)
        card.body.addLayout(beside(walk_in, consult, guide))
        return card

    def _guarded_search(self) -> None:
        try:
            self._search()
        except Exception as error:
            self.show_failure(error)

    def _search(self) -> None:
        self._found = self._reception.find(self._field.text())
        now = self._clock.now()
        shown = [_Shown(booking, is_late(booking, now)) for booking in self._found]
        nothing = "empty" if self._field.text().strip() else "none_today"
        words = f"{self.texts.get(f'reception.{nothing}')}\n{self.texts.get(f'reception.{nothing}_do')}"
        self._rows.fill(shown, self._row, empty=words)

    def _entered(self) -> None:
        """Enter, as a hand scanner sends it: a ticket opens its visit, a single booking is received."""
        self._typing.stop()
        text = self._field.text()
        try:
            if looks_like_ticket(text):
                # Before it is read: what is refused must not stand in front of the next scan.
                self._field.clear()
                self.clear_notice()
                self.open_visit(self._tickets.read(text))
                return
            self._search()
            self._field.line.selectAll()  # the next scan takes the place of what was not found
            waiting = [booking for booking in self._found if not booking.reservation.cancelled]
            if text.strip() and len(waiting) == 1:
                self._touched(waiting[0])
        except Exception as error:
            self.show_failure(error)

    def _row(self, shown: _Shown) -> QWidget:
        texts, booking = self.texts, shown.booking
        booked = booking.reservation
        row = Row(height=ROW_HEIGHT, name=f"reception.row.{booked.number}")
        slot = Body(booked.slot)
        slot.setFixedWidth(80)
        above, below = QHBoxLayout(), QHBoxLayout()
        for line in (above, below):
            line.setSpacing(8)
        is_long = len(booked.name) > LONG_NAME
        name: QWidget = PersonName(two_lines(booked.name)) if is_long else Heading(booked.name)
        above.addWidget(name, 1 if is_long else 0)
        key = "row_caption_remarks" if booked.remarks else "row_caption"
        words = texts.get(f"reception.{key}", kana=booked.kana, number=booked.number, remarks=booked.remarks)
        below.addWidget(Elided(words), 1)
        # A long name takes its whole line, and what is special moves down beside the small words.
        for pill in self._pills(shown):
            (below if is_long else above).addWidget(pill)
        if not is_long:
            above.addStretch(1)
        middle = QVBoxLayout()
        middle.setSpacing(0)
        middle.addLayout(above)
        middle.addLayout(below)
        row.line.addWidget(slot)
        row.line.addLayout(middle, 1)
        row.line.addWidget(self._row_button(booking))
        return row

    def _pills(self, shown: _Shown) -> list[Pill]:
        texts, booked = self.texts, shown.booking.reservation
        pills: list[Pill] = []
        if booked.party_size > 1:
            pills.append(Pill(texts.get("reception.party", count=booked.party_size)))
        if booked.cancelled:
            pills.append(Pill(texts.get("reception.cancelled"), "neutral"))
        elif shown.booking.tickets:
            first, *others = shown.booking.tickets
            key = "received_all" if others else "received"
            words = texts.get(f"reception.{key}", ticket=first, others=len(others))
            pills.append(Pill(words, "success"))
        elif shown.is_late:
            pills.append(Pill(texts.get("reception.late"), "warning"))
        pills.extend(flag_pill(texts, flag) for flag in booked.flags[:2])
        return pills

    def _row_button(self, booking: Booking) -> Button:
        booked = booking.reservation
        if booked.cancelled:
            words, kind = "receive_as_walk_in", "secondary"
        elif booking.is_received:
            words, kind = "show_number", "secondary"
        else:
            words, kind = "receive", "primary"
        button = Button(self.texts.get(f"reception.{words}"), name=f"reception.receive.{booked.number}")
        button.setProperty("kind", kind)
        button.setProperty("scale", "large" if kind == "primary" else "normal")
        button.setMinimumHeight(52)
        button.setFixedWidth(136 if kind == "primary" else 160)
        button.setAccessibleName(f"{booked.name} {self.texts.get(f'reception.{words}')}")
        return button.guarded(lambda: self._touched(booking))

    def _touched(self, booking: Booking) -> None:
        if booking.reservation.cancelled:
            self._ask_service(None)
        elif booking.is_received:
            self.open_visit(booking.tickets[-1])
        else:
            self._ask_service(booking)

    def _ask_service(self, booking: Booking | None) -> None:
        self.clear_notice()
        texts = self.texts
        showing = next(self._showings)
        who = booking.reservation.name if booking else texts.get("reception.walk_in_name")
        remarks = booking.reservation.remarks if booking else ""
        if remarks:
            remarks = texts.get("reception.remarks", remarks=remarks)
        kinds: tuple[Kind, ...] = ("primary", "secondary", "secondary")
        options = [
            Option(service.value, texts.get(f"service.{service.value}"), kind)
            for service, kind in zip(Service, kinds, strict=True)
        ]
        tongues = Chips([(name, texts.get(f"reception.tongue.{name}")) for name in LANGUAGES], name=TONGUE)
        tongues.pick(LANGUAGES[0])
        tongues.picked.connect(self._prefer)
        self._prefer(LANGUAGES[0])
        Choice(
            self,
            texts.get("reception.ask_service"),
            options,
            lambda key: self._service_chosen(Service(key), booking, showing),
            words="\n".join(filter(None, (who, remarks, *map(texts.get, ASKED_WITH)))),
            cancel=texts.get("reception.back"),
            inside=tongues,
            name="reception.service",
        )

    def _check_in(self, service: Service, booking: Booking | None, showing: int) -> None:
        number = booking.reservation.number if booking else None
        again = bool(booking and booking.tickets)
        visit = self._reception.check_in(service, reservation=number, again=again, touch=f"showing {showing}")
        self._show_given((visit,), number)

    def _service_chosen(self, service: Service, booking: Booking | None, showing: int) -> None:
        if service is Service.CONSULTATION:
            self._check_in(service, booking, showing)
            return
        words = self._slot_words(booking) if booking else ""
        self._intake.ask(booking, service, words, showing)
        self._stack.setCurrentIndex(INTAKE)
        self._intake.setFocus()

    def _slot_words(self, booking: Booking) -> str:
        """Said only to who comes much too early or too late."""
        minutes = minutes_late(booking.reservation.slot, self._clock.now())
        if minutes is None or -EARLY_BEFORE < minutes <= LATE_AFTER:
            return ""
        key = "late" if minutes > 0 else "early"
        hours, rest = divmod(abs(minutes), 60)
        span = self.texts.get("intake.hours" if hours else "intake.minutes", hours=hours, minutes=rest)
        return self.texts.get(f"intake.{key}", slot=booking.reservation.slot, span=span)

    def _give(self, arrival: Arrival) -> None:
        visits = self._reception.check_in_party(
            arrival.services,
            reservation=arrival.reservation,
            again=arrival.is_further,
            touch=f"showing {arrival.showing}",
            noticed=arrival.noticed,
        )
        self._show_given(visits, arrival.reservation)

    def _turned_away(self, reason: Reason) -> None:
        count = self._reception.guide_only(reason.value)
        self._to_list()
        words = self.texts.get(f"reason.{reason.value}")
        self._news.say(self.texts.get("intake.away_said", reason=words, count=count))

    def _prefer(self, language: str) -> None:
        self._language = language

    def _show_given(self, visits: tuple[Visit, ...], reservation: str | None) -> None:
        self._tickets.prefer(visits, self._language)
        self._prefer(LANGUAGES[0])
        self._number.show_new(visits, more_of_party=self._open_places(reservation))
        self._stack.setCurrentIndex(NUMBER)
        self._number.setFocus()
        self._line_card.show_line(self._line.now())

    def _number_changed(self) -> None:
        self._line_card.show_line(self._line.now())
        self._ahead.draw()

    def _take_further(self, reservation: str) -> None:
        booking = self._reception.booking(reservation)
        if booking is not None:
            self._ask_service(booking)

    def _open_places(self, reservation: str | None) -> int:
        """Which person of the booking comes next (2, 3 …); 0 when everyone has a number."""
        booking = self._reception.booking(reservation) if reservation else None
        return 0 if booking is None or booking.is_received else len(booking.tickets) + 1

    def _ask_guide(self) -> None:
        self.clear_notice()
        Choice(
            self,
            self.texts.get("reception.ask_guide"),
            [Option(kind, self.texts.get(f"guidance.{kind}")) for kind in GUIDANCE],
            self._guided,
            words=self.texts.get("reception.ask_guide_hint"),
            cancel=self.texts.get("reception.back"),
            name="reception.guide",
        )

    def _guided(self, kind: str) -> None:
        count = self._reception.guide_only(kind)
        words = self.texts.get("reception.guided", kind=self.texts.get(f"guidance.{kind}"), count=count)
        self._news.say(words)

    def _say_same_name(self, others: tuple[str, ...]) -> None:
        say = self.texts.get("intake.same_name", others="・".join(others))
        self.notice.show_notice(Notice("refused", say, ""))

    def _say_missing(self, numbers: tuple[str, ...], why: str) -> None:
        say = self.texts.get("reception.not_out", tickets="・".join(numbers), why=why)
        others = (one for one in self.window().findChildren(Screen) if one.isVisible())
        front = self if self.isVisible() else next(others, self)
        front.notice.show_notice(Notice("trouble", say, self.texts.get("reception.not_out_do")))

    def _to_list(self) -> None:
        self._stack.setCurrentIndex(LIST)
        self._field.clear()
        self.clear_notice()
        self.refresh()
        self._field.take_focus()
