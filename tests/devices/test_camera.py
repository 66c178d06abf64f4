"""A camera at the counter: it plays, it is pulled out, it comes back by itself."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from kiosk.devices.camera import (
    CameraLoop,
    CameraState,
    LatestFrame,
    VideoCamera,
)
from kiosk.devices.camera_url import open_camera
from kiosk.devices.camera_virtual import CameraFaults, ClipCamera, FaultyCamera, practice_clip
from kiosk.devices.camera_watch import Stillness
from kiosk.domain.errors import Refused, Trouble

if TYPE_CHECKING:
    from kiosk.devices.ports import Camera, Pixels

WAIT_S = 10.0


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short Motion-JPEG clip: 20 frames, each a different picture."""
    file = tmp_path_factory.mktemp("clip") / "clip.avi"
    writer = cv2.VideoWriter(str(file), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), 30, (320, 180))
    for number in range(20):
        writer.write(a_picture(number))
    writer.release()
    return file


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same as numbered pictures."""
    folder = tmp_path_factory.mktemp("pictures")
    for number in range(5):
        assert cv2.imwrite(str(folder / f"f_{number:03d}.jpg"), a_picture(number))
    return str(folder / "f_%03d.jpg")


def a_picture(number: int) -> Pixels:
    picture = np.full((180, 320, 3), 10 * number + 20, np.uint8)
    cv2.circle(picture, (20 + 12 * number, 90), 30, (0, 0, 255), -1)
    return picture


class TestEveryCamera:
    """What each camera that ships must do; the real one where a machine has one."""

    @pytest.fixture(params=["file", "images", "virtual", "faulty", "index"])
    def camera(self, request: pytest.FixtureRequest, clip: Path, pictures: str) -> Iterator[Camera]:
        match request.param:
            case "file":
                camera = open_camera(f"file:{clip}", practice=True)
            case "images":
                camera = open_camera(f"images:{pictures}", practice=True)
            case "virtual":
                camera = open_camera("virtual:", practice=True)
            case "faulty":
                camera = FaultyCamera(open_camera(f"file:{clip}", practice=True), CameraFaults())
            case _:
                camera = open_camera("index:0", practice=False)
                if sys.platform.startswith("linux") and not Path("/dev/video0").exists():
                    pytest.skip("no camera on this machine")
        yield camera
        camera.close()

    def test_it_delivers_colour_pictures(self, camera: Camera) -> None:
        camera.open()
        for _ in range(3):
            pixels = camera.read()
            assert pixels.ndim == 3
            assert pixels.shape[2] == 3
            assert pixels.dtype == np.uint8

    def test_it_can_be_opened_again(self, camera: Camera) -> None:
        camera.open()
        first = camera.read().shape
        camera.close()
        camera.close()
        camera.open()
        assert camera.read().shape == first

    def test_a_closed_one_says_lost(self, camera: Camera) -> None:
        camera.open()
        camera.close()
        with pytest.raises(Trouble) as trouble:
            camera.read()
        assert trouble.value.key == "camera_lost"


def test_a_clip_plays_round_and_round(clip: Path) -> None:
    camera = ClipCamera(str(clip), practice=True, frames_per_s=0)
    camera.open()
    shown = [camera.read()[90, :, 2].astype(int) for _ in range(45)]
    camera.close()
    assert np.abs(shown[0] - shown[20]).max() == 0
    assert np.abs(shown[0] - shown[10]).max() > 100


def test_the_practice_clip_has_good_size_and_moves() -> None:
    camera = open_camera("virtual:", practice=True)
    camera.open()
    one, two = camera.read(), camera.read()
    camera.close()
    assert one.shape == (720, 1280, 3)
    assert np.abs(one.astype(int) - two).max() > 0
    assert Path(practice_clip()).stat().st_size < 6_000_000


@pytest.mark.parametrize("url", ["virtual:", "file:clip.avi", "images:f_%03d.jpg"])
def test_a_played_face_is_refused_outside_practice(url: str) -> None:
    with pytest.raises(Refused) as no:
        open_camera(url, practice=False)
    assert no.value.key == "camera_practice_only"


@pytest.mark.parametrize(
    "url", ["", "index:", "index:-1", "index:x", "index:1000", "http://x/", "file:", "0", "virtual:x"]
)
def test_a_wrong_address_is_refused(url: str) -> None:
    with pytest.raises(Refused) as no:
        open_camera(url, practice=True)
    assert no.value.key == "camera_url"


@pytest.mark.parametrize("url", ["file:nowhere.avi", "images:nowhere_%03d.jpg", "images:odd_%s_%d.jpg"])
def test_a_missing_clip_is_an_absent_camera(url: str, tmp_path: Path) -> None:
    kind, _, name = url.partition(":")
    with pytest.raises(Trouble) as trouble:
        open_camera(f"{kind}:{tmp_path / name}", practice=True).open()
    assert trouble.value.key == "camera_absent"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux device names")
def test_no_camera_at_this_index_is_absent() -> None:
    with pytest.raises(Trouble) as trouble:
        VideoCamera(97).open()
    assert trouble.value.key == "camera_absent"


@pytest.fixture
def running(clip: Path) -> Iterator[Callable[[CameraFaults], tuple[CameraLoop, FaultyCamera]]]:
    loops: list[CameraLoop] = []

    def start(faults: CameraFaults) -> tuple[CameraLoop, FaultyCamera]:
        # Short only where silence is the fault itself: a busy machine must not look like a lost camera.
        silence_s = 0.3 if faults.freeze_after is not None else WAIT_S
        camera = FaultyCamera(ClipCamera(str(clip), practice=True, frames_per_s=200), faults)
        loop = CameraLoop(camera, retry_first_s=0.02, retry_last_s=0.1, silence_s=silence_s, settle_s=0)
        loops.append(loop)
        loop.start()
        return loop, camera

    yield start
    for loop in loops:
        assert loop.stop()


def test_the_newest_frame_is_always_at_hand(running: Callable[..., tuple[CameraLoop, FaultyCamera]]) -> None:
    loop, _ = running(CameraFaults())
    first = loop.frames.after(0, WAIT_S)
    assert first is not None
    later = loop.frames.after(first.sequence + 4, WAIT_S)
    assert later is not None
    assert later.sequence > first.sequence + 4
    assert later.at > first.at
    assert loop.state() is CameraState.OK


@pytest.mark.parametrize(
    "faults",
    [
        CameraFaults(lost_after=5),
        CameraFaults(break_after=5),
        CameraFaults(freeze_after=5),
        CameraFaults(lost_after=5, slow_open_s=0.1),
    ],
    ids=["pulled out", "driver breaks", "picture freezes", "slow to come back"],
)
def test_a_lost_camera_comes_back_by_itself(
    running: Callable[..., tuple[CameraLoop, FaultyCamera]], faults: CameraFaults
) -> None:
    loop, camera = running(faults)
    assert loop.wait_for(CameraState.OK, WAIT_S)
    assert loop.wait_for(CameraState.LOST, WAIT_S)
    assert loop.wait_for(CameraState.OK, WAIT_S)
    assert camera.opens >= 2
    newest = loop.frames.newest()
    assert newest is not None
    assert loop.frames.after(newest.sequence, WAIT_S) is not None


def test_a_camera_plugged_in_late_is_found(running: Callable[..., tuple[CameraLoop, FaultyCamera]]) -> None:
    loop, camera = running(CameraFaults(absent_opens=3))
    assert loop.wait_for(CameraState.ABSENT, WAIT_S)
    assert loop.frames.newest() is None
    assert loop.wait_for(CameraState.OK, WAIT_S)
    assert camera.opens == 4


def test_drops_and_another_resolution_are_no_loss(
    running: Callable[..., tuple[CameraLoop, FaultyCamera]],
) -> None:
    loop, camera = running(CameraFaults(drop_every=3, resize_after=10))
    frame = loop.frames.after(20, WAIT_S)
    assert frame is not None
    assert frame.pixels.shape == (480, 640, 3)
    assert camera.opens == 1


def test_a_driver_that_hangs_is_seen_as_lost_and_does_not_hold_the_program() -> None:
    release = threading.Event()
    times = iter([0.0, 0.0, 0.1, 0.2])

    class Hanging:
        """Delivers one frame, then its driver never answers."""

        def __init__(self) -> None:
            self.reads = 0

        def open(self) -> None:
            self.reads = 0

        def read(self) -> Pixels:
            self.reads += 1
            if self.reads > 1:
                release.wait(WAIT_S)
                raise Trouble("camera_lost")
            return a_picture(0)

        def close(self) -> None:
            release.set()

    loop = CameraLoop(Hanging(), now=lambda: next(times, 5.0), settle_s=0)
    loop.start()
    assert loop.wait_for(CameraState.OK, WAIT_S)
    assert loop.state() is CameraState.OK  # 0.2 s
    assert loop.state() is CameraState.LOST  # 5 s of silence
    assert not loop.stop(timeout_s=0.05)
    release.set()
    assert loop.stop(WAIT_S)


def test_the_slot_forgets_and_waits_in_vain_without_a_camera() -> None:
    slot = LatestFrame()
    assert slot.after(0, 0.01) is None
    slot.put(a_picture(1), 1.0)
    slot.clear()
    assert slot.newest() is None
    assert slot.put(a_picture(2), 2.0).sequence == 2  # numbers go on: nobody mistakes a new frame for an old


def test_a_still_scene_is_told_from_a_dead_camera() -> None:
    still = Stillness(1.0)
    noise = np.random.default_rng(1)
    for tenth in range(30):
        live = a_picture(3) + noise.integers(0, 2, (180, 320, 3), np.uint8)
        assert not still.is_frozen(live, tenth / 10)
    dead = a_picture(3)
    assert [still.is_frozen(dead, 3 + tenth / 10) for tenth in (0, 5, 10, 11)] == [False, False, False, True]


def test_a_shot_is_taken_after_the_touch(running: Callable[..., tuple[CameraLoop, FaultyCamera]]) -> None:
    loop, _ = running(CameraFaults())
    touched = loop.frames.after(0, WAIT_S)
    assert touched is not None
    shots = loop.frames.next_ones(5, WAIT_S)
    assert len(shots) == 5
    assert all(shot is not touched.pixels for shot in shots)
    assert LatestFrame().next_ones(5, 0.01) == []
