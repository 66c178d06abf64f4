"""The camera's set-up at the photo station, by a manager on the window's own glass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from kiosk.domain.errors import Refused
from kiosk.services.camera_setup import CameraSetup
from kiosk.services.desk import Desk
from kiosk.services.practice import MANAGER
from kiosk.ui.texts import Texts
from tests.ui.counter_day import shown, wait_until
from tests.ui.guest import Guest

Picture = Callable[[QWidget, str], Path]
SLOWLY = 60.0


def test_a_manager_sets_the_camera_up_and_the_screen_stops_asking(
    guest: Guest, desk: Desk, texts: Texts, picture: Picture
) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "tab.photo")
    setup, screen = CameraSetup(desk), guest.shell.station("photo")
    assert texts.get("photo_setup.need.never") in guest.words("photo.setup.need")
    picture(guest.shell, "photo_choose_unset")

    guest.touch("photo.setup", "photo.setup.record")
    assert guest.said == texts.say(Refused("camera_setup_centimetres"))
    for name, text in (("distance", "120"), ("height", "115"), ("light", "正面の左右から2灯")):
        guest.field(f"photo.setup.{name}").setText(text)
    page = shown(screen, "photo.setup.page", QWidget)
    wait_until(lambda: shown(page, "photo.check.background", QLabel).text().startswith("✓"), SLOWLY)
    guest.touch("photo.setup.record")
    wait_until(lambda: setup.newest() is not None, SLOWLY)
    assert guest.said == texts.get("photo_setup.recorded")
    picture(guest.shell, "photo_setup")
    guest.touch("photo.setup.print")
    wait_until(lambda: shown(screen, "photo.setup.print", QPushButton).isEnabled(), SLOWLY)
    assert (desk.vault.folder.root / "papers" / "camera_setup-1.pdf").read_bytes().startswith(b"%PDF-")

    guest.touch("photo.setup.back")
    assert guest.words("photo.setup.need") == texts.get("photo_screen.choose_hint")
    desk.devices = replace(desk.devices, camera="camera:046d:0825:ABC123")
    screen.refresh()
    assert texts.get("photo_setup.need.never") in guest.words("photo.setup.need")
