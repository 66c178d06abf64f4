"""Understands the few ESC/POS commands of a ticket and lays them on a roll of paper, dot by dot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.raster import Raster


@dataclass(frozen=True, slots=True)
class Rows:
    """Printed or fed paper: `count` rows of the roll's full width."""

    count: int
    dots: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """The knife, after feeding some blank rows that are not part of the picture."""

    feed_rows: int


@dataclass(frozen=True, slots=True)
class Question:
    """GS r 1: to be answered now that everything before it is done."""


Act = Rows | Cut | Question | None


class UnknownCommand(ValueError):
    """Bytes that are no command of ours: a ticket stream must not hold any."""


def next_act(untrusted_stream: bytes, width_dots: int) -> tuple[Act, int] | None:
    """The first whole command and its length in bytes; None when it is not complete yet.

    Raises UnknownCommand for anything a ticket does not use.
    """
    stride = (width_dots + 7) // 8
    head = untrusted_stream[:2]
    if head == b"\x1b@":
        return None if len(untrusted_stream) < 2 else (None, 2)
    if head == b"\x1bJ":
        return _fed(untrusted_stream, stride)
    if head == b"\x1dr":
        return (Question(), 3) if len(untrusted_stream) >= 3 else None
    if head == b"\x1dV":
        return _cut(untrusted_stream)
    if head == b"\x1dv":
        return _picture(untrusted_stream, stride)
    if len(head) < 2 and head in (b"", b"\x1b", b"\x1d"):
        return None
    raise UnknownCommand(head.hex())


def _fed(stream: bytes, stride: int) -> tuple[Act, int] | None:
    if len(stream) < 3:
        return None
    return Rows(stream[2], bytes(stream[2] * stride)), 3


def _cut(stream: bytes) -> tuple[Act, int] | None:
    if len(stream) < 4:
        return None
    if stream[2] != 0x42:
        raise UnknownCommand(stream[:3].hex())
    return Cut(stream[3]), 4


def _picture(stream: bytes, stride: int) -> tuple[Act, int] | None:
    if len(stream) < 8:
        return None
    if stream[2:4] != b"0\x00":
        raise UnknownCommand(stream[:4].hex())
    width = int.from_bytes(stream[4:6], "little")
    count = int.from_bytes(stream[6:8], "little")
    end = 8 + width * count
    if not 0 < width <= stride:
        raise UnknownCommand(stream[:8].hex())
    if len(stream) < end:
        return None
    pad = bytes(stride - width)
    dots = b"".join(bytes(stream[start : start + width]) + pad for start in range(8, end, width))
    return Rows(count, dots), end


def tickets_in(untrusted_stream: bytes, width_dots: int) -> tuple[Raster, ...]:
    """Every ticket that a whole stream would cut off, as it would lie in the hand."""
    tickets: list[Raster] = []
    roll = Roll(width_dots, tickets.append)
    rest = untrusted_stream
    while rest and (found := next_act(rest, width_dots)) is not None:
        act, length = found
        roll.carry_out(act)
        rest = rest[length:]
    return tuple(tickets)


class Roll:
    """Paper that has left the print head since the last cut."""

    def __init__(self, width_dots: int, on_cut: Callable[[Raster], None]) -> None:
        self._width = width_dots
        self._on_cut = on_cut
        self._dots = bytearray()
        self._count = 0

    def carry_out(self, act: Act) -> None:
        """Lays the rows on the paper, or cuts what has come out."""
        if isinstance(act, Rows):
            self._dots += act.dots
            self._count += act.count
        elif isinstance(act, Cut):
            ticket = Raster(self._width, self._count, bytes(self._dots))
            self.tear_off()
            self._on_cut(ticket)

    def tear_off(self) -> None:
        """Takes away what has come out, as when paper is changed."""
        self._dots.clear()
        self._count = 0
