"""Ctrl+C in the terminal ends the program the way closing its window does."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def ended_by_interrupt(leave: Callable[[], object]) -> Iterator[None]:
    """Inside, Ctrl+C calls `leave` once Python next runs, at the latest when the devices are asked.

    Raises KeyboardInterrupt on the way out, when no verb is half-way any more.
    """
    heard: list[int] = []

    def hear(number: int, _frame: Any) -> None:
        heard.append(number)
        leave()

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if heard:
        raise KeyboardInterrupt
