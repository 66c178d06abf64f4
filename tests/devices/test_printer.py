"""The ticket printer at the counter: what comes out, and what is said when it does not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from kiosk.devices.ports import Printed, PrinterState, TicketPrinter
from kiosk.devices.printer import Patience
from kiosk.devices.printer_faults import GOOD_LINE, LineFault
from kiosk.devices.printer_url import open_printer
from kiosk.devices.printer_virtual import VirtualPrinter
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.raster import Raster
from tests.devices.printer_socket import SocketPrinter

QUICK = Patience(connect=1.0, question=0.25, quiet=0.5, answer=0.7, answer_of_a_mute=0.3, glance=0.9)
WIDTH = 384
STRIDE = WIDTH // 8


def a_ticket(seed: int = 1, rows: int = 120) -> Raster:
    """A picture with blank paper above, between and below, and an empty right half."""
    blank = bytes(STRIDE)
    inked = [
        bytes((seed * 37 + row * 11 + at * 5) % 255 + 1 for at in range(24)) + bytes(24)
        for row in range(rows)
    ]
    return Raster(WIDTH, rows + 90, b"".join([blank * 20, *inked[:50], blank * 40, *inked[50:], blank * 30]))


def as_rows(picture: Raster) -> list[bytes]:
    return [picture.rows[at : at + picture.stride] for at in range(0, len(picture.rows), picture.stride)]


class Bench(Protocol):
    """A printer under test and the hand that puts it out of order."""

    printer: TicketPrinter

    def put(self, state: PrinterState) -> None: ...
    def paper_ends_after(self, rows: int) -> None: ...
    def mend(self) -> None: ...
    def stall(self) -> None: ...
    def tickets(self) -> list[list[bytes]]: ...


@dataclass
class SocketBench:
    socket: SocketPrinter
    printer: TicketPrinter

    def put(self, state: PrinterState) -> None:
        names = {PrinterState.PAPER_LOW: "near_end", PrinterState.UNKNOWN: "mute"}
        self.socket.mode = names.get(state, state.value)

    def paper_ends_after(self, rows: int) -> None:
        self.socket.rows_left = rows

    def mend(self) -> None:
        self.socket.mode, self.socket.rows_left = "ready", None

    def stall(self) -> None:
        self.socket.stop_reading_after = 0

    def tickets(self) -> list[list[bytes]]:
        assert self.socket.problems == []
        return self.socket.tickets


@dataclass
class VirtualBench:
    printer: VirtualPrinter

    def put(self, state: PrinterState) -> None:
        self.printer.machine.state = state

    def paper_ends_after(self, rows: int) -> None:
        self.printer.machine.let_paper_run_out_after(rows)

    def mend(self) -> None:
        self.printer.machine.load_paper()

    def stall(self) -> None:
        self.printer.machine.stall()

    def tickets(self) -> list[list[bytes]]:
        return [as_rows(ticket) for ticket in self.printer.machine.tickets]


@pytest.fixture(params=["tcp", "virtual"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "virtual":
        printer = open_printer("virtual:", width_dots=WIDTH, practice=True, out=None, patience=QUICK)
        assert isinstance(printer, VirtualPrinter)
        yield VirtualBench(printer)
        return
    with SocketPrinter(WIDTH) as socket:
        yield SocketBench(
            socket, open_printer(socket.url, width_dots=WIDTH, practice=False, out=None, patience=QUICK)
        )


class TestContract:
    """Holds for every ticket printer, real or imagined."""

    def test_a_ticket_comes_out_once_and_is_the_picture_that_was_sent(self, bench: Bench) -> None:
        assert bench.printer.print_raster(a_ticket()) is Printed.CONFIRMED
        assert bench.tickets() == [as_rows(a_ticket())]

    def test_thirty_visitors_get_thirty_different_tickets(self, bench: Bench) -> None:
        for visitor in range(30):
            assert bench.printer.print_raster(a_ticket(visitor)) is Printed.CONFIRMED
        assert bench.tickets() == [as_rows(a_ticket(visitor)) for visitor in range(30)]

    @pytest.mark.parametrize("state", list(PrinterState))
    def test_the_dot_on_the_screen_tells_the_state(self, bench: Bench, state: PrinterState) -> None:
        bench.put(state)
        assert bench.printer.state() is state

    @pytest.mark.parametrize(
        ("state", "key"),
        [
            (PrinterState.PAPER_OUT, "printer_paper_out"),
            (PrinterState.COVER_OPEN, "printer_cover_open"),
            (PrinterState.OFFLINE, "printer_offline"),
            (PrinterState.CUTTER, "printer_cutter"),
            (PrinterState.UNRECOVERABLE, "printer_unrecoverable"),
            (PrinterState.HEAD_HOT, "printer_head_hot"),
        ],
    )
    def test_an_unfit_printer_is_named_and_gets_no_ticket_even_after_mending(
        self, bench: Bench, state: PrinterState, key: str
    ) -> None:
        bench.put(state)
        with pytest.raises(Trouble) as told:
            bench.printer.print_raster(a_ticket())
        assert told.value.key == key
        assert told.value.permanent is (state is PrinterState.UNRECOVERABLE)
        bench.mend()
        assert bench.printer.state() is PrinterState.READY
        assert bench.tickets() == []

    def test_near_the_end_of_the_roll_it_still_prints(self, bench: Bench) -> None:
        bench.put(PrinterState.PAPER_LOW)
        assert bench.printer.print_raster(a_ticket()) is Printed.CONFIRMED
        assert len(bench.tickets()) == 1

    def test_a_mute_printer_prints_but_is_never_confirmed(self, bench: Bench) -> None:
        bench.put(PrinterState.UNKNOWN)
        assert bench.printer.print_raster(a_ticket()) is Printed.UNKNOWN
        assert bench.tickets() == [as_rows(a_ticket())]

    def test_a_stalled_printer_is_never_confirmed(self, bench: Bench) -> None:
        bench.stall()
        assert bench.printer.print_raster(a_ticket()) is Printed.UNKNOWN
        assert bench.printer.state() is PrinterState.UNKNOWN

    def test_paper_that_ends_in_mid_ticket_gives_one_ticket_after_the_new_roll(self, bench: Bench) -> None:
        bench.paper_ends_after(60)
        with pytest.raises(Trouble) as told:
            bench.printer.print_raster(a_ticket())
        assert told.value.key == "printer_paper_out"
        bench.mend()
        assert bench.printer.print_raster(a_ticket()) is Printed.CONFIRMED
        assert bench.tickets() == [as_rows(a_ticket())]

    def test_the_dot_is_answered_while_a_ticket_is_printing(self, bench: Bench) -> None:
        bench.put(PrinterState.UNKNOWN)  # a mute printer keeps the job waiting for an answer
        job = threading.Thread(target=bench.printer.print_raster, args=(a_ticket(),))
        job.start()
        seen = bench.printer.state()
        job.join(5)
        assert seen is PrinterState.UNKNOWN
        assert not job.is_alive()

    def test_a_picture_wider_than_the_paper_is_our_own_bug(self, bench: Bench) -> None:
        with pytest.raises(ValueError, match="wider"):
            bench.printer.print_raster(Raster(576, 1, bytes(72)))


class TestNetwork:
    """What only a cable can do."""

    @pytest.fixture
    def socket(self) -> Iterator[SocketPrinter]:
        with SocketPrinter(WIDTH) as socket:
            yield socket

    @pytest.fixture
    def printer(self, socket: SocketPrinter) -> TicketPrinter:
        return open_printer(socket.url, width_dots=WIDTH, practice=False, out=None, patience=QUICK)

    def test_nothing_listens_there(self) -> None:
        with SocketPrinter() as socket:
            url = socket.url
        printer = open_printer(url, width_dots=WIDTH, practice=False, out=None, patience=QUICK)
        with pytest.raises(Trouble) as told:
            printer.print_raster(a_ticket())
        assert told.value.key == "printer_absent"
        assert printer.state() is PrinterState.UNKNOWN

    @pytest.mark.parametrize("mode", ["garbage", "half_asb"])
    def test_noise_is_no_proof(self, socket: SocketPrinter, printer: TicketPrinter, mode: str) -> None:
        socket.mode = mode
        assert printer.print_raster(a_ticket()) is Printed.UNKNOWN

    def test_unasked_status_blocks_and_flow_control_are_read_past(
        self, socket: SocketPrinter, printer: TicketPrinter
    ) -> None:
        socket.mode = "asb_noise"
        assert printer.state() is PrinterState.READY
        assert printer.print_raster(a_ticket()) is Printed.CONFIRMED

    def test_a_slow_network_is_waited_for(self, socket: SocketPrinter, printer: TicketPrinter) -> None:
        socket.delay = 0.15
        assert printer.print_raster(a_ticket()) is Printed.CONFIRMED

    @pytest.mark.parametrize("byte", [1, 900, 2500])
    def test_a_line_that_breaks_in_mid_ticket_is_never_confirmed(
        self, socket: SocketPrinter, printer: TicketPrinter, byte: int
    ) -> None:
        socket.break_after = byte
        try:
            printed: object = printer.print_raster(a_ticket())
        except Trouble as problem:
            printed = problem.key
        assert printed in (Printed.UNKNOWN, "printer_lost")
        socket.break_after = None
        assert printer.print_raster(a_ticket()) is Printed.CONFIRMED

    def test_a_printer_that_stops_reading_a_long_ticket_is_named_stalled(
        self, socket: SocketPrinter, printer: TicketPrinter
    ) -> None:
        socket.stop_reading_after = 1
        # Longer than what two systems' socket buffers hold for each other.
        picture = Raster(WIDTH, 60_000, b"\xaa" * (STRIDE * 60_000))
        with pytest.raises(Trouble) as told:
            printer.print_raster(picture)
        assert told.value.key == "printer_stalled"
        assert socket.jobs == []

    def test_only_one_whole_job_reaches_the_printer_per_ticket(
        self, socket: SocketPrinter, printer: TicketPrinter
    ) -> None:
        printer.print_raster(a_ticket())
        assert socket.tickets
        assert [(len(job.tickets), job.whole) for job in socket.jobs] == [(1, True)]

    def test_what_was_sent_is_kept_as_bytes_and_as_a_picture(
        self, socket: SocketPrinter, tmp_path: Path
    ) -> None:
        printer = open_printer(socket.url, width_dots=WIDTH, practice=True, out=tmp_path, patience=QUICK)
        for visitor in (1, 2):
            printer.print_raster(a_ticket(visitor))
        assert socket.tickets
        kept = [(tmp_path / "streams" / name).read_bytes() for name in ("001.bin", "002.bin")]
        assert kept == [bytes(job.stream) for job in socket.jobs]
        cv2 = pytest.importorskip("cv2", reason="reads the picture back")
        picture = cv2.imread(str(tmp_path / "tickets" / "002.png"), cv2.IMREAD_GRAYSCALE)
        assert picture.shape == (a_ticket().height_dots, WIDTH)
        bits = [format(byte, "08b") for byte in b"".join(as_rows(a_ticket(2)))]
        assert "".join("1" if dot == 0 else "0" for dot in picture.reshape(-1)) == "".join(bits)


class TestVirtualOnly:
    """The imagined printer's own switches."""

    def test_it_refuses_outside_practice(self) -> None:
        with pytest.raises(Refused) as told:
            open_printer("virtual:", width_dots=WIDTH, practice=False, out=None)
        assert told.value.key == "printer_virtual_outside_practice"

    def test_switched_off_it_is_absent_and_switched_on_it_prints_again(self) -> None:
        printer = VirtualPrinter(WIDTH, patience=QUICK)
        printer.machine.power(False)
        with pytest.raises(Trouble) as told:
            printer.print_raster(a_ticket())
        assert told.value.key == "printer_absent"
        printer.machine.power(True)
        assert printer.print_raster(a_ticket()) is Printed.CONFIRMED
        assert len(printer.machine.tickets) == 1

    def test_power_that_fails_while_the_ticket_waits_leaves_it_unproven(self) -> None:
        printer = VirtualPrinter(WIDTH, patience=Patience(answer=5.0))
        printer.machine.let_paper_run_out_after(10)
        told: list[object] = []

        def press() -> None:
            try:
                told.append(printer.print_raster(a_ticket()))
            except Trouble as problem:
                told.append(problem.key)

        job = threading.Thread(target=press)
        job.start()
        printer.machine.power(False)
        job.join(10)
        assert told[0] in (Printed.UNKNOWN, "printer_absent", "printer_lost", "printer_paper_out")
        assert printer.machine.tickets == []

    @pytest.mark.parametrize("quietly", [False, True])
    @pytest.mark.parametrize("byte", [0, 2, 5, 14, 300, 2000, 2880])
    def test_a_line_that_breaks_anywhere_gives_the_next_ticket_whole(self, byte: int, quietly: bool) -> None:
        printer = VirtualPrinter(WIDTH, patience=QUICK)
        printer.machine.line = LineFault(breaks_after=byte, quietly=quietly)
        try:
            told: object = printer.print_raster(a_ticket(1))
        except Trouble as problem:
            told = problem.key
        assert told in (Printed.UNKNOWN, "printer_lost")
        printer.machine.line = GOOD_LINE
        assert printer.print_raster(a_ticket(2)) is Printed.CONFIRMED
        # What had come out before the break hangs on above it, as it does on a real one.
        (paper,) = printer.machine.tickets
        assert as_rows(paper)[-a_ticket(2).height_dots :] == as_rows(a_ticket(2))

    @pytest.mark.parametrize(
        ("line", "state", "printed"),
        [
            (LineFault(distortion="garbage"), PrinterState.UNKNOWN, Printed.UNKNOWN),
            (LineFault(distortion="half_asb"), PrinterState.READY, Printed.UNKNOWN),
            (LineFault(distortion="flow"), PrinterState.READY, Printed.CONFIRMED),
            (LineFault(late_seconds=0.1), PrinterState.READY, Printed.CONFIRMED),
            (LineFault(late_seconds=0.6), PrinterState.UNKNOWN, Printed.UNKNOWN),
            (LineFault(seconds_per_kilobyte=0.02), PrinterState.READY, Printed.CONFIRMED),
        ],
    )
    def test_the_imagined_line_has_the_faults_of_real_ones(
        self, line: LineFault, state: PrinterState, printed: Printed
    ) -> None:
        printer = VirtualPrinter(WIDTH, patience=QUICK)
        printer.machine.line = line
        assert printer.state() is state
        assert printer.print_raster(a_ticket()) is printed
        assert len(printer.machine.tickets) == 1
