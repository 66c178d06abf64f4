"""Something happens to the printer on the network, until the words for it are painted on the top bar."""

from __future__ import annotations

import time
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QLabel, QWidget

from bench.counter_window import open_counter, window_over
from bench.measure import Measured
from kiosk.app import Window
from kiosk.services.desk import Desk
from kiosk.ui.texts import Texts
from tests.devices.printer_socket import SocketPrinter

TURNS = 24
AT_MOST_MS = 2_000.0
UNEVEN_S = 0.137
"""Between two happenings, growing: they fall on every phase of the watch's second."""
HAPPENINGS = (
    ("paper_out", "device.printer_paper_out"),
    ("ready", "device.printer_ready"),
    ("near_end", "device.printer_paper_low"),
    ("cover_open", "device.printer_cover_open"),
    ("cutter", "device.printer_cutter"),
    ("mute", "device.printer_unknown"),
)


def measure() -> list[Measured]:
    """One line, beside the two seconds it may take: change at the socket to words painted."""
    texts = Texts.load()
    with SocketPrinter() as socket, open_counter() as day:
        _plug_in(day.desk, socket)
        with window_over(day) as window:
            _wait(window, texts.get("device.printer_ready"), time.perf_counter())
            taken = [_happens(window, socket, texts, at) for at in range(TURNS)]
    return [
        Measured(
            "the printer's state, from its socket to the painted top bar",
            "the two seconds it may take",
            tuple(taken),
            (AT_MOST_MS,),
            1.0,
            p95_at_most_ms=AT_MOST_MS,
        )
    ]


def _plug_in(desk: Desk, socket: SocketPrinter) -> None:
    desk.devices = replace(desk.devices, printer=socket.url)


def _happens(window: Window, socket: SocketPrinter, texts: Texts, at: int) -> float:
    mode, key = HAPPENINGS[at % len(HAPPENINGS)]
    until = time.perf_counter() + at * UNEVEN_S % 1
    while time.perf_counter() < until:
        _turn_window()
    began = time.perf_counter()
    socket.mode = mode
    return _wait(window, texts.get(key), began)


def _wait(window: Window, words: str, began: float) -> float:
    """Milliseconds since `began` until a label of the printer's dot was painted while it said `words`."""
    while (dot := window.shell.topbar.findChild(QWidget, "topbar.printer")) is None:
        _turn_window()
    painted = _Painted(dot, words)
    while painted.at is None:
        _turn_window()
        if time.perf_counter() - began > 10:
            raise RuntimeError(f"never painted: {words}")
    painted.stop()
    return (painted.at - began) * 1000


def _turn_window() -> None:
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
    time.sleep(0.001)


class _Painted(QObject):
    """Notices when the label that says the words is painted."""

    def __init__(self, dot: QWidget, words: str) -> None:
        super().__init__()
        self.at: float | None = None
        self._labels = dot.findChildren(QLabel)
        self._words = words
        for label in self._labels:
            label.installEventFilter(self)

    def stop(self) -> None:
        for label in self._labels:
            label.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        is_paint = event.type() is QEvent.Type.Paint
        if self.at is None and is_paint and isinstance(watched, QLabel) and watched.text() == self._words:
            self.at = time.perf_counter()
        return False
