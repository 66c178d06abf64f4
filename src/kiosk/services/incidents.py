"""Drafts of 事故報告: a difference nobody could explain at the close, until somebody says more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from kiosk.domain.closing import Difference, Explanation
from kiosk.domain.eras import format_era
from kiosk.domain.register_book import Entry
from kiosk.services.anomalies import difference_words
from kiosk.services.desk import Desk
from kiosk.services.words import word

if TYPE_CHECKING:
    from kiosk.store.office import OfficeView, OfficeWork

REGISTER: Final = "incidents"
DRAFTS: Final = "incident_drafts"


def draft(work: OfficeWork, desk: Desk, by: str, said: Iterable[Explanation]) -> None:
    """One entry per difference that stays 調査中, in the close's own transaction (特記事項 19).

    A session closed again opens none twice; what is known stands in it, no name and nobody's words.
    """
    drafts: dict[str, int] = dict(work.settings.get(DRAFTS, {}))
    for explanation in said:
        key = _key(desk, explanation.difference)
        if not explanation.under_inquiry or key in drafts:
            continue
        number = work.entries.next_number(REGISTER)
        words = _words(desk, work, explanation.difference)
        work.entries.add(Entry(REGISTER, number, 1, desk.clock.now(), by, "", words))
        desk.record(work, "incident_draft", f"{REGISTER}/{number}", gap=explanation.difference.gap.value)
        drafts[key] = number
    work.settings.put(DRAFTS, drafts)


def open_drafts(view: OfficeView) -> frozenset[int]:
    """Numbers of the drafts that nobody has finished: still as the close left them."""
    drafts = set(view.settings.get(DRAFTS, {}).values())
    if not drafts:
        return frozenset()
    latest = view.entries.latest(REGISTER)
    return frozenset(entry.number for entry in latest if entry.number in drafts and entry.revision == 1)


def _key(desk: Desk, difference: Difference) -> str:
    parts = (desk.session_day.isoformat(), difference.ticket, difference.gap.value, difference.paper)
    return "|".join(parts)


def _words(desk: Desk, view: OfficeView, difference: Difference) -> dict[str, str]:
    day, now = desk.session_day, desk.clock.now()
    what = difference_words(difference.gap.value, difference.paper)
    ticket = word("incident", "ticket").format(ticket=difference.ticket) if difference.ticket else ""
    opening = view.openings.get(day, desk.kiosk)
    return {
        "report_no": word("incident", "report_no"),
        "kind": word("incident", "kind"),
        "occurred_at": format_era(day),
        "noticed_at": f"{format_era(now.date())} {now:%H:%M}",
        "place": opening.venue,
        "data": ticket or word("incident", "nobody"),
        "count": word("incident", "one" if ticket else "unknown"),
        "city_at": "",
        "course": word("incident", "course").format(about=ticket or word("incident", "session"), what=what),
        "cause": "",
        "containment": word("incident", "containment"),
        "prevention": "",
    }
