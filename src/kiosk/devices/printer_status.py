"""Reads what a ticket printer says back, and believes nothing that has not the exact form."""

from __future__ import annotations

from collections import deque
from enum import Enum

from kiosk.devices.ports import PrinterState

_FIXED_BITS = 0x93
_REAL_TIME = 0x12  # a DLE EOT answer under the mask
_ASB_FIRST = 0x10  # the first of four bytes a printer may send unasked, under the same mask
_IN_ORDER_MASK = 0x90  # a GS r answer, and the later ASB bytes, have both bits clear
_ASB_REST = 3
_FLOW = (0x11, 0x13)  # XON and XOFF: a serial printer says them between anything else


class _Kind(Enum):
    REAL_TIME = "real_time"
    ASB_FIRST = "asb_first"
    IN_ORDER = "in_order"
    NOISE = "noise"


def _kind(byte: int) -> _Kind:
    if byte & _FIXED_BITS == _REAL_TIME:
        return _Kind.REAL_TIME
    if byte & _FIXED_BITS == _ASB_FIRST:
        return _Kind.ASB_FIRST
    if byte & _IN_ORDER_MASK == 0:
        return _Kind.IN_ORDER
    return _Kind.NOISE


class AnswerReader:
    """Sorts the bytes of one connection into real-time answers and in-order answers.

    Unasked ASB blocks are swallowed whole, so that their tail never passes for an in-order answer;
    a block that breaks off swallows at most what would have belonged to it. `noise` counts the bytes
    that no printer of this kind says: one in sixteen of those would pass for a status, so where any is
    heard nothing is believed.
    """

    def __init__(self) -> None:
        self.real_time: deque[int] = deque()
        self.in_order: deque[int] = deque()
        self.noise = 0
        self._asb_left = 0

    def feed(self, untrusted_bytes: bytes) -> None:
        """Takes what the printer sent."""
        for byte in untrusted_bytes:
            kind = _kind(byte)
            if kind is _Kind.IN_ORDER and self._asb_left:
                self._asb_left -= 1
                continue
            self._asb_left = _ASB_REST if kind is _Kind.ASB_FIRST else 0
            if kind is _Kind.REAL_TIME:
                self.real_time.append(byte)
            elif kind is _Kind.IN_ORDER:
                self.in_order.append(byte)
            elif kind is _Kind.NOISE and byte not in _FLOW:
                self.noise += 1


def is_paper_out_answer(in_order: int) -> bool:
    """Whether a GS r 1 answer says that the paper has ended."""
    return in_order & 0x0C == 0x0C


def judge(printer: int, offline: int, error: int, paper: int) -> PrinterState:
    """The state told by the answers to DLE EOT 1, 2, 3 and 4 (each already of the exact form).

    An open cover comes first: while it is open the other sensors mean little.
    """
    if offline & 0x04:
        return PrinterState.COVER_OPEN
    if error & 0x20:
        return PrinterState.UNRECOVERABLE
    if error & 0x08:
        return PrinterState.CUTTER
    if error & 0x40:
        return PrinterState.HEAD_HOT
    if offline & 0x20 or paper & 0x60:
        return PrinterState.PAPER_OUT
    if printer & 0x08 or offline & 0x40:
        return PrinterState.OFFLINE
    if paper & 0x0C:
        return PrinterState.PAPER_LOW
    return PrinterState.READY
