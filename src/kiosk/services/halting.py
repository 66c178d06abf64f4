"""打切り: a session that does not run to its end, and what becomes of those who are there."""

from __future__ import annotations

from datetime import date

from kiosk.domain.batch import SessionState
from kiosk.domain.custody import CustodyLine, Movement, held
from kiosk.domain.staff import Act
from kiosk.domain.visit import Reason
from kiosk.domain.way import Halt, HaltKind, checked_words
from kiosk.services.desk import Desk


class Halting:
    """Breaks a session off; who in the city ordered it is always named (中止 beforehand: the agenda book)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of(self, day: date) -> Halt | None:
        """The 打切り of a day, or None."""
        with self._desk.office.reading() as view:
            return view.way.halt(day, self._desk.kiosk)

    def break_off(self, untrusted_reason: str, untrusted_ordered_by: str) -> tuple[Halt, tuple[str, ...]]:
        """打切り: everybody still here leaves by R12, their papers go back to them; the numbers concerned.

        First the visitors (one transaction), then the ledger: cut between them it is simply said again.
        The session stays open for closing it as every day. Raises Refused session_not_open, words_missing.
        """
        reason, ordered_by = checked_words(untrusted_reason, untrusted_ordered_by)
        desk = self._desk
        parked: list[str] = []
        with desk.counter_work(Act.CLOSE_SESSION) as (work, operator):
            desk.refuse_while_mending()
            now = desk.clock.now()
            for visit in work.visits.line():
                work.visits.save(visit.left(Reason.R12, now, operator.id))
                work.applications.forget_id(visit.ticket)
                for paper, count in held(work.custody.of_ticket(visit.ticket)).items():
                    line = CustodyLine(visit.ticket, paper, count, Movement.RETURNED, now, operator.id)
                    work.custody.append(line)
                desk.record(work, "side_exit", visit.ticket, reason=Reason.R12.value)
                parked.append(visit.ticket)
            desk.record(work, "break_off", desk.session_day.isoformat(), visits=len(parked))
            work.commit()
        return self._enter(desk.session_day, reason, ordered_by), tuple(parked)

    @property
    def may_break_off(self) -> bool:
        """Whether the session runs and has not been broken off."""
        desk = self._desk
        is_open = desk.state is SessionState.OPEN and not desk.is_mending
        return is_open and self.of(desk.session_day) is None

    def _enter(self, day: date, reason: str, ordered_by: str) -> Halt:
        desk = self._desk
        known = self.of(day)
        if known is not None:
            return known
        with desk.office_work(Act.CLOSE_SESSION) as (work, operator):
            halt = Halt(
                day, desk.kiosk, HaltKind.BROKEN_OFF, reason, ordered_by, desk.clock.now(), operator.id
            )
            work.way.add(halt)
            desk.record(work, "halt", day.isoformat(), kind=halt.kind.value)
            work.commit()
        desk.anchor()
        return halt
