"""Writes one ticket as ESC/POS: a picture in bands, blank paper fed, fed past the cutter and cut."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.domain.raster import Raster

RESET = b"\x1b@"
CUT = b"\x1dV\x42"  # feed to the cutter, then cut; followed by further dots to feed
ASK_IN_ORDER = b"\x1dr\x01"  # answered only when everything before it has been worked off
ASK_NOW = b"\x10\x04"  # real-time status; followed by 1..4
CLEAR_NOW = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # real-time: forget all that is buffered

DOTS_PER_INCH = 203
TEAR_OFF_DOTS = 24  # white paper below the last line, so that a finger can hold it
_LEAST_BLANK_ROWS = 8  # a shorter gap costs less inside the band than a new band's head
_TRIM_STEP_ROWS = 24
_MOST_BAND_ROWS = 240


def ask_now(kind: int) -> bytes:
    """The real-time question DLE EOT `kind` (1 printer, 2 offline cause, 3 error, 4 paper)."""
    return ASK_NOW + bytes([kind])


def job(picture: Raster, *, feed_units_per_inch: int = DOTS_PER_INCH) -> bytes:
    """The bytes for `picture`, cut included, question after the cut not included.

    A first question stands before the cut: once it is answered, the whole picture is on the paper.
    `feed_units_per_inch` is the printer's own step for ESC J: one dot (203) on most printers, half a
    dot (406) on some, which would otherwise feed only half of the blank paper.
    """
    parts = [RESET]
    for first, count, width_bytes in _stretches(picture):
        if width_bytes == 0:
            parts += _feed(count * feed_units_per_inch // DOTS_PER_INCH)
        else:
            parts.append(_band(picture, first, count, width_bytes))
    parts.append(ASK_IN_ORDER)
    parts.append(CUT + bytes([min(255, TEAR_OFF_DOTS * feed_units_per_inch // DOTS_PER_INCH)]))
    return b"".join(parts)


def _feed(units: int) -> list[bytes]:
    full, rest = divmod(units, 255)
    return [b"\x1bJ\xff"] * full + ([b"\x1bJ" + bytes([rest])] if rest else [])


def _band(picture: Raster, first: int, count: int, width_bytes: int) -> bytes:
    stride = picture.stride
    head = b"\x1dv0\x00" + width_bytes.to_bytes(2, "little") + count.to_bytes(2, "little")
    starts = range(first * stride, (first + count) * stride, stride)
    return head + b"".join(picture.rows[start : start + width_bytes] for start in starts)


def _stretches(picture: Raster) -> Iterator[tuple[int, int, int]]:
    """(first row, number of rows, bytes needed per row); zero bytes means blank paper."""
    stride = picture.stride
    widths = [
        len(picture.rows[start : start + stride].rstrip(b"\x00"))
        for start in range(0, len(picture.rows), stride)
    ]
    for first, count, blank in _runs(widths):
        if blank:
            yield first, count, 0
            continue
        yield from _trimmed(widths, first, count)


def _runs(widths: list[int]) -> Iterator[tuple[int, int, bool]]:
    """Splits the rows into printed runs and gaps worth feeding; the end of the paper is always fed."""
    start = row = 0
    while row < len(widths):
        if widths[row]:
            row += 1
            continue
        end = row
        while end < len(widths) and not widths[end]:
            end += 1
        if end - row >= _LEAST_BLANK_ROWS or end == len(widths) or row == 0:
            if row > start:
                yield start, row - start, False
            yield row, end - row, True
            start = end
        row = end
    if start < len(widths):
        yield start, len(widths) - start, False


def _trimmed(widths: list[int], first: int, count: int) -> Iterator[tuple[int, int, int]]:
    """Cuts a printed run into bands, each as wide as its widest row; equal neighbours stay together."""
    open_first, open_count, open_width = first, 0, 0
    for start in range(first, first + count, _TRIM_STEP_ROWS):
        rows = min(_TRIM_STEP_ROWS, first + count - start)
        width = max(1, *widths[start : start + rows])
        if open_count and (width != open_width or open_count + rows > _MOST_BAND_ROWS):
            yield open_first, open_count, open_width
            open_first, open_count = start, 0
        open_count, open_width = open_count + rows, width
    yield open_first, open_count, open_width
