"""The key ceremony on the glass: our card shown, the city's new card read, compared, and pinned by two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import cv2
import pytest
import zxingcpp
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kiosk.city.home import CityHome
from kiosk.sealing.cards import CityCard
from kiosk.services.clock import JST
from kiosk.services.desk import Desk
from kiosk.services.practice import MANAGER, PINS, SECOND, STAFF
from tests.film import drawn
from tests.ui.counter_day import is_shown, shown
from tests.ui.guest import Guest

Picture = Callable[[QWidget, str], Path]
BEFORE = datetime(2025, 11, 1, 9, 0, tzinfo=JST)


@pytest.fixture
def desk(desk: Desk, tmp_path: Path) -> Desk:
    """Its practice camera sees the paper in held.png."""
    desk.devices = replace(desk.devices, camera=f"virtual:held={tmp_path / 'held.png'}")
    return desk


def new_city(folder: Path, *, practice: bool = True) -> str:
    """Another city card, as it comes on a stick."""
    home, _ = CityHome.create(folder, practice=practice, at=BEFORE)
    return (home.folder / "city-card.json").read_text(encoding="utf-8").strip()


def hold(tmp_path: Path, text: str) -> None:
    aside = tmp_path / "aside.png"
    assert cv2.imwrite(str(aside), drawn(text))
    aside.replace(tmp_path / "held.png")


def pinned(desk: Desk) -> str:
    with desk.office.reading() as view:
        return CityCard.from_text(view.settings.get("city_card")).fingerprint


def at_the_key(guest: Guest) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "tab.manage", "manage.key")


def test_the_citys_new_card_is_scanned_compared_and_pinned_by_two(
    guest: Guest, desk: Desk, picture: Picture, tmp_path: Path, qtbot: QtBot
) -> None:
    at_the_key(guest)
    before, text = pinned(desk), new_city(tmp_path / "new")
    after = CityCard.from_text(text).fingerprint
    with desk.office.reading() as view:
        same = str(view.settings.get("city_card")).strip()
    guest.touch("manage.city_key.show_card")
    seen = cv2.imread(str(picture(guest.shell, "manage_key_code")))
    with desk.office.reading() as view:
        card = str(view.settings.get("kiosk_card")).strip()
    assert [code.text for code in zxingcpp.read_barcodes(seen)] == [card]
    guest.touch("manage.card_code.cancel", "manage.city_key.scan")
    for held, said in (
        (new_city(tmp_path / "real", practice=False), "練習のカードと本番のカード"),
        (same, "もう登録してあります"),
        (card, "カード"),
    ):
        hold(tmp_path, held)
        qtbot.waitUntil(
            lambda said=said: said in shown(guest.shell, "code_camera.line", QLabel).text(), timeout=30_000
        )
        assert "▲" in shown(guest.shell, "code_camera.line", QLabel).text()
    hold(tmp_path, text)
    qtbot.waitUntil(lambda: not is_shown(guest.shell, "code_camera"), timeout=30_000)
    assert "".join(guest.words("manage.city_key.new").split()) == after.replace(" ", "")
    picture(guest.shell, "manage_key_compare")
    guest.touch("manage.city_key.new_sheet")
    assert (desk.vault.folder.root / "papers" / "key-ceremony.pdf").read_bytes().startswith(b"%PDF")
    guest.touch("notice.close", "manage.city_key.same")
    guest.touch(f"manage.city_key.second.{SECOND.id}")
    picture(guest.shell, "manage_key_second")
    guest.field("manage.city_key.pin").setText("00000000")
    guest.touch("manage.city_key.change")
    qtbot.waitUntil(lambda: bool(guest.said), timeout=30_000)
    assert pinned(desk) == before
    guest.touch("notice.close")
    guest.field("manage.city_key.pin").setText(PINS[SECOND.id])
    guest.touch("manage.city_key.change")
    qtbot.waitUntil(lambda: pinned(desk) == after, timeout=30_000)
    assert "".join(guest.words("manage.card.city").split()) == after.replace(" ", "")
    with desk.office.reading() as view:
        row = next(row for row in reversed(view.journal.entries()) if row.act == "change_city_key")
    assert (row.details["before"], row.details["after"], row.details["second"]) == (before, after, SECOND.id)


def test_from_a_stick_and_put_away_when_it_differs(
    guest: Guest, desk: Desk, picture: Picture, tmp_path: Path
) -> None:
    at_the_key(guest)
    before = pinned(desk)
    picture(guest.shell, "manage_key")
    guest.touch("manage.city_key.load")
    assert "city-card.json" in guest.said
    (tmp_path / "batch" / "city-card.json").write_text(new_city(tmp_path / "new"), encoding="utf-8")
    guest.touch("notice.close", "manage.city_key.load")
    assert guest.shows("manage.city_key.same")
    guest.touch("manage.city_key.differs")
    assert not guest.shows("manage.city_key.same")
    assert pinned(desk) == before
    guest.lock()
    guest.sign_in(STAFF)
    guest.touch("tab.manage", "manage.key")
    for name in ("scan", "load"):
        assert not shown(guest.shell, f"manage.city_key.{name}").isEnabled()
