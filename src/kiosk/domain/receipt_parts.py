"""The signed receipt as a few short texts, each small enough for a code that a camera reads from paper."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from kiosk.domain.errors import Refused
from kiosk.domain.receipt import LARGEST_RECEIPT

LETTERS = 330
"""Most letters of the receipt in one part: with its head a QR code of version 11 at correction level M."""
MOST_PARTS = 99
LARGEST = LARGEST_RECEIPT + 8192
_LENGTH_BYTES = 4
_NUMBER = "([1-9][0-9]?)"
_PART = re.compile(rf"KR1:([0-9A-F]{{16}}):{_NUMBER}/{_NUMBER}:([0-9A-F]{{8}}):([A-Z2-7]{{1,400}})", re.ASCII)


def split(receipt: bytes, signature: bytes) -> tuple[str, ...]:
    """receipt.json and its signature as numbered parts of upper-case letters, each with its own check."""
    packed = zlib.compress(len(receipt).to_bytes(_LENGTH_BYTES, "big") + receipt + signature, 9)
    letters = base64.b32encode(packed).decode().rstrip("=")
    # Parts of one size: codes side by side are equally large, and equally easy to read.
    share = -(-len(letters) // -(-len(letters) // LETTERS))
    pieces = [letters[at : at + share] for at in range(0, len(letters), share)]
    if len(pieces) > MOST_PARTS:
        raise ValueError("a receipt of this size does not fit")
    heads = [f"KR1:{_mark(packed)}:{number}/{len(pieces)}" for number in range(1, len(pieces) + 1)]
    return tuple(f"{head}:{_check(head, piece)}:{piece}" for head, piece in zip(heads, pieces, strict=True))


@dataclass(frozen=True, slots=True)
class Parts:
    """What has been read so far of one receipt; `of` is 0 before the first part."""

    mark: str = ""
    of: int = 0
    pieces: Mapping[int, str] = field(default_factory=dict)

    def with_part(self, untrusted_text: str) -> Parts:
        """With one more part, in any order; one that is there already changes nothing.

        Raises Refused receipt_part_unreadable, receipt_part_damaged, receipt_part_foreign.
        """
        found = _PART.fullmatch(untrusted_text.strip())
        if found is None:
            raise Refused("receipt_part_unreadable")
        mark, number, of, check, piece = found[1], int(found[2]), int(found[3]), found[4], found[5]
        if check != _check(f"KR1:{mark}:{number}/{of}", piece) or number > of:
            raise Refused("receipt_part_damaged")
        if self.of and (mark, of) != (self.mark, self.of):
            raise Refused("receipt_part_foreign")
        return replace(self, mark=mark, of=of, pieces={**self.pieces, number: piece})

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return bool(self.of) and len(self.pieces) == self.of

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers that have not been read yet."""
        return tuple(number for number in range(1, self.of + 1) if number not in self.pieces)

    def content(self) -> tuple[bytes, bytes]:
        """(receipt.json, its signature), both still to be judged; Refused("receipt_part_damaged")."""
        if not self.is_whole:
            raise Refused("receipt_part_damaged")
        letters = "".join(self.pieces[number] for number in range(1, self.of + 1))
        try:
            packed = base64.b32decode(letters + "=" * (-len(letters) % 8))
            unpacking = zlib.decompressobj()
            # Never more than a receipt can be: a few letters could unpack to gigabytes.
            whole = unpacking.decompress(packed, LARGEST)
        except (ValueError, zlib.error):
            raise Refused("receipt_part_damaged") from None
        if _mark(packed) != self.mark or not unpacking.eof or unpacking.unused_data:
            raise Refused("receipt_part_damaged")
        length = int.from_bytes(whole[:_LENGTH_BYTES], "big")
        rest = whole[_LENGTH_BYTES:]
        return rest[:length], rest[length:]


def _mark(packed: bytes) -> str:
    return hashlib.sha256(packed).hexdigest()[:16].upper()


def _check(head: str, piece: str) -> str:
    return f"{zlib.crc32(f'{head}:{piece}'.encode()):08X}"
