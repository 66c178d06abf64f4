"""The grid of papers on the glass: who came, what a paper has to fulfil, and nothing kept but kinds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from kiosk.domain.visit import StepKind
from kiosk.ui.screens.counter import CounterScreen
from kiosk.ui.screens.counter_identity_words import folded
from tests.ui.counter_day import CounterDay, counter_screen, is_shown, shown, type_into

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]


@pytest.fixture
def screen(day: CounterDay) -> CounterScreen:
    return counter_screen(day)


def words(screen: QWidget, name: str) -> str:
    return shown(screen, name, QLabel).text()


def test_a_condition_is_asked_and_a_card_without_photo_is_for_the_city(
    day: CounterDay, screen: CounterScreen, touch: Touch, picture: Picture
) -> None:
    screen.open_visit(day.serving().ticket)
    touch(screen, "counter.identity.A01")
    touch(screen, "counter.identity.A07")
    picture(screen.window(), "counter_condition")
    touch(screen, "identity.condition.no")
    assert words(screen, "counter.identity.note") == "写真のない 在留カード は、市職員に確かめてください"
    assert not shown(screen, "counter.done").isEnabled()
    touch(screen, "counter.identity.A07")
    touch(screen, "counter.identity.A07")
    touch(screen, "identity.condition.yes")
    assert words(screen, "counter.identity.answer") == "✓ 足りています(A 1点)"


def test_an_expiry_is_compared_and_not_kept(
    day: CounterDay, screen: CounterScreen, touch: Touch, picture: Picture
) -> None:
    ticket = day.serving().ticket
    screen.open_visit(ticket)
    touch(screen, "counter.identity.A01")
    touch(screen, "counter.identity.A03")
    touch(screen, "counter.identity.expiry")
    for digit in "071108":
        touch(screen, f"identity.keypad.{digit}")
    picture(screen.window(), "counter_expiry")
    touch(screen, "identity.expiry_question.check")
    assert words(screen, "counter.identity.note") == "旅券 は有効期限が切れています"
    touch(screen, "counter.identity.expiry")
    type_into(screen, "identity.expiry_date", "R7.11.9")
    touch(screen, "identity.expiry_question.check")
    touch(screen, "counter.done")

    final = day.counter.visit(ticket).step_at(StepKind.FINAL_CHECK)
    assert final is not None
    assert (final.papers, final.facts) == (("A03",), (("came", "person"), ("papers_person", "A03")))


def test_with_a_guardian_both_show_papers_and_the_proof_is_seen(
    day: CounterDay, screen: CounterScreen, touch: Touch, picture: Picture
) -> None:
    ticket = day.serving(reservation="R251109013").ticket
    screen.open_visit(ticket)
    assert shown(screen, "counter.identity.who", QPushButton).text() == "法定代理人と", "flagged under 15"
    assert not shown(screen, "counter.done").isEnabled()
    if not is_shown(screen, "counter.identity.A01"):
        touch(screen, "counter.identity.more")
    touch(screen, "counter.identity.of.1")
    touch(screen, "counter.identity.A01")
    assert not shown(screen, "counter.done").isEnabled(), "the proof has not been seen"
    touch(screen, "counter.identity.proof")
    picture(screen.window(), "counter_guardian")
    touch(screen, "counter.done")

    final = day.counter.visit(ticket).step_at(StepKind.FINAL_CHECK)
    assert final is not None
    assert final.papers == ("A01", "A01")
    assert final.fact("papers_guardian") == "A01"
    assert final.fact("proof") == "seen"


def test_an_agent_of_ones_choice_is_told_where_to_go(
    day: CounterDay, screen: CounterScreen, touch: Touch, picture: Picture
) -> None:
    screen.open_visit(day.serving().ticket)
    touch(screen, "counter.identity.who")
    picture(screen.window(), "counter_who")
    touch(screen, "identity.came.agent")
    assert words(screen, "counter.exit.reason") == "本人・代理人の要件を満たさない"


def test_a_grouped_kind_counts_twice_only_when_the_staff_says_they_differ(
    day: CounterDay, screen: CounterScreen, touch: Touch
) -> None:
    screen.open_visit(day.serving().ticket)
    touch(screen, "counter.identity.A01")
    touch(screen, "counter.identity.B06")
    touch(screen, "counter.identity.B06")
    touch(screen, "counter.second.second")

    assert words(screen, "counter.identity.answer") == "✓ 足りています(B 2点)"
    touch(screen, "counter.identity.more")
    touch(screen, "counter.identity.X01")
    assert words(screen, "counter.identity.note") == "通知カード は本人確認書類に使えません"


def test_words_are_folded_where_a_phrase_ends() -> None:
    assert folded("本人・代理人の要件を満たさない", 13) == "本人・代理人の\n要件を満たさない"
    assert folded("運転免許証") == "運転免許証"
