"""What a manager looks after at the window: devices, sticks, the key card, the end of the program."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.errors import Refused
from kiosk.services.desk import Desk
from kiosk.services.practice import MANAGER, STAFF
from kiosk.ui.device_checks import DeviceChecks
from kiosk.ui.texts import Texts
from tests.ui.guest import Guest

Picture = Callable[[QWidget, str], Path]


def test_devices_are_seen_and_tested(guest: Guest, texts: Texts, picture: Picture, qtbot: QtBot) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "tab.manage", "manage.devices")
    guest.touch("manage.test.printer")
    assert guest.said == texts.get("manage.test.printed")
    guest.touch("manage.test.drive")
    assert guest.said == texts.get("manage.test.drive_ok")
    picture(guest.shell, "manage_devices_1280")
    states = DeviceChecks(guest.window.equipment).states()

    assert states["printer"] == ("success", "device.printer_ready")
    assert states["drive"] == ("success", "device.drive_ready")
    assert all(texts.has(key) for _, key in states.values())


def test_addresses_are_checked_before_they_are_kept(guest: Guest, desk: Desk, texts: Texts) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "tab.manage", "manage.devices")
    before = (desk.vault.folder.root / "devices.toml").read_bytes()
    guest.field("manage.device.window").setText("'; x = 1")
    guest.touch("manage.save")
    assert guest.said == texts.say(Refused("settings_unreadable", where="devices.toml"))
    assert (desk.vault.folder.root / "devices.toml").read_bytes() == before

    guest.field("manage.device.window").setText("3")
    guest.touch("manage.width.576", "manage.save")
    assert desk.devices.window == "3"
    assert desk.devices.width_dots == 576


def test_a_stick_is_registered_with_an_approval_only(guest: Guest, desk: Desk, texts: Texts) -> None:
    from kiosk.services.practice import MEDIUM_APPROVAL

    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "tab.manage", "manage.medium")
    guest.field("manage.serial").setText("ABC-0012")
    guest.field("manage.approval").setText("令7-99")
    guest.touch("manage.register")
    assert guest.said == texts.say(Refused("approval_unknown"))
    guest.field("manage.approval").setText(MEDIUM_APPROVAL)
    guest.touch("manage.register")

    with desk.office.reading() as view:
        medium = view.media.find("ABC-0012")
    assert medium is not None
    assert medium.approval == MEDIUM_APPROVAL


def test_the_public_card_is_saved_as_it_is_shown(guest: Guest, desk: Desk, picture: Picture) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "tab.manage", "manage.key")
    picture(guest.shell, "manage_key_1280")
    guest.touch("manage.save_card")
    papers = desk.vault.folder.root / "papers"
    saved = json.loads((papers / "kiosk-K1-card.json").read_text(encoding="utf-8"))

    assert guest.words("manage.card.signing").replace("\u200b", "") == saved["signing_key"]
    assert guest.words("manage.card.recipient").replace("\u200b", "") == saved["recipient"]
    assert (papers / "kiosk-K1-card.pdf").read_bytes()[:5] == b"%PDF-"


def test_in_kiosk_mode_only_a_manager_ends_the_program(guest: Guest) -> None:
    guest.shell.keep_open(True)
    guest.shell.close()
    assert guest.shell.isVisible()
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "topbar.person", "person.lock")
    guest.sign_in(STAFF)
    guest.touch("tab.manage", "manage.leave")
    end = guest.shell.findChild(QPushButton, "manage.end")
    assert not end.isEnabled()
    guest.touch("topbar.person", "person.lock")
    guest.sign_in(MANAGER)
    guest.touch("tab.manage", "manage.leave", "manage.end", "manage.end_choice.yes")

    assert not guest.shell.isVisible()
