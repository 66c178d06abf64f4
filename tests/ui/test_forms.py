"""The forms desk on the glass: papers looked at, forms written, and only then into the line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from kiosk.domain.errors import Refused
from kiosk.domain.reservation import Reservation
from kiosk.domain.visit import Outcome, Reason, Service, State, StepKind
from kiosk.services.catalogue import form_rules
from kiosk.ui.screens.forms import FormsScreen
from tests.ui.counter_day import BOOK, CounterDay, is_shown, on_glass, settle, shown

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]

MUST = ("F01", "F02", "F04_written", "F04_pasted", "F12", "no_blocker")


@pytest.fixture
def screen(day: CounterDay) -> FormsScreen:
    made = FormsScreen(
        reception=day.reception,
        counter=day.counter,
        held=day.custody.of,
        book=lambda: BOOK,
        rules=lambda: form_rules(day.desk.rules),
        note=day.note,
        clock=day.clock,
        texts=day.texts,
        background=day.background,
    )
    made.window_kept = on_glass(made)  # type: ignore[attr-defined]
    return made


def arrived(day: CounterDay, screen: FormsScreen, reservation: str | None = None) -> str:
    ticket = day.reception.check_in(Service.ISSUANCE, reservation=reservation).ticket
    screen.refresh()
    settle()
    return ticket


def test_papers_then_forms_then_the_line(
    day: CounterDay, screen: FormsScreen, touch: Touch, picture: Picture
) -> None:
    ticket = arrived(day, screen, "R251109001")
    arrived(day, screen, "R251109013")
    touch(screen, f"forms.open.{ticket}")
    assert not shown(screen, "forms.done", QPushButton).isEnabled()
    touch(screen, "forms.identity.A01")
    picture(screen.window(), "forms_precheck")
    touch(screen, "forms.done")

    assert shown(screen, "forms.done", QPushButton).text() == "あと 7 つ確かめると押せます"
    for key in (*MUST, "F08"):
        touch(screen, f"forms.must.{key}")
    picture(screen.window(), "forms")
    touch(screen, "forms.where")
    assert "回答書欄" in shown(screen, "checklist.write.F01", QLabel).text()
    picture(screen.window(), "forms_where")
    touch(screen, "checklist.where_page.seen")
    touch(screen, "forms.holds")
    touch(screen, "checklist.holds.notice_card")
    picture(screen.window(), "forms_holds")
    touch(screen, "checklist.holds_page.done")
    assert not shown(screen, "forms.done", QPushButton).isEnabled()
    touch(screen, "forms.must.F05")
    picture(screen.window(), "forms_more")
    touch(screen, "forms.done")

    visit = day.counter.visit(ticket)
    precheck = visit.step_at(StepKind.PRECHECK)
    assert visit.state is State.WAITING
    assert precheck is not None
    assert precheck.papers == ("A01",)
    written = visit.step_at(StepKind.FORMS)
    assert written is not None
    assert written.fact("holds") == "notice_card old_card"
    assert screen.notice.accessibleName() == f"{ticket} が呼び出しの列に入りました。"
    assert not is_shown(screen, f"forms.open.{ticket}")


def test_ticks_stay_while_the_staff_looks_after_somebody_else(
    day: CounterDay, screen: FormsScreen, touch: Touch
) -> None:
    one, two = arrived(day, screen), arrived(day, screen)
    for ticket in (one, two):
        day.reception.precheck(ticket, ("A01",))
    touch(screen, f"forms.open.{one}")
    touch(screen, "forms.must.F01")
    touch(screen, f"forms.open.{two}")
    assert not shown(screen, "forms.must.F01", QPushButton).isChecked()
    touch(screen, f"forms.open.{one}")

    assert shown(screen, "forms.must.F01", QPushButton).isChecked()
    assert shown(screen, "forms.done", QPushButton).text() == "あと 5 つ確かめると押せます"


def test_too_few_papers_leave_by_the_side_with_where_to_go(
    day: CounterDay, screen: FormsScreen, touch: Touch
) -> None:
    ticket = arrived(day, screen)
    touch(screen, f"forms.open.{ticket}")
    touch(screen, "forms.identity.B01")
    assert shown(screen, "forms.identity.answer", QLabel).text() == "▲ あと B 1点 が必要です"
    touch(screen, "forms.leave")
    touch(screen, "forms.exit.R01")
    assert "次の出張窓口か市役所" in shown(screen, "forms.exit.say", QLabel).text()
    touch(screen, "forms.exit.yes")

    visit = day.counter.visit(ticket)
    assert (visit.outcome, visit.reason) == (Outcome.STOPPED, Reason.R01)


def test_the_papers_can_be_looked_at_again(day: CounterDay, screen: FormsScreen, touch: Touch) -> None:
    ticket = arrived(day, screen)
    day.reception.precheck(ticket, ("A01",))
    touch(screen, f"forms.open.{ticket}")
    touch(screen, "forms.undo")

    assert is_shown(screen, "forms.identity.A01")
    assert not day.counter.visit(ticket).is_done(StepKind.PRECHECK)


def test_on_hold_at_the_desk(day: CounterDay, screen: FormsScreen, touch: Touch) -> None:
    ticket = arrived(day, screen)
    touch(screen, f"forms.open.{ticket}")
    touch(screen, "forms.hold")

    assert day.counter.visit(ticket).state is State.HELD
    assert not is_shown(screen, "forms.done")


@pytest.mark.parametrize(("width", "height"), [(1280, 680), (1920, 960)])
def test_many_at_the_desk_and_the_longest_name(
    day: CounterDay, screen: FormsScreen, touch: Touch, picture: Picture, width: int, height: int
) -> None:
    screen.window().resize(width, height)
    screen.setGeometry(0, 0, width, height)
    first = arrived(day, screen, "R251109013")
    for _ in range(8):
        arrived(day, screen)
    touch(screen, f"forms.open.{first}")
    picture(screen.window(), f"forms_worst_{width}")

    assert is_shown(screen, "forms.rows.on")
    pager, rows = shown(screen, "forms.rows.on"), shown(screen, "forms.rows")
    assert pager.mapTo(rows, pager.rect().bottomLeft()).y() <= rows.height()
    day.reception.precheck(first, ("A01",))
    touch(screen, f"forms.open.{first}")
    picture(screen.window(), f"forms_list_worst_{width}")
    last, done = shown(screen, "forms.undo"), shown(screen, "forms.done")
    assert last.mapTo(screen, last.rect().bottomLeft()).y() < done.mapTo(screen, done.rect().topLeft()).y()


FAMILY = Reservation("R251109050", "11:40", False, "本町 大樹", "ホンチョウ ダイキ", 4, flags=("under_15",))


def lay_down(screen: FormsScreen, touch: Touch, *, guardian: bool) -> None:
    """The child's own paper, the guardian's when nobody has shown it yet, and the proof."""
    touch(screen, "forms.identity.A01")
    if guardian:
        touch(screen, "forms.identity.of.1")
        touch(screen, "forms.identity.A01")
    assert not shown(screen, "forms.done", QPushButton).isEnabled(), "the proof is each child's own"
    touch(screen, "forms.identity.proof")


def test_a_family_stands_as_one_block_and_goes_on_in_one_touch(
    day: CounterDay, screen: FormsScreen, touch: Touch, picture: Picture
) -> None:
    day.book(FAMILY)
    services = (Service.ISSUANCE, Service.ISSUANCE, Service.ISSUANCE, Service.APPLICATION)
    family = day.reception.check_in_party(services, reservation=FAMILY.number, touch="one")
    alone = arrived(day, screen)
    assert is_shown(screen, f"forms.open.{alone}")
    assert "A001 ほか2名" in shown(screen, "forms.open.A001").accessibleName()
    assert not is_shown(screen, "forms.open.A002")

    touch(screen, "forms.open.A001")
    lay_down(screen, touch, guardian=True)
    picture(screen.window(), "forms_family_papers")
    touch(screen, "forms.done")
    assert shown(screen, "forms.ticket", QLabel).text() == "A002", "the next one's papers come by themselves"
    assert "A001 と同じ書類" in shown(screen, "forms.question.hint", QLabel).text()
    touch(screen, "forms.identity.who")  # the booking's date of birth is the first one's: this one is asked
    touch(screen, "identity.came.guardian")
    picture(screen.window(), "forms_family_asked")
    lay_down(screen, touch, guardian=False)
    picture(screen.window(), "forms_family_second")
    touch(screen, "forms.done")

    touch(screen, "forms.member.A002")  # A003 has to look for a paper; the others go on
    asked = shown(screen, "forms.question.ask", QLabel).text()
    assert asked == "2名の記載を一緒に確かめてください（1名は書類がまだ）"
    for key in (*MUST, "F10"):
        touch(screen, f"forms.must.{key}")
    picture(screen.window(), "forms_family")
    assert shown(screen, "forms.done", QPushButton).text() == "2名 ご用意できました"
    last, below = shown(screen, "forms.must.F10"), shown(screen, "forms.undo")
    assert last.mapTo(screen, last.rect().bottomLeft()).y() < below.mapTo(screen, below.rect().topLeft()).y()
    touch(screen, "forms.done")

    assert screen.notice.accessibleName() == "A001、A002 が呼び出しの列に入りました。"
    states = {one.ticket: day.counter.visit(one.ticket) for one in family}
    assert [states[ticket].state for ticket in ("A001", "A002", "B001")] == [State.WAITING] * 3
    assert states["A003"].state is State.RECEIVED
    for ticket in ("A001", "A002"):
        look = states[ticket].step_at(StepKind.PRECHECK)
        assert look is not None
        assert (look.fact("came"), look.fact("papers_guardian"), look.fact("proof")) == (
            "guardian",
            "A01",
            "seen",
        )
        assert len([step for step in states[ticket].steps if step.kind is StepKind.FORMS]) == 1
    with day.desk.session.reading() as view:
        acts = [(entry.act, entry.object) for entry in view.journal.entries() if entry.act == "ready"]
    assert acts == [("ready", "A001"), ("ready", "A002")]
    assert shown(screen, "forms.ticket", QLabel).text() == "A003"
    touch(screen, "forms.hold")
    assert not is_shown(screen, "forms.done"), "nobody of the family is left here"


def test_one_who_leaves_brings_the_next_of_the_party(
    day: CounterDay, screen: FormsScreen, touch: Touch
) -> None:
    day.reception.check_in_party((Service.ISSUANCE,) * 2, touch="one")
    screen.refresh()
    touch(screen, "forms.open.A001")
    touch(screen, "forms.leave")
    touch(screen, "forms.exit.R10")
    touch(screen, "forms.exit.yes")
    assert day.counter.visit("A001").reason is Reason.R10
    assert shown(screen, "forms.ticket", QLabel).text() == "A002"
    assert not is_shown(screen, "forms.member.A002"), "one alone is no party any more"


def test_one_who_lacks_papers_holds_up_nobody_of_the_party(day: CounterDay) -> None:
    day.reception.check_in_party((Service.ISSUANCE,) * 2, touch="one")
    day.reception.precheck("A001", ("A01",))
    with pytest.raises(Refused, match="step_before"):
        day.reception.forms_done_together({"A001": (), "A002": ()})
    assert day.counter.visit("A001").state is State.RECEIVED, "all of those named, or nobody"
    ready = day.reception.forms_done_together({"A001": ()})
    assert day.reception.forms_done_together({"A001": ()}) == ready, "a second touch writes nothing"
