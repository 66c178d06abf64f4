"""A ticket printer behind a path: a device node such as /dev/usb/lp0, or a file that collects the bytes."""

from __future__ import annotations

import errno
import os
import select
import stat
from pathlib import Path

from kiosk.domain.errors import Trouble

_CHUNK = 4096


class FileLink:
    """Writes to a path and hears nothing back: what it prints is never confirmed."""

    can_answer = False

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            # A missing /dev node is an absent printer, not a file to be made.
            if not path.is_relative_to("/dev"):
                flags |= os.O_CREAT
            self._file = os.open(path, flags, 0o600)
        except OSError as problem:
            raise Trouble("printer_absent") from problem
        self._can_wait = not stat.S_ISREG(os.fstat(self._file).st_mode) and os.name == "posix"

    def send(self, payload: bytes, quiet_seconds: float) -> None:
        rest = memoryview(payload)
        while rest:
            if self._can_wait and not select.select([], [self._file], [], quiet_seconds)[1]:
                raise Trouble("printer_stalled")
            try:
                rest = rest[os.write(self._file, rest[:_CHUNK]) :]
            except OSError as problem:
                if problem.errno in (errno.EAGAIN, errno.EWOULDBLOCK) and self._can_wait:
                    continue
                raise Trouble("printer_lost") from problem

    def receive(self, seconds: float) -> bytes:
        return b""

    def close(self, *, discard: bool) -> None:
        os.close(self._file)
