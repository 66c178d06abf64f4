"""The agenda under the manager's hand: what was agreed goes in, the days show it, nothing is edited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import jpholiday
import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from kiosk.domain.staff import Role
from kiosk.services.agenda import AgendaDesk
from kiosk.services.agenda_book import AgendaBook, held_days
from kiosk.ui.screens.manage_agenda import AgendaCard
from kiosk.ui.screens.screen import Screen
from tests.ui.counter_day import CounterDay, is_shown, on_glass, shown, type_into, wait_until

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]
WEDNESDAY = "manage.agenda.change.2025-11-12"


class Bench(Screen):
    """The card on a screen of its own, with the screen's bar for what is said."""

    def __init__(self, day: CounterDay, folder: Path, *, leading: bool) -> None:
        super().__init__(texts=day.texts, background=day.background, name="bench")
        self.card = AgendaCard(
            book=AgendaBook(day.desk),
            venues=AgendaDesk(day.desk).venues,
            today=day.clock.today,
            find_files=lambda: tuple(sorted(folder.glob("*.csv"))),
            texts=day.texts,
            background=day.background,
        )
        self.card.say_with(self.notice.show_done)
        self.area.addWidget(self.card)
        self._leading = leading

    def refresh(self) -> None:
        self.card.allow(self._leading)
        self.card.show_agenda()


@pytest.fixture
def day(dressed: QWidget) -> CounterDay:
    return CounterDay(Role.MANAGER)


@pytest.fixture
def bench(day: CounterDay, tmp_path: Path) -> Bench:
    made = Bench(day, tmp_path, leading=True)
    made.window_kept = on_glass(made, 960)  # type: ignore[attr-defined]
    return made


def agree(bench: Bench, reason: str = "会場の設備点検", by: str = "市民課 担当者") -> None:
    type_into(bench, "manage.agenda.reason", reason)
    type_into(bench, "manage.agenda.by", by)


def words(row: QWidget) -> str:
    return " ".join(label.text() for label in row.findChildren(QLabel))


def test_a_day_is_called_off_and_put_back(
    day: CounterDay, bench: Bench, touch: Touch, picture: Picture
) -> None:
    touch(bench, WEDNESDAY)
    touch(bench, "manage.agenda.kind.called_off")
    agree(bench)
    picture(bench.window(), "manage_agenda_form")
    save = shown(bench, "manage.agenda.save", QPushButton)
    for _ in range(10):
        save.click()
    assert "「中止にする」を記録しました" in bench.notice.accessibleName()
    row = words(shown(bench, "manage.agenda.2025-11-12"))
    assert "中止" in row
    assert "会場の設備点検" in row
    bench.clear_notice()
    picture(bench.window(), "manage_agenda")
    with day.desk.office.reading() as view:
        assert len(view.agenda.all()) == 1, "ten touches, one line"

    touch(bench, WEDNESDAY)
    assert not is_shown(bench, "manage.agenda.kind.called_off")
    touch(bench, "manage.agenda.kind.as_ruled")
    agree(bench, "点検が延期になった")
    touch(bench, "manage.agenda.save")
    assert date(2025, 11, 12) in {one.date for one in held_days(day.desk)}


def test_a_day_is_added_with_its_venue(day: CounterDay, bench: Bench, touch: Touch) -> None:
    touch(bench, "manage.agenda.add")
    type_into(bench, "manage.agenda.day", "R7.11.14")
    agree(bench)
    touch(bench, "manage.agenda.venue.保健センター")
    touch(bench, "manage.agenda.save")
    row = words(shown(bench, "manage.agenda.2025-11-14"))
    assert "臨時" in row
    assert "保健センター" in row


def test_what_is_missing_is_said_and_nothing_entered(day: CounterDay, bench: Bench, touch: Touch) -> None:
    touch(bench, WEDNESDAY)
    touch(bench, "manage.agenda.kind.venue")
    agree(bench, by="")
    touch(bench, "manage.agenda.save")
    assert "決めた市職員" in bench.notice.accessibleName()
    agree(bench)
    type_into(bench, "manage.agenda.on", "2025-11-10")
    touch(bench, "manage.agenda.save")
    assert "今日より後" in bench.notice.accessibleName()
    with day.desk.office.reading() as view:
        assert view.agenda.all() == ()


def test_a_newer_list_of_holidays_is_taken_after_a_look(
    day: CounterDay, bench: Bench, touch: Touch, picture: Picture, tmp_path: Path
) -> None:
    listed = "国民の祝日・休日月日,国民の祝日・休日名称\r\n2025/11/26,臨時の祝日\r\n" + "".join(
        f"{on.year}/{on.month}/{on.day},{name}\r\n"
        for year in (2025, 2026, 2027, 2028)
        for on, name in jpholiday.year_holidays(year)
    )
    (tmp_path / "syukujitsu.csv").write_bytes(listed.encode("cp932"))
    (tmp_path / "yoyaku.csv").write_bytes("予約番号,予約日\r\nR1,2025/11/09\r\n".encode("cp932"))
    touch(bench, "manage.agenda.holidays")
    wait_until(lambda: not day.background.is_busy)
    touch(bench, "manage.agenda.file.1")
    wait_until(lambda: not day.background.is_busy)
    assert "何も変えていません" in bench.notice.accessibleName()
    touch(bench, "manage.agenda.holidays")
    wait_until(lambda: not day.background.is_busy)
    touch(bench, "manage.agenda.file.0")
    wait_until(lambda: not day.background.is_busy)
    assert "11月26日（水）" in words(shown(bench, "manage.agenda.take"))
    picture(bench.window(), "manage_agenda_holidays")
    touch(bench, "manage.agenda.take.take")
    assert "2028年" in shown(bench, "manage.agenda.years", QLabel).text()


def test_staff_may_look_and_change_nothing(dressed: QWidget, tmp_path: Path) -> None:
    day = CounterDay(Role.STAFF)
    looks_on = Bench(day, tmp_path, leading=False)
    looks_on.window_kept = on_glass(looks_on, 960)  # type: ignore[attr-defined]
    assert not shown(looks_on, WEDNESDAY, QPushButton).isEnabled()
    assert not shown(looks_on, "manage.agenda.add", QPushButton).isEnabled()
