"""A morning of printer faults: every number comes out once, nothing comes out later, the dot is true."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from kiosk.devices import escpos
from kiosk.devices.ports import Printed, PrinterState, TicketPrinter
from kiosk.devices.printer import EscPosPrinter, Patience
from kiosk.devices.printer_url import open_printer
from kiosk.domain.errors import Trouble
from kiosk.domain.raster import Raster
from kiosk.ui.device_watch import PRINTER_MS
from tests.devices.printer_socket import SocketPrinter
from tests.faults.printer_proxy import Fault, FaultyCable

WIDTH, STRIDE = 384, 48
HASTY = Patience(connect=0.5, question=0.12, quiet=0.2, answer=0.2, answer_of_a_mute=0.1, glance=0.5)
EAGER = replace(HASTY, answer=0.05)  # where the line is dead, waiting shows nothing
WATCHFUL = Patience(ask_again=0.02)  # waits as long as any, and asks soon what is the matter
POSITIONS = 50
ROWS_IN_BANDS = 180
STOPS = 12  # on the network; the imagined printer is stopped at fifty rows in its drill
QUESTIONS = 12  # bytes of DLE EOT 1..4 before the job


def a_ticket(number: int) -> Raster:
    """A picture that names its number in its first row, as large as a short ticket, in two bands."""
    first = number.to_bytes(4, "big") + b"\x81" * (STRIDE - 4)
    dots = b"\xa5\x3c" * (STRIDE // 2)
    return Raster(WIDTH, 200, first + dots * 19 + bytes(STRIDE * 20) + dots * 160)


def number_on(ticket: list[bytes]) -> int:
    """The number of a ticket in the tray; -1 for a torn piece of one."""
    whole = len(ticket) == 200 and ticket[0][4:] == b"\x81" * (STRIDE - 4)
    return int.from_bytes(ticket[0][:4], "big") if whole else -1


@dataclass
class Morning:
    """The counter with its printer: people come, tickets are printed as the staff would."""

    socket: SocketPrinter
    cable: FaultyCable
    hasty: TicketPrinter
    patient: TicketPrinter
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    told: Counter[str] = field(default_factory=Counter)
    slowest_look: float = 0.0

    def comes(self, fault: Fault) -> int:
        """A visitor under a fault; afterwards the cable is good and the staff do what the words say."""
        number = next(self.numbers)
        self.cable.fault = fault
        answer = self.press(number, self.hasty)
        self.cable.fault = Fault("pass")
        self.told[answer] += 1
        if answer not in ("confirmed", "unknown"):
            # "Surely not printed": the same ticket again, now over a good line.
            assert self.press(number) == "confirmed", fault
        elif answer == "unknown" and number not in self.tray():
            assert self.press(number) == "confirmed", fault  # 再発行: the staff saw that no paper came
        return number

    def press(self, number: int, printer: TicketPrinter | None = None) -> str:
        try:
            return (printer or self.patient).print_raster(a_ticket(number)).value
        except Trouble as problem:
            return problem.key

    def tray(self) -> list[int]:
        return [number for number in map(number_on, self.socket.tickets) if number >= 0]

    def look(self) -> PrinterState:
        began = time.monotonic()
        seen = self.hasty.state()
        self.slowest_look = max(self.slowest_look, time.monotonic() - began)
        return seen


@pytest.fixture
def morning() -> Iterator[Morning]:
    with SocketPrinter(WIDTH) as socket, FaultyCable(socket.port) as cable:
        hasty, patient = (
            open_printer(cable.url, width_dots=WIDTH, practice=False, out=None, patience=patience)
            for patience in (HASTY, None)
        )
        yield Morning(socket, cable, hasty, patient)


def positions() -> list[int]:
    """Where the line breaks: in the questions, in the head, all over the picture, around the cut."""
    size = QUESTIONS + len(escpos.job(a_ticket(1))) + len(escpos.ASK_IN_ORDER)
    spread = random.Random(50).sample(range(QUESTIONS + 1, size - 8), POSITIONS - 14)
    return sorted([1, 3, 11, 12, 13, 14, *range(size - 7, size + 1), *spread])


def once_each(morning: Morning, request: pytest.FixtureRequest, title: str) -> list[int]:
    """Every number came out; those that came out twice. Says the counts where somebody reads them."""
    tray = morning.tray()
    given = next(morning.numbers) - 1
    twice = [number for number, count in Counter(tray).items() if count > 1]
    assert sorted(set(tray)) == list(range(1, given + 1))
    terminal = request.config.pluginmanager.get_plugin("terminalreporter")
    capture = request.config.pluginmanager.get_plugin("capturemanager")
    if terminal is None or capture is None:
        return twice  # one of several workers: the counts go unread
    with capture.global_and_fixture_disabled():
        told = ", ".join(f"{key} {count}" for key, count in sorted(morning.told.items()))
        terminal.write_line(f" {title}: {given} visitors, printed twice {len(twice)}; told: {told}")
    return twice


@pytest.mark.parametrize("kind", ["rst", "fin", "stall"])
def test_a_line_that_fails_at_any_byte(morning: Morning, kind: str, request: pytest.FixtureRequest) -> None:
    assert len(positions()) >= POSITIONS
    morning.hasty = open_printer(
        morning.cable.url, width_dots=WIDTH, practice=False, out=None, patience=EAGER
    )
    for at in positions():
        morning.comes(Fault(kind, at))
    assert once_each(morning, request, f"{kind} at {len(positions())} bytes") == []


def test_a_line_that_lisps_or_lags(morning: Morning, request: pytest.FixtureRequest) -> None:
    faults = [
        Fault("mute"),
        Fault("garbage"),
        Fault("busy"),
        Fault("asb_noise"),
        Fault("slow", seconds=0.02),
        Fault("late", seconds=0.05),
        Fault("late", seconds=0.4),
        Fault("random"),
    ]
    for fault in faults * 3:
        morning.comes(fault)
    assert once_each(morning, request, "mute, garbage, busy, noise, slow, late, random") == []


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        ("near_end", PrinterState.PAPER_LOW),
        ("paper_out", PrinterState.PAPER_OUT),
        ("cover_open", PrinterState.COVER_OPEN),
        ("cutter", PrinterState.CUTTER),
        ("head_hot", PrinterState.HEAD_HOT),
        ("offline", PrinterState.OFFLINE),
        ("unrecoverable", PrinterState.UNRECOVERABLE),
    ],
)
def test_the_dot_is_true_and_true_again_after_mending(
    morning: Morning, mode: str, state: PrinterState
) -> None:
    assert morning.look() is PrinterState.READY
    morning.socket.mode = mode
    assert morning.look() is state
    morning.socket.mode = "ready"
    assert morning.look() is PrinterState.READY


def test_what_is_on_the_glass_is_never_older_than_two_seconds() -> None:
    assert Patience().glance + PRINTER_MS / 1000 <= 2.0


@pytest.mark.parametrize("kind", ["mute", "busy", "garbage", "random", "stall", "rst", "fin"])
def test_a_printer_that_cannot_be_understood_is_unknown_never_ready(morning: Morning, kind: str) -> None:
    morning.cable.fault = Fault(kind, at=4)
    assert morning.look() is PrinterState.UNKNOWN
    assert morning.slowest_look < 2.0


def test_random_bytes_are_never_taken_for_a_state(morning: Morning) -> None:
    morning.cable.fault = Fault("random")
    assert {morning.look() for _ in range(40)} == {PrinterState.UNKNOWN}


class NoisyLine:
    """A connection that says anything at all, at once."""

    can_answer = True

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def send(self, payload: bytes, quiet_seconds: float) -> None:
        pass

    def receive(self, seconds: float) -> bytes:
        return self._dice.randbytes(self._dice.randint(1, 3))

    def close(self, *, discard: bool) -> None:
        pass


def test_of_thousands_of_noisy_answers_none_is_a_state_and_none_is_proof() -> None:
    dice = random.Random(20251109)
    printer = EscPosPrinter(lambda seconds: NoisyLine(dice), WIDTH, patience=HASTY)
    assert {printer.state() for _ in range(20_000)} == {PrinterState.UNKNOWN}
    assert {printer.print_raster(a_ticket(1)) for _ in range(2_000)} == {Printed.UNKNOWN}


def test_a_printer_that_was_busy_does_not_bring_old_tickets_later(morning: Morning) -> None:
    assert morning.press(1) == "confirmed"
    morning.cable.fault = Fault("busy")
    assert morning.press(2) == "printer_silent"
    morning.cable.fault = Fault("pass")
    assert morning.look() is PrinterState.READY
    assert morning.tray() == [1]


def test_a_stalled_printer_that_wakes_up_has_nothing_left_of_the_old_job(morning: Morning) -> None:
    printer = open_printer(morning.socket.url, width_dots=WIDTH, practice=False, out=None, patience=HASTY)
    assert morning.press(1) == "confirmed"
    morning.socket.stop_reading_after = 40  # hangs in mid-ticket, its own system takes in the rest
    assert morning.press(2, printer) in ("unknown", "printer_stalled")
    morning.socket.stop_reading_after = None
    assert morning.press(3) == "confirmed"
    assert sorted(morning.tray()) == [1, 3]


@pytest.mark.parametrize("stop", ["paper_out", "cover_open"])
def test_a_ticket_stopped_at_any_row_gives_each_number_once(
    morning: Morning, stop: str, request: pytest.FixtureRequest
) -> None:
    """The roll ends, or somebody lifts the cover, while the head stands on the ticket."""
    watchful = open_printer(morning.cable.url, width_dots=WIDTH, practice=False, out=None, patience=WATCHFUL)
    morning.socket.stops_as = stop
    for number in itertools.islice(morning.numbers, STOPS):
        morning.socket.rows_left = (number - 1) * (ROWS_IN_BANDS - 1) // (STOPS - 1)
        told = morning.press(number, watchful)
        morning.told[told] += 1
        assert told == f"printer_{stop}"
        assert morning.look().value == stop
        morning.socket.rows_left, morning.socket.mode = None, "ready"
        assert morning.press(number) == "confirmed"
    assert once_each(morning, request, f"{stop} at {STOPS} rows") == []


def test_confirmed_is_said_only_of_paper_that_came_out(morning: Morning) -> None:
    for number, kind in enumerate(["pass", "random", "garbage", "asb_noise", "mute", "rst", "fin"] * 3, 1):
        morning.cable.fault = Fault(kind, at=3000)
        if morning.press(number) == Printed.CONFIRMED.value:
            assert number in morning.tray()
