"""The registers a day rests on: who may work here, and which of the city's approval numbers hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Literal

from kiosk.domain.errors import Refused
from kiosk.domain.ledger import StaffRecord
from kiosk.domain.registers import Approval, Medium, MediumEnd, MediumState, Subject
from kiosk.domain.staff import Act, Operator, refuse_unless_two
from kiosk.domain.way import checked_words
from kiosk.services.access import Access
from kiosk.services.desk import Desk

Entered = date | Literal["today"] | None
"""A date on the register: that day, today, or not yet."""


class RegisterDesk:
    """The verbs of the manage screen on people and approvals."""

    def __init__(self, desk: Desk, access: Access) -> None:
        self._desk = desk
        self._access = access

    def people(self) -> tuple[StaffRecord, ...]:
        """The staff register."""
        with self._desk.office.reading() as view:
            return tuple(view.staff.all())

    def add_person(
        self,
        person: Operator,
        untrusted_pin: str,
        *,
        approval: str,
        approved_on: date | None,
        reported_on: Entered = "today",
        trained_on: Entered = "today",
        pledged_on: Entered = "today",
    ) -> None:
        """A further person with a PIN of their own; `approval` is the city's for them (特記事項 8).

        0.4 s. The person can sign in only once all four dates stand in the register; None is "not yet".
        """
        name, number = checked_words(person.name, approval, needed=False)
        if approved_on is not None and not number:
            raise Refused("staff_approval_missing")
        if not name:
            raise Refused("staff_name_missing")
        self._desk.allow(Act.EDIT_STAFF)
        today = self._desk.clock.today()
        clear_half_made(self._desk, person.id)
        self._desk.vault.add_operator(person, untrusted_pin)
        with self._desk.office_work(Act.EDIT_STAFF) as (work, _):
            work.staff.save(
                StaffRecord(
                    person.id,
                    name,
                    person.role.value,
                    reported_on=_entered(reported_on, today),
                    trained_on=_entered(trained_on, today),
                    pledged_on=_entered(pledged_on, today),
                    approved_on=approved_on,
                    approval=number,
                )
            )
            self._desk.record(work, "add_person", person.id, role=person.role.value, approval=number)
            work.commit()
        self._desk.anchor()

    def enter_dates(
        self,
        operator_id: str,
        *,
        reported_on: date | None = None,
        trained_on: date | None = None,
        pledged_on: date | None = None,
        approved_on: date | None = None,
        approval: str = "",
    ) -> StaffRecord:
        """Fills in what was not yet there; a date already entered stays. Raises Refused staff_unknown."""
        (number,) = checked_words(approval, needed=False)
        with self._desk.office_work(Act.EDIT_STAFF) as (work, _):
            record = work.staff.find(operator_id)
            if record is None:
                raise Refused("staff_unknown")
            if approved_on is not None and not (number or record.approval):
                raise Refused("staff_approval_missing")
            filled = replace(
                record,
                reported_on=record.reported_on or reported_on,
                trained_on=record.trained_on or trained_on,
                pledged_on=record.pledged_on or pledged_on,
                approved_on=record.approved_on or approved_on,
                approval=record.approval or number,
            )
            work.staff.save(filled)
            self._desk.record(work, "enter_dates", operator_id, approval=filled.approval)
            work.commit()
        self._desk.anchor()
        return filled

    def remove_person(self, operator_id: str) -> None:
        """Somebody leaves: the slot is deleted, the register keeps the row with the last day.

        Raises Refused not_allowed, operator_unknown, remove_yourself, last_manager.
        """
        leader = self._desk.allow(Act.EDIT_STAFF)
        if operator_id == leader.id:
            raise Refused("remove_yourself")
        if operator_id not in self._left_halfway():
            self._desk.vault.remove(operator_id)
        with self._desk.office_work(Act.EDIT_STAFF) as (work, _):
            record = work.staff.find(operator_id)
            if record is not None:
                work.staff.save(replace(record, left_on=self._desk.clock.today()))
            self._desk.record(work, "remove_person", operator_id)
            work.commit()
        self._desk.anchor()

    def release_lock(self, operator_id: str) -> None:
        """Ends the lock after wrong PINs of another person (the PIN stays as it was).

        Raises Refused not_allowed, operator_unknown, second_person_needed for one's own lock.
        """
        self._desk.allow(Act.EDIT_STAFF)
        self._desk.vault.release(operator_id)
        self._journal("release_lock", operator_id)

    def renew_pin(self, operator_id: str, untrusted_pin: str) -> None:
        """A new PIN, typed by a person who forgot theirs, before a signed-in manager; 0.4 s.

        Raises Refused not_allowed, operator_unknown, second_person_needed for oneself, and as refuse_weak.
        """
        self._desk.allow(Act.EDIT_STAFF)
        self._desk.vault.renew(operator_id, untrusted_pin)
        self._journal("renew_pin", operator_id)

    def _left_halfway(self) -> frozenset[str]:
        """Whose slot is gone while the register says nothing of it: a power cut amid a removal."""
        able = {person.id for person in self._desk.vault.operators()}
        return frozenset(
            person.operator
            for person in self.people()
            if person.left_on is None and person.operator not in able
        )

    def _journal(self, act: str, operator_id: str) -> None:
        with self._desk.office_work(Act.EDIT_STAFF) as (work, _):
            self._desk.record(work, act, operator_id)
            work.commit()
        self._desk.anchor()

    # --- sticks (媒体台帳) -------------------------------------------------------------------------------

    def media(self) -> tuple[tuple[Medium, MediumEnd | None], ...]:
        """Every stick with its last end, by serial number; an end from before it was used again is none."""
        with self._desk.office.reading() as view:
            ends = view.media.ends()
            known = [(medium, ends.get(medium.serial)) for medium in view.media.all()]
        return tuple(
            (medium, end if end is not None and end.state is medium.state else None) for medium, end in known
        )

    def end_medium(
        self, serial: str, state: MediumState, on: date, *, by: str, witness: str, certificate: str
    ) -> None:
        """A stick was wiped or destroyed, by whom and before whom (特記事項 17); a destroyed one stays so.

        Raises Refused medium_unknown, medium_state, medium_end_people, medium_end_ahead, words_too_long.
        """
        who, seen, number = checked_words(by, witness, certificate, needed=False)
        with self._desk.office_work(Act.EDIT_REGISTERS) as (work, operator):
            medium = work.media.find(serial)
            if medium is None:
                raise Refused("medium_unknown")
            end = MediumEnd(serial, state, on, who, seen, number, self._desk.clock.now(), operator.id)
            if medium.state is MediumState.DESTROYED:
                raise Refused("medium_state", serial=serial)
            work.media.save(medium.moved_to(state))
            work.media.add_end(end)
            self._desk.record(work, "medium_end", serial, state=state.value, on=on.isoformat())
            work.commit()
        self._desk.anchor()

    def approvals(self) -> tuple[Approval, ...]:
        """The register of approval numbers."""
        with self._desk.office.reading() as view:
            return tuple(view.approvals.all())

    def enter_approval(
        self,
        number: str,
        subject: Subject,
        on: date,
        until: date,
        *,
        standing: bool,
        second_id: str,
        second_pin: str,
    ) -> None:
        """Enters a number from the city's paper; two people stand for it.

        Refuses a number already entered for the subject: a paper is corrected by another paper.
        """
        operator = self._desk.allow(Act.EDIT_APPROVALS)
        (number,) = checked_words(number)
        entry = Approval(number, subject, on, on, until, standing)
        second = self._access.second_person(second_id, second_pin)
        refuse_unless_two(operator, second)
        with self._desk.office_work(Act.EDIT_APPROVALS) as (work, _):
            known = work.approvals.find(entry.number, subject)
            if known is not None and known.subject is subject:
                raise Refused("approval_known", number=entry.number)
            work.approvals.save(entry)
            self._desk.record(work, "enter_approval", entry.number, subject=subject.value, second=second.id)
            work.commit()
        self._desk.anchor()


def clear_half_made(desk: Desk, operator_id: str) -> None:
    """Takes away a slot without a row on the register: a power cut in the middle of adding somebody."""
    with desk.office.reading() as view:
        is_registered = view.staff.find(operator_id) is not None
    if not is_registered and any(person.id == operator_id for person in desk.vault.operators()):
        desk.vault.remove(operator_id)


def _entered(given: Entered, today: date) -> date | None:
    return today if given == "today" else given
