"""Who is at this PC: the right PIN lets in, a wrong one says how many tries are left."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from kiosk.app import build_window
from kiosk.cli.counter import nothing_to_sweep
from kiosk.domain.errors import Refused
from kiosk.domain.staff import FREE_TRIES, Operator, Role
from kiosk.services.access import Access
from kiosk.services.desk import Desk
from kiosk.services.practice import MANAGER, PINS, STAFF
from kiosk.ui.background import Background
from kiosk.ui.screens.sign_in import SignInScreen
from kiosk.ui.shell import Shell
from kiosk.ui.texts import Texts

Touch = Callable[[QWidget, str], None]
WORST = (
    Operator("w", "W" * 100, Role.INSPECTOR),
    Operator("saito", "齋藤𠮷" * 33 + "髙", Role.MANAGER),
    Operator("gaiji", "\ue000木 \ue001子", Role.STAFF),
    Operator("d", "佐々木・アレクサンドラ 統子", Role.DIRECTOR),
)


class Door:
    """The sign-in screen in its window, on a real practice folder."""

    def __init__(self, desk: Desk, texts: Texts, background: Background) -> None:
        self.access = Access(desk)
        self.inside: list[Operator] = []
        self.background = background
        self.screen = SignInScreen(
            people=self.access.people(),
            unlock=self.access.unlock,
            enter=lambda unlocked: self.inside.append(self.access.enter(unlocked)),
            hints=PINS,
            texts=texts,
            background=background,
        )
        self.shell = Shell(texts, desk.clock, kiosk="K1", window="1", practice=True)
        self.shell.show_gate(self.screen)
        self.shell.resize(1280, 800)
        self.shell.show()

    def child(self, name: str) -> QWidget:
        found = self.screen.findChild(QWidget, name)
        assert isinstance(found, QWidget)
        return found

    @property
    def pin(self) -> QLineEdit:
        field = self.child("sign_in.pin")
        assert isinstance(field, QLineEdit)
        return field

    @property
    def said(self) -> str:
        notice = self.screen.notice
        return notice.accessibleName() if notice.isVisible() else ""


@pytest.fixture
def door(desk: Desk, texts: Texts, background: Background, qtbot: QtBot) -> Door:
    made = Door(desk, texts, background)
    qtbot.addWidget(made.shell)
    qtbot.waitExposed(made.shell)
    return made


FIRST_PAINT = """
import json, sys
from datetime import date
from pathlib import Path
from PySide6.QtWidgets import QApplication
from kiosk.app import build_window
from kiosk.services.open_desk import open_desk
from kiosk.ui import theme
app = QApplication([])
theme.apply(app)
window = build_window(open_desk(Path(sys.argv[1]), day=date.fromisoformat(sys.argv[2])))
window.shell.first_painted.disconnect()
window.shell.first_painted.connect(lambda: (print(json.dumps(sorted(sys.modules))), app.quit()))
window.shell.show()
app.exec()
window.close()
"""


def test_the_first_painted_screen_has_not_waited_for_the_heavy_parts(desk: Desk) -> None:
    root, day = desk.vault.folder.root, desk.clock.today()
    desk.vault.close()
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT, str(root), day.isoformat()],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    heavy = {"sqlalchemy", "alembic", "cv2", "numpy", "typst", "keyring", "openpyxl", "zxingcpp"}
    assert heavy & set(json.loads(done.stdout)) == set()


def test_garbage_waits_for_the_painted_window_and_no_longer(desk: Desk, qtbot: QtBot) -> None:
    with nothing_to_sweep():
        window = build_window(desk)
        assert not gc.isenabled()
        window.shell.show()
        qtbot.waitUntil(gc.isenabled)
        window.close()

    with pytest.raises(Refused), nothing_to_sweep():
        raise Refused("display_absent")
    assert gc.isenabled()


def test_the_right_pin_by_the_keypad_lets_in(door: Door, touch: Touch, qtbot: QtBot) -> None:
    touch(door.shell, f"sign_in.person.{STAFF.id}")
    for digit in PINS[STAFF.id]:
        touch(door.shell, f"sign_in.keypad.{digit}")
    touch(door.shell, "sign_in.enter")

    assert door.child("sign_in.checking").isVisible()
    assert door.screen.findChild(QProgressBar).isVisible()
    qtbot.waitUntil(lambda: bool(door.inside), timeout=20_000)
    assert door.inside == [STAFF]
    assert not door.child("sign_in.checking").isVisible()


def test_a_manager_types_letters_on_the_glass(door: Door, touch: Touch, qtbot: QtBot) -> None:
    touch(door.shell, f"sign_in.person.{MANAGER.id}")
    assert not door.child("sign_in.keypad").isVisible()
    for letter in PINS[MANAGER.id]:
        touch(door.shell, f"sign_in.keyboard.{letter}")
    assert door.pin.echoMode() is QLineEdit.EchoMode.Password
    touch(door.shell, "sign_in.enter")

    qtbot.waitUntil(lambda: bool(door.inside), timeout=20_000)
    assert door.inside == [MANAGER]


def test_wrong_pins_count_down_and_then_lock(
    door: Door, touch: Touch, qtbot: QtBot, texts: Texts, picture: Callable[[QWidget, str], Path]
) -> None:
    touch(door.shell, f"sign_in.person.{STAFF.id}")
    said: list[str] = []
    for _ in range(FREE_TRIES + 2):
        QTest.keyClicks(door.pin, "19283746")
        touch(door.shell, "sign_in.enter")
        assert door.pin.text() == ""
        qtbot.waitUntil(lambda: not door.background.is_busy and bool(door.said), timeout=20_000)
        said.append(door.said)
    picture(door.shell, "sign_in_locked")

    wrong = [texts.say(Refused("pin_wrong", tries_left=left)) for left in (4, 3, 2, 1)]
    assert said[:4] == wrong
    assert said[-1] == texts.say(Refused("pin_locked", minutes=1))
    assert not any("19283746" in words for words in said)
    assert door.inside == []


def test_enter_without_a_pin_asks_nothing(door: Door, touch: Touch) -> None:
    touch(door.shell, f"sign_in.person.{STAFF.id}")
    touch(door.shell, "sign_in.enter")

    assert not door.background.is_busy
    assert door.said == ""


def test_after_a_lock_the_same_person_is_asked_and_told_that_nothing_is_lost(door: Door) -> None:
    door.screen.ask_again(STAFF)

    assert door.child("sign_in.lock").isVisible()
    assert door.child("sign_in.name").accessibleName() == STAFF.name
    assert door.pin.isEnabled()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_the_worst_names_fit(
    door: Door, qtbot: QtBot, touch: Touch, picture: Callable[[QWidget, str], Path], width: int, height: int
) -> None:
    door.screen.show_people(WORST)
    door.shell.resize(width, height)
    touch(door.shell, "sign_in.person.saito")
    picture(door.shell, f"sign_in_worst_{width}")

    assert (door.shell.width(), door.shell.height()) == (width, height)
    for person in WORST:
        tile = door.child(f"sign_in.person.{person.id}")
        assert person.name in tile.accessibleName()
        assert tile.height() >= 48
