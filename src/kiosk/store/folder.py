"""The kiosk's data folder: where each file stands, and that only one process uses it."""

from __future__ import annotations

import errno
import os
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.domain.errors import Refused, Trouble


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Names of the files below one root; makes folders only when asked to."""

    root: Path

    @property
    def access(self) -> Path:
        """What the sign-in screen reads; no visitor data, nothing that opens anything by itself."""
        return self.root / "access.json"

    @property
    def office(self) -> Path:
        """The long-lived database without visitor data."""
        return self.root / "office.db"

    @property
    def sessions(self) -> Path:
        """One database per counter day."""
        return self.root / "sessions"

    @property
    def outbox(self) -> Path:
        """Sealed batch files until their session is erased."""
        return self.root / "outbox"

    @property
    def recovery(self) -> Path:
        """The keys of this folder, encrypted to the director's offline key; absent without a director."""
        return self.root / "recovery.age"

    def session(self, day: date, kiosk: str) -> Path:
        """The database of one counter day of one kiosk."""
        return self.sessions / f"{day.isoformat()}-{kiosk}.db"

    def make(self) -> None:
        """Creates the folders, closed to other accounts where the system knows modes."""
        for folder in (self.root, self.sessions, self.outbox):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def database_files(path: Path) -> tuple[Path, ...]:
    """A database and the files SQLite keeps beside it."""
    return (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm"))


def sync_folder(folder: Path) -> None:
    """Makes a rename or deletion in a folder durable; Windows journals them itself and cannot open one."""
    if sys.platform == "win32":  # pragma: no cover - the other system's half
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, content: bytes) -> None:
    """Replaces a file so that a power cut leaves either the old or the new one; mode 0600."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    sync_folder(path.parent)


def not_written(error: OSError, otherwise: str) -> Trouble:
    """What a failed write means for the person at the counter: a full disk has a sentence of its own."""
    return Trouble("disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else otherwise)


class FolderLock:
    """Held for the life of a process that uses a data folder; the system releases it on any death."""

    def __init__(self, root: Path) -> None:
        """Takes the lock, or raises Refused("already_running")."""
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._handle: int | None = os.open(root / "in-use.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._handle)
        except OSError:
            self.release()
            raise Refused("already_running") from None

    def release(self) -> None:
        """Lets another process in; repeatable."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


if sys.platform == "win32":  # pragma: no cover - the other system's half, not verified on a field PC

    def _lock(handle: int) -> None:
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:

    def _lock(handle: int) -> None:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
