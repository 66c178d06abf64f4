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
    """The way to the city is written down before anybody leaves."""
    screen = desktop.screen
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
