"""A rejecting receipt on the glass: the city's words, the numbers to open, and a new batch in its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from kiosk.city.desk import answer, write_answer
from kiosk.domain.batch import COUNTED_KINDS, SessionState
from kiosk.domain.custody import Paper
from kiosk.domain.registers import Subject
from kiosk.domain.staff import Act
from kiosk.domain.visit import Outcome, Reason
from kiosk.services.clock import Clock
from kiosk.services.commission import standing
from kiosk.services.practice import PINS, PRACTICE_DAY, SECOND
from kiosk.ui.background import Background
from kiosk.ui.texts import Texts
from tests.house import Counterday, opened_copy
from tests.ui.counter_day import is_shown, shown, type_into, wait_until
from tests.ui.test_closing import Desktop, Picture, Touch

REASON = "封筒の通数が納品書と違います。本人確認書類の写しが1通多く入っていました。"


@pytest.fixture
def day(template: Path, tmp_path: Path, dressed: QWidget) -> Iterator[Counterday]:
    with opened_copy(template, tmp_path / "kiosk") as kiosk:
        kiosk.open(with_list=False)
        yield kiosk


def test_what_the_city_sends_back_is_opened_mended_and_given_again(
    day: Counterday, texts: Texts, background: Background, touch: Touch, picture: Picture
) -> None:
    for _ in range(4):
        day.issue(day.at_window().ticket)
    day.counter.side_exit(day.waiting().ticket, Reason.R02)
    desktop = Desktop(day, day.handover, texts, background)
    screen = desktop.screen
    name = day.export()
    given = answer(day.house.city, day.house.stick / name, Clock().now(), by="市民課 担当", reject=REASON)
    write_answer(given, day.house.stick / f"{name.removesuffix('.zip')}.receipt.json")
    screen.refresh()
    touch(screen, "closing.receipt")

    assert day.desk.state is SessionState.CLOSED
    assert desktop.words("closing.title") == "市が納品データを受け取りませんでした"
    assert REASON in desktop.words("closing.hint")
    picture(desktop.window, "closing_rejected")
    touch(screen, "closing.mend")
    picture(desktop.window, "closing_mend")
    touch(screen, "closing.mend.A002")
    assert desktop.at_window == ["A002"]

    day.counter.undo("A002")
    day.custody.set_held("A002", Paper.F09, 2)
    day.counter.seal("A002")
    screen.refresh()
    assert "▶ A002" in shown(screen, "closing.mend.A002").accessibleName()
    touch(screen, "closing.mend_done")
    assert not shown(screen, "closing.approve").isEnabled(), "A002 has no outcome yet"
    picture(desktop.window, "closing_mend_open")
    touch(screen, "closing.mend_more")
    day.counter.finish("A002", Outcome.ACCEPTED)
    touch(screen, "closing.mend_done")
    touch(screen, "closing.approve")
    assert desktop.words("closing.title") == "納品データを作ります"
    assert is_shown(screen, "closing.mend")

    touch(screen, "closing.seal")
    desktop.finished()
    wait_until(lambda: is_shown(screen, "closing.write"))
    assert desktop.words("closing.note") == "13210-K1-000002-20251105.zip"
    touch(screen, "closing.write")
    desktop.finished()
    touch(screen, "closing.play_city")
    desktop.finished()
    touch(screen, "closing.receipt")
    assert day.desk.state is SessionState.RECEIPTED


def test_a_day_is_broken_off_on_the_citys_order(
    day: Counterday, texts: Texts, background: Background, touch: Touch, picture: Picture
) -> None:
    waiting = day.waiting().ticket
    desktop = Desktop(day, day.handover, texts, background)
    screen = desktop.screen
    screen.refresh()
    picture(desktop.window, "closing_open")
    touch(screen, "closing.break_off")
    type_into(screen, "closing.field.reason", "回線の障害が直らないため")
    type_into(screen, "closing.field.ordered_by", "市民課 係長")
    picture(desktop.window, "closing_break_off")
    touch(screen, "closing.form_done")
    assert day.counter.visit(waiting).reason is Reason.R12
    assert not is_shown(screen, "closing.break_off")
    assert desktop.words("closing.answer") == "✓ 一致しています"


def test_a_stamped_paper_is_entered_by_two_people(
    day: Counterday, texts: Texts, background: Background, touch: Touch, picture: Picture
) -> None:
    day.issue(day.at_window().ticket)
    day.export()
    batch = day.handover.batch()
    assert batch is not None
    rules = day.desk.rules
    paper = rules.handover.model_copy(update={"receipt": "paper"})
    day.desk.profile = rules.model_copy(update={"handover": paper})
    with day.desk.office_work(Act.EDIT_REGISTERS) as (work, _):
        work.approvals.save(standing("令7-練-16", Subject.PAPER_RECEIPT, PRACTICE_DAY.year))
        work.commit()
    desktop = Desktop(day, day.handover, texts, background)
    screen = desktop.screen
    touch(screen, "closing.paper")
    for key, text in (("number", "市受第1号"), ("officer", "市民課 担当"), ("on", "R7.11.5")):
        type_into(screen, f"closing.field.{key}", text)
    type_into(screen, "closing.field.code", batch.manifest_sha256[:8])
    picture(desktop.window, "closing_paper")
    touch(screen, "closing.form_done")
    for kind in COUNTED_KINDS:
        type_into(screen, f"closing.field.{kind}", str(batch.counts.get(kind, 0)))
    picture(desktop.window, "closing_paper_counts")
    touch(screen, "closing.form_done")
    type_into(screen, "closing.field.second", SECOND.name)
    type_into(screen, "closing.field.pin", PINS[SECOND.id])
    touch(screen, "closing.form_done")

    wait_until(lambda: is_shown(screen, "notice"), 60)
    assert "USBメモリに書き込んだ人は" in screen.notice.accessibleName()
    assert shown(screen, "closing.field.pin", QLineEdit).text() == ""
    assert day.desk.state is SessionState.EXPORTED
