"""The practice stick: a plain folder that behaves like a USB stick, faults included."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.devices.drive_volume import Volume
from kiosk.devices.ports import Drive, MountedDrive
from kiosk.domain.errors import Refused, Trouble

MARKER = ".kiosk-stick"
_LABEL = "練習用USBメモリ"


@dataclass(slots=True)
class StickFaults:
    """What the practice stick shall do wrong; positions count the bytes of one export."""

    pulled_at: int | None = None  # the stick vanishes with this written byte
    full_at: int | None = None  # no room beyond this written byte
    read_only: bool = False  # the write-protect switch is on
    flip_at: int | None = None  # this byte comes back changed
    sync_fails: bool = False  # the medium does not confirm what was written
    not_mounted: bool = False  # seen, but no volume comes up
    gone: bool = False  # pulled out


@dataclass(frozen=True, slots=True)
class PracticeDrive(MountedDrive):
    """A folder taken for a stick; only `VirtualBay` makes one, and only in practice."""

    faults: StickFaults = field(default_factory=StickFaults)


class VirtualBay:
    """One socket with one practice stick in it; `faults` may be set at any time."""

    def __init__(self, folder: Path, *, practice: bool) -> None:
        """Marks `folder` as a stick; raises Refused("drive_virtual_outside_practice")."""
        if not practice:
            raise Refused("drive_virtual_outside_practice")
        self.folder = folder
        self.faults = StickFaults()
        marker = folder / MARKER
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not marker.exists():
                marker.write_text(f"PRACTICE-{secrets.token_hex(4).upper()}\n", encoding="ascii")
        except OSError:
            raise Trouble("drive_practice_folder") from None

    def drives(self) -> tuple[Drive, ...]:
        serial = self._serial()
        if self.faults.gone or not serial:
            return ()
        return (Drive(serial, _LABEL, self.folder),)

    def mount(self, drive: Drive, *, read_only: bool = False) -> MountedDrive:
        if self.faults.not_mounted or drive not in self.drives():
            raise Trouble("drive_not_mounted")
        device = self.folder.stat().st_dev
        mounted = PracticeDrive(drive.serial, drive.label, drive.path, device, 0, self.faults)
        free = PracticeVolume(mounted).free_bytes()
        return PracticeDrive(drive.serial, drive.label, drive.path, device, free, self.faults)

    def eject(self, drive: MountedDrive) -> None:
        """The practice stick stays in its socket: the next session finds it again."""

    def pull(self) -> None:
        self.faults.gone = True

    def plug_in(self, faults: StickFaults | None = None) -> None:
        """A stick is put in (again), sound or with `faults`."""
        self.faults = faults or StickFaults()

    def _serial(self) -> str:
        try:
            return (self.folder / MARKER).read_text(encoding="ascii", errors="replace").strip()[:64]
        except OSError:
            return ""


class PracticeVolume(Volume):
    """The file operations of a real volume, failing with the errors a real stick fails with."""

    def __init__(self, drive: PracticeDrive) -> None:
        super().__init__(drive)
        self._faults = drive.faults
        self._written = 0

    def is_there(self) -> bool:
        return not self._faults.gone and (self.drive.path / MARKER).is_file()

    def free_bytes(self) -> int:
        self._check()
        return super().free_bytes()

    def largest_file(self) -> int | None:
        return None

    def names(self) -> list[str]:
        self._check()
        return [name for name in super().names() if name != MARKER]

    def create(self, path: Path) -> int:
        self._check(writing=True)
        return super().create(path)

    def write(self, file: int, chunk: memoryview) -> int:
        self._check(writing=True)
        faults, end = self._faults, self._written + len(chunk)
        for limit, number in ((faults.pulled_at, errno.ENODEV), (faults.full_at, errno.ENOSPC)):
            if limit is not None and end > limit:
                os.write(file, chunk[: max(0, limit - self._written)])
                self._written = limit
                faults.gone = faults.gone or number == errno.ENODEV
                raise OSError(number, os.strerror(number))
        count = super().write(file, chunk)
        self._written += count
        return count

    def sync(self, file: int) -> None:
        self._check()
        if self._faults.sync_fails:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        super().sync(file)

    def rename(self, path: Path, final: Path) -> None:
        self._check(writing=True)
        super().rename(path, final)

    def sync_folder(self) -> None:
        self._check()
        super().sync_folder()

    def read_back(self, path: Path) -> Generator[memoryview]:
        at = 0
        with closing(super().read_back(path)) as pieces:
            for piece in pieces:
                self._check()
                flip, end = self._faults.flip_at, at + len(piece)
                if flip is not None and at <= flip < end:
                    changed = bytearray(piece)
                    changed[flip - at] ^= 1
                    yield memoryview(changed)
                else:
                    yield piece
                at = end

    def flush(self) -> None:
        self._check()
        super().flush()

    def remove(self, path: Path) -> None:
        self._check(writing=True)
        super().remove(path)

    def _check(self, *, writing: bool = False) -> None:
        if self._faults.gone:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        if writing and self._faults.read_only:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
