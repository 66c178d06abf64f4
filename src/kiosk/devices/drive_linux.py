"""Sticks on Linux: found through sysfs and mountinfo, read back past the page cache."""

from __future__ import annotations

import errno
import mmap
import os
import re
import shutil
import subprocess
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from kiosk.devices.drive_proof import proven
from kiosk.devices.ports import Drive, MountedDrive
from kiosk.domain.errors import Trouble

CHUNK = 1024 * 1024
UNKNOWN_SERIAL = "unknown"
_SYSTEM_PLACES = frozenset({"/", "/boot", "/boot/efi", "/home", "/usr", "/var"})
_ESCAPED = re.compile(r"\\([0-7]{3})")
_COMMAND_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of mountinfo: which block device stands where."""

    device: str  # "major:minor"
    place: Path
    file_system: str
    source: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where the kernel and udev tell what is plugged in; tests point it at a tree of their own."""

    sysfs: Path = Path("/sys")
    mountinfo: Path = Path("/proc/self/mountinfo")
    udev: Path = Path("/run/udev/data")
    nodes: Path = Path("/dev")


def mounts(mountinfo: Path) -> tuple[Mount, ...]:
    """All mounts, later ones last; the kernel writes blanks in names as octal escapes."""
    found = []
    for line in mountinfo.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        left, _, right = line.partition(" - ")
        fields, tail = left.split(" "), right.split(" ")
        if len(fields) < 6 or len(tail) < 2:
            continue
        place = _ESCAPED.sub(lambda octal: chr(int(octal[1], 8)), fields[4])
        device = fields[2]
        if device.startswith("0:") and tail[1].startswith("/dev/"):
            # FUSE file systems (exfat, ntfs) carry an anonymous number; the node behind tells the real one.
            device = _number_of(Path(tail[1])) or device
        found.append(Mount(device, Path(place), tail[0], tail[1]))
    return tuple(found)


def _number_of(node: Path) -> str | None:
    try:
        number = node.stat().st_rdev
    except OSError:
        return None
    return f"{os.major(number)}:{os.minor(number)}" if number else None


class LinuxBay:
    """The USB sockets of a Linux PC; the disk the system runs from is never among the drives."""

    def __init__(self, places: Places | None = None) -> None:
        self._places = places or Places()

    def drives(self) -> tuple[Drive, ...]:
        """Every removable or USB volume, mounted (path = its folder) or not yet (path = its node)."""
        try:
            here = mounts(self._places.mountinfo)
        except OSError:
            raise Trouble("drive_list_failed") from None
        system = {self._disk(mount.device) for mount in here if str(mount.place) in _SYSTEM_PLACES}
        stands = {mount.device: mount.place for mount in here}
        found = []
        for device in self._volumes():
            disk = self._disk(device)
            if disk is None or disk in system or not _is_pluggable(disk):
                continue
            path = stands.get(device) or self._places.nodes / self._block(device).name
            found.append(Drive(self.serial(device), self._label(device), path))
        return tuple(sorted(found, key=lambda drive: str(drive.path)))

    def mount(self, drive: Drive, *, read_only: bool = False) -> MountedDrive:
        """The volume, mounted by udisks when the desktop has not; raises Trouble("drive_not_mounted")."""
        path = drive.path
        if path.is_block_device():
            how = ("-o", "ro") if read_only else ()
            _run("udisksctl", "mount", "--no-user-interaction", *how, "-b", str(path))
            number = _number_of(path)
            standing = [mount.place for mount in mounts(self._places.mountinfo) if mount.device == number]
            if not standing:
                raise Trouble("drive_not_mounted")
            path = standing[-1]
        elif drive not in self.drives():
            raise Trouble("drive_not_mounted")
        return proven(path, serial=drive.serial, label=drive.label, is_system_volume=is_system_volume)

    def eject(self, drive: MountedDrive) -> None:
        """Unmounts, and switches the socket off where udisks can; raises Trouble("drive_busy")."""
        here = [mount for mount in mounts(self._places.mountinfo) if mount.place == drive.path]
        if not here:
            return
        node = here[-1].source
        if not _run("udisksctl", "unmount", "--no-user-interaction", "-b", node):
            _run("umount", str(drive.path))
        if os.path.ismount(drive.path):
            raise Trouble("drive_busy")
        _run("udisksctl", "power-off", "--no-user-interaction", "-b", node)

    def serial(self, device: str) -> str:
        """The serial number the manufacturer gave the stick, or "unknown"."""
        known = self._udev(device).get("ID_SERIAL_SHORT", "")
        disk = self._disk(device)
        if not known and disk is not None:
            for folder in (disk / "device", *disk.parents):
                known = _line(folder / "serial")
                if known or folder == self._places.sysfs:
                    break
        return known or UNKNOWN_SERIAL

    def _volumes(self) -> list[str]:
        """Partitions, and whole disks that carry a file system without a partition table."""
        found = []
        for link in sorted((self._places.sysfs / "dev" / "block").glob("*:*")):
            block = link.resolve()
            has_partitions = any(block.glob("*/partition"))
            if not has_partitions and _line(block / "size") not in ("", "0"):
                found.append(link.name)
        return found

    def _block(self, device: str) -> Path:
        return (self._places.sysfs / "dev" / "block" / device).resolve()

    def _disk(self, device: str) -> Path | None:
        block = self._block(device)
        if not block.exists():
            return None
        return block.parent if (block / "partition").exists() else block

    def _label(self, device: str) -> str:
        label = self._udev(device).get("ID_FS_LABEL", "")
        disk = self._disk(device)
        if label or disk is None:
            return label
        return " ".join(filter(None, (_line(disk / "device" / "vendor"), _line(disk / "device" / "model"))))

    def _udev(self, device: str) -> dict[str, str]:
        try:
            text = (self._places.udev / f"b{device}").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return {}
        pairs = (line[2:].partition("=") for line in text.splitlines() if line.startswith("E:"))
        return {name: value for name, _, value in pairs}


def _is_pluggable(disk: Path) -> bool:
    on_usb = any(re.fullmatch(r"usb\d+", part) for part in disk.parts)
    return on_usb or _line(disk / "removable") == "1"


def _line(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _run(*command: str) -> bool:
    """Whether the system's own tool did it; a tool that is not installed did not."""
    tool = shutil.which(command[0])
    if tool is None:
        return False
    try:
        done = subprocess.run(
            (tool, *command[1:]), stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def is_system_volume(path: Path, device: int) -> bool:
    """Whether the volume at `path` is one the system itself stands on."""
    places = (place for place in _SYSTEM_PLACES if os.path.ismount(place))
    return str(path) in _SYSTEM_PLACES or any(Path(place).stat().st_dev == device for place in places)


def file_system(path: Path) -> str:
    """The kernel's name of the file system mounted at `path`, "" when nothing is."""
    real = path.resolve()
    names = [mount.file_system for mount in mounts(Places().mountinfo) if mount.place == real]
    return names[-1] if names else ""


def serial_of(path: Path) -> str:
    """Serial number of the device behind a mount point, or "unknown"."""
    real = path.resolve()
    devices = [mount.device for mount in mounts(Places().mountinfo) if mount.place == real]
    return LinuxBay().serial(devices[-1]) if devices else UNKNOWN_SERIAL


def system_bay() -> LinuxBay:
    return LinuxBay()


def sync_folder(path: Path) -> None:
    """Makes a rename in `path` durable."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def flush(path: Path) -> None:
    """Everything the volume still holds in memory goes to the medium; raises OSError."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if libc.syncfs(folder) != 0:
            raise OSError(ctypes.get_errno(), "syncfs")
    finally:
        os.close(folder)


def read_past_cache(path: Path) -> Generator[memoryview]:
    """The file's bytes in pieces of at most 1 MiB, from the medium; each piece is valid until the next.

    A plain read would be answered from the page cache and see nothing of a corrupted stick.
    """
    with mmap.mmap(-1, CHUNK) as page_aligned:
        file = _open_direct(path)
        try:
            size, at = os.fstat(file).st_size, 0
            while at < size:
                count = _read_into(file, page_aligned)
                if count == 0:
                    return
                at += count
                piece = memoryview(page_aligned)[:count]
                try:
                    yield piece
                finally:
                    piece.release()
        finally:
            os.close(file)


def _open_direct(path: Path) -> int:
    try:
        file = os.open(path, os.O_RDONLY | os.O_DIRECT)
    except OSError as problem:
        if problem.errno not in (errno.EINVAL, errno.EOPNOTSUPP):
            raise
        file = os.open(path, os.O_RDONLY)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    return file


def _read_into(file: int, buffer: mmap.mmap) -> int:
    try:
        return os.readv(file, [buffer])
    except OSError as problem:
        direct = os.O_DIRECT & _flags(file)
        if problem.errno != errno.EINVAL or not direct:
            raise
    # Some file systems take the flag at opening and refuse the read: go on with the cache dropped.
    import fcntl

    fcntl.fcntl(file, fcntl.F_SETFL, _flags(file) & ~os.O_DIRECT)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    return os.readv(file, [buffer])


def _flags(file: int) -> int:
    import fcntl

    return fcntl.fcntl(file, fcntl.F_GETFL)
