"""The way through the window on a real practice kiosk: in, open, list, work, lock, back, out."""

from __future__ import annotations

import shutil
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt, QThread, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.app import run_window
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.visit import Service
from kiosk.services.desk import Desk
from kiosk.services.practice import MANAGER, SAMPLE_LIST, STAFF, sample_list
from kiosk.services.reception import Reception
from kiosk.ui.device_checks import DeviceChecks
from kiosk.ui.idle import IdleWatch
from kiosk.ui.interrupt import ended_by_interrupt
from kiosk.ui.screens.screen import Screen
from kiosk.ui.shell import Shell
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.choice import Choice, Option
from tests.ui.guest import Guest

Picture = Callable[[QWidget, str], Path]


def test_from_the_locked_screen_to_the_first_number_and_back(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture
) -> None:
    assert guest.front == "sign_in"
    guest.sign_in(MANAGER)
    assert guest.front == "opening"
    picture(guest.shell, "opening_1280")
    open_button = guest.shell.findChild(QPushButton, "opening.open")
    assert not open_button.isEnabled()
    guest.open_day()

    assert guest.front == "list"
    picture(guest.shell, "list_choose_1280")
    guest.touch(f"list.{SAMPLE_LIST}")
    assert guest.words("list.count.imported") != "0"
    guest.touch("list.take")
    assert guest.said == texts.say(Refused("list_how_missing"))
    guest.touch("list.medium.usb", "list.means.hand", "list.place.office")
    guest.field("list.giver").setText("市民課 窓口係")
    guest.touch("list.take")
    picture(guest.shell, "list_done_1280")
    papers = list((desk.vault.folder.root / "papers").glob("*.pdf"))
    assert [paper.read_bytes()[:5] for paper in papers] == [b"%PDF-"]
    guest.touch("list.start")

    assert guest.front == "home"
    imported = Reception(desk).find("")
    assert len(imported) == int(guest.words("list.count.imported")) + int(guest.words("list.count.cancelled"))
    picture(guest.shell, "home_1280")
    guest.touch("home.reception")
    assert guest.front == "reception"

    guest.touch("topbar.person", "person.lock")
    assert guest.front == "sign_in"
    assert desk.operator is None
    assert not guest.shows("topbar.person")
    guest.sign_in(STAFF)
    assert guest.front == "reception"
    assert len(Reception(desk).find("")) == len(imported)


def test_staff_cannot_open_a_session(guest: Guest, texts: Texts, picture: Picture) -> None:
    guest.sign_in(STAFF)
    picture(guest.shell, "opening_staff_1280")

    assert guest.front == "opening"
    assert not guest.shows("opening.open")
    assert guest.words("opening.who") == texts.get("opening.manager_opens")


def test_a_session_left_open_is_taken_up_again_at_the_next_start(guest: Guest, desk: Desk) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without")
    ticket = Reception(desk).check_in(Service.ISSUANCE).ticket
    guest.touch("topbar.person", "person.lock")
    desk.day = None  # what a new start of the program knows

    guest.sign_in(STAFF)

    assert guest.front == "home"
    assert guest.shows(f"home.place.{ticket}")


def test_the_person_asked_a_question_finds_it_again_after_the_lock(guest: Guest) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without")
    answers: list[str] = []
    screen = guest.shell.station("home")
    Choice(screen, "どの書類ですか", [Option("a", "交付通知書")], answers.append, name="which")
    guest.window.passage.lock()
    assert not guest.shows("which")
    guest.sign_in(MANAGER)

    guest.touch("which.a")
    assert answers == ["a"]


def test_a_list_from_the_stick(guest: Guest, desk: Desk) -> None:
    stick = Path(desk.devices.drive)
    shutil.copy(sample_list(), stick / "20251105_yoyaku.csv")
    (stick / "notes.pdf").write_bytes(b"%PDF-")
    guest.sign_in(MANAGER)
    guest.open_day()

    assert guest.shows("list.20251105_yoyaku.csv")
    assert not guest.shows("list.notes.pdf")


def test_a_broken_list_is_refused_in_words_and_nothing_is_kept(guest: Guest, desk: Desk) -> None:
    (Path(desk.devices.drive) / "broken.csv").write_bytes(b"\x00\xff\xfe garbage")
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.broken.csv")

    assert guest.said
    assert guest.shows("list.again")
    assert Reception(desk).find("") == ()


def test_the_end_of_the_day_leads_back_to_the_opening(
    guest: Guest, desk: Desk, qtbot: QtBot, picture: Picture
) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "tab.closing", "closing.approve")

    def enabled(station: str) -> bool:
        return bool(guest.shell.findChild(QPushButton, f"tab.{station}").isEnabled())

    qtbot.waitUntil(lambda: not enabled("reception"))
    assert [name for name in ("home", "counter", "photo", "custody", "manage") if enabled(name)] == [
        "home",
        "custody",
        "manage",
    ]
    guest.touch("tab.home")
    picture(guest.shell, "home_closed_1280")
    guest.touch("topbar.person", "person.lock")
    guest.sign_in(MANAGER)
    assert guest.front == "home"
    guest.window.passage.no_session()
    assert guest.front == "opening"
    assert guest.words("opening.count").startswith("0 ")


def test_a_running_job_ends_before_the_screen_locks(guest: Guest, texts: Texts, qtbot: QtBot) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without")
    go_on = threading.Event()
    recorded: list[str] = []

    def work() -> bool:
        return go_on.wait(20)

    guest.window.background.run(
        work, lambda _: recorded.append(guest.window.passage.operator.id), lambda _: None
    )
    guest.window.passage.lock()
    assert guest.said == texts.get("shell.lock_later")
    assert guest.front == "home"
    go_on.set()
    qtbot.waitUntil(lambda: guest.front == "sign_in", timeout=20_000)

    assert recorded == [MANAGER.id]


def test_a_running_camera_neither_holds_up_the_lock_nor_outlives_it(guest: Guest, qtbot: QtBot) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "tab.photo")
    preview = guest.window.preview
    qtbot.waitUntil(lambda: preview.latest() is not None, timeout=20_000)
    guest.wait()
    assert DeviceChecks(guest.window.equipment).states()["camera"] == ("success", "device.camera_ok")
    guest.window.passage.lock()

    assert guest.front == "sign_in"
    assert not preview.is_running
    assert DeviceChecks(guest.window.equipment).states()["camera"] == ("neutral", "device.camera_resting")


def test_an_untouched_screen_warns_and_then_locks(qtbot: QtBot, dressed: object) -> None:
    now = [0]
    holder = QWidget()
    qtbot.addWidget(holder)
    busy = [False]
    watch = IdleWatch(lambda: now[0], may_lock=lambda: not busy[0], parent=holder)
    heard: list[str] = []
    watch.warned.connect(lambda seconds: heard.append(f"warned {seconds}"))
    watch.woken.connect(lambda: heard.append("woken"))
    watch.idled.connect(lambda: heard.append("idled"))
    watch.start(5)

    for at in (100_000, 269_999, 270_000, 280_000):
        now[0] = at
        watch.look()
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
    watch.eventFilter(holder, key)
    now[0] = 280_000 + 299_000
    watch.look()
    busy[0] = True
    now[0] += 60_000
    watch.look()
    busy[0] = False
    now[0] += 300_000
    watch.look()

    assert heard == ["warned 30", "warned 20", "woken", "warned 1", "woken", "idled"]


def _shells() -> list[Shell]:
    """Every window of the program there is, also one of before that is not taken apart yet."""
    return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, Shell)]


def test_the_program_runs_until_it_is_ended_and_logs_without_names(
    desk: Desk, dressed: QApplication, qtbot: QtBot
) -> None:
    wrong: list[BaseException] = []
    before = _shells()

    def fail_and_end() -> None:
        if not QThread.currentThread().loopLevel():
            # What is built before the window runs may let events through.
            QTimer.singleShot(10, fail_and_end)
            return
        try:
            shell = next(one for one in _shells() if one not in before)
            shell.close()
            assert shell.isVisible()
            kind = ValueError("小金井 花子")
            sys.excepthook(type(kind), kind, None)
            assert shell.screen_shown is not None
            assert shell.screen_shown.notice.isVisible()
            shell.leave()
        except BaseException as error:
            # Nobody else would end the program, and its hook shows what it catches.
            wrong.append(error)
            QApplication.exit(1)

    hook = sys.excepthook
    QTimer.singleShot(0, fail_and_end)
    code = run_window(desk, windowed=False)
    logged = (desk.vault.folder.root / "logs" / "kiosk.log").read_text(encoding="utf-8")

    assert wrong == []
    assert code == 0
    assert sys.excepthook is hook
    assert "ValueError" in logged
    assert "小金井" not in logged


@pytest.mark.parametrize("windowed", [True, False])
def test_ctrl_c_ends_the_program_also_where_its_window_cannot_be_closed(
    desk: Desk, dressed: QApplication, windowed: bool
) -> None:
    before = signal.getsignal(signal.SIGINT)

    def interrupt() -> None:
        if not QThread.currentThread().loopLevel():
            QTimer.singleShot(10, interrupt)
            return
        # An impatient hand.
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    QTimer.singleShot(0, interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_window(desk, windowed=windowed)
    assert signal.getsignal(signal.SIGINT) is before
    assert desk.office_db is None, "locked, as at any end"


def test_ctrl_c_before_the_program_runs_ends_it_once_it_does(dressed: QApplication) -> None:
    left: list[str] = []

    def leave() -> None:
        left.append("left")
        dressed.exit()
        # Whoever is impatient while everything is being closed breaks nothing off.
        signal.raise_signal(signal.SIGINT)

    def run() -> None:
        with ended_by_interrupt(leave):
            signal.raise_signal(signal.SIGINT)
            dressed.exec()
            left.append("closed")

    with pytest.raises(KeyboardInterrupt):
        run()
    assert left == ["left", "closed"]


def test_what_nobody_caught_is_said_on_the_screen(guest: Guest, texts: Texts, picture: Picture) -> None:
    guest.shell.show_failure(Trouble("camera_lost"))
    assert guest.said == texts.say(Trouble("camera_lost"))
    guest.shell.show_failure(ZeroDivisionError("山田"))

    assert guest.said == texts.say(ZeroDivisionError())
    picture(guest.shell, "notice_1280")
    assert isinstance(guest.shell.screen_shown, Screen)
