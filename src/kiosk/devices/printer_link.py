"""The line to a ticket printer: bytes out, bytes in, and never a wait without an end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Link(Protocol):
    """One open connection, used for one job or one question and then closed."""

    @property
    def can_answer(self) -> bool:
        """Whether the printer can say anything back on this line."""
        ...

    def send(self, payload: bytes, quiet_seconds: float) -> None:
        """Hands over all bytes.

        Raises Trouble("printer_stalled") when the other side takes nothing for `quiet_seconds`,
        Trouble("printer_lost") when the connection breaks: then not all bytes were taken.
        """
        ...

    def receive(self, seconds: float) -> bytes:
        """What the printer said within `seconds`, empty when it said nothing.

        Raises Trouble("printer_lost") when the connection has ended.
        """
        ...

    def close(self, *, discard: bool) -> None:
        """Ends the connection; `discard` throws away what the printer has not taken yet."""
        ...


Connect = Callable[[float], Link]
"""Opens a link within so many seconds, or raises Trouble("printer_absent")."""
