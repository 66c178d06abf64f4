"""What a manager looks after at the window: devices, sticks, the key card, the end of the program."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.errors import Refused
from kiosk.domain.registers import Approval, Subject
from kiosk.domain.staff import Act, Operator, Role
from kiosk.services.access import Access
from kiosk.services.commission import standing
from kiosk.services.desk import Desk
from kiosk.services.practice import ERASURE_APPROVAL, MANAGER, PINS, SECOND, STAFF
from kiosk.services.registers import RegisterDesk
from kiosk.ui.device_checks import DeviceChecks
from kiosk.ui.shell import STATIONS
from kiosk.ui.texts import Texts
from kiosk.ui.theme import WARN_MARK
from tests.ui.guest import Guest

Picture = Callable[[QWidget, str], Path]
NEW_PIN = "58203917"


def write_person(guest: Guest, short: str, name: str, approval: str, on: str) -> None:
    for field, value in (("id", short), ("name", name), ("approval", approval), ("on", on)):
        guest.field(f"manage.new.{field}").setText(value)


def type_over(guest: Guest, name: str, text: str) -> None:
    guest.field(name).clear()
    QTest.keyClicks(guest.field(name), text)


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


def test_the_manager_adds_a_person_who_then_signs_in(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture, qtbot: QtBot
) -> None:
    guest.sign_in(MANAGER)
    guest.touch("opening.manage")
    assert guest.front == "manage"
    assert guest.words("manage.people.warning") == f"{WARN_MARK} {texts.get('manage.one_manager')}"
    picture(guest.shell, "manage_people_1280")
    guest.touch("manage.add_person")
    write_person(guest, "takahashi", "髙橋 桜子", "令7-市民-31", "R7.11.1")
    guest.touch("manage.new.reported_on.0", "manage.new.trained_on.0", "manage.new.pledged_on.0")
    assert guest.words("manage.new.on.both") == "令和7年11月1日（2025年11月1日）"
    picture(guest.shell, "manage_person_form_1280")
    guest.touch("manage.new.next")
    for digit in NEW_PIN:
        guest.touch(f"manage.secret.keypad.{digit}")
    picture(guest.shell, "manage_person_pin_1280")
    guest.touch("manage.secret.next")
    assert guest.words("manage.secret.ask") == texts.get("manage.secret.again")
    guest.field("manage.secret").setText(NEW_PIN)
    guest.touch("manage.secret.next")
    assert guest.shows("manage.people.working")
    picture(guest.shell, "manage_person_working_1280")
    qtbot.waitUntil(lambda: guest.shows("manage.person.takahashi"), timeout=20_000)
    assert guest.said == texts.get("manage.person_added", name="髙橋 桜子")
    row = guest.shell.findChild(QWidget, "manage.person.takahashi")
    said = [label.text() for label in row.findChildren(QLabel)]
    assert "令和7年11月1日（2025年11月1日）" in said
    assert texts.get("manage.person_number", number="令7-市民-31") in said

    guest.lock()
    guest.touch("sign_in.person.takahashi")
    guest.field("sign_in.pin").setText(NEW_PIN)
    guest.touch("sign_in.enter")
    assert guest.front == "opening"
    assert desk.operator == Operator("takahashi", "髙橋 桜子", Role.STAFF)
    guest.touch("opening.manage")
    assert not guest.shell.findChild(QPushButton, "manage.add_person").isEnabled()


def test_without_training_or_pledge_one_stays_outside_until_they_are_entered(
    guest: Guest, texts: Texts, picture: Picture, qtbot: QtBot
) -> None:
    guest.sign_in(MANAGER)
    guest.touch("opening.manage", "manage.add_person")
    write_person(guest, "takahashi", "髙橋 桜子", "令7-市民-31", "R7.11.1")
    guest.touch("manage.new.reported_on.0", "manage.new.next")
    for _ in range(2):
        guest.field("manage.secret").setText(NEW_PIN)
        guest.touch("manage.secret.next")
    qtbot.waitUntil(lambda: guest.shows("manage.fill.takahashi"), timeout=20_000)
    guest.touch("notice.close")
    picture(guest.shell, "manage_people_open_papers_1280")
    guest.touch("manage.fill.takahashi", "manage.fill_choice.trained_on")
    guest.lock()
    guest.touch("sign_in.person.takahashi")
    guest.field("sign_in.pin").setText(NEW_PIN)
    guest.touch("sign_in.enter")
    assert guest.said == texts.say(Refused("staff_not_pledged"))

    guest.sign_in(MANAGER)
    guest.touch("opening.manage", "manage.fill.takahashi", "manage.fill_choice.pledged_on")
    assert not guest.shows("manage.fill.takahashi")
    guest.lock()
    guest.touch("sign_in.person.takahashi")
    guest.field("sign_in.pin").setText(NEW_PIN)
    guest.touch("sign_in.enter")
    assert guest.front == "opening"


def test_a_weak_pin_and_two_different_ones_are_refused_in_words(
    guest: Guest, desk: Desk, texts: Texts
) -> None:
    guest.sign_in(MANAGER)
    guest.touch("opening.manage", "manage.add_person")
    write_person(guest, "takahashi", "髙橋 桜子", "令7-市民-31", "2025-11-05")
    guest.touch("manage.new.next")
    for pin, problem in (
        ("12345678", Refused("pin_weak")),
        ("7391", Refused("pin_too_short", least=8)),
        ("abcdefgh", Refused("pin_digits_only")),
    ):
        guest.field("manage.secret").setText(pin)
        guest.touch("manage.secret.next")
        assert guest.said == texts.say(problem)
        assert guest.field("manage.secret").text() == ""
        assert guest.words("manage.secret.ask") == texts.get("manage.secret.first")
    for pin in (NEW_PIN, "64827391"):
        guest.field("manage.secret").setText(pin)
        guest.touch("manage.secret.next")

    assert guest.said == texts.say(Refused("pin_differs"))
    assert guest.words("manage.secret.ask") == texts.get("manage.secret.first")
    assert "takahashi" not in {person.id for person in desk.vault.operators()}


def test_a_manager_to_be_types_a_passphrase(guest: Guest, texts: Texts, picture: Picture) -> None:
    guest.sign_in(MANAGER)
    guest.touch("opening.manage", "manage.add_person", "manage.new.role.manager")
    write_person(guest, "takahashi", "髙橋 桜子", "令7-市民-31", "2025-11-05")
    guest.touch("manage.new.next")
    picture(guest.shell, "manage_person_phrase_1280")
    guest.field("manage.secret").setText(NEW_PIN)
    guest.touch("manage.secret.next")

    assert guest.said == texts.say(Refused("passphrase_too_short", least=12))


def test_a_person_half_written_is_not_taken(guest: Guest, texts: Texts) -> None:
    guest.sign_in(MANAGER)
    guest.touch("opening.manage", "manage.add_person")
    for field, value, problem in (
        ("name", " ", Refused("staff_name_missing")),
        ("id", "髙橋", Refused("id_unusable")),
        ("id", "ＳＡＴＯ", Refused("operator_known")),
        ("approval", "", Refused("staff_approval_missing")),
        ("on", "7.11.5", Refused("date_unreadable")),
        ("on", "R7.11.6", Refused("date_ahead")),
    ):
        write_person(guest, "takahashi", "髙橋 桜子", "令7-市民-31", "2025-11-05")
        guest.field(f"manage.new.{field}").setText(value)
        guest.touch("manage.new.next")
        assert guest.said == texts.say(problem)
        assert not guest.shows("manage.secret.next")


def test_what_was_typed_of_a_pin_does_not_outlive_the_lock(guest: Guest, texts: Texts) -> None:
    guest.sign_in(MANAGER)
    guest.touch("opening.manage", "manage.add_person")
    write_person(guest, "takahashi", "髙橋 桜子", "令7-市民-31", "2025-11-05")
    guest.touch("manage.new.next")
    guest.field("manage.secret").setText(NEW_PIN)
    guest.touch("manage.secret.next")
    guest.field("manage.secret").setText(NEW_PIN[:5])
    guest.lock()
    assert guest.field("manage.secret").text() == ""
    guest.sign_in(MANAGER)
    guest.touch("opening.manage")
    assert guest.words("manage.secret.ask") == texts.get("manage.secret.first")
    guest.lock()
    guest.sign_in(STAFF)
    guest.touch("opening.manage")

    assert guest.shows("manage.people.list")


def test_a_number_is_entered_by_two_and_only_once(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture, qtbot: QtBot
) -> None:
    guest.sign_in(MANAGER)
    guest.touch("opening.manage", "manage.approvals")
    picture(guest.shell, "manage_approvals_1280")
    guest.touch("manage.add_approval", "manage.entry.subject.erasure", "manage.entry.kind.single")
    guest.field("manage.entry.number").setText("令7-市民-204")
    type_over(guest, "manage.entry.on", "R7.4.1")
    assert guest.words("manage.entry.until.both") == "令和8年3月31日（2026年3月31日）"
    picture(guest.shell, "manage_approval_form_1280")
    guest.touch("manage.entry.next")
    assert guest.words("manage.second.from") == "令和7年4月1日（2025年4月1日）から"
    guest.touch(f"manage.second.{SECOND.id}")
    guest.field("manage.second.pin").setText(PINS[STAFF.id])
    picture(guest.shell, "manage_approval_second_1280")
    guest.touch("manage.second.save")
    qtbot.waitUntil(lambda: bool(guest.said), timeout=20_000)
    assert guest.said == texts.say(Refused("pin_wrong", tries_left=4))
    assert guest.shows("manage.second.save"), "what was typed is still there for another try"
    assert guest.field("manage.second.pin").text() == ""

    guest.field("manage.second.pin").setText(PINS[SECOND.id])
    guest.touch("notice.close", "manage.second.save")
    qtbot.waitUntil(lambda: guest.shows("manage.add_approval"), timeout=20_000)
    assert guest.said == texts.get("manage.approval_entered", number="令7-市民-204")
    picture(guest.shell, "manage_approval_entered_1280")
    entered = [
        entry for entry in RegisterDesk(desk, Access(desk)).approvals() if entry.number == "令7-市民-204"
    ]
    paper, end = date(2025, 4, 1), date(2026, 3, 31)
    assert entered == [Approval("令7-市民-204", Subject.ERASURE, paper, paper, end, standing=False)]

    guest.touch("manage.add_approval", "manage.entry.subject.erasure")
    guest.field("manage.entry.number").setText("令7-市民-204")
    guest.touch("manage.entry.next")
    assert guest.said == texts.say(Refused("approval_known", number="令7-市民-204"))
    assert not guest.shows("manage.second.save")


def test_dates_that_cannot_be_are_said_in_words(guest: Guest, texts: Texts) -> None:
    guest.sign_in(MANAGER)
    guest.touch("opening.manage", "manage.approvals", "manage.add_approval")
    guest.touch("manage.entry.next")
    assert guest.said == texts.say(Refused("approval_number_empty"))
    guest.field("manage.entry.number").setText("令7-市民-204")
    type_over(guest, "manage.entry.until", "R7.11.31")
    guest.touch("manage.entry.next")
    assert guest.said == texts.say(Refused("date_impossible"))
    type_over(guest, "manage.entry.until", "2025-10-31")
    guest.touch("manage.entry.next")

    assert guest.said == texts.say(Refused("approval_dates_crossed"))


def test_a_stick_is_registered_with_a_number_of_the_register_only(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture
) -> None:
    guest.sign_in(MANAGER)
    with desk.office_work(Act.EDIT_APPROVALS) as (work, _):
        work.approvals.save(standing("令8-市民-6", Subject.MEDIUM, 2026))
        work.approvals.save(standing("令7-市民-66", Subject.MEDIUM, 2025))
        work.commit()
    guest.touch("opening.manage", "manage.medium")
    picture(guest.shell, "manage_medium_1280")
    assert not guest.shows("manage.approval.令8-市民-6"), "next year's number does not hold yet"
    assert not guest.shows(f"manage.approval.{ERASURE_APPROVAL}"), "another subject's number"
    guest.field("manage.serial").setText("ABC-0012")
    guest.touch("manage.register")
    assert guest.said == texts.say(Refused("medium_fields"))
    guest.touch("manage.approval.令7-市民-66", "notice.close", "manage.register")

    assert guest.said == texts.get("manage.registered", serial="ABC-0012", approval="令7-市民-66")
    with desk.office.reading() as view:
        medium = view.media.find("ABC-0012")
    assert medium is not None
    assert medium.approval == "令7-市民-66"


def test_before_the_first_opening_one_finds_back_to_it(guest: Guest) -> None:
    guest.sign_in(MANAGER)
    guest.touch("opening.manage")
    enabled = [name for name in STATIONS if guest.shell.findChild(QPushButton, f"tab.{name}").isEnabled()]
    assert enabled == ["manage"]
    assert not guest.shows("manage.take_list")
    guest.touch("manage.to_opening")
    assert guest.front == "opening"
    guest.open_day()
    guest.touch("list.without")

    assert guest.front == "home"
    guest.touch("tab.manage")
    assert guest.shows("manage.take_list")
    assert not guest.shows("manage.to_opening")


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
    guest.touch("list.without")
    guest.lock()
    guest.sign_in(STAFF)
    guest.touch("tab.manage", "manage.leave")
    end = guest.shell.findChild(QPushButton, "manage.end")
    assert not end.isEnabled()
    guest.lock()
    guest.sign_in(MANAGER)
    guest.touch("tab.manage", "manage.leave", "manage.end", "manage.end_choice.yes")

    assert not guest.shell.isVisible()
