"""The window on the glass: called, checked, sealed and finished, one dark button after another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QTextEdit, QWidget

from kiosk.domain.custody import Paper
from kiosk.domain.errors import Trouble
from kiosk.domain.reservation import Reservation
from kiosk.domain.staff import Role
from kiosk.domain.visit import Done, Event, Outcome, PinForm, Reason, Service, State, StepKind
from kiosk.services.counter import Counter
from kiosk.ui.screens.counter import CounterScreen
from kiosk.ui.widgets.buttons import Button
from tests.ui.counter_day import (
    CounterDay,
    counter_screen,
    is_shown,
    settle,
    shown,
    type_into,
    wait_until,
)

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]


@pytest.fixture
def screen(day: CounterDay) -> CounterScreen:
    return counter_screen(day)


def words(screen: QWidget, name: str) -> str:
    return shown(screen, name, QLabel).text()


def step(screen: CounterScreen, number: int) -> str:
    return shown(screen, f"counter.step.{number}").accessibleName()


def test_an_issuance_from_the_call_to_the_outcome(
    day: CounterDay, screen: CounterScreen, touch: Touch, picture: Picture
) -> None:
    ticket = day.ready(reservation="R251109001").ticket
    screen.refresh()
    picture(screen.window(), "counter_call")
    touch(screen, "counter.call_next")
    picture(screen.window(), "counter_arrive")
    assert words(screen, "counter.question.ask") == f"{ticket} の方は来られましたか"
    touch(screen, "counter.done")

    picture(screen.window(), "counter")
    assert words(screen, "counter.identity.answer") == "✓ 足りています(A 1点)", "carried over from the desk"
    touch(screen, "counter.done")
    touch(screen, "counter.officer.2")
    touch(screen, "counter.done")
    picture(screen.window(), "counter_video")
    touch(screen, "counter.done")
    touch(screen, "counter.done")
    assert not shown(screen, "counter.done").isEnabled(), "papers the city needs are missing"
    touch(screen, "counter.basic")
    touch(screen, "counter.plus.F09")
    picture(screen.window(), "counter_copies")
    touch(screen, "counter.done")
    touch(screen, "counter.done")
    touch(screen, "counter.pin.FULL")
    assert not shown(screen, "counter.done").isEnabled(), "not sealed, not handed over"
    touch(screen, "counter.pin.sealed")
    touch(screen, "counter.pin.handed")
    picture(screen.window(), "counter_pin")
    touch(screen, "counter.done")
    touch(screen, "counter.done")
    assert day.counter.visit(ticket).is_done(StepKind.SEALED)
    picture(screen.window(), "counter_finish")
    touch(screen, "counter.done")

    visit = day.counter.visit(ticket)
    video = visit.step_at(StepKind.VIDEO)
    assert visit.outcome is Outcome.ACCEPTED
    assert visit.pin_form is PinForm.FULL
    assert video is not None
    assert (video.officer, video.outcome, video.started_at) == ("市職員 2番", Done.OK, day.clock.now())
    assert day.custody.of(ticket) == {Paper.F01: 1, Paper.F02: 1, Paper.F04: 1, Paper.F09: 2}
    assert is_shown(screen, "counter.call_next")
    assert screen.notice.accessibleName() == f"{ticket} の交付受付が終わりました。"


def test_ten_rapid_presses_record_one_step(day: CounterDay, screen: CounterScreen, touch: Touch) -> None:
    ticket = day.serving().ticket
    screen.open_visit(ticket)
    button = shown(screen, "counter.done", QPushButton)
    for _ in range(10):
        button.click()

    visit = day.counter.visit(ticket)
    assert visit.next_step() is StepKind.VIDEO
    assert [s.kind for s in visit.steps].count(StepKind.FINAL_CHECK) == 1


def test_papers_that_do_not_suffice_hold_the_dark_button(
    day: CounterDay, screen: CounterScreen, touch: Touch
) -> None:
    ticket = day.serving().ticket
    screen.open_visit(ticket)
    touch(screen, "counter.identity.A01")
    assert not shown(screen, "counter.done").isEnabled()
    touch(screen, "counter.identity.B01")
    assert words(screen, "counter.identity.answer") == "▲ あと B 1点 が必要です"
    touch(screen, "counter.identity.B06")
    assert words(screen, "counter.identity.answer") == "✓ 足りています(B 2点)"
    touch(screen, "counter.done")

    final = day.counter.visit(ticket).step_at(StepKind.FINAL_CHECK)
    assert final is not None
    assert final.papers == ("B01", "B06")


def test_a_video_ng_leads_to_the_exit_with_the_reason(
    day: CounterDay, screen: CounterScreen, touch: Touch, picture: Picture
) -> None:
    ticket = day.serving().ticket
    day.until(ticket, StepKind.VIDEO)
    day.custody.set_held(ticket, Paper.F01, 1)
    screen.open_visit(ticket)
    touch(screen, "counter.officer.1")
    touch(screen, "counter.done")
    touch(screen, "counter.video.again")
    assert words(screen, "counter.video.state") == "もう一度つなぎ直してください。"
    touch(screen, "counter.done")
    touch(screen, "counter.video.ng")
    assert words(screen, "counter.exit.say").endswith("市役所の窓口でお手続きください。")
    assert words(screen, "counter.exit.papers").endswith("交付通知書 × 1")
    picture(screen.window(), "counter_exit")
    touch(screen, "counter.exit.yes")

    visit = day.counter.visit(ticket)
    assert (visit.outcome, visit.reason) == (Outcome.STOPPED, Reason.R11)
    assert day.custody.of(ticket) == {}


def test_the_note_is_printed_in_the_visitors_language_and_a_silent_printer_keeps_nobody(
    day: CounterDay, screen: CounterScreen, touch: Touch, picture: Picture
) -> None:
    ticket = day.serving().ticket
    screen.open_visit(ticket)
    touch(screen, "counter.leave")
    touch(screen, "counter.exit.R02")
    touch(screen, "counter.exit.language.en")
    assert words(screen, "counter.exit.say").startswith("We need the notice postcard")
    assert "11/12 (Wed)" in words(screen, "counter.exit.go")
    touch(screen, "counter.exit.print")
    wait_until(lambda: "お渡しください" in words(screen, "counter.exit.note_said"))
    assert [job.values["heads"]["title"] for job in day.printer.jobs] == ["What to do next"]
    picture(screen.window(), "counter_exit_en")
    day.printer.trouble = Trouble("printer_offline")
    touch(screen, "counter.exit.language.ko")
    touch(screen, "counter.exit.print")
    wait_until(lambda: "口頭で" in words(screen, "counter.exit.note_said"))
    touch(screen, "counter.exit.yes")
    assert day.counter.visit(ticket).reason is Reason.R02


def test_one_wish_is_one_note_and_a_late_answer_is_not_told_to_the_next_visitor(
    day: CounterDay, screen: CounterScreen, touch: Touch
) -> None:
    held = threading.Event()
    day.background.run(held.wait, lambda _: None, lambda _: None)  # the printer is still at another paper
    day.printer.trouble = Trouble("printer_offline")
    screen.open_visit(day.serving().ticket)
    touch(screen, "counter.leave")
    touch(screen, "counter.exit.R02")
    touch(screen, "counter.exit.print")
    touch(screen, "counter.exit.language.en")
    touch(screen, "counter.exit.print")
    touch(screen, "counter.exit.yes")
    screen.open_visit(day.serving().ticket)
    touch(screen, "counter.leave")
    touch(screen, "counter.exit.R01")
    held.set()
    wait_until(lambda: not day.background.is_busy)
    assert len(day.printer.jobs) == 1
    assert words(screen, "counter.exit.note_said") == ""


def test_every_reason_has_a_button_and_a_sentence_and_nothing_ends_before_the_yes(
    day: CounterDay, screen: CounterScreen, touch: Touch, picture: Picture
) -> None:
    ticket = day.serving().ticket
    screen.open_visit(ticket)
    touch(screen, "counter.leave")
    picture(screen.window(), "counter_reasons")
    for reason in Reason:
        touch(screen, f"counter.exit.{reason.value}")
        assert words(screen, "counter.exit.say").endswith("。")
        touch(screen, "counter.exit.reasons")
    touch(screen, "counter.exit.back")

    assert day.counter.visit(ticket).outcome is None
    assert is_shown(screen, "counter.identity.A01")


def test_the_pin_step_has_nothing_to_type_into(day: CounterDay, screen: CounterScreen, touch: Touch) -> None:
    ticket = day.serving().ticket
    day.until(ticket, StepKind.PIN_MEMO)
    screen.open_visit(ticket)
    settle()

    fields = [w for kind in (QLineEdit, QTextEdit, QPlainTextEdit) for w in screen.findChildren(kind)]
    assert [field for field in fields if field.isVisible()] == []
    assert not shown(screen, "counter.done").isEnabled()


def test_the_pin_form_of_a_child_is_not_that_of_its_mother(day: CounterDay, screen: CounterScreen) -> None:
    day.book(Reservation("R1", "10:20", False, "本町 緑", "ホンチョウ ミドリ", 2, flags=("under_15",)))
    can_sign = []
    for visit in day.reception.check_in_party((Service.ISSUANCE,) * 2, reservation="R1"):
        day.reception.precheck(visit.ticket, ("A01",))
        day.reception.forms_done(visit.ticket)
        day.counter.move(visit.ticket, Event.CALL)
        day.counter.move(visit.ticket, Event.ARRIVE)
        day.until(visit.ticket, StepKind.PIN_MEMO)
        screen.open_visit(visit.ticket)
        settle()
        can_sign.append(shown(screen, f"counter.pin.{PinForm.FULL.value}").isEnabled())
    assert can_sign == [False, True]


def test_the_last_step_can_be_taken_back(day: CounterDay, screen: CounterScreen, touch: Touch) -> None:
    ticket = day.serving().ticket
    day.until(ticket, StepKind.MATCH)
    screen.open_visit(ticket)
    assert step(screen, 4).startswith("✓ 市職員のビデオ確認")
    touch(screen, "counter.undo")

    assert step(screen, 4) == "▶ 市職員のビデオ確認"
    assert day.counter.visit(ticket).next_step() is StepKind.VIDEO


def test_a_step_that_is_no_longer_fresh_is_taken_back_with_a_reason(
    day: CounterDay, screen: CounterScreen, touch: Touch, picture: Picture
) -> None:
    ticket = day.serving().ticket
    day.until(ticket, StepKind.MATCH)
    screen.open_visit(ticket)
    day.clock.moment += timedelta(seconds=11)
    touch(screen, "counter.undo")
    picture(screen.window(), "counter_undo_why")
    touch(screen, "counter.undo_why.changed")
    assert day.counter.visit(ticket).steps[-1].fact("why") == "changed"


def test_a_manager_opens_an_ended_number_again(dressed: QWidget, touch: Touch, picture: Picture) -> None:
    day = CounterDay(Role.MANAGER)
    screen = counter_screen(day)
    ticket = day.serving().ticket
    day.counter.side_exit(ticket, Reason.R02)
    screen.refresh()
    type_into(screen, "counter.number", ticket, enter=True)
    picture(screen.window(), "counter_correct")
    touch(screen, "counter.correct.wrong_visit")
    assert day.counter.visit(ticket).state is State.WAITING
    assert screen.notice.accessibleName() == f"{ticket} を開き直しました。"


def test_called_and_absent_then_called_by_number(
    day: CounterDay, screen: CounterScreen, touch: Touch
) -> None:
    ticket = day.ready().ticket
    screen.refresh()
    touch(screen, "counter.call_next")
    touch(screen, "counter.call_again")
    assert [s.event for s in day.counter.visit(ticket).steps].count(Event.CALL) == 2
    touch(screen, "counter.no_show")
    assert day.counter.visit(ticket).state is State.ABSENT
    type_into(screen, "counter.number", "ａ１", enter=True)
    assert day.counter.visit(ticket).state is State.CALLED
    touch(screen, "counter.hold")
    touch(screen, "counter.aside.papers")
    assert day.counter.visit(ticket).state is State.HELD
    touch(screen, f"counter.line.call.{ticket}")
    touch(screen, "counter.return")
    assert day.counter.visit(ticket).state is State.WAITING


def test_one_service_is_called_past_the_others(
    day: CounterDay, screen: CounterScreen, touch: Touch, picture: Picture
) -> None:
    day.ready()
    talk = day.ready(Service.CONSULTATION).ticket
    screen.refresh()
    assert not shown(screen, "counter.call_next.B").isEnabled()
    touch(screen, "counter.call_next.C")
    touch(screen, "counter.done")
    assert words(screen, "counter.ticket") == talk
    assert not shown(screen, "counter.done").isEnabled()
    touch(screen, "counter.talk.lost")
    picture(screen.window(), "counter_talk")
    touch(screen, "counter.done")

    over = day.counter.visit(talk)
    assert over.outcome is Outcome.CONSULTED
    assert [step.fact("kind") for step in over.steps if step.kind is StepKind.TALK] == ["lost"]


def test_an_application_with_its_id_and_outcome(
    day: CounterDay, screen: CounterScreen, touch: Touch, picture: Picture
) -> None:
    ticket = day.serving(Service.APPLICATION).ticket
    screen.open_visit(ticket)
    wanted: list[str] = []
    screen.photo_wanted.connect(wanted.append)
    touch(screen, "counter.done")
    assert wanted == [ticket]
    touch(screen, "counter.photo.own")
    for digit in "12345678901234567890123":
        QTest.keyClicks(shown(screen, "counter.application_id", QLineEdit), digit)
    assert words(screen, "counter.application_id.groups") == "1234 5678 9012 3456 7890 123"
    picture(screen.window(), "counter_application_id")
    touch(screen, "counter.done")
    assert not shown(screen, "counter.done").isEnabled(), "the outcome is mandatory"
    touch(screen, "counter.apply.print_id")
    wait_until(lambda: bool(day.printer.jobs))
    assert day.printer.jobs[0].values["qr"] == "12345678901234567890123"
    touch(screen, "counter.apply.paper")
    picture(screen.window(), "counter_apply")
    touch(screen, "counter.done")
    touch(screen, "counter.after_guide.language.en")
    touch(screen, "counter.after_guide.print")
    wait_until(lambda: "お渡しください" in words(screen, "counter.after_guide.said"))
    picture(screen.window(), "counter_after_guide")
    touch(screen, "counter.done")
    touch(screen, "counter.done")

    assert day.counter.visit(ticket).outcome is Outcome.APPLIED_PAPER
    assert day.applications.id_of(ticket) == "12345678901234567890123"


def test_a_scanned_code_of_another_site_is_no_application(
    day: CounterDay, screen: CounterScreen, touch: Touch
) -> None:
    ticket = day.serving(Service.APPLICATION).ticket
    day.counter.skip(ticket, StepKind.PHOTO)
    screen.open_visit(ticket)
    type_into(screen, "counter.application_id", f"https://example.com/?id={'1' * 23}")
    touch(screen, "counter.done")
    assert "申請書のものではありません" in screen.notice.accessibleName()
    touch(screen, "counter.application_id.skip")
    assert day.applications.id_of(ticket) is None


def test_a_party_is_served_side_by_side(day: CounterDay, screen: CounterScreen, touch: Touch) -> None:
    one, two = day.serving().ticket, day.serving().ticket
    screen.open_visit(one)
    touch(screen, "counter.other_number")
    touch(screen, f"counter.here.{two}")

    assert words(screen, "counter.ticket") == two


def test_an_unknown_number_is_refused_in_words(day: CounterDay, screen: CounterScreen, touch: Touch) -> None:
    type_into(screen, "counter.number", "A77", enter=True)
    assert screen.notice.accessibleName().startswith("A077 の番号はこのPCにありません。")
    by_number = shown(screen, "counter.call_number", Button)
    wait_until(lambda: not by_number.is_deaf)
    type_into(screen, "counter.number", "なにか", enter=True)
    assert "番号を読めません" in screen.notice.accessibleName()


def test_what_another_station_did_is_seen_at_the_next_look(day: CounterDay, screen: CounterScreen) -> None:
    ticket = day.serving(Service.APPLICATION).ticket
    screen.open_visit(ticket)
    Counter(day.desk).skip(ticket, StepKind.PHOTO)
    screen.refresh()

    assert words(screen, "counter.question.ask") == "申請書IDを入れてください"
