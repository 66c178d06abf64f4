"""Papers in our hands: every movement counted, per visitor and in all."""

from __future__ import annotations

from kiosk.domain.custody import CustodyLine, Movement, Paper, held, refuse_impossible
from kiosk.domain.registers import Subject
from kiosk.domain.staff import Act
from kiosk.services.desk import Desk


class Custody:
    """The verbs of the papers screen and of the counter's paper buttons."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def move(self, ticket: str, paper: Paper, movement: Movement, count: int = 1) -> dict[Paper, int]:
        """One movement of one kind of paper; the visitor's papers as they then stand."""
        with self._desk.counter_work(Act.HANDLE_PAPERS) as (work, operator):
            work.visits.get(ticket)
            in_hand = held(work.custody.of_ticket(ticket))
            refuse_impossible(paper, count, movement, in_hand)
            work.custody.append(
                CustodyLine(ticket, paper, count, movement, self._desk.clock.now(), operator.id)
            )
            approval = {"approval": self.copy_approval()} if movement is Movement.COPIED else {}
            self._desk.record(
                work, f"paper_{movement.value}", ticket, paper=paper.value, count=count, **approval
            )
            now_held = held(work.custody.of_ticket(ticket))
            work.commit()
        return now_held

    def set_held(self, ticket: str, paper: Paper, count: int, movement: Movement = Movement.RECEIVED) -> None:
        """Brings the sheets held of one kind to `count` by one further movement; the same count does nothing.

        What a counter with plus and minus buttons needs: a double touch cannot count twice.
        """
        with self._desk.session.reading() as view:
            have = held(view.custody.of_ticket(ticket)).get(paper, 0)
        if count > have:
            self.move(ticket, paper, movement, count - have)
        elif count < have:
            self.move(ticket, paper, Movement.RETURNED, have - count)

    def copy_approval(self) -> str:
        """The city's standing approval number for copies (特記事項 5, 7(3)); empty when there is none."""
        with self._desk.office.reading() as view:
            approval = view.approvals.standing(Subject.COPIES, self._desk.clock.today())
        return approval.number if approval is not None else ""

    def of(self, ticket: str) -> dict[Paper, int]:
        """One visitor's papers in our hands."""
        with self._desk.session.reading() as view:
            return held(view.custody.of_ticket(ticket))

    def lines(self) -> tuple[CustodyLine, ...]:
        """Every movement of the day, oldest first."""
        with self._desk.session.reading() as view:
            return tuple(view.custody.lines())

    def in_all(self) -> dict[Paper, int]:
        """Everything in our hands now, per kind."""
        return held(self.lines())
