"""The end of the contract on this PC: last batch, the city's receipt, the order to destroy (特記事項 17)."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import Refused
from kiosk.domain.integrity import OFFICE
from kiosk.domain.journal import Anchor
from kiosk.domain.receipt import Decision, judge
from kiosk.domain.registers import Subject, refuse_unless_valid
from kiosk.domain.retirement import (
    FORMAT,
    LENT,
    QUIET,
    EndedMedium,
    EndedSession,
    Machine,
    Order,
    Stage,
    refuse_unfinished,
    stage_of,
)
from kiosk.domain.staff import Act, refuse_unless_two
from kiosk.domain.way import checked_words
from kiosk.services.access import Access
from kiosk.services.desk import Desk
from kiosk.services.handover import Handover, enter_copy, ledger_line
from kiosk.services.last_batch import LastBatchJob, compose
from kiosk.services.receipts import taken_of
from kiosk.services.site import SISTERS
from kiosk.services.words import word

if TYPE_CHECKING:
    from kiosk.devices.ports import Drive
    from kiosk.devices.stick import Written
    from kiosk.domain.ledger import SealedBatch
    from kiosk.sealing.batchfile import SealedBatch as SealedFile
    from kiosk.services.ending import Gone
    from kiosk.services.handover import ExportJob
    from kiosk.store.office import OfficeView

LAST_BATCH = "last_batch"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the end stands: the stage, its batch, what is in the way, and sticks without an end."""

    stage: Stage
    batch: str
    in_the_way: Refused | None
    media_open: int


class RetirementDesk:
    """The verbs of the end, each repeatable; nothing is destroyed before the last of them."""

    def __init__(self, desk: Desk, access: Access, handover: Handover) -> None:
        self._desk = desk
        self._access = access
        self._handover = handover

    def standing(self) -> Standing:
        """Reads where the end stands; changes nothing."""
        self._desk.allow(Act.RETIRE)
        with self._desk.office.reading() as view:
            batch = self._batch(view)
            ends = view.media.ends()
            sticks = [EndedMedium.of(medium, ends.get(medium.serial)) for medium in view.media.all()]
            return Standing(
                stage=self._stage(view),
                batch=batch.name if batch is not None else "",
                in_the_way=_in_the_way(view),
                media_open=sum(1 for stick in sticks if not stick.on),
            )

    def approvals(self) -> tuple[str, ...]:
        """The city's numbers for the end of a PC that are in date."""
        today = self._desk.clock.today()
        with self._desk.office.reading() as view:
            return tuple(
                entry.number
                for entry in view.approvals.all()
                if entry.subject is Subject.RETIRE
                and entry.valid_from <= today <= entry.valid_until
                and (entry.standing or not entry.used)
            )

    def refuse_approval(self, number: str) -> None:
        """Raises what refuse_unless_valid raises for a number that does not allow the end of a PC."""
        with self._desk.office.reading() as view:
            refuse_unless_valid(
                view.approvals.find(number, Subject.RETIRE), Subject.RETIRE, self._desk.clock.today()
            )

    def drives(self) -> tuple[Drive, ...]:
        """The sticks that are plugged in."""
        return self._handover.drives()

    def earlier_on(self, drive: Drive) -> tuple[str, ...]:
        """Batches that lie on the stick already, never touched. For the background."""
        return self._handover.earlier_on(drive)

    def batch_name(self) -> str | None:
        """The last batch's file name, once it is sealed."""
        with self._desk.office.reading() as view:
            batch = self._batch(view)
        return batch.name if batch is not None else None

    # --- the last batch --------------------------------------------------------------------------------

    def prepare_seal(self) -> LastBatchJob:
        """Gathers registers and journal; refuses while a session or a lent item is open."""
        self._expect(Stage.SEAL)
        return compose(self._desk)

    def record_sealed(self, sealed: SealedFile) -> None:
        """The last batch into the ledger, and up to where it tells everything."""
        facts = sealed.manifest.facts
        with self._desk.office_work(Act.RETIRE) as (work, operator):
            work.batches.add(ledger_line(sealed, operator.id))
            head = {"seq": facts.seq, "length": facts.journal.length, "head": facts.journal.head}
            work.settings.put(LAST_BATCH, head)
            self._desk.record(work, "seal_last", sealed.name, manifest=sealed.manifest_sha256)
            work.commit()
        self._desk.anchor()

    def prepare_export(self, drive: Drive) -> ExportJob:
        """A verified copy of the last batch; on further sticks as often as wanted."""
        batch = self._expect(Stage.WRITE, Stage.RECEIVE)
        if batch is None:
            raise Refused("batch_none")
        return self._handover.export_of(batch, drive)

    def record_exported(self, job: ExportJob, written: Written) -> None:
        """The copy was read back and its signature holds."""
        with self._desk.office_work(Act.RETIRE) as (work, operator):
            enter_copy(work, job, self._desk.clock.now(), operator.id)
            self._desk.record(work, "export_last", job.name, sha256=written.sha256, medium=job.target.serial)
            work.commit()
        self._desk.anchor()

    def find(self, folder: Path) -> Path:
        """The city's receipt for the last batch in a stick's folder; Refused("receipt_absent")."""
        with self._desk.office.reading() as view:
            batch = self._batch(view)
        if batch is None:
            raise Refused("batch_none")
        file = folder / f"{batch.name.removesuffix('.zip')}.receipt.json"
        if not file.is_file():
            raise Refused("receipt_absent")
        return file

    def is_answer(self, file: Path) -> bool:
        """Whether a file is named like the receipt of the last batch."""
        with self._desk.office.reading() as view:
            batch = self._batch(view)
        return batch is not None and file.name == f"{batch.name.removesuffix('.zip')}.receipt.json"

    def take(self, file: Path) -> Decision:
        """Verifies the receipt with the pinned key and records it; the same one again changes nothing.

        A rejecting one means a new last batch, which supersedes this one.
        """
        from kiosk.sealing.batchfile import read_outer
        from kiosk.sealing.cards import CityCard
        from kiosk.sealing.receipts import read_receipt

        operator = self._desk.allow(Act.RETIRE)
        with self._desk.office.reading() as view:
            city_card = CityCard.from_text(view.settings.get("city_card"))
            batches = view.batches.last_batches()
            known = {taken.sha256 for taken in view.batches.receipts(batches[-1].seq)} if batches else set()
            is_exported = bool(batches and view.batches.exports(batches[-1].seq))
        if not is_exported:
            raise Refused("batch_none")
        newest = batches[-1]
        receipt = read_receipt(file, city_card.receipt_public)
        manifest = read_outer(self._desk.vault.folder.outbox / newest.name).manifest
        decision = judge(receipt, manifest, [batch.manifest_sha256 for batch in batches[:-1]])
        if receipt.sha256() in known:
            return decision
        with self._desk.office_work(Act.RETIRE) as (work, _):
            work.batches.add_receipt(taken_of(receipt, operator.id))
            self._desk.record(
                work, "receipt_last", newest.name, decision=decision.value, sha256=receipt.sha256()
            )
            work.commit()
        self._desk.anchor()
        return decision

    # --- the end itself --------------------------------------------------------------------------------

    def retire(self, approval: str, *, second_id: str, second_pin: str, witness: str = "") -> Gone:
        """Two people end this PC: order signed, keys and office destroyed, the last paper made.

        Afterwards nobody can sign in. Killed before the order's mark stands in the keystore, nothing has
        happened; killed after it, the next start goes on (`ending.go_on`) without asking anybody.
        Raises Refused retire_not_yet, retire_…, approval_…, second_person_needed; Trouble.
        """
        from kiosk.services.ending import carry_out

        desk = self._desk
        operator = desk.allow(Act.RETIRE)
        self._expect(Stage.DESTROY)
        self.refuse_approval(approval)
        (seen,) = checked_words(witness, needed=False)
        second = self._access.second_person(second_id, second_pin)
        refuse_unless_two(operator, second)
        with desk.office_work(Act.RETIRE) as (work, _):
            desk.record(work, "retire", desk.kiosk, approval=approval, second=second.id)
            work.commit()
        desk.anchor()
        order = self._order(approval, operator.name, second.name, seen)
        signature = self._signature(order)
        root, practice = desk.vault.folder.root, desk.practice
        # From here on nothing is read from the office any more: the order holds what the last paper says.
        desk.operator = desk.office_db = desk.session_db = desk.day = None
        desk.vault.lock()
        gone = carry_out(root, order, signature, practice=practice, at=desk.clock.now())
        desk.vault.close()
        return gone

    def _order(self, approval: str, operator: str, second: str, witness: str) -> Order:
        desk = self._desk
        with desk.office.reading() as view:
            batch = self._batch(view)
            receipts = view.batches.receipts(batch.seq) if batch is not None else ()
            if batch is None or not receipts:
                raise Refused("retire_not_yet", stage=word("retirement_stage", Stage.SEAL.value))
            head = view.journal.head()
            erased = view.erasures.all()
            ends = view.media.ends()
            disk = view.settings.get("disk", "") or word("erasure", "disk_unknown")
            sisters = sorted(set(view.settings.get(SISTERS, {})) - {desk.kiosk})
            own = Machine(desk.kiosk, platform.node(), disk, word("retirement", "this_one"))
            days = {opening.day.isoformat() for opening in view.openings.all()}
            return Order(
                practice=desk.practice,
                city=f"{desk.rules.city.name}長",
                company=desk.rules.contractor,
                kiosk=desk.kiosk,
                folder=desk.vault.access.folder,
                approval=approval,
                operator=operator,
                second=second,
                witness=witness,
                at=desk.clock.now().replace(microsecond=0),
                batch=batch.name,
                manifest_sha256=batch.manifest_sha256,
                receipt_sha256=receipts[-1].sha256,
                journal_length=head.length,
                journal_head=head.head,
                machines=(own, *(Machine(one, "", "", word("retirement", "own_report")) for one in sisters)),
                sessions=tuple(
                    EndedSession(one.session, one.at.isoformat(timespec="seconds"), one.approval, one.visits)
                    for one in erased
                ),
                media=tuple(EndedMedium.of(one, ends.get(one.serial)) for one in view.media.all()),
                secrets=tuple(self._secret_names(days, {person.operator for person in view.staff.all()})),
            )

    def _secret_names(self, days: set[str], people: set[str]) -> list[str]:
        """Names of everything the keystore may hold for this folder but D and the order's mark."""
        access = self._desk.vault.access
        able = people | {entry.operator.id for entry in access.entries}
        chains = [OFFICE, *sorted(days)]
        names = [
            *(f"operator/{person}" for person in sorted(able)),
            *(f"session/{day}" for day in sorted(days)),
            *(f"anchor/{chain}" for chain in chains),
            *(f"anchor/{chain}/accepted" for chain in chains),
            *(f"file/{chain}" for chain in chains),
            "mark",
        ]
        return [f"{access.folder}/{name}" for name in names]

    def _signature(self, order: Order) -> bytes:
        from kiosk.sealing import sshsig
        from kiosk.sealing.keys import signing_key_from_bytes

        with self._desk.office.reading() as view:
            key = signing_key_from_bytes(bytes.fromhex(view.settings.get("signing_key")))
        return sshsig.sign(order.to_bytes(), key, FORMAT)

    # --- inside ----------------------------------------------------------------------------------------

    def _expect(self, *stages: Stage) -> SealedBatch | None:
        self._desk.allow(Act.RETIRE)
        with self._desk.office.reading() as view:
            refusal, stage, batch = _in_the_way(view), self._stage(view), self._batch(view)
        if refusal is not None:
            raise refusal
        if stage not in stages:
            raise Refused("retire_not_yet", stage=word("retirement_stage", stage.value))
        return batch

    def _batch(self, view: OfficeView) -> SealedBatch | None:
        batches = view.batches.last_batches()
        return batches[-1] if batches else None

    def _stage(self, view: OfficeView) -> Stage:
        batch = self._batch(view)
        if batch is None:
            return Stage.SEAL
        decisions = [one.decision for one in view.batches.receipts(batch.seq)]
        return stage_of(
            is_fresh=self._is_fresh(view, batch),
            is_exported=bool(view.batches.exports(batch.seq)),
            decision=decisions[-1] if decisions else "",
        )

    def _is_fresh(self, view: OfficeView, batch: SealedBatch) -> bool:
        """Whether the batch still tells everything, and its file is still here to be read."""
        told = view.settings.get(LAST_BATCH, {})
        if told.get("seq") != batch.seq or not (self._desk.vault.folder.outbox / batch.name).is_file():
            return False
        since = view.journal.rows(Anchor(told["length"], told["head"]))
        return all(entry.act in QUIET for entry, _ in since)


def _in_the_way(view: OfficeView) -> Refused | None:
    try:
        refuse_unfinished(view.openings.all(), view.entries.latest(LENT))
    except Refused as refusal:
        return refusal
    return None
