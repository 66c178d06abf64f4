"""Watches whether anybody is there: a warning first, then the screen locks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

WARNING_MS = 30_000
LOOK_MS = 1_000
_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.KeyPress,
        QEvent.Type.TouchBegin,
        QEvent.Type.Wheel,
        QEvent.Type.InputMethod,
    }
)


class IdleWatch(QObject):
    """Counts the time since the last touch anywhere in the application, from start() to stop().

    `warned` carries the seconds left, `woken` that somebody came back, `idled` that nobody did.
    """

    warned = Signal(int)
    woken = Signal()
    idled = Signal()

    def __init__(self, ticks_ms: Callable[[], int], *, may_lock: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._ticks_ms = ticks_ms
        self._may_lock = may_lock
        self._limit_ms = 0
        self._last_ms = ticks_ms()
        self._is_warning = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self, minutes: int) -> None:
        """From now on; `minutes` of the profile."""
        self._limit_ms = minutes * 60_000
        self._last_ms = self._ticks_ms()
        self._is_warning = False
        self._timer.start()
        self._listen()

    def stop(self) -> None:
        """While nobody is signed in there is nothing to lock."""
        self._timer.stop()
        self._is_warning = False
        self._be_deaf()

    def look(self) -> None:
        """One look at the clock; a running job (writing to the stick) postpones everything."""
        self._listen()
        if not self._may_lock():
            self.touched()
            return
        left = self._last_ms + self._limit_ms - self._ticks_ms()
        if left <= 0:
            self.stop()
            self.idled.emit()
        elif left <= WARNING_MS:
            self._is_warning = True
            self.warned.emit(-(-left // 1000))

    def touched(self) -> None:
        """Somebody is there."""
        self._last_ms = self._ticks_ms()
        if self._is_warning:
            self._is_warning = False
            self.woken.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE and self._timer.isActive():
            self.touched()
            # A touch is some two hundred events, and all of them would come through here. Until the next
            # look nothing more is to be learned: what is done within the same second counts from its start.
            self._be_deaf()
        return False

    def _listen(self) -> None:
        app = QCoreApplication.instance()
        if app is not None:
            # Putting it on once more moves it to the front; it never stands there twice.
            app.installEventFilter(self)

    def _be_deaf(self) -> None:
        app = QCoreApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
