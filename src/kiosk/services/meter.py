"""How many people's records this PC holds, since when, and whether they may already go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.domain.batch import SessionState
from kiosk.services.desk import Desk
from kiosk.services.incidents import open_drafts


@dataclass(frozen=True, slots=True)
class Meter:
    """`people` of the session at hand; `state` is its state's value, or "none"; `drafts` of 事故報告 open."""

    people: int
    since: date | None
    state: str
    unreceipted: int
    limit: int = 0
    drafts: int = 0

    @property
    def is_over(self) -> bool:
        """Whether more sessions wait for the city's receipt than the profile allows."""
        return self.limit > 0 and self.unreceipted > self.limit


class MeterDesk:
    """Reads the meter of every staff screen."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> Meter:
        """What is on this PC now, and how many sessions wait for their receipt.

        A booking is a person's record before anyone comes; a booked visitor counts once.
        """
        with self._desk.office.reading() as view:
            drafts = len(open_drafts(view))
            sessions = [
                session for session in view.openings.all() if session.state is not SessionState.ERASED
            ]
        waiting = [
            session
            for session in sessions
            if session.state not in (SessionState.RECEIPTED, SessionState.ERASING)
        ]
        limit = self._desk.rules.handover.max_unreceipted_sessions
        since = min((session.day for session in sessions), default=None)
        if self._desk.session_db is None:
            return Meter(0, since, "none", len(waiting), limit, drafts)
        with self._desk.session.reading() as view:
            booked = view.reservations.count()
            received = view.visits.tickets_by_reservation()
            people = booked + view.visits.count() - len(received)
        return Meter(people, since, self._desk.state.value, len(waiting), limit, drafts)
