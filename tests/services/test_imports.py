"""The city's list: read whole or refused whole, kept to the day, handed over on paper."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.list_merge import BOOKING_CHANGED, NOT_IN_LIST, Change, ChangeKind, Overtaken
from kiosk.domain.registers import Subject
from kiosk.domain.staff import Role
from kiosk.domain.visit import Event, Reason, Service
from kiosk.services.commission import standing
from kiosk.services.imports import Given, ImportDone, ListImport
from tests.ui.counter_day import DAY, CounterDay

HEAD = "予約番号,予約日,時間枠,ステータス,氏名,フリガナ,生年月日,電話番号,人数,備考,申込日時\r\n"
ROWS = (
    "R251109001,2025/11/09,09:00～,予約確定,小金井　花子,コガネイ ハナコ,昭和55年4月1日,042-000-0000,1,,\r\n"
    "R251109002,2025/11/09,09:20～,キャンセル,髙橋 一郎,ﾀｶﾊｼ ｲﾁﾛｳ,S40.12.3,042-000-0001,1,,2025/10/11\r\n"
    "R251105003,2025/11/05,09:40～,予約確定,別日 太郎,ベツビ タロウ,1972/02/29,042-000-0002,1,,\r\n"
)
LIST = (HEAD + ROWS).encode("utf-8-sig")
GIVEN = {"medium": "USB", "means": "手渡し", "place": "会場", "giver": "市職員"}
OTHER = (
    "No.,来庁日時,お名前,ふりがな,予約状況\r\n"
    "17,2025/11/09(日) 09:20,髙橋 一郎,たかはし いちろう,予約済み\r\n"
).encode("cp932")


@pytest.fixture
def day() -> CounterDay:
    day = CounterDay()
    with day.desk.office.work() as work:
        work.approvals.save(standing("令7-16", Subject.PLAIN_LIST, 2025))
        work.commit()
    return day


def take(day: CounterDay, content: bytes = LIST, **other: str) -> ImportDone:
    given = Given(**{**GIVEN, **other})
    return ListImport(day.desk).take(content, file_name="list.csv", given=given)


def test_only_the_day_is_kept_and_the_rest_is_counted(day: CounterDay) -> None:
    done = take(day)
    assert (done.result.rows, done.result.cancelled, done.result.other_days) == (3, 1, 1)
    assert [found.reservation.number for found in day.reception.find("")] == ["R251109001", "R251109002"]
    with day.desk.session.reading() as view:
        stored = repr(view.reservations.all())
    for never_kept in ("042-000", "別日", "昭和55年", "1980", "2025/10"):
        assert never_kept not in stored


def test_the_hand_over_is_in_the_ledger_with_hash_count_and_approval(day: CounterDay) -> None:
    done = take(day)
    assert done.number == "預-2025-0001"
    assert done.receipt_pdf.startswith(b"%PDF")
    with day.desk.office.reading() as view:
        (entry,) = view.handovers.all()
        acts = [found.act for found in view.journal.entries()]
    assert (entry.sha256, entry.count) == (hashlib.sha256(LIST).hexdigest(), 3)
    assert (entry.giver, entry.taker, entry.approval) == ("市職員", "山田 太一", "令7-16")
    assert acts == ["handover"]
    assert "小金井" not in repr(entry)


def test_the_same_list_in_both_encodings_gives_the_same_bookings_and_two_numbers(day: CounterDay) -> None:
    first = take(day)
    before = day.reception.find("")
    again = take(day, (HEAD + ROWS).encode("cp932"))
    assert day.reception.find("") == before
    assert (first.number, again.number) == ("預-2025-0001", "預-2025-0002")
    assert again.result.encoding.lower() == "cp932"


def test_a_shorter_list_loses_neither_the_numbers_given_nor_a_booking(day: CounterDay) -> None:
    take(day)
    visit = day.serving(Service.ISSUANCE, "R251109001")
    shorter = (HEAD + ROWS.splitlines(keepends=True)[1]).encode("utf-8-sig")
    merged = take(day, shorter).merged
    assert merged.changes == (Change("R251109001", ChangeKind.GONE),)
    assert day.counter.visit(visit.ticket).name == "小金井　花子"
    assert day.counter.move(visit.ticket, Event.HOLD).reservation == "R251109001"
    again = day.reception.check_in(Service.ISSUANCE, reservation="R251109001")
    assert again.ticket == visit.ticket, "who has a number keeps it"
    found = {one.reservation.number: one for one in day.reception.find("")}
    assert found["R251109001"].reservation.flags[-1] == NOT_IN_LIST


@pytest.mark.parametrize(
    "content", [HEAD, HEAD + ROWS.splitlines(keepends=True)[2]], ids=["empty", "other day"]
)
def test_a_list_without_a_row_of_the_day_takes_no_booking_away(day: CounterDay, content: str) -> None:
    take(day)
    merged = take(day, content.encode("utf-8-sig")).merged
    assert merged.count(ChangeKind.GONE) == 2
    assert len(day.reception.find("")) == 2
    assert take(day).merged.count(ChangeKind.BACK) == 2, "the right list puts it right"


def test_a_later_list_says_what_changed(day: CounterDay) -> None:
    take(day)
    later = LIST.replace("09:00～".encode(), "10:00～".encode()).replace(
        "キャンセル".encode(), "予約確定".encode()
    )
    seen = ListImport(day.desk).look(later).merged
    assert seen.changes == (
        Change("R251109001", ChangeKind.CHANGED, ("slot",)),
        Change("R251109002", ChangeKind.RESTORED),
    )
    assert take(day, later).merged == seen
    assert ListImport(day.desk).look(later).merged.changes == ()


def test_a_change_after_the_number_was_given_is_told_and_seen_at_every_desk(
    day: CounterDay,
) -> None:
    take(day)
    here = day.serving(Service.ISSUANCE, "R251109001")
    later = LIST.replace("09:00～".encode(), "10:00～".encode()).replace("花子".encode(), "華子".encode())
    told = (Overtaken((here.ticket,), Change("R251109001", ChangeKind.CHANGED, ("slot", "name"))),)
    assert ListImport(day.desk).look(later).overtaken == told
    assert BOOKING_CHANGED not in day.counter.visit(here.ticket).flags, "a look changes nothing"
    assert take(day, later).overtaken == told
    seen = day.counter.visit(here.ticket)
    assert (seen.flags[0], seen.name, seen.steps) == (BOOKING_CHANGED, "小金井　花子", here.steps)
    with day.desk.session.reading() as view:
        (entry,) = [one for one in view.journal.entries() if one.act == "booking"]
    assert (entry.object, entry.details) == (here.ticket, {"change": "changed", "fields": ["slot", "name"]})
    day.counter.side_exit(here.ticket, Reason.R10)
    assert take(day).overtaken == told, "told still, for the paper may be on its way"
    assert day.counter.visit(here.ticket).flags == seen.flags, "an ended visit stays as it ended"


def test_a_cut_between_ledger_and_bookings_is_taken_up_under_the_same_number(day: CounterDay) -> None:
    imports = ListImport(day.desk)
    store = day.desk.session_db
    assert store is not None
    with store._engine.begin() as db:
        db.exec_driver_sql(
            "CREATE TRIGGER cut BEFORE INSERT ON reservations BEGIN SELECT RAISE(ABORT, 'cut'); END"
        )
    with pytest.raises(Exception, match="cut"):
        take(day)
    assert imports.unfinished() == ("預-2025-0001",)
    assert day.reception.find("") == ()
    with store._engine.begin() as db:
        db.exec_driver_sql("DROP TRIGGER cut")

    assert take(day).number == "預-2025-0001"
    assert imports.unfinished() == ()
    assert len(day.reception.find("")) == 2
    assert take(day).number == "預-2025-0002", "taken once, it is another hand-over"
    with day.desk.office.reading() as view:
        assert [entry.number for entry in view.handovers.all()] == [1, 2]


def test_the_slip_can_be_made_again(day: CounterDay) -> None:
    number = take(day).number
    assert ListImport(day.desk).receipt_again(number).startswith(b"%PDF")
    with pytest.raises(Refused, match="handover_unknown"):
        ListImport(day.desk).receipt_again("預-2025-0999")


def test_a_shape_chosen_once_is_recognised_the_next_time(day: CounterDay) -> None:
    imports = ListImport(day.desk)
    with pytest.raises(Refused, match="import_column_missing"):
        imports.look(OTHER)
    sheet = imports.sheet(OTHER)
    assert imports.known_shape(sheet) is None
    imports.save_shape("となりの市の一覧", sheet, imports.proposal(sheet))

    seen = imports.look(OTHER)
    assert (seen.shape, seen.result.imported) == ("となりの市の一覧", 1)
    assert take(day, OTHER).result.imported == 1
    assert [one.reservation.name for one in day.reception.find("たかはし")] == ["髙橋 一郎"]
    assert imports.look(LIST).shape == "koganei"


@pytest.mark.parametrize("name", ["", "  ", "koganei", "形" * 41])
def test_a_shape_needs_a_name_of_its_own(day: CounterDay, name: str) -> None:
    imports = ListImport(day.desk)
    with pytest.raises(Refused, match="import_shape_name"):
        imports.save_shape(name, imports.sheet(OTHER), imports.proposal(imports.sheet(OTHER)))


def test_a_shape_without_a_needed_column_is_refused(day: CounterDay) -> None:
    imports = ListImport(day.desk)
    sheet = imports.sheet(OTHER)
    with pytest.raises(Refused, match="import_mapping"):
        imports.save_shape("形", sheet, replace(imports.proposal(sheet), name=""))


def test_columns_chosen_for_our_own_headings_are_used_the_next_time(day: CounterDay) -> None:
    imports = ListImport(day.desk)
    sheet = imports.sheet(LIST)
    imports.save_shape("備考なし", sheet, replace(imports.proposal(sheet), remarks=""))
    assert imports.look(LIST).shape == "備考なし"


def test_a_preview_keeps_nothing(day: CounterDay) -> None:
    assert ListImport(day.desk).look(LIST).result.rows == 3
    assert day.reception.find("") == ()
    with day.desk.office.reading() as view:
        assert tuple(view.handovers.all()) == ()


@pytest.mark.parametrize("missing", ["medium", "means", "place", "giver"])
def test_who_gave_what_how_and_where_has_to_be_said(day: CounterDay, missing: str) -> None:
    with pytest.raises(Refused, match="import_handover_empty"):
        take(day, **{missing: "  "})
    with pytest.raises(Refused, match="my_number_possible"):
        take(day, **{missing: "123456789018"})
    assert day.reception.find("") == ()


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        LIST[: LIST.index("コガネイ".encode())],
        LIST.replace("氏名".encode(), "名前".encode()),
        LIST + ROWS.splitlines()[0].replace("花子", "梅子").encode(),  # another person under a number given
        (HEAD + ROWS).encode("utf-16"),
    ],
    ids=["empty", "cut", "other column", "twice", "utf-16"],
)
def test_a_list_with_one_fault_changes_nothing(day: CounterDay, broken: bytes) -> None:
    take(day)
    before = day.reception.find("")
    with pytest.raises(Refused, match="import_"):
        take(day, broken)
    assert day.reception.find("") == before
    with day.desk.office.reading() as view:
        assert len(tuple(view.handovers.all())) == 1


def test_an_inspector_imports_nothing_and_a_closed_day_takes_no_list() -> None:
    looks_on = CounterDay(Role.INSPECTOR)
    with pytest.raises(Refused, match="not_allowed"):
        take(looks_on)
    manager = CounterDay(Role.MANAGER)
    manager.closing.explanations()
    with manager.desk.office.work() as work:
        from kiosk.domain.batch import SessionEvent

        work.openings.save(work.openings.get(DAY, "K1").after(SessionEvent.CLOSE))
        work.commit()
    with pytest.raises(Refused, match="session_not_open"):
        take(manager)
