"""The city's signed 受領書: found on the stick, judged, and the only thing that opens the way to erasure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.batch import COUNTED_KINDS, SessionEvent, SessionState
from kiosk.domain.canonical import canonical
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import SealedBatch, TakenReceipt
from kiosk.domain.receipt import Decision, judge
from kiosk.domain.registers import Subject, refuse_unless_valid
from kiosk.domain.staff import Act, refuse_unless_two
from kiosk.domain.way import checked_words
from kiosk.services.access import Access
from kiosk.services.desk import Desk
from kiosk.services.erasure_records import PAPER_RECEIPT
from kiosk.services.handover import Handover

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from kiosk.domain.receipt import Receipt
    from kiosk.domain.receipt_parts import Parts


CHECK_CODE = 8
"""Letters of the check code on the 納品書."""


@dataclass(frozen=True, slots=True)
class PaperAnswer:
    """What stands on a stamped 受領書, as two people read it."""

    number: str
    officer: str
    on: date
    check_code: str
    counts: Mapping[str, int] = field(default_factory=dict)
    accepted: bool = True
    reason: str = ""


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

    @property
    def takes_paper(self) -> bool:
        """Whether the profile lets a stamped 受領書 on paper be entered by two people."""
        return self._desk.rules.handover.receipt == "paper"

    def take_paper(
        self, untrusted: PaperAnswer, access: Access, *, second_id: str, second_pin: str
    ) -> Decision:
        """The city's stamp on the 納品書, entered by two people, one of them leading (profile: paper).

        Neither may be who wrote the stick. Number, officer and date of the paper, counts and the whole
        check code are compared with the batch; the city's approval for paper receipts has to be in date.
        Raises Refused receipt_paper_not_allowed, receipt_paper_code, receipt_counts, receipt_paper_exporter,
        second_person_needed, approval_…, words_missing.
        """
        desk, when = self._desk, self._desk.session_day
        operator = desk.allow(Act.TAKE_RECEIPT)
        if not self.takes_paper:
            raise Refused("receipt_paper_not_allowed")
        _, officer = checked_words(untrusted.number, untrusted.officer)
        (reason,) = checked_words(untrusted.reason, needed=not untrusted.accepted)
        second = access.second_person(second_id, second_pin)
        refuse_unless_two(operator, second)
        with desk.office.reading() as view:
            batch = view.batches.newest_of(when)
            copies = view.batches.exports(batch.seq) if batch is not None else ()
            allowed = view.approvals.standing(Subject.PAPER_RECEIPT, desk.clock.today())
        if batch is None or not copies:
            raise Refused("batch_none")
        refuse_unless_valid(allowed, Subject.PAPER_RECEIPT, desk.clock.today())
        if {operator.id, second.id} & {copy.operator for copy in copies}:
            raise Refused("receipt_paper_exporter")
        if "".join(untrusted.check_code.split()).lower() != batch.manifest_sha256[:CHECK_CODE]:
            raise Refused("receipt_paper_code")
        for kind in COUNTED_KINDS:
            if untrusted.accepted and untrusted.counts.get(kind, 0) != batch.counts.get(kind, 0):
                raise Refused("receipt_counts", kind=kind)
        decision = Decision.ACCEPT if untrusted.accepted else Decision.REJECT
        text = _paper_text(untrusted, batch, decision, (operator.id, second.id))
        at = datetime.combine(untrusted.on, desk.clock.now().timetz())
        self._keep(
            when,
            TakenReceipt(
                seq=batch.seq,
                decision=decision.value,
                receiver=officer,
                reason=reason,
                at=at,
                sha256=hashlib.sha256(text).hexdigest(),
                operator=operator.id,
                text=text.decode(),
            ),
            batch.name,
        )
        return decision

    def take(self, file: Path, day: date | None = None) -> Decision:
        """Reads, verifies with the pinned key and records a receipt; the same one again changes nothing.

        A rejecting one leads back to CLOSED, to be mended under a new number.
        """
        from kiosk.sealing.receipts import read_receipt

        return self._take(lambda pinned: read_receipt(file, pinned), day)

    def take_codes(self, parts: Parts) -> Decision:
        """The same receipt, its signature included, read part by part from codes; refused as a file is.

        Raises also Refused("receipt_part_damaged") while a part is missing.
        """
        from kiosk.sealing.receipts import verify_receipt

        return self._take(lambda pinned: verify_receipt(*parts.content(), pinned), None)

    def _take(self, read: Callable[[Ed25519PublicKey], Receipt], day: date | None) -> Decision:
        from kiosk.sealing.cards import CityCard

        operator = self._desk.allow(Act.TAKE_RECEIPT)
        when = day or self._desk.session_day
        with self._desk.office.reading() as view:
            city_card = CityCard.from_text(view.settings.get("city_card"))
            opening = view.openings.get(when, self._desk.kiosk)
            newest = view.batches.newest_of(when)
            taken = view.batches.receipts(newest.seq) if newest else ()
        known, decided = {one.sha256 for one in taken}, {one.decision for one in taken}
        receipt = read(city_card.receipt_public)
        if newest is not None and opening.state is SessionState.OPEN and Decision.REJECT.value in decided:
            raise Refused("receipt_after_reject", batch=newest.name)
        if opening.state in (SessionState.OPEN, SessionState.ERASED):
            raise Refused("batch_none")
        manifest, earlier = self._handover.newest_manifest(when)
        decision = judge(receipt, manifest, earlier)
        if receipt.sha256() in known:
            return decision
        if decided - {decision.value}:
            key = "receipt_after_reject" if decision is Decision.ACCEPT else "receipt_after_accept"
            raise Refused(key, batch=receipt.batch)
        self._keep(when, taken_of(receipt, operator.id), receipt.batch, photos=len(receipt.photos))
        return decision

    def _keep(self, when: date, taken: TakenReceipt, batch: str, **more: int) -> None:
        accepted = taken.decision == Decision.ACCEPT.value
        with self._desk.office_work(Act.TAKE_RECEIPT) as (work, _):
            opening = work.openings.get(when, self._desk.kiosk)
            work.openings.save(opening.after(SessionEvent.ACCEPTED if accepted else SessionEvent.REJECTED))
            work.batches.add_receipt(taken)
            self._desk.record(work, "receipt", batch, decision=taken.decision, sha256=taken.sha256, **more)
            work.commit()
        self._desk.state_changed()
        self._desk.anchor()


def _paper_text(
    paper: PaperAnswer, batch: SealedBatch, decision: Decision, entered_by: tuple[str, str]
) -> bytes:
    return canonical(
        {
            "format": PAPER_RECEIPT,
            "number": paper.number.strip(),
            "officer": paper.officer.strip(),
            "on": paper.on.isoformat(),
            "counts": dict(paper.counts),
            "check_code": batch.manifest_sha256[:CHECK_CODE],
            "decision": decision.value,
            "reason": paper.reason.strip(),
            "entered_by": list(entered_by),
            "batch": batch.name,
        }
    )


def taken_of(receipt: Receipt, operator: str) -> TakenReceipt:
    """What the ledger keeps of a signed receipt: the very text that was signed."""
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
