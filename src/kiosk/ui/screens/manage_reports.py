"""Reports by touch: month, day, flyer and the contract year's workbook, each made where it is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.services.day_report import DayReports
from kiosk.services.flyer import FlyerJob
from kiosk.services.reports import ReportDesk
from kiosk.services.year import YearDesk, YearLook
from kiosk.ui.background import Background
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.failures import tell_failure
from kiosk.ui.widgets.labels import Body, Caption, Heading, Title
from kiosk.ui.widgets.rows import Row
from kiosk.ui.year_words import year_lines

ROW_HEIGHT = 92
MOST_FILES, MOST_LINES = 6, 8
LARGEST_FILE = 2 << 20


@dataclass(frozen=True, slots=True)
class ReportVerbs:
    """What the card asks of the services, and where its files go."""

    reports: ReportDesk
    days: DayReports
    flyer: Callable[[str], FlyerJob]
    year: YearDesk
    today: Callable[[], date]
    keep_files: Callable[[dict[str, bytes]], str]
    find_books: Callable[[], tuple[Path, ...]]


class Stepper(QWidget):
    """One of several, chosen by two buttons."""

    def __init__(self, texts: Texts, *, name: str) -> None:
        super().__init__()
        self._keys: tuple[str, ...] = ()
        self._words: dict[str, str] = {}
        self._at = 0
        self._less = Button(texts.get("reports.before"), "quiet", name=f"{name}.before")
        self._more = Button(texts.get("reports.after"), "quiet", name=f"{name}.after")
        self._shown = Heading("", name=name)
        self._shown.setFixedWidth(176)
        self._shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        for button, step in ((self._less, -1), (self._more, 1)):
            button.setFixedWidth(72)
            button.clicked.connect(lambda _=False, step=step: self._move(step))
        for part in (self._less, self._shown, self._more):
            across.addWidget(part)

    def fill(self, words: Sequence[tuple[str, str]], *, begin_last: bool = True) -> None:
        """Keys with their words, in order; the chosen one stays chosen, else the last (or first) one is."""
        before = self.key
        self._words = dict(words)
        self._keys = tuple(self._words)
        begin = max(0, len(self._keys) - 1) if begin_last else 0
        self._at = self._keys.index(before) if before in self._keys else begin
        self._move(0)

    @property
    def key(self) -> str:
        """The chosen one, "" when there is none."""
        return self._keys[self._at] if self._keys else ""

    def _move(self, step: int) -> None:
        last = len(self._keys) - 1
        self._at = min(max(0, self._at + step), max(0, last))
        self._shown.setText(self._words.get(self.key, "―"))
        self._less.setEnabled(self._at > 0)
        self._more.setEnabled(self._at < last)


class ReportsCard(Card):
    """A line per paper; those who lead make them."""

    def __init__(
        self, *, verbs: ReportVerbs, done: Callable[[str], None], texts: Texts, background: Background
    ) -> None:
        super().__init__(name="manage.card.reports")
        self._verbs, self._done = verbs, done
        self._texts, self._background = texts, background
        self._months = Stepper(texts, name="reports.month")
        self._days = Stepper(texts, name="reports.day")
        self._flyers = Stepper(texts, name="reports.flyer")
        make = texts.get("reports.make")
        self._make_month = Button(make, "secondary", name="reports.make.month").guarded(self._month)
        self._make_day = Button(make, "secondary", name="reports.make.day").guarded(self._day)
        self._make_flyer = Button(make, "secondary", name="reports.make.flyer").guarded(self._flyer)
        self._write_year = Button(
            texts.get("reports.year_write"), "secondary", name="reports.year.write"
        ).guarded(self._template)
        self._read_year = Button(
            texts.get("reports.year_read"), "secondary", name="reports.year.read"
        ).guarded(self._look_for_books)
        self.body.addWidget(Title(texts.get("manage.section.reports")))
        self.body.addWidget(Caption(texts.get("manage.about.reports"), wrap=True))
        self.body.addWidget(self._line("month", self._months, self._make_month))
        self.body.addWidget(self._line("day", self._days, self._make_day))
        self.body.addWidget(self._line("flyer", self._flyers, self._make_flyer))
        self.body.addWidget(self._line("year", self._write_year, self._read_year))
        self.body.addStretch(1)

    def allow(self, leading: bool) -> None:
        """Only those who lead make reports."""
        self._write_year.setEnabled(leading)
        self._read_year.setEnabled(leading)
        self._make_flyer.setEnabled(leading)
        self._make_month.setEnabled(leading and bool(self._months.key))
        self._make_day.setEnabled(leading and bool(self._days.key))

    def show_reports(self, leading: bool) -> None:
        """Reads which months and days there are by now."""
        texts, opened = self._texts, self._verbs.reports.opened()
        months = sorted({f"{day:%Y-%m}" for day in opened})
        self._months.fill([(month, self._month_words(month)) for month in months])
        self._days.fill([(day.isoformat(), self._day_words(day)) for day in opened])
        now = self._verbs.today()
        ahead = [_month_after(now, by) for by in range(4)]
        from_here = [(key, texts.get("reports.from", month=self._month_words(key))) for key in ahead]
        self._flyers.fill(from_here, begin_last=False)
        self.allow(leading)

    def _line(self, name: str, *parts: QWidget) -> Row:
        row = Row(height=ROW_HEIGHT, name=f"reports.line.{name}")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Heading(self._texts.get(f"reports.{name}")))
        words.addWidget(Caption(self._texts.get(f"reports.{name}_about"), wrap=True))
        row.line.addLayout(words, 1)
        for part in parts:
            if isinstance(part, Button):
                part.setFixedWidth(132)
            row.line.addWidget(part)
        return row

    def _month_words(self, key: str) -> str:
        year, month = key.split("-")
        return self._texts.get("reports.month_of", year=int(year), month=int(month))

    def _day_words(self, day: date) -> str:
        weekday = self._texts.get(f"shell.weekday.{day.weekday()}")
        return self._texts.get("opening.day", month=day.month, day=day.day, weekday=weekday)

    # --- made in the background, kept with the papers -------------------------------------------------

    def _month(self) -> None:
        job = self._verbs.reports.prepare(self._months.key)
        self._background.run(lambda: job.run().files, self._kept, self._failed)

    def _day(self) -> None:
        job = self._verbs.days.prepare(date.fromisoformat(self._days.key))
        self._background.run(lambda: job.run().files, self._kept, self._failed)

    def _flyer(self) -> None:
        self._background.run(self._verbs.flyer(self._flyers.key).run, self._kept, self._failed)

    def _template(self) -> None:
        year = self._verbs.today().year
        self._kept({f"nendo-{year}.xlsx": self._verbs.year.template()})

    def _kept(self, files: dict[str, bytes]) -> None:
        self._done(self._texts.get("registers.printed", name=self._verbs.keep_files(files)))

    def _failed(self, error: Exception) -> None:
        tell_failure(self, error)

    # --- the contract year ----------------------------------------------------------------------------

    def _look_for_books(self) -> None:
        self._background.run(self._verbs.find_books, self._ask_book, self._failed)

    def _ask_book(self, books: tuple[Path, ...]) -> None:
        shown = books[:MOST_FILES]
        Choice(
            self,
            self._texts.get("reports.ask_book"),
            [Option(str(at), file.name) for at, file in enumerate(shown)],
            lambda key: self._read(shown[int(key)]),
            words="" if shown else self._texts.get("reports.no_book"),
            cancel=self._texts.get("shell.cancel"),
            name="reports.book",
        )

    def _read(self, file: Path) -> None:
        def work() -> bytes:
            with file.open("rb") as stream:
                return stream.read(LARGEST_FILE + 1)

        self._background.run(work, self._look, self._failed)

    def _look(self, untrusted: bytes) -> None:
        try:
            look = self._verbs.year.look(untrusted)
        except Exception as error:
            self._failed(error)
            return
        lines = year_lines(self._texts, look, taken=False)
        more = len(lines) - MOST_LINES
        if more > 0:
            lines = [*lines[:MOST_LINES], self._texts.get("reports.more_faults", count=more)]
        Choice(
            self,
            self._texts.get("reports.year"),
            [] if look.faults else [Option("take", self._texts.get("reports.year_take"), "primary")],
            lambda _key: self._take(untrusted),
            inside=Body("\n".join(lines), wrap=True, name="reports.year.found"),
            cancel=self._texts.get("shell.cancel"),
            name="reports.year.ask",
        )

    def _take(self, untrusted: bytes) -> None:
        look: YearLook = self._verbs.year.take(untrusted)
        self._done(year_lines(self._texts, look, taken=True)[0] + self._texts.get("reports.year_next"))


def _month_after(day: date, by: int) -> str:
    whole = day.month - 1 + by
    return f"{day.year + whole // 12}-{whole % 12 + 1:02d}"
