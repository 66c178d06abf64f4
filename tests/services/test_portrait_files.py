"""The photo on a stick for an online application: ledgered before it is written, a task until it is gone."""

from __future__ import annotations

import hashlib

import pytest

from kiosk.devices.drive_virtual import VirtualBay
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.portrait import judge
from kiosk.domain.visit import Service
from kiosk.services.portrait import Candidate
from kiosk.services.portrait_files import LEDGER, NOT_WRITTEN, PortraitFiles
from kiosk.services.register_book import RegisterBook
from tests.house import Counterday

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 200


@pytest.fixture
def files(day: Counterday) -> PortraitFiles:
    return PortraitFiles(day.desk, day.bay)


@pytest.fixture
def ticket(day: Counterday) -> str:
    visit = day.at_window(Service.APPLICATION)
    day.portraits.accept(visit.ticket, Candidate(JPEG, judge({"one_face": 1.0, "roll": 0.0})))
    return visit.ticket


@pytest.fixture
def encrypted(day: Counterday) -> str:
    """The practice stick, entered by the manager as an encrypted one; its serial number."""
    drive = day.bay.drives()[0]
    declaring = PortraitFiles(day.desk, day.bay)
    assert declaring.may_declare
    declaring.declare_encrypted("ハードウェア暗号化")
    return drive.serial


def on_stick(day: Counterday) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in day.house.stick.glob("*.jpg*")}


def ledger(day: Counterday) -> list[tuple[str, str, bool, str]]:
    entries = RegisterBook(day.desk).entries(LEDGER)
    return [(e.words["ticket"], e.words["serial"], bool(e.words["deleted"]), e.reason) for e in entries]


def test_written_named_by_ticket_and_day_and_deleted_again(
    day: Counterday, files: PortraitFiles, ticket: str, encrypted: str
) -> None:
    assert files.tickets() == (ticket,)
    job = files.prepare(ticket)
    # The task stands before the first byte: after a power cut nothing on the stick is forgotten.
    assert [(file.ticket, file.serial) for file in files.open_tasks()] == [(ticket, encrypted)]
    job.run()
    assert on_stick(day) == {f"{ticket}-20251105.jpg": JPEG}
    with pytest.raises(Refused, match="photo_file_there"):
        files.prepare(ticket)

    gone = files.prepare_delete(files.open_tasks()[0])
    gone.run()
    files.record_deleted(gone)
    assert on_stick(day) == {}
    assert files.open_tasks() == ()
    assert ledger(day) == [(ticket, encrypted, True, "")]
    # Once more is no harm: the file is gone already.
    gone.run()


def test_only_a_registered_stick_that_is_entered_as_encrypted(
    day: Counterday, files: PortraitFiles, ticket: str
) -> None:
    with pytest.raises(Refused, match="medium_not_encrypted"):
        files.prepare(ticket)
    with pytest.raises(Refused, match="photo_none"):
        files.prepare("B099")
    assert on_stick(day) == {}
    assert ledger(day) == []


@pytest.mark.parametrize(
    "fault", [{"pulled_at": 5000}, {"full_at": 100}, {"sync_fails": True}, {"flip_at": 70}]
)
def test_a_failing_stick_leaves_the_task_open(
    day: Counterday, files: PortraitFiles, ticket: str, encrypted: str, fault: dict[str, int]
) -> None:
    bay = day.bay
    assert isinstance(bay, VirtualBay)
    for name, value in fault.items():
        setattr(bay.faults, name, value)
    job = files.prepare(ticket)
    with pytest.raises(Trouble, match="drive_"):
        job.run()
    assert [file.ticket for file in files.open_tasks()] == [ticket]


def test_another_file_of_this_name_is_left_alone_and_the_task_is_closed(
    day: Counterday, files: PortraitFiles, ticket: str, encrypted: str
) -> None:
    other = day.house.stick / f"{ticket}-20251105.jpg"
    other.write_bytes(b"somebody else's")
    job = files.prepare(ticket)
    with pytest.raises(Refused, match="drive_other_file"):
        job.run()
    files.record_refused(job)
    assert other.read_bytes() == b"somebody else's"
    assert ledger(day) == [(ticket, encrypted, True, NOT_WRITTEN)]


def test_the_same_bytes_there_already_are_good(
    day: Counterday, files: PortraitFiles, ticket: str, encrypted: str
) -> None:
    (day.house.stick / f"{ticket}-20251105.jpg").write_bytes(JPEG)
    files.prepare(ticket).run()
    kept = on_stick(day)[f"{ticket}-20251105.jpg"]
    assert hashlib.sha256(kept).hexdigest() == hashlib.sha256(JPEG).hexdigest()
