"""Opens a checked batch with the city's key and checks the inside against the outside."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO

from kiosk.domain.batch import COUNTED_FILES, HEADER_NAME, LARGEST_COUNTED, Manifest
from kiosk.domain.errors import Refused, Trouble
from kiosk.sealing import age
from kiosk.sealing.archive import Receiver, TarSink
from kiosk.sealing.batchfile import OuterBatch, Progress, Tally, unreadable
from kiosk.sealing.container import CHUNK, PAYLOAD_OFFSET, Reader
from kiosk.sealing.keys import AgeIdentity

Take = Callable[[str, bytes], None]


@dataclass(frozen=True, slots=True)
class OpenedBatch:
    """What was found inside."""

    files: int
    counts: Mapping[str, int]
    size: int


def inspect_batch(
    path: Path, outer: OuterBatch, identity: AgeIdentity, progress: Progress | None = None
) -> OpenedBatch:
    """Decrypts and checks the inside without writing anything; bounded memory.

    `progress` gets the bytes of ciphertext read so far; what it raises ends the work.

    Raises Refused `payload_…` or `inner_header`, Trouble as `batchfile.unreadable`.
    """
    return _opened(path, outer.manifest, identity, None, progress=progress)


def read_batch(
    path: Path,
    outer: OuterBatch,
    identity: AgeIdentity,
    wanted: Callable[[str], bool],
    take: Take,
    progress: Progress | None = None,
) -> OpenedBatch:
    """Decrypts and checks without writing; `take` gets (name, content) of each wanted file on its way.

    What was taken counts only when this returns: the end of the payload may still be wrong.
    Raises as `inspect_batch`, and unchanged what `take` raises.
    """
    return _opened(path, outer.manifest, identity, None, wanted, take, progress)


def open_batch(
    path: Path,
    outer: OuterBatch,
    identity: AgeIdentity,
    out: Path,
    progress: Progress | None = None,
) -> OpenedBatch:
    """Decrypts, checks and unpacks into the new folder `out`, which appears only when all is right.

    Raises as `inspect_batch`; Refused("out_not_empty"), Trouble("out_unwritable").
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Refused("out_not_empty")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        # mkdtemp makes the folder 0700: the people inside are nobody else's business.
        part = Path(mkdtemp(prefix=".opening-", dir=out.parent))
    except OSError as error:
        raise Trouble("out_unwritable", number=error.errno or 0) from error
    try:
        opened = _opened(path, outer.manifest, identity, part, progress=progress)
        if out.exists():
            out.rmdir()
        part.replace(out)
    except OSError as error:
        raise Trouble("out_unwritable", number=error.errno or 0) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return opened


def _nothing(name: str) -> bool:
    return False


def _opened(
    path: Path,
    manifest: Manifest,
    identity: AgeIdentity,
    folder: Path | None,
    wanted: Callable[[str], bool] = _nothing,
    take: Take | None = None,
    progress: Progress | None = None,
) -> OpenedBatch:
    unpacking = _Unpacking(manifest, folder, wanted, take)
    sink = TarSink(unpacking)
    try:
        with _section(path, manifest.payload.size, progress) as section:
            age.decrypt(section, sink, identity)
    finally:
        unpacking.close()
    sink.finish()
    if sink.sha256 != manifest.plaintext_sha256:
        raise Refused("payload_plaintext")
    if not unpacking.header_seen:
        raise Refused("inner_header")
    wrong = unpacking.tally.difference(manifest.facts)
    if wrong is not None:
        raise Refused("payload_counts", kind=wrong)
    return OpenedBatch(sink.files, dict(unpacking.tally.counts), sink.size)


@contextmanager
def _section(path: Path, size: int, progress: Progress | None) -> Iterator[Reader]:
    try:
        stream = path.open("rb", buffering=0)
    except OSError as error:
        raise unreadable(path, error) from error
    with stream:
        stream.seek(PAYLOAD_OFFSET)
        yield _Section(stream, size, progress)


class _Section:
    """The payload's bytes within the container; what fails here is the batch's medium."""

    def __init__(self, stream: Reader, size: int, progress: Progress | None) -> None:
        self._stream = stream
        self._left = self._size = size
        self._progress = progress
        self._ahead = memoryview(b"")

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; reads ahead by the MiB."""
        if not self._ahead and self._left:
            try:
                block = self._stream.read(min(CHUNK, self._left))
            except OSError as error:
                raise Trouble("batch_unreadable", number=error.errno or 0) from error
            self._left -= len(block)
            self._ahead = memoryview(block)
            if self._progress is not None:
                self._progress(self._size - self._left)
        taken = self._ahead[:size] if size >= 0 else self._ahead
        self._ahead = self._ahead[len(taken) :]
        return bytes(taken)


class _Unpacking(Receiver):
    """Writes the files where a folder is given; keeps the few that are counted or compared."""

    def __init__(
        self, manifest: Manifest, folder: Path | None, wanted: Callable[[str], bool], take: Take | None
    ) -> None:
        self._expected = manifest.header.to_bytes()
        self._folder = folder
        self._wanted, self._take = wanted, take
        self._name = ""
        self._kept: list[bytes] | None = None
        self._stream: BinaryIO | None = None
        self.tally = Tally()
        self.header_seen = False

    def begin(self, name: str, size: int) -> None:
        if not self.header_seen and name != HEADER_NAME:
            raise Refused("inner_header")
        keep = name == HEADER_NAME or name in COUNTED_FILES or self._wanted(name)
        if keep and size > LARGEST_COUNTED:
            raise Refused("payload_bomb")
        self._name = name
        self._kept = [] if keep else None
        if self._folder is not None:
            target = self._folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            self._stream = target.open("xb")

    def chunk(self, content: bytes) -> None:
        if self._kept is not None:
            self._kept.append(content)
        if self._stream is not None:
            self._stream.write(content)

    def end(self) -> None:
        self.close()
        content = b"".join(self._kept or [])
        if self._name == HEADER_NAME:
            # A stripped and re-signed, or a forwarded, payload still carries the first kiosk's header.
            if content != self._expected:
                raise Refused("inner_header")
            self.header_seen = True
        self.tally.add(self._name, content)
        if self._take is not None and self._wanted(self._name):
            self._take(self._name, content)

    def close(self) -> None:
        """Closes the current file."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
