"""Makes the visits of one session anew from what its batches told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from kiosk.city import collected as to
from kiosk.domain.custody import CustodyLine, Movement, Paper
from kiosk.domain.merging import MergedVisit, Part, PartStep, merge


def merge_session(db: Connection, city: str, session: date) -> None:
    """Replaces visits, steps, papers and conflicts of a session by the merge of its living batches."""
    for table in to.MADE:
        db.execute(delete(table).where(table.c.city == city, table.c.session == session))
    visits, conflicts = merge(_parts(db, city, session))
    of = {"city": city, "session": session}
    month = f"{session:%Y-%m}"
    rows: dict[Any, list[dict[str, Any]]] = {table: [] for table in to.MADE}
    for visit in visits:
        _add(rows, {**of, "ticket": visit.ticket, "kiosks": ",".join(visit.kiosks)}, month, visit)
    rows[to.conflicts] = [
        {**of, "ticket": one.ticket, "kiosks": ",".join(one.kiosks), "clash": one.clash.value}
        for one in conflicts
    ]
    for table, lines in rows.items():
        if lines:
            db.execute(insert(table), lines)


def _add(rows: dict[Any, list[dict[str, Any]]], of: dict[str, Any], month: str, visit: MergedVisit) -> None:
    rows[to.visits].append(
        {
            **of,
            "month": month,
            "service": visit.service,
            "reserved": visit.reserved,
            "outcome": visit.outcome,
            "reason": visit.reason,
            "pin_form": visit.pin_form,
            "has_photo": visit.has_photo,
            "waited_s": visit.waited_s,
            "served_s": visit.served_s,
        }
    )
    rows[to.steps] += [
        {
            **of,
            "n": n,
            "at": step.at,
            "step": step.step,
            "operator": step.operator,
            "outcome": step.outcome,
            "event": step.event,
        }
        for n, step in enumerate(visit.steps)
    ]
    rows[to.papers] += [
        {**of, "month": month, "paper": paper, "count": count} for paper, count in visit.papers.items()
    ]


def _parts(db: Connection, city: str, session: date) -> list[Part]:
    living = db.execute(
        select(to.batches.c.manifest_sha256, to.batches.c.kiosk)
        .where(to.batches.c.city == city, to.batches.c.session == session, ~to.batches.c.is_replaced)
        .order_by(to.batches.c.kiosk, to.batches.c.created_at, to.batches.c.manifest_sha256)
    ).all()
    labels = _labels(living)
    steps: dict[tuple[str, str], list[PartStep]] = defaultdict(list)
    for row in _told(db, to.part_steps, labels, to.part_steps.c.n):
        steps[row.batch, row.ticket].append(PartStep(row.at, row.step, row.operator, row.outcome, row.event))
    papers: dict[tuple[str, str], list[CustodyLine]] = defaultdict(list)
    for row in _told(db, to.part_papers, labels, to.part_papers.c.n):
        # By its mapping: a row is a tuple too, and a tuple has a method called count.
        count = row._mapping["count"]
        papers[row.batch, row.ticket].append(
            CustodyLine(row.ticket, Paper(row.paper), count, Movement(row.movement), row.at, row.operator)
        )
    return [
        Part(
            kiosk=labels[row.batch],
            ticket=row.ticket,
            service=row.service,
            reserved=row.reserved,
            outcome=row.outcome,
            reason=row.reason,
            pin_form=row.pin_form,
            has_photo=row.has_photo,
            steps=tuple(steps[row.batch, row.ticket]),
            papers=tuple(papers[row.batch, row.ticket]),
        )
        for row in _told(db, to.parts, labels, to.parts.c.ticket)
    ]


def _labels(living: Sequence[Any]) -> dict[str, str]:
    """The kiosk of each batch; K1#1, K1#2 where a kiosk delivered a session in two batches."""
    several = Counter(row.kiosk for row in living)
    passed: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for row in living:
        passed[row.kiosk] += 1
        one = several[row.kiosk] == 1
        labels[row.manifest_sha256] = row.kiosk if one else f"{row.kiosk}#{passed[row.kiosk]}"
    return labels


def _told(db: Connection, table: Any, labels: dict[str, str], order: Any) -> Sequence[Any]:
    return db.execute(select(table).where(table.c.batch.in_(labels)).order_by(table.c.batch, order)).all()
