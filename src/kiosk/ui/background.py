"""Work that would hold up the window: one thread, one job after another, answers on the main thread."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal

T = TypeVar("T")


class Background(QObject):
    """Runs jobs one after another beside the window; databases stay out of it."""

    _ended = Signal(object)
    _told = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._open = 0
        self._is_over = False
        queued = Qt.ConnectionType.QueuedConnection
        self._ended.connect(self._deliver, queued)
        self._told.connect(self._tell, queued)

    @property
    def is_busy(self) -> bool:
        """Whether a job runs or waits, or an answer is not delivered yet."""
        return self._open > 0

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], None],
        otherwise: Callable[[Exception], None],
    ) -> None:
        """Runs `work` in the thread; on the main thread `then` gets the value or `otherwise` the error."""
        self._open += 1

        def job() -> None:
            try:
                value = work()
            except Exception as error:
                failed = error
                self._end(lambda: otherwise(failed))
            else:
                self._end(lambda: then(value))

        # The function itself, not a QRunnable of ours: of those, one in some thirty is never let go of, and
        # with it whatever its job looked at (a camera's frame is 6 MB).
        self._pool.start(job)

    def on_main(self, slot: Callable[..., None]) -> Callable[..., None]:
        """A stand-in for `slot` that a job may call: the call itself happens on the main thread."""

        def tell(*values: Any) -> None:
            self._told.emit(slot, values)

        return tell

    def finish(self, wait_ms: int = 10_000) -> bool:
        """Waits for what runs, for the end of the program; False when it did not end in time.

        Answers that are still on their way go nowhere: the screens they were for are being taken down.
        """
        self._is_over = True
        return self._pool.waitForDone(wait_ms)

    def _end(self, answer: Callable[[], None]) -> None:
        # The window may have been taken down while the job ran: then nobody waits for the answer.
        with contextlib.suppress(RuntimeError):
            self._ended.emit(answer)

    def _deliver(self, answer: Callable[[], None]) -> None:
        self._open -= 1
        if not self._is_over:
            answer()

    def _tell(self, slot: Callable[..., None], values: tuple[Any, ...]) -> None:
        if not self._is_over:
            slot(*values)
