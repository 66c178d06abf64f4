"""Which sticks are seen, which are proven, and which are never taken for one."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk.devices.drive import MountPointBay, only_drive, open_bay
from kiosk.devices.drive_linux import LinuxBay, Places, mounts
from kiosk.devices.drive_virtual import MARKER, VirtualBay
from kiosk.devices.drive_windows import UNKNOWN_SERIAL, descriptor
from kiosk.devices.ports import Drive, DriveBay, MountedDrive
from kiosk.domain.errors import Refused, Trouble
from tests.faults.media import disk_image, memory_disk


def usb_places(tmp_path: Path, *, number: str, usb: bool = True, mountinfo: Path | None = None) -> Places:
    """A sysfs as the kernel shows it for one disk with one partition `number`, on USB or inside the PC."""
    sysfs, udev, nodes = tmp_path / "sys", tmp_path / "udev", tmp_path / "nodes"
    port = "pci0000:00/0000:00:14.0/usb2/2-1" if usb else "pci0000:00/0000:00:17.0/ata1"
    device = sysfs / "devices" / port
    disk = device / "host6" / "block" / "sdb"
    part = disk / "sdb1"
    part.mkdir(parents=True)
    (disk / "removable").write_text("0\n")
    (disk / "size").write_text("15728640\n")
    (part / "size").write_text("15726592\n")
    (part / "partition").write_text("1\n")
    (device / "serial").write_text("4C530001230725117345\n")
    (disk / "device").mkdir()
    (disk / "device" / "vendor").write_text("SanDisk \n")
    (disk / "device" / "model").write_text("Ultra Fit       \n")
    links = sysfs / "dev" / "block"
    links.mkdir(parents=True)
    (links / number).symlink_to(part)
    (links / "250:0").symlink_to(disk)
    udev.mkdir()
    nodes.mkdir()
    return Places(sysfs, mountinfo or Path("/proc/self/mountinfo"), udev, nodes)


@pytest.fixture(params=["practice stick", "mount point", "usb disk"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DriveBay]:
    """The same promises for every bay: on a folder in practice, a memory disk, a disk image seen as USB."""
    with ExitStack() as media:
        if request.param == "practice stick":
            yield VirtualBay(tmp_path / "stick", practice=True)
        elif request.param == "mount point":
            yield MountPointBay(media.enter_context(memory_disk(tmp_path / "stick", "8m")))
        else:
            place = media.enter_context(disk_image(tmp_path / "stick", tmp_path / "image", 16))
            device = place.stat().st_dev
            number = f"{os.major(device)}:{os.minor(device)}"
            yield LinuxBay(usb_places(tmp_path, number=number))


def test_the_stick_is_seen_proven_and_writable_only_then(opened: DriveBay) -> None:
    drive = only_drive(opened)
    assert drive.serial
    proof = opened.mount(drive)
    assert isinstance(proof, MountedDrive)
    assert (proof.serial, proof.label) == (drive.serial, drive.label)
    assert proof.device == proof.path.stat().st_dev
    assert proof.free_bytes > 1_000_000


def test_the_serial_number_is_the_same_every_time(opened: DriveBay) -> None:
    assert only_drive(opened) == only_drive(opened)


def test_a_stick_of_another_place_is_not_mounted(opened: DriveBay, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    drive = only_drive(opened)
    with pytest.raises(Trouble, match="drive_not_mounted"):
        opened.mount(Drive(drive.serial, drive.label, folder))


def test_a_usb_disk_is_known_by_its_makers_serial_number_and_model(tmp_path: Path) -> None:
    mountinfo = tmp_path / "mountinfo"
    mountinfo.write_text("90 27 8:17 / /media/staff/BATCH\\040STICK rw - vfat /dev/sdb1 rw\n")
    places = usb_places(tmp_path, number="8:17", mountinfo=mountinfo)
    stick = Drive("4C530001230725117345", "SanDisk Ultra Fit", Path("/media/staff/BATCH STICK"))
    assert LinuxBay(places).drives() == (stick,)


def test_udev_knows_the_label_and_the_short_serial_number(tmp_path: Path) -> None:
    mountinfo = tmp_path / "mountinfo"
    mountinfo.write_text("90 27 8:17 / /media/stick rw - vfat /dev/sdb1 rw\n")
    places = usb_places(tmp_path, number="8:17", mountinfo=mountinfo)
    (places.udev / "b8:17").write_text("S:disk\nE:ID_SERIAL_SHORT=AA01\nE:ID_FS_LABEL=KOGANEI\n")
    assert LinuxBay(places).drives() == (Drive("AA01", "KOGANEI", Path("/media/stick")),)


def test_a_stick_that_is_not_mounted_yet_is_seen_by_its_node(tmp_path: Path) -> None:
    mountinfo = tmp_path / "mountinfo"
    mountinfo.write_text("27 1 254:0 / / rw - ext4 /dev/vda rw\n")
    places = usb_places(tmp_path, number="8:17", mountinfo=mountinfo)
    bay = LinuxBay(places)
    drive = only_drive(bay)
    assert drive.path == places.nodes / "sdb1"
    (places.nodes / "sdb1").mkdir()
    with pytest.raises(Trouble, match="drive_not_mounted"):
        bay.mount(drive)


def test_a_disk_inside_the_pc_is_no_stick(tmp_path: Path) -> None:
    mountinfo = tmp_path / "mountinfo"
    mountinfo.write_text("90 27 8:17 / /mnt/second rw - ext4 /dev/sdb1 rw\n")
    assert LinuxBay(usb_places(tmp_path, number="8:17", usb=False, mountinfo=mountinfo)).drives() == ()


@pytest.mark.parametrize("place", ["/", "/boot", "/home"])
def test_a_usb_disk_the_system_runs_from_is_no_stick(tmp_path: Path, place: str) -> None:
    mountinfo = tmp_path / "mountinfo"
    mountinfo.write_text(
        f"27 1 8:17 / {place} rw - ext4 /dev/sdb1 rw\n90 27 8:17 / /media/stick rw - ext4 /dev/sdb1 rw\n"
    )
    assert LinuxBay(usb_places(tmp_path, number="8:17", mountinfo=mountinfo)).drives() == ()


def test_this_machines_own_disks_are_never_offered() -> None:
    if sys.platform != "linux":
        pytest.skip("reads this machine's sysfs")
    bay = open_bay("auto", practice=False)
    assert Path("/") not in {drive.path for drive in bay.drives()}
    assert mounts(Path("/proc/self/mountinfo"))


def test_the_system_volume_is_refused_even_when_named() -> None:
    root = Path(Path.cwd().anchor)
    bay = MountPointBay(root)
    with pytest.raises(Trouble, match="drive_not_mounted"):
        bay.mount(only_drive(bay))


def test_ejecting_a_usb_disk_unmounts_it(tmp_path: Path) -> None:
    with disk_image(tmp_path / "stick", tmp_path / "image", 16) as place:
        device = place.stat().st_dev
        bay = LinuxBay(usb_places(tmp_path, number=f"{os.major(device)}:{os.minor(device)}"))
        proof = bay.mount(only_drive(bay))
        bay.eject(proof)
        assert not os.path.ismount(place)
        bay.eject(proof)  # already out: nothing left to do


def test_ejecting_a_stick_in_use_is_trouble(tmp_path: Path) -> None:
    with disk_image(tmp_path / "stick", tmp_path / "image", 16) as place:
        device = place.stat().st_dev
        bay = LinuxBay(usb_places(tmp_path, number=f"{os.major(device)}:{os.minor(device)}"))
        proof = bay.mount(only_drive(bay))
        with (place / "open.txt").open("wb"), pytest.raises(Trouble, match="drive_busy"):
            bay.eject(proof)


def test_ejecting_a_named_place_empties_its_buffers_and_leaves_it_mounted(tmp_path: Path) -> None:
    with disk_image(tmp_path / "stick", tmp_path / "image", 16) as place:
        bay = MountPointBay(place)
        proof = bay.mount(only_drive(bay))
        assert proof.serial == UNKNOWN_SERIAL  # a loop device has none
        bay.eject(proof)
        assert os.path.ismount(place)
    with pytest.raises(Trouble, match="drive_not_mounted"):
        bay.mount(Drive(proof.serial, proof.label, tmp_path / "elsewhere"))


def test_a_stick_named_by_its_node_is_found_where_it_is_mounted(tmp_path: Path) -> None:
    with disk_image(tmp_path / "stick", tmp_path / "image", 16) as place:
        (here,) = (mount for mount in mounts(Path("/proc/self/mountinfo")) if mount.place == place)
        node = Drive("4C53", "", Path(here.source))
        assert LinuxBay().mount(node).path == place
    with pytest.raises(Trouble, match="drive_not_mounted"):
        LinuxBay().mount(node)


def test_a_stick_under_fuse_is_known_by_the_node_behind_it(tmp_path: Path) -> None:
    node = Path("/dev/loop0")
    if not node.exists():
        pytest.skip("no loop device on this machine")
    number = f"{os.major(node.stat().st_rdev)}:{os.minor(node.stat().st_rdev)}"
    mountinfo = tmp_path / "mountinfo"
    mountinfo.write_text(
        "half a line\n"
        "90 27 0:45 / /media/exfat rw - fuseblk /dev/loop0 rw\n"
        "91 27 0:46 / /media/gone rw - fuseblk /dev/missing rw\n"
    )
    bay = LinuxBay(usb_places(tmp_path, number=number, mountinfo=mountinfo))
    assert [drive.path for drive in bay.drives()] == [Path("/media/exfat")]
    assert [mount.device for mount in mounts(mountinfo)] == [number, "0:46"]


def test_a_mount_table_that_cannot_be_read_is_trouble(tmp_path: Path) -> None:
    places = usb_places(tmp_path, number="8:17", mountinfo=tmp_path / "missing")
    with pytest.raises(Trouble, match="drive_list_failed"):
        LinuxBay(places).drives()


def test_no_stick_and_two_sticks_are_asked_about(tmp_path: Path) -> None:
    bay = VirtualBay(tmp_path / "stick", practice=True)
    bay.pull()
    with pytest.raises(Trouble, match="drive_absent"):
        only_drive(bay)

    class Two:
        def drives(self) -> tuple[Drive, ...]:
            return (Drive("1", "a", tmp_path), Drive("2", "b", tmp_path))

        def mount(self, drive: Drive, *, read_only: bool = False) -> MountedDrive:
            return bay.mount(drive)

        def eject(self, drive: MountedDrive) -> None:
            bay.eject(drive)

    with pytest.raises(Refused, match="drive_several") as caught:
        only_drive(Two())
    assert caught.value.facts == {"count": 2}


def test_a_place_that_does_not_exist_holds_no_stick(tmp_path: Path) -> None:
    assert open_bay(str(tmp_path / "missing"), practice=False).drives() == ()


def test_a_plain_folder_is_a_stick_in_practice_only(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    bay = open_bay(str(folder), practice=True)
    assert isinstance(bay, VirtualBay)
    assert bay.mount(only_drive(bay)).serial == (folder / MARKER).read_text().strip()
    real = open_bay(str(folder), practice=False)
    with pytest.raises(Trouble, match="drive_not_mounted"):
        real.mount(only_drive(real))
    with pytest.raises(Refused, match="drive_virtual_outside_practice"):
        VirtualBay(folder, practice=False)


def test_a_practice_stick_cannot_be_made_where_a_file_stands(tmp_path: Path) -> None:
    (tmp_path / "stick").write_bytes(b"")
    with pytest.raises(Trouble, match="drive_practice_folder"):
        VirtualBay(tmp_path / "stick", practice=True)


def test_a_practice_folder_that_was_deleted_is_no_stick_any_more(tmp_path: Path) -> None:
    bay = VirtualBay(tmp_path / "stick", practice=True)
    (bay.folder / MARKER).unlink()
    assert bay.drives() == ()


def test_a_real_mount_stays_real_in_practice(tmp_path: Path) -> None:
    with memory_disk(tmp_path / "stick", "8m") as place:
        assert isinstance(open_bay(str(place), practice=True), MountPointBay)
        assert list(place.iterdir()) == []


def test_the_practice_stick_can_be_pulled_and_put_back(tmp_path: Path) -> None:
    bay = VirtualBay(tmp_path / "stick", practice=True)
    drive = only_drive(bay)
    bay.pull()
    assert bay.drives() == ()
    bay.plug_in()
    assert only_drive(bay) == drive
    bay.faults.not_mounted = True
    with pytest.raises(Trouble, match="drive_not_mounted"):
        bay.mount(drive)


@pytest.mark.parametrize("url", ["", "a\0b"])
def test_an_impossible_place_is_refused(url: str) -> None:
    with pytest.raises(Refused, match="drive_url"):
        open_bay(url, practice=True)


def described(*, removable: bool, bus: int, serial: bytes = b"", model: bytes = b"") -> bytes:
    """A STORAGE_DEVICE_DESCRIPTOR laid out as Microsoft documents it (winioctl.h)."""
    model_at = 36 if model else 0
    serial_at = 36 + len(model) + 1 if serial else 0
    tail = model + b"\0" + serial + b"\0"
    head = struct.pack("<IIBBBB", 40, 36 + len(tail), 0, 0, removable, 0)
    return head + struct.pack("<IIIIII", 0, model_at, 0, serial_at, bus, len(tail)) + tail


@pytest.mark.parametrize(
    ("removable", "bus", "pluggable"),
    [(True, 7, True), (False, 7, True), (True, 12, True), (False, 11, False), (False, 17, False)],
)
def test_windows_tells_a_stick_by_bus_or_removable_medium(removable: bool, bus: int, pluggable: bool) -> None:
    device = descriptor(described(removable=removable, bus=bus, serial=b" 07AB ", model=b"Ultra"))
    assert (device.is_pluggable, device.serial, device.model) == (pluggable, "07AB", "Ultra")


def test_windows_answers_without_serial_or_cut_short() -> None:
    assert descriptor(described(removable=True, bus=7)).serial == UNKNOWN_SERIAL
    whole = described(removable=True, bus=7, serial=b"07AB")
    assert descriptor(whole[:36]).serial == UNKNOWN_SERIAL
    with pytest.raises(OSError, match="short"):
        descriptor(whole[:35])
