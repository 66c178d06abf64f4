"""The last question of the day, and what it forgets by itself."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from kiosk.services.practice import SECOND
from kiosk.ui.screens.closing_erase import Asked, ErasePage
from kiosk.ui.texts import Texts


def test_half_a_pin_does_not_wait_under_the_lock(texts: Texts, qtbot: QtBot) -> None:
    asked: list[Asked] = []
    page = ErasePage(texts, asked.append, application=lambda: None, hold=lambda: None)
    qtbot.addWidget(page)
    page.show_choices("3", ("令7-練-消-1",), (SECOND,))
    page.show()
    pin = page.findChild(QLineEdit, "closing.second_pin")
    pin.setText("8210")

    page.hide()
    page.show()

    assert pin.text() == ""
    assert asked == []
