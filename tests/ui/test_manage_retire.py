"""The end of the contract at the window: the last batch, its receipt, two people, and a last page."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kiosk.city.desk import answer, write_answer
from kiosk.city.home import CityHome
from kiosk.domain.batch import BatchName
from kiosk.domain.errors import Refused
from kiosk.domain.registers import Subject
from kiosk.domain.staff import Act
from kiosk.services.access import Access
from kiosk.services.clock import Clock
from kiosk.services.commission import standing
from kiosk.services.desk import Desk
from kiosk.services.order import is_retired
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY, SECOND
from kiosk.services.register_book import RegisterBook
from kiosk.services.registers import RegisterDesk
from kiosk.ui.texts import Texts
from tests.ui.guest import Guest

Picture = Callable[[QWidget, str], Path]
APPROVAL = "令7-練-31"


def to_the_page(guest: Guest) -> None:
    guest.sign_in(MANAGER)
    guest.touch("opening.manage", "manage.leave", "manage.retire.begin")


def the_city_answers(city: Path, stick: Path) -> None:
    batch = next(stick.glob("*.zip"))
    given = answer(CityHome.open(city), batch, Clock().now(), by="市職員 1番")
    write_answer(given, stick / BatchName.parse(batch.name).receipt_file)


def test_a_lent_thing_stands_in_the_way_until_it_is_returned(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture
) -> None:
    guest.sign_in(MANAGER)
    lent = {"item": "統合端末", "count": "1台", "lent_on": "2025-08-01", "keeper": MANAGER.name}
    RegisterBook(desk).enter("lent", lent)
    guest.touch("opening.manage", "manage.leave")
    picture(guest.shell, "manage_leave_1280")
    guest.touch("manage.retire.begin")
    shown = [label.text() for label in guest.shell.findChildren(QLabel, "closing.title") if label.isVisible()]
    assert shown == [texts.get("manage.retire.blocked")]
    picture(guest.shell, "manage_retire_blocked_1280")
    assert not guest.shows("manage.retire.seal")
    guest.touch("manage.retire.leave")
    assert guest.shows("manage.end")


def test_two_people_end_the_pc_and_the_window_knows_nothing_any_more(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture, template: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    guest.sign_in(MANAGER)
    with desk.office_work(Act.EDIT_APPROVALS) as (work, _):
        work.approvals.save(standing(APPROVAL, Subject.RETIRE, PRACTICE_DAY.year))
        work.commit()
    guest.touch("opening.manage", "manage.leave", "manage.retire.begin")
    picture(guest.shell, "manage_retire_seal_1280")
    guest.touch("manage.retire.seal")
    qtbot.waitUntil(lambda: guest.shows("closing.write"), timeout=30_000)
    picture(guest.shell, "manage_retire_write_1280")
    guest.touch("closing.write")
    qtbot.waitUntil(lambda: guest.shows("manage.retire.receive"), timeout=30_000)
    picture(guest.shell, "manage_retire_receive_1280")
    guest.touch("manage.retire.receive")
    assert guest.said
    the_city_answers(shutil.copytree(template / "city", tmp_path / "city"), tmp_path / "batch")
    guest.touch("manage.retire.receive")
    qtbot.waitUntil(lambda: guest.shows("manage.retire.destroy"))
    picture(guest.shell, "manage_retire_destroy_1280")
    guest.touch("manage.retire.destroy")
    picture(guest.shell, "manage_retire_last_1280")
    guest.field("manage.retire.witness").setText("市職員 2番")
    guest.touch("manage.retire.next", f"manage.retire.second.{SECOND.id}")
    picture(guest.shell, "manage_retire_second_1280")
    guest.field("manage.retire.second.pin").setText("11112222")
    guest.touch("manage.retire.second.save")
    qtbot.waitUntil(lambda: bool(guest.said), timeout=20_000)
    assert not is_retired(desk.vault.folder.root)
    assert desk.operator == MANAGER
    qtbot.waitUntil(lambda: guest.shows("manage.retire.second.save"))
    guest.field("manage.retire.second.pin").setText(PINS[SECOND.id])
    guest.touch("manage.retire.second.save")
    qtbot.waitUntil(lambda: guest.front == "retired", timeout=30_000)
    picture(guest.shell, "retired_1280")
    assert is_retired(desk.vault.folder.root)
    assert (desk.operator, desk.office_db) == (None, None)
    # What every few seconds is looked at finds nothing and says nothing.
    guest.shell.round_begins.emit()
    guest.touch("retired.leave")
    assert not guest.shell.isVisible()
    Access(desk).lock()


def test_the_end_of_a_stick_is_entered_at_the_window(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture
) -> None:
    guest.sign_in(MANAGER)
    guest.touch("opening.manage", "manage.medium", "manage.medium.ends")
    ((medium, end),) = RegisterDesk(desk, Access(desk)).media()
    assert end is None
    picture(guest.shell, "manage_medium_ends_1280")
    guest.touch(f"manage.medium.end.{medium.serial}")
    picture(guest.shell, "manage_medium_end_1280")
    guest.touch("manage.medium.state.destroyed", "manage.medium.keep")
    assert guest.said == texts.say(Refused("medium_end_people"))
    guest.field("manage.medium.by").setText("佐藤 和子")
    guest.field("manage.medium.witness").setText("市職員 2番")
    guest.field("manage.medium.certificate").setText("破-2026-014")
    guest.touch("manage.medium.keep")
    ((medium, end),) = RegisterDesk(desk, Access(desk)).media()
    assert end is not None
    assert (end.by, end.witness, end.certificate) == ("佐藤 和子", "市職員 2番", "破-2026-014")
    assert not guest.shows(f"manage.medium.end.{medium.serial}")
