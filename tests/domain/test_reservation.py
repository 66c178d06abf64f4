"""The city's list comes in whole or not at all, and only the columns we may keep."""

from __future__ import annotations

import csv
import datetime
import io
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kiosk.domain.errors import Refused
from kiosk.domain.reservation import (
    NO_TEXT,
    ColumnMapping,
    Flag,
    ImportResult,
    Reservation,
    column_mapping,
    read_list,
)

SESSION = datetime.date(2025, 11, 5)
HEADER = [
    "予約番号",
    "予約日",
    "時間枠",
    "ステータス",
    "氏名",
    "フリガナ",
    "生年月日",
    "電話番号",
    "人数",
    "備考",
]
GOOD = ["R1", "2025/11/05", "09:00〜", "予約確定", "小金井 花子", "コガネイ ハナコ", "S40.12.3",
        "042-000-0000", "1", ""]  # fmt: skip


def listed(*rows: list[str], header: list[str] | None = None, delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([header or HEADER, *rows])
    return text.getvalue()


def changed(**cells: str) -> list[str]:
    """The good row with some cells written differently."""
    places = {"number": 0, "date": 1, "slot": 2, "status": 3, "name": 4, "kana": 5, "birth": 6, "phone": 7,
              "party": 8, "remarks": 9}  # fmt: skip
    row = list(GOOD)
    for name, value in cells.items():
        row[places[name]] = value
    return row


def read(*rows: list[str], mapping: ColumnMapping | None = None) -> ImportResult:
    return read_list(listed(*rows).encode(), mapping or ColumnMapping(), SESSION)


def refusal(untrusted: bytes, mapping: ColumnMapping | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        read_list(untrusted, mapping or ColumnMapping(), SESSION)
    return caught.value


@pytest.mark.parametrize(
    ("file", "encoding"), [("reservations_utf8_bom.csv", "utf-8-sig"), ("reservations_cp932.csv", "cp932")]
)
def test_the_practice_list_in_both_encodings(checkout: Path, file: str, encoding: str) -> None:
    content = (checkout / "resources" / "practice" / file).read_bytes()
    result = read_list(content, ColumnMapping(), SESSION)
    assert (result.encoding, result.rows, result.imported, result.cancelled) == (encoding, 10, 9, 1)
    assert (result.other_days, result.flagged) == (0, ())
    kept = {one.number: one for one in result.kept}
    assert kept["R251105002"] == Reservation(
        "R251105002", "09:20", False, "髙橋 一郎", "ﾀｶﾊｼ ｲﾁﾛｳ", flags=("variant_name",)
    )
    assert kept["R251105004"].name == "渡邉　由美"  # the wide blank stays as it was written
    assert kept["R251105004"].remarks == "車椅子で来場"
    assert kept["R251105006"].cancelled
    assert kept["R251105008"].flags == ("under_15", "variant_name")
    assert kept["R251105009"].flags == ("under_15",)
    assert kept["R251105009"].remarks == "母と来場\n代理人の書類を確認"
    assert result.dropped_columns == ("電話番号", "申込日時")


def test_both_practice_lists_are_one_list(checkout: Path) -> None:
    folder = checkout / "resources" / "practice"
    mark, cp932 = (
        read_list((folder / f"reservations_{kind}.csv").read_bytes(), ColumnMapping(), SESSION)
        for kind in ("utf8_bom", "cp932")
    )
    assert mark.kept == cp932.kept


def test_birth_date_telephone_and_application_time_go_nowhere(checkout: Path) -> None:
    content = (checkout / "resources" / "practice" / "reservations_utf8_bom.csv").read_bytes()
    stored = repr([asdict(one) for one in read_list(content, ColumnMapping(), SESSION).kept])
    for value in ("042-000", "昭和", "1972", "2025/10", "H12"):
        assert value in content.decode("utf-8-sig")
        assert value not in stored


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    text = listed(changed(name="髙﨑①㈱德", remarks="一行目\r\n二行目"), delimiter=delimiter)
    result = read_list(text.encode(encoding), ColumnMapping(), SESSION)
    assert result.encoding == encoding
    assert (result.kept[0].name, result.kept[0].remarks) == ("髙﨑①㈱德", "一行目\r\n二行目")


def test_a_name_is_stored_as_written_even_where_normalisation_would_change_it() -> None:
    name = "\ufa10\uf9dc カ\u3099 "
    assert read(changed(name=name)).kept[0].name == name


def test_a_private_use_sign_is_flagged_with_its_row() -> None:
    result = read(list(GOOD), changed(number="R2", name="\ue000田"))
    assert result.kept[1].flags == ("private_use_name",)
    assert result.flagged == (Flag(3, "氏名", "private_use_name"),)


def test_other_days_are_counted_and_not_looked_into() -> None:
    result = read(changed(number="R0", date="令和7年11月9日", slot="?", name=""), list(GOOD))
    assert (result.rows, result.other_days, len(result.kept)) == (2, 1, 1)


def test_a_list_without_reservations_is_a_quiet_day() -> None:
    assert read().rows == 0


@pytest.mark.parametrize(
    ("slot", "wanted"),
    [("9:05", "09:05"), ("09：20～09：40", "09:20"), ("10:40-11:00", "10:40"), ("12:00〜", "12:00")],
)
def test_the_first_time_counts_whatever_follows(slot: str, wanted: str) -> None:
    assert read(changed(slot=slot)).kept[0].slot == wanted


@pytest.mark.parametrize(
    ("birth", "flags"),
    [
        ("", ()),
        ("2007-11-05", ()),  # 18 today
        ("2007-11-06", ("age_15_17",)),
        ("2010-11-05", ("age_15_17",)),  # 15 today
        ("2010-11-06", ("under_15",)),
        ("2024-11-05", ("under_15",)),  # first birthday today
        ("2024-11-06", ("under_1", "under_15")),
        ("2025-11-05", ("under_1", "under_15")),
    ],
)
def test_a_birth_date_becomes_flags_on_the_session_day(birth: str, flags: tuple[str, ...]) -> None:
    assert read(changed(birth=birth)).kept[0].flags == flags


@pytest.mark.parametrize(("party", "size"), [("", 1), ("2", 2), ("３名", 3), ("4 人", 4)])
def test_the_party(party: str, size: int) -> None:
    assert read(changed(party=party)).kept[0].party_size == size


def test_the_same_row_twice_is_taken_once_and_told() -> None:
    result = read(list(GOOD), list(GOOD))
    assert len(result.kept) == 1
    assert result.flagged == (Flag(3, "予約番号", "duplicate_row"),)


def test_an_unknown_status_is_taken_and_told() -> None:
    result = read(changed(status="仮予約"))
    assert not result.kept[0].cancelled
    assert result.flagged == (Flag(2, "ステータス", "unknown_status"),)


def test_long_remarks_are_cut_and_told() -> None:
    result = read(changed(remarks="あ" * 201))
    assert result.kept[0].remarks == "あ" * 200
    assert result.flagged == (Flag(2, "備考", "remarks_cut"),)


def test_a_resident_code_is_warned_of() -> None:
    assert read(changed(remarks="12345678901")).flagged == (Flag(2, "備考", "resident_code_possible"),)


@pytest.mark.parametrize(
    ("cells", "key", "column"),
    [
        ({"date": "2025/11/31"}, "import_bad_date", "予約日"),
        ({"date": ""}, "import_bad_date", "予約日"),
        ({"birth": "昭和64年1月8日"}, "import_bad_date", "生年月日"),
        ({"birth": "2025-11-06"}, "import_bad_date", "生年月日"),
        ({"slot": "午前"}, "import_bad_slot", "時間枠"),
        ({"slot": "25:00"}, "import_bad_slot", "時間枠"),
        ({"slot": "109:00"}, "import_bad_slot", "時間枠"),
        ({"party": "0"}, "import_bad_party", "人数"),
        ({"party": "21"}, "import_bad_party", "人数"),
        ({"party": "二"}, "import_bad_party", "人数"),
        ({"name": "　"}, "import_cell_empty", "氏名"),
        ({"number": ""}, "import_cell_empty", "予約番号"),
        ({"name": "小金井\n花子"}, "import_bad_name", "氏名"),
        ({"kana": "カ" * 201}, "import_bad_name", "フリガナ"),
        ({"remarks": "番号 1234-5678-9018"}, "import_my_number", "備考"),
        ({"name": "１２３４５６７８９０１８"}, "import_my_number", "氏名"),
        ({"number": "123456789018"}, "import_my_number", "予約番号"),
        ({"number": "R1", "name": "別の人"}, "import_duplicate", "予約番号"),
    ],
)
def test_one_wrong_cell_refuses_the_whole_list_with_row_and_column(
    cells: dict[str, str], key: str, column: str
) -> None:
    no = refusal(listed(list(GOOD), changed(**({"number": "R2"} | cells))).encode())
    assert no.key == key
    assert (no.facts["row"], no.facts["column"]) == (3, column)
    for value in cells.values():
        assert value not in list(no.facts.values()) or value == ""


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    text = listed(changed(remarks="二行の\n備考"), changed(number="R2", slot=""))
    assert refusal(text.encode()).facts["row"] == 3


def test_a_row_that_is_too_short_or_too_long() -> None:
    no = refusal(listed(list(GOOD), GOOD[:4]).encode())
    assert (no.key, no.facts["row"], no.facts["column"]) == ("import_row_length", 3, "氏名")
    assert refusal(listed([*GOOD, "more"]).encode()).key == "import_row_length"


def test_a_quote_that_never_closes() -> None:
    assert refusal((listed(list(GOOD)) + 'R2,"2025').encode()).key == "import_broken"


def test_missing_and_doubled_columns() -> None:
    no = refusal(listed(header=[*HEADER[:4], *HEADER[5:]]).encode())
    assert (no.key, no.facts) == ("import_column_missing", {"column": "氏名"})
    no = refusal(listed(header=[*HEADER, "氏名"]).encode())
    assert (no.key, no.facts) == ("import_column_twice", {"column": "氏名"})


def test_a_heading_in_half_width_kana_is_the_same_heading() -> None:
    header = ["ﾌﾘｶﾞﾅ" if name == "フリガナ" else name for name in HEADER]
    result = read_list(listed(list(GOOD), header=header).encode("cp932"), ColumnMapping(), SESSION)
    assert result.kept[0].kana == "コガネイ ハナコ"


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "import_empty_list"),
        (b"\r\n\r\n", "import_empty_list"),
        (b"PK\x03\x04rest of a workbook", "import_is_workbook"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "import_encoding"),
        ("予約番号".encode("utf-16"), "import_encoding"),
        (b"\xef\xbb\xbf\xff", "import_encoding"),
        (b"hello", "import_column_missing"),
        (b"a" * (16 * 1024 * 1024 + 1), "import_too_large"),
    ],
)
def test_a_file_that_is_no_list(content: bytes, key: str) -> None:
    assert refusal(content).key == key


def test_ten_thousand_rows() -> None:
    result = read(*(changed(number=f"R{n}") for n in range(10_000)))
    assert len(result.kept) == 10_000


@given(some.binary(max_size=300))
def test_any_bytes_are_a_list_or_a_clear_refusal(content: bytes) -> None:
    try:
        key = f"import_{read_list(content, ColumnMapping(), SESSION).rows}"
    except Refused as no:
        key = no.key
    assert key.startswith("import_")


CELL = some.text(some.characters(exclude_characters=NO_TEXT, codec="utf-8"), max_size=12)


@given(some.lists(CELL, min_size=10, max_size=10))
def test_any_row_is_kept_counted_or_refused_with_its_place(cells: list[str]) -> None:
    try:
        result = read_list(listed(list(GOOD), cells).encode(), ColumnMapping(), SESSION)
        place = 1 + len(result.kept) + result.other_days
    except Refused as no:
        place = int(no.facts["row"])
    assert place == (3 if any(cell.strip() for cell in cells) else 2)


def test_another_citys_list_is_a_matter_of_the_profile() -> None:
    mapping = column_mapping(
        {"name": "other", "guard_number": False,
         "columns": {"number": "ID", "date": "日", "slot": "時", "status": "", "name": "名前", "kana": "",
                     "birth": "", "party": "", "remarks": ""}}
    )  # fmt: skip
    text = listed(["123456789018", "R7.11.5", "9:00", "花子"], header=["ID", "日", "時", "名前"])
    kept = read_list(text.encode(), mapping, SESSION).kept
    assert kept == (Reservation("123456789018", "09:00", False, "花子", ""),)


def test_a_profile_that_says_nothing_means_koganeis_list() -> None:
    assert column_mapping({"name": "koganei"}) == ColumnMapping()
    assert column_mapping({"cancelled": ["取下げ"]}).cancelled == ("取下げ",)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"columns": {"name": ""}}, "name"),
        ({"columns": {"phone": "電話番号"}}, "phone"),
        ({"columns": {"name": 3}}, "name"),
        ({"columns": {"guard_number": "yes"}}, "guard_number"),
        ({"columns": []}, "columns"),
        ({"cancelled": "取消"}, "cancelled"),
        ({"guard_number": 1}, "guard_number"),
        ({"colour": "red"}, "colour"),
        ({"kana": "カナ"}, "kana"),
    ],
)
def test_a_wrong_profile_names_the_field(settings: dict[str, object], field: str) -> None:
    with pytest.raises(Refused, match="import_mapping") as caught:
        column_mapping(settings)
    assert caught.value.facts == {"field": field}
