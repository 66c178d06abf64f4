"""The reception desk: find the booking or take the walk-in, give a number, never lose anyone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.domain.custody import held
from kiosk.domain.errors import Refused
from kiosk.domain.flags import flags_of_others
from kiosk.domain.guards import refuse_my_number
from kiosk.domain.intake import Question, questions_for
from kiosk.domain.names import search_key
from kiosk.domain.reservation import Reservation
from kiosk.domain.staff import Act
from kiosk.domain.ticket import Ticket, looks_like_code
from kiosk.domain.visit import RECEPTION, Event, Outcome, Reason, Service, State, Step, StepKind, Visit
from kiosk.services.catalogue import intake_questions
from kiosk.services.desk import Desk

if TYPE_CHECKING:
    from kiosk.store.session import SessionWork

GUIDANCE = ("what_to_bring", "city_hall", "not_resident", "next_session", "other")
"""Kinds of 'ご案内のみ': counted, no number, no name (domain rule: 受付前案内)."""

_TURNED_AWAY = frozenset(reason.value for reason in Reason)
LONGEST_NAME = 100
MOST_FOUND = 200
"""More rows than anybody reads; a day has about thirty."""


@dataclass(frozen=True, slots=True)
class Booking:
    """A reservation as the reception sees it: with the number it already has, if any."""

    reservation: Reservation
    tickets: tuple[str, ...]

    @property
    def is_received(self) -> bool:
        """Whether everyone of the booking has a number."""
        return len(self.tickets) >= self.reservation.party_size


class Reception:
    """The verbs of reception and forms desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._last_touch: tuple[str, tuple[str, ...]] = ("", ())

    def find(self, untrusted_text: str) -> tuple[Booking, ...]:
        """Bookings by number, kana or name, in the order of their time; the first of all for no text.

        Never more than MOST_FOUND: whoever types on gets fewer.
        """
        with self._desk.session.reading() as view:
            found = view.reservations.candidates(search_key(untrusted_text), MOST_FOUND)
            received = view.visits.tickets_by_reservation()
        return tuple(Booking(one, received.get(one.number, ())) for one in found)

    def booking(self, number: str) -> Booking | None:
        """One booking by its whole number, or None."""
        with self._desk.session.reading() as view:
            found = view.reservations.find(number)
            received = view.visits.of_reservation(number)
        return None if found is None else Booking(found, tuple(one.ticket for one in _not_voided(received)))

    def questions(self, services: Sequence[Service], flags: Sequence[str] = ()) -> tuple[Question, ...]:
        """What is asked before people who came for these services get a number."""
        wanted = self._desk.rules.intake.questions
        return questions_for(intake_questions(), services, flags, wanted)

    @property
    def most_together(self) -> int:
        """How many people get their numbers in one touch."""
        return self._desk.rules.intake.most_together

    def check_in(
        self, service: Service, *, reservation: str | None = None, again: bool = False, touch: str = ""
    ) -> Visit:
        """One person's number; without `again` a booking that has a number returns that visit."""
        return self.check_in_party((service,), reservation=reservation, again=again, touch=touch)[-1]

    def check_in_party(
        self,
        services: Sequence[Service],
        *,
        reservation: str | None = None,
        again: bool = False,
        touch: str = "",
        noticed: Sequence[str] = (),
    ) -> tuple[Visit, ...]:
        """A number for each of the people who came together: all committed before any paper comes out.

        `touch` names one showing of the question: the same touch again returns the same visits, so a
        double touch makes no second ticket. A booking that has its numbers returns them; `again` is for
        further people of the same booking. `noticed` are the flags of questions not answered as wished.
        Raises Refused("party_size"), "reservation_cancelled", "reservation_unknown".
        """
        if not 1 <= len(services) <= self.most_together:
            raise Refused("party_size", limit=self.most_together)
        with self._desk.counter_work(Act.RECEIVE) as (work, operator):
            self._desk.refuse_unless_lead()
            self._desk.refuse_while_mending()
            if touch and touch == self._last_touch[0]:
                return tuple(work.visits.get(ticket) for ticket in self._last_touch[1])
            booked = None
            given: tuple[Visit, ...] = ()
            if reservation is not None:
                booked = work.reservations.get(reservation)
                if booked.cancelled:
                    raise Refused("reservation_cancelled", reservation=reservation)
                given = _not_voided(work.visits.of_reservation(reservation))
                if given and (not again or len(given) >= booked.party_size):
                    return given
            visits = self._received(work, services, booked, given, noticed, operator.id)
            for visit in visits:
                self._desk.record(
                    work, "check_in", visit.ticket, service=visit.service.value, reserved=booked is not None
                )
            work.commit()
        self._last_touch = (touch, tuple(visit.ticket for visit in visits))
        return visits

    def same_name(self, ticket: str) -> tuple[str, ...]:
        """Others of today under the same name: their numbers, or their bookings nobody has come for.

        For a person to look at; two people are never merged (domain rule 6).
        """
        with self._desk.session.reading() as view:
            visit = view.visits.get(ticket)
            wanted = search_key(visit.name)
            if not wanted:
                return ()
            received = view.visits.tickets_by_reservation()
            here = [
                one.ticket
                for one in _not_voided(view.visits.all())
                if one.ticket != ticket and search_key(one.name) == wanted
            ]
            booked = [
                one.number
                for one in view.reservations.candidates(wanted)
                if one.number not in received and not one.cancelled and search_key(one.name) == wanted
            ]
        return (*here, *booked)

    def transfer(self, ticket: str, service: Service) -> Visit:
        """Somebody turns out to have come for another service: the number stays, and the place in the line.

        A photo and a 申請書ID of the application that is not made are erased with it. A second touch
        changes nothing. Raises Refused("transfer_papers") while papers of the first service
        are in our hands.
        """
        with self._desk.counter_work(Act.RECEIVE) as (work, operator):
            visit = work.visits.get(ticket)
            if visit.service is service:
                return visit
            if held(work.custody.of_ticket(ticket)):
                raise Refused("transfer_papers", ticket=ticket)
            moved = visit.transferred(service, self._desk.clock.now(), operator.id)
            work.visits.save(moved)
            # A photo and an ID without an application have no purpose left (特記事項 3, 17).
            work.portraits.remove(ticket)
            work.applications.forget_id(ticket)
            self._desk.record(work, "transfer", ticket, service=service.value)
            work.commit()
        return moved

    def name_walk_in(self, ticket: str, untrusted_name: str, untrusted_kana: str = "") -> Visit:
        """Writes down how a walk-in is to be addressed; optional, and refused when it hides a number."""
        name, kana = untrusted_name.strip(), untrusted_kana.strip()
        if len(name) > LONGEST_NAME or len(kana) > LONGEST_NAME:
            raise Refused("name_too_long", limit=LONGEST_NAME)
        refuse_my_number(name)
        refuse_my_number(kana)
        if looks_like_code(name) or looks_like_code(kana):
            # The hand scanner types wherever the cursor is.
            raise Refused("name_is_code")
        with self._desk.counter_work(Act.RECEIVE) as (work, _):
            visit = work.visits.get(ticket)
            if visit.reservation is not None:
                raise Refused("name_is_booked", ticket=ticket)
            named = replace(visit, name=name, kana=kana)
            work.visits.save(named)
            self._desk.record(work, "name", ticket)
            work.commit()
        return named

    def guide_only(self, kind: str) -> int:
        """Counts a visitor who only needed a word; the count of that kind so far.

        `kind` is one of GUIDANCE, or the code of the reason somebody was turned away before the ticket.
        """
        if kind not in GUIDANCE and kind not in _TURNED_AWAY:
            raise Refused("guidance_unknown")
        with self._desk.counter_work(Act.RECEIVE) as (work, operator):
            self._desk.refuse_while_mending()
            work.guidance.add(kind, at=self._desk.clock.now(), operator=operator.id)
            count = work.guidance.counts()[kind]
            self._desk.record(work, "guide_only", kind)
            work.commit()
        return count

    def precheck(
        self, ticket: str, papers: tuple[str, ...], facts: tuple[tuple[str, str], ...] = ()
    ) -> Visit:
        """Identity papers looked at before the forms (kinds only), and who came with them."""
        return self._step(ticket, StepKind.PRECHECK, papers, facts)

    def forms_done(self, ticket: str, facts: tuple[tuple[str, str], ...] = ()) -> Visit:
        """The forms are written; the visit becomes ready to be called in the same act.

        `facts` say in codes what the visitor holds (domain/checklist.py).
        """
        return self.forms_done_together({ticket: facts})[0]

    def forms_done_together(self, facts_of: Mapping[str, tuple[tuple[str, str], ...]]) -> tuple[Visit, ...]:
        """The same for people who came together, each with a record of their own: all of them or nobody."""
        visits = []
        with self._desk.counter_work(Act.RECEIVE) as (work, operator):
            for ticket, facts in facts_of.items():
                visit = work.visits.get(ticket)
                if visit.state is State.RECEIVED:
                    now = self._desk.clock.now()
                    written = visit.with_step(Step(StepKind.FORMS, now, operator.id, facts=facts))
                    visit = written.after(Event.READY, now, operator.id)
                    work.visits.save(visit)
                    self._desk.record(work, "ready", ticket)
                visits.append(visit)
            work.commit()
        return tuple(visits)

    def void(self, ticket: str) -> Visit:
        """Takes back a number given by mistake; it stays used and is counted as 取消."""
        with self._desk.counter_work(Act.RECEIVE) as (work, operator):
            visit = work.visits.get(ticket)
            voided = visit.voided(self._desk.clock.now(), operator.id)
            work.visits.save(voided)
            self._desk.record(work, "void", ticket)
            work.commit()
        return voided

    def at_forms(self) -> tuple[Visit, ...]:
        """Everyone between ticket and line."""
        with self._desk.session.reading() as view:
            return tuple(sorted(view.visits.by_state(State.RECEIVED), key=lambda visit: visit.ticket))

    def _received(
        self,
        work: SessionWork,
        services: Sequence[Service],
        booked: Reservation | None,
        given: Sequence[Visit],
        noticed: Sequence[str],
        operator: str,
    ) -> tuple[Visit, ...]:
        now, band = self._desk.clock.now(), self._desk.site[1].on_screen
        numbers = [work.tickets.next(one.value, first=band.first, last=band.last) for one in services]
        together = len(given) + len(numbers) > 1 or (booked is not None and booked.party_size > 1)
        party = None if not together else booked.number if booked else numbers[0]
        visits = []
        for place, (number, service) in enumerate(zip(numbers, services, strict=True)):
            work.tickets.save(Ticket(number, service, now))
            at_application = service is Service.APPLICATION and self._desk.rules.procedure.at_application
            way = (("way", "at_application"),) if at_application else ()
            # A booking names one person, and the dates shown are one person's: the first number is theirs.
            of_booking = booked.flags if booked else ()
            if place or given:
                of_booking = flags_of_others(of_booking)
            of_desk = flags_of_others(noticed) if place else noticed
            visit = Visit(
                ticket=number,
                service=service,
                state=State.RECEIVED,
                steps=tuple(Step(kind, now, operator, facts=way) for kind in RECEPTION),
                reservation=booked.number if booked else None,
                name=booked.name if booked else "",
                kana=booked.kana if booked else "",
                party=party,
                flags=tuple(dict.fromkeys((*of_booking, *of_desk))),
            )
            if service is not Service.ISSUANCE:
                # Nothing to write before the window: ready at once.
                visit = visit.after(Event.READY, now, operator)
            work.visits.save(visit)
            visits.append(visit)
        return tuple(visits)

    def _step(
        self, ticket: str, kind: StepKind, papers: tuple[str, ...], facts: tuple[tuple[str, str], ...]
    ) -> Visit:
        with self._desk.counter_work(Act.RECEIVE) as (work, operator):
            visit = work.visits.get(ticket)
            step = Step(kind, self._desk.clock.now(), operator.id, papers=papers, facts=facts)
            after = visit.with_step(step)
            if after == visit:
                return visit
            work.visits.save(after)
            self._desk.record(work, "step", ticket, step=kind.value, outcome="done")
            work.commit()
        return after


def _not_voided(visits: Iterable[Visit]) -> tuple[Visit, ...]:
    """Whoever's number was taken back may be received again."""
    return tuple(visit for visit in visits if visit.outcome is not Outcome.VOIDED)
