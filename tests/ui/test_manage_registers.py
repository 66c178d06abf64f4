"""The office's registers at the window: written, found, corrected, printed; staff only looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from kiosk.domain.errors import Refused
from kiosk.services.desk import Desk
from kiosk.services.practice import MANAGER, STAFF
from kiosk.services.register_book import RegisterBook, all_registers
from kiosk.ui.screens.manage_register_form import ROOM, ROOM_CORRECTED, TAKES, pages_of
from kiosk.ui.screens.manage_registers import GROUPS
from kiosk.ui.texts import Texts
from tests.ui.guest import Guest

Picture = Callable[[QWidget, str], Path]
OPEN_COMPLAINTS = ("tab.manage", "manage.registers", "registers.group.events", "registers.open.complaints")


def paragraph(guest: Guest, name: str) -> QPlainTextEdit:
    found = guest.shell.findChild(QPlainTextEdit, f"registers.field.{name}")
    assert isinstance(found, QPlainTextEdit)
    return found


def button(guest: Guest, name: str) -> QPushButton:
    found = guest.shell.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def test_a_complaint_is_written_found_corrected_and_printed(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture
) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", *OPEN_COMPLAINTS[:3])
    picture(guest.shell, "manage_registers_books_1280")
    guest.touch(OPEN_COMPLAINTS[3], "registers.add")
    guest.field("registers.field.received_at").setText("10時20分")
    guest.field("registers.field.person").setText("番号札 A012 の方")
    assert guest.field("registers.field.received_by").text() == MANAGER.name
    assert guest.field("registers.field.venue").text() == "本町公民館"
    guest.field("registers.field.venue").clear()
    picture(guest.shell, "manage_registers_form_1280")
    for _ in range(2):
        guest.touch("registers.form.next")
    paragraph(guest, "content").setPlainText("待ち時間が長い")
    paragraph(guest, "response").setPlainText("お詫びし、めやすをお伝えした")
    picture(guest.shell, "manage_registers_form_last_1280")
    guest.touch("registers.form.next")
    assert guest.said == texts.say(Refused("register_field_missing", field="会場"))
    guest.field("registers.field.venue").setText("本町公民館")
    guest.touch("registers.form.next")
    assert guest.said == texts.get("registers.saved", title="苦情", number="苦-1")

    QTest.keyClicks(guest.field("registers.search"), "A012")
    guest.touch("registers.look.1", *["registers.form.next"] * 3)
    paragraph(guest, "closed").setPlainText("ご納得いただいた")
    guest.field("registers.reason").setText("終結を書いた")
    guest.touch("registers.form.next")
    kept = RegisterBook(desk).history("complaints", 1)
    assert [one.words["closed"] for one in kept] == ["", "ご納得いただいた"]
    picture(guest.shell, "manage_registers_entries_1280")

    guest.touch("registers.look.1", "registers.form.print")
    assert guest.said == texts.get("registers.printed", name="complaint-1.pdf")
    assert (desk.vault.folder.root / "papers" / "complaint-1.pdf").read_bytes().startswith(b"%PDF")
    picture(guest.shell, "manage_registers_corrected_1280")

    guest.lock()
    guest.sign_in(STAFF)
    guest.touch("tab.manage", "manage.registers")
    assert not button(guest, "registers.form.next").isEnabled() or paragraph(guest, "content").isReadOnly()


def test_every_register_has_its_group_and_its_pages() -> None:
    assert {one.group for one in all_registers()} == set(GROUPS)
    for register in all_registers():
        for room in (ROOM, ROOM_CORRECTED):
            pages = pages_of(register.fields, room)
            assert [one for page in pages for one in page] == list(register.fields)
            assert all(sum(TAKES[one.kind] for one in page) <= room for page in pages)
            assert len(pages) <= 5
