"""A ticket printer on a serial line, on systems with termios."""

from __future__ import annotations

import os
import select
import sys

from kiosk.domain.errors import Refused, Trouble

_CHUNK = 1024


class SerialPosixLink:
    """One opened serial port: 8 data bits, no parity, one stop bit, raw."""

    can_answer = True

    def __init__(self, port: str, baud: int, flow: str) -> None:
        self._file = _open_raw(port, baud, flow)

    def send(self, payload: bytes, quiet_seconds: float) -> None:
        rest = memoryview(payload)
        while rest:
            if not select.select([], [self._file], [], quiet_seconds)[1]:
                raise Trouble("printer_stalled")
            try:
                rest = rest[os.write(self._file, rest[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except OSError as problem:
                raise Trouble("printer_lost") from problem

    def receive(self, seconds: float) -> bytes:
        if not select.select([self._file], [], [], seconds)[0]:
            return b""
        try:
            untrusted_bytes = os.read(self._file, _CHUNK)
        except OSError as problem:
            raise Trouble("printer_lost") from problem
        if not untrusted_bytes:
            raise Trouble("printer_lost")
        return untrusted_bytes

    def close(self, *, discard: bool) -> None:
        if discard:
            _forget_output(self._file)
        os.close(self._file)


if sys.platform == "win32":

    def _open_raw(port: str, baud: int, flow: str) -> int:
        raise Refused("printer_not_on_this_system", kind="serial")

    def _forget_output(port: int) -> None:
        return None

else:
    import termios

    def _open_raw(port: str, baud: int, flow: str) -> int:
        speed = getattr(termios, f"B{baud}", None)
        if not isinstance(speed, int):
            raise Refused("printer_baud", baud=baud)
        try:
            file = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as problem:
            raise Trouble("printer_absent") from problem
        try:
            control = termios.CS8 | termios.CREAD | termios.CLOCAL
            if flow == "rtscts":
                control |= termios.CRTSCTS
            # Only our own output is paused by XON/XOFF; nothing is sent that the printer could misread.
            arriving = termios.IXON if flow == "xonxoff" else 0
            characters = termios.tcgetattr(file)[6]
            characters[termios.VMIN], characters[termios.VTIME] = 0, 0
            termios.tcsetattr(file, termios.TCSANOW, [arriving, 0, control, 0, speed, speed, characters])
            termios.tcflush(file, termios.TCIOFLUSH)
        except (OSError, termios.error) as problem:
            os.close(file)
            raise Trouble("printer_absent") from problem
        return file

    def _forget_output(port: int) -> None:
        try:
            termios.tcflush(port, termios.TCOFLUSH)
        except termios.error:
            return  # the cable is out: nothing left to forget
