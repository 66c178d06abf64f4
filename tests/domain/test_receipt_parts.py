"""A receipt in numbered parts: together again in any order, and nothing else is taken for one."""

from __future__ import annotations

import random
import zlib
from base64 import b32encode
from hashlib import sha256

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.receipt_parts import MOST_PARTS, Parts, split

RECEIPT = b'{"about":"' + bytes(random.Random(3).choices(range(97, 123), k=1200)) + b'"}'
SIGNATURE = b"-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n"


def read(*texts: str) -> Parts:
    parts = Parts()
    for text in texts:
        parts = parts.with_part(text)
    return parts


def test_the_parts_come_together_in_any_order_and_twice_is_once() -> None:
    texts = list(split(RECEIPT, SIGNATURE))
    assert len(texts) >= 3
    # A QR code of version 11 at level M holds 366 letters of this kind.
    assert all(len(text) <= 366 for text in texts)
    random.Random(7).shuffle(texts)
    parts = read(texts[0], texts[0], *texts[1:-1])
    assert (parts.is_whole, len(parts.missing)) == (False, 1)
    with pytest.raises(Refused, match="receipt_part_damaged"):
        parts.content()
    assert read(*texts).content() == (RECEIPT, SIGNATURE)


def test_every_changed_letter_of_a_part_is_noticed() -> None:
    text = split(RECEIPT, SIGNATURE)[1]
    for at, letter in enumerate(text):
        other = "B" if letter != "B" else "C"
        with pytest.raises(Refused, match=r"receipt_part_(damaged|unreadable)"):
            Parts().with_part(f"{text[:at]}{other}{text[at + 1 :]}")


def test_a_part_of_another_receipt_or_another_code_altogether_is_refused() -> None:
    mine, other = split(RECEIPT, SIGNATURE), split(RECEIPT[::-1], SIGNATURE)
    started = read(mine[0])
    with pytest.raises(Refused, match="receipt_part_foreign"):
        started.with_part(other[1])
    for text in ("Q1:KOGANEI:251105:B001:0123ABCD", "https://example.com/", "", "KR1:"):
        with pytest.raises(Refused, match="receipt_part_unreadable"):
            started.with_part(text)


def test_letters_that_unpack_to_more_than_a_receipt_are_refused() -> None:
    packed = zlib.compress(bytes(8 << 20), 9)
    letters = b32encode(packed).decode().rstrip("=")
    pieces = [letters[at : at + 400] for at in range(0, len(letters), 400)]
    assert len(pieces) <= MOST_PARTS
    # Mark and check as a forger would compute them.
    mark = sha256(packed).hexdigest()[:16].upper()
    texts = []
    for number, piece in enumerate(pieces, start=1):
        head = f"KR1:{mark}:{number}/{len(pieces)}"
        texts.append(f"{head}:{zlib.crc32(f'{head}:{piece}'.encode()):08X}:{piece}")
    with pytest.raises(Refused, match="receipt_part_damaged"):
        read(*texts).content()
