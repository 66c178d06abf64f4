"""The page that stands before everything while the records are in doubt."""

from __future__ import annotations

from datetime import timedelta

from kiosk.domain.integrity import Kind
from kiosk.domain.journal import Anchor
from kiosk.services.desk import Desk
from kiosk.services.inspection import LAST_INSPECTION
from kiosk.services.practice import MANAGER, PINS, STAFF
from tests.ui.conftest import Picture
from tests.ui.guest import Guest


def in_doubt(desk: Desk) -> None:
    desk.vault.keep_anchor("office", Anchor(9_000, "ab" * 32))


def test_staff_see_that_the_manager_is_needed_and_can_only_look(
    guest: Guest, desk: Desk, picture: Picture
) -> None:
    in_doubt(desk)
    guest.sign_in(STAFF)
    assert guest.front == "integrity"
    assert guest.shows("integrity.manager_needed")
    assert not guest.shows("integrity.take_up_verb")
    assert "9000" in guest.words("integrity.noticed.0")
    picture(guest.shell, "integrity_staff")
    guest.touch("integrity.look_verb")
    assert guest.front == "opening"


def test_the_manager_writes_what_happened_and_opens_the_counter(
    guest: Guest, desk: Desk, picture: Picture
) -> None:
    in_doubt(desk)
    guest.sign_in(MANAGER)
    assert guest.front == "integrity"
    picture(guest.shell, "integrity_manager")
    guest.touch("integrity.take_up_verb")
    assert guest.said
    guest.field("integrity.words").setText("停電のあと、控えから戻しました")
    guest.field("integrity.city").setText("市民課 田中（電話 9:05）")
    guest.touch("integrity.take_up_verb")
    assert guest.front == "opening"
    guest.open_day()
    assert desk.concerns == ()


def test_a_session_in_doubt_stops_at_the_gate_when_it_is_taken_up(guest: Guest, desk: Desk) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without")
    assert desk.day is not None
    day = desk.day
    guest.window.passage.lock()
    desk.vault.keep_anchor(day.isoformat(), Anchor(9_000, "ab" * 32))
    guest.sign_in(MANAGER)
    assert guest.front == "integrity"
    assert [concern.kind for concern in desk.concerns] == [Kind.SHORTER]
    assert desk.concerns[0].chain == day.isoformat()
    guest.touch("integrity.look_verb")
    assert guest.front != "integrity"


def test_an_overdue_inspection_is_one_line_before_the_counter_opens(guest: Guest, desk: Desk) -> None:
    guest.sign_in(MANAGER)
    assert not guest.shows("opening.inspection")
    with desk.office.work() as work:
        work.settings.put(LAST_INSPECTION, (desk.clock.today() - timedelta(days=40)).isoformat())
        work.commit()
    guest.shell.refresh()
    assert "40日" in guest.words("opening.inspection")
    assert guest.shows("opening.inspection")
    guest.open_day()
    assert guest.front == "list"


def test_an_office_that_cannot_be_read_has_a_page_of_its_own(
    guest: Guest, desk: Desk, picture: Picture
) -> None:
    office = desk.vault.folder.office
    whole = office.read_bytes()
    office.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    guest.sign_in(MANAGER)

    assert guest.front == "integrity"
    picture(guest.shell, "integrity_wall")
    assert not guest.shows("integrity.look_verb")
    assert not guest.shows("integrity.take_up_verb")
    assert not desk.vault.is_unlocked
    guest.touch("integrity.leave_verb")
    assert guest.front == "sign_in"
    office.write_bytes(whole)  # maintenance brought the whole file back
    guest.sign_in(MANAGER)
    assert guest.front == "opening"


def test_who_takes_over_a_counter_in_doubt_stands_before_the_page(guest: Guest, desk: Desk) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "tab.reception")
    guest.field("reception.search").setText("かとう")
    in_doubt(desk)
    guest.touch("topbar.person", "person.change", f"change.person.{STAFF.id}")
    guest.field("change.pin").setText(PINS[STAFF.id])
    guest.touch("change.enter")

    assert guest.front == "integrity"
    assert guest.shows("integrity.manager_needed")
    guest.touch("integrity.look_verb")
    assert guest.front == "reception"
    assert guest.field("reception.search").text() == "かとう"
    assert desk.operator == STAFF
