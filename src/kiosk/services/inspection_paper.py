"""The 媒体点検記録: the program's own answers, and boxes for what only a person can see."""

from __future__ import annotations

from datetime import datetime

from kiosk.domain.eras import format_era
from kiosk.domain.inspection import Check, Stick
from kiosk.domain.integrity import OFFICE
from kiosk.services.papers import WEEKDAYS
from kiosk.services.words import word
from kiosk.settings.profile import Profile


def inspection_pdf(
    checks: tuple[Check, ...],
    sticks: tuple[Stick, ...],
    kiosk: str,
    at: datetime,
    operator: str,
    profile: Profile,
    practice: bool,
) -> bytes:
    """One page or more; nobody's name but the inspecting person's."""
    from kiosk.paper import compose

    day = f"{format_era(at.date())}（{WEEKDAYS[at.weekday()]}）"
    failed = sum(1 for check in checks if not check.ok)
    values = {
        "number": f"点-{kiosk}-{at.date().isoformat()}",
        "date": day,
        "city": f"{profile.city.name}長",
        "company": profile.contractor,
        "device": kiosk,
        "at": f"{day}{at.hour}時{at.minute:02d}分",
        "operator": operator,
        "result": word("inspection", "bad").format(count=failed) if failed else word("inspection", "good"),
        "checks": [
            {
                "name": word("inspection_check", check.name),
                "about": _about(check),
                "result": word("inspection", "yes" if check.ok else "no"),
            }
            for check in checks
        ],
        "media": [
            {
                "serial": stick.medium.serial,
                "approval": stick.medium.approval,
                "state": word("medium_state", stick.medium.state.value),
                "exports": stick.exports,
                "last_used": stick.last_used,
            }
            for stick in sticks
        ],
        "action": word("inspection", "action"),
        "practice": practice,
    }
    return compose.to_pdf("media_inspection", values)


def _about(check: Check) -> str:
    where = word("inspection", "office") if check.about == OFFICE else check.about
    return f"{where}　{check.found}" if check.found else where
