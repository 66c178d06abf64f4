"""The end of the day on the glass, on encrypted files and a practice stick: from the numbers to the proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kiosk.devices.drive_virtual import VirtualBay
from kiosk.devices.ports import Drive, MountedDrive
from kiosk.domain.batch import SessionState
from kiosk.domain.closing import Difference, Explanation, Gap, Reconciliation
from kiosk.domain.custody import Paper
from kiosk.domain.visit import Reason, Service
from kiosk.services.handover import Handover
from kiosk.services.practice import PINS, SECOND
from kiosk.ui.background import Background
from kiosk.ui.screens.closing_numbers import NumbersCard, StepsCard
from kiosk.ui.screens.closing_pages import JobPage
from kiosk.ui.texts import Texts
from tests.house import Counterday, opened_copy
from tests.ui.closing_desktop import Desktop
from tests.ui.closing_ways import hold_and_lift, set_out
from tests.ui.counter_day import is_shown, settle, shown, type_into, wait_until

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]


@pytest.fixture
def day(template: Path, tmp_path: Path, dressed: QWidget) -> Iterator[Counterday]:
    with opened_copy(template, tmp_path / "kiosk") as kiosk:
        kiosk.open(with_list=False)
        yield kiosk


@pytest.fixture
def desktop(day: Counterday, texts: Texts, background: Background) -> Desktop:
    return Desktop(day, day.handover, texts, background)


def stick(day: Counterday) -> VirtualBay:
    assert isinstance(day.bay, VirtualBay)
    return day.bay


def test_a_whole_end_of_the_day(day: Counterday, desktop: Desktop, touch: Touch, picture: Picture) -> None:
    for _ in range(2):
        day.issue(day.at_window().ticket)
    day.counter.side_exit(day.waiting().ticket, Reason.R02)
    screen = desktop.screen
    screen.refresh()
    assert [desktop.words(f"closing.{key}") for key in ("tickets", "outcomes", "records", "papers")] == [
        "3",
        "3",
        "3",
        "2＋1",
    ]
    assert desktop.words("closing.answer") == "✓ 一致しています"
    picture(desktop.window, "closing_agree")
    touch(screen, "closing.approve")
    assert day.desk.state is SessionState.CLOSED
    assert shown(screen, "closing.step.3").accessibleName().startswith("✓ ③ 業務管理者の確認 佐藤")

    touch(screen, "closing.seal")
    desktop.finished()
    wait_until(lambda: is_shown(screen, "closing.write"))
    picture(desktop.window, "closing_stick")
    assert not is_shown(screen, "closing.banner")
    touch(screen, "closing.write")
    picture(desktop.window, "closing_writing")
    desktop.finished()

    assert day.desk.state is SessionState.EXPORTED
    assert desktop.words("closing.banner") == "✓ 抜いてください"
    assert desktop.words("closing.note") == "13210-K1-000001-20251105.zip"
    picture(desktop.window, "closing_written")
    touch(screen, "closing.slip")
    assert desktop.papers["delivery-13210-K1-000001-20251105.pdf"].startswith(b"%PDF")
    touch(screen, "closing.play_city")
    desktop.finished()
    picture(desktop.window, "closing_receipt")
    set_out(desktop, touch, picture)
    touch(screen, "closing.receipt")
    assert day.desk.state is SessionState.RECEIPTED

    assert desktop.words("closing.consequence").startswith("▲ 3人分の記録と写真は、二度と開けません。")
    assert not shown(screen, "closing.erase", QPushButton).isEnabled()
    hold_and_lift(desktop, touch, picture)
    touch(screen, f"closing.second.{SECOND.id}")
    type_into(screen, "closing.second_pin", "00000000")
    picture(desktop.window, "closing_erase")
    touch(screen, "closing.erase")
    wait_until(lambda: is_shown(screen, "notice"), 60)
    assert day.desk.state is SessionState.RECEIPTED, "a wrong PIN erases nothing"
    screen.clear_notice()
    type_into(screen, "closing.second_pin", PINS[SECOND.id])
    touch(screen, "closing.erase")
    wait_until(lambda: is_shown(screen, "closing.end"), 60)

    assert desktop.papers["erasure-2025-11-05.pdf"].startswith(b"%PDF")
    assert shown(screen, "closing.step.7").accessibleName() == "✓ ⑦ 消去"
    assert not any(day.desk.vault.folder.outbox.glob("*.zip"))
    picture(desktop.window, "closing_erased")
    touch(screen, "closing.end")
    assert desktop.ended == 1


def test_what_is_said_after_the_erasure_is_not_cut_and_counts_nothing(
    texts: Texts, dressed: QWidget, qtbot: QtBot
) -> None:
    numbers, steps = NumbersCard(texts), StepsCard(texts)
    window = QWidget()
    qtbot.addWidget(window)
    across = QVBoxLayout(window)
    for card in (numbers, steps):
        across.addWidget(card)
    window.resize(1280, 800)
    window.show()
    numbers.show_found(Reconciliation(30, 30, 30, 19, 11, ()), 0)
    settle()
    numbers.show_erased()
    steps.show_steps(SessionState.ERASED, None, by="", slip=True)
    answer = shown(numbers, "closing.answer", QLabel)

    assert answer.width() >= answer.sizeHint().width()
    said = [shown(steps, f"closing.step.{number}").accessibleName() for number in (1, 2)]
    assert said == ["✓ ① 残っている人なし", "✓ ② 封入"]


def test_every_difference_gets_words_before_the_manager_can_close(
    day: Counterday, desktop: Desktop, touch: Touch, picture: Picture
) -> None:
    stays = day.at_window().ticket
    left = day.waiting().ticket
    day.counter.side_exit(left, Reason.R10)
    day.custody.set_held(left, Paper.F05, 1)
    screen = desktop.screen
    screen.refresh()
    assert desktop.words("closing.answer") == "▲ 違いが 2件"
    assert not shown(screen, "closing.approve", QPushButton).isEnabled()
    assert shown(screen, "closing.step.1").accessibleName() == "▶ ① 残っている人 1"

    touch(screen, f"closing.explain.{stays}.no_outcome")
    touch(screen, "closing.why.left")
    touch(screen, f"closing.explain.{left}.paper_left.F05")
    picture(desktop.window, "closing_why")
    touch(screen, "closing.why.inquiry")
    picture(desktop.window, "closing_differences")
    assert desktop.words("closing.answer") == "✓ 違い 2件 説明済"
    touch(screen, "closing.approve")

    assert day.desk.state is SessionState.CLOSED
    assert day.closing.explanations() == (
        Explanation(Difference(Gap.NO_OUTCOME, stays), "本人が帰られた", False),
        Explanation(Difference(Gap.PAPER_LEFT, left, "F05"), "", True),
    )


def test_staff_cannot_close_in_place_of_the_manager(day: Counterday, desktop: Desktop, touch: Touch) -> None:
    day.sign_in_staff()
    day.agenda.resume(day.agenda.offer().today)
    touch(desktop.screen, "closing.approve")

    assert day.desk.state is SessionState.OPEN
    assert is_shown(desktop.screen, "notice")


@pytest.fixture
def sealed(day: Counterday, desktop: Desktop) -> Desktop:
    day.issue(day.at_window().ticket)
    day.closing.approve()
    day.handover.record_sealed(day.handover.prepare_seal().run(lambda *_: None, lambda: False))
    return desktop


def test_what_lies_on_the_stick_already_is_listed_and_left_alone(
    day: Counterday, sealed: Desktop, picture: Picture
) -> None:
    older = day.house.stick / "13210-K1-000900-20251029.zip"
    older.write_bytes(b"last week")
    sealed.screen.refresh()
    wait_until(lambda: "前の納品データが1件" in sealed.words("closing.hint"))
    assert older.name in sealed.words("closing.hint")
    picture(sealed.window, "closing_earlier")
    assert older.read_bytes() == b"last week"


def test_no_stick_a_strange_one_and_then_the_right_one_without_a_restart(
    day: Counterday, sealed: Desktop, touch: Touch, picture: Picture
) -> None:
    screen = sealed.screen
    stick(day).pull()
    screen.refresh()
    sealed.finished()
    assert sealed.words("closing.title") == "登録済みのUSBメモリを差してください"
    touch(screen, "closing.stick_look")
    sealed.finished()
    assert "USBメモリが見つかりません" in screen.notice.accessibleName()
    picture(sealed.window, "closing_no_stick")

    serial = (day.house.stick / ".kiosk-stick").read_text(encoding="ascii")
    (day.house.stick / ".kiosk-stick").write_text("SOMEBODY-ELSES\n", encoding="ascii")
    stick(day).plug_in()
    touch(screen, "closing.stick_look")
    wait_until(lambda: is_shown(screen, "closing.write"))
    touch(screen, "closing.write")
    assert "台帳に登録されていません" in screen.notice.accessibleName()
    assert day.desk.state is SessionState.SEALED

    (day.house.stick / ".kiosk-stick").write_text(serial, encoding="ascii")
    touch(screen, "closing.stick_look")
    sealed.finished()
    touch(screen, "closing.write")
    sealed.finished()
    assert day.desk.state is SessionState.EXPORTED


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"pulled_at": 5_000}, "USBメモリが抜けたか"),
        ({"full_at": 5_000}, "いっぱいになりました"),
        ({"flip_at": 5_000}, "書いた内容と違います"),
    ],
)
def test_a_bad_stick_is_said_in_words_and_never_called_done(
    day: Counterday, sealed: Desktop, touch: Touch, fault: dict[str, int], sentence: str
) -> None:
    screen = sealed.screen
    for name, value in fault.items():
        setattr(stick(day).faults, name, value)
    screen.refresh()
    wait_until(lambda: is_shown(screen, "closing.write"))
    touch(screen, "closing.write")
    sealed.finished()

    assert sentence in screen.notice.accessibleName()
    assert day.desk.state is SessionState.SEALED
    assert not is_shown(screen, "closing.banner"), "nobody is told to pull a stick that is not good"


class TwoSticks:
    """A bay with a second stick beside the practice one."""

    def __init__(self, bay: VirtualBay) -> None:
        self._bay = bay

    def drives(self) -> tuple[Drive, ...]:
        first = self._bay.drives()[0]
        return (Drive("OTHER", "ほかのUSB", first.path), first)

    def mount(self, drive: Drive, *, read_only: bool = False) -> MountedDrive:
        return self._bay.mount(drive)

    def eject(self, drive: MountedDrive) -> None:
        self._bay.eject(drive)


def test_with_two_sticks_it_is_asked_which(
    day: Counterday, sealed: Desktop, texts: Texts, background: Background, touch: Touch, picture: Picture
) -> None:
    both = Desktop(day, Handover(day.desk, TwoSticks(stick(day))), texts, background)
    both.finished()
    assert both.words("closing.title") == "USBメモリが2本あります"
    picture(both.window, "closing_two_sticks")
    touch(both.screen, "closing.stick.2")
    both.finished()

    assert day.desk.state is SessionState.EXPORTED


def test_the_way_out_of_writing_leaves_nothing_on_the_stick(
    day: Counterday, sealed: Desktop, touch: Touch
) -> None:
    screen = sealed.screen
    screen.refresh()
    wait_until(lambda: is_shown(screen, "closing.write"))
    shown(screen, "closing.write", QPushButton).click()
    shown(screen, "closing.cancel", QPushButton).click()
    sealed.finished()

    if day.desk.state is SessionState.SEALED:
        assert "中止しました" in screen.notice.accessibleName()
        assert list(day.house.stick.glob("*.zip*")) == []
    else:
        assert sealed.words("closing.banner") == "✓ 抜いてください", "it was already done"


def test_a_receipt_that_is_not_there_is_said(day: Counterday, sealed: Desktop, touch: Touch) -> None:
    job = day.handover.prepare_export(day.handover.drives()[0])
    day.handover.record_exported(job, job.run(lambda *_: None, lambda: False))
    sealed.screen.refresh()
    assert not is_shown(sealed.screen, "closing.banner"), "after a restart nobody knows which stick it was"
    touch(sealed.screen, "closing.receipt")

    assert "受領書がありません" in sealed.screen.notice.accessibleName()
    assert day.desk.state is SessionState.EXPORTED


def test_progress_is_said_by_stage_and_the_orange_words_stay(
    dressed: QWidget, texts: Texts, picture: Picture
) -> None:
    page = JobPage(texts, lambda: None)
    page.resize(800, 420)
    page.begin("USB ABC-0012 に納品データを書き込んでいます", "登録済みの媒体", on_stick=True, note="x.zip")
    page.show()
    page.show_progress("write", 50, 100)
    page.show_progress("read_back", 78, 100)

    assert shown(page, "closing.progress", QProgressBar).value() == 780
    assert shown(page, "closing.stage", QLabel).text().startswith("書いたデータを読み戻して確認しています")
    assert shown(page, "closing.dont_pull", QLabel).text() == "まだ抜かないでください"


@pytest.mark.parametrize(("width", "height"), [(1280, 680), (1920, 960)])
def test_thirty_differences_fit(
    day: Counterday, desktop: Desktop, picture: Picture, width: int, height: int
) -> None:
    for _ in range(30):
        day.reception.check_in(Service.CONSULTATION)
    desktop.window.resize(width, height)
    desktop.screen.setGeometry(0, 0, width, height)
    desktop.screen.refresh()
    picture(desktop.window, f"closing_worst_{width}")

    approve, rows = shown(desktop.screen, "closing.approve"), shown(desktop.screen, "closing.differences")
    assert shown(desktop.screen, "closing.differences.on").isVisible()
    assert rows.mapTo(desktop.screen, rows.rect().bottomLeft()).y() <= (
        approve.mapTo(desktop.screen, approve.rect().topLeft()).y()
    )
