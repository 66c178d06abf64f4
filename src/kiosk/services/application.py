"""The support of an application at the window: its ID read once, never typed by the visitor."""

from __future__ import annotations

from kiosk.domain.application import Application, read_application_id
from kiosk.domain.errors import Refused
from kiosk.domain.staff import Act
from kiosk.domain.visit import State, Step, StepKind, Visit
from kiosk.services.desk import Desk


class ApplicationDesk:
    """What the APPLICATION service needs beyond steps and outcome."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def put_id(self, ticket: str, untrusted_text: str) -> Visit:
        """Keeps the 申請書ID, keyed or scanned, and marks the step; it goes with the session."""
        application_id = read_application_id(untrusted_text)
        with self._desk.counter_work(Act.SERVE) as (work, operator):
            visit = work.visits.get(ticket)
            if visit.state is State.CLOSED:
                raise Refused("visit_closed", ticket=ticket)
            after = visit.with_step(Step(StepKind.APPLICATION_ID, self._desk.clock.now(), operator.id))
            work.visits.save(after)
            work.applications.save(Application(ticket, application_id))
            self._desk.record(work, "application_id", ticket)
            work.commit()
        return after

    def id_of(self, ticket: str) -> str | None:
        """The 申請書ID of a visit, to be read aloud or shown; None when none was read."""
        with self._desk.session.reading() as view:
            application = view.applications.find(ticket)
        return application.application_id if application is not None else None
