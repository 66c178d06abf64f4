"""The city's list on the glass: which columns, what changed, how it came, and a slip that is never lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from kiosk.domain.errors import Trouble
from kiosk.domain.visit import Service
from kiosk.services.imports import ListImport
from kiosk.ui.screens.opening_list import ListScreen
from tests.ui.counter_day import CounterDay, is_shown, on_glass, settle, shown, type_into, wait_until

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]
OWN = (
    "予約番号,予約日,時間枠,ステータス,氏名,フリガナ,生年月日,電話番号,人数,備考\r\n"
    "R1,2025/11/09,09:00～,予約確定,小金井　花子,コガネイ ハナコ,昭和55年4月1日,042-000-0000,1,\r\n"
    "R2,2025/11/09,09:20～,キャンセル,髙橋 一郎,ﾀｶﾊｼ ｲﾁﾛｳ,S40.12.3,042-000-0001,1,\r\n"
)
OTHER = (
    "No.,来庁日時,利用者の氏名及びふりがな（長い見出し）,電話,予約状況,人数\r\n"
    "17,2025/11/09(日) 09:20,髙橋 一郎,042-000-0001,予約済み,2\r\n"
    "18,2025/11/09(日) 09:40,本町 緑,042-000-0002,本人より取消の連絡,1\r\n"
)


class Slips:
    """Where the slips go; full once when the story says so."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.is_full = False

    def __call__(self, name: str, paper: bytes) -> str:
        if self.is_full:
            raise Trouble("file_unwritable", name=name)
        self.kept.append(name)
        return name


@pytest.fixture
def day(dressed: QWidget) -> CounterDay:
    return CounterDay()


@pytest.fixture
def slips() -> Slips:
    return Slips()


@pytest.fixture
def screen(day: CounterDay, slips: Slips, tmp_path: Path) -> ListScreen:
    made = ListScreen(
        imports=ListImport(day.desk),
        find_files=lambda: tuple(sorted(tmp_path.glob("*.csv"))),
        keep_paper=slips,
        finished=lambda: None,
        texts=day.texts,
        background=day.background,
    )
    made.window_kept = on_glass(made)  # type: ignore[attr-defined]
    return made


def choose(day: CounterDay, screen: ListScreen, touch: Touch, tmp_path: Path, content: str) -> None:
    (tmp_path / "list.csv").write_bytes(content.encode("cp932"))
    screen.begin()
    wait_until(lambda: not day.background.is_busy)
    touch(screen, "list.list.csv")
    wait_until(lambda: not day.background.is_busy)
    settle()


def say_how(screen: ListScreen, touch: Touch) -> None:
    for name in ("list.medium.usb", "list.means.hand", "list.place.venue"):
        touch(screen, name)
    type_into(screen, "list.giver", "市民課 市職員")


def words(screen: QWidget, name: str) -> str:
    return shown(screen, name, QLabel).text()


def test_a_list_in_a_shape_nobody_has_seen_is_taken_and_recognised_the_next_time(
    day: CounterDay, screen: ListScreen, touch: Touch, picture: Picture, tmp_path: Path
) -> None:
    choose(day, screen, touch, tmp_path, OTHER)
    assert not shown(screen, "list.columns.go", QPushButton).isEnabled(), "nobody has said where the name is"
    picture(screen.window(), "list_columns")
    touch(screen, "list.column.name")
    picture(screen.window(), "list_columns_choose")
    touch(screen, "list.choose.2")
    assert "髙橋 一郎" in shown(screen, "list.column.name", QPushButton).text()
    assert shown(screen, "list.cancelled.本人より取消の連絡", QPushButton).isChecked()
    picture(screen.window(), "list_columns_done")
    touch(screen, "list.columns.go")

    assert (words(screen, "list.count.imported"), words(screen, "list.count.cancelled")) == ("1", "1")
    say_how(screen, touch)
    picture(screen.window(), "list_look")
    touch(screen, "list.take")
    assert [one.reservation.name for one in day.reception.find("")] == ["髙橋 一郎", "本町 緑"]

    choose(day, screen, touch, tmp_path, OTHER.replace("09:40", "10:40"))
    assert words(screen, "list.changes") == "前の一覧から変わるところ: 内容の変更 1件"


def test_a_later_list_shows_what_changes_and_an_empty_one_warns(
    day: CounterDay, screen: ListScreen, touch: Touch, picture: Picture, tmp_path: Path
) -> None:
    choose(day, screen, touch, tmp_path, OWN)
    assert not is_shown(screen, "list.changes"), "the first list changes nothing"
    say_how(screen, touch)
    touch(screen, "list.take")

    choose(day, screen, touch, tmp_path, OWN.splitlines(keepends=True)[0])
    assert "今日の予約が1件もありません" in words(screen, "list.changes")
    picture(screen.window(), "list_look_empty")
    choose(day, screen, touch, tmp_path, "".join(OWN.splitlines(keepends=True)[:2]))
    assert "一覧から消えた 1件" in words(screen, "list.changes")
    touch(screen, "list.columns_look")
    assert "小金井" in shown(screen, "list.column.name", QPushButton).text()


def test_a_disk_that_cannot_take_the_slip_does_not_lead_to_a_second_hand_over(
    day: CounterDay, screen: ListScreen, slips: Slips, touch: Touch, picture: Picture, tmp_path: Path
) -> None:
    choose(day, screen, touch, tmp_path, OWN)
    say_how(screen, touch)
    slips.is_full = True
    touch(screen, "list.take")
    assert "まだ保存できていません" in words(screen, "list.done_words")
    picture(screen.window(), "list_done_no_paper")
    slips.is_full = False
    touch(screen, "list.paper_again")

    assert slips.kept == ["azukarisho-預-2025-0001.pdf"]
    assert not is_shown(screen, "list.paper_again")
    with day.desk.office.reading() as view:
        assert len(view.handovers.all()) == 1


def test_ten_quick_touches_take_one_list(
    day: CounterDay, screen: ListScreen, touch: Touch, tmp_path: Path
) -> None:
    choose(day, screen, touch, tmp_path, OWN)
    say_how(screen, touch)
    take = shown(screen, "list.take", QPushButton)
    for _ in range(10):
        take.click()
    with day.desk.office.reading() as view:
        assert len(view.handovers.all()) == 1


def test_a_list_without_headings_is_refused_in_words(
    day: CounterDay, screen: ListScreen, touch: Touch, tmp_path: Path
) -> None:
    choose(day, screen, touch, tmp_path, OWN.splitlines(keepends=True)[1])
    assert "見出しがありません" in screen.notice.accessibleName()


def test_an_open_list_is_taken_with_a_notice_and_its_return_is_ticked_once(
    day: CounterDay, screen: ListScreen, touch: Touch, picture: Picture, tmp_path: Path
) -> None:
    choose(day, screen, touch, tmp_path, OWN)
    assert "承諾番号がまだ登録されていません" in words(screen, "list.protection")
    say_how(screen, touch)
    picture(screen.window(), "list_look_plain")
    touch(screen, "list.take")
    touch(screen, "list.return")
    assert not shown(screen, "list.return", QPushButton).isEnabled()
    picture(screen.window(), "list_done")
    with day.desk.office.reading() as view:
        (entry,) = view.handovers.all()
        acts = [found.act for found in view.journal.entries()]
    assert entry.returned_at == day.clock.moment
    assert acts.count("list_returned") == 1
    ListImport(day.desk).returned("預-2025-0001")
    with day.desk.office.reading() as view:
        assert [found.act for found in view.journal.entries()].count("list_returned") == 1


def test_everything_there_can_be_to_say_of_a_list_fits_with_the_practice_banner(
    day: CounterDay, screen: ListScreen, touch: Touch, picture: Picture, tmp_path: Path
) -> None:
    head, first, _ = OWN.splitlines(keepends=True)
    known = [first.replace("R1", f"R{n}").replace(",1,", ",3,") for n in range(1, 9)]
    choose(day, screen, touch, tmp_path, head + "".join(known))
    say_how(screen, touch)
    touch(screen, "list.take")
    assert not is_shown(screen, "list.done_late")
    for n in range(1, 9):
        day.reception.check_in_party((Service.APPLICATION,) * 3, reservation=f"R{n}")
    strange = [
        row.replace("予約確定", "仮予約").replace("花子", f"花{n}").replace("09:00", "10:00")
        for n, row in enumerate((*known[:6], first.replace("R1", "R9"), known[6].replace("予約確定", "取消")))
    ]
    screen.window().resize(1280, 640)
    screen.setGeometry(0, 0, 1280, 640)
    choose(day, screen, touch, tmp_path, head + "".join(strange))
    assert "一覧から消えた 1件" in words(screen, "list.changes")
    assert words(screen, "list.late").endswith("B001・B002・B003・B004・B005 ほか19名")
    picture(screen.window(), "list_look_worst")
    giver, take = shown(screen, "list.giver"), shown(screen, "list.take")
    assert giver.height() >= 44
    below = giver.mapTo(screen, giver.rect().bottomLeft()).y()
    assert below < take.mapTo(screen, take.rect().topLeft()).y()
    say_how(screen, touch)
    touch(screen, "list.take")
    told = words(screen, "list.done_late").splitlines()
    assert told[0] == "B001・B002・B003　変更: 時間・氏名"
    assert told[-1] == "ほか2件（番号の画面の印で分かります）"
    assert "小金井" not in "".join(told)
    picture(screen.window(), "list_done_late")
