"""The 実績報告書 as a paper for the city, with the month's charts as vector pictures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kiosk.domain.agenda import agenda_rule
from kiosk.domain.eras import format_era
from kiosk.domain.report import COUNTED, Figures, MonthReport, SessionLine
from kiosk.services.papers import WEEKDAYS, printable
from kiosk.services.photo_details import photo_rows
from kiosk.services.report_asked import asked_lines
from kiosk.services.report_table import month_text
from kiosk.services.words import word
from kiosk.settings.profile import Profile

BREAKDOWN = (
    ("reserved", "came", "came_reserved", "came_walk_in", "no_show"),
    ("accepted", "issuance_stopped"),
    ("online", "paper", "support_stopped", "photos", "retakes"),
    ("guardians", "consulted", "guided", "no_outcome", "voided"),
)
"""The lines of the breakdown in four groups: coming, 交付受付, 申請サポート, the rest."""


def report_pdf(report: MonthReport, profile: Profile, *, made_at: datetime, practice: bool) -> bytes:
    """PDF/A of the month; no visitor's name can be in it, for none is in the figures."""
    from kiosk.paper import compose

    return compose.to_pdf(
        "month_report", printable(report_values(report, profile, made_at.date(), practice)), made_at=made_at
    )


def report_values(report: MonthReport, profile: Profile, made_on: date, practice: bool) -> dict[str, Any]:
    """What the template fills in."""
    rule, spans = agenda_rule(profile.agenda), (("month", report.total), ("so_far", report.cumulative))
    return {
        "number": f"{report.month:%Y-%m}",
        "date": format_era(made_on),
        "city": f"{profile.city.name}長",
        "company": profile.contractor,
        "contract": profile.name,
        "month": month_text(report),
        "hours": word("report", "hours").format(start=rule.start, end=rule.end),
        "planned": report.months[-1].planned,
        "held": len(report.lines),
        "handled": report.handled,
        "handled_so_far": report.handled_so_far,
        "plan": report.plan,
        "counted": "・".join(word("service", service) for service in report.plan_counts),
        "rate": f"{100 * report.handled_so_far / report.plan:.1f}" if report.plan else "―",
        "breakdown": [
            [
                {
                    "name": word("report", name),
                    "month": _figure(report.total, name),
                    "so_far": _figure(report.cumulative, name),
                }
                for name in group
            ]
            for group in BREAKDOWN
        ],
        "reasons": [
            {
                "name": f"{code}　{word('reason', code)}",
                "month": report.total.stopped.get(code, 0),
                "so_far": report.cumulative.stopped.get(code, 0),
            }
            for code in sorted({*report.total.stopped, *report.cumulative.stopped})
        ],
        "asked": [
            {"name": name, "month": month, "so_far": so_far}
            for name, (month, so_far) in asked_lines(report.total.asked, report.cumulative.asked)
        ],
        "photos": photo_rows(report.total, report.cumulative),
        "first_pass": {name: _percent(of.first_pass) for name, of in spans},
        "months": [
            {
                "month": f"{line.month.month}月",
                "planned": line.planned,
                "held": line.held,
                "handled": line.handled,
                "cumulative": line.cumulative,
            }
            for line in report.months
        ],
        "columns": [word("report", name) for name in COUNTED],
        "sessions": [_session(line, report) for line in report.lines],
        "totals": [report.total.count(name) for name in COUNTED],
        "times": _times(report.total),
        "practice": practice,
    }


def _percent(value: int | None) -> str:
    return "―" if value is None else f"{value}％"


def _figure(figures: Figures, name: str) -> int:
    return figures.came if name == "came" else figures.count(name)


def _session(line: SessionLine, report: MonthReport) -> dict[str, Any]:
    held, figures = line.held, line.figures
    return {
        "no": str(line.no) if line.no is not None else word("report", "extra"),
        "day": f"{held.day.month}/{held.day.day}（{WEEKDAYS[held.day.weekday()]}）",
        "venue": held.venue,
        "is_counted": held.is_counted,
        "counts": [figures.count(name) for name in COUNTED],
        "issuance": figures.count("accepted"),
        "support": figures.handled(("B",)),
        "others": figures.came - figures.handled(("A", "B")),
        "handled": figures.handled(report.plan_counts),
        **_times(figures),
        "staff": "、".join(held.staff),
        "delivery": held.delivery,
        "received": _received(line),
    }


def _times(figures: Figures) -> dict[str, float | int | None]:
    return {
        "mean_wait": figures.mean_wait_min,
        "longest_wait": figures.longest_wait_min,
        "mean_service": figures.mean_service_min,
        "first_pass": figures.first_pass,
    }


def _received(line: SessionLine) -> str:
    held = line.held
    if held.received_on is None:
        return ""
    return f"{held.received_on.month}/{held.received_on.day}　{held.receiver}"
