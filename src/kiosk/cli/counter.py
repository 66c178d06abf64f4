"""The counter itself, opened without a parser of commands: who starts it waits for the window."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kiosk.cli.console import DONE, Console
from kiosk.domain.errors import Refused
from kiosk.services.open_desk import open_desk
from kiosk.services.order import is_at_its_end, is_retired

WINDOWED = "--windowed"


def opens_counter(words: Sequence[str]) -> bool:
    """Whether a line without --data and --json is nothing but the counter's own."""
    return all(word == WINDOWED for word in words)


@contextmanager
def nothing_to_sweep() -> Iterator[None]:
    """Python does not look for garbage on the way to the window, which begins with it once it is painted.

    Nearly all that comes in by then stays until the end: fifty looks through it took 15 ms and found nothing.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def open_counter(console: Console, *, windowed: bool) -> int:
    """The counter until it is ended; a PC past the point of no return is finished instead. The exit code."""
    # What two people decided and a power cut stopped is ended now, whoever starts the program.
    if not is_retired(console.data) and is_at_its_end(console.data):
        from kiosk.cli.retire import finish_first

        finish_first(console)
        return DONE
    with nothing_to_sweep():
        desk = open_desk(console.data, cost=console.cost)
        try:
            refuse_without_display()
            from kiosk.app import run_window

            return run_window(desk, windowed=windowed, answer_as_city=None)
        finally:
            desk.vault.close()


def refuse_without_display() -> None:
    """Qt would end the process with a message of its own; we say it in one sentence."""
    is_linux = sys.platform.startswith("linux")
    has_display = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if is_linux and not has_display:
        raise Refused("display_absent")
