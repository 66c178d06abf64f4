"""The 業務日報 and 従事者日誌 of one session, from what the office kept (spec 7(5), 8(2), 11(3))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kiosk.domain.agenda import agenda_rule
from kiosk.domain.eras import format_era
from kiosk.domain.errors import Refused
from kiosk.domain.report import COUNTED, Figures, SessionLine
from kiosk.domain.staff import Act
from kiosk.services.anomalies import REGISTER
from kiosk.services.day_counts import STAFF
from kiosk.services.desk import Desk
from kiosk.services.papers import WEEKDAYS, printable
from kiosk.services.photo_details import photo_facts
from kiosk.services.report_asked import asked_lines
from kiosk.services.reports import ReportDesk
from kiosk.services.words import word

if TYPE_CHECKING:
    from kiosk.store.office import OfficeView


@dataclass(frozen=True, slots=True)
class DayPapers:
    """The two papers of a session, by file name."""

    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class DayJob:
    """What stands on both papers; drawn in the background."""

    day: date
    report: dict[str, Any]
    staff: dict[str, Any]

    def run(self) -> DayPapers:
        """The two PDFs; touches no database."""
        from kiosk.paper import compose

        return DayPapers(
            {
                f"nippo-{self.day.isoformat()}.pdf": compose.to_pdf("day_report", self.report),
                f"nisshi-{self.day.isoformat()}.pdf": compose.to_pdf("staff_sheet", self.staff),
            }
        )


class DayReports:
    """Reads only, and stands after the erasure as before it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def papers(self, day: date) -> DayPapers:
        """Both papers; raises as `prepare`."""
        return self.prepare(day).run()

    def prepare(self, day: date) -> DayJob:
        """Both papers filled in, still to be drawn.

        Raises Refused("report_nothing") for a day without a session, ("report_day_open").
        """
        self._desk.allow(Act.MAKE_REPORTS)
        report = ReportDesk(self._desk).month(f"{day:%Y-%m}")
        line = next((one for one in report.lines if one.held.day == day), None)
        if line is None:
            raise Refused("report_nothing", month=day.isoformat())
        if not line.held.is_counted:
            raise Refused("report_day_open", day=day.isoformat())
        with self._desk.office.reading() as view:
            opening = self._opening(line)
            day_values = opening | self._report(view, line)
            staff_values = opening | {"number": "", "rows": self._staff(view, day)}
        return DayJob(day, printable(day_values), printable(staff_values))

    def _opening(self, line: SessionLine) -> dict[str, Any]:
        held, rules = line.held, self._desk.rules
        number = word("report", "session").format(no=line.no) if line.no else word("report", "extra")
        return {
            "number": f"{held.day.isoformat()}",
            "date": format_era(self._desk.clock.today()),
            "city": f"{rules.city.name}長",
            "company": rules.contractor,
            "session": f"{number}　{format_era(held.day)}（{WEEKDAYS[held.day.weekday()]}）",
            "venue": held.venue,
            "manager": held.staff[0] if held.staff else "",
            "practice": self._desk.practice,
        }

    def _report(self, view: OfficeView, line: SessionLine) -> dict[str, Any]:
        held, figures = line.held, line.figures
        rule = agenda_rule(self._desk.rules.agenda)
        sheets = sum(
            paper.count
            for paper in view.papers.of_session(held.day)
            if paper.movement in ("received", "copied")
        )
        findings = [
            {
                "what": " ".join(filter(None, (entry.words["ticket"], entry.words["what"]))),
                "words": "　".join(filter(None, (entry.words["state"], entry.words["words"]))),
            }
            for entry in view.entries.latest(REGISTER)
            if entry.words["on"] == held.day.isoformat()
        ]
        received = format_era(held.received_on) if held.received_on else ""
        return {
            "hours": word("report", "hours").format(start=rule.start, end=rule.end),
            "staff": "、".join(held.staff),
            "rows": [{"name": word("report", name), "count": str(figures.count(name))} for name in COUNTED],
            "asked": [{"name": name, "count": str(count)} for name, (count,) in asked_lines(figures.asked)],
            "wait": word("report", "wait").format(
                mean=_minutes(figures.mean_wait_min), longest=_minutes(figures.longest_wait_min)
            ),
            "service": word("report", "service").format(mean=_minutes(figures.mean_service_min)),
            "photos": _photos(figures),
            "papers": word("register", "sheets").format(count=sheets),
            "delivery": held.delivery,
            "received": "　".join(filter(None, (received, held.receiver))),
            "findings": findings,
            "note": "",
        }

    def _staff(self, view: OfficeView, day: date) -> list[dict[str, str]]:
        """Who worked that day; times and breaks are written by hand."""
        people = {person.operator: person for person in view.staff.all()}
        counts = view.figures.days(day, day).get(day, {})
        worked = {name.removeprefix(STAFF): steps for name, steps in counts.items() if name.startswith(STAFF)}
        return [
            {
                "name": people[operator].name if operator in people else operator,
                "role": word("role", people[operator].role) if operator in people else "",
                "badge": people[operator].badge if operator in people else "",
                "first": "",
                "last": "",
                "steps": str(steps),
                "note": "",
            }
            for operator, steps in sorted(worked.items())
        ]


def _photos(figures: Figures) -> list[dict[str, str]]:
    """Nothing on a day without a photo."""
    if figures.first_pass is None:
        return []
    first = (word("report", "photo"), word("report", "first_time").format(percent=figures.first_pass))
    return [{"name": name, "words": words} for name, words in (first, *photo_facts(figures))]


def _minutes(value: float | None) -> str:
    return "―" if value is None else f"{value}"
