"""The longest names at the window: whole on the glass, and the step below keeps its room."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from kiosk.domain.reservation import Reservation
from kiosk.domain.visit import StepKind
from kiosk.ui.screens.counter import CounterScreen
from kiosk.ui.screens.counter_question import Question
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.pages import Pages
from tests.ui.counter_day import LONG_NAME, CounterDay, counter_screen, settle, shown

Picture = Callable[[QWidget, str], Path]
IN_PRACTICE = 656
"""Height left for a screen below bar, practice band and tabs of 800."""


@pytest.fixture
def day(dressed: QWidget) -> CounterDay:
    return CounterDay()


@pytest.fixture
def screen(day: CounterDay) -> CounterScreen:
    return counter_screen(day)


def test_an_unseen_sign_turns_no_letter_of_a_name_and_no_word_beside_it(
    day: CounterDay, screen: CounterScreen
) -> None:
    name = "佐藤\u202e子花"
    day.book(Reservation("R1", "10:20", False, name, "サトウ コハナ"))
    ticket = day.serving(reservation="R1").ticket
    screen.open_visit(ticket)
    settle()
    assert shown(screen, "counter.name", QLabel).text().replace("\u200b", "") == "佐藤子花 さま"
    assert day.counter.visit(ticket).name == name, "what the city wrote stays as it is"


@pytest.mark.parametrize("at", [StepKind.MATCH, StepKind.COPIES, StepKind.PIN_MEMO, StepKind.SEALED])
def test_the_longest_name_leaves_room_for_the_step(
    day: CounterDay, screen: CounterScreen, picture: Picture, at: StepKind
) -> None:
    name = (LONG_NAME * 2)[:100]
    day.book(Reservation("R1", "10:20", False, name, "コ" * 100, flags=("under_15", "variant_name")))
    screen.window().resize(1280, IN_PRACTICE)
    screen.setGeometry(0, 0, 1280, IN_PRACTICE)
    ticket = day.serving(reservation="R1").ticket
    day.until(ticket, at)
    screen.open_visit(ticket)
    settle()
    picture(screen.window(), f"counter_longest_{at.value}")

    touched = [button for button in screen.findChildren(QPushButton) if button.isVisible()]
    places = {
        button: QRect(button.mapTo(screen, QPoint()), button.size()).intersected(screen.rect())
        for button in touched
    }
    for button, place in places.items():
        assert min(place.height(), place.width()) >= 48, button.objectName()
        assert [
            other.objectName()
            for other, where in places.items()
            if other is not button and where.intersects(place)
        ] == []


@pytest.mark.parametrize(("width", "height"), [(1280, 680), (1920, 960)])
def test_the_longest_name_fits_and_is_smaller_than_the_number(
    day: CounterDay, screen: CounterScreen, picture: Picture, width: int, height: int
) -> None:
    day.book()
    screen.window().resize(width, height)
    screen.setGeometry(0, 0, width, height)
    screen.open_visit(day.serving(reservation="R251109013").ticket)
    settle()
    name, number = shown(screen, "counter.name", QLabel), shown(screen, "counter.ticket", QLabel)
    picture(screen.window(), f"counter_worst_{width}")

    assert name.text().replace("\u200b", "") == f"{LONG_NAME} さま"
    assert name.heightForWidth(name.width()) <= name.height()
    assert name.font().pixelSize() < number.font().pixelSize()
    done, answer = shown(screen, "counter.done"), shown(screen, "counter.identity.answer")
    bottom = answer.mapTo(screen, answer.rect().bottomLeft()).y()
    assert bottom < done.mapTo(screen, done.rect().topLeft()).y(), "nothing overlaps"


def test_a_question_put_while_its_page_is_behind_has_its_whole_room_in_front(day: CounterDay) -> None:
    question, pages = Question(day.texts, name="question"), Pages()
    for widget in (QWidget(), Card()):
        pages.addWidget(widget)
        if isinstance(widget, Card):
            widget.body.addWidget(question)
            widget.body.addStretch(1)
    pages.resize(760, 600)
    pages.show()
    for words in (("来られましたか", ""), ("来られましたか", "2番窓口へお呼びしています。"), ("写し", "")):
        pages.setCurrentIndex(0)
        settle()
        question.show_words(*words)
        pages.setCurrentIndex(1)
        settle()
        lines = [line for line in question.findChildren(QLabel) if line.isVisible()]
        assert len(lines) == 2 + bool(words[1])
        assert question.height() == question.heightForWidth(question.width())
        for line in lines:
            assert question.rect().contains(line.geometry()), line.text()
            assert line.height() >= line.heightForWidth(line.width()), line.text()


def test_a_longer_question_moves_the_step_below_it_and_gives_the_room_back(day: CounterDay) -> None:
    question, card = Question(day.texts, name="question"), Card()
    card.body.addWidget(question)
    card.body.addStretch(1)
    card.resize(760, 600)
    card.show()
    question.show_words("来られましたか")
    settle()
    low = question.height()
    question.show_words(
        "本人確認書類の原本をもう一度ご確認ください" * 3, "氏名と住所と生年月日を見ます。" * 8
    )
    settle()
    assert question.height() > low
    lines = [line for line in question.findChildren(QLabel) if line.isVisible()]
    assert len(lines) == 3
    for above, below in pairwise(lines):
        assert below.geometry().top() > above.geometry().bottom(), "one line lies over another"
    for line in lines:
        assert question.rect().contains(line.geometry()), line.text()
        assert line.height() >= line.heightForWidth(line.width()), line.text()
    question.show_words("来られましたか")
    settle()
    assert question.height() == low
