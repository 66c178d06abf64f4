"""A full disk at the counter: rolled back and said, nothing half-done, and on with it once there is room."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.domain.errors import Trouble
from kiosk.domain.portrait import judge
from kiosk.domain.visit import Event, Service, StepKind
from kiosk.services.portrait import Candidate
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY
from tests.faults.media import memory_disk
from tests.house import Counterday, opened, opened_copy

MOST = 2_000
"""More acts than the room left in the files can take."""


@pytest.fixture
def small(template: Path, tmp_path: Path) -> Iterator[tuple[Counterday, Path]]:
    """An open counter whose data folder lies on a small disk of its own, and that disk."""
    with (
        memory_disk(tmp_path / "disk", "16m") as disk,
        opened_copy(template, disk / "kiosk") as day,
    ):
        day.open(with_list=False)
        yield day, disk


def fill(disk: Path) -> Path:
    """A file that takes all the room that is left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
    return filler


def until_full(act: Callable[[], object]) -> tuple[int, Trouble]:
    """How often an act was acknowledged before the disk was full, and what was said then."""
    for done in range(MOST):
        try:
            act()
        except Trouble as trouble:
            return done, trouble
    raise AssertionError("the disk took everything")


def is_whole(day: Counterday) -> bool:
    with day.desk.session.reading() as view:
        view.journal.verify()
        session = view.pages.faults()
    with day.desk.office.reading() as view:
        view.journal.verify()
        return session == view.pages.faults() == 0


def test_a_visitor_checked_in_on_a_full_disk_is_not_there_and_can_be_checked_in_again(
    small: tuple[Counterday, Path],
) -> None:
    day, disk = small
    filler = fill(disk)

    done, trouble = until_full(lambda: day.reception.check_in(Service.CONSULTATION, again=True))
    assert trouble.key == "disk_full"
    with day.desk.session.reading() as view:
        assert view.visits.count() == len(view.tickets.numbers()) == done
        acts = [entry.act for entry in view.journal.entries()]
    assert acts.count("check_in") == done

    filler.unlink()
    visit = day.reception.check_in(Service.CONSULTATION, again=True)
    assert visit.ticket.endswith(f"{done + 1:03d}")  # no number was lost or used twice
    assert is_whole(day)


def test_a_step_on_a_full_disk_is_not_done_and_can_be_done_again(small: tuple[Counterday, Path]) -> None:
    day, disk = small
    ticket = day.at_window(Service.CONSULTATION).ticket
    filler = fill(disk)

    def there_and_back() -> None:
        for event in (Event.PARK, Event.RESUME):
            day.counter.move(ticket, event)

    _, trouble = until_full(there_and_back)
    assert trouble.key == "disk_full"
    with day.desk.session.reading() as view:
        told = [entry.act for entry in view.journal.entries() if entry.object == ticket]
    stood = day.counter.visit(ticket)
    for event in (Event.PARK, Event.RESUME):
        assert len([step for step in stood.steps if step.event is event]) == told.count(event.value)

    filler.unlink()
    there_and_back()
    assert len(day.counter.visit(ticket).steps) > len(stood.steps)
    assert is_whole(day)


def test_a_photo_on_a_full_disk_stays_a_draft(small: tuple[Counterday, Path]) -> None:
    day, disk = small
    ticket = day.at_window(Service.APPLICATION).ticket
    shot = Candidate(b"\xff\xd8\xff\xe0" + b"photo" * 30_000, judge({"one_face": 1.0, "roll": 0.0}))
    filler = fill(disk)

    with pytest.raises(Trouble, match="disk_full"):
        day.portraits.accept(ticket, shot)
    assert day.portraits.of(ticket) is None
    assert not day.counter.visit(ticket).is_done(StepKind.PHOTO)

    filler.unlink()
    day.portraits.accept(ticket, shot)
    assert day.portraits.of(ticket) == shot.jpeg
    assert is_whole(day)


def test_locking_and_signing_in_on_a_full_disk(small: tuple[Counterday, Path]) -> None:
    day, disk = small
    filler = fill(disk)
    _, trouble = until_full(lambda: day.reception.check_in(Service.CONSULTATION, again=True))
    assert trouble.key == "disk_full"
    day.access.lock()  # keys leave the memory even when it cannot be written down
    assert not day.desk.vault.is_unlocked
    filler.unlink()
    filler = fill(disk)  # also what the closed files gave back
    with pytest.raises(Trouble, match="disk_full"):
        day.access.sign_in(MANAGER.id, PINS[MANAGER.id])
    assert not day.desk.vault.is_unlocked

    filler.unlink()
    day.desk.vault.close()
    day.wire(opened(day.data))
    day.sign_in_manager()
    assert day.desk.concerns == ()
    day.agenda.resume(PRACTICE_DAY)
    assert day.desk.concerns == ()
    assert is_whole(day)
