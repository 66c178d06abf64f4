"""Before the number: what they hold, who came together, who is told before the ticket where to go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from kiosk.domain.errors import Trouble
from kiosk.domain.visit import Service, State
from kiosk.ui.screens.reception import ReceptionScreen
from kiosk.ui.widgets.labels import Pill
from tests.ui.counter_day import (
    BOOKED,
    CounterDay,
    settle,
    shown,
    type_into,
)
from tests.ui.reception_desk import printed, reception_of, words

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]


@pytest.fixture
def screen(day: CounterDay) -> ReceptionScreen:
    return reception_of(day)


def test_a_family_gets_its_numbers_on_one_strip_in_one_touch(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    touch(screen, "reception.receive.R251109009")
    touch(screen, "reception.service.A")
    assert words(screen, "reception.intake.people") == "3"
    picture(screen.window(), "reception_intake_party")
    touch(screen, "reception.intake.person.3")
    touch(screen, "reception.give")
    printed(day)

    assert [job.numbers for job in day.printer.jobs] == [("A001", "A002", "B001")]
    assert [visit.ticket for visit in day.reception.at_forms()] == ["A001", "A002"]
    assert {visit.party for visit in day.line.open_visits(*State)} == {"R251109009"}
    picture(screen.window(), "reception_number_party")
    touch(screen, "reception.party.A002")
    assert words(screen, "reception.ticket") == "A002"
    touch(screen, "reception.to_list")
    touch(screen, "reception.receive.R251109009")
    assert words(screen, "reception.ticket") == "B001", "all have a number: the touch shows it"


def test_walk_ins_who_came_together_are_one_party(
    day: CounterDay, screen: ReceptionScreen, touch: Touch
) -> None:
    touch(screen, "reception.walk_in")
    touch(screen, "reception.service.A")
    for _ in range(3):
        touch(screen, "reception.intake.more")
    touch(screen, "reception.intake.fewer")
    touch(screen, "reception.give")
    printed(day)
    visits = day.reception.at_forms()
    assert [visit.ticket for visit in visits] == ["A001", "A002", "A003"]
    assert {visit.party for visit in visits} == {"A001"}


def test_a_strip_that_did_not_come_out_is_printed_whole_again(
    day: CounterDay, screen: ReceptionScreen, touch: Touch
) -> None:
    day.printer.trouble = Trouble("printer_paper_out")
    touch(screen, "reception.receive.R251109009")
    touch(screen, "reception.service.A")
    touch(screen, "reception.give")
    printed(day)
    day.printer.trouble = None
    touch(screen, "reception.party.A003")
    touch(screen, "reception.reissue")
    printed(day)
    assert [job.numbers for job in day.printer.jobs] == [("A001", "A002", "A003")] * 2
    assert words(screen, "reception.printing") == "✓ 印刷しました"
    with day.desk.session.reading() as view:
        assert all(ticket.printed and ticket.reprints == 0 for ticket in view.tickets.all())


def test_one_of_a_party_by_mistake_is_taken_back_and_the_others_stay(
    day: CounterDay, screen: ReceptionScreen, touch: Touch
) -> None:
    touch(screen, "reception.receive.R251109009")
    touch(screen, "reception.service.A")
    touch(screen, "reception.give")
    printed(day)
    touch(screen, "reception.party.A002")
    touch(screen, "reception.void_number")
    touch(screen, "reception.void.yes")
    assert words(screen, "reception.ticket") == "A001"
    assert [visit.ticket for visit in day.reception.at_forms()] == ["A001", "A003"]
    touch(screen, "reception.to_list")
    touch(screen, "reception.receive.R251109009")
    touch(screen, "reception.service.A")
    assert words(screen, "reception.intake.people") == "1", "one place of the booking is free again"


def test_who_does_not_hold_the_notice_is_told_before_the_ticket_and_counted(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    touch(screen, "reception.receive.R251109001")
    touch(screen, "reception.service.A")
    picture(screen.window(), "reception_intake")
    touch(screen, "reception.intake.notice")
    assert "交付通知書を探して" in words(screen, "reception.intake.say")
    picture(screen.window(), "reception_intake_away")
    touch(screen, "reception.intake.away")

    assert "番号札は出していません" in screen.notice.accessibleName()
    assert day.line.open_visits(*State) == ()
    assert day.printer.jobs == []
    with day.desk.session.reading() as view:
        assert view.guidance.counts() == {"R02": 1}


def test_what_the_city_is_to_decide_goes_along_as_a_flag(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    touch(screen, "reception.receive.R251109001")
    touch(screen, "reception.service.A")
    touch(screen, "reception.intake.residence")
    touch(screen, "reception.intake.still")
    assert "在留期間の終わりが近い" in shown(screen, "reception.intake.residence", QPushButton).text()
    touch(screen, "reception.intake.posting")
    touch(screen, "reception.intake.is_so")
    picture(screen.window(), "reception_intake_noticed")
    touch(screen, "reception.give")
    assert day.counter.visit("A001").flags == ("renewal", "ask_residence")


def test_for_an_application_what_they_hold_is_noted_in_one_touch(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    touch(screen, "reception.walk_in")
    touch(screen, "reception.service.B")
    touch(screen, "reception.intake.form")
    picture(screen.window(), "reception_intake_application")
    touch(screen, "reception.give")
    assert day.counter.visit("B001").flags == ("ask_form",)


def test_who_comes_early_or_late_is_told_so(day: CounterDay, screen: ReceptionScreen, touch: Touch) -> None:
    touch(screen, "reception.receive.R251109013")
    touch(screen, "reception.service.A")
    assert "12:40 です（あと58分）" in words(screen, "reception.intake.slot")
    touch(screen, "reception.intake.back")
    touch(screen, "reception.receive.R251109001")
    touch(screen, "reception.service.A")
    assert "10:20 を1時間22分過ぎています" in words(screen, "reception.intake.slot")


def test_the_same_name_a_second_time_is_noticed_and_never_merged(
    day: CounterDay, screen: ReceptionScreen, touch: Touch
) -> None:
    day.ready(Service.ISSUANCE, "R251109014")
    touch(screen, "reception.walk_in")
    touch(screen, "reception.service.A")
    touch(screen, "reception.give")
    type_into(screen, "reception.name", "高橋一郎")
    touch(screen, "reception.name_save")
    assert "同じお名前の方がいます（A001）" in screen.notice.accessibleName()
    type_into(screen, "reception.name", "崎山 徳子")
    touch(screen, "reception.name_save")
    assert "（R251109015）" in screen.notice.accessibleName()
    assert day.counter.visit("A002").reservation is None


def test_dates_are_looked_at_and_only_their_flags_go_along(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    touch(screen, "reception.walk_in")
    touch(screen, "reception.service.A")
    touch(screen, "reception.intake.dates")
    type_into(screen, "reception.dates.birth", "H22.11.10")
    assert "法定代理人" in words(screen, "reception.dates.found.under_15")
    type_into(screen, "reception.dates.birth", "7.8.6")
    assert words(screen, "reception.dates.birth.read") == "日付を読み取れません"
    type_into(screen, "reception.dates.birth", "平成22年11月10日")
    type_into(screen, "reception.dates.residence", "令和8年1月8日")
    type_into(screen, "reception.dates.notice", "20251108")
    picture(screen.window(), "reception_dates")
    touch(screen, "reception.dates.take")
    touch(screen, "reception.give")
    visit = day.counter.visit("A001")
    assert visit.flags == ("under_15", "residence_ending", "notice_over")
    assert "2010" not in repr(visit)


def test_a_childs_date_of_birth_says_nothing_of_the_mother_beside_it(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    flags = ("variant_name", "under_1", "under_15", "residence_ending")
    day.book(replace(BOOKED[1], party_size=3, flags=flags))
    screen.refresh()
    touch(screen, "reception.receive.R251109009")
    touch(screen, "reception.service.A")
    settle()
    pills = [pill.text() for pill in screen.findChildren(Pill) if pill.isVisible()]
    assert {"異体字あり", "15歳未満", "在留期間に注意"} <= set(pills)
    assert words(screen, "reception.intake.of_first") == "1人目："
    picture(screen.window(), "reception_intake_child")
    touch(screen, "reception.intake.fewer")
    touch(screen, "reception.give")
    touch(screen, "reception.to_list")
    touch(screen, "reception.receive.R251109009")
    touch(screen, "reception.service.A")
    settle()
    pills = [pill.text() for pill in screen.findChildren(Pill) if pill.isVisible()]
    assert {"年齢を確認", "在留期間を確認"} <= set(pills), "the third comes later, and is asked as well"
    touch(screen, "reception.give")
    of_others = ("variant_name", "ask_age", "ask_residence")
    assert [day.counter.visit(ticket).flags for ticket in ("A001", "A002", "A003")] == [
        flags,
        of_others,
        of_others,
    ]
