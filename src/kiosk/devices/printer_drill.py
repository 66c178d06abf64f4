"""The faults a trainer sets on the practice printer, each by one word; one at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.devices.ports import PrinterState, TicketPrinter
from kiosk.devices.printer_faults import GOOD_LINE, LineFault
from kiosk.devices.printer_virtual import VirtualMachine, VirtualPrinter
from kiosk.domain.errors import Refused

READY = "ready"
_MID_TICKET_ROWS = 260  # below the number: the torn piece looks like a ticket that can be called
_MID_TICKET_BYTES = 6_000
_SLOW_SECONDS_PER_KILOBYTE = 0.25
_LATE_SECONDS = 0.3  # a question waits half a second


def _state(state: PrinterState) -> Callable[[VirtualMachine], None]:
    def play(machine: VirtualMachine) -> None:
        machine.state = state

    return play


def _line(fault: LineFault) -> Callable[[VirtualMachine], None]:
    def play(machine: VirtualMachine) -> None:
        machine.line = fault

    return play


_PLAYS: Mapping[str, Callable[[VirtualMachine], None]] = {
    READY: _state(PrinterState.READY),
    "paper_low": _state(PrinterState.PAPER_LOW),
    "paper_out": _state(PrinterState.PAPER_OUT),
    "paper_ends_midway": lambda machine: machine.let_paper_run_out_after(_MID_TICKET_ROWS),
    "cover_open": _state(PrinterState.COVER_OPEN),
    "cover_opens_midway": lambda machine: machine.open_cover_after(_MID_TICKET_ROWS),
    "cutter": _state(PrinterState.CUTTER),
    "head_hot": _state(PrinterState.HEAD_HOT),
    "unrecoverable": _state(PrinterState.UNRECOVERABLE),
    "switched_off": lambda machine: machine.power(False),
    "power_fails_midway": lambda machine: machine.lose_power_after(_MID_TICKET_BYTES),
    "silent": _state(PrinterState.UNKNOWN),
    "stalled": lambda machine: machine.stall(),
    "cable_midway": _line(LineFault(breaks_after=_MID_TICKET_BYTES)),
    "slow": _line(LineFault(seconds_per_kilobyte=_SLOW_SECONDS_PER_KILOBYTE)),
    "late": _line(LineFault(late_seconds=_LATE_SECONDS)),
    "noise": _line(LineFault(distortion="garbage")),
}
FAULTS: tuple[str, ...] = tuple(_PLAYS)
"""In the order a trainer finds them; the first mends everything."""


def play(printer: TicketPrinter, fault: str) -> None:
    """Mends whatever was wrong, then sets `fault` (one of FAULTS).

    Raises Refused("drill_real_printer"): nobody plays with a printer that stands on a table.
    """
    if not isinstance(printer, VirtualPrinter):
        raise Refused("drill_real_printer")
    machine = printer.machine
    machine.lose_power_after(None)
    machine.stall(False)
    machine.line = GOOD_LINE
    if not machine.is_on:
        machine.power(True)
    machine.load_paper()
    _PLAYS[fault](machine)
