"""The end of the counter day: four counts side by side, differences in words, the manager's yes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from kiosk.domain.batch import SessionEvent, SessionState
from kiosk.domain.closing import (
    Difference,
    Explanation,
    Gap,
    Reconciliation,
    reconcile,
    refuse_unexplained,
)
from kiosk.domain.custody import CustodyLine, Movement, held
from kiosk.domain.errors import Refused
from kiosk.domain.guards import refuse_my_number
from kiosk.domain.ledger import PaperLine, VisitFigures
from kiosk.domain.registers import Subject
from kiosk.domain.staff import Act
from kiosk.domain.visit import Event, Outcome, Visit
from kiosk.services.anomalies import keep, noticed
from kiosk.services.continuation import Continuation
from kiosk.services.day_counts import day_counts
from kiosk.services.desk import Desk
from kiosk.services.incidents import draft
from kiosk.services.site_figures import keep_whole

if TYPE_CHECKING:
    from kiosk.store.session import SessionView, SessionWork


class Closing:
    """The verbs of the close screen up to the manager's approval."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def reconcile(self) -> Reconciliation:
        """Tickets = outcomes = records = papers as they stand now, and what else waits for a word."""
        with self._desk.session.reading() as view:
            found = reconciled(view)
            return replace(found, differences=(*found.differences, *noticed(self._desk, view)))

    def explain(self, explanation: Explanation) -> None:
        """Puts words (or 調査中) to one difference; said again, the later words count."""
        words = explanation.words.strip()
        if not words and not explanation.under_inquiry:
            raise Refused("closing_words_empty")
        refuse_my_number(words)
        with self._desk.counter_work(Act.CLOSE_SESSION) as (work, _):
            put_explanation(work, explanation)
            self._desk.record(
                work,
                "explain",
                explanation.difference.ticket,
                gap=explanation.difference.gap.value,
                under_inquiry=explanation.under_inquiry,
            )
            work.commit()

    def explanations(self) -> tuple[Explanation, ...]:
        """What has been said so far."""
        with self._desk.session.reading() as view:
            return explanations_in(view)

    def approve(self) -> Reconciliation:
        """The manager closes the session: counts and custody go to the office without names.

        Refuses while a difference has no words. A session already closed stays as it is.
        """
        operator = self._desk.allow(Act.CLOSE_SESSION)
        day = self._desk.session_day
        found = self.reconcile()
        if self._desk.state is not SessionState.OPEN:
            return found
        explanations = self.explanations()
        refuse_unexplained(found.differences, explanations)
        with self._desk.session.reading() as view:
            visits = tuple(view.visits.all())
            lines = tuple(view.custody.lines())
            portraits = view.portraits.tickets()
            # Every row of the city's list is somebody's data, whether they came or not: erased like the rest.
            counted = {**day_counts(view), **_issued(visits), "bookings": view.reservations.count()}
        if from_paper := Continuation(self._desk).count():
            counted["from_paper"] = from_paper
        with self._desk.office.work() as work:
            opening = work.openings.get(day, self._desk.kiosk)
            work.openings.save(opening.after(SessionEvent.CLOSE))
            work.figures.add_visits(figures_of(day, self._desk.kiosk, visits, portraits))
            work.figures.add_day(
                day,
                self._desk.kiosk,
                {**counted, "tickets": found.tickets, "differences": len(found.differences)},
            )
            # Closed again after mending: only the movements that came since.
            approval = work.approvals.standing(Subject.COPIES, day)
            fresh = paper_lines(day, lines[len(work.papers.of_session(day)) :])
            work.papers.add_all(with_copy_approval(fresh, approval.number if approval else ""))
            said = [entry for entry in explanations if entry.difference in found.differences]
            keep(work, self._desk, operator.id, said)
            keep_whole(work, day, self._desk.kiosk, {})
            draft(work, self._desk, operator.id, said)
            self._desk.record(
                work, "close_session", day.isoformat(), by=operator.id, differences=len(found.differences)
            )
            self._desk.anchor_session(work)
            work.commit()
        self._desk.state_changed()
        self._desk.anchor()
        return found

    def papers(self) -> dict[str, int]:
        """Sheets to be delivered, per kind."""
        with self._desk.session.reading() as view:
            return {paper.value: count for paper, count in held(view.custody.lines()).items()}


def _issued(visits: Iterable[Visit]) -> dict[str, int]:
    """Who came with a number that this kiosk gave out: of a session on several kiosks each counts its own."""
    ours = [
        visit.reservation is not None
        for visit in visits
        if visit.outcome is not Outcome.VOIDED and visit.steps[0].event is not Event.TAKE_IN
    ]
    return {"issued_reserved": sum(ours), "issued_walk_in": len(ours) - sum(ours)}


def reconciled(view: SessionView) -> Reconciliation:
    """The four counts of the day; what another kiosk's manifest says has ended there is no gap here."""
    told: dict[str, list[list[str | None]]] = view.meta.get("elsewhere", {})
    ended = {str(line[0]) for lines in told.values() for line in lines if line[1] is not None}
    return reconcile(view.tickets.numbers(), view.visits.all(), view.custody.lines(), ended)


def explanations_in(view: SessionView) -> tuple[Explanation, ...]:
    """What has been said of the day's differences."""
    return tuple(
        Explanation(
            Difference(Gap(entry["gap"]), entry["ticket"], entry["paper"]),
            entry["words"],
            entry["under_inquiry"],
        )
        for entry in view.meta.get("explanations", [])
    )


def put_explanation(work: SessionWork, explanation: Explanation) -> None:
    """Adds words to a difference, or replaces earlier ones."""
    said = [kept for kept in explanations_in(work) if kept.difference != explanation.difference]
    work.meta.put(
        "explanations",
        [
            {
                "gap": kept.difference.gap.value,
                "ticket": kept.difference.ticket,
                "paper": kept.difference.paper,
                "words": kept.words,
                "under_inquiry": kept.under_inquiry,
            }
            for kept in (*said, explanation)
        ],
    )


def figures_of(
    day: date, kiosk: str, visits: Iterable[Visit], portraits: Collection[str]
) -> tuple[VisitFigures, ...]:
    """What the reports count of each visit (spec 7(5): 件数, 内訳); seconds, no names."""
    return tuple(
        VisitFigures(
            session=day,
            kiosk=kiosk,
            ticket=visit.ticket,
            service=visit.service.value,
            reserved=visit.reservation is not None,
            outcome=visit.outcome.value if visit.outcome else None,
            reason=visit.reason.value if visit.reason else None,
            waited_s=_between(visit, Event.READY, Event.CALL),
            served_s=_between(visit, Event.ARRIVE, Event.FINISH),
            photos=1 if visit.ticket in portraits else 0,
        )
        for visit in visits
    )


def paper_lines(day: date, lines: Iterable[CustodyLine]) -> tuple[PaperLine, ...]:
    """The day's custody as the office keeps it: ticket, kind, count, who, when (特記事項 7(5))."""
    return tuple(
        PaperLine(day, line.ticket, line.paper.value, line.count, line.movement.value, line.at, line.operator)
        for line in lines
    )


def with_copy_approval(lines: Iterable[PaperLine], number: str) -> tuple[PaperLine, ...]:
    """Copies under the city's standing approval number (特記事項 5, 7(3)); the number is the office's own."""
    copied = Movement.COPIED.value
    return tuple(replace(line, approval=number) if line.movement == copied else line for line in lines)


def _between(visit: Visit, first: Event, last: Event) -> int | None:
    begin = next((step.at for step in visit.steps if step.event is first), None)
    end = next((step.at for step in visit.steps if step.event is last), None)
    return None if begin is None or end is None else max(0, int((end - begin).total_seconds()))
