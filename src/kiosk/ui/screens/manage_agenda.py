"""The agenda under the manager's hand: days called off, added or moved as agreed, and newer holidays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from kiosk.domain.agenda_changes import LONGEST_REASON, ChangeKind, PlannedDay
from kiosk.domain.errors import Refused
from kiosk.services.agenda_book import AgendaBook, HolidaysTaken
from kiosk.ui.background import Background
from kiosk.ui.screens.counter_parts import Elided
from kiosk.ui.screens.manage_form import DateField, two_ways, typed, under
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.chips import Chips
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.failures import tell_failure
from kiosk.ui.widgets.labels import Caption, Heading, Pill, Title, Tone
from kiosk.ui.widgets.rows import Row, Rows

PER_PAGE = 5
ROW_HEIGHT = 64
LARGEST_FILE = 1 << 20
MOST_FILES = 8
TONES: dict[ChangeKind, Tone] = {ChangeKind.CALLED_OFF: "warning", ChangeKind.ADDED: "key"}


class AgendaCard(Card):
    """First the days from today on; then one form, in which only what was agreed is entered."""

    def __init__(
        self,
        *,
        book: AgendaBook,
        venues: Callable[[], tuple[str, ...]],
        today: Callable[[], date],
        find_files: Callable[[], tuple[Path, ...]],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(name="manage.card.agenda")
        self._book, self._today, self._find_files = book, today, find_files
        self._texts, self._background = texts, background
        self._done: Callable[[str], None] = lambda _words: None
        self._kind, self._day = ChangeKind.ADDED, today()
        self._leading = False
        self._rows = Rows(texts, PER_PAGE, name="manage.agenda.days")
        self._years = Caption(name="manage.agenda.years")
        self._pages = QStackedWidget()
        self._venues = Chips([(venue, venue) for venue in venues()], name="manage.agenda.venue", columns=3)
        for page in (self._make_days(), self._make_form()):
            self._pages.addWidget(page)
        self.body.addWidget(self._pages)

    def say_with(self, done: Callable[[str], None]) -> AgendaCard:
        """Where good news are shown: the screen's own bar; the card."""
        self._done = done
        return self

    def allow(self, leading: bool) -> None:
        """Only those who lead enter what was agreed."""
        if leading != self._leading:
            self._leading = leading
            self._rows.fill((), self._row)
        for button in (self._add, self._holidays):
            button.setEnabled(leading)

    def show_agenda(self) -> None:
        """The days from today on, as they stand."""
        plan = [one for one in self._book.plan() if one.day.date >= self._today()]
        self._rows.fill(plan, self._row, empty=self._texts.get("manage.agenda.none"))
        first, last = self._book.holiday_years()
        self._years.setText(self._texts.get("manage.agenda.years", first=first, last=last))

    # --- the days ------------------------------------------------------------------------------------

    def _make_days(self) -> QWidget:
        texts = self._texts
        page = QWidget()
        self._add = Button(texts.get("manage.agenda.add"), size="large", name="manage.agenda.add")
        self._add.guarded(lambda: self._ask(ChangeKind.ADDED, self._today()))
        self._holidays = Button(
            texts.get("manage.agenda.holidays"), "quiet", size="large", name="manage.agenda.holidays"
        )
        self._holidays.guarded(self._look_for_files)
        last = QHBoxLayout()
        last.setSpacing(16)
        last.addWidget(self._holidays, 1)
        last.addWidget(self._add, 1)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(Title(texts.get("manage.section.agenda")))
        whole.addWidget(Caption(texts.get("manage.about.agenda"), wrap=True))
        whole.addWidget(self._rows, 1)
        whole.addWidget(self._years)
        whole.addLayout(last)
        return page

    def _row(self, planned: PlannedDay) -> QWidget:
        texts, day = self._texts, planned.day
        row = Row(height=ROW_HEIGHT, name=f"manage.agenda.{day.date.isoformat()}")
        words = QVBoxLayout()
        words.setSpacing(0)
        above = QHBoxLayout()
        above.setSpacing(12)
        above.addWidget(Heading(self._said(day.date)))
        change = planned.change
        if change is not None:
            above.addWidget(
                Pill(texts.get(f"manage.agenda.kind.{change.kind}"), TONES.get(change.kind, "key"))
            )
        if planned.venue:
            above.addWidget(Pill(planned.venue))
        above.addStretch(1)
        number = texts.get("manage.agenda.number", no=day.no) if day.no else texts.get("manage.agenda.extra")
        about = [number, texts.get("manage.agenda.due", day=self._said(day.delivery_due)), day.note.strip()]
        if change is not None:
            about = [
                change.reason,
                texts.get("manage.agenda.agreed", by=change.agreed_by, on=self._said(change.agreed_on)),
            ]
        words.addLayout(above)
        words.addWidget(Elided("　".join(part for part in about if part)))
        touch = Button(texts.get("manage.agenda.change"), name=f"manage.agenda.change.{day.date.isoformat()}")
        touch.setFixedWidth(112)
        touch.setEnabled(self._leading)
        touch.guarded(lambda: self._ask_kind(planned))
        row.line.addLayout(words, 1)
        row.line.addWidget(touch)
        return row

    def _said(self, day: date) -> str:
        weekday = self._texts.get(f"shell.weekday.{day.weekday()}")
        return self._texts.get("opening.day", month=day.month, day=day.day, weekday=weekday)

    def _ask_kind(self, planned: PlannedDay) -> None:
        texts = self._texts
        kinds = [ChangeKind.CALLED_OFF, ChangeKind.VENUE] if planned.is_held else []
        if planned.change is not None or planned.venue:
            kinds.append(ChangeKind.AS_RULED)
        Choice(
            self,
            texts.get("manage.agenda.ask_kind", day=self._said(planned.day.date)),
            [Option(kind.value, texts.get(f"manage.agenda.verb.{kind}")) for kind in kinds],
            lambda key: self._ask(ChangeKind(key), planned.day.date),
            cancel=texts.get("shell.cancel"),
            name="manage.agenda.kind",
        )

    # --- what was agreed -----------------------------------------------------------------------------

    def _make_form(self) -> QWidget:
        texts = self._texts
        page = QWidget()
        self._title = Title(wrap=True, name="manage.agenda.title")
        self._date = DateField(texts, texts.get("manage.agenda.day"), name="manage.agenda.day")
        self._reason = typed("manage.agenda.reason", texts.get("manage.agenda.reason"), LONGEST_REASON)
        self._by = typed("manage.agenda.by", texts.get("manage.agenda.by"), LONGEST_REASON)
        self._on = DateField(texts, texts.get("manage.agenda.on"), name="manage.agenda.on")
        self._venue_part = QWidget()
        venue = under(texts.get("opening.venue"), self._venues)
        venue.setContentsMargins(0, 0, 0, 0)
        self._venue_part.setLayout(venue)
        back = Button(texts.get("shell.cancel"), "quiet", size="large", name="manage.agenda.back")
        back.guarded(lambda: self._pages.setCurrentIndex(0))
        save = Button(texts.get("manage.agenda.save"), "primary", size="large", name="manage.agenda.save")
        save.guarded(self._save)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(self._title)
        whole.addWidget(self._date)
        whole.addLayout(under(texts.get("manage.agenda.reason"), self._reason))
        agreed = QHBoxLayout()
        agreed.setSpacing(16)
        by = under(texts.get("manage.agenda.by"), self._by)
        by.addStretch(1)
        agreed.addLayout(by, 1)
        agreed.addWidget(self._on, 1)
        whole.addLayout(agreed)
        whole.addWidget(self._venue_part)
        whole.addStretch(1)
        whole.addLayout(two_ways(back, save))
        return page

    def _ask(self, kind: ChangeKind, day: date) -> None:
        self._kind, self._day = kind, day
        is_new = kind is ChangeKind.ADDED
        verb = self._texts.get(f"manage.agenda.verb.{kind}")
        self._title.setText(verb if is_new else f"{self._said(day)}　{verb}")
        self._date.setVisible(is_new)
        self._date.put(day)
        self._venue_part.setVisible(kind in (ChangeKind.ADDED, ChangeKind.VENUE))
        self._reason.clear()
        self._on.put(self._today())
        self._pages.setCurrentIndex(1)

    def _save(self) -> None:
        kind = self._kind
        needs_venue = kind in (ChangeKind.ADDED, ChangeKind.VENUE)
        day = self._date.value if kind is ChangeKind.ADDED else self._day
        self._book.change(
            kind,
            day,
            reason=self._reason.text(),
            agreed_by=self._by.text(),
            agreed_on=self._on.value,
            venue=self._venues.value if needs_venue else "",
        )
        self._pages.setCurrentIndex(0)
        self.show_agenda()
        verb = self._texts.get(f"manage.agenda.verb.{kind}")
        self._done(self._texts.get("manage.agenda.saved", day=self._said(day), verb=verb))

    # --- holidays ------------------------------------------------------------------------------------

    def _look_for_files(self) -> None:
        self._background.run(self._find_files, self._ask_file, lambda error: tell_failure(self, error))

    def _ask_file(self, files: tuple[Path, ...]) -> None:
        texts = self._texts
        shown = files[:MOST_FILES]
        words = "" if shown else texts.get("manage.agenda.no_file")
        Choice(
            self,
            texts.get("manage.agenda.ask_file"),
            [Option(str(at), file.name) for at, file in enumerate(shown)],
            lambda key: self._read(shown[int(key)]),
            words=words,
            cancel=texts.get("shell.cancel"),
            name="manage.agenda.file",
        )

    def _read(self, file: Path) -> None:
        def work() -> bytes:
            if file.stat().st_size > LARGEST_FILE:
                raise Refused("holidays_format", row=1)
            return file.read_bytes()

        self._background.run(work, self._ask_take, lambda error: tell_failure(self, error))

    def _ask_take(self, untrusted: bytes) -> None:
        try:
            look = self._book.look_at_holidays(untrusted)
        except Refused as error:
            tell_failure(self, error)
            return
        texts = self._texts
        Choice(
            self,
            texts.get("manage.agenda.ask_take", last=look.holidays.last_year),
            [Option("take", texts.get("manage.agenda.take"), "primary")],
            lambda _key: self._take(untrusted),
            words=self._moves(look),
            cancel=texts.get("shell.cancel"),
            name="manage.agenda.take",
        )

    def _moves(self, look: HolidaysTaken) -> str:
        moved = [
            self._texts.get(f"manage.agenda.{key}", days="、".join(map(self._said, days)))
            for key, days in (("removed", look.removed), ("added", look.added))
            if days
        ]
        return "\n".join(moved) or self._texts.get("manage.agenda.unmoved")

    def _take(self, untrusted: bytes) -> None:
        taken = self._book.take_holidays(untrusted)
        self.show_agenda()
        self._done(self._texts.get("manage.agenda.taken", last=taken.holidays.last_year))
