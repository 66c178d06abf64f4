"""The reception's screen on the glass over a day in memory, for the stories of the reception."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from kiosk.ui.screens.reception import ReceptionScreen
from tests.ui.counter_day import CounterDay, on_glass, shown, wait_until


def reception_of(day: CounterDay) -> ReceptionScreen:
    made = ReceptionScreen(
        reception=day.reception,
        tickets=day.tickets,
        line=day.line,
        counter=day.counter,
        clock=day.clock,
        print_ticket=day.printer,
        texts=day.texts,
        background=day.background,
    )
    made.window_kept = on_glass(made)  # type: ignore[attr-defined]
    return made


def words(screen: QWidget, name: str) -> str:
    return shown(screen, name, QLabel).text()


def printed(day: CounterDay) -> None:
    wait_until(lambda: not day.background.is_busy)
