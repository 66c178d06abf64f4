"""The printer staff practise with: its paper on the glass, a trainer's faults, its state on the top bar."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.devices.printer_drill import FAULTS
from kiosk.services.desk import Desk
from kiosk.services.practice import MANAGER, STAFF
from tests.devices.printer_socket import SocketPrinter
from tests.house import opened
from tests.ui.guest import Guest

Picture = Callable[[QWidget, str], Path]
Touch = Callable[[QWidget, str], None]
READY = "● プリンタ"


def dot(guest: Guest) -> str:
    """What the top bar says of the printer."""
    found = guest.shell.findChild(QWidget, "topbar.printer")
    return " ".join(label.text() for label in found.findChildren(QLabel)) if found is not None else ""


def at_reception(guest: Guest) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "home.reception")


def test_the_paper_comes_out_on_the_glass_and_a_trainer_plays_with_the_printer(
    guest: Guest, qtbot: QtBot, picture: Picture
) -> None:
    at_reception(guest)
    assert not guest.shows("practice.paper")
    guest.touch("reception.consult")
    qtbot.waitUntil(lambda: guest.shows("practice.paper"))
    paper = guest.shell.findChild(QWidget, "practice.paper")
    qtbot.waitUntil(lambda: paper.geometry().bottom() == guest.shell.rect().bottom())
    picture(guest.shell, "practice_paper_1280")
    # The paper lies over a row of the line; a finger there reaches the row and takes the paper away.
    assert guest.shell.childAt(paper.geometry().center()) is not paper
    guest.touch("reception.to_list")
    assert not guest.shows("practice.paper")
    assert guest.shows("reception.consult")
    a_trainer_sets_a_fault_and_mends_it(guest, qtbot, picture)


def a_trainer_sets_a_fault_and_mends_it(guest: Guest, qtbot: QtBot, picture: Picture) -> None:
    qtbot.waitUntil(lambda: dot(guest) == READY, timeout=10_000)
    qtbot.mouseClick(guest.shell.findChild(QWidget, "topbar.printer"), Qt.MouseButton.LeftButton)
    assert {f"drill.{fault}" for fault in FAULTS} <= {
        button.objectName() for button in guest.shell.findChildren(QPushButton) if button.isVisible()
    }
    picture(guest.shell, "practice_drill_1280")
    guest.touch("drill.cover_open")
    qtbot.waitUntil(lambda: "ふた" in dot(guest), timeout=10_000)
    guest.touch("reception.consult")
    assert "ふたが開いています" in guest.words("reception.printing_do")
    assert not guest.shows("practice.paper")

    qtbot.mouseClick(guest.shell.findChild(QWidget, "topbar.printer"), Qt.MouseButton.LeftButton)
    guest.touch("drill.ready", "reception.reissue")
    qtbot.waitUntil(lambda: guest.shows("practice.paper"))
    qtbot.waitUntil(lambda: dot(guest) == READY, timeout=10_000)


@pytest.fixture
def socket() -> Iterator[SocketPrinter]:
    with SocketPrinter() as printer:
        yield printer


@pytest.fixture
def wired(template: Path, tmp_path: Path, socket: SocketPrinter) -> Iterator[Desk]:
    """A kiosk whose printer stands at the end of a network cable."""
    folder = tmp_path / "data"
    shutil.copytree(template / "data", folder)
    devices = folder / "devices.toml"
    text = devices.read_text(encoding="utf-8").replace("'virtual:'", f"'{socket.url}'", 1)
    devices.write_text(text, encoding="utf-8")
    desk = opened(folder)
    assert desk.devices.printer == socket.url
    yield desk
    desk.vault.close()


def test_what_happens_to_a_real_printer_is_said_on_the_top_bar(
    wired: Desk, socket: SocketPrinter, dressed: object, touch: Touch, qtbot: QtBot
) -> None:
    from kiosk.app import build_window

    window = build_window(wired)
    qtbot.addWidget(window.shell)
    window.shell.show()
    qtbot.waitExposed(window.shell)
    guest = Guest(window, touch, qtbot)
    guest.wait()
    guest.sign_in(STAFF)
    try:
        for mode, word in (
            ("ready", READY),
            ("paper_out", "用紙切れ"),
            ("mute", "不明"),
            ("ready", READY),
        ):
            socket.mode = mode
            qtbot.waitUntil(lambda word=word: word in dot(guest), timeout=10_000)  # type: ignore[misc]
        # Nobody plays with it: it is a real one, and the trainer is told so.
        qtbot.mouseClick(guest.shell.findChild(QWidget, "topbar.printer"), Qt.MouseButton.LeftButton)
        guest.touch("drill.cutter")
        assert "本物のプリンター" in guest.said
    finally:
        window.close()
