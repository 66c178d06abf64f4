"""The ticket printer of practice mode: it reads the same bytes as a real one and has the same faults."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from kiosk.devices import escpos, escpos_roll
from kiosk.devices.ports import Printed, PrinterState
from kiosk.devices.printer import EscPosPrinter, Patience
from kiosk.devices.printer_faults import GOOD_LINE
from kiosk.devices.printer_keep import Keep
from kiosk.domain.errors import Trouble
from kiosk.domain.raster import Raster

_READY = (0x12, 0x12, 0x12, 0x12)
_ANSWERS = {
    PrinterState.READY: _READY,
    PrinterState.PAPER_LOW: (0x12, 0x12, 0x12, 0x1E),
    PrinterState.PAPER_OUT: (0x1A, 0x32, 0x12, 0x7E),
    PrinterState.COVER_OPEN: (0x1A, 0x16, 0x12, 0x12),
    PrinterState.OFFLINE: (0x1A, 0x12, 0x12, 0x12),
    PrinterState.CUTTER: (0x1A, 0x52, 0x1A, 0x12),
    PrinterState.UNRECOVERABLE: (0x1A, 0x52, 0x32, 0x12),
    PrinterState.HEAD_HOT: (0x1A, 0x52, 0x52, 0x12),
}
_WORKS = (PrinterState.READY, PrinterState.PAPER_LOW)
_FORGOTTEN = bytes.fromhex("372500")
_REAL_TIME_START = 0x10


class VirtualMachine:
    """The imagined printer itself: paper, cover, power, and what lies in its tray.

    `state` and `line` are set by whoever plays the fault; UNKNOWN stands for a mute printer that prints.
    `on_paper` hears of every ticket that is cut off, on whatever thread prints it.
    """

    def __init__(self, width_dots: int, on_paper: Callable[[Raster], None] | None = None) -> None:
        self._width = width_dots
        self._changed = threading.Condition()
        self._state = PrinterState.READY
        self._roll = escpos_roll.Roll(width_dots, self._drop_in_tray)
        self._buffer = bytearray()
        self._answers = bytearray()
        self._rows_left: int | None = None
        self._stops_as = PrinterState.PAPER_OUT
        self._stalled = False
        self._powered = True
        self._started = 0
        self._bytes_to_power_cut: int | None = None
        self._jams = False
        self._on_paper = on_paper
        self.tickets: list[Raster] = []
        self.line = GOOD_LINE

    def _drop_in_tray(self, ticket: Raster) -> None:
        self.tickets.append(ticket)
        if self._on_paper is not None:
            self._on_paper(ticket)

    @property
    def state(self) -> PrinterState:
        return self._state

    @state.setter
    def state(self, state: PrinterState) -> None:
        with self._changed:
            self._state = state
            if state in _WORKS:
                self._work()
            self._changed.notify_all()

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return self._powered

    def let_paper_run_out_after(self, rows: int) -> None:
        """The roll ends after so many more rows of dots."""
        self._stop_after(rows, PrinterState.PAPER_OUT)

    def open_cover_after(self, rows: int) -> None:
        """Somebody lifts the cover once so many more rows of dots are printed."""
        self._stop_after(rows, PrinterState.COVER_OPEN)

    def _stop_after(self, rows: int, state: PrinterState) -> None:
        with self._changed:
            self._rows_left, self._stops_as = rows, state

    def load_paper(self) -> None:
        """A new roll, the cover shut: the torn piece is gone, and what is still buffered goes on printing."""
        with self._changed:
            self._rows_left = None
            self._roll.tear_off()
        self.state = PrinterState.READY

    def lose_power_after(self, byte_count: int | None) -> None:
        """Switches itself off and on again once it has taken so many more bytes; None calls that off."""
        with self._changed:
            self._bytes_to_power_cut = byte_count

    def jam_at_next_cut(self) -> None:
        """The knife sticks: the ticket is printed whole and hangs on."""
        with self._changed:
            self._jams = True

    def stall(self, stalled: bool = True) -> None:
        """Takes bytes and does nothing with them, as a hung printer does."""
        with self._changed:
            self._stalled = stalled

    def power(self, on: bool) -> None:
        """Switched off, it forgets its buffer and drops every connection."""
        with self._changed:
            self._powered = on
            self._stalled = False
            self._started += 1
            self._buffer.clear()
            self._answers.clear()
            self._roll.tear_off()
            self._changed.notify_all()

    def plug_in(self) -> int:
        """A new connection; raises Trouble("printer_absent") without power."""
        with self._changed:
            if not self._powered:
                raise Trouble("printer_absent")
            self._answers.clear()
            return self._started

    def take(self, connection: int, payload: bytes) -> None:
        """Bytes from the kiosk; raises Trouble("printer_lost") when it was switched off meanwhile."""
        with self._changed:
            self._check(connection)
            if self._stalled:
                return
            if payload[:1] == bytes([_REAL_TIME_START]):
                self._obey_now(payload)
            else:
                self._take_in(payload)
            self._changed.notify_all()

    def answer(self, connection: int, seconds: float) -> bytes:
        """What it says within `seconds`."""
        end = time.monotonic() + seconds
        with self._changed:
            while not self._answers and (left := end - time.monotonic()) > 0:
                self._check(connection)
                self._changed.wait(left)
            self._check(connection)
            said = bytes(self._answers)
            self._answers.clear()
            return said

    def _check(self, connection: int) -> None:
        if connection != self._started or not self._powered:
            raise Trouble("printer_lost")

    def _take_in(self, payload: bytes) -> None:
        """Print data; where the power fails in it, the rest is lost and so is the line, without a word."""
        left = self._bytes_to_power_cut
        fails = left is not None and len(payload) > left
        self._buffer += payload[:left] if fails else payload
        self._work()
        if left is not None:
            self._bytes_to_power_cut = None if fails else left - len(payload)
        if fails:
            self.power(False)
            self.power(True)

    def _say(self, byte: int) -> None:
        if self._state is not PrinterState.UNKNOWN:
            self._answers.append(byte)

    def _obey_now(self, command: bytes) -> None:
        if command == escpos.CLEAR_NOW:
            self._buffer.clear()
            self._answers += _FORGOTTEN
        elif command[:2] == escpos.ASK_NOW:
            self._say(_ANSWERS.get(self._state, _READY)[command[2] - 1])

    def _work(self) -> None:
        """Works off the buffer until it is empty or something is in the way."""
        while self._state in _WORKS or self._state is PrinterState.UNKNOWN:
            found = escpos_roll.next_act(bytes(self._buffer), self._width)
            if found is None:
                return
            act, length = found
            if not self._is_under_the_head(act):
                self._state = self._stops_as
                return
            if isinstance(act, escpos_roll.Cut) and self._jams:
                self._jams, self._state = False, PrinterState.CUTTER
                return
            del self._buffer[:length]
            if isinstance(act, escpos_roll.Question):
                self._say(0x03 if self._state is PrinterState.PAPER_LOW else 0x00)
            self._roll.carry_out(act)

    def _is_under_the_head(self, act: escpos_roll.Act) -> bool:
        """Whether there is paper for the rows it feeds, and the cover holds it."""
        if self._rows_left is None:
            return True
        match act:
            case escpos_roll.Rows(count=rows) | escpos_roll.Cut(feed_rows=rows):
                self._rows_left -= rows
        return self._rows_left >= 0


class VirtualLink:
    """One connection to the imagined printer."""

    can_answer = True

    def __init__(self, machine: VirtualMachine) -> None:
        self._machine = machine
        self._connection = machine.plug_in()
        self._fault = machine.line
        self._sent = 0
        self._ended = threading.Event()

    def send(self, payload: bytes, quiet_seconds: float) -> None:
        limit = self._fault.breaks_after
        passed = payload if limit is None else payload[: max(0, limit - self._sent)]
        self._sent += len(payload)
        if slow := self._fault.seconds_per_kilobyte:
            self._ended.wait(slow * len(passed) / 1024)
        is_half_question = passed != payload and payload[:1] == bytes([_REAL_TIME_START])
        if passed and not is_half_question:
            self._machine.take(self._connection, passed)
        if passed != payload:
            self._ended.set()
            if not self._fault.quietly:
                raise Trouble("printer_lost")

    def receive(self, seconds: float) -> bytes:
        if self._ended.is_set():
            raise Trouble("printer_lost")
        late = self._fault.late_seconds
        if late > seconds:
            self._ended.wait(seconds)
            return b""
        self._ended.wait(late)
        return self._fault.distorted(self._machine.answer(self._connection, seconds - late))

    def close(self, *, discard: bool) -> None:
        """Nothing is held between two connections."""


class VirtualPrinter:
    """A TicketPrinter over a `machine` that the trainer, the drill or the test can put out of order."""

    def __init__(
        self,
        width_dots: int,
        *,
        keep: Keep | None = None,
        patience: Patience | None = None,
        on_paper: Callable[[Raster], None] | None = None,
    ) -> None:
        self.machine = VirtualMachine(width_dots, on_paper)
        self._driver = EscPosPrinter(
            lambda seconds: VirtualLink(self.machine), width_dots, keep=keep, patience=patience
        )

    @property
    def width_dots(self) -> int:
        return self._driver.width_dots

    def print_raster(self, picture: Raster) -> Printed:
        return self._driver.print_raster(picture)

    def state(self) -> PrinterState:
        return self._driver.state()

    def close(self) -> None:
        self._driver.close()
