"""Opens the drive bay a device URL names: the real sockets, one mount point, or the practice stick."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kiosk.devices.drive_proof import proven
from kiosk.devices.drive_virtual import VirtualBay
from kiosk.devices.drive_volume import system
from kiosk.devices.ports import Drive, DriveBay, MountedDrive
from kiosk.domain.errors import Refused, Trouble


class MountPointBay:
    """One folder where a stick is always mounted, named in the settings instead of being searched for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def drives(self) -> tuple[Drive, ...]:
        """The place, as soon as it exists; whether a volume stands there is for `mount` to prove."""
        try:
            if not self.folder.is_dir():
                return ()
            return (Drive(system.serial_of(self.folder), self.folder.name, self.folder),)
        except OSError:
            return ()

    def mount(self, drive: Drive, *, read_only: bool = False) -> MountedDrive:
        if drive not in self.drives():
            raise Trouble("drive_not_mounted")
        return proven(
            drive.path,
            serial=drive.serial,
            label=drive.label,
            is_system_volume=system.is_system_volume,
        )

    def eject(self, drive: MountedDrive) -> None:
        """Empties every buffer; whoever mounted the place unmounts it."""
        try:
            system.flush(drive.path)
        except OSError:
            raise Trouble("drive_busy") from None


def open_bay(url: str, *, practice: bool) -> DriveBay:
    """The bay for `auto` or a folder; raises Refused("drive_url").

    A folder has to be a mount point (`mount` proves it); a plain one is the practice stick, only in practice.
    """
    if url == "auto":
        if sys.platform.startswith(("linux", "win32")):
            return system.system_bay()
        raise Refused("drive_url")
    if not url or "\0" in url:
        raise Refused("drive_url")
    folder = Path(url).absolute()
    if practice and not os.path.ismount(folder):
        return VirtualBay(folder, practice=True)
    return MountPointBay(folder)


def only_drive(bay: DriveBay) -> Drive:
    """The one stick there is; raises Trouble("drive_absent") or Refused("drive_several")."""
    drives = bay.drives()
    if not drives:
        raise Trouble("drive_absent")
    if len(drives) > 1:
        raise Refused("drive_several", count=len(drives))
    return drives[0]
