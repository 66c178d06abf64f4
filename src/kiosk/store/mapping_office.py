"""Row to domain and domain to row for the office database, side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import Enum
from typing import Any

from kiosk.domain.agenda_changes import AgendaChange, ChangeKind
from kiosk.domain.batch import SessionState
from kiosk.domain.erasure import Erasure
from kiosk.domain.ledger import (
    Direction,
    Export,
    Handover,
    Opening,
    PaperLine,
    SealedBatch,
    StaffRecord,
    TakenReceipt,
    VisitFigures,
)
from kiosk.domain.registers import Approval, Medium, MediumEnd, MediumKind, MediumState, Subject
from kiosk.store.mapping import Row, Values, moment, unlisted


def values_of(record: Any) -> Values:
    """Domain to row: every field of a ledger's dataclass has a column of the same name."""
    return {field.name: _stored(getattr(record, field.name)) for field in fields(record)}


def _stored(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return json.dumps(dict(value), ensure_ascii=False, sort_keys=True)
    return value


def agenda_change_of(row: Row) -> AgendaChange:
    """Row to domain."""
    return AgendaChange(
        day=date.fromisoformat(row.day),
        kind=ChangeKind(row.kind),
        reason=row.reason,
        agreed_by=row.agreed_by,
        agreed_on=date.fromisoformat(row.agreed_on),
        at=datetime.fromisoformat(row.at),
        operator=row.operator,
        venue=row.venue,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def opening_of(row: Row) -> Opening:
    """Row to domain."""
    return Opening(
        day=date.fromisoformat(row.day),
        kiosk=row.kiosk,
        venue=row.venue,
        manager=row.manager,
        opened_at=datetime.fromisoformat(row.opened_at),
        state=SessionState(row.state),
        checklist=unlisted(row.checklist),
        origin=row.origin,
        reason=row.reason,
        evidence_hold=row.evidence_hold,
    )


def approval_of(row: Row) -> Approval:
    """Row to domain."""
    return Approval(
        number=row.number,
        subject=Subject(row.subject),
        on=date.fromisoformat(row.on),
        valid_from=date.fromisoformat(row.valid_from),
        valid_until=date.fromisoformat(row.valid_until),
        standing=row.standing,
        used=row.used,
    )


def medium_of(row: Row) -> Medium:
    """Row to domain."""
    return Medium(row.serial, MediumKind(row.kind), row.approval, MediumState(row.state))


def medium_end_of(row: Row) -> MediumEnd:
    """Row to domain."""
    return MediumEnd(
        serial=row.serial,
        state=MediumState(row.state),
        on=date.fromisoformat(row.on),
        by=row.by,
        witness=row.witness,
        certificate=row.certificate,
        at=datetime.fromisoformat(row.at),
        operator=row.operator,
    )


def staff_of(row: Row) -> StaffRecord:
    """Row to domain."""
    return StaffRecord(
        operator=row.operator,
        name=row.name,
        role=row.role,
        employment=row.employment,
        badge=row.badge,
        reported_on=_day(row.reported_on),
        trained_on=_day(row.trained_on),
        pledged_on=_day(row.pledged_on),
        approved_on=_day(row.approved_on),
        approval=row.approval,
        left_on=_day(row.left_on),
    )


def handover_of(row: Row) -> Handover:
    """Row to domain."""
    return Handover(
        number=row.number,
        direction=Direction(row.direction),
        item=row.item,
        at=datetime.fromisoformat(row.at),
        session=date.fromisoformat(row.session),
        medium=row.medium,
        means=row.means,
        place=row.place,
        giver=row.giver,
        taker=row.taker,
        file_name=row.file_name,
        sha256=row.sha256,
        count=row._mapping["count"],
        approval=row.approval,
        returned_at=moment(row.returned_at),
    )


def batch_of(row: Row) -> SealedBatch:
    """Row to domain."""
    return SealedBatch(
        seq=row.seq,
        name=row.name,
        session=date.fromisoformat(row.session),
        sealed_at=datetime.fromisoformat(row.sealed_at),
        size=row.size,
        manifest_sha256=row.manifest_sha256,
        plaintext_sha256=row.plaintext_sha256,
        prev=row.prev,
        supersedes=row.supersedes,
        operator=row.operator,
        counts=json.loads(row.counts),
    )


def export_of(row: Row) -> Export:
    """Row to domain."""
    return Export(row.seq, row.medium, row.approval, datetime.fromisoformat(row.at), row.operator)


def receipt_of(row: Row) -> TakenReceipt:
    """Row to domain."""
    return TakenReceipt(
        seq=row.seq,
        decision=row.decision,
        receiver=row.receiver,
        reason=row.reason,
        at=datetime.fromisoformat(row.at),
        sha256=row.sha256,
        operator=row.operator,
        text=row.text,
    )


def erasure_values(erasure: Erasure) -> Values:
    """Domain to row: the record as one JSON text, with the session it is about."""
    record = {field.name: getattr(erasure, field.name) for field in fields(erasure)}
    record["at"] = erasure.at.isoformat()
    return {
        "session": erasure.session,
        "kiosk": erasure.kiosk,
        "at": erasure.at.isoformat(),
        "record": json.dumps(record, ensure_ascii=False, sort_keys=True),
    }


def erasure_of(row: Row) -> Erasure:
    """Row to domain."""
    record = json.loads(row.record)
    record["at"] = datetime.fromisoformat(record["at"])
    record["checks"] = tuple((name, passed) for name, passed in record["checks"])
    record["copies_that_remain"] = tuple(record["copies_that_remain"])
    return Erasure(**record)


def paper_of(row: Row) -> PaperLine:
    """Row to domain."""
    return PaperLine(
        session=date.fromisoformat(row.session),
        ticket=row.ticket,
        paper=row.paper,
        count=row._mapping["count"],
        movement=row.movement,
        at=datetime.fromisoformat(row.at),
        operator=row.operator,
        approval=row.approval,
    )


def figures_of(row: Row) -> VisitFigures:
    """Row to domain."""
    return VisitFigures(
        session=date.fromisoformat(row.session),
        kiosk=row.kiosk,
        ticket=row.ticket,
        service=row.service,
        reserved=row.reserved,
        outcome=row.outcome,
        reason=row.reason,
        waited_s=row.waited_s,
        served_s=row.served_s,
        photos=row.photos,
    )
