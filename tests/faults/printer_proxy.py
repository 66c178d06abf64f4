"""A bad cable in front of a ticket printer: it stalls, breaks, lisps or falls silent at a byte of choice."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
from dataclasses import dataclass

from tests.devices.listening import Listening

_CHUNK = 2048


@dataclass(frozen=True, slots=True)
class Fault:
    """What the cable does; `at` counts the bytes sent to the printer, over one connection."""

    kind: str  # pass, stall, rst, fin, slow, mute, garbage, random, asb_noise, late, busy
    at: int = 0
    seconds: float = 0.0


class FaultyCable(Listening):
    """Listens on a free port and passes everything on to the printer behind it; a context manager."""

    def __init__(self, printer_port: int) -> None:
        super().__init__()
        self._upstream = printer_port
        self.fault = Fault("pass")
        self._dice = random.Random(9100)

    def _called(self, connection: socket.socket) -> None:
        self._start(self._serve, connection, self.fault)

    def _serve(self, near: socket.socket, fault: Fault) -> None:
        with near:
            near.settimeout(0.02)
            if fault.kind == "busy":
                self._hold(near, fault)
                return
            with socket.create_connection(("127.0.0.1", self._upstream)) as far:
                ended = threading.Event()
                answers = threading.Thread(target=self._back, args=(far, near, fault, ended))
                answers.start()
                with contextlib.suppress(OSError):
                    self._forth(near, far, fault)
                ended.set()
                answers.join(5)

    def _hold(self, near: socket.socket, fault: Fault) -> None:
        """Nobody reads until the fault is gone; what was sent meanwhile is lost with the connection."""
        while self.fault is fault and not self._closing.wait(0.01):
            pass

    def _forth(self, near: socket.socket, far: socket.socket, fault: Fault) -> None:
        passed = 0
        while not self._closing.is_set():
            limit = max(1, fault.at - passed) if fault.kind in ("stall", "rst", "fin") else _CHUNK
            try:
                untrusted = near.recv(min(limit, _CHUNK))
            except TimeoutError:
                continue
            if not untrusted:
                return
            if fault.kind == "slow":
                self._closing.wait(fault.seconds)
            far.sendall(untrusted)
            passed += len(untrusted)
            if passed < fault.at or fault.kind not in ("stall", "rst", "fin"):
                continue
            if fault.kind == "stall":
                self._hold(near, fault)
            elif fault.kind == "rst":
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return

    def _back(self, far: socket.socket, near: socket.socket, fault: Fault, ended: threading.Event) -> None:
        far.settimeout(0.02)
        with contextlib.suppress(OSError):
            while not ended.is_set() and not self._closing.is_set():
                try:
                    answer = far.recv(64)
                except TimeoutError:
                    continue
                if not answer:
                    return
                if fault.kind == "late":
                    self._closing.wait(fault.seconds)
                if said := self._distorted(answer, fault):
                    near.sendall(said)

    def _distorted(self, answer: bytes, fault: Fault) -> bytes:
        if fault.kind == "mute":
            return b""
        if fault.kind == "garbage":
            return b"\xff\x00" * len(answer)
        if fault.kind == "random":
            return self._dice.randbytes(self._dice.randint(1, 3 * len(answer)))
        if fault.kind == "asb_noise":
            return b"\x13\x10\x00\x00\x00\x11" + answer
        return answer
