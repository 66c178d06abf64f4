"""A list in a shape nobody has seen: its headings recognised, its statuses sorted."""

from __future__ import annotations

from datetime import date

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.list_columns import as_setting, fits, from_setting, guess, read_sheet
from kiosk.domain.reservation import ColumnMapping, read_list
from kiosk.services.catalogue import list_headings

DAY = date(2025, 11, 5)
OTHER_CITY = (
    "No.,来庁日時,お名前,ふりがな,予約状況,電話,人数,メモ\r\n"
    "17,2025/11/05(水) 09:20,髙橋 一郎,たかはし いちろう,予約済み,042-000-0001,2,\r\n"
    "18,令和7年11月5日10:00,本町 緑,ほんちょう みどり,ご本人キャンセル,042-000-0002,1,\r\n"
    "19,2025/11/09 10:00,別日 太郎,べつび たろう,予約済み,042-000-0003,1,\r\n"
).encode("cp932")


def proposed(content: bytes) -> ColumnMapping:
    headings, cancelled = list_headings()
    return guess(read_sheet(content), headings, cancelled, ColumnMapping())


def test_another_citys_list_is_read_by_the_proposal() -> None:
    mapping = proposed(OTHER_CITY)
    assert (mapping.number, mapping.date, mapping.slot, mapping.name) == (
        "No.",
        "来庁日時",
        "来庁日時",
        "お名前",
    )
    assert (mapping.status, mapping.kana, mapping.birth, mapping.remarks) == (
        "予約状況",
        "ふりがな",
        "",
        "メモ",
    )
    result = read_list(OTHER_CITY, mapping, DAY)
    assert [(one.number, one.slot, one.cancelled, one.party_size) for one in result.kept] == [
        ("17", "09:20", False, 2),
        ("18", "10:00", True, 1),
    ]
    assert (result.other_days, result.flagged) == (1, ())
    assert result.dropped_columns == ("電話",)


def test_our_own_list_is_proposed_as_it_is() -> None:
    own = ColumnMapping()
    content = ",".join(own.columns()).encode()
    assert proposed(content) == own
    assert fits(read_sheet(content), own)


def test_headings_in_half_width_are_recognised() -> None:
    assert proposed("予約番号,予約日,時間枠,氏名,ﾌﾘｶﾞﾅ\n".encode("cp932")).kana == "フリガナ"


@pytest.mark.parametrize(
    "first",
    [
        "R1,2025/11/05,09:00,小金井 花子",
        "R1,令和7年11月5日,朝,小金井 花子",
        "R1,水曜,9:00～,小金井 花子",
        "123456789018,水曜,朝,小金井 花子",
        "12345678901,水曜,朝,小金井 花子",
        "R1,水曜,朝,小金井 花子," + "備" * 41,
    ],
)
def test_a_list_without_headings_is_refused_for_its_first_row_would_be_kept(first: str) -> None:
    with pytest.raises(Refused, match="import_no_heading"):
        read_sheet(first.encode())


def test_examples_days_and_statuses_are_for_looking_only() -> None:
    sheet = read_sheet(OTHER_CITY)
    assert sheet.examples("お名前") == ("髙橋 一郎", "本町 緑", "別日 太郎")
    assert sheet.examples("そんな列はない") == ()
    assert sheet.statuses("予約状況") == ("予約済み", "ご本人キャンセル")
    assert sheet.days(proposed(OTHER_CITY)) == {DAY: 2, date(2025, 11, 9): 1}


def test_a_mapping_survives_being_stored() -> None:
    mapping = proposed(OTHER_CITY)
    assert from_setting(as_setting(mapping)) == mapping
