"""Ctrl+C in the terminal ends a program with windows the way leaving it does."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QThread, QTimer

BEAT_MS = 500
"""Python hears a signal only when it runs, and a window at rest runs none of it."""


@contextmanager
def ended_by_interrupt(leave: Callable[[], object]) -> Iterator[None]:
    """Inside, Ctrl+C calls `leave` once, from the event loop; one that comes before it begins waits for it.

    A further one changes nothing, also while everything is being closed. Raises KeyboardInterrupt on the way
    out, when nothing is half-way any more. Needs a QApplication.
    """
    heard: list[int] = []

    def end() -> None:
        if QThread.currentThread().loopLevel():
            leave()
        else:
            # Events are let through while the window is still being built.
            QTimer.singleShot(BEAT_MS, end)

    def hear(number: int, _frame: Any) -> None:
        heard.append(number)
        if len(heard) == 1:
            QTimer.singleShot(0, end)

    beat = QTimer()
    beat.setInterval(BEAT_MS)
    beat.timeout.connect(lambda: None)
    before = signal.signal(signal.SIGINT, hear)
    beat.start()
    try:
        yield
    finally:
        beat.stop()
        signal.signal(signal.SIGINT, before)
    if heard:
        raise KeyboardInterrupt
