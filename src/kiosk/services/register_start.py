"""What a new entry of a register begins with: all that the program knows, so that nobody types it twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kiosk.domain.eras import format_era
from kiosk.domain.register_book import BETWEEN, Register
from kiosk.domain.staff import Role
from kiosk.services.agenda_book import plan_of
from kiosk.services.anomalies import REGISTER as ANOMALIES
from kiosk.services.desk import Desk
from kiosk.services.incidents import open_drafts
from kiosk.services.month_forms import completion_proposal, progress_proposal
from kiosk.services.register_views import derived_rows
from kiosk.services.words import word

WRITERS: Final = ("by", "who", "received_by", "keeper", "giver")
"""Fields that name whoever writes the entry."""


def proposal(desk: Desk, register: Register) -> dict[str, str]:
    """Today, the place, who writes, who works here, what the registers and the month's figures already say.

    Every field stays open to the hand; what the program cannot know stays empty.
    """
    start = dict(register.start)
    for one in register.fields:
        if one.kind == "day" and one.is_needed:
            start.setdefault(one.name, desk.clock.today().isoformat())
        if one.kind == "rows" and {"name", "role"} <= set(one.columns) and one.name not in start:
            start[one.name] = _people(desk, one.columns)
        if one.name in WRITERS and one.kind == "person":
            start.setdefault(one.name, desk.operator.name if desk.operator else "")
    return start | _KNOWN.get(register.name, _nothing)(desk)


def _nothing(desk: Desk) -> dict[str, str]:
    return {}


def _people(desk: Desk, columns: tuple[str, ...]) -> str:
    with desk.office.reading() as view:
        # The city's inspector signs in as well, and is nobody of ours.
        people = [one for one in view.staff.all() if one.left_on is None and one.role != Role.INSPECTOR.value]
    known = [
        {"name": one.name, "role": word("role", one.role), "badge": one.badge, "employment": one.employment}
        for one in people
    ]
    return "\n".join(BETWEEN.join(person.get(column, "") for column in columns) for person in known)


def _now(desk: Desk) -> str:
    now = desk.clock.now()
    return f"{format_era(now.date())} {now:%H:%M}"


def _venue(desk: Desk) -> str:
    """Of today's session, on this kiosk; "" on any other day."""
    with desk.office.reading() as view:
        opening = view.openings.find(desk.day or desk.clock.today(), desk.kiosk)
    return opening.venue if opening else ""


def _complaint(desk: Desk) -> dict[str, str]:
    return {"received_at": _now(desk), "venue": _venue(desk)}


def _incident(desk: Desk) -> dict[str, str]:
    return {"report_no": word("incident", "first"), "noticed_at": _now(desk), "place": _venue(desk)}


def _delay(desk: Desk) -> dict[str, str]:
    """With what the newest close found and somebody acknowledged: that is what there is to tell."""
    with desk.office.reading() as view:
        found = view.entries.latest(ANOMALIES)
    newest = max((entry.words["on"] for entry in found), default="")
    lines = [entry.words for entry in found if entry.words["on"] == newest]
    told = [" ".join(filter(None, (one["ticket"], one["what"], one["words"]))) for one in lines]
    return {"at": _now(desk), "place": _venue(desk), "content": "\n".join(told)}


def _entry_of_rooms(desk: Desk) -> dict[str, str]:
    return {"place": _venue(desk), "enter": _now(desk)}


def _transfer(desk: Desk) -> dict[str, str]:
    """What is still open in the registers goes to whoever takes over."""
    with desk.office.reading() as view:
        anomalies = [
            one.words
            for one in view.entries.latest(ANOMALIES)
            if one.words["state"] == word("closing", "under_inquiry")
        ]
        drafts = sorted(open_drafts(view))
    inquiries = [
        word("transfer", "inquiry").format(on=one["on"], what=f"{one['ticket']} {one['what']}".strip())
        for one in anomalies
    ]
    return {
        "open": "\n".join([*inquiries, *(word("transfer", "draft").format(number=one) for one in drafts)])
    }


def _erasure_request(desk: Desk) -> dict[str, str]:
    """Every line of the 個人情報管理台帳 that is still held electronically (特記事項 17(2))."""
    with desk.office.reading() as view:
        days = tuple(one.day for one in plan_of(desk, view) if one.is_held)
        held = [
            row for row in derived_rows("personal", view, days) if row["state"] == word("register", "in_use")
        ]
    lines = [
        (f"{row['day']} {row['item']}", row["medium"], row["count"], word("erasure_request", "method"), "")
        for row in held
    ]
    return {"rows": "\n".join(map(BETWEEN.join, lines))}


_KNOWN: Final[dict[str, Callable[[Desk], dict[str, str]]]] = {
    "complaints": _complaint,
    "completions": completion_proposal,
    "delays": _delay,
    "erasure_requests": _erasure_request,
    "incidents": _incident,
    "progress": progress_proposal,
    "site_entries": _entry_of_rooms,
    "transfers": _transfer,
}
