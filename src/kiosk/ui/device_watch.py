"""Keeps the device dots of the top bar true: the printer every second, the rest every five."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from kiosk.ui.background import Background
from kiosk.ui.device_checks import DeviceChecks
from kiosk.ui.shell import Shell
from kiosk.ui.texts import Texts

PRINTER_MS = 1_000
"""With the printer's own longest glance (0.9 s) a fault is on the glass within two seconds."""
OTHERS_EVERY = 5

States = dict[str, tuple[str, str]]


class DeviceWatch(QObject):
    """Asks on a thread of its own, so that a printer that does not answer holds up no ticket's job."""

    def __init__(
        self,
        checks: DeviceChecks,
        *,
        may_ask: Callable[[], bool],
        is_busy: Callable[[], bool],
        texts: Texts,
        shell: Shell,
    ) -> None:
        super().__init__(shell)
        self._checks, self._texts, self._shell = checks, texts, shell
        self._may_ask, self._is_busy = may_ask, is_busy
        self._asking = Background(self)
        self._rounds = 0
        self._timer = QTimer(self)
        self._timer.setInterval(PRINTER_MS)
        self._timer.timeout.connect(self._round)

    def start(self) -> None:
        """From now on."""
        self._timer.start()

    def look(self) -> None:
        """At every device now, whatever the round; a job that writes to a stick comes first."""
        if not self._is_busy():
            self._ask(self._checks.states)

    def finish(self) -> bool:
        """Waits for what is being asked, for the end of the program."""
        self._timer.stop()
        return self._asking.finish()

    def _round(self) -> None:
        self._rounds += 1
        if self._rounds % OTHERS_EVERY == 0:
            self.look()
        else:
            self._ask(self._checks.printer_state)

    def _ask(self, question: Callable[[], States]) -> None:
        if not self._asking.is_busy and self._may_ask():
            self._asking.run(question, self._show, self._shell.show_failure)

    def _show(self, states: States) -> None:
        self._shell.show_devices({name: (tone, self._texts.get(key)) for name, (tone, key) in states.items()})
