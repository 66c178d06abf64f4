"""Opening the counter of the day: which session, where, and what has been checked beforehand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from kiosk.domain.agenda import is_maintenance_sunday
from kiosk.domain.agenda_changes import LONG_CUSTODY_DAYS
from kiosk.domain.batch import SessionState
from kiosk.domain.staff import Act, Operator
from kiosk.services.agenda import AgendaDesk, Offer, Session
from kiosk.ui.background import Background
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, OPEN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.chips import Chips, Ticks
from kiosk.ui.widgets.labels import Body, Caption, Heading, Title


class OpeningScreen(Screen):
    """Stands before the stations until a session is at hand; `opened` gets it."""

    def __init__(
        self,
        *,
        agenda: AgendaDesk,
        operator: Callable[[], Operator],
        opened: Callable[[Session], None],
        resumed: Callable[[Session], None],
        manage: Callable[[], None],
        inspection_overdue: Callable[[], int | None],
        leave: Callable[[], None],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(texts=texts, background=background, name="opening")
        self._agenda, self._operator = agenda, operator
        self._opened, self._resumed = opened, resumed
        self._offer: Offer | None = None
        self._earlier: Session | None = None
        self._title = Title(wrap=True, name="opening.title")
        self._words = Body(wrap=True, name="opening.words")
        self._who = Caption(wrap=True, name="opening.who")
        self._venues = Chips([(venue, venue) for venue in agenda.venues()], name="opening.venue", columns=1)
        self._ticks = Ticks(agenda.checklist(), name="opening.tick", done_mark=DONE_MARK, open_mark=OPEN_MARK)
        self._count = Heading(name="opening.count")
        self._open = Button(texts.get("opening.open"), "primary", size="huge", name="opening.open")
        self._open.guarded(self._do_open)
        self._go_on = Button("", "secondary", size="large", name="opening.resume").guarded(self._do_resume)
        self._leave = Button(texts.get("opening.leave"), "quiet", size="large", name="opening.leave")
        self._leave.guarded(leave)
        self._overdue = inspection_overdue
        self._mind = Body(wrap=True, tone="warning", name="opening.mind")
        self._inspection = Caption(wrap=True, tone="warning", name="opening.inspection")
        self._manage = Button(texts.get("shell.tab.manage"), "quiet", size="large", name="opening.manage")
        self._manage.guarded(manage)
        self._over_words = Body(wrap=True, tone="danger", name="opening.over")
        self._over_field = Banner("danger")
        self._reason = QLineEdit()
        self._reason.setObjectName("opening.reason")
        self._reason.setAccessibleName(texts.get("opening.reason"))
        self._reason.setPlaceholderText(texts.get("opening.reason"))
        self._reason.setMinimumHeight(48)
        self._reason.textChanged.connect(lambda _text: self._show_count())
        self._earlier_words = Body(wrap=True, name="opening.earlier_words")
        self._earlier_field = Banner("warning")
        self._lay_out()
        self._ticks.changed.connect(self._show_count)
        self._venues.picked.connect(lambda _key: self._show_count())

    def refresh(self) -> None:
        """Reads the offer; ticks and venue stay as they are."""
        offer = self._agenda.offer()
        earlier = self._agenda.current()
        self._offer, self._earlier = offer, earlier
        may = self._operator().may(Act.OPEN_SESSION)
        self._title.setText(self._question(offer))
        self._words.setText(self._about(offer))
        self._who.setText("" if may else self.texts.get("opening.manager_opens"))
        self._who.setVisible(not may)
        for part in (self._venues, self._ticks):
            part.setEnabled(may)
        known = self._agenda.venues()
        proposed = known[0] if len(known) == 1 else self._agenda.planned_venue()
        if proposed and not self._venues.value:
            self._venues.pick(proposed)
        warning = self._warning(offer)
        self._mind.setText(warning)
        self._mind.setVisible(bool(warning))
        self._open.setVisible(may)
        self._open.show_text(self.texts.get("opening.open" if offer.is_today else "opening.open_extra"))
        days = self._overdue()
        self._inspection.setVisible(days is not None)
        self._inspection.setText(self.texts.get("opening.inspection", days=days) if days is not None else "")
        owed = self._agenda.owed(offer.today)
        self._over_field.setVisible(may and owed > 0)
        self._over_words.setText(self.texts.get("opening.over", count=owed))
        self._earlier_field.setVisible(earlier is not None)
        if earlier is not None:
            day = self._day(earlier.day)
            key = "opening.unfinished" if earlier.state is SessionState.OPEN else "opening.owed"
            self._earlier_words.setText(self.texts.get(key, day=day, venue=earlier.venue))
            self._go_on.show_text(self.texts.get("opening.resume", day=day))
        self._show_count()

    def _question(self, offer: Offer) -> str:
        if offer.day is not None and offer.is_today:
            # A day added by agreement has no number of the contract.
            key = "opening.title" if offer.day.no else "opening.title_added"
            return self.texts.get(key, no=offer.day.no, day=self._day(offer.today))
        return self.texts.get("opening.title_extra", day=self._day(offer.today))

    def _about(self, offer: Offer) -> str:
        if offer.day is None:
            return self.texts.get("opening.no_more")
        if not offer.is_today:
            key = "opening.next" if offer.day.no else "opening.next_added"
            return self.texts.get(key, no=offer.day.no, day=self._day(offer.day.date))
        return self.texts.get("opening.due", day=self._day(offer.day.delivery_due))

    def _warning(self, offer: Offer) -> str:
        """What is unusual about today: the nationwide system's maintenance, papers kept for long."""
        if offer.day is None or not offer.is_today:
            return ""
        words = []
        if is_maintenance_sunday(offer.day.date):
            words.append(self.texts.get("opening.maintenance"))
        days = (offer.day.delivery_due - offer.day.date).days
        if days > LONG_CUSTODY_DAYS:
            words.append(self.texts.get("opening.long_custody", days=days))
        return "\n".join(words)

    def _day(self, day: date) -> str:
        weekday = self.texts.get(f"shell.weekday.{day.weekday()}")
        return self.texts.get("opening.day", month=day.month, day=day.day, weekday=weekday)

    def _show_count(self) -> None:
        done, every = len(self._ticks.ticked), len(self._agenda.checklist())
        self._count.setText(self.texts.get("opening.count", done=done, every=every))
        self._count.set_tone("success" if done == every else "")
        is_said = self._over_field.isHidden() or bool(self._reason.text().strip())
        self._open.setEnabled(done == every and bool(self._venues.value) and is_said)

    def _do_open(self) -> None:
        offer = self._offer
        if offer is None:
            return
        session = self._agenda.open(
            offer.today,
            self._venues.value,
            self._ticks.ticked,
            extra=not offer.is_today,
            reason=self._reason.text(),
        )
        self._reason.clear()
        # The next day is checked anew.
        self._ticks.clear()
        self._opened(session)

    def _do_resume(self) -> None:
        if self._earlier is not None:
            self._resumed(self._agenda.resume(self._earlier.day))

    def _lay_out(self) -> None:
        left = Card(name="opening.where")
        left.body.addWidget(self._title)
        left.body.addWidget(self._words)
        left.body.addWidget(self._mind)
        left.body.addWidget(Heading(self.texts.get("opening.venue")))
        left.body.addWidget(self._venues)
        left.body.addStretch(1)
        self._earlier_field.body.addWidget(self._earlier_words)
        self._earlier_field.body.addWidget(self._go_on)
        self._over_field.body.addWidget(self._over_words)
        self._over_field.body.addWidget(self._reason)
        left.body.addWidget(self._over_field)
        left.body.addWidget(self._earlier_field)
        left.body.addWidget(self._inspection)
        left.body.addWidget(self._who)
        right = Card(name="opening.before")
        head = QHBoxLayout()
        head.addWidget(Heading(self.texts.get("opening.checklist")), 1)
        head.addWidget(self._count)
        right.body.addLayout(head)
        right.body.addWidget(self._ticks)
        right.body.addStretch(1)
        last = QVBoxLayout()
        last.setSpacing(16)
        last.addWidget(self._open)
        aside = QHBoxLayout()
        aside.setSpacing(16)
        aside.addWidget(self._manage, 1)
        aside.addWidget(self._leave, 2)
        last.addLayout(aside)
        right.body.addLayout(last)
        self.area.addWidget(left, 1)
        self.area.addWidget(right, 1)
