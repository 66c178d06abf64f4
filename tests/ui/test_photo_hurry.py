"""The hurried operator at the photo station: whose shot it was stays true, whatever is touched meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from kiosk.devices.camera import CameraLoop
from kiosk.devices.camera_virtual import ClipCamera, practice_clip
from kiosk.devices.drive_virtual import VirtualBay
from kiosk.domain.registers import Subject
from kiosk.domain.visit import Reason, Service, StepKind
from kiosk.services.camera_setup import CameraSetup
from kiosk.services.commission import standing
from kiosk.services.own_photo import OwnPhoto
from kiosk.services.practice import PRACTICE_DAY
from kiosk.ui.preview import Preview
from kiosk.ui.screens.photo import PhotoScreen
from tests.ui.counter_day import CounterDay, is_shown, on_glass, settle, shown, wait_until
from tests.vision.pictures import on_a_wall

Touch = Callable[[QWidget, str], None]
SLOWLY = 60.0
ENOUGH_FRAMES = 12


@dataclass
class Station:
    """The photo station of a slow PC: what is judged there waits until the story goes on."""

    day: CounterDay
    screen: PhotoScreen
    preview: Preview
    frames: int = 0

    def slow(self) -> threading.Event:
        """From now on nothing is judged until the event is set."""
        gate = threading.Event()
        self.day.background.run(gate.wait, lambda _: None, lambda _: None)
        return gate

    def frames_come(self) -> None:
        """As many as a shot is made of, and some more."""
        wanted = self.frames + ENOUGH_FRAMES
        wait_until(lambda: self.frames >= wanted, SLOWLY)

    def all_judged(self) -> None:
        """What waited before this has been answered."""
        done: list[bool] = []
        self.day.background.run(lambda: True, done.append, lambda _: None)
        wait_until(lambda: bool(done), SLOWLY)

    def can(self, name: str) -> bool:
        return shown(self.screen, name, QPushButton).isEnabled()

    def _frame(self, _: object) -> None:
        self.frames += 1


@pytest.fixture
def station(day: CounterDay, tmp_path: Path) -> Iterator[Station]:
    """Two people who apply; the city lets visitors' sticks be read, and one is plugged in."""
    for _ in range(2):
        day.ready(Service.APPLICATION)
    bay = VirtualBay(tmp_path / "stick", practice=True)
    (tmp_path / "stick" / "photo.jpg").write_bytes(cv2.imencode(".jpg", on_a_wall(scale=1.5))[1].tobytes())
    with day.desk.office.work() as work:
        work.approvals.save(standing("令7-練-20", Subject.VISITOR_MEDIUM, PRACTICE_DAY.year))
        work.commit()
    preview = Preview(lambda: CameraLoop(ClipCamera(practice_clip(), practice=True)))
    screen = PhotoScreen(
        portraits=day.portraits,
        files=day.photo_files,
        own=OwnPhoto(day.desk, bay),
        preview=preview,
        texts=day.texts,
        background=day.background,
        setup=CameraSetup(day.desk),
        keep_paper=lambda name, _: name,
    )
    screen.window_kept = on_glass(screen)  # type: ignore[attr-defined]
    made = Station(day, screen, preview)
    preview.frame_ready.connect(made._frame)
    yield made
    screen.hide()
    assert day.background.finish(60_000)
    settle()


def test_a_shot_or_a_file_of_one_visitor_never_becomes_the_next_ones(station: Station, touch: Touch) -> None:
    screen = station.screen
    touch(screen, "photo.choose.B001")
    touch(screen, "photo.auto")
    wait_until(lambda: station.can("photo.shutter"), SLOWLY)
    station.frames_come()
    gate = station.slow()
    touch(screen, "photo.shutter")
    station.frames_come()
    touch(screen, "photo.change")
    touch(screen, "photo.choose.B002")
    gate.set()
    station.all_judged()
    assert not station.can("photo.candidate.1"), "it shows the one who has left"

    gate = station.slow()
    touch(screen, "photo.own")
    touch(screen, "photo.own_choice.file")
    touch(screen, "photo.own_choice.0")
    assert not station.can("photo.own")
    touch(screen, "photo.change")
    touch(screen, "photo.choose.B001")
    gate.set()
    station.all_judged()
    assert not station.can("photo.candidate.1"), "the file was another visitor's"
    assert station.can("photo.own")
    assert [station.day.portraits.of(ticket) for ticket in ("B001", "B002")] == [None, None]

    # The station itself is as before: the next touch of the shutter is the present visitor's.
    wait_until(lambda: station.can("photo.shutter"), SLOWLY)
    touch(screen, "photo.shutter")
    wait_until(lambda: station.can("photo.candidate.1"), SLOWLY)


def _bring_own_photo(station: Station, touch: Touch) -> None:
    """B001 sits down with a file of their own, which is judged and offered."""
    touch(station.screen, "photo.choose.B001")
    touch(station.screen, "photo.auto")
    touch(station.screen, "photo.own")
    touch(station.screen, "photo.own_choice.file")
    touch(station.screen, "photo.own_choice.0")
    wait_until(lambda: station.can("photo.candidate.1"), SLOWLY)


def test_a_reason_is_kept_with_the_photo_it_was_asked_for(station: Station, touch: Touch) -> None:
    screen = station.screen
    _bring_own_photo(station, touch)
    gate = station.slow()
    touch(screen, "photo.shutter")
    station.frames_come()
    touch(screen, "photo.override")
    gate.set()
    wait_until(lambda: station.can("photo.candidate.2"), SLOWLY)
    touch(screen, "photo.reason.covering_medical")
    visit = station.day.counter.visit("B001")
    step = next(step for step in visit.steps if step.kind is StepKind.PHOTO)
    assert step.fact("origin") == "file", "not of the shot that was finished behind the question"


def test_who_has_gone_home_meanwhile_gets_no_photo(station: Station, touch: Touch) -> None:
    screen = station.screen
    _bring_own_photo(station, touch)
    station.day.counter.side_exit("B001", Reason.R01)
    touch(screen, "photo.override")
    touch(screen, "photo.reason.checked_by_eye")
    assert shown(screen, "notice.say", QLabel).text() == "B001 の手続きは終わっています。"
    assert station.can("photo.candidate.1"), "nothing is lost by trying"
    touch(screen, "photo.change")
    assert not is_shown(screen, "notice"), "the next visitor is not told about the last one"
    assert not is_shown(screen, "photo.choose.B001")
    assert is_shown(screen, "photo.choose.B002")
    assert station.day.portraits.of("B001") is None
