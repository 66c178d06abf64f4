"""A finger on the counter's dark button, until the step is on the disk and the next question is painted."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from bench.counter_window import bare_database, insert_and_commit, open_counter, window_over
from bench.measure import Measured, percentile, quietest
from kiosk.app import Window
from kiosk.domain.custody import Paper
from kiosk.domain.visit import Done, StepKind
from kiosk.ui.screens.counter import CounterScreen
from tests.house import Counterday

WARMING, ROUNDS, VISITORS = 2, 3, 28
P95_AT_MOST_MS = 16.0
READING_S = 0.25
"""Nobody touches a question before having read it; what the window does meanwhile belongs to no touch."""


def measure() -> list[Measured]:
    """One line: touch to repainted, beside a bare INSERT; COMMIT, alternating; the quietest round's."""
    with open_counter() as day, window_over(day) as window, bare_database() as db:
        for _ in range(WARMING):
            _visitor(window, day, db)
        rounds = [_round(window, day, db) for _ in range(ROUNDS)]
    chosen, shown = quietest([ours for ours, _ in rounds], lambda taken: percentile(taken, 95))
    return [
        Measured(
            f"one step recorded and painted (p95 by round: {shown})",
            "a bare INSERT; COMMIT",
            *rounds[chosen],
            None,
            p95_at_most_ms=P95_AT_MOST_MS,
        )
    ]


def _round(window: Window, day: Counterday, db: object) -> tuple[tuple[float, ...], tuple[float, ...]]:
    taken = [pair for _ in range(VISITORS) for pair in _visitor(window, day, db)]
    return tuple(ours for ours, _ in taken), tuple(theirs for _, theirs in taken)


def _visitor(window: Window, day: Counterday, db: object) -> list[tuple[float, float]]:
    """Two touches of one visitor, each beside the bare row; milliseconds."""
    ticket = day.at_window().ticket
    for paper in (Paper.F01, Paper.F02, Paper.F04):
        day.custody.set_held(ticket, paper, 1)
    day.counter.complete(ticket, StepKind.FINAL_CHECK, papers=("A01_DRIVER",))
    day.counter.video(ticket, Done.OK, "市職員 1番", day.desk.clock.now())
    matched = (_touched(window, day, ticket, StepKind.MATCH), _bare(db))
    day.counter.complete(ticket, StepKind.COPIES)
    return [matched, (_touched(window, day, ticket, StepKind.POSTING_GUIDE), _bare(db))]


def _bare(db: object) -> float:
    began = time.perf_counter()
    insert_and_commit(db)
    return (time.perf_counter() - began) * 1000


def _touched(window: Window, day: Counterday, ticket: str, kind: StepKind) -> float:
    """Milliseconds of the touch that records `kind`."""
    shell = window.shell
    shell.show_station("counter")
    screen = shell.station("counter")
    assert isinstance(screen, CounterScreen)
    screen.open_visit(ticket)
    button = shell.findChild(QPushButton, "counter.done")
    assert button is not None
    assert button.isEnabled()
    until = time.monotonic() + READING_S
    while time.monotonic() < until or screen.is_preparing:
        QCoreApplication.processEvents()
    # What the last of it has still posted to itself, a running program has long seen.
    QCoreApplication.processEvents()
    # Away from the last touch: the same spot would be deaf for a while.
    quarter = 1 if kind is StepKind.MATCH else 3
    spot = QPoint(button.width() * quarter // 4, button.height() // 2)
    painted = _Paints(shell)
    began = time.perf_counter()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=spot)
    QCoreApplication.sendPostedEvents()
    QCoreApplication.processEvents()
    took = (time.perf_counter() - began) * 1000
    painted.stop()
    if not day.counter.visit(ticket).is_done(kind) or not painted.seen:
        raise RuntimeError(f"the touch recorded or painted nothing: {kind.value}")
    return took


class _Paints(QObject):
    """Notices that the window asked for a picture and got one."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__()
        self.seen = False
        self._watched = watched
        watched.installEventFilter(self)

    def stop(self) -> None:
        self._watched.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        self.seen = self.seen or event.type() is QEvent.Type.UpdateRequest
        return False
