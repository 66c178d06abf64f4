"""Fingers and words: one touch is one act, a failure becomes a sentence, nothing is cut."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from typing import get_args
from weakref import WeakSet

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QFontMetrics, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.errors import Refused, Trouble
from kiosk.ui import theme
from kiosk.ui.background import Background
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button, Kind
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.kept import KeptButton
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.labels import Body, Caption, Heading, PersonName, Pill
from kiosk.ui.widgets.rows import Row, Rows

Stage = tuple[QMainWindow, Screen, Card]


@pytest.fixture
def stage(dressed: QApplication, qtbot: QtBot, texts: Texts, background: Background) -> Stage:
    window = QMainWindow()
    screen = Screen(texts=texts, background=background, name="stage")
    card = Card()
    screen.area.addWidget(card)
    window.setCentralWidget(screen)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    return window, screen, card


def press(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_words_are_set_in_the_shipped_font(dressed: QApplication) -> None:
    label = Body("髙﨑")

    assert QFontInfo(label.font()).family() == theme.FAMILY


def test_a_changed_tone_looks_as_if_it_had_always_been_so(dressed: QApplication) -> None:
    def drawn(label: QWidget, tone: str) -> tuple[QImage, int]:
        theme.restyle(label, "tone", tone)
        label.resize(240, 60)
        picture = QImage(label.size(), QImage.Format.Format_ARGB32)
        picture.fill(0)
        label.render(picture)
        return picture, label.heightForWidth(90)

    tones = ("key", "success", "warning", "danger", "neutral")
    for make in (Body, Heading, Caption, Pill):
        changed = make("確認 12")
        fresh = {tone: drawn(make("確認 12"), tone) for tone in tones}
        assert len({bytes(picture.constBits()) for picture, _ in fresh.values()}) > 2
        for tone in (*tones, *reversed(tones)):
            assert drawn(changed, tone) == fresh[tone], (make.__name__, tone)


def test_a_button_that_keeps_its_picture_looks_like_any_other_in_every_state(dressed: QApplication) -> None:
    def drawn(button: Button) -> np.ndarray:
        picture = QImage(240, 80, QImage.Format.Format_RGB32)
        picture.fill(Qt.GlobalColor.white)
        button.resize(240, 80)
        button.render(picture)
        return np.frombuffer(picture.constBits(), np.uint8).astype(int)

    changes: list[Callable[[Button], None]] = [
        lambda button: button.setDown(True),
        lambda button: button.setDown(False),
        lambda button: button.setEnabled(False),
        lambda button: button.setEnabled(True),
        lambda button: button.setCheckable(True),
        lambda button: button.setChecked(True),
        lambda button: button.show_text("マイナンバー\nカード"),
        lambda button: button.setChecked(False),
        lambda button: button.show_text("確認"),
    ]
    looks = set()
    for kind in get_args(Kind):
        kept, plain = KeptButton("確認", kind, size="large"), Button("確認", kind, size="large")
        for change in changes:
            change(kept)
            change(plain)
            for again in range(2):
                assert np.abs(drawn(kept) - drawn(plain)).max() <= 1, (kind, changes.index(change), again)
            looks.add(drawn(kept).tobytes())
    assert len(looks) > 3 * len(get_args(Kind)), "the states differ from one another"


def test_ten_quick_touches_are_one_act(stage: Stage) -> None:
    done: list[str] = []
    button = Button("受付する").guarded(lambda: done.append("received"))
    stage[2].body.addWidget(button)
    QApplication.processEvents()

    for _ in range(10):
        press(button)

    assert done == ["received"]


def test_the_second_half_of_a_double_touch_never_answers_the_next_question(stage: Stage) -> None:
    # The first touch replaces the button by the next question's button at the same place.
    done: list[str] = []
    card = stage[2]
    second = Button("次の手順").guarded(lambda: done.append("second"))
    second.hide()

    def first_verb() -> None:
        done.append("first")
        first.hide()
        second.show()
        QApplication.processEvents()

    first = Button("この手順").guarded(first_verb)
    card.body.addWidget(first)
    card.body.addWidget(second)
    QApplication.processEvents()
    place = first.mapToGlobal(first.rect().center())
    press(first)
    QApplication.processEvents()
    QTest.mouseClick(second, Qt.MouseButton.LeftButton, pos=second.mapFromGlobal(place))

    assert done == ["first"]


def test_a_button_listens_again_after_a_moment(stage: Stage, qtbot: QtBot) -> None:
    done: list[int] = []
    button = Button("呼ぶ").guarded(lambda: done.append(1))
    stage[2].body.addWidget(button)
    QApplication.processEvents()

    press(button)
    qtbot.waitUntil(lambda: not button.is_deaf)
    press(button)

    assert done == [1, 1]


def test_another_button_elsewhere_listens_after_a_palms_moment(stage: Stage, qtbot: QtBot) -> None:
    done: list[str] = []
    for word in ("上", "下"):
        button = Button(word, size="huge").guarded(lambda word=word: done.append(word))  # type: ignore[misc]
        stage[2].body.addWidget(button)
    QApplication.processEvents()

    above, below = stage[2].findChildren(Button)
    press(above)
    press(below)
    assert done == ["上"], "two places within a tenth of a second are one hand"

    qtbot.waitUntil(lambda: not below.is_deaf)
    press(below)
    assert done == ["上", "下"]


def test_a_refusal_is_said_in_the_screen_and_closed_by_a_touch(stage: Stage, texts: Texts) -> None:
    def refuse() -> None:
        raise Refused("line_empty")

    _, screen, card = stage
    button = Button("次の方").guarded(refuse)
    card.body.addWidget(button)
    QApplication.processEvents()
    press(button)

    assert screen.notice.isVisible()
    assert screen.notice.accessibleName() == texts.say(Refused("line_empty"))
    assert not screen.notice.retry.isVisible()
    press(screen.notice.shut)
    assert not screen.notice.isVisible()


def test_passing_trouble_can_be_tried_again_and_lasting_trouble_cannot(stage: Stage) -> None:
    _, screen, _ = stage
    again: list[int] = []
    screen.show_trouble(Trouble("fonts_missing"), lambda: again.append(1))
    press(screen.notice.retry)

    assert again == [1]
    assert not screen.notice.isVisible()
    screen.show_trouble(Trouble("fonts_missing", permanent=True), lambda: again.append(2))
    assert screen.notice.isVisible()
    assert not screen.notice.retry.isVisible()


def test_background_answers_on_the_main_thread(qtbot: QtBot, background: Background) -> None:
    heard: list[tuple[str, object, bool]] = []
    main = threading.current_thread()

    def hear(word: str) -> Callable[[object], None]:
        return lambda value: heard.append((word, value, threading.current_thread() is main))

    def fail() -> int:
        raise Trouble("camera_lost")

    tell = background.on_main(hear("progress"))

    def work() -> bool:
        tell(3)
        return threading.current_thread() is main

    background.run(work, hear("value"), hear("error"))
    background.run(fail, hear("value"), lambda error: hear("error")(str(error)))
    qtbot.waitUntil(lambda: len(heard) == 3)

    assert heard == [("progress", 3, True), ("value", False, True), ("error", "camera_lost", True)]
    assert not background.is_busy


class Picture:
    """Something large that a job looks at."""


def test_what_a_job_looked_at_is_let_go_of(qtbot: QtBot, background: Background) -> None:
    """Ten a second look at the camera's picture, all day long, while other threads work as well."""
    kept: WeakSet[Picture] = WeakSet()
    looked: list[int] = []
    failed: list[Exception] = []
    is_over = threading.Event()

    def look_again() -> None:
        picture = Picture()
        kept.add(picture)

        def look(shown: Picture = picture) -> int:
            return len(repr(shown) * 2_000)

        background.run(look, then, failed.append)

    def then(length: int) -> None:
        looked.append(length)
        if len(looked) < 600:
            look_again()

    def work_too() -> None:
        while not is_over.is_set():
            hash("another thread")

    threading.Thread(target=work_too, daemon=True).start()
    look_again()
    qtbot.waitUntil(lambda: len(looked) == 600 or bool(failed))
    is_over.set()

    background.finish()
    gc.collect()
    assert failed == []
    assert list(kept) == []


def test_background_runs_one_job_after_another(qtbot: QtBot, background: Background) -> None:
    order: list[str] = []
    for word in "abc":
        background.run(lambda word=word: order.append(word), lambda _: None, lambda _: None)  # type: ignore[misc]
    qtbot.waitUntil(lambda: not background.is_busy)

    assert order == ["a", "b", "c"]


def test_rows_turn_pages_and_keep_their_place(stage: Stage, texts: Texts) -> None:
    rows = Rows(texts, 3, name="list")
    stage[2].body.addWidget(rows)

    def a_row(item: int) -> QWidget:
        row = Row(name=f"row{item}")
        row.line.addWidget(Heading(str(item)))
        return row

    def shown() -> list[str]:
        QApplication.processEvents()
        return sorted(row.objectName() for row in rows.findChildren(Row) if row.isVisible())

    rows.fill(range(7), a_row)
    assert shown() == ["row0", "row1", "row2"]
    on = rows.findChild(Button, "list.on")
    assert on is not None
    press(on)
    assert shown() == ["row3", "row4", "row5"]
    kept = rows.findChild(Row, "row4")
    rows.fill(range(7), a_row)
    assert rows.findChild(Row, "row4") is kept
    rows.fill(range(2), a_row)
    assert shown() == ["row0", "row1"]
    rows.fill([], a_row, empty="いません")
    assert shown() == []


def test_the_keypad_types_into_its_field(stage: Stage, texts: Texts) -> None:
    field = QLineEdit()
    keypad = Keypad(texts, field)
    stage[2].body.addWidget(field)
    stage[2].body.addWidget(keypad)
    QApplication.processEvents()
    for name in ("keypad.4", "keypad.4", "keypad.7", "keypad.back", "keypad.0"):
        key = keypad.findChild(Button, name)
        assert key is not None
        press(key)

    assert field.text() == "440"


def test_a_question_answers_once_and_esc_leaves(stage: Stage) -> None:
    answers: list[str] = []
    window, screen, _ = stage
    options = [Option(f"R{number:02}", "本人確認書類が足りない") for number in range(1, 15)]
    Choice(screen, "理由を選んでください", options, answers.append, cancel="やめる", name="why")
    QApplication.processEvents()
    button = window.findChild(Button, "why.R03")
    assert button is not None
    press(button)
    QApplication.processEvents()

    assert answers == ["R03"]
    left: list[int] = []
    question = Choice(
        screen, "もう一度", options, answers.append, cancel="やめる", never=lambda: left.append(1)
    )
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert (answers, left) == (["R03"], [1])


def test_the_tab_key_stays_inside_the_question(stage: Stage, qtbot: QtBot) -> None:
    window, screen, card = stage
    card.body.addWidget(Button("下の画面", name="below"))
    window.activateWindow()
    question = Choice(screen, "どちらですか", [Option("a", "はい"), Option("b", "いいえ")], lambda _key: None)
    QApplication.processEvents()
    visited: list[str] = []
    for _ in range(6):
        QTest.keyClick(window.focusWidget() or question, Qt.Key.Key_Tab)
        QApplication.processEvents()
        focused = window.focusWidget()
        assert focused is not None
        visited.append(focused.objectName())

    assert "below" not in visited
    assert {"choice.a", "choice.b"} <= set(visited)


@pytest.mark.parametrize("name", ["W" * 100, "齋藤𠮷" * 33 + "髙", "小金井 花子", "\ue000" * 100])
def test_a_name_is_never_cut(stage: Stage, qtbot: QtBot, name: str) -> None:
    label = PersonName(name)
    label.setFixedWidth(400)
    stage[2].body.addWidget(label)
    QApplication.processEvents()
    needed = QFontMetrics(label.font()).boundingRect(
        0, 0, 400, 10_000, int(Qt.TextFlag.TextWordWrap), label.text()
    )

    assert label.text().replace("\u200b", "") == name
    assert needed.width() <= 400
    assert label.height() >= needed.height()


def test_markup_in_a_name_stays_a_name(dressed: QApplication) -> None:
    assert PersonName("<b>山田</b>").textFormat() is Qt.TextFormat.PlainText


def test_every_token_of_the_style_sheet_is_in_the_table() -> None:
    assert "$" not in theme.style_sheet()
