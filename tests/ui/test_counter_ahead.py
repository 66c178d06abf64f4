"""The next step is built ahead for the person at the window, and for nobody behind a locked screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from kiosk.domain.custody import REQUIRED_FOR_ISSUANCE, Paper
from kiosk.domain.visit import Service, StepKind
from kiosk.services.practice import MANAGER
from kiosk.ui.screens.counter import CounterScreen
from kiosk.ui.screens.counter_ahead import PanelAhead
from kiosk.ui.screens.counter_copies import CountTile
from kiosk.ui.theme import WARN_MARK
from tests.ui.counter_day import CounterDay, counter_screen, shown, wait_until
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


def asked_to_match(day: CounterDay, *held: Paper) -> tuple[CounterScreen, str]:
    """The window with a visitor whose papers are compared, and the copies' panel built ahead; the number."""
    screen = counter_screen(day)
    ticket = day.serving().ticket
    for paper in held:
        day.custody.set_held(ticket, paper, 1)
    day.until(ticket, StepKind.MATCH)
    screen.open_visit(ticket)
    wait_until(lambda: not screen.is_preparing)
    return screen, ticket


def test_papers_given_back_meanwhile_are_counted_again_once_the_copies_are_asked(
    day: CounterDay, touch: Callable[[QWidget, str], None]
) -> None:
    screen, ticket = asked_to_match(day, *REQUIRED_FOR_ISSUANCE)
    day.custody.set_held(ticket, Paper.F02, 0)
    touch(screen, "counter.done")
    wait_until(lambda: not shown(screen, "counter.done").isEnabled())
    missing = day.texts.get(f"paper.{Paper.F02.value}")
    (tile,) = [one for one in screen.findChildren(CountTile) if missing in one.accessibleName()]
    assert tile.accessibleName() == f"{WARN_MARK} {missing} 0", "by sign and word, not by colour alone"
    assert not shown(screen, "counter.minus.F02").isEnabled()


def test_papers_given_back_at_another_station_are_seen_on_the_way_back(
    day: CounterDay, touch: Callable[[QWidget, str], None]
) -> None:
    screen = counter_screen(day)
    ticket = day.serving().ticket
    day.until(ticket, StepKind.COPIES)
    screen.open_visit(ticket)
    touch(screen, "counter.basic")
    wait_until(lambda: shown(screen, "counter.done").isEnabled())
    day.custody.set_held(ticket, Paper.F02, 0)
    touch(screen, "counter.plus.F02")
    assert day.custody.of(ticket)[Paper.F02] == 1, "one touch is one sheet, whatever was on the glass"
    day.custody.set_held(ticket, Paper.F02, 0)
    screen.refresh()
    wait_until(lambda: not shown(screen, "counter.done").isEnabled())


def test_a_lock_right_after_the_copies_are_asked_reads_nothing_more(
    day: CounterDay, touch: Callable[[QWidget, str], None]
) -> None:
    screen, _ = asked_to_match(day)
    touch(screen, "counter.done")
    panel = shown(screen, f"counter.panel.{StepKind.COPIES.value}")
    (again,) = panel.findChildren(QTimer)
    assert again.isActive()
    screen.window().hide()
    day.desk.session_db = None
    wait_until(lambda: not again.isActive())
    assert not panel.isVisible(), "nobody was told of anything"
