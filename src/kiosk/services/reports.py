"""The month's 実績報告書, from statistics that outlive the erasure (spec 7(5), 21)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from kiosk.domain.agenda import month as month_of
from kiosk.domain.batch import SessionState
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import Opening
from kiosk.domain.receipt import Decision
from kiosk.domain.report import Figures, Held, MonthReport, Tally, figures_of, month_report
from kiosk.domain.site_figures import from_counts
from kiosk.domain.staff import Act
from kiosk.services.agenda_book import held_days
from kiosk.services.day_counts import STAFF
from kiosk.services.desk import Desk
from kiosk.services.photo_refusals import refused_photos
from kiosk.settings.profile import Profile

if TYPE_CHECKING:
    from kiosk.store.office import OfficeView

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """The report of a month in the three forms the city can use, by file name."""

    report: MonthReport
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class ReportJob:
    """The counted report, to be drawn in the background."""

    report: MonthReport
    profile: Profile
    made_at: datetime
    practice: bool

    def run(self) -> ReportFiles:
        """PDF/A, a workbook whose totals are formulas, and CSV; touches no database."""
        from kiosk.services import report_paper, report_table

        report = self.report
        name = f"jisseki-{report.month:%Y-%m}"
        return ReportFiles(
            report,
            {
                f"{name}.pdf": report_paper.report_pdf(
                    report, self.profile, made_at=self.made_at, practice=self.practice
                ),
                f"{name}.xlsx": report_table.workbook(report, self.profile, practice=self.practice),
                f"{name}.csv": report_table.csv_file(report),
            },
        )


class ReportDesk:
    """The verbs of reporting; they read only."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def month(self, untrusted_month: str) -> MonthReport:
        """The report of a month written 2025-11, counted by the database.

        Raises Refused("month_format"), Refused("report_nothing") for a month without a session so far.
        """
        self._desk.allow(Act.MAKE_REPORTS)
        first = month_of(untrusted_month)
        end = (first + WEEK * 5).replace(day=1) - DAY
        rules = self._desk.rules
        agenda = held_days(self._desk)
        with self._desk.office.reading() as view:
            opened = [one for one in view.openings.all() if one.day <= end]
            if all(one.day < first for one in opened):
                raise Refused("report_nothing", month=f"{first:%Y-%m}")
            counts = view.figures.days(opened[0].day, end)
            figures = _figures(view.figures.tallies(opened[0].day, end), counts)
            figures |= {
                day: from_counts(whole) for day, whole in view.figures.wholes(opened[0].day, end).items()
            }
            for day, rules_broken in refused_photos(view).items():
                refused = {f"refused_{rule}": count for rule, count in rules_broken.items()}
                figures[day] = figures.get(day, Figures()).plus(Figures(photo_details=refused))
            held = _held(view, opened, counts)
        return month_report(first, agenda, held, figures, rules.plan_cases, rules.plan_counts)

    def prepare(self, untrusted_month: str) -> ReportJob:
        """The month counted, its files still to be drawn; raises as `month`."""
        desk = self._desk
        return ReportJob(self.month(untrusted_month), desk.rules, desk.clock.now(), desk.practice)

    def files(self, untrusted_month: str) -> ReportFiles:
        """The same as PDF/A, as a workbook whose totals are formulas, and as CSV."""
        return self.prepare(untrusted_month).run()

    def opened(self) -> tuple[date, ...]:
        """Every session day so far, the first one first; whoever may see records."""
        self._desk.allow(Act.SEE_RECORDS)
        with self._desk.office.reading() as view:
            return tuple(sorted({one.day for one in view.openings.all()}))


def _figures(tallies: Iterable[Tally], counts: Mapping[date, Mapping[str, int]]) -> dict[date, Figures]:
    """Per session day, all kiosks together."""
    per_day: dict[date, list[Tally]] = {day: [] for day in counts}
    for tally in tallies:
        per_day.setdefault(tally.session, []).append(tally)
    return {day: figures_of(found, counts.get(day, {})) for day, found in per_day.items()}


def _held(
    view: OfficeView, opened: Iterable[Opening], counts: Mapping[date, Mapping[str, int]]
) -> tuple[Held, ...]:
    names = {person.operator: person.name for person in view.staff.all()}
    days: dict[date, Held] = {}
    for opening in opened:
        day = opening.day
        worked = [name.removeprefix(STAFF) for name in counts.get(day, {}) if name.startswith(STAFF)]
        present = dict.fromkeys([opening.manager, *sorted(worked)])
        batch = view.batches.newest_of(day)
        answers = view.batches.receipts(batch.seq) if batch else ()
        accepted = next((one for one in reversed(answers) if one.decision == Decision.ACCEPT.value), None)
        days[day] = Held(
            day=day,
            venue=opening.venue,
            is_counted=opening.state is not SessionState.OPEN,
            staff=tuple(names.get(operator, operator) for operator in present),
            delivery=f"{opening.kiosk}-{batch.seq:06d}" if batch else "",
            received_on=accepted.at.date() if accepted else None,
            receiver=accepted.receiver if accepted else "",
        )
    return tuple(days.values())
