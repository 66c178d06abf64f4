"""A ticket printer on the network (raw port 9100)."""

from __future__ import annotations

import contextlib
import os
import socket
import struct

from kiosk.domain.errors import Trouble

_SEND_BUFFER = 8192  # small, so that a printer that stopped reading is noticed instead of hidden
_CHUNK = 4096


class TcpLink:
    """One connection to a printer's raw port."""

    can_answer = True

    def __init__(self, host: str, port: int, seconds: float) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout=seconds)
        except OSError as problem:
            raise Trouble("printer_absent") from problem
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, payload: bytes, quiet_seconds: float) -> None:
        self._socket.settimeout(quiet_seconds)
        rest = memoryview(payload)
        while rest:
            try:
                taken = self._socket.send(rest[:_CHUNK])
            except TimeoutError as problem:
                raise Trouble("printer_stalled") from problem
            except OSError as problem:
                raise Trouble("printer_lost") from problem
            rest = rest[taken:]

    def receive(self, seconds: float) -> bytes:
        self._socket.settimeout(max(seconds, 0.001))  # 0 would mean "do not wait at all"
        try:
            untrusted_bytes = self._socket.recv(_CHUNK)
        except TimeoutError:
            return b""
        except OSError as problem:
            raise Trouble("printer_lost") from problem
        if not untrusted_bytes:
            raise Trouble("printer_lost")
        return untrusted_bytes

    def close(self, *, discard: bool) -> None:
        with contextlib.suppress(OSError):
            if discard:
                # A reset drops the bytes still on their way: no stale half ticket tomorrow morning.
                linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            else:
                self._socket.shutdown(socket.SHUT_WR)
        self._socket.close()
