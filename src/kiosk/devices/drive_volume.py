"""What may be done to one mounted stick, in terms of the operating system it is plugged into."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Generator
from pathlib import Path

from kiosk.devices.ports import MountedDrive

if sys.platform == "win32":
    from kiosk.devices import drive_windows as system
else:
    from kiosk.devices import drive_linux as system

__all__ = ["FAT32_LARGEST", "Volume", "system"]

_FAT = frozenset({"vfat", "msdos", "fuse.fusefat", "FAT", "FAT32"})
FAT32_LARGEST = 4 * 1024**3 - 1
"""A FAT32 directory entry keeps the length in 32 bits."""


class Volume:
    """The file operations of one export; OSError goes through, its meaning is the caller's matter."""

    def __init__(self, drive: MountedDrive) -> None:
        self.drive = drive

    def is_there(self) -> bool:
        """Whether the same volume is still mounted at the same place."""
        try:
            return os.path.ismount(self.drive.path) and self.drive.path.stat().st_dev == self.drive.device
        except OSError:
            return False

    def free_bytes(self) -> int:
        return shutil.disk_usage(self.drive.path).free

    def largest_file(self) -> int | None:
        """The longest file this file system can hold, in bytes; None where there is no limit to meet."""
        return FAT32_LARGEST if system.file_system(self.drive.path) in _FAT else None

    def names(self) -> list[str]:
        return sorted(entry.name for entry in self.drive.path.iterdir() if entry.is_file())

    def create(self, path: Path) -> int:
        """Opens a new file for writing; an existing one is an error, never reused."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)

    def write(self, file: int, chunk: memoryview) -> int:
        return os.write(file, chunk)

    def sync(self, file: int) -> None:
        os.fsync(file)

    def close(self, file: int) -> None:
        os.close(file)

    def rename(self, path: Path, final: Path) -> None:
        path.rename(final)

    def sync_folder(self) -> None:
        system.sync_folder(self.drive.path)

    def read_back(self, path: Path) -> Generator[memoryview]:
        """The bytes as the medium holds them, not as the page cache remembers them."""
        return system.read_past_cache(path)

    def flush(self) -> None:
        system.flush(self.drive.path)

    def remove(self, path: Path) -> None:
        path.unlink()
