"""A window without a display, in the shipped fonts and style; pictures of it for people to look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.ui import theme
from kiosk.ui.background import Background
from kiosk.ui.texts import Texts


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["kiosk"]


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """The application with fonts and style sheet, as the counter runs it."""
    if not qapp.styleSheet():
        theme.apply(qapp)
    return qapp


@pytest.fixture
def texts() -> Texts:
    return Texts.load("ja")


@pytest.fixture
def background(dressed: QApplication, qtbot: QtBot) -> Background:
    return Background(dressed)


Picture = Callable[[QWidget, str], Path]


@pytest.fixture
def picture(left_behind: Path, dressed: QApplication) -> Picture:
    """Saves a widget as out/test/screens/<name>.png."""
    folder = left_behind / "screens"
    folder.mkdir(parents=True, exist_ok=True)

    def save(widget: QWidget, name: str) -> Path:
        dressed.processEvents()
        file = folder / f"{name}.png"
        assert widget.grab().save(str(file))
        return file

    return save


Touch = Callable[[QWidget, str], None]


@pytest.fixture
def touch(qtbot: QtBot) -> Touch:
    """Touches the button of that object name once it listens again, as a finger on the glass would."""

    def press(window: QWidget, name: str) -> None:
        # Rows that were just filled are on the glass only after the layout has had its turn.
        QApplication.processEvents()
        found = [
            button
            for button in window.window().findChildren(QPushButton, name)
            if button.isVisible() and button.isEnabled()
        ]
        assert found, f"no button {name} to touch"
        button = found[-1]
        qtbot.waitUntil(lambda: not getattr(button, "is_deaf", False))
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    return press
