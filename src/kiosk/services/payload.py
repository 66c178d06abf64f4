"""What goes to the city inside the sealed batch: the day as tables anyone can read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kiosk.domain.custody import CustodyLine, held
from kiosk.domain.visit import Outcome, Step, Visit

if TYPE_CHECKING:
    from kiosk.store.session import SessionStore, SessionView

STILL_TO_ACT = frozenset({Outcome.APPLIED_PAPER, Outcome.APPLIED_ONLINE})
"""Applications the city still has to act on: portrait and ID go along by default (profile: open)."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def entries(
    store: SessionStore,
    portraits: Sequence[str],
    application_ids: Collection[str],
    summary: bytes,
    erasures: Iterable[tuple[str, bytes]] = (),
) -> Iterator[tuple[str, bytes]]:
    """(name, content) of every file of the payload, read over a connection of its own, one at a time.

    `portraits` and `application_ids` are the tickets whose picture and 申請書ID go along;
    `erasures` are the signed records of what was erased since the last batch.
    """
    with store.reading_alone() as view:
        visits = tuple(view.visits.all())
        lines = tuple(view.custody.lines())
        yield "visits.csv", csv_bytes(_visit_rows(visits))
        yield "visits.json", _visits_json(visits, lines)
        yield "custody.csv", csv_bytes(_custody_rows(lines))
        yield "applications.csv", csv_bytes(_application_rows(view, visits, application_ids))
        yield "journal.jsonl", _journal(view)
        yield "summary.pdf", summary
        yield from erasures
        for ticket in portraits:
            yield f"portraits/{ticket}.jpg", view.portraits.get(ticket).jpeg


def to_hand_over(rule: str, practice: bool, visits: Iterable[Visit], held_for: Sequence[str]) -> list[str]:
    """Which of the tickets `held_for` go along with picture or 申請書ID: none, those the city still has to
    act on, or all (practice: all); `rule` is the profile's hand_over_portraits.
    """
    if practice or rule == "all":
        return sorted(held_for)
    if rule == "none":
        return []
    still = {visit.ticket for visit in visits if visit.outcome in STILL_TO_ACT}
    return sorted(ticket for ticket in held_for if ticket in still)


def count_applications(visits: Iterable[Visit]) -> int:
    """Rows of applications.csv: one per APPLICATION visit."""
    return sum(1 for visit in visits if visit.service.value == "B")


def _visit_rows(visits: Sequence[Visit]) -> Iterator[list[str]]:
    yield ["ticket", "service", "reserved", "reservation", "name", "kana", "outcome", "reason", "pin_form"]
    for visit in visits:
        yield [
            visit.ticket,
            visit.service.name,
            "1" if visit.reservation else "0",
            visit.reservation or "",
            visit.name,
            visit.kana,
            visit.outcome.value if visit.outcome else "",
            visit.reason.value if visit.reason else "",
            visit.pin_form.value if visit.pin_form else "",
        ]


def _visits_json(visits: Sequence[Visit], lines: Sequence[CustodyLine]) -> bytes:
    whole = {"visits": [_visit_json(visit, lines) for visit in visits]}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _visit_json(visit: Visit, lines: Sequence[CustodyLine]) -> dict[str, Any]:
    return {
        "ticket": visit.ticket,
        "service": visit.service.name,
        "reserved": visit.reservation is not None,
        "reservation": visit.reservation,
        "name": visit.name,
        "kana": visit.kana,
        "party": visit.party,
        "flags": list(visit.flags),
        "outcome": visit.outcome.value if visit.outcome else None,
        "reason": visit.reason.value if visit.reason else None,
        "pin_form_variant": visit.pin_form.value if visit.pin_form else None,
        "steps": [_step_json(step) for step in visit.steps],
        "papers": [
            {"paper": paper.value, "count": count} for paper, count in held(lines, visit.ticket).items()
        ],
    }


def _step_json(step: Step) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "step": step.kind.value,
        "at": step.at.isoformat(),
        "operator": step.operator,
        "outcome": step.outcome.value,
    }
    if step.event is not None:
        plain["event"] = step.event.value
    if step.officer:
        plain["officer"] = step.officer
    if step.started_at is not None:
        plain["started_at"] = step.started_at.isoformat()
    if step.papers:
        plain["shown"] = list(step.papers)
    if step.facts:
        plain["facts"] = dict(step.facts)
    return plain


def _custody_rows(lines: Sequence[CustodyLine]) -> Iterator[list[str]]:
    yield ["ticket", "paper", "count", "movement", "at", "operator"]
    for line in lines:
        yield [
            line.ticket,
            line.paper.value,
            str(line.count),
            line.movement.value,
            line.at.isoformat(),
            line.operator,
        ]


def _application_rows(
    view: SessionView, visits: Sequence[Visit], with_ids: Collection[str]
) -> Iterator[list[str]]:
    yield ["ticket", "application_id", "outcome", "portrait"]
    pictures = set(view.portraits.tickets())
    for visit in visits:
        if visit.service.value != "B":
            continue
        application = view.applications.find(visit.ticket)
        number = application.application_id if application and visit.ticket in with_ids else None
        yield [
            visit.ticket,
            number or "",
            visit.outcome.value if visit.outcome else "",
            "1" if visit.ticket in pictures else "0",
        ]


def _journal(view: SessionView) -> bytes:
    return b"".join(entry.canonical() + b"\n" for entry in view.journal.entries())


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a mark for spreadsheet programs; cells that would be taken for a formula are defused."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(_DANGEROUS) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")
