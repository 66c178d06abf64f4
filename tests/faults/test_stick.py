"""The batch goes onto real media that are full, broken, protected, pulled or not there at all."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.devices.drive import open_bay
from kiosk.devices.ports import MountedDrive, Progress
from kiosk.devices.stick import ReadBack, Written, exports, write_verified
from kiosk.domain.errors import Trouble
from tests.faults.media import FaultyStick, disk_image, faulty_stick, memory_disk

NAME = "13210-K1-000123-20251105.zip"
OLDER = "13210-K1-000122-20251029.zip"
CONTENT = random.Random(1105).randbytes(3_000_017)  # not a whole number of blocks
SEED = 20251105


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    path = tmp_path / "outbox.zip"
    path.write_bytes(CONTENT)
    return path


def the_drive(place: Path) -> MountedDrive:
    bay = open_bay(str(place), practice=False)
    (drive,) = bay.drives()
    return bay.mount(drive)


def looks_fine(read_back: ReadBack) -> None:
    assert b"".join(iter(lambda: read_back.read(1 << 20), b"")) == CONTENT


def silent(stage: str, done: int, total: int) -> None:
    pass


def export(batch: Path, place: Path, progress: Progress = silent) -> Written:
    return write_verified(
        batch, the_drive(place), NAME, verify=looks_fine, progress=progress, cancelled=lambda: False
    )


def trouble(batch: Path, place: Path, progress: Progress = silent) -> str:
    with pytest.raises(Trouble) as caught:
        export(batch, place, progress)
    return caught.value.key


def test_a_disk_image_takes_the_batch_and_gives_it_back(batch: Path, tmp_path: Path) -> None:
    with disk_image(tmp_path / "stick", tmp_path / "image", 64) as place:
        written = export(batch, place)
        assert written.sha256 == hashlib.sha256(CONTENT).hexdigest()
        assert exports(the_drive(place)) == (NAME,)
        # The same image mounted anew holds the file: it was durable, not only remembered.
        subprocess.run(("umount", str(place)), check=True, timeout=60)
        subprocess.run(("mount", "-o", "loop", str(tmp_path / "image"), str(place)), check=True, timeout=60)
        assert os.path.ismount(place)
        assert (place / NAME).read_bytes() == CONTENT


def test_a_byte_changed_on_the_medium_is_seen_through_the_cache(batch: Path, tmp_path: Path) -> None:
    image = tmp_path / "image"
    marker = CONTENT[1_000_000:1_000_064]

    def corrupt(stage: str, done: int, total: int) -> None:
        if stage == "read_back" and done == 0:
            held = image.read_bytes()
            at = held.index(marker)
            with image.open("r+b") as medium:
                medium.seek(at)
                medium.write(bytes([marker[0] ^ 1]))
            # Warm cache of the mounted file system: a plain read still gives the old byte.
            assert (place / NAME).read_bytes() == CONTENT

    with disk_image(tmp_path / "stick", image, 64) as place:
        assert trouble(batch, place, corrupt) == "drive_bad_readback"
        assert not (place / NAME).exists()


def test_a_stick_that_is_too_small_is_refused_before_the_first_byte(batch: Path, tmp_path: Path) -> None:
    with memory_disk(tmp_path / "stick", "8m") as place:
        (place / OLDER).write_bytes(b"last week")
        assert trouble(batch, place) == "drive_full"
        assert [path.name for path in place.iterdir()] == [OLDER]


def test_a_stick_that_fills_up_meanwhile_ends_in_enospc_and_leaves_nothing(
    batch: Path, tmp_path: Path
) -> None:
    def fill(stage: str, done: int, total: int) -> None:
        if stage == "write" and done == 0:
            with (place / "holiday.mp4").open("wb") as other:
                other.truncate(0)
                os.posix_fallocate(other.fileno(), 0, 22 * 1024 * 1024)

    with memory_disk(tmp_path / "stick", "24m") as place:
        (place / OLDER).write_bytes(b"last week")
        assert trouble(batch, place, fill) == "drive_full_meanwhile"
        assert sorted(path.name for path in place.iterdir()) == [OLDER, "holiday.mp4"]
        assert (place / OLDER).read_bytes() == b"last week"


def test_a_write_protected_stick(batch: Path, tmp_path: Path) -> None:
    with memory_disk(tmp_path / "stick", "64m", "ro") as place:
        assert trouble(batch, place) == "drive_read_only"


def test_a_medium_that_takes_the_bytes_and_cannot_keep_them(batch: Path, tmp_path: Path) -> None:
    """ext4 on an image that lies on a memory disk too small for it: writes succeed, fsync does not."""
    with memory_disk(tmp_path / "small", "3m") as small:
        image = small / "image"
        with disk_image(tmp_path / "stick", image, 64) as place:
            assert trouble(batch, place) == "drive_fsync_failed"
            assert not (place / NAME).exists()


def test_a_folder_where_the_stick_failed_to_mount_is_never_written_to(batch: Path, tmp_path: Path) -> None:
    place = tmp_path / "stick"
    place.mkdir()
    bay = open_bay(str(place), practice=False)
    (drive,) = bay.drives()
    with pytest.raises(Trouble, match="drive_not_mounted"):
        bay.mount(drive)
    assert list(place.iterdir()) == []


def test_a_folder_on_some_other_volume_is_no_stick_either(tmp_path: Path) -> None:
    with memory_disk(tmp_path / "disk", "64m") as disk:
        place = disk / "stick"
        place.mkdir()
        bay = open_bay(str(place), practice=False)
        (drive,) = bay.drives()
        with pytest.raises(Trouble, match="drive_not_mounted"):
            bay.mount(drive)


def never_begun(batch: Path, drive: MountedDrive) -> str:
    """The key of the trouble, when the export stopped before its first byte."""
    begun: list[str] = []
    with pytest.raises(Trouble) as caught:
        write_verified(
            batch,
            drive,
            NAME,
            verify=looks_fine,
            progress=lambda stage, done, total: begun.append(stage),
            cancelled=lambda: False,
        )
    assert begun == []
    assert list(drive.path.iterdir()) == []
    return caught.value.key


def test_unmounted_between_the_proof_and_the_touch(batch: Path, tmp_path: Path) -> None:
    with memory_disk(tmp_path / "stick", "64m") as place:
        drive = the_drive(place)
        subprocess.run(("umount", str(place)), check=True, timeout=60)
        assert not os.path.ismount(place)
        assert never_begun(batch, drive) == "drive_gone"


def test_swapped_for_another_stick_after_the_proof(batch: Path, tmp_path: Path) -> None:
    with memory_disk(tmp_path / "stick", "64m") as place:
        drive = the_drive(place)
        subprocess.run(("mount", "-t", "tmpfs", "other", str(place)), check=True, timeout=60)
        try:
            assert never_begun(batch, drive) == "drive_gone"
        finally:
            subprocess.run(("umount", str(place)), check=True, timeout=60)


def test_taken_away_in_the_very_last_moment_is_not_done(batch: Path, tmp_path: Path) -> None:
    def take(stage: str, done: int, total: int) -> None:
        if stage == "flush" and done == 0:
            subprocess.run(("umount", str(place)), check=True, timeout=60)

    with memory_disk(tmp_path / "stick", "64m") as place:
        assert trouble(batch, place, take) == "drive_gone"


@pytest.fixture
def faulty(tmp_path: Path) -> Iterator[FaultyStick]:
    with faulty_stick(tmp_path / "stick", tmp_path / "control.json") as stick:
        (stick.place / OLDER).write_bytes(b"last week")
        yield stick


@pytest.mark.parametrize(
    ("faults", "key"),
    [
        ({"unplug": 1_234_567}, "drive_gone"),
        ({"enospc": 1_234_567}, "drive_full_meanwhile"),
        ({"eperm": 1_234_567}, "drive_full_meanwhile"),
        ({"eio": 1_234_567}, "drive_write_failed"),
        ({"fsync": 1}, "drive_fsync_failed"),
        ({"rename": 1}, "drive_rename_failed"),
        ({"flip": 2_000_000}, "drive_bad_readback"),
        ({"flip": 2_000_000, "no_direct": 1}, "drive_bad_readback"),
        ({"flip": 2_000_000, "read_einval": 1}, "drive_bad_readback"),
        ({"read_eio": 1}, "drive_unreadable"),
        ({"efbig": 1_234_567}, "drive_file_too_large"),
        ({"room": 19_000_000}, "drive_full"),
    ],
)
def test_a_stick_that_fails_is_named_keeps_the_older_batch_and_takes_the_next_try(
    batch: Path, faulty: FaultyStick, faults: dict[str, int], key: str
) -> None:
    faulty.fail(**faults)
    assert trouble(batch, faulty.place) == key
    faulty.fail()
    assert not (faulty.place / NAME).exists()
    assert (faulty.place / OLDER).read_bytes() == b"last week"
    assert export(batch, faulty.place).bytes == len(CONTENT)
    assert exports(the_drive(faulty.place)) == (OLDER, NAME)


def test_the_room_asked_for_is_the_file_two_per_cent_and_sixteen_megabytes(
    batch: Path, faulty: FaultyStick
) -> None:
    needed = int(len(CONTENT) * 1.02) + 16 * 1024 * 1024
    faulty.fail(room=needed - needed % 4096)  # told in whole blocks: just under
    assert trouble(batch, faulty.place) == "drive_full"
    faulty.fail(room=needed - needed % 4096 + 4096)
    assert export(batch, faulty.place).bytes == len(CONTENT)


def test_pulled_at_two_hundred_bytes_never_leaves_a_final_name(batch: Path, faulty: FaultyStick) -> None:
    dice = random.Random(SEED)
    small = batch.with_name("small.zip")
    small.write_bytes(CONTENT[:70_001])
    for _ in range(200):
        faulty.fail(unplug=dice.randrange(70_001))
        assert trouble(small, faulty.place) == "drive_gone"
        faulty.fail()
        assert not (faulty.place / NAME).exists()
    assert (faulty.place / OLDER).read_bytes() == b"last week"


def test_a_fat_stick_is_not_begun_with_more_than_it_can_hold(tmp_path: Path) -> None:
    """FAT32 holds files of up to 4 GiB less one byte."""
    large = tmp_path / "large.zip"
    with large.open("wb") as file:
        file.truncate(4 * 1024**3)
    with faulty_stick(tmp_path / "stick", tmp_path / "control.json", "fusefat") as fat:
        with pytest.raises(Trouble, match="drive_file_too_large") as caught:
            export(large, fat.place)
        assert caught.value.permanent
        assert list(fat.place.iterdir()) == []


def test_memory_stays_small_however_large_the_batch(tmp_path: Path) -> None:
    """The copy goes in pieces of 1 MiB; a 40 MB batch needs no 40 MB."""
    import tracemalloc

    large = tmp_path / "large.zip"
    large.write_bytes(bytes(40 * 1024 * 1024))
    with memory_disk(tmp_path / "stick", "64m") as place:
        drive = the_drive(place)
        tracemalloc.start()
        try:
            write_verified(
                large, drive, NAME, verify=lambda read_back: None, progress=silent, cancelled=lambda: False
            )
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 8 * 1024 * 1024
