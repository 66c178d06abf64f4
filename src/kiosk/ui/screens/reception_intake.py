"""What to look at before the number: everything in order is one touch, what is not has its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.domain.flags import flags_of_others, is_about_one
from kiosk.domain.intake import Question
from kiosk.domain.visit import Reason, Service
from kiosk.services.reception import Booking, Reception
from kiosk.ui.screens.counter_parts import beside, clear, flag_pill
from kiosk.ui.screens.reception_dates import DatesQuestion
from kiosk.ui.screens.reception_line import service_pill
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, WARN_MARK, restyle
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.labels import BigNumber, Body, Caption, Heading, PersonName, Title
from kiosk.ui.widgets.pages import Pages

ASK, LOOK = range(2)
ACROSS = 2
TILE_HEIGHT = 52
SERVICES = tuple(Service)
IN_WORDS = 4


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who is to get a number: each person's service, the booking, and what was not as it should be."""

    services: tuple[Service, ...]
    reservation: str | None
    is_further: bool
    noticed: tuple[str, ...]
    showing: int


class IntakePanel(Card):
    """The third touch: what they hold; `give` gets the arrival, `turned_away` the reason without a number."""

    def __init__(
        self,
        *,
        texts: Texts,
        reception: Reception,
        give: Callable[[Arrival], None],
        turned_away: Callable[[Reason], None],
        back: Callable[[], None],
        today: Callable[[], date],
    ) -> None:
        super().__init__(name="reception.intake")
        self._texts, self._reception = texts, reception
        self._give, self._turned_away, self._back = give, turned_away, back
        self._today = today
        self._dated: tuple[str, ...] = ()
        self._booking: Booking | None = None
        self._services: list[Service] = []
        self._showing = 0
        self._noticed: dict[str, bool] = {}
        self._looking_at: Question | None = None
        self._tiles: dict[str, Button] = {}
        self._pages = Pages()
        self._pages.addWidget(self._make_questions())
        self._pages.addWidget(self._make_answer())
        self.body.addWidget(self._pages)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def ask(self, booking: Booking | None, service: Service, slot_words: str, showing: int) -> None:
        """Puts the questions of a service; a booking for several people proposes them all."""
        self._booking, self._showing = booking, showing
        self._noticed, self._dated = {}, ()
        people = booking.reservation.party_size - len(booking.tickets) if booking else 1
        self._services = [service] * max(1, min(people, self._reception.most_together))
        name = booking.reservation.name if booking else self._texts.get("reception.walk_in_name")
        self._who.show_name(name)
        self._slot.setText(slot_words)
        self._slot.setVisible(bool(slot_words))
        self._pages.setCurrentIndex(ASK)
        self._show()
        self._fill_questions()

    # --- the questions -------------------------------------------------------------------------------

    def _make_questions(self) -> QWidget:
        texts = self._texts
        page = QWidget()
        self._who = PersonName(name="reception.intake.who")
        self._pills = QHBoxLayout()
        self._pills.setSpacing(12)
        self._slot = Body(wrap=True, tone="neutral", name="reception.intake.slot")
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        self._people = QHBoxLayout()
        self._people.setSpacing(8)
        self._count = BigNumber(name="reception.intake.people")
        self._count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._count.setFixedWidth(64)
        fewer = Button("−", name="reception.intake.fewer").guarded(lambda: self._change_people(-1))
        more = Button("＋", name="reception.intake.more").guarded(lambda: self._change_people(1))
        for button, words in ((fewer, "fewer"), (more, "more")):
            button.setFixedWidth(64)
            button.setAccessibleName(texts.get(f"intake.{words}"))
        self._fewer, self._more = fewer, more
        together = QHBoxLayout()
        together.setSpacing(8)
        self._together = Body(texts.get("intake.together"))
        for widget in (self._together, fewer, self._count, more):
            together.addWidget(widget)
        together.addLayout(self._people, 1)
        back = Button(texts.get("reception.back"), "quiet", size="large", name="reception.intake.back")
        back.guarded(self._back)
        self._go = Button("", "primary", size="huge", name="reception.give").guarded(self._do_give)
        last = QHBoxLayout()
        last.setSpacing(16)
        last.addWidget(back, 1)
        last.addWidget(self._go, 3)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(self._who)
        whole.addLayout(self._pills)
        whole.addWidget(self._slot)
        head = QHBoxLayout()
        head.addWidget(Heading(texts.get("intake.title"), tone="key"), 1)
        dates = Button(texts.get("dates.open"), "quiet", name="reception.intake.dates")
        dates.guarded(self._ask_dates)
        dates.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        head.addWidget(dates)
        whole.addLayout(head)
        whole.addLayout(self._grid)
        whole.addStretch(1)
        whole.addLayout(together)
        whole.addLayout(last)
        return page

    def _fill_questions(self) -> None:
        clear(self._grid)
        self._tiles = {}
        for at, question in enumerate(self._reception.questions(self._services, self._flags())):
            tile = Button("", "plain", name=f"reception.intake.{question.code}")
            tile.setProperty("align", "start")
            tile.setMinimumHeight(TILE_HEIGHT)
            tile.guarded(partial(self._touched, question))
            self._tiles[question.code] = tile
            self._grid.addWidget(tile, at // ACROSS, at % ACROSS)
            self._show_tile(question.code)
        for column in range(ACROSS):
            self._grid.setColumnStretch(column, 1)
        asked = {code: on for code, on in self._noticed.items() if code in self._tiles}
        self._noticed = asked

    def _flags(self) -> tuple[str, ...]:
        booked = self._booking.reservation.flags if self._booking else ()
        if self._booking and self._booking.tickets:
            # Further people of a booking: its dates are those of the one who has a number already.
            booked = flags_of_others(booked)
        return tuple(dict.fromkeys((*booked, *self._dated)))

    def _ask_dates(self) -> None:
        DatesQuestion(self, self._texts, self._today(), self._dates_seen)

    def _dates_seen(self, flags: tuple[str, ...]) -> None:
        self._dated = flags
        self._show()
        self._fill_questions()

    def _show_tile(self, code: str) -> None:
        is_noticed = self._noticed.get(code, False)
        words = self._texts.get(f"intake.{'no' if is_noticed else 'yes'}.{code}")
        tile = self._tiles[code]
        tile.show_text(f"{WARN_MARK if is_noticed else DONE_MARK} {words}")
        restyle(tile, "tone", "warning" if is_noticed else "")
        self._show_go()

    def _touched(self, question: Question) -> None:
        if self._noticed.get(question.code) or question.leads_to is None:
            self._noticed[question.code] = not self._noticed.get(question.code, False)
            self._show_tile(question.code)
            return
        self._looking_at = question
        texts, reason = self._texts, question.leads_to
        self._reason.setText(texts.get(f"reason.{reason.value}"))
        self._say.setText(texts.get(f"exit.{reason.value}.say"))
        self._source.setText(texts.get("intake.source", source=question.source))
        self._pages.setCurrentIndex(LOOK)

    # --- who came together ---------------------------------------------------------------------------

    def _change_people(self, by: int) -> None:
        wanted = len(self._services) + by
        if not 1 <= wanted <= self._reception.most_together:
            return
        self._services = self._services[:wanted] if by < 0 else [*self._services, self._services[-1]]
        self._show()
        self._fill_questions()

    def _turn_service(self, at: int) -> None:
        place = SERVICES.index(self._services[at])
        self._services[at] = SERVICES[(place + 1) % len(SERVICES)]
        self._show()
        self._fill_questions()

    def _show(self) -> None:
        texts, count = self._texts, len(self._services)
        clear(self._pills)
        for service in dict.fromkeys(self._services):
            self._pills.addWidget(service_pill(texts, service))
        flags = self._flags()[:4]
        for flag in (one for one in flags if not is_about_one(one)):
            self._pills.addWidget(flag_pill(texts, flag))
        of_first = [flag for flag in flags if is_about_one(flag)]
        if of_first and count > 1:
            self._pills.addWidget(Caption(texts.get("intake.of_first"), name="reception.intake.of_first"))
        for flag in of_first:
            self._pills.addWidget(flag_pill(texts, flag))
        self._pills.addStretch(1)
        self._count.setText(str(count))
        self._fewer.setEnabled(count > 1)
        self._more.setEnabled(count < self._reception.most_together)
        clear(self._people)
        # Two people and more: the room is for what each of them came for.
        self._together.setVisible(count == 1)
        for at, service in enumerate(self._services if count > 1 else ()):
            short = texts.get(f"reception.short.{service.value}")
            # More than four have room for the letter of their number only.
            shown = f"{at + 1} {short}" if count <= IN_WORDS else service.value
            tile = Button(shown, "plain", name=f"reception.intake.person.{at + 1}")
            tile.setAccessibleName(texts.get("intake.person", number=at + 1, service=short))
            tile.guarded(partial(self._turn_service, at))
            self._people.addWidget(tile, 1)
        if count == 1:
            self._people.addWidget(Caption(texts.get("intake.alone")), 1)
        self._show_go()

    def _show_go(self) -> None:
        count = len(self._services)
        leads = [
            one
            for one in self._reception.questions(self._services, self._flags())
            if one.leads_to is not None
        ]
        key = "give_noticed" if any(self._noticed.get(one.code) for one in leads) else "give"
        self._go.show_text(self._texts.get(f"intake.{key}{'_all' if count > 1 else ''}", count=count))

    def _do_give(self) -> None:
        asked = self._reception.questions(self._services, self._flags())
        noticed = (*self._dated, *(one.flag for one in asked if self._noticed.get(one.code)))
        booking = self._booking
        self._give(
            Arrival(
                tuple(self._services),
                booking.reservation.number if booking else None,
                bool(booking and booking.tickets),
                noticed,
                self._showing,
            )
        )

    # --- an answer that is not as it should be -------------------------------------------------------

    def _make_answer(self) -> QWidget:
        texts = self._texts
        page = QWidget()
        self._reason = Title(wrap=True, name="reception.intake.reason")
        banner = Banner("warning")
        self._say = Title(wrap=True, name="reception.intake.say")
        self._source = Caption(wrap=True, name="reception.intake.source")
        banner.body.addWidget(Heading(texts.get("counter.exit.say_to"), tone="warning"))
        banner.body.addWidget(self._say)
        away = Button(texts.get("intake.away"), "primary", size="huge", name="reception.intake.away")
        away.guarded(self._do_away)
        still = Button(texts.get("intake.still"), size="large", name="reception.intake.still")
        still.guarded(self._do_still)
        back = Button(texts.get("intake.is_so"), "quiet", size="large", name="reception.intake.is_so")
        back.guarded(lambda: self._pages.setCurrentIndex(ASK))
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        for widget in (self._reason, banner, self._source):
            whole.addWidget(widget)
        whole.addStretch(1)
        whole.addWidget(away)
        whole.addLayout(beside(back, still))
        return page

    def _do_away(self) -> None:
        if self._looking_at is not None and self._looking_at.leads_to is not None:
            self._turned_away(self._looking_at.leads_to)

    def _do_still(self) -> None:
        if self._looking_at is not None:
            self._noticed[self._looking_at.code] = True
            self._show_tile(self._looking_at.code)
        self._pages.setCurrentIndex(ASK)
