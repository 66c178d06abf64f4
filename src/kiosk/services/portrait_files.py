"""The photo as a file for an online application: on an encrypted stick, ledgered, deleted again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.register_book import Entry
from kiosk.domain.registers import Subject, refuse_unless_registered
from kiosk.domain.staff import Act
from kiosk.services.desk import Desk
from kiosk.services.register_book import RegisterBook

if TYPE_CHECKING:
    from kiosk.devices.ports import Drive, DriveBay, MountedDrive
    from kiosk.store.office import OfficeWork

LEDGER, CIPHER_MEDIA = "photo_files", "cipher_media"
NOT_WRITTEN = "not_written"
"""The reason of a ledger line whose file never came to be."""


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """One line of the ledger that waits for its file to be deleted."""

    number: int
    ticket: str
    serial: str
    day: str

    @property
    def name(self) -> str:
        """The file's name: ticket number and day, nobody's name; numbers begin anew every day."""
        return f"{self.ticket}-{self.day.replace('-', '')}.jpg"


@dataclass(frozen=True, slots=True)
class PhotoFileJob:
    """One file to be written or taken away; for the background, touches no database."""

    file: PhotoFile
    target: MountedDrive
    bay: DriveBay
    jpeg: bytes | None = field(default=None, repr=False)  # None: take it away

    def run(self) -> None:
        """Raises Refused or Trouble with a `drive_*` key."""
        from kiosk.devices.stick_file import remove_small, write_small

        if self.jpeg is None:
            remove_small(self.target, self.file.name)
        else:
            write_small(self.jpeg, self.target, self.file.name)
        # What was flushed and read back stays true when the system will not let go of the stick.
        with suppress(Trouble):
            self.bay.eject(self.target)


class PortraitFiles:
    """The verbs around the file; the ledger's line stands before the first byte is written."""

    def __init__(self, desk: Desk, bay: DriveBay) -> None:
        self._desk, self._bay = desk, bay

    def _stick(self) -> Drive:
        """The one stick that is plugged in; raises Refused for none and for two."""
        drives = self._bay.drives()
        if len(drives) != 1:
            raise Refused("photo_file_two_sticks" if drives else "photo_file_no_stick")
        return drives[0]

    def tickets(self) -> tuple[str, ...]:
        """Whose photos could be handed out: those accepted today, the newest number first."""
        with self._desk.session.reading() as view:
            return tuple(sorted(view.portraits.tickets(), reverse=True))

    def open_tasks(self) -> tuple[PhotoFile, ...]:
        """The files that have to be deleted from their stick, the oldest first."""
        with self._desk.office.reading() as view:
            entries = view.entries.latest(LEDGER)
        return tuple(_file_of(entry) for entry in entries if not entry.words.get("deleted"))

    def prepare(self, ticket: str) -> PhotoFileJob:
        """Proves stick, registration and encryption, and opens the ledger's line with its task.

        Raises Refused with photo_file_no_stick, photo_file_two_sticks, medium_unknown, medium_ended,
        medium_not_encrypted, photo_none, photo_file_there, one of refuse_unless_valid, or
        Trouble("drive_not_mounted").
        """
        self._desk.allow(Act.TAKE_PHOTO)
        drive = self._stick()
        with self._desk.session.reading() as view:
            if ticket not in view.portraits.tickets():
                raise Refused("photo_none", ticket=ticket)
            jpeg = view.portraits.get(ticket).jpeg
        with self._desk.office.reading() as office:
            medium = office.media.find(drive.serial)
            approval = office.approvals.find(medium.approval, Subject.MEDIUM) if medium else None
            ciphered = {entry.words.get("serial") for entry in office.entries.latest(CIPHER_MEDIA)}
        refuse_unless_registered(medium, approval, self._desk.clock.today())
        if drive.serial not in ciphered:
            raise Refused("medium_not_encrypted", serial=drive.serial)
        if any((file.ticket, file.serial) == (ticket, drive.serial) for file in self.open_tasks()):
            raise Refused("photo_file_there", ticket=ticket)
        target = self._bay.mount(drive)
        now = self._desk.clock.now()
        with self._desk.office_work(Act.TAKE_PHOTO) as (work, operator):
            number = work.entries.next_number(LEDGER)
            words = {
                "day": now.date().isoformat(),
                "ticket": ticket,
                "serial": drive.serial,
                "by": operator.name,
                "deleted": "",
                "deleted_by": "",
            }
            entry = Entry(LEDGER, number, 1, now, operator.id, "", words)
            work.entries.add(entry)
            self._desk.record(work, "photo_file", ticket, medium=drive.serial, number=number)
            work.commit()
        self._desk.anchor()
        return PhotoFileJob(_file_of(entry), target, self._bay, jpeg)

    @property
    def may_declare(self) -> bool:
        """Whether the one signed in may enter a stick as encrypted."""
        return self._desk.operator is not None and self._desk.operator.may(Act.EDIT_REGISTERS)

    def declare_encrypted(self, method: str) -> None:
        """A manager enters the stick that is plugged in as an encrypted one (特記事項 6)."""
        operator = self._desk.allow(Act.EDIT_REGISTERS)
        today = self._desk.clock.today().isoformat()
        words = {"serial": self._stick().serial, "method": method, "on": today, "by": operator.name}
        RegisterBook(self._desk).enter(CIPHER_MEDIA, words)

    def record_refused(self, job: PhotoFileJob) -> None:
        """Not a byte was written: the line is closed again and says so.

        After a Trouble the task stays: a stick that was pulled out may hold a part of the file.
        """
        self._close(job.file, NOT_WRITTEN)

    def prepare_delete(self, file: PhotoFile) -> PhotoFileJob:
        """Finds the stick the file is on; raises Refused("photo_file_other_stick") when it is not there."""
        self._desk.allow(Act.TAKE_PHOTO)
        for drive in self._bay.drives():
            if drive.serial == file.serial:
                return PhotoFileJob(file, self._bay.mount(drive), self._bay)
        raise Refused("photo_file_other_stick", serial=file.serial)

    def record_deleted(self, job: PhotoFileJob) -> None:
        """The task is done: when and by whom."""
        self._close(job.file, "")

    def _close(self, file: PhotoFile, reason: str) -> None:
        now = self._desk.clock.now()
        with self._desk.office_work(Act.TAKE_PHOTO) as (work, operator):
            before = _newest(work, file.number)
            words = {**before.words, "deleted": now.date().isoformat(), "deleted_by": operator.name}
            revision = before.revision + 1
            work.entries.add(
                replace(before, revision=revision, at=now, operator=operator.id, reason=reason, words=words)
            )
            self._desk.record(work, "photo_file_deleted", file.ticket, medium=file.serial, number=file.number)
            work.commit()
        self._desk.anchor()


def _newest(work: OfficeWork, number: int) -> Entry:
    return work.entries.history(LEDGER, number)[-1]


def _file_of(entry: Entry) -> PhotoFile:
    words = entry.words
    return PhotoFile(entry.number, words.get("ticket", ""), words.get("serial", ""), words.get("day", ""))
