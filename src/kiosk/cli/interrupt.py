"""Ctrl+C while a rehearsal's hands are a program: heard between two of their steps."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def interrupt_between_steps() -> Iterator[Callable[[], None]]:
    """Inside, Ctrl+C waits for the next call of what is given, which raises KeyboardInterrupt for it.

    Raised wherever Python happens to be, it would be lost in a slot of the window or while memory is swept,
    and one during the closing would leave the rest open.
    """
    heard: list[int] = []

    def end_if_asked() -> None:
        if heard:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, lambda number, _frame: heard.append(number))
    try:
        yield end_if_asked
    finally:
        signal.signal(signal.SIGINT, before)
