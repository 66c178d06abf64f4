"""Registers nobody writes by hand: filled from what the counter's verbs keep (特記事項 5-7, 16)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from kiosk.domain.agenda import AgendaDay
from kiosk.domain.eras import format_era
from kiosk.domain.registers import MediumEnd, Subject
from kiosk.services.papers import receipt_number
from kiosk.services.words import word

if TYPE_CHECKING:
    from kiosk.store.office import OfficeView

Rows = Iterator[dict[str, str]]


def derived_rows(name: str, view: OfficeView, days: Sequence[AgendaDay]) -> tuple[dict[str, str], ...]:
    """The rows of a derived register; KeyError for one that is written by hand."""
    return tuple(_VIEWS[name](view, days))


def derived_facts(name: str, view: OfficeView, today: date) -> dict[str, str]:
    """What stands above the rows of a derived register's paper."""
    if name != "copies":
        return {}
    standing = view.approvals.standing(Subject.COPIES, today)
    lines = [
        line
        for day in {opening.day for opening in view.openings.all()}
        for line in view.papers.of_session(day)
        if line.movement == "copied"
    ]
    days = sorted(line.session for line in lines)
    return {
        "approval": standing.number if standing else "",
        "total": word("register", "sheets").format(count=sum(line.count for line in lines)),
        "period": "～".join(dict.fromkeys(format_era(day) for day in (days[0], days[-1]))) if days else "",
    }


def _media(view: OfficeView, days: Sequence[AgendaDay]) -> Rows:
    copies: dict[str, list[date]] = {}
    for batch in view.batches.all():
        for export in view.batches.exports(batch.seq):
            copies.setdefault(export.medium, []).append(export.at.date())
    ends = view.media.ends()
    for medium in view.media.all():
        approval = view.approvals.find(medium.approval, Subject.MEDIUM)
        used = copies.get(medium.serial, [])
        yield {
            "serial": medium.serial,
            "kind": word("medium_kind", medium.kind.value),
            "reported": format_era(approval.on) if approval else "",
            "approval": medium.approval,
            "cipher": word("register", "cipher"),
            "keeper": "",
            "state": word("medium_state", medium.state.value),
            "exports": str(len(used)),
            "last_used": format_era(max(used)) if used else "",
            "end": _end(ends.get(medium.serial)),
        }


def _end(end: MediumEnd | None) -> str:
    """When a stick was wiped or destroyed, by whom, before whom, under which certificate."""
    if end is None:
        return ""
    facts = {"day": format_era(end.on), "state": word("medium_state", end.state.value)}
    return word("register", "medium_end").format(
        **facts, by=end.by, witness=end.witness, certificate=end.certificate or "―"
    )


def _personal(view: OfficeView, days: Sequence[AgendaDay]) -> Rows:
    """Each session's list, papers and records from taking to erasing (特記事項 7(5))."""
    due = {day.date: day.delivery_due for day in days}
    names = {person.operator: person.name for person in view.staff.all()}
    for opening in view.openings.all():
        day = opening.day
        batch = view.batches.newest_of(day)
        received = bool(batch and any(one.decision == "accept" for one in view.batches.receipts(batch.seq)))
        erased = view.erasures.find(day, opening.kiosk)
        lines = view.papers.of_session(day)
        users = dict.fromkeys([opening.manager, *(line.operator for line in lines)])
        common = {
            "day": format_era(day),
            "users": "、".join(names.get(one, one) for one in users),
            "deadline": format_era(due[day]) if day in due else "",
        }
        for handover in view.handovers.of_session(day):
            yield common | {
                "item": handover.item,
                "medium": handover.medium,
                "count": word("register", "rows").format(count=handover.count),
                "acquired": _moment(handover.at),
                "place": opening.kiosk,
                "state": word("register", "erased" if erased else "in_use"),
                "end": f"{_moment(erased.at)} {erased.approval}" if erased else receipt_number(handover),
            }
        papers: dict[str, int] = {}
        for line in lines:
            if line.movement in ("received", "copied"):
                papers[line.paper] = papers.get(line.paper, 0) + line.count
        for paper, count in sorted(papers.items()):
            yield common | {
                "item": word("paper", paper),
                "medium": word("register", "on_paper"),
                "count": word("register", "sheets").format(count=count),
                "acquired": word("register", "at_counter"),
                "place": word("register", "locked_box"),
                "state": word("register", "delivered" if received else "in_custody"),
                "end": f"{opening.kiosk}-{batch.seq:06d}" if batch else "",
            }
        yield common | {
            "item": word("counted", "visits"),
            "medium": word("register", "encrypted"),
            "count": word("register", "rows").format(count=len(view.figures.of_session(day))),
            "acquired": _moment(opening.opened_at),
            "place": opening.kiosk,
            "state": word("register", "erased" if erased else "in_use"),
            "end": f"{_moment(erased.at)} {erased.approval}" if erased else "",
        }


def _copies(view: OfficeView, days: Sequence[AgendaDay]) -> Rows:
    names = {person.operator: person.name for person in view.staff.all()}
    for day in sorted({opening.day for opening in view.openings.all()}):
        for line in view.papers.of_session(day):
            if line.movement == "copied":
                yield {
                    "day": format_era(line.session),
                    "ticket": line.ticket,
                    "kind": word("paper", line.paper),
                    "count": str(line.count),
                    "who": names.get(line.operator, line.operator),
                    "at": f"{line.at:%H:%M}",
                }


def _handovers(view: OfficeView, days: Sequence[AgendaDay]) -> Rows:
    for handover in view.handovers.all():
        yield {
            "at": _moment(handover.at),
            "direction": word("register", handover.direction.value),
            "item": f"{handover.item}（{receipt_number(handover)}）",
            "count": str(handover.count),
            "medium": f"{handover.medium}・{handover.means}",
            "giver": handover.giver,
            "taker": handover.taker,
        }


def _moment(at: datetime) -> str:
    return f"{format_era(at.date())} {at:%H:%M}"


_VIEWS: Final[dict[str, Callable[[OfficeView, Sequence[AgendaDay]], Rows]]] = {
    "media": _media,
    "personal": _personal,
    "copies": _copies,
    "handovers": _handovers,
}
