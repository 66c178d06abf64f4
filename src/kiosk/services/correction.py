"""A visit that was ended by mistake is opened again by the manager, with a reason; nothing is edited."""

from __future__ import annotations

from kiosk.domain.staff import Act
from kiosk.domain.visit import Visit
from kiosk.services.desk import Desk


class CorrectionDesk:
    """What only a manager puts right while the session is open."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def is_allowed(self) -> bool:
        """Whether the person at the screen may do it."""
        operator = self._desk.operator
        return operator is not None and operator.may(Act.CORRECT)

    def reopen(self, ticket: str, why: str) -> Visit:
        """Takes the end of a visit back by a further step that names the old end and the reason.

        A visit that is not closed stays as it is (double touch). Raises Refused("not_allowed"),
        "correct_why", "visit_voided", "session_not_open".
        """
        with self._desk.counter_work(Act.CORRECT) as (work, operator):
            visit = work.visits.get(ticket)
            if visit.outcome is None:
                return visit
            opened = visit.reopened(self._desk.clock.now(), operator.id, why)
            work.visits.save(opened)
            self._desk.record(work, "reopen", ticket, why=why, was=opened.steps[-1].fact("was"))
            work.commit()
        return opened
