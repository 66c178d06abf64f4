"""What a manager does for the others: a lock ended, a PIN forgotten, somebody who leaves, a stand-in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.errors import Refused
from kiosk.domain.staff import Operator, Role
from kiosk.services.desk import Desk
from kiosk.services.practice import MANAGER, STAFF
from kiosk.ui.texts import Texts
from tests.ui.guest import Guest

Picture = Callable[[QWidget, str], Path]
NEW_PIN = "58203917"


def choose_pin(guest: Guest, pin: str) -> None:
    for _ in range(2):
        guest.field("manage.secret").setText(pin)
        guest.touch("manage.secret.next")


def test_a_lock_is_ended_a_forgotten_pin_renewed_and_somebody_leaves(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture, qtbot: QtBot
) -> None:
    guest.sign_in(MANAGER)
    for _ in range(5):
        with pytest.raises(Refused):
            desk.vault.prove(STAFF.id, "00000000")
    guest.touch("opening.manage")
    assert not guest.shows(f"manage.change.{MANAGER.id}"), "nobody takes away their own way in"
    picture(guest.shell, "manage_people_change_1280")
    guest.touch(f"manage.change.{STAFF.id}")
    picture(guest.shell, "manage_person_change_1280")
    guest.touch("manage.fill_choice.release_lock")
    assert guest.said == texts.get("manage.released", name=STAFF.name)

    guest.touch(f"manage.change.{STAFF.id}", "manage.fill_choice.renew_pin")
    choose_pin(guest, NEW_PIN)
    renewed = texts.get("manage.renewed", name=STAFF.name)
    qtbot.waitUntil(lambda: guest.said == renewed, timeout=20_000)
    assert desk.vault.vouch(STAFF.id, NEW_PIN) == STAFF

    guest.touch(f"manage.change.{STAFF.id}", "manage.fill_choice.remove", "manage.remove_choice.cancel")
    assert STAFF in desk.vault.operators()
    guest.touch(f"manage.change.{STAFF.id}", "manage.fill_choice.remove")
    picture(guest.shell, "manage_person_remove_1280")
    guest.touch("manage.remove_choice.yes")
    assert STAFF not in desk.vault.operators()
    assert not guest.shows(f"manage.person.{STAFF.id}")


def test_a_stand_in_comes_for_this_session_on_the_citys_word(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture, qtbot: QtBot
) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "tab.manage", "manage.people", "manage.add_substitute")
    picture(guest.shell, "manage_substitute_1280")
    guest.field("manage.substitute.name").setText("田中 花子")
    guest.field("manage.substitute.id").setText("tanaka")
    guest.field("manage.substitute.officer").setText("市民課 佐々木")
    guest.field("manage.substitute.time").setText("00:00")
    guest.touch("manage.substitute.pledged.0", "manage.substitute.next")
    choose_pin(guest, NEW_PIN)
    not_briefed = texts.say(Refused("substitute_briefing"))
    qtbot.waitUntil(lambda: guest.said == not_briefed, timeout=20_000)
    assert guest.field("manage.substitute.name").text() == "田中 花子", "what was typed is still there"

    guest.touch("manage.substitute.briefed.0", "manage.substitute.next")
    choose_pin(guest, NEW_PIN)
    qtbot.waitUntil(lambda: guest.shows("manage.person.tanaka"), timeout=20_000)
    picture(guest.shell, "manage_people_substitute_1280")
    assert desk.vault.vouch("tanaka", NEW_PIN) == Operator("tanaka", "田中 花子", Role.STAFF)


def test_before_a_session_there_is_nothing_to_stand_in_for(guest: Guest) -> None:
    guest.sign_in(MANAGER)
    guest.touch("opening.manage")
    button = guest.shell.findChild(QPushButton, "manage.add_substitute")
    assert not button.isEnabled()
