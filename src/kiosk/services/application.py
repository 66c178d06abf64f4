"""The support of an application at the window: its ID read once, never typed by the visitor."""

from __future__ import annotations

from typing import Any

from kiosk.domain.application import WAYS, Application, grouped, read_application_id
from kiosk.domain.eras import format_era
from kiosk.domain.errors import Refused
from kiosk.domain.registers import Subject
from kiosk.domain.staff import Act
from kiosk.domain.visit import State, Step, StepKind, Visit
from kiosk.services.desk import Desk
from kiosk.services.exits import SlipJob, visitor_words


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
            step = Step(StepKind.APPLICATION_ID, self._desk.clock.now(), operator.id)
            known = work.applications.find(ticket)
            if known is not None and known.application_id == application_id and visit.is_done(step.kind):
                return visit  # the same form once more
            after = visit.with_step(step)
            work.visits.save(after)
            work.applications.save(Application(ticket, application_id))
            self._desk.record(work, "application_id", ticket)
            work.commit()
        return after

    def transmission_approval(self) -> str:
        """The city's standing approval number for sending data from a tablet; empty when there is none."""
        with self._desk.office.reading() as view:
            approval = view.approvals.standing(Subject.TRANSMISSION, self._desk.clock.today())
        return approval.number if approval is not None else ""

    def apply(self, ticket: str, way: str) -> Visit:
        """How the application was made; a tablet needs the city's approval (特記事項 6(5)).

        The kiosk sends nothing itself. Refused("apply_way"), Refused("apply_tablet").
        """
        if way not in WAYS:
            raise Refused("apply_way")
        facts = [("way", way)]
        if way == "tablet":
            number = self.transmission_approval()
            if not number:
                raise Refused("apply_tablet")
            facts.append(("approval", number))
        with self._desk.counter_work(Act.SERVE) as (work, operator):
            visit = work.visits.get(ticket)
            step = Step(StepKind.APPLY, self._desk.clock.now(), operator.id, facts=tuple(facts))
            after = visit.with_step(step)
            if after == visit:
                return visit
            work.visits.save(after)
            self._desk.record(work, "step", ticket, step=step.kind.value, outcome="done", way=way)
            work.commit()
        return after

    def note(self, ticket: str, language: str) -> SlipJob:
        """申請後のご案内 for the visitor, with the 申請書ID while it still has to be typed."""
        words = visitor_words("apply_note", language)
        with self._desk.session.reading() as view:
            visit = view.visits.get(ticket)
        step = visit.step_at(StepKind.APPLY)
        way = step.fact("way") if step is not None else ""
        photo = visit.step_at(StepKind.PHOTO)
        number = self.id_of(ticket) if way in ("", "not", "own_phone") else None
        following = [*words["way"].get(way, ()), *words["after"]]
        if photo is not None and photo.fact("why") == "infant":
            following += words["infant"]
        city, now = self._desk.rules.city, self._desk.clock.now()
        groups = grouped(number).split(" ") if number else []
        values: dict[str, Any] = {
            "office": city.counter_name,
            "number": ticket,
            "when": f"{format_era(now.date())} {now:%H:%M}",
            "heads": {name: words[name] for name in ("title", "number", "id", "next", "go")},
            "id": [" ".join(groups[:3]), " ".join(groups[3:])] if groups else [],
            "qr": number or "",
            "next": following,
            "go_to": [line for line in (city.go_to, city.address, city.hours, city.phone) if line],
            "practice": self._desk.practice,
        }
        return SlipJob("apply_note", values, self._desk.devices.width_dots)

    def record_note(self, ticket: str, language: str, answer: str) -> None:
        """That the note was given, and what the printer answered."""
        with self._desk.counter_work(Act.SERVE) as (work, _):
            self._desk.record(work, "apply_note", ticket, language=language, answer=answer)
            work.commit()

    def id_of(self, ticket: str) -> str | None:
        """The 申請書ID of a visit, to be read aloud or shown; None when none was read."""
        with self._desk.session.reading() as view:
            application = view.applications.find(ticket)
        return application.application_id if application is not None else None
