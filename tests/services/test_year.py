"""The contract year from one workbook: written as a template, looked over whole, all of it or nothing."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from kiosk.domain.agenda_changes import ChangeKind
from kiosk.domain.errors import Refused
from kiosk.paths import resources
from kiosk.services.agenda_book import held_days
from kiosk.services.practice import MEDIUM_APPROVAL, STAFF
from kiosk.services.year import YearDesk, YearLook, blank_template
from kiosk.services.year_table import FIRST_ROW, year_sheets
from kiosk.settings import read_text
from kiosk.settings.profile import read_profile
from kiosk.settings.toml_text import toml_text
from tests.house import Counterday

Fill = Callable[[Workbook], None]


def filled(day: Counterday, fill: Fill) -> bytes:
    book = load_workbook(io.BytesIO(YearDesk(day.desk).template()))
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(page: Worksheet, title: str, value: object) -> None:
    row = next(row for row in range(FIRST_ROW, 60) if page.cell(row, 1).value == title)
    page.cell(row, 2).value = value


def add(page: Worksheet, *cells: object) -> int:
    row = next(row for row in range(FIRST_ROW, 60) if page.cell(row, 1).value is None)
    for column, value in enumerate(cells, start=1):
        page.cell(row, column).value = value
    return row


def places(look: YearLook) -> list[tuple[str, int, str, str]]:
    return [(one.sheet, one.row, one.column, one.key) for one in look.faults]


def next_year(book: Workbook) -> None:
    put(book["基本"], "委託業務の名称", "令和8年度 出張交付窓口等業務委託")
    put(book["基本"], "ビデオ確認の市職員", "市職員 1番、市職員 4番")
    put(book["計画"], "契約の最初の月", "令和7年11月")
    put(book["計画"], "契約の最後の月", datetime(2026, 10, 1))
    put(book["計画"], "計画件数", "１,２００")
    add(book["会場"], "東センター", "集会室", "東町1-1", "チャイムと声")
    add(book["開催日の変更"], datetime(2025, 11, 12), "中止", None, "設備点検", "市民課 担当者", "R7.11.1")
    add(
        book["開催日の変更"],
        "2025/11/13",
        "臨時に開く",
        "東センター",
        "振替",
        "市民課 担当者",
        date(2025, 11, 1),
    )
    add(
        book["従事者"],
        "tanaka",
        "田中 一",
        "従事者",
        "契約",
        "12",
        "R7.10.1",
        "R7.10.2",
        "R7.10.2",
        "R7.10.3",
        "令7-8",
    )
    add(book["媒体"], "SERIAL-77", "SSD", MEDIUM_APPROVAL)


def test_a_year_is_set_up_from_one_book(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    desk = YearDesk(kiosk.desk)
    assert desk.look(desk.template()).changed == (), "as it was written it changes nothing"
    book = filled(kiosk, next_year)
    look = desk.look(book)
    assert places(look) == []
    assert kiosk.desk.rules.plan_cases == 1440, "a look writes nothing"
    assert desk.take(book) == look
    assert dict(look.counts) == {"settings": 6, "changes": 2, "staff": 1, "media": 1}

    rules = kiosk.desk.rules
    assert (rules.name, rules.plan_cases) == ("令和8年度 出張交付窓口等業務委託", 1200)
    assert (rules.procedure.officers, rules.venues[-1].sound) == (("市職員 1番", "市職員 4番"), "voice")
    assert (rules.handover.transport_people, rules.agenda["last_month"]) == (1, "2026-10")
    days = {one.date for one in held_days(kiosk.desk)}
    assert date(2025, 11, 13) in days
    assert date(2025, 11, 12) not in days
    with kiosk.desk.office.reading() as view:
        (person,) = [one for one in view.staff.all() if one.operator == "tanaka"]
        assert (person.approved_on, person.badge) == (date(2025, 10, 3), "12")
        assert view.media.find("SERIAL-77") is not None
        assert view.journal.entries()[-1].act == "year_setup"
    assert not [one for one in kiosk.desk.vault.operators() if one.id == "tanaka"], (
        "a PIN is chosen in person"
    )
    again = desk.take(book)
    assert (again.changed, set(again.counts.values())) == ((), {0}), "read twice, entered once"
    kiosk.restart()
    assert kiosk.desk.rules == rules


def full_of_faults(book: Workbook) -> None:
    put(book["基本"], "記載照合の人数", "3人")
    put(book["基本"], "予約サイトのアドレス", "http://yoyaku.example.jp")
    put(book["計画"], "計画件数", "たくさん")
    put(book["計画"], "毎週開く曜日", "水、土")
    add(book["会場"], None, "部屋だけ")
    add(book["開催日の変更"], "2025/11/12", "会場の変更", "知らない会場", "理由", "市職員", "2025/11/1")
    add(book["開催日の変更"], "2025/13/40", "中止", None, "理由", "市職員", "2025/11/1")
    add(book["開催日の変更"], "2025/11/11", "中止", None, "理由", "市職員", "2025/11/1")
    add(book["従事者"], "sato k", "名", "従事者")
    add(book["従事者"], "mori", "森", "従事者", "", "", "R7.10.1", "R7.10.1", "R9.10.1", "R7.10.1")
    add(book["媒体"], "SERIAL-78", "USBメモリ", "知らない番号")
    put(book["基本"], "窓口の名称", "番号 123456789018")


def test_every_fault_is_named_at_its_place_and_nothing_is_taken(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    desk, book = YearDesk(kiosk.desk), filled(kiosk, full_of_faults)
    with kiosk.desk.office.reading() as view:
        before = (view.journal.head(), len(view.staff.all()), view.settings.get("profile"))
    assert sorted((sheet, column, key) for sheet, _, column, key in places(desk.look(book))) == sorted(
        [
            ("基本", "値", "my_number_possible"),
            ("基本", "値", "year_choice"),
            ("基本", "値", "flyer_address"),
            ("計画", "値", "year_whole"),
            ("計画", "値", "year_choice"),
            ("会場", "会場名", "year_cell_missing"),
            ("開催日の変更", "会場", "venue_unknown"),
            ("開催日の変更", "開催日", "date_impossible"),
            ("開催日の変更", "開催日", "change_not_now"),
            ("従事者", "ID", "year_id"),
            ("従事者", "誓約日", "year_day_ahead"),
            ("従事者", "承認番号", "staff_approval_missing"),
            ("媒体", "承諾番号", "approval_unknown"),
        ]
    )
    with pytest.raises(Refused, match="year_faults"):
        desk.take(book)
    with kiosk.desk.office.reading() as view:
        assert (view.journal.head(), len(view.staff.all()), view.settings.get("profile")) == before


def test_what_stands_is_not_rewritten_and_rows_are_found_by_their_headings(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    other: list[int] = []

    def fill(book: Workbook) -> None:
        page = book["従事者"]
        page.cell(FIRST_ROW, 6).value = "R7.1.1"
        page.insert_rows(1)
        other.append(next(row for row in range(FIRST_ROW, 60) if page.cell(row, 1).value == STAFF.id))
        page.cell(other[0], 3).value = "業務管理者"
        add(book["媒体"], "SERIAL-79", "SSD", MEDIUM_APPROVAL)
        add(book["媒体"], "SERIAL-79", "SSD", MEDIUM_APPROVAL)

    found = places(YearDesk(kiosk.desk).look(filled(kiosk, fill)))
    assert ("従事者", FIRST_ROW + 1, "報告日", "year_stays") in found
    assert [key for *_, key in found].count("year_role_stays") <= 1
    assert [(column, key) for sheet, _, column, key in found if sheet == "媒体"] == [
        ("製造番号", "year_twice")
    ]


def test_no_workbook_no_change_and_not_while_a_counter_is_open(day: Counterday, tmp_path: Path) -> None:
    desk = YearDesk(day.desk)
    for rubbish in (b"", b"PK\x03\x04 not a book", b"a,b\r\n", bytes(3 << 20)):
        with pytest.raises(Refused, match="year_format"):
            desk.look(rubbish)
    empty = io.BytesIO()
    Workbook().save(empty)
    with pytest.raises(Refused, match="year_empty"):
        desk.look(empty.getvalue())
    with pytest.raises(Refused, match="session_unfinished"):
        desk.take(desk.template())
    day.access.lock()
    day.sign_in_staff()
    with pytest.raises(Refused, match="not_allowed"):
        desk.template()


@pytest.mark.parametrize("name", ["koganei", "sakuranodai"])
def test_a_profile_written_back_reads_the_same(name: str) -> None:
    text = read_text(resources() / "profiles" / f"{name}.toml")
    assert read_profile(toml_text(tomllib.loads(text)), "profile") == read_profile(text, "profile")
    odd = {
        "a": 'x"\\\n\x7f　＝',
        "b.c": {"2025-11-05": [1, 2.5, True]},
        "t": [{"n": "1"}, {"n": "2", "u": {"v": []}}],
    }
    assert tomllib.loads(toml_text(odd)) == odd


def test_the_template_offers_lists_and_says_how_to_write() -> None:
    book = load_workbook(io.BytesIO(blank_template(read_text(resources() / "profiles" / "koganei.toml"))))
    assert [page.title for page in book.worksheets] == [sheet.title for sheet in year_sheets()]
    offers = {
        page.title: [one.formula1 for one in page.data_validations.dataValidation] for page in book.worksheets
    }
    assert '"中止,臨時に開く,会場の変更"' in offers["開催日の変更"]
    assert any("会場" in formula for formula in offers["開催日の変更"])
    assert all(len(formula) < 255 for formulas in offers.values() for formula in formulas)
    assert ChangeKind.CALLED_OFF.value not in str(offers)
