"""業務完了報告書 and 進捗報告書 (spec 21, 8(1)エ) begin with the figures of the month's 実績報告書."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from kiosk.domain.agenda_changes import PlannedDay
from kiosk.domain.errors import Refused
from kiosk.domain.register_book import BETWEEN
from kiosk.domain.report import MonthLine, MonthReport
from kiosk.services.agenda_book import plan_of
from kiosk.services.desk import Desk
from kiosk.services.papers import WEEKDAYS
from kiosk.services.report_paper import report_values
from kiosk.services.reports import ReportDesk
from kiosk.services.words import word

if TYPE_CHECKING:
    from kiosk.store.office import OfficeView

EVENTS = ("complaints", "incidents", "delays")
"""Registers whose entries of the month a 進捗報告書 counts; a draft nobody finished counts as well."""


def completion_proposal(desk: Desk) -> dict[str, str]:
    """The newest month with a session that was closed, as the fields of 業務完了報告; {} before the first.

    Counted as the 実績報告書 of that month counts; sessions still open are named in the note.
    """
    report = _newest(desk)
    if report is None:
        return {}
    values = report_values(report, desk.rules, desk.clock.today(), desk.practice)
    groups = [*values["breakdown"], values["reasons"], values["asked"], values["photos"]]
    figures = [(row["name"], row["month"], row["so_far"]) for group in groups for row in group]
    closed = [line.held for line in report.lines if line.held.is_counted]
    deliveries = "、".join(held.delivery for held in closed if held.delivery)
    counts = {**values, "sessions": len(closed), "deliveries": deliveries}
    attached = ["attached_report", "attached_days", *(["attached_deliveries"] if deliveries else [])]
    return {
        "month": values["month"],
        "completed_on": closed[-1].day.isoformat(),
        "sessions": _words("sessions", counts),
        "handled": _words("handled", counts),
        "so_far": _words("so_far", counts),
        "figures": _rows(row for row in figures if row[1] or row[2]),
        "rows": _rows((_words(name, counts),) for name in attached),
        "note": _note(report),
    }


def progress_proposal(desk: Desk) -> dict[str, str]:
    """The same month as the fields of 進捗報告: what was planned, what was done, what lies ahead.

    Planned cases are the contract's, in the share of the sessions planned so far; the reasons for being ahead
    or behind stay to be written.
    """
    report = _newest(desk)
    if report is None:
        return {}
    values = report_values(report, desk.rules, desk.clock.today(), desk.practice)
    with desk.office.reading() as view:
        plan = [one for one in plan_of(desk, view) if one.is_held]
        events = _events(view, report.month)
    due = _share(report, report.months, len(plan))
    closed = sum(line.held.is_counted for line in report.lines)
    left = max(0, len(plan) - sum(line.held for line in report.months))
    cases_left = max(0, report.plan - report.handled_so_far)
    counts = {**values, "due": due, "left": left, "cases_left": cases_left}
    waits = {"mean": values["times"]["mean_wait"], "longest": values["times"]["longest_wait"]}
    rows = [
        ("held", word("progress", "times").format(count=values["planned"]), closed, "times", _note(report)),
        ("month", _cases(_share(report, report.months[-1:], len(plan))), report.handled, "cases", ""),
        ("so_far", _cases(due), report.handled_so_far, "cases", word("progress", "outlook").format(**counts)),
        *((name, "", count, "reports", "") for name, count in events.items()),
    ]
    lines = [
        (word("progress", f"row_{name}"), planned, word("progress", unit).format(count=count), outlook)
        for name, planned, count, unit, outlook in rows
    ]
    if report.total.waits:
        lines.insert(3, (word("progress", "row_wait"), "", word("report", "wait").format(**waits), ""))
    return {
        "period": values["month"],
        "overall": word("progress", "overall").format(**counts),
        "rows": _rows(lines),
        "next": _ahead(plan, report.month),
    }


def _newest(desk: Desk) -> MonthReport | None:
    """The newest month in which a session was closed."""
    reports = ReportDesk(desk)
    for month in sorted({f"{day:%Y-%m}" for day in reports.opened()}, reverse=True):
        try:
            report = reports.month(month)
        except Refused as nothing:
            if nothing.key != "report_nothing":
                raise
            continue
        if len(report.uncounted) < len(report.lines):
            return report
    return None


def _share(report: MonthReport, months: Sequence[MonthLine], sessions: int) -> int:
    """Cases of the contract's plan that fall on the sessions planned in these months."""
    return round(report.plan * sum(line.planned for line in months) / sessions) if sessions else 0


def _events(view: OfficeView, month: date) -> dict[str, int]:
    """How many entries of each of EVENTS were begun in the month."""
    found = {}
    for name in EVENTS:
        begun = [view.entries.history(name, one.number)[0].at for one in view.entries.latest(name)]
        found[name] = sum(at.date().replace(day=1) == month for at in begun)
    return found


def _ahead(plan: Sequence[PlannedDay], month: date) -> str:
    """The sessions of the next month with one; nothing after the last."""
    months = {one.day.date.replace(day=1) for one in plan if one.day.date.replace(day=1) > month}
    if not months:
        return ""
    ahead = [one for one in plan if one.day.date.replace(day=1) == min(months)]
    days = "、".join(
        word("progress", "day")
        .format(day=one.day.date.day, weekday=WEEKDAYS[one.day.date.weekday()], venue=one.venue)
        .strip()
        for one in ahead
    )
    return word("progress", "ahead").format(month=min(months).month, count=len(ahead), days=days)


def _note(report: MonthReport) -> str:
    if not report.uncounted:
        return ""
    days = "、".join(f"{day.month}月{day.day}日" for day in report.uncounted)
    return word("completion", "uncounted").format(days=days)


def _cases(count: int) -> str:
    return word("progress", "cases").format(count=count)


def _rows(rows: Iterable[Iterable[object]]) -> str:
    return "\n".join(BETWEEN.join(map(str, row)) for row in rows)


def _words(name: str, values: dict[str, object]) -> str:
    return word("completion", name).format(**values)
