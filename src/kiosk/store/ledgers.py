"""What outlives every erasure: hand-overs, batches, receipts, erasures, papers and figures without names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from kiosk.domain.erasure import Erasure
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import Export, Handover, PaperLine, SealedBatch, TakenReceipt, VisitFigures
from kiosk.domain.report import Tally
from kiosk.store import mapping_office as mapping
from kiosk.store.queries import only_first
from kiosk.store.tables_office import (
    batches,
    day_figures,
    erasures,
    exports,
    figures,
    handovers,
    papers,
    receipts,
)

WHOLE = "site"
"""Stands for the kiosk where a count is of the whole session over several kiosks."""


class HandoverRows:
    """The numbered hand-overs (預り証, 納品書)."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def next_number(self) -> int:
        """The number of the next one; it counts once added and committed."""
        return (self._db.execute(select(func.max(handovers.c.number))).scalar_one() or 0) + 1

    def add(self, handover: Handover) -> None:
        """Adds one."""
        self._db.execute(insert(handovers).values(mapping.values_of(handover)))

    def mark_returned(self, handover: Handover) -> None:
        """Records when the medium went back or the file was deleted; raises Refused("handover_unknown")."""
        changed = self._db.execute(
            update(handovers)
            .where(handovers.c.number == handover.number)
            .values(returned_at=mapping.values_of(handover)["returned_at"])
        )
        if changed.rowcount == 0:
            raise Refused("handover_unknown", number=handover.number)

    def all(self) -> tuple[Handover, ...]:
        """The ledger, by number."""
        rows = self._db.execute(select(handovers).order_by(handovers.c.number))
        return tuple(mapping.handover_of(row) for row in rows)

    def of_session(self, day: date) -> tuple[Handover, ...]:
        """The hand-overs of one session, by number."""
        query = select(handovers).where(handovers.c.session == day.isoformat())
        rows = self._db.execute(query.order_by(handovers.c.number))
        return tuple(mapping.handover_of(row) for row in rows)


class BatchRows:
    """Sealed batches, their copies on sticks and the city's answers; a row never changes."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def next_seq(self) -> int:
        """The next batch number of this kiosk; it counts once added and committed."""
        return (self._db.execute(select(func.max(batches.c.seq))).scalar_one() or 0) + 1

    def last(self) -> SealedBatch | None:
        """The newest batch of any kind: its manifest hash is the `prev` of the next."""
        row = self._db.execute(only_first(select(batches).order_by(batches.c.seq.desc()))).first()
        return None if row is None else mapping.batch_of(row)

    def newest_of(self, day: date) -> SealedBatch | None:
        """The newest batch of a session: only its receipt permits erasure."""
        query = select(batches).where(batches.c.session == day.isoformat()).order_by(batches.c.seq.desc())
        found = (mapping.batch_of(row) for row in self._db.execute(query))
        return next((batch for batch in found if not batch.is_last), None)

    def last_batches(self) -> tuple[SealedBatch, ...]:
        """The batches of registers sealed for the end of the contract, the newest one last."""
        return tuple(batch for batch in self.all() if batch.is_last)

    def by_manifest(self, sha256: str) -> SealedBatch | None:
        """The batch a manifest hash belongs to."""
        row = self._db.execute(select(batches).where(batches.c.manifest_sha256 == sha256)).first()
        return None if row is None else mapping.batch_of(row)

    def add(self, batch: SealedBatch) -> None:
        """Adds a batch."""
        self._db.execute(insert(batches).values(mapping.values_of(batch)))

    def all(self) -> tuple[SealedBatch, ...]:
        """The ledger, by number."""
        rows = self._db.execute(select(batches).order_by(batches.c.seq))
        return tuple(mapping.batch_of(row) for row in rows)

    def add_export(self, export: Export) -> None:
        """Adds a verified copy."""
        self._db.execute(insert(exports).values(mapping.values_of(export)))

    def exports(self, seq: int) -> tuple[Export, ...]:
        """The copies of a batch, in order."""
        rows = self._db.execute(select(exports).where(exports.c.seq == seq).order_by(exports.c.n))
        return tuple(mapping.export_of(row) for row in rows)

    def add_receipt(self, receipt: TakenReceipt) -> None:
        """Adds the city's answer; the same one again changes nothing."""
        known = self._db.execute(select(receipts.c.seq).where(receipts.c.sha256 == receipt.sha256)).first()
        if known is None:
            self._db.execute(insert(receipts).values(mapping.values_of(receipt)))

    def receipts(self, seq: int) -> tuple[TakenReceipt, ...]:
        """The city's answers to a batch, by time."""
        rows = self._db.execute(select(receipts).where(receipts.c.seq == seq).order_by(receipts.c.at))
        return tuple(mapping.receipt_of(row) for row in rows)

    def answers(self) -> tuple[TakenReceipt, ...]:
        """All the city's answers, by time."""
        rows = self._db.execute(select(receipts).order_by(receipts.c.at, receipts.c.seq))
        return tuple(mapping.receipt_of(row) for row in rows)


class ErasureRows:
    """The proofs that a session's data are gone."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def add(self, erasure: Erasure) -> None:
        """Adds a record."""
        self._db.execute(insert(erasures).values(mapping.erasure_values(erasure)))

    def find(self, day: date, kiosk: str) -> Erasure | None:
        """The record of a session, or None."""
        row = self._db.execute(
            select(erasures).where(erasures.c.session == day.isoformat(), erasures.c.kiosk == kiosk)
        ).first()
        return None if row is None else mapping.erasure_of(row)

    def all(self) -> tuple[Erasure, ...]:
        """The records, by session."""
        return tuple(
            mapping.erasure_of(row) for row in self._db.execute(select(erasures).order_by(erasures.c.session))
        )


class PaperRows:
    """Movements of papers, kept without names as the contract's evidence."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def add_all(self, lines: Iterable[PaperLine]) -> None:
        """Adds the lines of a session."""
        rows = [mapping.values_of(line) for line in lines]
        if rows:
            self._db.execute(insert(papers), rows)

    def of_session(self, day: date) -> tuple[PaperLine, ...]:
        """The lines of a session, in order."""
        query = select(papers).where(papers.c.session == day.isoformat()).order_by(papers.c.n)
        return tuple(mapping.paper_of(row) for row in self._db.execute(query))


class FigureRows:
    """What the monthly reports count."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def add_visits(self, lines: Iterable[VisitFigures]) -> None:
        """Adds or replaces the figures of visits: a session closed again after a rejection counts once."""
        rows = [mapping.values_of(line) for line in lines]
        if rows:
            self._db.execute(insert(figures).prefix_with("OR REPLACE"), rows)

    def add_day(self, day: date, kiosk: str, counts: dict[str, int]) -> None:
        """Adds or replaces counts of a day that belong to no visit (guidance, no-shows)."""
        rows = [
            {"session": day.isoformat(), "kiosk": kiosk, "name": name, "count": count}
            for name, count in sorted(counts.items())
        ]
        if rows:
            self._db.execute(insert(day_figures).prefix_with("OR REPLACE"), rows)

    def of_session(self, day: date) -> tuple[VisitFigures, ...]:
        """The figures of a session, by ticket."""
        query = select(figures).where(figures.c.session == day.isoformat()).order_by(figures.c.ticket)
        return tuple(mapping.figures_of(row) for row in self._db.execute(query))

    def day_counts(self, day: date, kiosk: str) -> dict[str, int]:
        """The counts of a day that belong to no visit."""
        query = select(day_figures.c.name, day_figures.c["count"]).where(
            day_figures.c.session == day.isoformat(), day_figures.c.kiosk == kiosk
        )
        return {row[0]: row[1] for row in self._db.execute(query.order_by(day_figures.c.name))}

    def tallies(self, first: date, last: date) -> tuple[Tally, ...]:
        """Visits from `first` to `last` by session, service, booking, outcome and reason; one pass."""
        kinds = (
            figures.c.session,
            figures.c.service,
            figures.c.reserved,
            figures.c.outcome,
            figures.c.reason,
        )
        query = (
            select(
                *kinds,
                func.count(),
                func.count(figures.c.waited_s),
                func.coalesce(func.sum(figures.c.waited_s), 0),
                func.coalesce(func.max(figures.c.waited_s), 0),
                func.count(figures.c.served_s),
                func.coalesce(func.sum(figures.c.served_s), 0),
            )
            .where(figures.c.session.between(first.isoformat(), last.isoformat()))
            .group_by(*kinds)
        )
        return tuple(
            Tally(date.fromisoformat(row[0]), row[1], bool(row[2]), row[3], row[4], *row[5:])
            for row in self._db.execute(query)
        )

    def days(self, first: date, last: date) -> dict[date, dict[str, int]]:
        """The counts that belong to no visit, by session, all kiosks together."""
        return self._days(first, last, day_figures.c.kiosk != WHOLE)

    def put_whole(self, day: date, counts: dict[str, int]) -> None:
        """Keeps the line of a session over several kiosks, in the place of an earlier one."""
        is_it = (day_figures.c.session == day.isoformat()) & (day_figures.c.kiosk == WHOLE)
        self._db.execute(delete(day_figures).where(is_it))
        self.add_day(day, WHOLE, counts)

    def wholes(self, first: date, last: date) -> dict[date, dict[str, int]]:
        """The lines of sessions that several kiosks held together."""
        return self._days(first, last, day_figures.c.kiosk == WHOLE)

    def _days(self, first: date, last: date, of_whom: ColumnElement[bool]) -> dict[date, dict[str, int]]:
        total = func.sum(day_figures.c["count"])
        query = (
            select(day_figures.c.session, day_figures.c.name, total)
            .where(day_figures.c.session.between(first.isoformat(), last.isoformat()), of_whom)
            .group_by(day_figures.c.session, day_figures.c.name)
        )
        found: dict[date, dict[str, int]] = {}
        for row in self._db.execute(query):
            found.setdefault(date.fromisoformat(row[0]), {})[row[1]] = row[2]
        return found
