"""Choosing the camera under 機器: by its own name, with its picture, and never another one in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from kiosk.devices.camera import CameraLoop, NamedCamera
from kiosk.devices.camera_url import open_camera
from kiosk.domain.errors import Trouble
from kiosk.services.desk import Desk
from kiosk.services.practice import MANAGER
from kiosk.ui.device_checks import SeenCamera
from kiosk.ui.preview import Preview
from kiosk.ui.screens.manage_camera import CameraLook, CameraVerbs
from kiosk.ui.screens.photo_view import PhotoView
from kiosk.ui.texts import Texts
from tests.ui.counter_day import settle, shown, wait_until
from tests.ui.guest import Guest

Picture = Callable[[QWidget, str], Path]
Touch = Callable[[QWidget, str], None]
FIRST, SECOND = (
    SeenCamera("camera:046d:0825:A1", "Desk camera"),
    SeenCamera("camera:1bcf:2284@1-2", "Lid camera"),
)


class Held:
    """A camera another program has: it opens and stays silent."""

    def open(self) -> None:
        raise Trouble("camera_busy", camera="held")

    def read(self) -> object:
        raise Trouble("camera_lost")

    def close(self) -> None:
        """Nothing was opened."""


class Sockets:
    """What is plugged in, changed by the story; the first camera plays the clip, the second one is held."""

    def __init__(self) -> None:
        self.seen: tuple[SeenCamera, ...] = (FIRST, SECOND)
        self.opened: list[str] = []

    def verbs(self) -> CameraVerbs:
        return CameraVerbs(lambda: self.seen, lambda url: Preview(lambda: self._open(url())))

    def _open(self, url: str) -> CameraLoop:
        self.opened.append(url)
        if url == SECOND.url:
            return CameraLoop(Held(), retry_first_s=0.05, retry_last_s=0.05)  # type: ignore[arg-type]
        if url == FIRST.url:
            return CameraLoop(open_camera("virtual:", practice=True))
        return CameraLoop(NamedCamera(url), retry_first_s=0.05, retry_last_s=0.05)


@pytest.fixture
def sockets() -> Sockets:
    return Sockets()


@pytest.fixture
def look(sockets: Sockets, dressed: QWidget) -> Iterator[Callable[[str], CameraLook]]:
    made: list[CameraLook] = []

    def make(current: str) -> CameraLook:
        one = CameraLook(sockets.verbs(), current, Texts.load())
        one.resize(960, 340)
        one.show()
        made.append(one)
        return one

    yield make
    for one in made:
        one.hide()
    settle()


def labels(look: CameraLook) -> list[str]:
    settle()
    return [
        button.text()
        for at in range(4)
        for button in look.findChildren(QPushButton, f"manage.camera.{at}")
        if button.isVisible()
    ]


def test_two_cameras_by_name_with_their_pictures_and_the_held_one_says_so(
    look: Callable[[str], CameraLook], sockets: Sockets, touch: Touch
) -> None:
    one = look(FIRST.url)
    view = shown(one, "photo.view", PhotoView)
    wait_until(lambda: len(labels(one)) == 2 and view.is_live, 30.0)
    assert labels(one)[0] == f"Desk camera　使用中\n{FIRST.url}"
    assert "2台以上" in shown(one, "manage.camera.words", QLabel).text()

    touch(one, "manage.camera.1")
    assert one.chosen == SECOND.url
    wait_until(lambda: "映像が届きません" in view.lost_words[0], 30.0)
    assert set(sockets.opened) == {FIRST.url, SECOND.url}


def test_a_camera_pulled_out_stays_in_the_list_as_missing_and_no_other_is_opened_for_it(
    look: Callable[[str], CameraLook], sockets: Sockets
) -> None:
    one = look("camera:gone:gone:X")
    wait_until(lambda: len(labels(one)) == 3, 30.0)
    assert labels(one)[0].startswith("▲ 使用中のカメラがつながっていません")
    view = shown(one, "photo.view", PhotoView)
    wait_until(lambda: "カメラが見つかりません" in view.lost_words[0], 30.0)

    sockets.seen = ()
    wait_until(lambda: len(labels(one)) == 1, 30.0)
    assert "見つかりません" in shown(one, "manage.camera.words", QLabel).text()
    sockets.seen = (FIRST,)
    wait_until(lambda: len(labels(one)) == 2, 30.0)
    assert one.chosen == "camera:gone:gone:X"
    assert set(sockets.opened) == {"camera:gone:gone:X"}


def test_the_manager_decides_and_only_the_camera_changes(guest: Guest, desk: Desk, picture: Picture) -> None:
    guest.sign_in(MANAGER)
    guest.open_day()
    guest.touch("list.without", "tab.manage", "manage.devices")
    guest.field("manage.device.camera").setText("camera:046d:0825:A1")
    before = desk.devices
    guest.touch("manage.camera.choose")
    question = guest.shell.findChild(QWidget, "manage.camera_choice")
    assert question is not None
    view = shown(question, "photo.view", PhotoView)
    wait_until(lambda: len(question.findChildren(QPushButton, "manage.camera.1")) == 1, 30.0)
    guest.touch("manage.camera.1")
    wait_until(lambda: view.is_live, 30.0)
    picture(guest.shell, "manage_camera_1280")
    guest.touch("manage.camera_choice.use")

    assert desk.devices.camera == "virtual:"
    assert (desk.devices.printer, desk.devices.drive) == (before.printer, before.drive)
    assert "カメラを決めました" in guest.said
