"""The trainer's faults: each is met as a real one would be, mended, and no number comes out twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from kiosk.devices import escpos
from kiosk.devices.ports import PrinterState
from kiosk.devices.printer import Patience
from kiosk.devices.printer_drill import FAULTS, READY, play
from kiosk.devices.printer_url import open_printer
from kiosk.devices.printer_virtual import VirtualMachine, VirtualPrinter
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.raster import Raster

WIDTH, STRIDE, ROWS = 384, 48, 420
HASTY = Patience(
    connect=0.5, question=0.12, quiet=0.2, answer=0.2, answer_of_a_mute=0.1, ask_again=0.02, glance=0.5
)
POSITIONS = 50


def a_ticket(number: int) -> Raster:
    """A picture that names its number in its first row, larger than what a fault in mid-ticket leaves."""
    first = number.to_bytes(4, "big") + b"\x81" * (STRIDE - 4)
    line = b"\xa5\x3c" * 10
    return Raster(WIDTH, ROWS, first + line.ljust(STRIDE, b"\0") * (ROWS - 1))


def press(printer: VirtualPrinter, number: int) -> str:
    try:
        return printer.print_raster(a_ticket(number)).value
    except Trouble as problem:
        return problem.key


def tray(printer: VirtualPrinter) -> list[int]:
    """Numbers of the whole tickets that lie there."""
    whole = [paper for paper in printer.machine.tickets if paper.height_dots == ROWS]
    return [int.from_bytes(paper.rows[:4], "big") for paper in whole]


def mended(printer: VirtualPrinter, number: int, told: str) -> str:
    """What the staff do after a fault: mend it, look into the tray, and print what is not there."""
    play(printer, READY)
    if told != "confirmed" and number not in tray(printer):
        assert press(printer, number) == "confirmed", (number, told)
    return told


@pytest.fixture
def printer() -> VirtualPrinter:
    return VirtualPrinter(WIDTH, patience=HASTY)


def test_every_fault_of_the_drill_is_met_and_mended(printer: VirtualPrinter) -> None:
    expected = {
        "ready": {"confirmed"},
        "paper_low": {"confirmed"},
        "paper_out": {"printer_paper_out"},
        "paper_ends_midway": {"printer_paper_out"},
        "cover_open": {"printer_cover_open"},
        "cover_opens_midway": {"printer_cover_open"},
        "cutter": {"printer_cutter"},
        "head_hot": {"printer_head_hot"},
        "unrecoverable": {"printer_unrecoverable"},
        "switched_off": {"printer_absent"},
        "power_fails_midway": {"unknown"},
        "silent": {"printer_silent"},
        "stalled": {"printer_silent"},
        "cable_midway": {"printer_lost"},
        "slow": {"confirmed"},
        "late": {"printer_silent"},
        "noise": {"printer_silent"},
    }
    assert set(expected) == set(FAULTS)
    assert press(printer, 0) == "confirmed"
    for number, fault in enumerate(FAULTS, 1):
        play(printer, fault)
        told = press(printer, number)
        assert told in expected[fault], fault
        mended(printer, number, told)
        assert printer.state() is PrinterState.READY, fault
    assert sorted(tray(printer)) == list(range(len(FAULTS) + 1))


def test_power_that_fails_at_any_byte_brings_each_number_once(printer: VirtualPrinter) -> None:
    size = len(escpos.job(a_ticket(1)) + escpos.ASK_IN_ORDER)
    spread = random.Random(7).sample(range(4, size - 10), POSITIONS - 14)
    positions = sorted([0, 1, 2, 3, *range(size - 10, size), *spread])
    assert len(positions) == POSITIONS
    told = []
    for number, at in enumerate(positions, 1):
        printer.machine.lose_power_after(at)
        told.append(mended(printer, number, press(printer, number)))
    assert Counter(tray(printer)) == Counter(range(1, POSITIONS + 1))
    assert set(told) == {"unknown"}  # the bytes had been taken; nobody can say what became of them


@pytest.mark.parametrize(
    ("stop", "state"),
    [
        (VirtualMachine.let_paper_run_out_after, PrinterState.PAPER_OUT),
        (VirtualMachine.open_cover_after, PrinterState.COVER_OPEN),
    ],
)
def test_a_ticket_stopped_at_any_row_brings_each_number_once(
    printer: VirtualPrinter, stop: Callable[[VirtualMachine, int], None], state: PrinterState
) -> None:
    for number in range(1, POSITIONS + 1):
        stop(printer.machine, number * (ROWS - 1) // POSITIONS)
        told = press(printer, number)
        assert printer.state() is state
        assert mended(printer, number, told) == f"printer_{state.value}"
    assert Counter(tray(printer)) == Counter(range(1, POSITIONS + 1))


def test_a_cover_opened_before_the_cut_is_not_called_unprinted(printer: VirtualPrinter) -> None:
    printer.machine.open_cover_after(ROWS)
    assert press(printer, 1) == "unknown", "the whole ticket hangs out of the printer"
    assert printer.state() is PrinterState.COVER_OPEN
    play(printer, READY)
    assert press(printer, 2) == "confirmed"
    assert tray(printer) == [2], "what hung there was torn off by hand, and did not come out again"


def test_a_ticket_that_hangs_on_a_stuck_knife_is_not_called_unprinted(printer: VirtualPrinter) -> None:
    assert press(printer, 1) == "confirmed"
    printer.machine.jam_at_next_cut()
    assert press(printer, 2) == "unknown", "it is on the paper: whoever tears it off needs no second one"
    assert printer.state() is PrinterState.CUTTER
    assert tray(printer) == [1]
    play(printer, READY)
    assert press(printer, 3) == "confirmed"
    assert tray(printer) == [1, 3]


def test_nobody_plays_with_a_printer_that_stands_on_a_table() -> None:
    real = open_printer("tcp://127.0.0.1:9100", width_dots=WIDTH, practice=True, out=None)
    with pytest.raises(Refused) as told:
        play(real, "cover_open")
    assert told.value.key == "drill_real_printer"


def test_whoever_watches_the_tray_sees_each_ticket_once() -> None:
    seen: list[Raster] = []
    printer = open_printer(
        "virtual:", width_dots=WIDTH, practice=True, out=None, patience=HASTY, on_paper=seen.append
    )
    printer.print_raster(a_ticket(5))
    assert [paper.rows for paper in seen] == [a_ticket(5).rows]
