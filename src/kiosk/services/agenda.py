"""Which day it is by the agenda, and opening that day's counter with its own database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.domain.agenda import AgendaDay
from kiosk.domain.batch import SessionState
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import Opening
from kiosk.domain.staff import Act
from kiosk.domain.way import checked_words
from kiosk.services.agenda_book import held_days, plan_of
from kiosk.services.desk import Desk
from kiosk.services.integrity import Integrity


@dataclass(frozen=True, slots=True)
class Offer:
    """What the program proposes to open: today's session, or the next one of the agenda."""

    today: date
    day: AgendaDay | None
    is_today: bool


@dataclass(frozen=True, slots=True)
class Session:
    """The session at hand; `no` is None for an extra one."""

    day: date
    no: int | None
    venue: str
    state: SessionState
    delivery_due: date | None


class AgendaDesk:
    """The verbs of the opening screen."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def offer(self) -> Offer:
        """Today's session, or the next one when today is no day of the agenda or was erased already."""
        today = self._desk.clock.today()
        with self._desk.office.reading() as view:
            erased = {opening.day for opening in view.openings.all() if opening.state is SessionState.ERASED}
        day = next((day for day in self._days() if day.date >= today and day.date not in erased), None)
        return Offer(today, day, day is not None and day.date == today)

    def planned_venue(self) -> str:
        """Where today's session was agreed to be, or ""."""
        today = self._desk.clock.today()
        return next((one.venue for one in plan_of(self._desk) if one.day.date == today), "")

    def venues(self) -> tuple[str, ...]:
        """The places of the contract."""
        return tuple(venue.name for venue in self._desk.rules.venues)

    def checklist(self) -> tuple[str, ...]:
        """What is to be ticked before the counter opens."""
        return self._desk.rules.opening_checklist

    def current(self) -> Session | None:
        """The session at hand, or the newest one of this kiosk that is not erased."""
        with self._desk.office.reading() as view:
            openings = [
                opening
                for opening in view.openings.all()
                if opening.kiosk == self._desk.kiosk and opening.state is not SessionState.ERASED
            ]
        if self._desk.day is not None:
            openings = [opening for opening in openings if opening.day == self._desk.day]
        return self._session(openings[-1]) if openings else None

    def open(
        self, day: date, venue: str, ticked: tuple[str, ...], *, extra: bool = False, reason: str = ""
    ) -> Session:
        """Opens the counter of a day: its own database under its own key.

        With more sessions waiting for their receipt than the profile allows it takes the manager's
        `reason`, which is kept (Refused "opening_over_limit" without one); it never stops a counter.
        Refuses an open checklist, a day outside the agenda unless it is an `extra` one, and while
        another session of this kiosk is still OPEN. The same day twice gives the session back.
        """
        operator = self._desk.allow(Act.OPEN_SESSION)
        missing = [item for item in self.checklist() if item not in ticked]
        if missing:
            raise Refused("checklist_open", count=len(missing))
        if venue not in self.venues():
            raise Refused("venue_unknown")
        if not extra and all(known.date != day for known in self._days()):
            raise Refused("session_day_unknown", day=day.isoformat())
        with self._desk.office.reading() as view:
            openings = view.openings.all()
        for opening in openings:
            if opening.day == day and opening.state is SessionState.ERASED:
                raise Refused("erase_already", day=day.isoformat())
            if opening.day != day and opening.state is SessionState.OPEN:
                raise Refused("session_unfinished", day=opening.day.isoformat())
        if any(opening.day == day for opening in openings):
            return self.resume(day)
        waiting = self.owed(day)
        (said,) = checked_words(reason, needed=False)
        if waiting and not said:
            raise Refused("opening_over_limit", count=waiting)
        # The database first: a cut before the ledger's row leaves an empty day that is taken up again.
        store = (
            self._desk.vault.open_session(day)
            if self._desk.vault.session_exists(day)
            else self._desk.vault.create_session(day)
        )
        now = self._desk.clock.now()
        opened = Opening(
            day,
            self._desk.kiosk,
            venue,
            operator.id,
            now,
            checklist=ticked,
            origin="manual" if extra else "rule",
            reason=said,
        )
        with self._desk.office_work(Act.OPEN_SESSION) as (work, _):
            work.openings.save(opened)
            about = {"extra": extra, "ticked": len(ticked), **({"owed": waiting} if waiting else {})}
            self._desk.record(work, "open_session", day.isoformat(), **about)
            work.commit()
        self._desk.day, self._desk.session_db = day, store
        self._desk.state_changed()
        with store.work() as day_work:
            self._desk.record(day_work, "open", day.isoformat())
            day_work.commit()
        self._desk.anchor()
        return self._session(opened)

    def owed(self, day: date) -> int:
        """How many other sessions wait for their receipt, when the profile's limit is reached; else 0."""
        done = (SessionState.RECEIPTED, SessionState.ERASING, SessionState.ERASED)
        with self._desk.office.reading() as view:
            waiting = sum(1 for one in view.openings.all() if one.day != day and one.state not in done)
        return waiting if waiting >= self._desk.rules.handover.max_unreceipted_sessions else 0

    def resume(self, day: date) -> Session:
        """Takes up a session of this kiosk again, in whatever state it is; erased ones are refused."""
        self._desk.allow(Act.SEE_RECORDS)
        with self._desk.office.reading() as view:
            opening = view.openings.get(day, self._desk.kiosk)
        if opening.state is SessionState.ERASED:
            raise Refused("erase_already", day=day.isoformat())
        self._desk.day = day
        self._desk.state_changed()
        if opening.state is SessionState.ERASING:
            self._desk.session_db = None
        else:
            Integrity(self._desk).at_resume()
        return self._session(opening)

    def _days(self) -> tuple[AgendaDay, ...]:
        return held_days(self._desk)

    def _session(self, opening: Opening) -> Session:
        known = next((day for day in self._days() if day.date == opening.day), None)
        return Session(
            opening.day,
            (known.no or None) if known else None,
            opening.venue,
            opening.state,
            known.delivery_due if known else None,
        )
