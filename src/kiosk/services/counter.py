"""The window: call, receive, do the steps in order, and let nobody leave without an outcome."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.domain.application import outcome_of
from kiosk.domain.checklist import Holds, checklist_of, needed, to_collect
from kiosk.domain.custody import CustodyLine, Movement, Paper, held
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import refuse_unless_admitted
from kiosk.domain.line import in_order
from kiosk.domain.staff import Act
from kiosk.domain.ticket import Ticket, looks_like_code
from kiosk.domain.visit import (
    SKIP_WHY,
    TALK_KINDS,
    Done,
    Event,
    Outcome,
    PinForm,
    Reason,
    Service,
    State,
    Step,
    StepKind,
    Visit,
)
from kiosk.services.access import Access
from kiosk.services.calling import call_with_party
from kiosk.services.catalogue import form_rules
from kiosk.services.desk import Desk
from kiosk.services.line import line_rule
from kiosk.services.payload import to_hand_over

if TYPE_CHECKING:
    from kiosk.store.session import SessionWork

OWN_VERB = frozenset(
    {
        StepKind.VIDEO,
        StepKind.MATCH,
        StepKind.PIN_MEMO,
        StepKind.SEALED,
        StepKind.PHOTO,
        StepKind.TALK,
    }
)
"""Steps that carry more than "done" and so cannot be ticked."""


class Counter:
    """The verbs of one window; each returns the visit as it now stands."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def call_next(self, service: Service | None = None) -> Visit:
        """Calls whose turn it is among those ready (of one service, or of all), with their party."""
        with self._desk.counter_work(Act.SERVE) as (work, operator):
            self._desk.refuse_unless_lead()
            waiting = [
                one
                for one in work.visits.standing(State.WAITING)
                if service is None or one.service is service
            ]
            if not waiting:
                raise Refused("line_empty")
            now = self._desk.clock.now()
            first = in_order(waiting, now, line_rule(self._desk.rules.procedure))[0]
            called = call_with_party(work, self._desk, work.visits.get(first.ticket), now, operator.id)
            work.commit()
        return called

    def take_in(self, untrusted_code: str, ticket: str) -> Visit:
        """Somebody comes with a number of another kiosk; known already, their visit as it stands.

        `ticket` is what `Tickets.read` found in the scanned code: its proof shows that this site printed
        it. A number that was only typed proves nothing: Refused("take_in_scan").
        """
        with self._desk.counter_work(Act.SERVE) as (work, operator):
            if ticket in work.tickets.numbers():
                return work.visits.get(ticket)
            if self._desk.is_lead:
                raise Refused("visit_unknown", ticket=ticket)
            if not looks_like_code(untrusted_code):
                raise Refused("take_in_scan", ticket=ticket)
            now, service = self._desk.clock.now(), Service(ticket[0])
            work.tickets.save(Ticket(ticket, service, now))
            visit = Visit.taken_in(ticket, service, now, operator.id, self._desk.devices.window)
            work.visits.save(visit)
            self._desk.record(work, "take_in", ticket, service=service.value)
            work.commit()
        return visit

    def move(self, ticket: str, event: Event, *, why: str = "") -> Visit:
        """Any move of the line: call, arrive, hold, no-show, return, park, resume; `why` for hold and park.

        A second touch of the same move changes nothing; FINISH, LEAVE, TRANSFER and MEND have verbs
        of their own.
        """
        if event in (Event.FINISH, Event.LEAVE, Event.VOID, Event.TRANSFER, Event.MEND):
            raise Refused("visit_move", ticket=ticket)
        with self._desk.counter_work(Act.SERVE) as (work, operator):
            visit = work.visits.get(ticket)
            if event is not Event.CALL and _already(visit, event):
                return visit
            if event is Event.CALL:
                _refuse_who_cannot_come(visit)
                called = call_with_party(work, self._desk, visit, self._desk.clock.now(), operator.id)
                work.commit()
                return called
            moved = visit.after(
                event, self._desk.clock.now(), operator.id, window=self._desk.devices.window, why=why
            )
            work.visits.save(moved)
            self._desk.record(work, event.value, ticket, **({"why": why} if why else {}))
            work.commit()
        return moved

    def complete(
        self,
        ticket: str,
        kind: StepKind,
        *,
        papers: tuple[str, ...] = (),
        facts: tuple[tuple[str, str], ...] = (),
    ) -> Visit:
        """One step done; a step done already stays as it is (double touch)."""
        if kind in OWN_VERB:
            raise Refused("step_own_verb", ticket=ticket)
        step = Step(kind, self._desk.clock.now(), self._who(), Done.DONE, papers=papers, facts=facts)
        return self._add(ticket, step)

    def match(self, ticket: str, untrusted_badge: str = "") -> Visit:
        """The papers compared with the 暗証番号設定依頼書; where the profile asks for two people, the
        second one's badge is read and has to be another person's, admitted today.
        """
        who = self._who()
        if self._desk.rules.procedure.match_by == 1:
            return self._add(ticket, Step(StepKind.MATCH, self._desk.clock.now(), who))
        second, _ = Access(self._desk).badge_owner(untrusted_badge)
        if second.id == who:
            raise Refused("match_same_person")
        with self._desk.office.reading() as view:
            refuse_unless_admitted(view.staff.find(second.id), self._desk.clock.today())
        step = Step(StepKind.MATCH, self._desk.clock.now(), who, facts=(("second", second.id),))
        return self._add(ticket, step)

    def pin_memo(self, ticket: str, form: PinForm, *, sealed: bool, handed: bool) -> Visit:
        """Which PIN form was handed in, that it is sealed and that the memo was handed over; nothing else.

        Where PINs are set at all, both have to be so.
        """
        if form is not PinForm.NONE and not (sealed and handed):
            raise Refused("pin_not_sealed")
        facts = (("form_sealed", _yes(sealed)), ("memo_handed", _yes(handed)))
        step = Step(StepKind.PIN_MEMO, self._desk.clock.now(), self._who(), facts=facts)
        return self._add(ticket, step, form)

    def talked(self, ticket: str, kind: str) -> Visit:
        """A consultation that is over: what it was about, and its outcome, in one act."""
        if kind not in TALK_KINDS:
            raise Refused("talk_kind")
        with self._desk.counter_work(Act.SERVE) as (work, operator):
            visit = work.visits.get(ticket)
            if visit.outcome is Outcome.CONSULTED:
                return visit
            now = self._desk.clock.now()
            step = Step(StepKind.TALK, now, operator.id, facts=(("kind", kind),))
            done = visit.with_step(step).finished(Outcome.CONSULTED, now, operator.id)
            work.visits.save(done)
            self._forget_id_unless_handed_over(work, done)
            self._desk.record(work, "talk", ticket, kind=kind)
            work.commit()
        return done

    def skip(self, ticket: str, kind: StepKind, why: str = "") -> Visit:
        """A step that does not apply to this visitor (own photo, no photo under one year), and why."""
        if kind not in SKIP_WHY or (why and why not in SKIP_WHY[kind]):
            raise Refused("step_not_skippable")
        facts = (("why", why),) if why else ()
        return self._add(ticket, Step(kind, self._desk.clock.now(), self._who(), Done.SKIPPED, facts=facts))

    def video_code(self) -> str:
        """Four digits to be read to the officer, where the profile asks for them; else nothing.

        They bind the officer's own list to this record; drawn anew for every connection.
        """
        return f"{secrets.randbelow(10_000):04d}" if self._desk.rules.procedure.video_code else ""

    def video(self, ticket: str, result: Done, officer: str, started_at: datetime, code: str = "") -> Visit:
        """What the city's officer said by video: OK, NG or again; the officer is named."""
        if result not in (Done.OK, Done.NG, Done.AGAIN):
            raise Refused("video_result")
        if not officer.strip():
            raise Refused("video_officer")
        if officer not in self._desk.rules.procedure.officers:
            raise Refused("video_officer")
        if bool(re.fullmatch(r"[0-9]{4}", code)) is not self._desk.rules.procedure.video_code:
            raise Refused("video_code")
        step = Step(
            StepKind.VIDEO,
            self._desk.clock.now(),
            self._who(),
            result,
            officer=officer,
            started_at=started_at,
            facts=(("code", code),) if code else (),
        )
        return self._add(ticket, step)

    def copies(self, ticket: str, holds: Collection[Holds]) -> Visit:
        """The copies are made and the papers taken: what the visitor holds decides which are needed."""
        visit = self.visit(ticket)
        lines = checklist_of(form_rules(self._desk.rules), visit, holds)
        facts = (
            ("holds", " ".join(sorted(one.value for one in holds))),
            ("needed", " ".join(paper.value for paper in to_collect(lines))),
        )
        with self._desk.session.reading() as view:
            in_hand = held(view.custody.of_ticket(ticket))
        missing = [paper for paper in to_collect(lines) if paper not in in_hand]
        if missing and not visit.is_done(StepKind.COPIES):
            raise Refused("copies_missing", paper=missing[0].value)
        return self.complete(ticket, StepKind.COPIES, facts=facts)

    def seal(self, ticket: str) -> Visit:
        """Closes the visitor's envelope; refuses while a paper the city needs is missing."""
        with self._desk.counter_work(Act.SERVE) as (work, operator):
            visit = work.visits.get(ticket)
            if visit.is_done(StepKind.SEALED):
                return visit
            in_hand = held(work.custody.of_ticket(ticket))
            missing = [paper for paper in needed(visit) if paper not in in_hand]
            if missing:
                raise Refused("seal_paper_missing", paper=missing[0].value)
            now = self._desk.clock.now()
            sealed = visit.with_step(Step(StepKind.SEALED, now, operator.id))
            work.visits.save(sealed)
            for paper, count in in_hand.items():
                work.custody.append(CustodyLine(ticket, paper, count, Movement.SEALED, now, operator.id))
            self._desk.record(work, "seal_envelope", ticket, papers=sum(in_hand.values()))
            work.commit()
        return sealed

    def finish(self, ticket: str, outcome: Outcome) -> Visit:
        """Closes the visit with what it came to; the same outcome twice changes nothing."""
        with self._desk.counter_work(Act.SERVE) as (work, operator):
            visit = work.visits.get(ticket)
            if visit.outcome is outcome:
                return visit
            if outcome_of(visit) not in (None, outcome):
                raise Refused("outcome_other_way", ticket=ticket)
            done = visit.finished(outcome, self._desk.clock.now(), operator.id)
            work.visits.save(done)
            self._forget_id_unless_handed_over(work, done)
            self._desk.record(work, "finish", ticket, outcome=outcome.value)
            work.commit()
        return done

    def side_exit(self, ticket: str, reason: Reason) -> Visit:
        """Lets the visitor go with a reason; papers still held go back to them in the same act."""
        with self._desk.counter_work(Act.SERVE) as (work, operator):
            visit = work.visits.get(ticket)
            if visit.reason is reason:
                return visit
            now = self._desk.clock.now()
            left = visit.left(reason, now, operator.id)
            work.visits.save(left)
            self._forget_id_unless_handed_over(work, left)
            for paper, count in held(work.custody.of_ticket(ticket)).items():
                work.custody.append(CustodyLine(ticket, paper, count, Movement.RETURNED, now, operator.id))
            self._desk.record(work, "side_exit", ticket, reason=reason.value)
            work.commit()
        return left

    def undo(self, ticket: str, why: str = "") -> Visit:
        """Takes the last step back by a further step 取消; nothing is deleted."""
        with self._desk.counter_work(Act.SERVE) as (work, operator):
            visit = work.visits.get(ticket)
            now = self._desk.clock.now()
            back = visit.undone(now, operator.id, why=why)
            work.visits.save(back)
            undone = back.steps[-1].kind
            if undone is StepKind.SEALED:
                for paper, count in held(work.custody.of_ticket(ticket)).items():
                    work.custody.append(CustodyLine(ticket, paper, count, Movement.OPENED, now, operator.id))
            elif undone is StepKind.PHOTO:
                # What the visitor has withdrawn does not wait here for the evening's erasure.
                work.portraits.remove(ticket)
            elif undone is StepKind.APPLICATION_ID:
                work.applications.forget_id(ticket)
            self._desk.record(work, "undo", ticket, step=undone.value, why=why)
            work.commit()
        return back

    def visit(self, ticket: str) -> Visit:
        """One visit as it stands."""
        with self._desk.session.reading() as view:
            return view.visits.get(ticket)

    def at_window(self) -> tuple[Visit, ...]:
        """Visits called to or served at this window, the oldest first."""
        with self._desk.session.reading() as view:
            visits = view.visits.by_state(State.CALLED, State.SERVING)
        return tuple(visit for visit in visits if visit.window == self._desk.devices.window)

    def papers(self, ticket: str) -> dict[Paper, int]:
        """What of this visitor's papers is in our hands."""
        with self._desk.session.reading() as view:
            return held(view.custody.of_ticket(ticket))

    def _forget_id_unless_handed_over(self, work: SessionWork, ended: Visit) -> None:
        """A 申請書ID that the city does not get is erased with the outcome."""
        # Also of somebody who first came to apply and was given over to another service.
        if ended.service is not Service.APPLICATION or not to_hand_over(
            self._desk.rules.handover.hand_over_portraits, self._desk.practice, [ended], [ended.ticket]
        ):
            work.applications.forget_id(ended.ticket)

    def _who(self) -> str:
        return self._desk.allow(Act.SERVE).id

    def _add(self, ticket: str, step: Step, pin_form: PinForm | None = None) -> Visit:
        with self._desk.counter_work(Act.SERVE) as (work, _):
            visit = work.visits.get(ticket)
            after = visit.with_step(step, pin_form)
            if after == visit:
                return visit
            work.visits.save(after)
            self._desk.record(work, "step", ticket, step=step.kind.value, outcome=step.outcome.value)
            work.commit()
        return after


def _yes(said: bool) -> str:
    return "yes" if said else "no"


def _refuse_who_cannot_come(visit: Visit) -> None:
    """Says of a number that is called by hand why nobody would come."""
    if visit.state is State.RECEIVED:
        raise Refused("visit_at_forms", ticket=visit.ticket)
    if visit.state is State.CLOSED:
        key = "visit_voided" if visit.outcome is Outcome.VOIDED else "visit_closed"
        raise Refused(key, ticket=visit.ticket)


def _already(visit: Visit, event: Event) -> bool:
    last = next((step for step in reversed(visit.steps) if step.event is not None), None)
    return last is not None and last.event is event
