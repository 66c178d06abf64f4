"""What the office hands over at the end of the contract: registers, ledgers, journal, records of erasure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk import __version__
from kiosk.domain.batch import REGISTERS, BatchFacts, JournalHead
from kiosk.domain.errors import Refused
from kiosk.services.desk import Desk
from kiosk.services.erasure_records import signed_files
from kiosk.services.integrity import SEQ_FLOOR
from kiosk.services.payload import csv_bytes
from kiosk.services.register_book import all_registers, standing_entries
from kiosk.services.retirement_paper import Book
from kiosk.services.words import word

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from kiosk.devices.ports import Progress
    from kiosk.sealing.batchfile import SealedBatch
    from kiosk.services.handover import Cancelled
    from kiosk.settings.profile import Profile
    from kiosk.store.office import OfficeView

JOURNAL_FILE = "office-journal.jsonl"


@dataclass(frozen=True, slots=True)
class LastBatchJob:
    """Everything the last batch needs; complete before the background starts, repeatable after a cut."""

    facts: BatchFacts
    target: Path
    books: tuple[Book, ...]
    ledgers: tuple[tuple[str, bytes], ...]
    journal: bytes = field(repr=False)
    erasures: tuple[tuple[str, bytes], ...]
    profile: Profile
    recipients: tuple[str, ...]
    signing_key: Ed25519PrivateKey = field(repr=False)

    def run(self, progress: Progress, cancelled: Cancelled) -> SealedBatch:
        """Draws the registers and seals everything into outbox/. Raises Trouble("seal_disk")."""
        from kiosk.sealing.batchfile import seal_batch

        size = len(self.journal) + sum(len(content) for _, content in self.ledgers)

        def advance(done: int) -> None:
            if cancelled():
                raise Refused("drive_cancelled")
            progress("seal", done, max(done, size))

        return seal_batch(
            self.target,
            self._entries(),
            self.facts,
            signing_key=self.signing_key,
            recipients=self.recipients,
            progress=advance,
        )

    def _entries(self) -> Iterator[tuple[str, bytes]]:
        from kiosk.services.retirement_paper import registers_pdf

        yield "registers.pdf", registers_pdf(self.facts, self.books, self.profile)
        for book in self.books:
            yield f"{REGISTERS}/{book.register.name}.csv", csv_bytes(_rows(book))
        yield from self.ledgers
        yield JOURNAL_FILE, self.journal
        yield from self.erasures


def compose(desk: Desk) -> LastBatchJob:
    """Reads the whole office in one transaction; what is entered afterwards makes the batch stale."""
    from kiosk.sealing.cards import CityCard
    from kiosk.sealing.keys import signing_key_from_bytes

    with desk.office.reading() as view:
        facts = _facts(desk, view)
        books = tuple(Book(one, standing_entries(desk, view, one)) for one in all_registers())
        ledgers = tuple(
            (f"ledgers/{name}.csv", csv_bytes([columns, *([_cell(one) for one in row] for row in rows)]))
            for name, columns, rows in view.tables.all()
        )
        return LastBatchJob(
            facts=facts,
            target=desk.vault.folder.outbox / facts.name.file,
            books=books,
            ledgers=ledgers,
            journal=b"".join(entry.canonical() + b"\n" for entry in view.journal.entries()),
            erasures=signed_files(desk, view.erasures.all()),
            profile=desk.rules,
            recipients=(CityCard.from_text(view.settings.get("city_card")).recipient,),
            signing_key=signing_key_from_bytes(bytes.fromhex(view.settings.get("signing_key"))),
        )


def _facts(desk: Desk, view: OfficeView) -> BatchFacts:
    last, earlier = view.batches.last(), view.batches.last_batches()
    head = view.journal.head()
    return BatchFacts(
        practice=desk.practice,
        city=desk.rules.city.code,
        kiosk=desk.kiosk,
        lead=desk.site[0],
        seq=max(view.batches.next_seq(), view.settings.get(SEQ_FLOOR, 0) + 1),
        prev=last.manifest_sha256 if last else None,
        supersedes=earlier[-1].manifest_sha256 if earlier else None,
        session=desk.clock.today(),
        created_at=desk.clock.now(),
        software=f"kiosk {__version__}",
        counts={REGISTERS: len(all_registers())},
        differences=(),
        tickets=(),
        custody={},
        journal=JournalHead(head.length, head.head),
    )


def _rows(book: Book) -> Iterator[Sequence[str]]:
    heads = [one.title for one in book.register.fields]
    if book.register.is_derived:
        yield heads
        yield from ([entry.words.get(one.name, "") for one in book.register.fields] for entry in book.entries)
        return
    yield [*(word("last_batch", name) for name in ("number", "revision", "at", "operator", "reason")), *heads]
    for entry in book.entries:
        said = [entry.words.get(one.name, "") for one in book.register.fields]
        about = [f"{book.register.prefix}-{entry.number}", str(entry.revision), entry.at.isoformat()]
        yield [*about, entry.operator, entry.reason, *said]


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
