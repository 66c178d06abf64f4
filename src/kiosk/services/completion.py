"""The 業務完了報告書 (spec 21) begins with what the month's 実績報告書 says: nobody types a figure twice."""

from __future__ import annotations

from kiosk.domain.errors import Refused
from kiosk.domain.register_book import BETWEEN
from kiosk.domain.report import MonthReport
from kiosk.services.desk import Desk
from kiosk.services.report_paper import report_values
from kiosk.services.reports import ReportDesk
from kiosk.services.words import word

REGISTER = "completions"


def completion_proposal(desk: Desk) -> dict[str, str]:
    """The newest month with a session that was closed, as the fields of the register; {} before the first.

    Counted as the 実績報告書 of that month counts; sessions still open are named in the note.
    """
    reports = ReportDesk(desk)
    months = sorted({f"{day:%Y-%m}" for day in reports.opened()}, reverse=True)
    for month in months:
        try:
            report = reports.month(month)
        except Refused as nothing:
            if nothing.key != "report_nothing":
                raise
            continue
        if len(report.uncounted) < len(report.lines):
            return _fields(desk, report)
    return {}


def _fields(desk: Desk, report: MonthReport) -> dict[str, str]:
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
        "figures": "\n".join(BETWEEN.join(map(str, row)) for row in figures if row[1] or row[2]),
        "rows": "\n".join(_words(name, counts) for name in attached),
        "note": _note(report),
    }


def _note(report: MonthReport) -> str:
    if not report.uncounted:
        return ""
    days = "、".join(f"{day.month}月{day.day}日" for day in report.uncounted)
    return word("completion", "uncounted").format(days=days)


def _words(name: str, values: dict[str, object]) -> str:
    return word("completion", name).format(**values)
