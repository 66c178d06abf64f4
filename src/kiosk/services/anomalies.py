"""Anomalies of the day: noticed before the close, acknowledged there, kept in the office's register."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Final

from kiosk.domain.anomaly import (
    JOURNALLED,
    checked_in_twice,
    extra_papers,
    from_journal,
    late_deliveries,
)
from kiosk.domain.closing import Difference, Explanation
from kiosk.domain.register_book import Entry
from kiosk.services.agenda_book import held_days
from kiosk.services.words import word

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.store.office import OfficeWork
    from kiosk.store.session import SessionView

REGISTER: Final = "anomalies"


def noticed(desk: Desk, view: SessionView) -> tuple[Difference, ...]:
    """Every anomaly of the session at hand and of what happened since the one before was closed."""
    bookings = {one.number: one.party_size for one in view.reservations.all()}
    day = desk.session_day
    with desk.office.reading() as office:
        entries = office.journal.since_last("close_session", day.isoformat(), tuple(JOURNALLED))
        openings = [one for one in office.openings.all() if one.day != day]
    due = {one.date: one.delivery_due for one in held_days(desk)}
    return (
        *checked_in_twice(view.visits.all(), bookings),
        *extra_papers(view.custody.lines()),
        *from_journal(entries),
        *late_deliveries(openings, due, desk.clock.today(), desk.kiosk),
    )


def keep(work: OfficeWork, desk: Desk, by: str, said: Iterable[Explanation]) -> None:
    """Every acknowledged line into the register; one already there with other words gets a revision."""
    day = desk.session_day
    kept = {
        (entry.words["ticket"], entry.words["what"]): entry
        for entry in work.entries.latest(REGISTER)
        if entry.words["on"] == day.isoformat()
    }
    for explanation in said:
        words = _words(day, explanation)
        before = kept.get((words["ticket"], words["what"]))
        if before is not None and before.words == words:
            continue
        number = before.number if before else work.entries.next_number(REGISTER)
        revision = before.revision + 1 if before else 1
        work.entries.add(Entry(REGISTER, number, revision, desk.clock.now(), by, "", words))


def _words(day: date, explanation: Explanation) -> dict[str, str]:
    difference = explanation.difference
    inquiry = word("closing", "under_inquiry")
    return {
        "on": day.isoformat(),
        "ticket": difference.ticket,
        "what": difference_words(difference.gap.value, difference.paper),
        "words": explanation.words,
        "state": inquiry if explanation.under_inquiry else word("closing", "acknowledged"),
    }


def difference_words(gap: str, paper: str) -> str:
    """The gap, with the kind of paper or the day it is about."""
    words = word("gap", gap)
    if paper.startswith("F"):
        return f"{words}（{word('paper', paper)}）"
    return f"{words}（{paper}）" if paper else words
