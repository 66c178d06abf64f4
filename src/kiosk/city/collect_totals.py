"""What the collected database answers: monthly totals, numbers that never came, numbers that contradict."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from kiosk.city import collected as to


@dataclass(slots=True)
class Month:
    """One month over all kiosks; a session counts once however many kiosks stood there."""

    month: str
    sessions: int = 0
    batches: int = 0
    visits: int = 0
    reserved: int = 0
    photos: int = 0
    services: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    papers: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missing:
    """Numbers of one kiosk's key that are not in the database."""

    kiosk: str
    signed_by: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ListedConflict:
    """One number whose parts were not merged."""

    session: date
    ticket: str
    kiosks: str
    clash: str


def months(db: Connection) -> tuple[Month, ...]:
    """Totals of every month, the earliest first."""
    found: dict[str, Month] = {}

    def of(month: str) -> Month:
        return found.setdefault(month, Month(month))

    sessions: dict[str, set[tuple[str, date]]] = defaultdict(set)
    living = select(to.batches.c.city, to.batches.c.session).where(~to.batches.c.is_replaced)
    for city, session in db.execute(living):
        month = f"{session:%Y-%m}"
        of(month).batches += 1
        sessions[month].add((city, session))
    for month, held in sessions.items():
        of(month).sessions = len(held)
    kinds = [to.visits.c[name] for name in ("month", "service", "outcome", "reason", "reserved", "has_photo")]
    rows: Iterable[Any] = db.execute(select(*kinds, func.count()).group_by(*kinds))
    for month, service, outcome, reason, reserved, has_photo, count in rows:
        one = of(month)
        one.visits += count
        one.reserved += count if reserved else 0
        one.photos += count if has_photo else 0
        _count(one.services, service, count)
        _count(one.outcomes, outcome or "none", count)
        if reason is not None:
            _count(one.reasons, reason, count)
    by_paper = [to.papers.c.month, to.papers.c.paper]
    rows = db.execute(select(*by_paper, func.sum(to.papers.c["count"])).group_by(*by_paper))
    for month, paper, count in rows:
        _count(of(month).papers, paper, int(count))
    return tuple(found[month] for month in sorted(found))


def _count(table: dict[str, int], name: str, count: int) -> None:
    table[name] = table.get(name, 0) + count


def missing(db: Connection) -> tuple[Missing, ...]:
    """For every kiosk and key the numbers below its highest that were not collected."""
    seen: dict[tuple[str, str], set[int]] = defaultdict(set)
    for kiosk, key, seq in db.execute(select(to.batches.c.kiosk, to.batches.c.signed_by, to.batches.c.seq)):
        seen[kiosk, key].add(seq)
    lines = (
        Missing(kiosk, key, tuple(n for n in range(1, max(numbers)) if n not in numbers))
        for (kiosk, key), numbers in sorted(seen.items())
    )
    return tuple(line for line in lines if line.numbers)


def conflicts(db: Connection) -> tuple[ListedConflict, ...]:
    """Every number that was not merged, by day and number."""
    table = to.conflicts.c
    rows = db.execute(
        select(table.session, table.ticket, table.kiosks, table.clash).order_by(
            table.session, table.ticket, table.kiosks
        )
    )
    return tuple(ListedConflict(*row) for row in rows)
