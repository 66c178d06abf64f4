"""A window without a display, in the shipped fonts and style; pictures of it for people to look at."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.ui import theme
from kiosk.ui.background import Background
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import lift_finger
from tests.ui.guest import Guest

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from tests.ui.counter_day import CounterDay


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["kiosk"]


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application with fonts and style sheet, as the counter runs it."""
    if not qapp.styleSheet():
        theme.application()
    yield qapp
    # What was let go of is taken away by a running event loop only, and a story has none.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


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
        found: list[QPushButton] = []

        def is_listening() -> bool:
            # A refresh while waiting may have put a new button in the old one's place.
            found[:] = [
                button
                for button in window.window().findChildren(QPushButton, name)
                if button.isVisible() and button.isEnabled()
            ]
            if not found:
                return False
            lift_finger(found[-1].window())
            return not getattr(found[-1], "is_deaf", False)

        qtbot.waitUntil(is_listening)
        qtbot.mouseClick(found[-1], Qt.MouseButton.LeftButton)

    return press


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[Desk]:
    """A practice kiosk of the test's own, locked, on the practice day; its stick is empty."""
    from tests.house import opened

    folder = tmp_path / "data"
    shutil.copytree(template / "data", folder)
    stick = tmp_path / "batch"
    shutil.copytree(template / "batch", stick)
    devices = folder / "devices.toml"
    text = devices.read_text(encoding="utf-8").replace(str(template / "batch"), str(stick))
    devices.write_text(text, encoding="utf-8")
    locked = opened(folder)
    yield locked
    locked.vault.close()


@pytest.fixture
def day(dressed: object) -> CounterDay:
    """An open counter with the sample bookings, for the stories of one screen."""
    from tests.ui.counter_day import CounterDay

    made = CounterDay()
    made.book()
    return made


@pytest.fixture
def answer_as_city() -> Callable[[Path], None] | None:
    """Nobody plays the city, unless the story says who."""
    return None


@pytest.fixture
def guest(
    desk: Desk,
    dressed: object,
    touch: Touch,
    qtbot: QtBot,
    answer_as_city: Callable[[Path], None] | None,
) -> Iterator[Guest]:
    """Somebody before the locked window of a practice kiosk."""
    from kiosk.app import build_window

    window = build_window(desk, answer_as_city=answer_as_city)
    qtbot.addWidget(window.shell)
    window.shell.resize(1280, 800)
    window.shell.show()
    qtbot.waitExposed(window.shell)
    person = Guest(window, touch, qtbot)
    person.wait()
    yield person
    window.close()
