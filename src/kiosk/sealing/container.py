"""The batch's outer ZIP in its one canonical form: written in one pass, accepted in no other bytes.

ZIP readers disagree about what they ignore, so ours ignores nothing: the container is rebuilt from the
four contents and compared.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from kiosk.domain.batch import LARGEST_MANIFEST, LARGEST_PAYLOAD, PAYLOAD_NAME
from kiosk.domain.errors import Refused
from kiosk.sealing.sshsig import LARGEST_SIGNATURE

MANIFEST_NAME = "manifest.json"
SIGNATURE_NAME = "manifest.json.sig"
README_NAME = "README.txt"
LARGEST_README = 1 << 16
CHUNK = 1 << 20

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_ZIP64 = struct.Struct("<HHQQ")
_IN_ZIP64 = 0xFFFFFFFF
_DATE = (1 << 5) | 1  # 1980-01-01
_UNIX = 3 << 8
_MODE = 0o600 << 16
_SMALL = (
    (MANIFEST_NAME, LARGEST_MANIFEST, "manifest_tampered"),
    (SIGNATURE_NAME, LARGEST_SIGNATURE, "signature_tampered"),
    (README_NAME, LARGEST_README, "readme_tampered"),
)
PAYLOAD_OFFSET = _LOCAL.size + len(PAYLOAD_NAME) + _ZIP64.size
"""Where the payload's bytes begin in every batch."""


class Reader(Protocol):
    """Anything that gives bytes in order: a file, or a stick read past the cache."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; nothing at the end."""
        ...


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    crc: int
    size: int
    offset: int

    @property
    def _version(self) -> int:
        return 45 if self.name == PAYLOAD_NAME else 20

    def local(self) -> bytes:
        """The header before the bytes. The payload's size is not known when its header is laid out,
        so it always has the wide fields."""
        wide = self.name == PAYLOAD_NAME
        size = _IN_ZIP64 if wide else self.size
        extra = _ZIP64.pack(1, 16, self.size, self.size) if wide else b""
        name = self.name.encode("ascii")
        fixed = _LOCAL.pack(
            b"PK\x03\x04", self._version, 0, 0, 0, _DATE, self.crc, size, size, len(name), len(extra)
        )
        return fixed + name + extra

    def central(self) -> bytes:
        """The entry in the directory at the end."""
        name = self.name.encode("ascii")
        version = self._version
        fixed = _CENTRAL.pack(
            *(b"PK\x01\x02", version | _UNIX, version, 0, 0, 0, _DATE, self.crc, self.size, self.size),
            *(len(name), 0, 0, 0, 0, _MODE, self.offset),
        )
        return fixed + name


def _directory(members: list[_Member], start: int) -> bytes:
    entries = b"".join(member.central() for member in members)
    count = len(members)
    return entries + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(entries), start, 0)


class PayloadWriter:
    """Takes the encrypted stream: writes, hashes and counts it on its way to the disk."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self._crc = 0
        self.size = 0
        stream.write(_Member(PAYLOAD_NAME, 0, 0, 0).local())

    def write(self, content: bytes) -> int:
        """Appends ciphertext; Refused("seal_too_large") beyond what a FAT32 stick takes."""
        self.size += len(content)
        if self.size > LARGEST_PAYLOAD:
            raise Refused("seal_too_large")
        self._stream.write(content)
        self._hash.update(content)
        self._crc = zlib.crc32(content, self._crc)
        return len(content)

    @property
    def sha256(self) -> str:
        """Hash of the ciphertext so far."""
        return self._hash.hexdigest()

    def finish(self, manifest: bytes, signature: bytes, readme: bytes) -> int:
        """Adds the three small files and the directory, then fills in the payload's header.

        Returns the size of the whole container.
        """
        members = [_Member(PAYLOAD_NAME, self._crc, self.size, 0)]
        at = PAYLOAD_OFFSET + self.size
        for name, content in (
            (MANIFEST_NAME, manifest),
            (SIGNATURE_NAME, signature),
            (README_NAME, readme),
        ):
            member = _Member(name, zlib.crc32(content), len(content), at)
            self._stream.write(member.local() + content)
            members.append(member)
            at += len(member.local()) + len(content)
        directory = _directory(members, at)
        self._stream.write(directory)
        self._stream.seek(0)
        self._stream.write(members[0].local())
        self._stream.seek(0, 2)
        return at + len(directory)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a canonical container holds; the payload only by size and hash."""

    manifest: bytes
    signature: bytes
    readme: bytes
    payload_sha256: str
    payload_size: int
    size: int


def read_container(reader: Reader, progress: Callable[[int], None] | None = None) -> Contents:
    """Reads a container once from front to back, keeping 1 MiB of the payload at a time.

    Raises Refused `batch_not_recognised`, `batch_truncated`, `batch_not_canonical`, `batch_bomb`,
    `payload_tampered`, `manifest_tampered`, `signature_tampered`, `readme_tampered`.
    """
    source = _Source(reader)
    payload = _read_local(source, PAYLOAD_NAME, 0, LARGEST_PAYLOAD)
    digest = hashlib.sha256()
    crc = 0
    left = payload.size
    while left:
        block = source.exactly(min(CHUNK, left))
        left -= len(block)
        digest.update(block)
        crc = zlib.crc32(block, crc)
        if progress is not None:
            progress(payload.size - left)
    if crc != payload.crc:
        raise Refused("payload_tampered")
    members, small = [payload], []
    for name, largest, key in _SMALL:
        member = _read_local(source, name, source.at, largest)
        content = source.exactly(member.size)
        if zlib.crc32(content) != member.crc:
            raise Refused(key)
        members.append(member)
        small.append(content)
    expected = _directory(members, source.at)
    found = source.up_to(len(expected) + 1)
    if found != expected:
        cut = len(found) < len(expected) and expected.startswith(found)
        raise Refused("batch_truncated" if cut else "batch_not_canonical")
    manifest, signature, readme = small
    return Contents(manifest, signature, readme, digest.hexdigest(), payload.size, source.at)


class _Source:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.at = 0

    def up_to(self, size: int) -> bytes:
        blocks: list[bytes] = []
        while size:
            block = self._reader.read(size)
            if not block:
                break
            blocks.append(block)
            size -= len(block)
            self.at += len(block)
        return blocks[0] if len(blocks) == 1 else b"".join(blocks)

    def exactly(self, size: int) -> bytes:
        block = self.up_to(size)
        if len(block) != size:
            raise Refused("batch_truncated")
        return block


def _read_local(source: _Source, name: str, offset: int, largest: int) -> _Member:
    wide = name == PAYLOAD_NAME
    length = _LOCAL.size + len(name) + (_ZIP64.size if wide else 0)
    found = source.up_to(length)
    if offset == 0 and not found.startswith(b"PK\x03\x04"):
        raise Refused("batch_not_recognised")
    if len(found) < length:
        raise Refused("batch_truncated")
    _sig, _version, _flags, method, _time, _date, crc, size, _packed, _n, _e = _LOCAL.unpack_from(found)
    if method != 0:
        # A batch is never compressed; a compressed one may unpack to any size.
        raise Refused("batch_bomb")
    if wide:
        size = _ZIP64.unpack_from(found, length - _ZIP64.size)[2]
    member = _Member(name, crc, size, offset)
    if member.local() != found:
        raise Refused("batch_not_canonical")
    if size > largest:
        raise Refused("batch_bomb")
    return member
