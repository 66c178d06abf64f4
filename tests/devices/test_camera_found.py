"""The right camera by its stable name, whatever number it has today."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.devices.camera import NamedCamera
from kiosk.devices.camera_faults import Fault, Spell, spells_of
from kiosk.devices.camera_found import FoundCamera, identity_of
from kiosk.devices.camera_linux import cameras
from kiosk.devices.camera_list import index_of
from kiosk.devices.camera_url import open_camera
from kiosk.devices.camera_windows import identity_of_path
from kiosk.domain.errors import Refused, Trouble


def plug(root: Path, number: int, socket: str, *, serial: str = "", index: int = 0) -> Path:
    """A camera in a sysfs of its own, the way Linux lays it out."""
    usb = root / "devices" / "usb1" / socket
    interface = usb / f"{socket}:1.0"
    interface.mkdir(parents=True, exist_ok=True)
    (usb / "idVendor").write_text("046d\n", encoding="ascii")
    (usb / "idProduct").write_text("0825\n", encoding="ascii")
    if serial:
        (usb / "serial").write_text(f"{serial}\n", encoding="ascii")
    entry = root / "class" / "video4linux" / f"video{number}"
    entry.mkdir(parents=True)
    (entry / "index").write_text(f"{index}\n", encoding="ascii")
    (entry / "name").write_text("UVC Camera\n", encoding="ascii")
    (entry / "device").symlink_to(interface)
    return root / "class" / "video4linux"


def test_two_alike_cameras_keep_their_names_when_their_numbers_change(tmp_path: Path) -> None:
    before = plug(tmp_path / "a", 0, "1-1", serial="AAA111")
    plug(tmp_path / "a", 1, "1-1", serial="AAA111", index=1)  # the same camera's metadata
    plug(tmp_path / "a", 2, "1-2", serial="BBB222")
    after = plug(tmp_path / "b", 0, "1-2", serial="BBB222")
    plug(tmp_path / "b", 2, "1-4", serial="AAA111")
    assert [camera.index for camera in cameras(before)] == [0, 2]
    assert index_of("046d:0825:AAA111", cameras(before)) == 0
    assert index_of("046d:0825:AAA111", cameras(after)) == 2
    assert index_of("046d:0825:CCC333", cameras(after)) is None


def test_without_a_serial_number_the_socket_tells_them_apart(tmp_path: Path) -> None:
    root = plug(tmp_path, 0, "1-1", serial="200901010001")
    plug(tmp_path, 2, "1-3")
    assert [camera.identity for camera in cameras(root)] == ["046d:0825@1-1", "046d:0825@1-3"]


def test_a_camera_that_is_not_on_usb_and_a_missing_sysfs(tmp_path: Path) -> None:
    entry = tmp_path / "video7"
    (tmp_path / "platform.cam").mkdir()
    entry.mkdir()
    (entry / "device").symlink_to(tmp_path / "platform.cam")
    assert cameras(tmp_path) == (FoundCamera("@platform.cam", "video7", 7),)
    assert cameras(tmp_path / "nowhere") == ()


def test_windows_paths_name_the_same_camera_in_every_socket_only_by_its_serial_number() -> None:
    path = r"\\?\usb#vid_046d&pid_0825&mi_00#{}#{{65e8773d-8f56-11d0-a3b9-00a0c9223196}}\global"
    assert identity_of_path(path.format("AAA111")) == "046d:0825:AAA111"
    assert identity_of_path(path.format("7&2a1b3c&0&0000")) == "046d:0825@7&2a1b3c&0&0000"
    assert identity_of_path(r"\\?\root#camera#0000") == r"@\\?\root#camera#0000"


def test_an_absent_camera_is_never_replaced_by_another() -> None:
    with pytest.raises(Trouble) as trouble:
        NamedCamera(identity_of("ffff", "ffff", "nobody", "9-9")).open()
    assert trouble.value.key == "camera_absent"
    assert isinstance(open_camera("camera:046d:0825:AAA111", practice=False), NamedCamera)


def test_faults_are_written_as_a_timetable() -> None:
    assert spells_of("gone@20-50,frozen@70.5-75") == (
        Spell(Fault.GONE, 20, 50),
        Spell(Fault.FROZEN, 70.5, 75),
    )
    for wrong in ("gone", "gone@5", "gone@9-5", "gone@1-2,", "lost@1-2", "gone@-1-2"):
        with pytest.raises(Refused):
            open_camera(f"virtual:{wrong}", practice=True)
    with pytest.raises(Refused) as no:
        open_camera("virtual:gone@1-2", practice=False)
    assert no.value.key == "camera_practice_only"
