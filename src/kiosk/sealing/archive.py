"""The tar inside the payload: written the same way every time, read back in no other way.

Every header is rebuilt from name and size and compared, so links, devices, foreign owners and
extended headers cannot occur; what remains to be checked is the name and the amount.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from kiosk.domain.errors import Refused

BLOCK = 512
RECORD = tarfile.RECORDSIZE
MOST_ENTRIES = 5_000
LARGEST_ENTRY = 256 << 20
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}){0,2}")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)

Entry = tuple[str, bytes]


def is_safe_name(name: str) -> bool:
    """Whether a name means the same file inside the folder on Linux and Windows."""
    if len(name) > 100 or _NAME.fullmatch(name) is None:
        return False
    return not any(".." in part or part.endswith(".") or _DEVICE.fullmatch(part) for part in name.split("/"))


def _header(name: str, size: int) -> bytes:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o600
    return entry.tobuf(tarfile.USTAR_FORMAT)


def _folders(name: str) -> set[str]:
    parts = name.lower().split("/")[:-1]
    return {"/".join(parts[: depth + 1]) for depth in range(len(parts))}


class TarSource:
    """A readable stream of the tar, made while it is read; hashes what it gives."""

    def __init__(self, entries: Iterable[Entry], watch: Callable[[str, bytes], None]) -> None:
        self._blocks = self._made(entries, watch)
        self._block = memoryview(b"")
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """Hash of the tar so far."""
        return self._hash.hexdigest()

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes of the tar; raises what the entries' maker raises."""
        while not self._block:
            block = next(self._blocks, None)
            if block is None:
                return b""
            # Hashed by whole blocks: large updates run outside the interpreter's lock.
            self._hash.update(block)
            self.size += len(block)
            self._block = memoryview(block)
        taken = self._block[:size] if size >= 0 else self._block
        # An empty view would still hold the whole block.
        self._block = self._block[len(taken) :] if len(taken) < len(self._block) else memoryview(b"")
        return bytes(taken)

    def _made(self, entries: Iterable[Entry], watch: Callable[[str, bytes], None]) -> Iterator[bytes]:
        seen: set[str] = set()
        folders: set[str] = set()
        for name, content in entries:
            above = _folders(name)
            if not is_safe_name(name) or name.lower() in seen or name.lower() in folders or above & seen:
                raise ValueError("a payload's names are plain and used once")
            folders |= above
            if len(seen) >= MOST_ENTRIES or len(content) > LARGEST_ENTRY:
                raise Refused("seal_too_large")
            seen.add(name.lower())
            watch(name, content)
            size = len(content)
            yield _header(name, size)
            if size:
                yield content
                # Let go before the next is fetched: never two photos in memory at once.
                content = b""
                yield bytes(-size % BLOCK)
        yield bytes(2 * BLOCK)
        yield bytes(-self.size % RECORD)


class Receiver(Protocol):
    """Takes the files of a payload one after the other."""

    def begin(self, name: str, size: int) -> None:
        """A file begins."""
        ...

    def chunk(self, content: bytes) -> None:
        """More of the current file."""
        ...

    def end(self) -> None:
        """The current file is complete."""
        ...


class TarSink:
    """Takes the decrypted tar as it streams, in pieces of any size, and hands on the files.

    Raises Refused `payload_unsafe_name`, `payload_duplicate`, `payload_unsafe_entry`, `payload_bomb`.
    """

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._hash = hashlib.sha256()
        self._seen: set[str] = set()
        self._folders: set[str] = set()
        self._head = b""
        self._left = 0
        self._padding = 0
        self._open = False
        self._zeros = 0
        self.size = 0

    @property
    def sha256(self) -> str:
        """Hash of the tar so far."""
        return self._hash.hexdigest()

    @property
    def files(self) -> int:
        """How many files were handed on."""
        return len(self._seen)

    def write(self, content: bytes) -> int:
        """The next piece of the tar."""
        self._hash.update(content)
        self.size += len(content)
        view = memoryview(content)
        while view:
            view = self._step(view)
        return len(content)

    def finish(self) -> None:
        """The stream has ended; Refused("payload_cut") when the tar has not."""
        if self._open or self._head or self._left or self._zeros < 2 * BLOCK or self.size % RECORD:
            raise Refused("payload_cut")

    def _step(self, view: memoryview) -> memoryview:
        if self._left:
            taken = view[: self._left]
            self._receiver.chunk(bytes(taken))
            self._left -= len(taken)
            self._close_when_complete()
            return view[len(taken) :]
        if self._padding:
            taken = view[: self._padding]
            self._refuse_unless_zero(taken)
            self._padding -= len(taken)
            return view[len(taken) :]
        if self._zeros:
            self._refuse_unless_zero(view)
            self._zeros += len(view)
            if self._zeros > 2 * BLOCK + RECORD:
                raise Refused("payload_bomb")
            return view[:0]
        taken = view[: BLOCK - len(self._head)]
        self._head += bytes(taken)
        if len(self._head) == BLOCK:
            head, self._head = self._head, b""
            self._begin(head)
        return view[len(taken) :]

    def _begin(self, head: bytes) -> None:
        if not any(head):
            self._zeros = BLOCK
            return
        try:
            entry = tarfile.TarInfo.frombuf(head, "utf-8", "strict")
            name, size = entry.name, entry.size
            path = entry.name if entry.isreg() else ""
        except (tarfile.HeaderError, ValueError):
            raise Refused("payload_unsafe_entry") from None
        if path and not is_safe_name(path):
            raise Refused("payload_unsafe_name")
        if not path or _header(name, size) != head:
            raise Refused("payload_unsafe_entry")
        folders = _folders(name)
        if name.lower() in self._seen or name.lower() in self._folders or folders & self._seen:
            raise Refused("payload_duplicate")
        if len(self._seen) >= MOST_ENTRIES or size > LARGEST_ENTRY:
            raise Refused("payload_bomb")
        self._seen.add(name.lower())
        self._folders |= folders
        self._receiver.begin(name, size)
        self._open, self._left, self._padding = True, size, -size % BLOCK
        self._close_when_complete()

    def _close_when_complete(self) -> None:
        if not self._left:
            self._open = False
            self._receiver.end()

    @staticmethod
    def _refuse_unless_zero(view: memoryview) -> None:
        if any(view):
            raise Refused("payload_unsafe_entry")
