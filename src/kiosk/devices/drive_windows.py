"""Sticks on Windows: found by drive letter and bus type, read back without the file cache.

Written from the documented structures and control codes; not verified on a Windows machine yet.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import string
import struct
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.devices.drive_proof import proven
from kiosk.devices.ports import Drive, MountedDrive
from kiosk.domain.errors import Trouble

CHUNK = 1024 * 1024
UNKNOWN_SERIAL = "unknown"
BUS_USB = 7
_DRIVE_REMOVABLE, _DRIVE_FIXED = 2, 3
_GENERIC_READ, _GENERIC_WRITE = 0x80000000, 0x40000000
_SHARE_READ, _SHARE_WRITE = 1, 2
_OPEN_EXISTING = 3
_NO_BUFFERING, _SEQUENTIAL = 0x20000000, 0x08000000
_QUERY_PROPERTY = 0x002D1400
_LOCK_VOLUME, _DISMOUNT_VOLUME, _EJECT_MEDIA = 0x00090018, 0x00090020, 0x002D4808
_NO_DIALOG = 0x0001 | 0x8000
_DESCRIPTOR = struct.Struct("<II????IIIIII")
_INVALID_HANDLE = ctypes.c_void_p(-1).value


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a storage device says of itself."""

    removable: bool
    bus: int
    serial: str
    model: str

    @property
    def is_pluggable(self) -> bool:
        """USB disks call themselves fixed, card readers removable: either will do."""
        return self.removable or self.bus == BUS_USB


def descriptor(untrusted_bytes: bytes) -> Descriptor:
    """Reads a STORAGE_DEVICE_DESCRIPTOR; offsets of 0 or outside the answer mean "not told"."""
    if len(untrusted_bytes) < _DESCRIPTOR.size:
        raise OSError(errno.EIO, "short device descriptor")
    fields = _DESCRIPTOR.unpack_from(untrusted_bytes)
    vendor_at, product_at, serial_at, bus = fields[6], fields[7], fields[9], fields[10]

    def text(at: int) -> str:
        if not _DESCRIPTOR.size <= at < len(untrusted_bytes):
            return ""
        return untrusted_bytes[at:].split(b"\0", 1)[0].decode("ascii", "replace").strip()

    model = " ".join(filter(None, (text(vendor_at), text(product_at))))
    return Descriptor(bool(fields[4]), bus, text(serial_at) or UNKNOWN_SERIAL, model)


def system_letter() -> str:
    return os.environ.get("SYSTEMDRIVE", "C:")[:1].upper()


class WindowsBay:
    """The USB sockets of a Windows PC, as drive letters; never the letter Windows itself runs from."""

    def drives(self) -> tuple[Drive, ...]:
        with _quiet() as kernel:
            letters = kernel.GetLogicalDrives()
            found = []
            for number, letter in enumerate(string.ascii_uppercase):
                root = f"{letter}:\\"
                if not letters >> number & 1 or letter == system_letter():
                    continue
                if kernel.GetDriveTypeW(root) not in (_DRIVE_REMOVABLE, _DRIVE_FIXED):
                    continue
                try:
                    device = _describe(kernel, letter)
                    label = _volume(kernel, root)[0]
                except OSError:  # an empty card reader has a letter and nothing behind it
                    continue
                if device.is_pluggable:
                    found.append(Drive(device.serial, label or device.model, Path(root)))
        return tuple(found)

    def mount(self, drive: Drive, *, read_only: bool = False) -> MountedDrive:
        if drive not in self.drives():
            raise Trouble("drive_not_mounted")
        return proven(drive.path, serial=drive.serial, label=drive.label, is_system_volume=is_system_volume)

    def eject(self, drive: MountedDrive) -> None:
        """Locks, dismounts and ejects the volume; raises Trouble("drive_busy") when a program holds it."""
        with _quiet() as kernel:
            try:
                with _opened(kernel, f"\\\\.\\{drive.path.drive}", _GENERIC_READ | _GENERIC_WRITE) as handle:
                    for code in (_LOCK_VOLUME, _DISMOUNT_VOLUME, _EJECT_MEDIA):
                        _control(kernel, handle, code, b"", 0)
            except OSError:
                raise Trouble("drive_busy") from None


@contextmanager
def _quiet() -> Iterator[Any]:
    """Kernel32 with the "insert a disk" dialogs of this thread switched off."""
    if sys.platform != "win32":
        raise OSError(errno.ENOSYS, "Windows only")
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateFileW.restype = ctypes.c_void_p
    kernel.CreateFileW.argtypes = [
        ctypes.c_wchar_p, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p,
        ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p,
    ]  # fmt: skip
    kernel.CloseHandle.argtypes = [ctypes.c_void_p]
    kernel.ReadFile.argtypes = [
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32), ctypes.c_void_p,
    ]  # fmt: skip
    kernel.DeviceIoControl.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_char_p, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_uint32,
        ctypes.POINTER(ctypes.c_uint32), ctypes.c_void_p,
    ]  # fmt: skip
    before = ctypes.c_uint32()
    kernel.SetThreadErrorMode(_NO_DIALOG, ctypes.byref(before))
    try:
        yield kernel
    finally:
        kernel.SetThreadErrorMode(before, None)


def _fail() -> OSError:
    if sys.platform != "win32":
        return OSError(errno.ENOSYS, "Windows only")
    return ctypes.WinError(ctypes.get_last_error())


@contextmanager
def _opened(kernel: Any, name: str, access: int, flags: int = 0) -> Iterator[int]:
    handle = kernel.CreateFileW(name, access, _SHARE_READ | _SHARE_WRITE, None, _OPEN_EXISTING, flags, None)
    if handle is None or handle == _INVALID_HANDLE:
        raise _fail()
    try:
        yield handle
    finally:
        kernel.CloseHandle(handle)


def _control(kernel: Any, handle: int, code: int, question: bytes, room: int) -> bytes:
    answer, count = ctypes.create_string_buffer(max(room, 1)), ctypes.c_uint32()
    asked, told = question or None, answer if room else None
    done = kernel.DeviceIoControl(handle, code, asked, len(question), told, room, ctypes.byref(count), None)
    if not done:
        raise _fail()
    return answer.raw[: count.value]


def _describe(kernel: Any, letter: str) -> Descriptor:
    # Access 0 is enough to ask, and needs no administrator.
    with _opened(kernel, f"\\\\.\\{letter}:", 0) as handle:
        return descriptor(_control(kernel, handle, _QUERY_PROPERTY, bytes(12), 1024))


def _volume(kernel: Any, root: str) -> tuple[str, str]:
    """Label and file system of a volume; raises OSError when no medium is in."""
    label, kind = ctypes.create_unicode_buffer(261), ctypes.create_unicode_buffer(261)
    if not kernel.GetVolumeInformationW(root, label, 261, None, None, None, kind, 261):
        raise _fail()
    return label.value, kind.value


def _root(path: Path) -> str:
    return path.resolve().anchor


def is_system_volume(path: Path, device: int) -> bool:
    """Whether `path` lies on the volume Windows runs from."""
    system = Path(f"{system_letter()}:\\")
    return _root(path)[:1].upper() == system_letter() or system.stat().st_dev == device


def file_system(path: Path) -> str:
    with _quiet() as kernel:
        return _volume(kernel, _root(path))[1]


def serial_of(path: Path) -> str:
    """Serial number of the device behind a drive letter, or "unknown"."""
    try:
        with _quiet() as kernel:
            return _describe(kernel, _root(path)[:1]).serial
    except OSError:
        return UNKNOWN_SERIAL


def system_bay() -> WindowsBay:
    return WindowsBay()


def sync_folder(path: Path) -> None:
    """Windows has no flush for folders; the rename is made durable by `flush` and the eject."""


def flush(path: Path) -> None:
    """Flushes the volume where this account may, else the newest file of the folder; raises OSError."""
    files = sorted((file for file in path.iterdir() if file.is_file()), key=lambda file: file.stat().st_mtime)
    for file in files[-1:]:
        handle = os.open(file, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_past_cache(path: Path) -> Generator[memoryview]:
    """The file's bytes in pieces of at most 1 MiB, read without the file cache; valid until the next."""
    size, at = path.stat().st_size, 0
    with (
        mmap.mmap(-1, CHUNK) as page_aligned,
        _quiet() as kernel,
        _opened(kernel, str(path), _GENERIC_READ, _NO_BUFFERING | _SEQUENTIAL) as handle,
    ):
        while at < size:
            count, target = ctypes.c_uint32(), (ctypes.c_char * CHUNK).from_buffer(page_aligned)
            done = kernel.ReadFile(handle, target, CHUNK, ctypes.byref(count), None)
            del target  # an export of the buffer would keep the mapping from closing
            if not done:
                raise _fail()
            if count.value == 0:
                return
            at += count.value
            piece = memoryview(page_aligned)[: count.value]
            try:
                yield piece
            finally:
                piece.release()
