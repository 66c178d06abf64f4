"""Palms, second fingers and drumming hands: whatever reaches the glass at once is one touch."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kiosk.ui.screens.counter_parts import TickTile
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.chips import Ticks

NEXT, OTHER = "counter.done", "counter.leave"


class Glass(QWidget):
    """Two verbs one below the other, each far wider than a finger; what they did, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        whole = QVBoxLayout(self)
        self.verbs = {}
        for name in (NEXT, OTHER):
            verb = Button(name, name=name).guarded(lambda name=name: self.done.append(name))  # type: ignore[misc]
            self.verbs[name] = verb
            whole.addWidget(verb)
        self.tile = TickTile("運転免許証", name="forms.identity.A01_DRIVER")
        self.ticks = Ticks(("電波を切った",), name="opening.tick", done_mark="✓", open_mark="○")
        for widget in (self.tile, self.ticks):
            whole.addWidget(widget)
        self.resize(800, 400)

    def spot(self, widget: QWidget, tenth: int) -> QPoint:
        """A place on a control, from its left edge (0) to its right one (10)."""
        return widget.mapTo(self, QPoint(widget.width() * tenth // 10, widget.height() // 2))

    def at_once(self, *spots: QPoint) -> None:
        """Touches that all lie in the queue before the first of them is answered."""
        window = self.windowHandle()
        for spot in spots:
            here, there = QPointF(spot), QPointF(self.mapToGlobal(spot))
            for kind, held in (
                (QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton),
                (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton),
            ):
                event = QMouseEvent(
                    kind,
                    here,
                    here,
                    there,
                    Qt.MouseButton.LeftButton,
                    held,
                    Qt.KeyboardModifier.NoModifier,
                )
                QCoreApplication.postEvent(window, event)
        QApplication.processEvents()


@pytest.fixture
def glass(qtbot: QtBot) -> Glass:
    shown = Glass()
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown)
    return shown


def test_two_fingers_on_one_wide_button_do_one_step(glass: Glass) -> None:
    verb = glass.verbs[NEXT]
    glass.at_once(glass.spot(verb, 1), glass.spot(verb, 9))
    assert glass.done == [NEXT]


def test_a_palm_over_two_buttons_does_what_it_met_first(glass: Glass) -> None:
    glass.at_once(glass.spot(glass.verbs[NEXT], 5), glass.spot(glass.verbs[OTHER], 9))
    assert glass.done == [NEXT]


def test_ten_touches_all_over_the_glass_are_one(glass: Glass) -> None:
    verbs = (glass.verbs[NEXT], glass.verbs[OTHER])
    glass.at_once(*(glass.spot(verbs[at % 2], at) for at in range(10)))
    assert glass.done == [NEXT]


def test_the_next_finger_is_heard_again(glass: Glass, qtbot: QtBot) -> None:
    verb, other = glass.verbs[NEXT], glass.verbs[OTHER]
    glass.at_once(glass.spot(verb, 1), glass.spot(verb, 9))
    qtbot.waitUntil(lambda: not other.is_deaf)
    glass.at_once(glass.spot(other, 5))
    assert glass.done == [NEXT, OTHER]


def test_a_double_touch_leaves_its_tick(glass: Glass) -> None:
    heard: list[str] = []
    glass.tile.clicked.connect(lambda: heard.append("touched"))
    glass.at_once(glass.spot(glass.tile, 5), glass.spot(glass.tile, 5))
    assert glass.tile.isChecked()
    assert heard == ["touched"]
    line = glass.ticks.findChild(Button, "opening.tick.0")
    assert isinstance(line, Button)
    glass.at_once(glass.spot(line, 3), glass.spot(line, 7))
    assert glass.ticks.ticked == ("電波を切った",)


def test_a_tick_can_be_taken_back_by_a_touch_of_its_own(glass: Glass, qtbot: QtBot) -> None:
    glass.at_once(glass.spot(glass.tile, 5))
    qtbot.waitUntil(lambda: not glass.tile.is_deaf)
    glass.at_once(glass.spot(glass.tile, 5))
    assert not glass.tile.isChecked()
