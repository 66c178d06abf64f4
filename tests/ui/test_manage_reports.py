"""Reports, the contract year and the acts by touch; the city's inspector looks, and the look is on record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook  # type: ignore[import-untyped]
from PySide6.QtWidgets import QPushButton, QWidget

from kiosk.domain.staff import Operator, Role
from kiosk.services.access import Access
from kiosk.services.closing import Closing
from kiosk.services.desk import Desk
from kiosk.services.practice import MANAGER, PRACTICE_DAY, STAFF
from kiosk.services.registers import RegisterDesk
from kiosk.ui.texts import Texts
from tests.ui.guest import Guest
from tests.ui.test_person import changed_to

Picture = Callable[[QWidget, str], Path]
MAKES = ("reports.make.month", "reports.make.flyer", "reports.year.read", "reports.year.write")
INSPECTOR, PIN = Operator("kansa", "監査 次郎", Role.INSPECTOR), "72940381"


def able(guest: Guest, name: str) -> bool:
    found = guest.shell.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found.isEnabled()


def test_reports_and_the_year_are_made_by_touch(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture
) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without")
    Closing(desk).approve()
    guest.touch("tab.manage", "manage.reports")
    picture(guest.shell, "manage_reports_1280")
    papers = desk.vault.folder.root / "papers"
    guest.touch("reports.make.month")
    month = [f"jisseki-2025-11.{kind}" for kind in ("pdf", "xlsx", "csv")]
    assert guest.said == texts.get("registers.printed", name="、".join(month))
    assert (papers / month[0]).read_bytes().startswith(b"%PDF")
    guest.touch("reports.make.day")
    assert (papers / f"nippo-{PRACTICE_DAY.isoformat()}.pdf").exists()

    guest.touch("reports.year.write")
    book_file = papers / "nendo-2025.xlsx"
    book = load_workbook(book_file)
    page = book["計画"]
    row = next(row for row in range(1, 30) if page.cell(row, 1).value == "計画件数")
    page.cell(row, 2).value = "多め"
    book.save(book_file)
    guest.touch("reports.year.read", "reports.book.0")
    assert "計画" in guest.words("reports.year.found")
    picture(guest.shell, "manage_year_faults_1280")
    guest.touch("reports.year.ask.cancel")
    page.cell(row, 2).value = 1500
    book.save(book_file)
    guest.touch("reports.year.read", "reports.book.0")
    picture(guest.shell, "manage_year_1280")
    guest.touch("reports.year.ask.take")
    assert desk.rules.plan_cases == 1500


def test_the_inspector_sees_everything_and_changes_nothing(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture
) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    RegisterDesk(desk, Access(desk)).add_person(INSPECTOR, PIN, approval="令7-12", approved_on=PRACTICE_DAY)
    guest.touch("list.without", "tab.manage", "manage.people")
    assert guest.shows(f"manage.change.{STAFF.id}")
    changed_to(guest, INSPECTOR, PIN)
    guest.touch("tab.manage", "manage.people")
    assert not [one.id for one in (MANAGER, STAFF) if guest.shows(f"manage.change.{one.id}")]
    assert not able(guest, "manage.take_list")
    guest.touch("manage.reports")
    assert not [name for name in MAKES if able(guest, name)]
    guest.touch("manage.registers", "registers.group.events", "registers.open.complaints")
    assert not able(guest, "registers.add")
    guest.touch("manage.records")
    picture(guest.shell, "manage_records_1280")
    guest.touch("records.look")
    picture(guest.shell, "manage_acts_1280")
    guest.touch("records.back", "records.extract")
    extract = next((desk.vault.folder.root / "papers").glob("records-*.pdf"))
    assert guest.said == texts.get("registers.printed", name=extract.name)
    with desk.office.reading() as view:
        looked = [(one.act, one.object) for one in view.journal.entries() if one.who == INSPECTOR.id]
    assert [one for one in looked if one[0] != "change_operator"] == [
        ("look_at", "complaints"),
        ("look_at", "journal"),
        ("extract", "records"),
    ]
