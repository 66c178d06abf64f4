"""The batch goes onto the practice stick: only what was read back counts as written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kiosk.devices.drive_virtual import StickFaults, VirtualBay
from kiosk.devices.ports import MountedDrive
from kiosk.devices.stick import ReadBack, Written, exports, write_verified
from kiosk.domain.errors import Refused, Trouble

NAME = "13210-K1-000123-20251105.zip"
OLDER = "13210-K1-000122-20251029.zip"
CONTENT = bytes(range(256)) * 12_000  # 3 MB: several chunks


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    path = tmp_path / "outbox" / NAME
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def bay(tmp_path: Path) -> VirtualBay:
    bay = VirtualBay(tmp_path / "stick", practice=True)
    (bay.folder / OLDER).write_bytes(b"last week")
    return bay


def in_hand(bay: VirtualBay) -> MountedDrive:
    (drive,) = bay.drives()
    return bay.mount(drive)


def all_of(read_back: ReadBack) -> bytes:
    return b"".join(iter(lambda: read_back.read(700_000), b""))


def looks_fine(read_back: ReadBack) -> None:
    assert all_of(read_back) == CONTENT


def silent(stage: str, done: int, total: int) -> None:
    pass


def never() -> bool:
    return False


def export(batch: Path, drive: MountedDrive, name: str = NAME) -> Written:
    return write_verified(batch, drive, name, verify=looks_fine, progress=silent, cancelled=never)


def names(bay: VirtualBay) -> list[str]:
    return sorted(path.name for path in bay.folder.iterdir() if not path.name.startswith("."))


def test_the_batch_arrives_byte_for_byte_and_is_listed_with_the_older_one(
    batch: Path, bay: VirtualBay
) -> None:
    written = export(batch, in_hand(bay))
    assert written == Written(bay.folder / NAME, hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    assert (bay.folder / NAME).read_bytes() == CONTENT
    assert exports(in_hand(bay)) == (OLDER, NAME)
    assert names(bay) == [OLDER, NAME]


def test_progress_runs_through_the_three_stages_and_each_reaches_its_end(
    batch: Path, bay: VirtualBay
) -> None:
    told: list[tuple[str, int, int]] = []
    write_verified(
        batch,
        in_hand(bay),
        NAME,
        verify=looks_fine,
        progress=lambda *step: told.append(step),
        cancelled=never,
    )
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["write", "read_back", "flush"]
    for stage in ("write", "read_back"):
        steps = [done for name, done, total in told if name == stage]
        assert steps == sorted(steps)
        assert (steps[0], steps[-1]) == (0, len(CONTENT))


def test_hash_and_signature_are_checked_on_one_pass_over_the_file_with_its_final_name(
    batch: Path, bay: VirtualBay
) -> None:
    came_back: list[int] = []
    seen: list[bytes] = []

    def watch(stage: str, done: int, total: int) -> None:
        if stage == "read_back":
            came_back.append(done)

    def judge(read_back: ReadBack) -> None:
        assert (bay.folder / NAME).exists()
        seen.append(all_of(read_back))

    write_verified(batch, in_hand(bay), NAME, verify=judge, progress=watch, cancelled=never)
    assert seen == [CONTENT]
    assert came_back == [0, 1_048_576, 2_097_152, len(CONTENT)]


def test_a_byte_that_the_signature_check_never_reached_is_read_back_all_the_same(
    batch: Path, bay: VirtualBay
) -> None:
    bay.faults.flip_at = 2_999_999

    def reads_the_beginning(read_back: ReadBack) -> None:
        assert read_back.read(100) == CONTENT[:100]

    with pytest.raises(Trouble, match="drive_bad_readback"):
        write_verified(
            batch, in_hand(bay), NAME, verify=reads_the_beginning, progress=silent, cancelled=never
        )
    assert names(bay) == [OLDER]


def test_a_stick_that_fails_under_the_signature_check_is_blamed_itself(batch: Path, bay: VirtualBay) -> None:
    def says_it_otherwise(read_back: ReadBack) -> None:
        bay.pull()
        try:
            all_of(read_back)
        except OSError as error:
            raise Trouble("batch_unreadable", number=error.errno or 0) from error

    with pytest.raises(Trouble, match="drive_gone"):
        write_verified(batch, in_hand(bay), NAME, verify=says_it_otherwise, progress=silent, cancelled=never)


def test_a_signature_that_does_not_hold_leaves_no_file(batch: Path, bay: VirtualBay) -> None:
    def does_not_hold(read_back: ReadBack) -> None:
        raise Refused("batch_bad_signature")

    with pytest.raises(Refused, match="batch_bad_signature"):
        write_verified(batch, in_hand(bay), NAME, verify=does_not_hold, progress=silent, cancelled=never)
    assert names(bay) == [OLDER]


@pytest.mark.parametrize(
    ("faults", "key"),
    [
        (StickFaults(pulled_at=0), "drive_gone"),
        (StickFaults(pulled_at=1_500_000), "drive_gone"),
        (StickFaults(full_at=2_000_000), "drive_full_meanwhile"),
        (StickFaults(read_only=True), "drive_read_only"),
        (StickFaults(flip_at=2_999_999), "drive_bad_readback"),
        (StickFaults(sync_fails=True), "drive_fsync_failed"),
    ],
)
def test_a_failing_stick_is_named_and_the_next_try_succeeds_without_restart(
    batch: Path, bay: VirtualBay, faults: StickFaults, key: str
) -> None:
    bay.plug_in(faults)
    with pytest.raises(Trouble) as caught:
        export(batch, in_hand(bay))
    assert caught.value.key == key
    assert not (bay.folder / NAME).exists()
    assert (bay.folder / OLDER).read_bytes() == b"last week"
    bay.plug_in()
    assert export(batch, in_hand(bay)).bytes == len(CONTENT)
    assert names(bay) == [OLDER, NAME]


def test_the_part_is_removed_while_the_stick_still_answers(batch: Path, bay: VirtualBay) -> None:
    bay.faults.full_at = 100
    with pytest.raises(Trouble):
        export(batch, in_hand(bay))
    assert names(bay) == [OLDER]


def test_the_rest_of_a_killed_attempt_is_replaced(batch: Path, bay: VirtualBay) -> None:
    (bay.folder / f"{NAME}.part").write_bytes(b"half")
    export(batch, in_hand(bay))
    assert names(bay) == [OLDER, NAME]


@pytest.mark.parametrize("stage", ["write", "read_back"])
def test_cancelling_leaves_no_final_name(batch: Path, bay: VirtualBay, stage: str) -> None:
    reached: list[str] = []
    with pytest.raises(Refused, match="drive_cancelled"):
        write_verified(
            batch,
            in_hand(bay),
            NAME,
            verify=looks_fine,
            progress=lambda name, done, total: reached.append(name),
            cancelled=lambda: stage in reached,
        )
    assert names(bay) == [OLDER]


def test_pulled_during_the_read_back_is_not_done(batch: Path, bay: VirtualBay) -> None:
    def pull(stage: str, done: int, total: int) -> None:
        if stage == "read_back" and done:
            bay.pull()

    with pytest.raises(Trouble, match="drive_gone"):
        write_verified(batch, in_hand(bay), NAME, verify=looks_fine, progress=pull, cancelled=never)
    bay.plug_in()
    # The bytes were whole: the next try reads them back and accepts them.
    assert export(batch, in_hand(bay)).sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_pulled_during_the_last_flush_is_not_done(batch: Path, bay: VirtualBay) -> None:
    def pull(stage: str, done: int, total: int) -> None:
        if stage == "flush":
            bay.pull()

    with pytest.raises(Trouble, match="drive_gone"):
        write_verified(batch, in_hand(bay), NAME, verify=looks_fine, progress=pull, cancelled=never)


def test_the_same_batch_again_is_accepted_after_reading_it_back(batch: Path, bay: VirtualBay) -> None:
    first = export(batch, in_hand(bay))
    stood_since = (bay.folder / NAME).stat().st_mtime_ns
    assert export(batch, in_hand(bay)) == first
    assert (bay.folder / NAME).stat().st_mtime_ns == stood_since


def test_the_same_batch_again_is_not_accepted_from_a_stick_that_flips_a_byte(
    batch: Path, bay: VirtualBay
) -> None:
    export(batch, in_hand(bay))
    bay.faults.flip_at = 5
    with pytest.raises(Refused, match="drive_other_file"):
        export(batch, in_hand(bay))
    assert (bay.folder / NAME).read_bytes() == CONTENT


def test_another_file_of_that_name_is_refused_and_stays(batch: Path, bay: VirtualBay) -> None:
    (bay.folder / NAME).write_bytes(b"not ours")
    with pytest.raises(Refused, match="drive_other_file"):
        export(batch, in_hand(bay))
    assert (bay.folder / NAME).read_bytes() == b"not ours"


def test_a_file_of_that_name_that_appears_meanwhile_is_not_overwritten(batch: Path, bay: VirtualBay) -> None:
    def other_hand(stage: str, done: int, total: int) -> None:
        (bay.folder / NAME).write_bytes(b"not ours")

    with pytest.raises(Refused, match="drive_other_file"):
        write_verified(batch, in_hand(bay), NAME, verify=looks_fine, progress=other_hand, cancelled=never)
    assert names(bay) == [OLDER, NAME]
    assert (bay.folder / NAME).read_bytes() == b"not ours"


def test_a_large_batch_is_confirmed_on_the_way_not_only_at_the_end(bay: VirtualBay, tmp_path: Path) -> None:
    large = tmp_path / "large.zip"
    with large.open("wb") as file:
        file.truncate(80 * 1024 * 1024)
    told: list[int] = []
    bay.faults.sync_fails = True
    with pytest.raises(Trouble, match="drive_fsync_failed"):
        write_verified(
            large,
            in_hand(bay),
            NAME,
            verify=looks_fine,
            progress=lambda stage, done, total: told.append(done),
            cancelled=never,
        )
    assert max(told) < 64 * 1024 * 1024


def test_a_stick_pulled_before_the_touch_is_noticed_first(batch: Path, bay: VirtualBay) -> None:
    drive = in_hand(bay)
    bay.pull()
    with pytest.raises(Trouble, match="drive_gone"):
        export(batch, drive)
    with pytest.raises(Trouble, match="drive_gone"):
        exports(drive)


def test_a_missing_outbox_file_is_not_blamed_on_the_stick(bay: VirtualBay, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="drive_source_unreadable"):
        export(tmp_path / "missing.zip", in_hand(bay))


def test_an_outbox_file_that_shrinks_meanwhile_is_not_exported(batch: Path, bay: VirtualBay) -> None:
    def shrink(stage: str, done: int, total: int) -> None:
        if done == 0:
            batch.write_bytes(CONTENT[:100])

    with pytest.raises(Trouble, match="drive_source_changed"):
        write_verified(batch, in_hand(bay), NAME, verify=looks_fine, progress=shrink, cancelled=never)
    assert names(bay) == [OLDER]


@pytest.mark.parametrize("name", ["../up.zip", "", ".", "..", "a/b.zip", "x.part"])
def test_only_a_plain_name_is_written(batch: Path, bay: VirtualBay, name: str) -> None:
    with pytest.raises(ValueError, match="plain file name"):
        export(batch, in_hand(bay), name)
