"""A ticket printer made of a real listening socket: it reads ESC/POS strictly and can be put out of order.

Written apart from the product's own reader, so that the two check each other.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from dataclasses import dataclass, field

from tests.devices.listening import Listening

WORKS = "ready", "near_end", "mute", "garbage", "asb_noise", "half_asb"

CLEAR_NOW = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"

# Answers to DLE EOT 1..4 as printed in the makers' status tables.
ANSWERS = {
    "ready": bytes.fromhex("12121212"),
    "near_end": bytes.fromhex("1212121e"),
    "paper_out": bytes.fromhex("1a32127e"),
    "cover_open": bytes.fromhex("1a161212"),
    "offline": bytes.fromhex("1a121212"),
    "cutter": bytes.fromhex("1a521a12"),
    "unrecoverable": bytes.fromhex("1a523212"),
    "head_hot": bytes.fromhex("1a525212"),
}


@dataclass
class Job:
    """One connection's print data: the bytes, and the pieces of paper it cut off."""

    stream: bytearray = field(default_factory=bytearray)
    tickets: list[list[bytes]] = field(default_factory=list)
    whole: bool = True


class SocketPrinter(Listening):
    """Listens on a free port of this machine; use as a context manager."""

    def __init__(self, width_dots: int = 384) -> None:
        super().__init__()
        self.stride = width_dots // 8
        self.jobs: list[Job] = []
        self.problems: list[str] = []
        self.mode = "ready"
        self.break_after: int | None = None  # bytes of print data, then the connection is reset
        self.stop_reading_after: int | None = None
        self.delay = 0.0  # seconds before each answer
        self.rows_left: int | None = None  # until it stops in mid-ticket, and why
        self.stops_as = "paper_out"
        self.last_cut = 0.0  # when the knife was reached last, by time.perf_counter
        self._work = threading.Condition()
        self._busy = 0

    @property
    def tickets(self) -> list[list[bytes]]:
        """Every ticket cut off so far, as rows of bytes; waits for connections still being read."""
        with self._work:
            self._work.wait_for(lambda: self._busy == 0, timeout=5)
        return [ticket for job in self.jobs for ticket in job.tickets]

    def _called(self, connection: socket.socket) -> None:
        with self._work:
            self._busy += 1
        self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        job = Job()
        rows: list[bytes] = []
        at_once = 1024
        pending = bytearray()
        try:
            with connection:
                connection.settimeout(0.05)
                while not self._closing.is_set():
                    if self.stop_reading_after is not None and len(job.stream) >= self.stop_reading_after:
                        self._closing.wait(0.05)
                        at_once = 65536  # woken up, it takes in all that has queued before it prints
                        continue
                    try:
                        untrusted = connection.recv(at_once)
                    except TimeoutError:
                        continue
                    if not untrusted:
                        break
                    if self.mode not in WORKS and untrusted[0] == 0x10:
                        self._while_blocked(connection, untrusted, pending, rows)
                        continue
                    pending += untrusted
                    if (forgotten := pending.rfind(CLEAR_NOW)) > 0:
                        del pending[:forgotten]  # heard past the data, as every real-time command is
                        rows.clear()
                    self._read(connection, pending, job, rows)
                    if self.break_after is not None and len(job.stream) >= self.break_after:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        break
        except OSError:
            pass
        finally:
            job.whole = not pending and not rows
            if job.stream:
                self.jobs.append(job)
            with self._work:
                self._busy -= 1
                self._work.notify_all()

    def _read(self, connection: socket.socket, pending: bytearray, job: Job, rows: list[bytes]) -> None:
        while pending:
            if pending[0] == 0x10:
                used = self._real_time(connection, pending)
            elif self.mode not in WORKS:
                return  # out of order: data stays in the buffer until it is forgotten
            else:
                used = self._in_order(connection, pending, job, rows)
            if used == 0:
                return
            del pending[:used]

    def _while_blocked(
        self, connection: socket.socket, untrusted: bytes, pending: bytearray, rows: list[bytes]
    ) -> None:
        """An offline printer hears real-time commands past the data it is stuck on."""
        commands = bytearray(untrusted)
        while commands:
            if commands.startswith(b"\x10\x14"):
                pending.clear()
                rows.clear()
            used = self._real_time(connection, commands)
            if used == 0:
                self.problems.append(f"while blocked {bytes(commands).hex()}")
                return
            del commands[:used]

    def _real_time(self, connection: socket.socket, pending: bytearray) -> int:
        if pending[1:2] == b"\x04" and len(pending) >= 3:
            if pending[2] not in (1, 2, 3, 4):
                self.problems.append(f"DLE EOT {pending[2]}")
            answers = ANSWERS.get(self.mode, ANSWERS["ready"])
            self._say(connection, answers[pending[2] - 1 : pending[2]])
            return 3
        if pending[:10] == CLEAR_NOW:
            connection.sendall(bytes.fromhex("372500"))
            return 10
        return 0

    def _say(self, connection: socket.socket, answer: bytes) -> None:
        if self.mode == "mute":
            return
        self._closing.wait(self.delay)
        if self.mode == "garbage":
            answer = b"\xff\x00" * len(answer)
        if self.mode == "asb_noise":
            answer = b"\x13\x10\x00\x00\x00\x11" + answer
        if self.mode == "half_asb":
            answer = b"\x10\x00" + answer
        connection.sendall(answer)

    def _in_order(self, connection: socket.socket, pending: bytearray, job: Job, rows: list[bytes]) -> int:
        head = bytes(pending[:2])
        used = 0
        if head == b"\x1b@":
            used = 2
        elif head == b"\x1bJ" and len(pending) >= 3:
            used = self._feed(rows, pending[2])
        elif head == b"\x1dv" and len(pending) >= 8:
            used = self._bands(pending, rows)
        elif head == b"\x1dV" and len(pending) >= 4:
            if pending[2] != 66:
                self.problems.append(f"cut {pending[2]}")
            self.last_cut = time.perf_counter()
            job.tickets.append(rows[:])
            rows.clear()
            used = 4
        elif head == b"\x1dr" and len(pending) >= 3:
            self._say(connection, b"\x03" if self.mode == "near_end" else b"\x00")
            used = 3
        elif len(pending) >= 8:
            self.problems.append(f"unknown command {bytes(pending[:8]).hex()}")
            used = len(pending)
        job.stream += pending[:used]
        return used

    def _feed(self, rows: list[bytes], count: int) -> int:
        rows += [bytes(self.stride)] * count
        return 3

    def _bands(self, pending: bytearray, rows: list[bytes]) -> int:
        mode, width, height = struct.unpack_from("<BxHH", pending, 2)
        if pending[2] != 0x30 or pending[3] != 0 or mode != 0x30 or not 0 < width <= self.stride:
            self.problems.append(f"GS v 0 {bytes(pending[2:8]).hex()}")
        end = 8 + width * height
        if len(pending) < end:
            return 0
        if self.rows_left is not None:
            self.rows_left -= height
            if self.rows_left < 0:
                self.mode = self.stops_as
                return 0
        band = [bytes(pending[at : at + width]) for at in range(8, end, width)]
        rows += [row + bytes(self.stride - width) for row in band]
        return end
