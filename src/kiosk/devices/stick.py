"""Writes one finished file to a stick, and says so only after reading it back from the medium."""

from __future__ import annotations

import errno
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from kiosk.devices.drive_virtual import PracticeDrive, PracticeVolume
from kiosk.devices.drive_volume import Volume
from kiosk.devices.ports import MountedDrive, Progress
from kiosk.domain.errors import Refused, Trouble

CHUNK = 1024 * 1024
SPARE_BYTES = 16 * 1024 * 1024
_SYNC_EVERY = 64 * CHUNK  # an honest progress bar, and a cancel that answers, on a slow stick
_BATCH = re.compile(r"\d{5}-[A-Z0-9]{1,8}-\d{6}-\d{8}\.zip")
_PART = ".part"

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_GONE = frozenset({errno.ENODEV, errno.ENXIO, errno.ENOTCONN, errno.ESTALE, errno.ENOENT})
_PROTECTED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_GONE_WINDOWS = frozenset({3, 21, 55, 433, 1006, 1167})  # path, not ready, dev gone, volume, not connected
_STAGE_KEYS = {
    "look": "drive_unreadable",
    "write": "drive_write_failed",
    "sync": "drive_fsync_failed",
    "rename": "drive_rename_failed",
    "read_back": "drive_unreadable",
    "flush": "drive_flush_failed",
    "source": "drive_source_unreadable",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A file that stands on the stick and was read back from it; `sha256` in lower-case hex."""

    path: Path
    sha256: str
    bytes: int


def write_verified(
    source: Path,
    target: MountedDrive,
    name: str,
    *,
    verify: Callable[[ReadBack], None],
    progress: Progress,
    cancelled: Callable[[], bool],
) -> Written:
    """Copies `source` to the root of the stick as `name`; returns only what was proven to be there.

    Order: mount proven, room, `name`.part written and synced, renamed, folder synced, read back past the
    cache and past `verify` in one pass, hash compared, `verify` heard, flushed. Raises
    Refused("drive_cancelled", "drive_other_file") or Trouble with a `drive_*` key; then no file of this
    attempt carries `name`, as far as the stick still answers. What `verify` raises goes through. An equal
    file already there is accepted after the same read-back.
    """
    if Path(name).name != name or name.endswith(_PART) or not name.strip("."):
        raise ValueError("not a plain file name")
    volume, final = volume_on(target), target.path / name
    with meaning(volume, "source"):
        size = source.stat().st_size
    if not volume.is_there():
        raise Trouble("drive_gone")
    with meaning(volume, "look"):
        is_new = name not in volume.names()
    export = _Export(volume, final, size, progress, cancelled)
    if is_new:
        with meaning(volume, "look"):
            _check_room(volume, size)
        expected = export.write(source)
    else:
        expected = _hash_of(source, volume)
    with kept_only_when_good(volume, final, is_new=is_new):
        found, objection = export.read_back(verify)
        if found != expected:
            raise Trouble("drive_bad_readback") if is_new else Refused("drive_other_file", name=name)
        if objection is not None:
            raise objection
        progress("flush", 0, 1)
        with meaning(volume, "flush"):
            volume.flush()
        if not volume.is_there():
            raise Trouble("drive_gone")
        progress("flush", 1, 1)
    return Written(final, expected, size)


def exports(target: MountedDrive) -> tuple[str, ...]:
    """Names of the batch files on the stick, sorted; raises Trouble like `write_verified`."""
    volume = volume_on(target)
    if not volume.is_there():
        raise Trouble("drive_gone")
    with meaning(volume, "look"):
        return tuple(name for name in volume.names() if _BATCH.fullmatch(name))


class ReadBack:
    """The file on the stick from front to back, past the cache, hashed on its way to who judges it.

    A slow stick is read once for both.
    """

    def __init__(self, pieces: Iterator[memoryview], passed: Callable[[int], None]) -> None:
        self._pieces, self._passed = pieces, passed
        self._digest, self._done = hashlib.sha256(), 0
        self._piece, self._at = memoryview(b""), 0
        self._problem: Exception | None = None

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; nothing at the end. What goes wrong here is raised again at the end."""
        if self._at == len(self._piece):
            self._next()
        found = bytes(self._piece[self._at : self._at + size])
        self._at += len(found)
        return found

    def sha256_of_all(self) -> str:
        """Reads what nobody asked for; raises what went wrong on the way, whoever has caught it since."""
        if self._problem is not None:
            raise self._problem
        while self._next():
            pass
        return self._digest.hexdigest()

    def _next(self) -> bool:
        try:
            # The piece before is no longer valid.
            self._piece, self._at = next(self._pieces, memoryview(b"")), 0
            self._digest.update(self._piece)
            self._done += len(self._piece)
            if self._piece:
                self._passed(self._done)
        except Exception as problem:
            self._piece, self._problem = memoryview(b""), problem
            raise
        return len(self._piece) > 0


@dataclass(frozen=True, slots=True)
class _Export:
    """One attempt to bring one file over."""

    volume: Volume
    final: Path
    size: int
    progress: Progress
    cancelled: Callable[[], bool]

    def write(self, source: Path) -> str:
        """Writes the part, makes it durable and gives it its name; returns the hash of what was read."""
        part = self.final.with_name(self.final.name + _PART)
        volume = self.volume
        try:
            with meaning(volume, "write"):
                # The rest of an attempt that was killed; a file that failed to sync is never written again.
                if part.name in volume.names():
                    volume.remove(part)
                file = volume.create(part)
            try:
                sha256 = self._copy(source, file)
            except BaseException:
                with suppress(OSError):
                    volume.close(file)
                raise
            with meaning(volume, "sync"):  # some file systems tell of a failed write only here
                volume.close(file)
            self._stop_if_cancelled()
            with meaning(volume, "rename"):
                if self.final.exists():
                    raise Refused("drive_other_file", name=self.final.name)
                volume.rename(part, self.final)
        except BaseException:
            with suppress(OSError):
                volume.remove(part)
            raise
        with kept_only_when_good(volume, self.final, is_new=True), meaning(volume, "sync"):
            volume.sync_folder()
        return sha256

    def _copy(self, source: Path, file: int) -> str:
        digest, done, unsynced = hashlib.sha256(), 0, 0
        self.progress("write", 0, self.size)
        with _source(source, self.volume) as untrusted_outbox:
            while True:
                self._stop_if_cancelled()
                with meaning(self.volume, "source"):
                    chunk = untrusted_outbox.read(CHUNK)
                if not chunk:
                    break
                digest.update(chunk)
                with meaning(self.volume, "write"):
                    self._write_all(file, chunk)
                done, unsynced = done + len(chunk), unsynced + len(chunk)
                if unsynced >= _SYNC_EVERY:
                    with meaning(self.volume, "sync"):
                        self.volume.sync(file)
                    unsynced = 0
                self.progress("write", done, self.size)
        if done != self.size:
            raise Trouble("drive_source_changed")
        self._stop_if_cancelled()
        with meaning(self.volume, "sync"):
            self.volume.sync(file)
        return digest.hexdigest()

    def _write_all(self, file: int, chunk: bytes) -> None:
        rest = memoryview(chunk)
        while rest:
            count = self.volume.write(file, rest)
            if count <= 0:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            rest = rest[count:]

    def read_back(self, verify: Callable[[ReadBack], None]) -> tuple[str, Exception | None]:
        """SHA-256 of the file as the medium gives it, and what `verify` raised on the same pass."""
        objection = None
        self.progress("read_back", 0, self.size)
        with meaning(self.volume, "read_back"), closing(self.volume.read_back(self.final)) as pieces:
            untrusted = ReadBack(pieces, self._came_back)
            try:
                verify(untrusted)
            except Exception as found:
                objection = found
            return untrusted.sha256_of_all(), objection

    def _came_back(self, done: int) -> None:
        self._stop_if_cancelled()
        self.progress("read_back", min(done, self.size), self.size)

    def _stop_if_cancelled(self) -> None:
        if self.cancelled():
            raise Refused("drive_cancelled")


def volume_on(target: MountedDrive) -> Volume:
    return PracticeVolume(target) if isinstance(target, PracticeDrive) else Volume(target)


def _check_room(volume: Volume, size: int) -> None:
    largest = volume.largest_file()
    if largest is not None and size > largest:
        raise Trouble("drive_file_too_large", permanent=True)
    needed = size + size // 50 + SPARE_BYTES  # 2 % for what the file system itself needs
    free = volume.free_bytes()
    if free < needed:
        raise Trouble("drive_full", free_mb=free // 1_000_000, needed_mb=-(-needed // 1_000_000))


def _hash_of(source: Path, volume: Volume) -> str:
    with _source(source, volume) as untrusted_outbox, meaning(volume, "source"):
        return hashlib.file_digest(untrusted_outbox, "sha256").hexdigest()


@contextmanager
def _source(source: Path, volume: Volume) -> Iterator[FileIO]:
    with meaning(volume, "source"):
        opened = source.open("rb", buffering=0)
    with opened:
        yield opened


@contextmanager
def kept_only_when_good(volume: Volume, final: Path, *, is_new: bool) -> Iterator[None]:
    """Takes our own unproven file away again; one that stood there before is never touched."""
    try:
        yield
    except BaseException:
        if is_new:
            with suppress(OSError):
                volume.remove(final)
                volume.sync_folder()
        raise


@contextmanager
def meaning(volume: Volume, stage: str) -> Iterator[None]:
    """Says in our words what an OSError of this stage means for the person holding the stick."""
    try:
        yield
    except OSError as problem:
        raise _trouble(volume, stage, problem) from problem


def _trouble(volume: Volume, stage: str, problem: OSError) -> Trouble:
    if stage == "source":
        return Trouble(_STAGE_KEYS[stage])
    number, windows = problem.errno, getattr(problem, "winerror", None)
    if number in _GONE or windows in _GONE_WINDOWS or not volume.is_there():
        return Trouble("drive_gone")
    # A full FAT stick answers EPERM: ask how much room is left before blaming the switch.
    if number in _FULL or (number == errno.EPERM and _is_full(volume)):
        return Trouble("drive_full_meanwhile")
    if number == errno.EFBIG:
        return Trouble("drive_file_too_large", permanent=True)
    if number in _PROTECTED:
        return Trouble("drive_read_only")
    return Trouble(_STAGE_KEYS[stage], code=number or 0)


def _is_full(volume: Volume) -> bool:
    try:
        return volume.free_bytes() < CHUNK
    except OSError:
        return False
