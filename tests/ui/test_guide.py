"""The staff guide: a page for every screen, every picture there, opened by the question mark, offline."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QApplication, QPushButton, QTextBrowser, QWidget

from kiosk.services.clock import Clock
from kiosk.ui.background import Background
from kiosk.ui.guide import PAGES, Guide, folder, page_of, title_of
from kiosk.ui.screens.screen import Screen
from kiosk.ui.shell import STATIONS, Shell
from kiosk.ui.texts import Texts
from tests.ui.counter_day import shown

Touch = Callable[[QWidget, str], None]
Picture = Callable[[QWidget, str], Path]
LINK, SHOWN = re.compile(r"(?<!!)\[[^\]]*\]\(([^)]*)\)"), re.compile(r"!\[[^\]]*\]\(([^)]*)\)")
DEVICES = {"printer": "プリンタ", "camera": "カメラ待機", "drive": "USBあり"}


def test_every_station_has_a_page_with_its_tabs_name(texts: Texts) -> None:
    assert set(STATIONS) <= set(PAGES)
    assert {file.stem for file in folder().glob("*.md")} == set(PAGES)
    assert {name: title_of(name) for name in STATIONS} == {
        name: texts.get(f"shell.tab.{name}") for name in STATIONS
    }
    assert [page_of(screen) for screen in ("sign_in", "list", "integrity", "unheard_of")] == [
        *("opening", "opening", "trouble", "trouble")
    ]


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there_and_nothing_outside(page: str) -> None:
    words = (folder() / f"{page}.md").read_text(encoding="utf-8")
    for name in SHOWN.findall(words):
        assert not QImage(str(folder() / name)).isNull(), name
    for link in LINK.findall(words):
        assert link.removesuffix(".md") in PAGES, link
    assert "://" not in words
    assert len(words) < 2_500, "one short page"


def test_no_picture_is_left_over_and_all_are_small() -> None:
    pages = [(folder() / f"{page}.md").read_text(encoding="utf-8") for page in PAGES]
    files = list((folder() / "pictures").iterdir())
    assert {f"pictures/{file.name}" for file in files} == {
        name for page in pages for name in SHOWN.findall(page)
    }
    assert sum(file.stat().st_size for file in files) < 1_000_000


@pytest.fixture
def shell(dressed: QApplication, texts: Texts, background: Background) -> Shell:
    window = Shell(texts, Clock(), kiosk="K1", window="2", practice=True)
    for name in STATIONS:
        window.add_station(name, Screen(texts=texts, background=background, name=name))
    window.resize(1280, 800)
    window.show()
    return window


def test_the_question_mark_opens_the_page_of_the_screen_in_front(
    shell: Shell, touch: Touch, picture: Picture
) -> None:
    shell.show_station("photo")
    touch(shell, "topbar.help")
    guide = shell.findChild(Guide)
    assert guide is not None
    assert guide.page == "photo"
    words = shown(guide, "guide.words", QTextBrowser)
    assert "理由をつけて採用" in words.toPlainText()
    assert words.document().resource(QTextDocument.ResourceType.ImageResource, QUrl("pictures/photo.png"))
    for page in PAGES:
        touch(guide, f"guide.page.{page}")
        assert guide.page == page
        assert words.verticalScrollBar().value() == 0
        assert words.horizontalScrollBar().maximum() == 0, f"{page} is wider than the glass"
        picture(shell, f"guide_{page}")
    touch(guide, "guide.page.home")
    words.anchorClicked.emit(QUrl("trouble.md"))
    assert guide.page == "trouble"
    words.anchorClicked.emit(QUrl("file:///etc/passwd"))
    words.anchorClicked.emit(QUrl("https://example.invalid/photo.md"))
    assert guide.page == "trouble"
    touch(guide, "guide.close")
    assert not guide.isVisible()


def test_the_mark_is_large_enough_for_a_finger(shell: Shell, picture: Picture) -> None:
    shell.show_station("home")
    shell.topbar.show_place("第20回 11月5日(水) 本町公民館")
    shell.topbar.show_counter("小金井市 マイナンバーカード出張交付窓口")
    shell.topbar.show_person("佐藤 和子(管理者)")
    shell.show_devices({name: ("success", word) for name, word in DEVICES.items()})
    mark = shown(shell, "topbar.help", QPushButton)
    picture(shell, "guide_mark")
    assert min(mark.width(), mark.height()) >= 48
    assert mark.geometry().right() < shell.width(), "on the glass with everything beside it"
    assert mark.accessibleName() == "使い方"
