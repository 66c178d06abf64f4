"""The next step is built ahead for the person at the window, and for nobody behind a locked screen."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kiosk.domain.visit import Service, StepKind
from kiosk.services.practice import MANAGER
from kiosk.ui.screens.counter_ahead import PanelAhead
from tests.ui.counter_day import wait_until
from tests.ui.guest import Guest

NEXT = f"counter.panel.{StepKind.APPLICATION_ID.value}"


def test_a_lock_right_after_a_step_leaves_nothing_to_be_built_behind_it(guest: Guest) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.window.passage.list_finished()
    guest.touch("tab.reception", "reception.walk_in", f"reception.service.{Service.APPLICATION.value}")
    guest.touch("reception.give", "tab.counter", "counter.call_next", "counter.done")
    (ahead,) = guest.shell.findChildren(PanelAhead)
    assert ahead.is_coming, "the step just changed"
    guest.window.passage.lock()
    wait_until(lambda: not ahead.is_coming)
    assert guest.front == "sign_in"
    assert guest.shell.findChildren(QWidget, NEXT) == [], "there is nothing to read it from"
    guest.sign_in(MANAGER)
    guest.touch("tab.counter")
    wait_until(lambda: not ahead.is_coming)
    assert len(guest.shell.findChildren(QWidget, NEXT)) == 1, "whoever comes back finds it as before"
