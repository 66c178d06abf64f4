"""The city's signed 受領書: found on the stick, judged, and the only thing that opens the way to erasure."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.batch import SessionEvent, SessionState
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import TakenReceipt
from kiosk.domain.receipt import Decision, judge
from kiosk.domain.staff import Act
from kiosk.services.desk import Desk
from kiosk.services.handover import Handover

if TYPE_CHECKING:
    from kiosk.domain.receipt import Receipt


class ReceiptDesk:
    """Takes in the city's answer."""

    def __init__(self, desk: Desk, handover: Handover) -> None:
        self._desk = desk
        self._handover = handover

    def find(self, folder: Path) -> Path:
        """The receipt for the session's newest batch in a stick's folder; Refused("receipt_absent")."""
        batch = self._handover.batch()
        if batch is None:
            raise Refused("batch_none")
        file = folder / f"{batch.name.removesuffix('.zip')}.receipt.json"
        if not file.is_file():
            raise Refused("receipt_absent")
        return file

    def take(self, file: Path, day: date | None = None) -> Decision:
        """Reads, verifies with the pinned key and records a receipt; the same one again changes nothing.

        A rejecting one leads back to CLOSED, to be mended under a new number.
        """
        from kiosk.sealing.cards import CityCard
        from kiosk.sealing.receipts import read_receipt

        self._desk.allow(Act.TAKE_RECEIPT)
        when = day or self._desk.session_day
        with self._desk.office.reading() as view:
            city_card = CityCard.from_text(view.settings.get("city_card"))
            opening = view.openings.get(when, self._desk.kiosk)
            newest = view.batches.newest_of(when)
            known = {taken.sha256 for taken in view.batches.receipts(newest.seq)} if newest else set()
        receipt = read_receipt(file, city_card.receipt_public)
        if opening.state in (SessionState.OPEN, SessionState.ERASED):
            raise Refused("batch_none")
        manifest, earlier = self._handover.newest_manifest(when)
        decision = judge(receipt, manifest, earlier)
        if receipt.sha256() in known:
            return decision
        event = SessionEvent.ACCEPTED if decision is Decision.ACCEPT else SessionEvent.REJECTED
        with self._desk.office_work(Act.TAKE_RECEIPT) as (work, operator):
            opening = work.openings.get(when, self._desk.kiosk)
            work.openings.save(opening.after(event))
            work.batches.add_receipt(_taken(receipt, operator.id))
            self._desk.record(
                work, "receipt", receipt.batch, decision=decision.value, sha256=receipt.sha256()
            )
            work.commit()
        self._desk.state_changed()
        self._desk.anchor()
        return decision


def _taken(receipt: Receipt, operator: str) -> TakenReceipt:
    return TakenReceipt(
        seq=receipt.seq,
        decision=receipt.decision.value,
        receiver=receipt.received_by,
        reason=receipt.reason or "",
        at=receipt.received_at,
        sha256=receipt.sha256(),
        operator=operator,
        text=receipt.to_bytes().decode(),
    )
