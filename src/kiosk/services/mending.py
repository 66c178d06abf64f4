"""After a rejecting receipt: the session open once more, only to put right what the city named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.batch import SessionEvent, SessionState
from kiosk.domain.custody import held_by_ticket
from kiosk.domain.errors import Refused
from kiosk.domain.receipt import Decision
from kiosk.domain.staff import Act
from kiosk.domain.visit import Outcome, Service, State, Visit
from kiosk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Rejection:
    """What the city has said of the session's newest batch, and who said it when."""

    batch: str
    seq: int
    reason: str
    receiver: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """A number as it can be chosen for mending; `sheets` are its papers in our hands."""

    ticket: str
    service: Service
    state: State
    outcome: Outcome | None
    sheets: int

    @property
    def is_closed(self) -> bool:
        """Whether it has to be opened before anything of it can be changed."""
        return self.state is State.CLOSED


class Mending:
    """The verbs between a rejecting receipt and the new batch that supersedes the old one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def is_under_way(self) -> bool:
        """Whether the session is open only to be mended."""
        return self._desk.is_mending

    def rejection(self) -> Rejection | None:
        """The city's rejection of the newest batch; None while there is none, or it was replaced."""
        with self._desk.office.reading() as view:
            batch = view.batches.newest_of(self._desk.session_day)
            answers = view.batches.receipts(batch.seq) if batch else ()
        if batch is None or not answers or answers[-1].decision != Decision.REJECT.value:
            return None
        last = answers[-1]
        return Rejection(batch.name, batch.seq, last.reason, last.receiver, last.at)

    def reopen(self) -> None:
        """CLOSED → OPEN, for a manager, while the newest batch stands rejected; again changes nothing.

        Raises Refused("mending_not_rejected"). The rejected batch stays in the ledger, in outbox/ and on
        every stick as it is; the next one names it under `supersedes`.
        """
        self._desk.allow(Act.CLOSE_SESSION)
        if self._desk.is_mending:
            return
        rejected = self.rejection()
        if rejected is None:
            raise Refused("mending_not_rejected")
        day = self._desk.session_day
        with self._desk.office_work(Act.CLOSE_SESSION) as (work, _):
            opening = work.openings.get(day, self._desk.kiosk)
            work.openings.save(opening.after(SessionEvent.REOPEN))
            self._desk.record(work, "reopen", day.isoformat(), seq=rejected.seq)
            self._desk.anchor_session(work)
            work.commit()
        self._desk.state_changed()
        self._desk.anchor()

    def numbers(self) -> tuple[Ended, ...]:
        """Every number of the session, in the order it was given."""
        with self._desk.session.reading() as view:
            visits = {visit.ticket: visit for visit in view.visits.all()}
            in_hand = held_by_ticket(view.custody.lines())
            numbers = view.tickets.numbers()
        return tuple(
            Ended(
                number,
                visits[number].service,
                visits[number].state,
                visits[number].outcome,
                sum(in_hand.get(number, {}).values()),
            )
            for number in numbers
            if number in visits
        )

    def mend(self, ticket: str) -> Visit:
        """An ended visit back at this window, its outcome open; one that is not ended stays as it is.

        Refused("mending_not_now") unless the session was reopened for it.
        """
        with self._desk.counter_work(Act.CLOSE_SESSION) as (work, operator):
            if not self._desk.is_mending:
                raise Refused("mending_not_now")
            visit = work.visits.get(ticket)
            if visit.state is not State.CLOSED:
                return visit
            mended = visit.mended(self._desk.clock.now(), operator.id, self._desk.devices.window)
            work.visits.save(mended)
            self._desk.record(
                work, "mend", ticket, was=visit.outcome.value if visit.outcome is not None else ""
            )
            work.commit()
        return mended

    @property
    def can_reopen(self) -> bool:
        """Whether the next question is what to do about a rejection."""
        return self._desk.state is SessionState.CLOSED and self.rejection() is not None
