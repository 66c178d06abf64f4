"""From the closed day to a verified file on the stick, and the city's signed answer back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk import __version__
from kiosk.domain.batch import (
    BatchFacts,
    BatchName,
    JournalHead,
    NamedDifference,
    SessionEvent,
    SessionState,
    TicketLine,
)
from kiosk.domain.custody import held, held_by_ticket
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import Export, SealedBatch
from kiosk.domain.registers import Medium, MediumKind, MediumState, Subject, refuse_unless_registered
from kiosk.domain.staff import Act
from kiosk.services import payload
from kiosk.services.agenda_book import number_of
from kiosk.services.anomalies import noticed
from kiosk.services.closing import explanations_in, reconciled
from kiosk.services.desk import Desk
from kiosk.services.erasure_records import for_next_batch
from kiosk.services.exits import SlipJob
from kiosk.services.integrity import SEQ_FLOOR
from kiosk.services.site_figures import day_shared
from kiosk.settings.profile import Profile

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from kiosk.devices.ports import Drive, DriveBay, MountedDrive, Progress
    from kiosk.devices.stick import Written
    from kiosk.domain.batch import Manifest
    from kiosk.sealing.batchfile import SealedBatch as SealedFile
    from kiosk.store.office import OfficeWork
    from kiosk.store.session import SessionStore

Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class SealJob:
    """Everything sealing needs; complete before the background starts, repeatable after a cut."""

    facts: BatchFacts
    target: Path
    store: SessionStore
    portraits: tuple[str, ...]
    application_ids: tuple[str, ...]
    profile: Profile
    recipients: tuple[str, ...]
    size: int
    erasures: tuple[tuple[str, bytes], ...]
    signing_key: Ed25519PrivateKey = field(repr=False)

    def run(self, progress: Progress, cancelled: Cancelled) -> SealedFile:
        """Streams the day into outbox/; for the background. Raises Trouble("seal_disk")."""
        from kiosk.sealing.batchfile import seal_batch
        from kiosk.services.papers import summary_pdf

        def advance(done: int) -> None:
            if cancelled():
                raise Refused("drive_cancelled")
            progress("seal", done, max(done, self.size))

        return seal_batch(
            self.target,
            payload.entries(
                self.store,
                self.portraits,
                self.application_ids,
                summary_pdf(self.facts, self.profile),
                self.erasures,
            ),
            self.facts,
            signing_key=self.signing_key,
            recipients=self.recipients,
            progress=advance,
        )


@dataclass(frozen=True, slots=True)
class ExportJob:
    """One verified copy of the sealed file onto one proven stick."""

    source: Path
    name: str
    target: MountedDrive
    bay: DriveBay
    approval: str
    seq: int
    public_line: str
    manifest_sha256: str

    def run(self, progress: Progress, cancelled: Cancelled) -> Written:
        """Writes, reads back past the cache, checks hash and signature, ejects; for the background.

        Only its return means that the copy is good.
        """
        from kiosk.devices.stick import ReadBack, write_verified
        from kiosk.sealing.batchfile import verify_own
        from kiosk.sealing.keys import public_from_line

        def verify(read_back: ReadBack) -> None:
            verify_own(read_back, public_from_line(self.public_line), self.manifest_sha256)

        written = write_verified(
            self.source, self.target, self.name, verify=verify, progress=progress, cancelled=cancelled
        )
        self.bay.eject(self.target)
        return written


class Handover:
    """The verbs of the close screen after the manager's approval."""

    def __init__(self, desk: Desk, bay: DriveBay) -> None:
        self._desk = desk
        self._bay = bay

    # --- seal ----------------------------------------------------------------------------------------

    def prepare_seal(self) -> SealJob:
        """Gathers what goes into the batch; refuses unless the session is CLOSED."""
        from kiosk.sealing.cards import CityCard
        from kiosk.sealing.keys import signing_key_from_bytes

        self._desk.allow(Act.EXPORT_BATCH)
        rules = self._desk.rules
        if self._desk.state is not SessionState.CLOSED:
            raise Refused("session_step_not_now", state=self._desk.state.value, event=SessionEvent.SEAL.value)
        rule = rules.handover.hand_over_portraits
        with self._desk.session.reading() as view:
            visits, practice = view.visits.all(), self._desk.practice
            pictures = payload.to_hand_over(rule, practice, visits, view.portraits.tickets())
            known = [application.ticket for application in view.applications.all()]
            numbers = payload.to_hand_over(rule, practice, visits, known)
        with self._desk.office.reading() as office:
            city_card = CityCard.from_text(office.settings.get("city_card"))
            signing = signing_key_from_bytes(bytes.fromhex(office.settings.get("signing_key")))
        facts = self._facts(len(pictures))
        return SealJob(
            facts=facts,
            target=self._outbox(facts.name),
            store=self._desk.session,
            portraits=tuple(pictures),
            profile=rules,
            application_ids=tuple(numbers),
            recipients=(city_card.recipient,),
            size=len(pictures) * 200_000 + 100_000,
            erasures=for_next_batch(self._desk, self._desk.session_day),
            signing_key=signing,
        )

    def record_sealed(self, sealed: SealedFile) -> None:
        """The finished batch into the ledger: session SEALED, number and hash never used again."""
        facts = sealed.manifest.facts
        with self._desk.office_work(Act.EXPORT_BATCH) as (work, operator):
            opening = work.openings.get(facts.session, facts.kiosk)
            work.openings.save(opening.after(SessionEvent.SEAL))
            work.batches.add(ledger_line(sealed, operator.id))
            self._desk.record(work, "seal", sealed.name, manifest=sealed.manifest_sha256)
            self._desk.anchor_session(work)
            work.commit()
        self._desk.state_changed()
        self._desk.anchor()

    def _facts(self, portraits: int) -> BatchFacts:
        day = self._desk.session_day
        with self._desk.session.reading() as view:
            visits = view.visits.all()
            lines = view.custody.lines()
            numbers = view.tickets.numbers()
            head = view.journal.head()
            found = reconciled(view)
            # Words said of what was put right afterwards are no difference any more.
            differences = (*found.differences, *noticed(self._desk, view))
            said = [entry for entry in explanations_in(view) if entry.difference in differences]
        with self._desk.office.reading() as office:
            last = office.batches.last()
            # Above any number given here before, also when an older ledger was put back.
            seq = max(office.batches.next_seq(), office.settings.get(SEQ_FLOOR, 0) + 1)
            earlier = office.batches.newest_of(day)
            shared = day_shared(office, day, self._desk.kiosk)
        outcomes = {visit.ticket: visit.outcome for visit in visits}
        sheets = held_by_ticket(lines)
        ticket_lines = []
        for number in numbers:
            outcome = outcomes.get(number)
            ticket_lines.append(
                TicketLine(number, outcome.value if outcome else None, sum(sheets.get(number, {}).values()))
            )
        return BatchFacts(
            practice=self._desk.practice,
            city=self._desk.rules.city.code,
            kiosk=self._desk.kiosk,
            lead=self._desk.site[0],
            seq=seq,
            prev=last.manifest_sha256 if last else None,
            supersedes=earlier.manifest_sha256 if earlier else None,
            session=day,
            created_at=self._desk.clock.now(),
            software=f"kiosk {__version__}",
            counts={
                "visits": len(visits),
                "portraits": portraits,
                "custody": len(lines),
                "applications": payload.count_applications(visits),
            },
            differences=tuple(
                NamedDifference(
                    entry.difference.gap.value,
                    entry.difference.ticket,
                    entry.difference.paper,
                    entry.words,
                    entry.under_inquiry,
                )
                for entry in said
            ),
            tickets=tuple(ticket_lines),
            custody={paper.value: count for paper, count in held(lines).items()},
            journal=JournalHead(head.length, head.head),
            day=shared,
        )

    # --- stick ---------------------------------------------------------------------------------------

    def drives(self) -> tuple[Drive, ...]:
        """The sticks that are plugged in."""
        return self._bay.drives()

    def earlier_on(self, drive: Drive) -> tuple[str, ...]:
        """Batches that lie on the stick already, by name: listed, and never touched. For the background."""
        from kiosk.devices.stick import exports

        return exports(self._bay.mount(drive))

    def register_medium(self, serial: str, approval: str) -> None:
        """Enters a stick with the city's approval number (特記事項 6); the number must be in the register."""
        medium = Medium(serial, MediumKind.USB, approval)
        with self._desk.office_work(Act.EDIT_REGISTERS) as (work, _):
            refuse_unless_registered(
                medium, work.approvals.find(approval, Subject.MEDIUM), self._desk.clock.today()
            )
            work.media.save(medium)
            self._desk.record(work, "register_medium", serial, approval=approval)
            work.commit()

    def prepare_export(self, drive: Drive) -> ExportJob:
        """Proves the stick and its registration; refuses before SEALED, and any unregistered stick."""
        self._desk.allow(Act.EXPORT_BATCH)
        batch = self.batch()
        if batch is None or self._desk.state not in (SessionState.SEALED, SessionState.EXPORTED):
            raise Refused("batch_none")
        return self.export_of(batch, drive)

    def export_of(self, batch: SealedBatch, drive: Drive) -> ExportJob:
        """A copy of one sealed batch, whatever it holds; the road of every stick, without exception."""
        from kiosk.sealing.keys import public_line, signing_key_from_bytes

        with self._desk.office.reading() as view:
            medium = view.media.find(drive.serial)
            approval = view.approvals.find(medium.approval, Subject.MEDIUM) if medium else None
            signing = signing_key_from_bytes(bytes.fromhex(view.settings.get("signing_key")))
        try:
            registered = refuse_unless_registered(medium, approval, self._desk.clock.today())
        except Refused as refusal:
            self._stick_refused(refusal.key, batch.session)
            raise
        return ExportJob(
            source=self._outbox(BatchName.parse(batch.name)),
            name=batch.name,
            target=self._bay.mount(drive),
            bay=self._bay,
            approval=registered.approval,
            seq=batch.seq,
            public_line=public_line(signing.public_key()),
            manifest_sha256=batch.manifest_sha256,
        )

    def _stick_refused(self, why: str, day: date) -> None:
        """Opens a line for the manager's word at the next close; the serial stays where it was read."""
        with self._desk.office_work(Act.EXPORT_BATCH) as (work, _):
            self._desk.record(work, "stick_refused", day.isoformat(), why=why)
            work.commit()
        self._desk.anchor()

    def record_exported(self, job: ExportJob, written: Written) -> None:
        """Only now EXPORTED: the copy was read back and its signature holds."""
        day = self._desk.session_day
        with self._desk.office_work(Act.EXPORT_BATCH) as (work, operator):
            opening = work.openings.get(day, self._desk.kiosk)
            work.openings.save(opening.after(SessionEvent.EXPORT))
            enter_copy(work, job, self._desk.clock.now(), operator.id)
            self._desk.record(work, "export", job.name, sha256=written.sha256, medium=job.target.serial)
            work.commit()
        self._desk.state_changed()
        self._desk.anchor()

    def batch(self) -> SealedBatch | None:
        """The newest batch of the session at hand."""
        with self._desk.office.reading() as view:
            return view.batches.newest_of(self._desk.session_day)

    def batch_name(self) -> str | None:
        """Its file name."""
        batch = self.batch()
        return batch.name if batch else None

    def delivery_pdf(self) -> bytes:
        """The 納品書 for the newest batch."""
        from kiosk.services.papers import make_pdf

        return make_pdf("delivery", self._delivery())

    def delivery_slip(self) -> SlipJob:
        """The same on the roll, where there is no A4 printer: 納品票（受領欄つき）."""
        from kiosk.services.papers import delivery_slip_values

        return SlipJob("delivery_slip", delivery_slip_values(self._delivery()), self._desk.devices.width_dots)

    def _delivery(self) -> dict[str, Any]:
        """From the newest batch's manifest and the office's figures."""
        from kiosk.services.papers import delivery_values

        operator = self._desk.allow(Act.EXPORT_BATCH)
        day = self._desk.session_day
        manifest, _ = self.newest_manifest(day)
        with self._desk.office.reading() as view:
            batch = view.batches.newest_of(day)
            opening = view.openings.get(day, self._desk.kiosk)
            figures = view.figures.of_session(day)
            copies = view.batches.exports(batch.seq) if batch else ()
        if batch is None:
            raise Refused("batch_none")
        return delivery_values(
            batch,
            figures,
            manifest.facts,
            number_of(self._desk, day),
            opening.venue,
            "、".join(sorted({copy.medium for copy in copies})),
            operator.name,
            self._desk.rules,
        )

    def newest_manifest(self, day: date) -> tuple[Manifest, tuple[str, ...]]:
        """The manifest of a session's newest batch from outbox/, and the hashes of the superseded ones."""
        from kiosk.sealing.batchfile import read_outer

        with self._desk.office.reading() as view:
            newest = view.batches.newest_of(day)
            earlier = tuple(
                batch.manifest_sha256
                for batch in view.batches.all()
                if batch.session == day and newest is not None and batch.seq != newest.seq
            )
        if newest is None:
            raise Refused("batch_none")
        outer = read_outer(self._outbox(BatchName.parse(newest.name)))
        return outer.manifest, earlier

    def _outbox(self, name: BatchName) -> Path:
        return self._desk.vault.folder.outbox / name.file


def ledger_line(sealed: SealedFile, operator: str) -> SealedBatch:
    """What the ledger keeps of a finished batch: its number and hash are never used again."""
    facts = sealed.manifest.facts
    return SealedBatch(
        seq=facts.seq,
        name=sealed.name,
        session=facts.session,
        sealed_at=facts.created_at,
        size=sealed.size,
        manifest_sha256=sealed.manifest_sha256,
        plaintext_sha256=sealed.plaintext_sha256,
        prev=facts.prev,
        supersedes=facts.supersedes,
        operator=operator,
        counts=dict(facts.counts),
    )


def enter_copy(work: OfficeWork, job: ExportJob, at: datetime, operator: str) -> None:
    """A verified copy into the ledger; its stick is in use from now on."""
    medium = work.media.find(job.target.serial)
    if medium is not None:
        work.media.save(medium.moved_to(MediumState.IN_USE))
    work.batches.add_export(Export(job.seq, job.target.serial, job.approval, at, operator))
