"""Ways through the close screen that several stories take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QPushButton, QWidget

from tests.ui.counter_day import shown, type_into

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]


def set_out(desktop: Any, touch: Touch, picture: Picture) -> None:
    """The slip for the city comes out of the ticket printer, and the way there is written down."""
    screen = desktop.screen
    touch(screen, "closing.roll_slip")
    desktop.finished()
    (slip,) = desktop.printer.jobs
    assert (slip.paper, slip.values["number"]) == ("delivery_slip", "K1-000001")
    assert slip.values["check_code"]
    assert desktop.words("notice.say").startswith("納品票が出ました")
    picture(desktop.window, "closing_roll_slip")
    screen.clear_notice()
    touch(screen, "closing.transport")
    type_into(screen, "closing.field.people", "佐藤 和子、山田 太一")
    type_into(screen, "closing.field.route", "会場から社用車で市役所へ直行")
    assert not shown(screen, "closing.form_done", QPushButton).isEnabled()
    type_into(screen, "closing.field.container", "鍵つきケース 1号")
    picture(desktop.window, "closing_transport")
    touch(screen, "closing.form_done")
    assert desktop.papers["transport-13210-K1-000001-20251105.pdf"].startswith(b"%PDF")


def hold_and_lift(desktop: Any, touch: Touch, picture: Picture) -> None:
    """証拠保全: nothing is erased while it stands."""
    screen = desktop.screen
    touch(screen, "closing.application")
    assert desktop.papers["erasure-application-13210-K1-000001-20251105.pdf"].startswith(b"%PDF")
    for words in ("苦情の調査のため", "調査が終わった"):
        touch(screen, "closing.hold")
        type_into(screen, "closing.field.words", words)
        type_into(screen, "closing.field.officer", "市民課 担当")
        touch(screen, "closing.form_done")
        if words == "苦情の調査のため":
            assert "証拠保全中のため消去できません" in desktop.words("closing.consequence")
            picture(desktop.window, "closing_held")
