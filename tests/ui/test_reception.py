"""The reception desk on the glass: three touches to a number, and nobody lost when the printer is silent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from kiosk.devices.ports import Printed
from kiosk.domain.errors import Trouble
from kiosk.domain.ticket import ticket_code
from kiosk.domain.visit import Event, Outcome, Service, State
from kiosk.ui.screens.reception import ReceptionScreen
from tests.ui.counter_day import (
    BOOKED,
    DAY,
    LONG_NAME,
    CounterDay,
    is_shown,
    settle,
    shown,
    type_into,
    wait_until,
)
from tests.ui.reception_desk import printed, reception_of, words

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]


@pytest.fixture
def screen(day: CounterDay) -> ReceptionScreen:
    return reception_of(day)


def test_three_touches_from_the_list_to_the_list_with_a_printed_number(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    type_into(screen, "reception.search", "コガネイ ハナコ", enter=True)
    assert is_shown(screen, "reception.service")
    touch(screen, "reception.service.cancel")
    picture(screen.window(), "reception")

    touch(screen, "reception.receive.R251109001")
    touch(screen, "reception.service.A")
    touch(screen, "reception.give")
    printed(day)
    assert words(screen, "reception.ticket") == "A001"
    assert words(screen, "reception.printing") == "✓ 印刷しました"
    picture(screen.window(), "reception_number")
    touch(screen, "reception.to_list")

    assert is_shown(screen, "reception.search")
    assert [job.number for job in day.printer.jobs] == ["A001"]
    assert day.counter.visit("A001").name == "小金井 花子"


def test_a_finger_that_trembles_makes_one_ticket(
    day: CounterDay, screen: ReceptionScreen, touch: Touch
) -> None:
    touch(screen, "reception.walk_in")
    answer = shown(screen, "reception.service.A", QPushButton)
    for _ in range(10):
        answer.click()
    assert day.reception.at_forms() == (), "the question was put once, nothing was answered for the visitor"
    settle()
    touch(screen, "reception.intake.back")
    touch(screen, "reception.walk_in")
    touch(screen, "reception.service.A")
    give = shown(screen, "reception.give", QPushButton)
    for _ in range(10):
        give.click()
    printed(day)

    assert [visit.ticket for visit in day.reception.at_forms()] == ["A001"]
    assert len(day.printer.jobs) == 1


def test_a_printer_that_does_not_answer_leaves_the_number_to_be_written_by_hand(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    day.printer.answer = Printed.UNKNOWN
    touch(screen, "reception.walk_in")
    touch(screen, "reception.service.A")
    touch(screen, "reception.give")
    printed(day)

    assert words(screen, "reception.printing") == "▲ 印刷を確認できません。紙が出たか見てください"
    assert "番号を紙に書いてお渡しください" in words(screen, "reception.printing_do")
    touch(screen, "reception.reissue")
    printed(day)
    assert [job.values["reissue"] for job in day.printer.jobs] == [False, True]


def test_paper_out_is_tried_again_as_the_same_ticket(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    day.printer.trouble = Trouble("printer_paper_out")
    touch(screen, "reception.consult")
    printed(day)
    assert "用紙がありません" in words(screen, "reception.printing_do")
    picture(screen.window(), "reception_printer_trouble")

    day.printer.trouble = None
    touch(screen, "reception.reissue")
    printed(day)
    assert [(job.number, job.values["reissue"]) for job in day.printer.jobs] == [
        ("C001", False),
        ("C001", False),
    ]
    assert words(screen, "reception.printing") == "✓ 印刷しました"


def test_hands_quicker_than_the_printer_are_told_which_ticket_is_missing(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    slow = threading.Event()
    day.background.run(slow.wait, lambda _: None, lambda _: None)
    day.printer.trouble = Trouble("printer_cover_open")
    touch(screen, "reception.consult")
    touch(screen, "reception.to_list")
    slow.set()
    printed(day)
    assert screen.notice.accessibleName().startswith("C001 の番号札が出ていないかもしれません。")
    picture(screen.window(), "reception_ticket_missing")

    day.printer.trouble = None
    type_into(screen, "reception.search", "C1", enter=True)
    touch(screen, "reception.reissue")
    printed(day)
    # What surely did not come out is no reissue, also when it is found again later.
    assert [(job.number, job.values["reissue"]) for job in day.printer.jobs][1:] == [("C001", False)]


def test_after_a_power_cut_the_numbers_that_may_have_no_paper_are_named_once(day: CounterDay) -> None:
    for _ in range(3):
        day.reception.check_in(Service.CONSULTATION)
    day.tickets.record("C001", Printed.UNKNOWN)
    day.reception.void("C002")
    day.clock.moment += timedelta(minutes=1)

    screen = reception_of(day)  # the program begins anew
    screen.refresh()
    assert screen.notice.accessibleName().startswith("C003 の番号札が出ていないかもしれません。")
    screen.clear_notice()
    screen.refresh()
    assert not screen.notice.isVisible()


def test_a_scanned_ticket_opens_its_visit_and_a_foreign_one_is_refused(
    day: CounterDay, screen: ReceptionScreen, touch: Touch
) -> None:
    visit = day.ready()
    code = ticket_code("KOGANEI", DAY, visit.ticket, bytes(range(32)))

    type_into(screen, "reception.search", code, enter=True)
    assert words(screen, "reception.ticket") == visit.ticket
    touch(screen, "reception.to_list")
    type_into(screen, "reception.search", code[:-1] + ("0" if code[-1] != "0" else "1"), enter=True)
    assert "この会場で出したものではありません" in screen.notice.accessibleName()


def test_a_number_given_by_mistake_is_taken_back_and_never_used_again(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    touch(screen, "reception.walk_in")
    touch(screen, "reception.service.A")
    touch(screen, "reception.give")
    printed(day)
    touch(screen, "reception.void_number")
    touch(screen, "reception.void.yes")
    touch(screen, "reception.walk_in")
    touch(screen, "reception.service.A")
    touch(screen, "reception.give")

    assert day.counter.visit("A001").outcome is Outcome.VOIDED
    assert words(screen, "reception.ticket") == "A002"
    # The paper that somebody still holds says so, and no further one is printed.
    touch(screen, "reception.to_list")
    type_into(screen, "reception.search", "A1", enter=True)
    assert words(screen, "reception.number_say") == "A001 は取り消した番号です"
    assert not shown(screen, "reception.reissue", QPushButton).isEnabled()
    picture(screen.window(), "reception_voided")


def test_a_my_number_in_the_name_field_is_refused(
    day: CounterDay, screen: ReceptionScreen, touch: Touch
) -> None:
    touch(screen, "reception.walk_in")
    touch(screen, "reception.service.A")
    touch(screen, "reception.give")
    type_into(screen, "reception.name", "123456789018")
    touch(screen, "reception.name_save")
    assert "個人番号" in screen.notice.accessibleName()
    assert day.counter.visit("A001").name == ""

    type_into(screen, "reception.name", "本町 みどり")
    touch(screen, "reception.name_save")
    assert day.counter.visit("A001").name == "本町 みどり"


def test_guidance_is_counted_without_a_ticket(day: CounterDay, screen: ReceptionScreen, touch: Touch) -> None:
    for _ in range(2):
        touch(screen, "reception.guide_only")
        touch(screen, "reception.guide.city_hall")

    assert "今日 2件" in screen.notice.accessibleName()
    assert day.line.now().count == 0


def test_a_cancelled_booking_can_still_come_without_reservation(
    day: CounterDay, screen: ReceptionScreen, touch: Touch
) -> None:
    type_into(screen, "reception.search", "R251109012")
    wait_until(lambda: not is_shown(screen, "reception.row.R251109001"))
    touch(screen, "reception.receive.R251109012")
    touch(screen, "reception.service.A")
    touch(screen, "reception.give")

    assert day.counter.visit("A001").reservation is None


def test_the_line_shows_numbers_ages_and_who_is_on_hold_but_no_name(
    day: CounterDay, screen: ReceptionScreen
) -> None:
    for service in (Service.ISSUANCE, Service.APPLICATION):
        day.ready(service, "R251109001" if service is Service.ISSUANCE else None)
    held = day.ready()
    day.counter.move(held.ticket, Event.HOLD)
    screen.refresh()
    settle()

    assert words(screen, "reception.line.count") == "2"
    assert words(screen, "reception.line.band") == "やや混み", "two times eight minutes"
    assert is_shown(screen, f"reception.line.{held.ticket}")
    line = shown(screen, "reception.line")
    assert "花子" not in " ".join(label.text() for label in line.findChildren(QLabel))


@pytest.mark.parametrize(("width", "height"), [(1280, 680), (1920, 960)])
def test_the_longest_name_is_shown_whole(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture, width: int, height: int
) -> None:
    screen.window().resize(width, height)
    screen.setGeometry(0, 0, width, height)
    screen.refresh()
    settle()
    row = shown(screen, "reception.row.R251109013")
    name = next(label for label in row.findChildren(QLabel) if "ヴァレンティーナ" in label.text())

    assert name.text().replace("\u200b", "") == LONG_NAME
    assert name.heightForWidth(name.width()) <= name.height()
    picture(screen.window(), f"reception_worst_{width}")
    touch(screen, "reception.receive.R251109013")
    touch(screen, "reception.service.A")
    picture(screen.window(), f"reception_intake_worst_{width}")
    touch(screen, "reception.give")
    assert words(screen, "reception.person").replace("\u200b", "").startswith(LONG_NAME)
    picture(screen.window(), f"reception_number_worst_{width}")


def test_a_name_of_a_hundred_signs_ends_in_dots_in_the_list_and_is_whole_on_its_page(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    name = (LONG_NAME * 2)[:100]
    day.book(replace(BOOKED[0], name=name))
    screen.refresh()
    settle()
    row = shown(screen, "reception.row.R251109001")
    label = next(one for one in row.findChildren(QLabel) if "ヴァレンティーナ" in one.text())
    picture(screen.window(), "reception_hundred")
    assert label.text().endswith("…")
    assert label.heightForWidth(label.width()) <= label.height()
    assert name in shown(screen, "reception.receive.R251109001").accessibleName()
    touch(screen, "reception.receive.R251109001")
    touch(screen, "reception.service.A")
    assert words(screen, "reception.intake.who").replace("\u200b", "") == name


def test_typing_searches_by_itself(screen: ReceptionScreen) -> None:
    type_into(screen, "reception.search", "さきやま")
    wait_until(lambda: not is_shown(screen, "reception.row.R251109001"))

    assert is_shown(screen, "reception.row.R251109015")


def test_after_closing_nothing_can_be_received(
    day: CounterDay, screen: ReceptionScreen, touch: Touch
) -> None:
    from kiosk.domain.batch import SessionEvent

    with day.desk.office.work() as work:
        work.openings.save(work.openings.get(DAY, "K1").after(SessionEvent.CLOSE))
        work.commit()
    day.desk.state_changed()
    touch(screen, "reception.walk_in")
    touch(screen, "reception.service.A")
    touch(screen, "reception.give")

    assert "もう締めてあります" in screen.notice.accessibleName()
    assert day.line.open_visits(*State) == ()


def test_the_ticket_speaks_the_visitors_language_once_and_the_next_ones_the_usual_again(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    touch(screen, "reception.walk_in")
    touch(screen, "reception.tongue.ko")
    picture(screen.window(), "reception_service")
    touch(screen, "reception.service.C")
    printed(day)
    assert day.printer.jobs[-1].values["language_line"].startswith("번호를")
    touch(screen, "reception.to_list")
    touch(screen, "reception.walk_in")
    touch(screen, "reception.service.C")
    printed(day)
    assert day.printer.jobs[-1].values["language_line"].startswith("Please wait")


def test_somebody_who_came_for_something_else_keeps_the_number(
    day: CounterDay, screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    touch(screen, "reception.consult")
    printed(day)
    touch(screen, "reception.transfer")
    assert not is_shown(screen, "reception.to_service.C")
    touch(screen, "reception.to_service.B")
    settle()
    picture(screen.window(), "reception_transferred")
    assert words(screen, "reception.ticket") == "C001"
    assert day.counter.visit("C001").service is Service.APPLICATION


def test_what_the_city_asks_to_mind_is_said_before_the_service_is_chosen(
    screen: ReceptionScreen, touch: Touch, picture: Picture
) -> None:
    touch(screen, "reception.receive.R251109011")
    assert "備考：車椅子で来場" in words(screen, "reception.service.words")
    picture(screen.window(), "reception_remarks")
