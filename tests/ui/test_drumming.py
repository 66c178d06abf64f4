"""Ten quick touches on every verb of reception and forms desk: no step skipped, no record doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget

from kiosk.domain.visit import Service
from kiosk.services.catalogue import form_rules
from kiosk.ui.screens.forms import FormsScreen
from kiosk.ui.screens.reception import ReceptionScreen
from tests.ui.counter_day import BOOK, CounterDay, on_glass, settle, shown, type_into, wait_until

Touch = Callable[[QWidget, str], None]
TOUCHES = 10


@dataclass(frozen=True)
class Verb:
    """How to get to a button, and what one touch of it records."""

    way: tuple[str, ...]
    name: str
    records: tuple[str, ...] = ()


CHECK_IN = ("check_in", "print_ticket")
AT_NUMBER = ("reception.walk_in", "reception.service.A", "reception.give")
RECEPTION = (
    Verb((), "reception.walk_in"),
    Verb((), "reception.consult", CHECK_IN),
    Verb((), "reception.guide_only"),
    Verb(("reception.guide_only",), "reception.guide.city_hall", ("guide_only",)),
    Verb((), "reception.receive.R251109001"),
    Verb(("reception.walk_in",), "reception.service.A"),
    Verb(("reception.walk_in",), "reception.service.C", CHECK_IN),
    Verb(("reception.walk_in", "reception.service.A"), "reception.give", CHECK_IN),
    Verb(("reception.walk_in", "reception.service.A"), "reception.intake.notice"),
    Verb(("reception.walk_in", "reception.service.A"), "reception.intake.dates"),
    Verb(("reception.walk_in", "reception.service.A"), "reception.intake.back"),
    Verb(
        ("reception.walk_in", "reception.service.A", "reception.intake.notice"),
        "reception.intake.away",
        ("guide_only",),
    ),
    Verb(("reception.walk_in", "reception.service.A", "reception.intake.notice"), "reception.intake.still"),
    Verb(AT_NUMBER, "reception.reissue", ("print_ticket",)),
    Verb(AT_NUMBER, "reception.void_number"),
    Verb((*AT_NUMBER, "reception.void_number"), "reception.void.yes", ("void",)),
    Verb(AT_NUMBER, "reception.name_save", ("name",)),
    Verb(AT_NUMBER, "reception.to_list"),
)
FORMS = (
    Verb((), "forms.open.A001"),
    Verb(("forms.open.A001", "forms.identity.A01"), "forms.done", ("step",)),
    Verb(("forms.open.A001",), "forms.hold", ("hold",)),
    Verb(("forms.open.A001",), "forms.leave"),
    Verb(("forms.open.A001", "forms.leave", "forms.exit.R10"), "forms.exit.yes", ("side_exit",)),
)


@pytest.fixture
def day(dressed: QWidget) -> CounterDay:
    counter_day = CounterDay()
    counter_day.book()
    return counter_day


def drum(day: CounterDay, screen: QWidget, name: str) -> None:
    """Ten presses and releases of one place on the glass, faster than anything can answer."""
    button = shown(screen, name, QPushButton)
    window, spot = button.window(), button.mapTo(button.window(), button.rect().center())
    for _ in range(TOUCHES):
        under = window.childAt(spot)
        if under is not None:
            QTest.mouseClick(under, Qt.MouseButton.LeftButton, pos=under.mapFrom(window, spot))
    settle()
    wait_until(lambda: not day.background.is_busy)


def acts(day: CounterDay) -> list[str]:
    with day.desk.session.reading() as view:
        return [entry.act for entry in view.journal.entries()]


def numbers(day: CounterDay) -> int:
    with day.desk.session.reading() as view:
        return len(view.tickets.numbers())


@pytest.mark.parametrize("verb", RECEPTION, ids=lambda verb: verb.name)
def test_reception(day: CounterDay, touch: Touch, verb: Verb) -> None:
    screen = ReceptionScreen(
        reception=day.reception, tickets=day.tickets, line=day.line, counter=day.counter, clock=day.clock,
        print_ticket=day.printer, texts=day.texts, background=day.background,
    )  # fmt: skip
    screen.window_kept = on_glass(screen)  # type: ignore[attr-defined]
    for name in verb.way:
        touch(screen, name)
    wait_until(lambda: not day.background.is_busy)
    if verb.name == "reception.name_save":
        type_into(screen, "reception.name", "本町 みどり")
    touch_when_listening(screen, verb.name)
    before, given = acts(day), numbers(day)
    drum(day, screen, verb.name)
    assert Counter(acts(day)) - Counter(before) == Counter(verb.records)
    assert numbers(day) - given == verb.records.count("check_in")


@pytest.mark.parametrize("verb", FORMS, ids=lambda verb: verb.name)
def test_forms_desk(day: CounterDay, touch: Touch, verb: Verb) -> None:
    for _ in range(2):
        day.reception.check_in(Service.ISSUANCE)
    screen = FormsScreen(
        reception=day.reception, counter=day.counter, held=day.custody.of, book=lambda: BOOK,
        rules=lambda: form_rules(day.desk.rules), note=day.note, clock=day.clock, texts=day.texts,
        background=day.background,
    )  # fmt: skip
    screen.window_kept = on_glass(screen)  # type: ignore[attr-defined]
    for name in verb.way:
        touch(screen, name)
    touch_when_listening(screen, verb.name)
    before = acts(day)
    drum(day, screen, verb.name)
    assert len(acts(day)) - len(before) == len(verb.records), Counter(acts(day)) - Counter(before)


def touch_when_listening(screen: QWidget, name: str) -> None:
    """The first of the ten touches is an honest one: the button has heard nothing for a while."""
    wait_until(lambda: not getattr(shown(screen, name, QPushButton), "is_deaf", False))
