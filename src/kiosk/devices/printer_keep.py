"""Keeps what was sent to a ticket printer: the bytes, and a picture of the ticket they make."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from kiosk.devices import escpos_roll
from kiosk.domain.raster import Raster

_DOTS_PER_METRE = 7992  # 203 dpi


def png_of(picture: Raster) -> bytes:
    """`picture` as a one-bit PNG with its true size in millimetres."""
    stride = picture.stride
    spare = (1 << (stride * 8 - picture.width_dots)) - 1
    lines = bytearray()
    for start in range(0, len(picture.rows), stride):
        # In a PNG 1 is white; the spare bits at the right edge stay 0.
        row = int.from_bytes(picture.rows[start : start + stride], "big")
        lines += b"\x00" + ((~row & ((1 << stride * 8) - 1)) & ~spare).to_bytes(stride, "big")
    head = struct.pack(">IIBBBBB", picture.width_dots, picture.height_dots, 1, 0, 0, 0, 0)
    size = struct.pack(">IIB", _DOTS_PER_METRE, _DOTS_PER_METRE, 1)
    chunks = [(b"IHDR", head), (b"pHYs", size), (b"IDAT", zlib.compress(bytes(lines))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


class Keep:
    """A folder with `streams/<n>.bin` and `tickets/<n>.png`, one pair per job, counted on."""

    def __init__(self, folder: Path) -> None:
        self._streams = folder / "streams"
        self._tickets = folder / "tickets"
        for place in (self._streams, self._tickets):
            place.mkdir(parents=True, exist_ok=True)
        self._count = max((int(kept.stem) for kept in self._streams.glob("[0-9]*.bin")), default=0)

    def add(self, stream: bytes, width_dots: int) -> None:
        """Writes one job; the picture is drawn from the bytes, not from what was meant."""
        self._count += 1
        (self._streams / f"{self._count:03}.bin").write_bytes(stream)
        for ticket in escpos_roll.tickets_in(stream, width_dots):
            (self._tickets / f"{self._count:03}.png").write_bytes(png_of(ticket))
