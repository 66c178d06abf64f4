"""The registers a day rests on: who may work here, and which of the city's approval numbers hold."""

from __future__ import annotations

from datetime import date

from kiosk.domain.errors import Refused
from kiosk.domain.ledger import StaffRecord
from kiosk.domain.registers import Approval, Subject
from kiosk.domain.staff import Act, Operator, refuse_unless_two
from kiosk.services.access import Access
from kiosk.services.desk import Desk


class RegisterDesk:
    """The verbs of the manage screen on people and approvals."""

    def __init__(self, desk: Desk, access: Access) -> None:
        self._desk = desk
        self._access = access

    def people(self) -> tuple[StaffRecord, ...]:
        """The staff register."""
        with self._desk.office.reading() as view:
            return tuple(view.staff.all())

    def add_person(self, person: Operator, untrusted_pin: str, *, approval: str, approved_on: date) -> None:
        """A further person with a PIN of their own; `approval` is the city's for them (特記事項 8).

        0.4 s. The person can sign in only once the register's row stands.
        """
        if not approval.strip():
            raise Refused("staff_approval_missing")
        if not person.name.strip():
            raise Refused("staff_name_missing")
        self._desk.allow(Act.EDIT_STAFF)
        self._desk.vault.add_operator(person, untrusted_pin)
        with self._desk.office_work(Act.EDIT_STAFF) as (work, _):
            work.staff.save(
                StaffRecord(
                    person.id,
                    person.name.strip(),
                    person.role.value,
                    approved_on=approved_on,
                    approval=approval.strip(),
                )
            )
            self._desk.record(
                work, "add_person", person.id, role=person.role.value, approval=approval.strip()
            )
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
        entry = Approval(number.strip(), subject, on, on, until, standing)
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
