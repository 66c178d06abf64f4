"""The flyer that goes into the envelope of the 交付通知書 (spec 7(4)), its dates from the agenda."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk.domain import agenda as rules
from kiosk.domain.agenda_changes import PlannedDay
from kiosk.domain.errors import Refused
from kiosk.domain.staff import Act
from kiosk.paths import resources
from kiosk.services.agenda_book import plan_of
from kiosk.services.catalogue import holidays
from kiosk.services.desk import Desk
from kiosk.settings import read_text
from kiosk.settings.profile import Profile

MONTHS = 3
"""How many months' sessions stand on one edition."""


def flyer_values(
    profile: Profile,
    untrusted_first: str,
    *,
    practice: bool,
    months: int = MONTHS,
    plan: Sequence[PlannedDay] | None = None,
) -> dict[str, Any]:
    """What the flyer's panels hold: words of the catalogue, address of the profile, days of the agenda.

    `plan` is the agenda as agreed with the city since; without one (no data folder) the rule alone speaks.
    Raises Refused("month_format"), ("flyer_address") without a booking address, ("flyer_no_days") for
    months in which nothing is planned, and as agenda().
    """
    if not profile.flyer.booking_url.startswith("https://"):
        raise Refused("flyer_address")
    first = rules.month(untrusted_first)
    rule = rules.agenda_rule(profile.agenda)
    end = _months_later(first, months - 1)
    if plan is None:
        plan = [PlannedDay(day) for day in rules.agenda(first, end, rule, holidays())]
    days = [one for one in plan if one.is_held and first <= one.day.date < _months_later(end, 1)]
    if not days:
        raise Refused("flyer_no_days", month=f"{first:%Y-%m}")
    words = tomllib.loads(read_text(resources() / "catalogue" / "flyer.toml"))
    places = dict(profile.flyer.venues)
    return {
        **words,
        "when": words["when"].format(start=rule.start, end=rule.end),
        "booking_url": profile.flyer.booking_url,
        "qr": profile.flyer.booking_url,
        "sessions": [
            {
                "day": f"{one.day.date.month}月{one.day.date.day}日（{one.day.weekday}）",
                "venue": one.venue or places.get(one.day.date, ""),
            }
            for one in days
        ],
        "venues": [f"{venue.name}　{venue.address}" for venue in profile.venues if venue.address],
        "office": "　".join(
            part for part in (profile.city.name, profile.city.department, profile.city.phone) if part
        ),
        "practice": practice,
    }


@dataclass(frozen=True, slots=True)
class FlyerJob:
    """The flyer's values; drawn in the background for the press and to look at."""

    first: str
    values: dict[str, Any]

    def run(self) -> dict[str, bytes]:
        """Both PDFs by file name; touches no database."""
        from kiosk.paper import compose

        return {
            f"chirashi-{self.first}-preview.pdf": compose.to_pdf("flyer_preview", self.values),
            f"chirashi-{self.first}-print.pdf": compose.to_pdf("flyer", self.values),
        }


def prepare_flyer(desk: Desk, untrusted_first: str) -> FlyerJob:
    """The flyer of the three months from `untrusted_first` on, its days as agreed with the city by now."""
    desk.allow(Act.MAKE_REPORTS)
    values = flyer_values(desk.rules, untrusted_first, practice=desk.practice, plan=plan_of(desk))
    return FlyerJob(untrusted_first, values)


def _months_later(first: date, months: int) -> date:
    whole = first.month - 1 + months
    return date(first.year + whole // 12, whole % 12 + 1, 1)
