"""The flyer that goes into the envelope of the 交付通知書 (spec 7(4)), its dates from the agenda."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

from kiosk.domain import agenda as rules
from kiosk.domain.errors import Refused
from kiosk.paths import resources
from kiosk.services.catalogue import holidays
from kiosk.settings import read_text
from kiosk.settings.profile import Profile

MONTHS = 3
"""How many months' sessions stand on one edition."""


def flyer_values(
    profile: Profile, untrusted_first: str, *, practice: bool, months: int = MONTHS
) -> dict[str, Any]:
    """What the flyer's panels hold: words of the catalogue, address of the profile, days of the agenda.

    Raises Refused("month_format"), ("flyer_address") without a booking address, and as agenda().
    """
    if not profile.flyer.booking_url.startswith("https://"):
        raise Refused("flyer_address")
    first = rules.month(untrusted_first)
    rule = rules.agenda_rule(profile.agenda)
    days = rules.agenda(first, _months_later(first, months - 1), rule, holidays())
    words = tomllib.loads(read_text(resources() / "catalogue" / "flyer.toml"))
    places = dict(profile.flyer.venues)
    return {
        **words,
        "when": words["when"].format(start=rule.start, end=rule.end),
        "booking_url": profile.flyer.booking_url,
        "qr": profile.flyer.booking_url,
        "sessions": [
            {"day": f"{day.date.month}月{day.date.day}日（{day.weekday}）", "venue": places.get(day.date, "")}
            for day in days
        ],
        "venues": [f"{venue.name}　{venue.address}" for venue in profile.venues if venue.address],
        "office": "　".join(
            part for part in (profile.city.name, profile.city.department, profile.city.phone) if part
        ),
        "practice": practice,
    }


def _months_later(first: date, months: int) -> date:
    whole = first.month - 1 + months
    return date(first.year + whole // 12, whole % 12 + 1, 1)
