"""媒体点検 (特記事項 6(2)): records whole, counts as in the ledger, every stick under an approval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.batch import SessionState
from kiosk.domain.eras import format_era
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.inspection import Check, Stick
from kiosk.domain.integrity import OFFICE, judge_chain
from kiosk.domain.registers import MediumState, Subject, refuse_unless_valid
from kiosk.domain.staff import Act
from kiosk.services.closing import paper_lines
from kiosk.services.desk import Desk

if TYPE_CHECKING:
    from kiosk.domain.ledger import Opening
    from kiosk.store.office import OfficeView
    from kiosk.store.session import SessionView

LAST_INSPECTION = "last_inspection"
SEALED_STATES = frozenset(
    {SessionState.SEALED, SessionState.EXPORTED, SessionState.RECEIPTED, SessionState.ERASING}
)
GONE = frozenset({SessionState.ERASED, SessionState.ERASING})


@dataclass(frozen=True, slots=True)
class Inspected:
    """Everything looked at, and the printable 媒体点検記録."""

    checks: tuple[Check, ...]
    record_pdf: bytes

    @property
    def is_ok(self) -> bool:
        """Whether every answer was good."""
        return all(check.ok for check in self.checks)


class InspectionDesk:
    """The verb of `kiosk inspect`; it reads over connections of its own and changes nothing it looks at."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def overdue(self) -> int | None:
        """Days since the last inspection (or the commissioning) when that is too long ago; else None."""
        with self._desk.office.reading() as view:
            last = view.settings.get(LAST_INSPECTION)
            if last is None:
                first = next((entry.at for entry, _ in view.journal.rows()), None)
                last = first[:10] if first is not None else None
        if last is None:
            return None
        days = (self._desk.clock.today() - date.fromisoformat(last)).days
        return days if days > self._desk.rules.inspection.days else None

    def inspect(self) -> Inspected:
        """Looks at both databases, the ledgers, the outbox and the register of media; journalled.

        Where something waits for the manager nothing is written, the journal included.
        """
        operator = self._desk.allow(Act.SEE_RECORDS)
        checks = tuple(self._everything())
        with self._desk.office.reading() as view:
            sticks = tuple(_sticks(view))
        inspected = Inspected(checks, self._paper(checks, sticks, operator.name))
        if not self._desk.concerns:
            today = self._desk.clock.today().isoformat()
            with self._desk.office.work() as work:
                work.settings.put(LAST_INSPECTION, today)
                failed = sum(1 for check in checks if not check.ok)
                self._desk.record(work, "inspect", today, checked=len(checks), failed=failed)
                work.commit()
            self._desk.anchor()
        return inspected

    # --- inside ----------------------------------------------------------------------------------------

    def _everything(self) -> Iterator[Check]:
        # What the sign-in noticed, too: it has stood in the way since then.
        yield Check("start", OFFICE, not self._desk.concerns, _said(self._desk))
        with self._desk.office.reading_alone() as view:
            yield from self._file(OFFICE, view)
            yield from self._media(view)
            openings = [known for known in view.openings.all() if known.kiosk == self._desk.kiosk]
            yield from self._batches(view, openings)
            for opening in openings:
                if opening.state not in GONE:
                    yield from self._day(view, opening)
            yield self._leftovers(openings)

    def _file(self, chain: str, view: OfficeView | SessionView) -> Iterator[Check]:
        try:
            faults = view.pages.faults()
            yield Check("pages", chain, faults == 0, str(faults))
            missing = view.pages.guards_missing()
            yield Check("guards", chain, not missing, " ".join(missing))
            anchors = self._desk.vault.anchors
            since = anchors.accepted(chain)
            reached, concern = judge_chain(chain, view.journal.rows(since), anchors.kept(chain), since)
            found = concern.kind.value if concern is not None else str(reached.length)
            yield Check("chain", chain, concern is None, found)
        except Trouble:
            yield Check("readable", chain, False)

    def _day(self, office: OfficeView, opening: Opening) -> Iterator[Check]:
        desk, day = self._desk, opening.day
        chain = day.isoformat()
        try:
            store = desk.vault.open_session(day)
            with store.reading_alone() as view:
                yield from self._file(chain, view)
                if opening.state is not SessionState.OPEN:
                    tickets, visits = len(view.tickets.numbers()), view.visits.count()
                    figures = len(office.figures.of_session(day))
                    counted = office.figures.day_counts(day, opening.kiosk).get("tickets")
                    yield Check("figures", chain, visits == figures, f"{visits}/{figures}")
                    yield Check("tickets", chain, tickets == counted, f"{tickets}/{counted}")
                    lines = paper_lines(day, view.custody.lines())
                    # The approval number of a copy stands in the office only.
                    kept = tuple(replace(line, approval="") for line in office.papers.of_session(day))
                    yield Check("custody", chain, lines == kept, f"{len(lines)}/{len(kept)}")
        except (Trouble, Refused):
            yield Check("readable", chain, False)

    def _batches(self, view: OfficeView, openings: list[Opening]) -> Iterator[Check]:
        known = {opening.day: opening for opening in openings}
        seqs = [batch.seq for batch in view.batches.all()]
        yield Check("numbers", OFFICE, len(set(seqs)) == len(seqs), str(len(seqs)))
        batches = [batch for batch in view.batches.all() if not batch.is_last]
        for batch in batches:
            opening = known.get(batch.session)
            yield Check("batch_session", batch.name, opening is not None)
            newest = view.batches.newest_of(batch.session)
            if opening is None or newest is None or newest.seq != batch.seq:
                continue
            if opening.state in SEALED_STATES and opening.state is not SessionState.ERASING:
                yield Check("batch_file", batch.name, self._matches(batch.name, batch.manifest_sha256))
            if opening.state in (SessionState.EXPORTED, SessionState.RECEIPTED, *GONE):
                yield Check("batch_exported", batch.name, bool(view.batches.exports(batch.seq)))
            if opening.state in (SessionState.RECEIPTED, *GONE):
                taken = view.batches.receipts(batch.seq)
                yield Check("batch_receipted", batch.name, any(one.decision == "accept" for one in taken))
        sealed = {batch.session for batch in batches}
        for opening in openings:
            chain = opening.day.isoformat()
            if opening.state in SEALED_STATES | {SessionState.ERASED}:
                yield Check("sealed", chain, opening.day in sealed)
            if opening.state is SessionState.ERASED:
                proof = view.erasures.find(opening.day, opening.kiosk)
                file = self._desk.vault.folder.session(opening.day, opening.kiosk)
                yield Check("erased", chain, proof is not None and not file.exists())

    def _matches(self, name: str, manifest_sha256: str) -> bool:
        from kiosk.sealing.batchfile import verify_own
        from kiosk.sealing.keys import signing_key_from_bytes

        file = self._desk.vault.folder.outbox / name
        with self._desk.office.reading() as view:
            signing = signing_key_from_bytes(bytes.fromhex(view.settings.get("signing_key")))
        try:
            verify_own(file, signing.public_key(), manifest_sha256)
        except (Refused, Trouble, OSError):
            return False
        return True

    def _media(self, view: OfficeView) -> Iterator[Check]:
        known = {medium.serial for medium in view.media.all()}
        today = self._desk.clock.today()
        if self._desk.practice:
            # Practice lives on the day it rehearses; its approvals are of that year.
            today = max((known.day for known in view.openings.all()), default=today)
        for medium in view.media.all():
            if medium.state is MediumState.DESTROYED:
                continue
            try:
                refuse_unless_valid(
                    view.approvals.find(medium.approval, Subject.MEDIUM), Subject.MEDIUM, today
                )
                said = ""
            except Refused as no:
                said = no.key
            yield Check("medium", medium.serial, not said, said)
        for batch in view.batches.all():
            for copy in view.batches.exports(batch.seq):
                yield Check("export_medium", copy.medium, copy.medium in known, batch.name)

    def _leftovers(self, openings: list[Opening]) -> Check:
        """Files that no ledger knows: days never opened here, or days that were erased."""
        folder = self._desk.vault.folder
        wanted = {
            folder.session(known.day, known.kiosk).name for known in openings if known.state not in GONE
        }
        found = sorted(file.name for file in folder.sessions.glob("*.db") if file.name not in wanted)
        return Check("leftovers", OFFICE, not found, " ".join(found))

    def _paper(self, checks: tuple[Check, ...], sticks: tuple[Stick, ...], name: str) -> bytes:
        from kiosk.services.inspection_paper import inspection_pdf

        desk = self._desk
        return inspection_pdf(checks, sticks, desk.kiosk, desk.clock.now(), name, desk.rules, desk.practice)


def save_paper(folder: Path, day: date, pdf: bytes) -> Path:
    """Keeps the record in papers/; raises Trouble("file_unwritable")."""
    file = folder / f"inspection-{day.isoformat()}.pdf"
    try:
        file.write_bytes(pdf)
    except OSError:
        raise Trouble("file_unwritable", name=file.name) from None
    return file


def _said(desk: Desk) -> str:
    return " ".join(f"{concern.chain}:{concern.kind.value}" for concern in desk.concerns)


def _sticks(view: OfficeView) -> Iterator[Stick]:
    copies = [copy for batch in view.batches.all() for copy in view.batches.exports(batch.seq)]
    for medium in view.media.all():
        own = [copy for copy in copies if copy.medium == medium.serial]
        yield Stick(medium, len(own), format_era(max(copy.at.date() for copy in own)) if own else "")
