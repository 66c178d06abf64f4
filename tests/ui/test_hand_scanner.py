"""A hand scanner lies on the desk: it types wherever the cursor is, and nobody looks where that is."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.domain.ticket import ticket_code
from kiosk.domain.visit import Event, Service, State
from kiosk.services.desk import Desk
from kiosk.services.practice import MANAGER
from kiosk.services.reception import Reception
from tests.ui.guest import Guest


class Scanner:
    """Types a whole ticket and Enter into whatever has the cursor at each moment."""

    def __init__(self, guest: Guest, desk: Desk) -> None:
        self._guest, self._desk = guest, desk

    def code(self, number: str, day: date | None = None) -> str:
        with self._desk.office.reading() as view:
            key = bytes.fromhex(view.settings.get("outpost_key"))
        return ticket_code(self._desk.rules.site, day or self._desk.session_day, number, key)

    def reads(self, text: str) -> None:
        for sign in text:
            QTest.keyClicks(QApplication.focusWidget() or self._guest.shell, sign)
        QTest.keyClick(QApplication.focusWidget() or self._guest.shell, Qt.Key.Key_Return)
        self._guest.wait()


def test_every_scan_arrives_wherever_the_last_touch_was(guest: Guest, desk: Desk) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.window.passage.list_finished()
    guest.shell.activateWindow()
    reception, scanner = Reception(desk), Scanner(guest, desk)
    writing, talk, photo, mistake = (
        reception.check_in(service).ticket
        for service in (Service.ISSUANCE, Service.CONSULTATION, Service.APPLICATION, Service.CONSULTATION)
    )
    reception.void(mistake)

    # The reception: no field was touched, and what was refused does not stand before the next scan.
    guest.window.passage.go("reception")
    scanner.reads(scanner.code(writing)[:12])
    assert "番号札のものではありません" in guest.said
    scanner.reads(scanner.code(writing, date(2025, 1, 1)))
    assert "別の日のもの" in guest.said
    for text in ("https://net.kojinbango-card.go.jp/?id=00000000000000000000042", "R251105999"):
        scanner.reads(text)  # nobody's booking, and no part of the next scan
        assert guest.field("reception.search").text() == text
    for number in (writing, writing, talk, photo):
        scanner.reads(scanner.code(number))
        assert (guest.words("reception.ticket"), guest.said) == (number, "")
    guest.touch("reception.to_list", "reception.walk_in", "reception.service.cancel")
    guest.field("reception.search").setText("ヤマ")
    scanner.reads(scanner.code(talk).lower().replace(":", "+"))  # Caps Lock, and a colon of another keyboard
    assert guest.words("reception.ticket") == talk

    # A ticket is no name, and what is said about it is not wiped away by the same Enter.
    guest.field("reception.name").setFocus()
    scanner.reads(scanner.code(talk))
    assert "名前の欄に番号札のコード" in guest.said
    with desk.session.reading() as view:
        assert view.visits.get(talk).name == ""

    # The window: who cannot come is told apart, and a ticket read twice leaves nothing behind.
    guest.window.passage.go("counter")
    for number, why in ((writing, "記載がまだ"), (mistake, "取り消"), (writing, "記載がまだ")):
        scanner.reads(scanner.code(number))
        assert (why in guest.said, guest.field("counter.number").text()) == (True, "")
    scanner.reads(scanner.code(talk))
    assert guest.shows("counter.hold")
    with desk.session.reading() as view:
        assert view.visits.get(talk).steps[-1].event is Event.CALL

    # The photo: from the list of who waits straight to the camera.
    guest.window.passage.go("photo")
    scanner.reads(scanner.code(photo))
    with desk.session.reading() as view:
        assert view.visits.get(photo).state is State.SERVING
