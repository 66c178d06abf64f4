"""At the name in the top bar: change over without losing the screen, a new PIN, badges, what a lock keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from kiosk.domain.errors import Refused
from kiosk.domain.staff import SIGN_IN_CAP_S, Operator, Role
from kiosk.domain.visit import Service
from kiosk.services.access import Access
from kiosk.services.desk import Desk
from kiosk.services.open_desk import secrets_for
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY, STAFF
from kiosk.services.presence import CityWord, Presence
from kiosk.services.reception import Reception
from kiosk.services.registers import RegisterDesk
from kiosk.store.vault import Vault
from kiosk.ui.texts import Texts
from tests.house import QUICK, opened
from tests.ui.guest import Guest

Picture = Callable[[QWidget, str], Path]
LEADER = Operator("ito", "伊藤 統子", Role.DIRECTOR)
TANAKA = Operator("tanaka", "田中 一", Role.STAFF)
PHRASE = "midori-no-mado-7391"
NEW_PIN = "58203917"


@pytest.fixture
def counter(guest: Guest) -> Guest:
    """The manager at the open counter, at reception."""
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "tab.reception")
    return guest


def changed_to(guest: Guest, person: Operator, pin: str) -> None:
    guest.touch("topbar.person", "person.change", f"change.person.{person.id}")
    guest.field("change.pin").setText(pin)
    guest.touch("change.enter")


def test_another_person_sits_down_and_the_screen_stays_with_its_draft(
    counter: Guest, desk: Desk, picture: Picture
) -> None:
    counter.field("reception.search").setText("かとう")
    counter.touch("topbar.person")
    picture(counter.shell, "person_question_1280")
    counter.touch("person.change", f"change.person.{STAFF.id}")
    picture(counter.shell, "person_change_1280")
    assert not counter.shows("change.person.sato")
    counter.field("change.pin").setText(PINS[STAFF.id])
    counter.touch("change.enter")

    assert counter.front == "reception"
    assert counter.field("reception.search").text() == "かとう"
    assert desk.operator == STAFF
    assert STAFF.name in counter.shell.topbar.findChild(QWidget, "topbar.person").accessibleName()
    assert not counter.shows("over.change")


def test_a_wrong_pin_in_the_change_leaves_everything_as_it_was(
    counter: Guest, desk: Desk, texts: Texts, picture: Picture
) -> None:
    changed_to(counter, STAFF, "00000000")
    picture(counter.shell, "person_change_wrong_1280")
    notice = counter.shell.findChild(QWidget, "change").notice
    assert notice.accessibleName() == texts.say(Refused("pin_wrong", tries_left=4))
    assert desk.operator == MANAGER
    counter.touch("over.change.cancel")
    assert counter.front == "reception"
    assert not counter.shows("over.change")


def test_the_citys_inspector_is_led_away_from_what_is_not_theirs(counter: Guest, desk: Desk) -> None:
    inspector = Operator("kansa", "監査 次郎", Role.INSPECTOR)
    RegisterDesk(desk, Access(desk)).add_person(
        inspector, NEW_PIN, approval="令7-12", approved_on=PRACTICE_DAY
    )
    changed_to(counter, inspector, NEW_PIN)
    assert desk.operator == inspector
    assert counter.front == "home"


def test_a_badge_chooses_the_person_at_the_locked_screen_and_in_the_change(
    counter: Guest, desk: Desk, texts: Texts
) -> None:
    access = Access(desk)
    staff, manager = access.badge_of(STAFF.id), access.badge_of(MANAGER.id)
    counter.touch("topbar.person", "person.change")
    screen = counter.shell.findChild(QWidget, "change")
    QTest.keyClicks(screen, staff)
    QTest.keyClick(screen, Qt.Key.Key_Return)
    assert counter.shell.findChild(QWidget, "change.name").accessibleName() == STAFF.name
    counter.field("change.pin").setText(PINS[STAFF.id])
    counter.touch("change.enter")
    assert desk.operator == STAFF

    counter.touch("topbar.person", "person.lock")
    counter.field("sign_in.pin").setText(manager)
    QTest.keyClick(counter.field("sign_in.pin"), Qt.Key.Key_Return)
    counter.wait()
    assert counter.shell.findChild(QWidget, "sign_in.name").accessibleName() == MANAGER.name
    assert counter.field("sign_in.pin").text() == ""
    counter.field("sign_in.pin").setText(PINS[MANAGER.id])
    counter.touch("sign_in.enter")
    assert desk.operator == MANAGER

    counter.touch("topbar.person", "person.lock")
    QTest.keyClicks(counter.field("sign_in.pin"), staff[:-8] + "00000000")
    QTest.keyClick(counter.field("sign_in.pin"), Qt.Key.Key_Return)
    counter.field("sign_in.pin").setText(PINS[STAFF.id])
    counter.touch("sign_in.enter")
    assert counter.front == "sign_in"
    assert counter.said == texts.say(Refused("badge_foreign"))
    assert not desk.vault.is_unlocked


def test_a_new_pin_by_the_person(counter: Guest, desk: Desk, texts: Texts, picture: Picture) -> None:
    changed_to(counter, STAFF, PINS[STAFF.id])
    counter.touch("topbar.person", "person.pin")
    for digit in PINS[STAFF.id]:
        counter.touch(f"pin.keys.{digit}")
    counter.field("pin.new").setFocus()
    QTest.keyClicks(counter.field("pin.new"), NEW_PIN[:7])
    counter.touch(f"pin.keys.{NEW_PIN[7]}")
    QTest.keyClicks(counter.field("pin.again"), "58203918")
    counter.touch("pin.save")
    picture(counter.shell, "person_pin_1280")
    said = counter.shell.findChild(QWidget, "pin").notice
    assert said.accessibleName() == texts.say(Refused("pin_twice"))
    assert (counter.field("pin.old").text(), counter.field("pin.new").text()) == (PINS[STAFF.id], NEW_PIN)
    counter.field("pin.again").setText(NEW_PIN)
    counter.touch("pin.save")

    assert not counter.shows("over.pin")
    assert counter.front == "reception"
    assert counter.said == texts.get("person.pin_changed")
    assert desk.vault.vouch(STAFF.id, NEW_PIN) == STAFF


def test_a_manager_changes_the_passphrase_on_the_glass(counter: Guest, desk: Desk, picture: Picture) -> None:
    counter.touch("topbar.person", "person.pin")
    picture(counter.shell, "person_passphrase_1280")
    for name, text in (("old", PINS[MANAGER.id]), ("new", PHRASE), ("again", PHRASE)):
        counter.field(f"pin.{name}").setText(text)
    counter.touch("pin.save")
    assert desk.vault.vouch(MANAGER.id, PHRASE) == MANAGER


def test_the_sessions_manager_changes_hands_at_the_name(counter: Guest, desk: Desk, texts: Texts) -> None:
    RegisterDesk(desk, Access(desk)).add_person(LEADER, PHRASE, approval="令7-8", approved_on=PRACTICE_DAY)
    counter.touch("topbar.person", "person.manager")
    assert not counter.shows(f"manager.person.{STAFF.id}")
    counter.field("manager.pin").setText(PHRASE)
    counter.touch("manager.enter")
    assert Presence(desk).manager() == LEADER.id
    assert desk.operator == MANAGER
    assert counter.said == texts.get("person.manager_is", name=LEADER.name)


def test_a_substitute_is_marked_in_the_top_bar(counter: Guest, desk: Desk, texts: Texts) -> None:
    word = CityWord("市民課 佐々木", "00:00")
    Presence(desk).admit_substitute(TANAKA, NEW_PIN, pledged=True, briefed=True, word=word)
    changed_to(counter, TANAKA, NEW_PIN)
    shown = counter.shell.topbar.findChild(QWidget, "topbar.person").accessibleName()
    assert texts.get("person.substitute") in shown


def test_a_lock_takes_a_half_typed_pin_away_and_keeps_the_draft(counter: Guest) -> None:
    counter.field("reception.search").setText("さとう")
    counter.touch("topbar.person", "person.change", f"change.person.{STAFF.id}")
    counter.field("change.pin").setText("7391")
    counter.window.passage.lock()
    QApplication.processEvents()
    assert counter.front == "sign_in"
    counter.sign_in(MANAGER)
    assert not counter.shows("over.change")
    assert counter.front == "reception"
    assert counter.field("reception.search").text() == "さとう"


def test_everything_typed_survives_the_idle_lock(counter: Guest, desk: Desk) -> None:
    """Whatever stands in a field of a station is there again after the lock."""
    Reception(desk).check_in(Service.APPLICATION)
    for station in ("reception", "counter", "closing"):
        lock_over_drafts(counter, desk, station)


def lock_over_drafts(counter: Guest, desk: Desk, station: str) -> None:
    """Words in every field of the station, the lock, the sign-in, and the same words."""
    counter.touch(f"tab.{station}")
    screen = counter.shell.station(station)
    fields = [
        field
        for kind in (QLineEdit, QTextEdit, QPlainTextEdit)
        for field in screen.findChildren(kind)
        if not field.isReadOnly()
    ]
    assert fields
    for at, field in enumerate(fields):
        field.setText(f"下書き{at}") if not isinstance(field, QPlainTextEdit) else field.setPlainText(
            f"下書き{at}"
        )

    def typed() -> list[str]:
        return [field.text() if isinstance(field, QLineEdit) else field.toPlainText() for field in fields]

    before = typed()
    assert any(before)
    counter.window.idle.idled.emit()
    counter.wait()
    assert counter.front == "sign_in"
    assert not desk.vault.is_unlocked
    counter.sign_in(MANAGER)
    assert counter.front == station
    assert typed() == before


def test_after_twelve_hours_the_pin_is_asked_again(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture
) -> None:
    desk.vault.close()
    passed = {"ticks": 0.0}
    secrets = secrets_for(desk.vault.folder.root, practice=True)
    desk.vault = Vault(desk.vault.folder.root, secrets, cost=QUICK, ticks=lambda: passed["ticks"])
    guest.sign_in(MANAGER)
    guest.open_day()
    passed["ticks"] = float(SIGN_IN_CAP_S)
    guest._qtbot.waitUntil(lambda: guest.front == "sign_in", timeout=20_000)
    assert guest.said == texts.get("person.over_cap")
    picture(guest.shell, "person_over_cap_1280")
    assert not desk.vault.is_unlocked


def test_a_lock_made_at_the_terminal_holds_at_the_window(guest: Guest, desk: Desk, texts: Texts) -> None:
    root = desk.vault.folder.root
    desk.vault.close()
    terminal = opened(root)
    for _ in range(5):
        with pytest.raises(Refused):
            Access(terminal).sign_in(STAFF.id, "00000000")
    terminal.vault.close()
    desk.vault = Vault(root, secrets_for(root, practice=True), cost=QUICK)
    guest.sign_in(STAFF)
    assert guest.front == "sign_in"
    assert guest.said == texts.say(Refused("pin_locked", minutes=1))
