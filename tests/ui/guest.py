"""Somebody at the counter's window on a real practice kiosk, for the stories of the whole window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.app import Window
from kiosk.domain.staff import Operator
from kiosk.services.practice import PINS

Touch = Callable[[QWidget, str], None]


class Guest:
    """Somebody at the counter's window, with two hands and the practice PINs."""

    def __init__(self, window: Window, touch: Touch, qtbot: QtBot) -> None:
        self.window, self.shell = window, window.shell
        self._touch, self._qtbot = touch, qtbot

    def touch(self, *names: str) -> None:
        for name in names:
            self._touch(self.shell, name)
            self.wait()

    def wait(self) -> None:
        # The erasure shows that it runs before it runs: for a moment nothing is at work yet.
        self._qtbot.waitUntil(
            lambda: not self.window.background.is_busy and not self.shows("closing.job"), timeout=30_000
        )
        QApplication.processEvents()

    def sign_in(self, person: Operator) -> None:
        self.touch(f"sign_in.person.{person.id}")
        self.field("sign_in.pin").setText(PINS[person.id])
        self.touch("sign_in.enter")

    def lock(self) -> None:
        """A look at the devices that just runs is let finish first; then the screen locks."""
        self.touch("topbar.person", "person.lock")
        self._qtbot.waitUntil(lambda: self.front == "sign_in", timeout=30_000)
        self.wait()

    def leave_questions(self) -> None:
        """Escape from whatever is asked over the screen."""
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        for child in self.shell.findChildren(QWidget, options=direct):
            if child.property("role") == "veil" and child.isVisible():
                QTest.keyClick(child, Qt.Key.Key_Escape)

    def until_awake(self, name: str) -> None:
        """Until a button listens, as the shutter does once the camera sees a face."""
        button = self.shell.findChild(QPushButton, name)
        assert isinstance(button, QPushButton)
        self._qtbot.waitUntil(button.isEnabled, timeout=30_000)

    def open_day(self) -> None:
        self.touch(*(f"opening.tick.{at}" for at in range(6)), "opening.venue.本町公民館", "opening.open")

    def field(self, name: str) -> QLineEdit:
        found = self.shell.findChild(QLineEdit, name)
        assert isinstance(found, QLineEdit)
        return found

    def shows(self, name: str) -> bool:
        return any(widget.isVisible() for widget in self.shell.findChildren(QWidget, name))

    def words(self, name: str) -> str:
        label = self.shell.findChild(QLabel, name)
        assert isinstance(label, QLabel)
        return label.text()

    @property
    def front(self) -> str:
        screen = self.shell.screen_shown
        return screen.objectName() if screen is not None else ""

    @property
    def said(self) -> str:
        screen = self.shell.screen_shown
        assert screen is not None
        return screen.notice.accessibleName() if screen.notice.isVisible() else ""
