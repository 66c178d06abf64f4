"""The bytes of a ticket, and the bytes a printer answers with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.devices import escpos, escpos_roll
from kiosk.devices.ports import PrinterState
from kiosk.devices.printer_status import AnswerReader, judge
from kiosk.domain.raster import Raster

# The table of the makers: answers to DLE EOT 1..4, and the unasked block (ASB) of the same state.
TABLE = [
    (PrinterState.READY, "12121212", "10000000"),
    (PrinterState.PAPER_LOW, "1212121e", "10000300"),
    (PrinterState.PAPER_OUT, "1a32127e", "18000f00"),
    (PrinterState.PAPER_OUT, "1a321272", "18000f00"),
    (PrinterState.COVER_OPEN, "1a161212", "38000000"),
    (PrinterState.OFFLINE, "1a121212", "18000000"),
    (PrinterState.CUTTER, "1a521a12", "18080000"),
    (PrinterState.UNRECOVERABLE, "1a523212", "18200000"),
    (PrinterState.HEAD_HOT, "1a525212", "18400000"),
]
NOISE = bytes.fromhex("1113ff80959c")


@pytest.mark.parametrize(("state", "answers", "asb"), TABLE)
def test_every_state_of_the_table_is_recognised(state: PrinterState, answers: str, asb: str) -> None:
    heard = AnswerReader()
    heard.feed(bytes.fromhex(asb) + bytes.fromhex(answers))
    assert judge(*heard.real_time) is state
    assert not heard.in_order


def test_what_nobody_asked_for_is_not_an_answer() -> None:
    heard = AnswerReader()
    heard.feed(NOISE + bytes.fromhex("10000000"))
    assert not heard.real_time
    assert not heard.in_order


def test_an_answer_after_a_whole_unasked_block_still_counts() -> None:
    heard = AnswerReader()
    heard.feed(bytes.fromhex("13 10 00 00 00 11 00"))
    assert list(heard.in_order) == [0]


def test_half_an_unasked_block_never_passes_for_the_answer_after_the_cut() -> None:
    heard = AnswerReader()
    heard.feed(bytes.fromhex("10 00 00"))
    assert not heard.in_order
    heard.feed(bytes.fromhex("12"))
    assert list(heard.real_time) == [0x12]


@given(some.binary(max_size=64))
def test_any_noise_is_survived(untrusted: bytes) -> None:
    heard = AnswerReader()
    heard.feed(untrusted)
    assert all(byte & 0x93 == 0x12 for byte in heard.real_time)
    assert all(byte & 0x90 == 0 for byte in heard.in_order)


@given(some.lists(some.sampled_from([b"", b"\x80", b"\x00\x01", b"\xff\xff\xff"]), max_size=600))
def test_every_picture_comes_back_from_its_bytes(rows: list[bytes]) -> None:
    picture = Raster(32, len(rows), b"".join(row.ljust(4, b"\x00") for row in rows))
    assert escpos_roll.tickets_in(escpos.job(picture), 32) == (picture,)


def test_blank_paper_is_fed_and_blank_columns_are_not_sent() -> None:
    mostly_white = Raster(384, 1000, (b"\xff" * 20 + bytes(28)) * 100 + bytes(48 * 900))
    whole_picture = 48 * 1000
    assert len(escpos.job(mostly_white)) < 20 * 100 + 200
    assert len(escpos.job(mostly_white)) < whole_picture / 20
    assert b"\x1bJ" in escpos.job(mostly_white)


def test_a_printer_with_half_dot_steps_is_fed_twice_as_many() -> None:
    white = Raster(8, 100, bytes(100))
    assert escpos.job(white) == b"\x1b@\x1bJ\x64\x1dr\x01\x1dVB\x18"
    assert escpos.job(white, feed_units_per_inch=406) == b"\x1b@\x1bJ\xc8\x1dr\x01\x1dVB\x30"


@pytest.mark.parametrize("stream", [b"hello", b"\x1bE\x01", b"\x1dV\x00\x00", b"\x1dv0\x03" + bytes(4)])
def test_bytes_that_are_no_ticket_are_not_drawn(stream: bytes) -> None:
    with pytest.raises(escpos_roll.UnknownCommand):
        escpos_roll.tickets_in(stream, 384)
