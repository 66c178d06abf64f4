"""A camera's bad day, on a clock that the test moves: every fault ends in a picture, none in a photo."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from kiosk.devices.camera import CameraLoop, CameraState
from kiosk.devices.camera_faults import Fault, PlannedCamera, Spell
from kiosk.domain.portrait import judge
from kiosk.vision import Looker
from tests.vision.pictures import clip_frame

if TYPE_CHECKING:
    from kiosk.devices.ports import Pixels

FRAME_S = 1 / 30
BACK_WITHIN_S = 10.0


@cache
def live_frames() -> tuple[Pixels, ...]:
    """Half a second of the settled person, made small: the loop only looks at 160 x 90 of them."""
    return tuple(
        np.asarray(cv2.resize(clip_frame(number), (320, 180)), np.uint8) for number in range(100, 115)
    )


@dataclass
class Hour:
    """The time as it is told to the camera and to the loop."""

    at: float = 0.0

    def now(self) -> float:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += seconds


class Person:
    """A camera that delivers a picture every thirtieth of a second of the test's time."""

    def __init__(self, hour: Hour) -> None:
        self._hour, self._number = hour, 0

    def open(self) -> None:
        self._hour.wait(0.3)

    def read(self) -> Pixels:
        self._hour.wait(FRAME_S)
        self._number += 1
        return live_frames()[self._number % len(live_frames())]

    def close(self) -> None:
        """Nothing to give back."""


@dataclass
class Day:
    """The loop's work until `until_s`, with what it showed at every moment."""

    spells: tuple[Spell, ...]
    until_s: float
    opens: int = 0
    seen: list[tuple[float, CameraState, Pixels | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        hour = Hour()
        camera = PlannedCamera(Person(hour), self.spells, now=hour.now, wait=hour.wait)
        day = self

        class Watched:
            """The camera, and a look at the loop before each of its reads."""

            def open(self) -> None:
                day.opens += 1
                camera.open()

            def read(self) -> Pixels:
                note()
                return camera.read()

            def close(self) -> None:
                camera.close()

        def wait(seconds: float) -> None:
            # In small steps: what stands on the screen during a pause is looked at as well.
            note()
            hour.wait(seconds)
            note()

        def note() -> None:
            newest = self.loop.frames.newest()
            self.seen.append((hour.at, self.loop.state(), None if newest is None else newest.pixels))
            if hour.at >= self.until_s:
                self.loop.stop(0)

        self.loop = CameraLoop(Watched(), now=hour.now, wait=wait)
        self.loop.run()

    def state_at(self, at: float) -> CameraState:
        return [state for when, state, _ in self.seen if when <= at][-1]

    def back_after(self, end_s: float) -> float:
        """Seconds from the end of the fault to the first new picture on the screen."""
        return next(
            when for when, state, pixels in self.seen
            if when >= end_s and state is CameraState.OK and pixels is not None
        ) - end_s  # fmt: skip


@pytest.mark.parametrize("seconds", [1, 30, 120])
@pytest.mark.parametrize("fault", [Fault.GONE, Fault.HELD, Fault.BROKEN, Fault.FROZEN])
def test_a_camera_that_was_away_is_back_within_ten_seconds(fault: Fault, seconds: int) -> None:
    end = 5.0 + seconds
    day = Day((Spell(fault, 5.0, end),), end + 20)
    assert day.state_at(4.9) is CameraState.OK
    assert day.back_after(end + 0.001) <= BACK_WITHIN_S
    assert day.state_at(end + 19) is CameraState.OK
    if seconds > 1:
        # Nothing old stands there as if it were live, one second (and the repeated frame) after the loss.
        away = [(state, pixels) for when, state, pixels in day.seen if 5 + 1.2 < when < end]
        assert away
        assert all(state is not CameraState.OK and pixels is None for state, pixels in away)


def test_a_frozen_picture_is_no_live_one_even_when_the_camera_is_opened_again() -> None:
    day = Day((Spell(Fault.FROZEN, 5.0, 65.0),), 80.0)
    assert day.opens > 5
    assert {state for when, state, _ in day.seen if 7 < when < 65} == {CameraState.LOST}


@pytest.mark.parametrize("fault", [Fault.BLACK, Fault.LIGHT, Fault.RESIZED, Fault.DROPS])
def test_what_is_no_loss_needs_no_new_opening(fault: Fault) -> None:
    day = Day((Spell(fault, 5.0, 12.0),), 20.0)
    assert day.opens == 1
    assert {state for when, state, _ in day.seen if when > 2} == {CameraState.OK}


def test_a_slow_opening_is_waited_for() -> None:
    day = Day((Spell(Fault.GONE, 5.0, 8.0), Spell(Fault.SLOW, 8.0, 12.0)), 30.0)
    assert day.back_after(8.0) <= BACK_WITHIN_S


def test_after_opening_the_light_settles_first() -> None:
    """A camera that begins dark: the first picture shown is one of steady light."""
    hour = Hour()

    class Waking(Person):
        def read(self) -> Pixels:
            pixels = super().read()
            return np.asarray(cv2.convertScaleAbs(pixels, alpha=min(1.0, hour.at / 2.0)), np.uint8)

    loop = CameraLoop(Waking(hour), now=hour.now, wait=hour.wait)
    shown: list[tuple[float, float]] = []
    put = loop.frames.put

    class Slot:
        """The loop's own slot, and a note of what was put in."""

        def put(self, pixels: Pixels, at: float) -> object:
            shown.append((at, float(pixels.mean())))
            if len(shown) > 5:
                loop.stop(0)
            return put(pixels, at)

        def clear(self) -> None:
            """Nothing is asked of it afterwards."""

    loop.frames = Slot()  # type: ignore[assignment]
    loop.run()
    steady = float(live_frames()[0].mean())
    assert 1.8 <= shown[0][0] <= 3.5
    assert all(abs(light - steady) / steady < 0.12 for _, light in shown)


@pytest.mark.parametrize("fault", [Fault.BLACK, Fault.LIGHT])
def test_a_covered_lens_or_a_lamp_never_makes_a_photo(fault: Fault) -> None:
    hour = Hour()
    camera = PlannedCamera(_Settled(), (Spell(fault, 0.0, 9.0),), now=hour.now, wait=hour.wait)
    camera.open()
    looker = Looker()
    verdict = judge(looker.look(camera.read()).measures)
    assert not verdict.is_green
    if fault is Fault.BLACK:
        assert verdict.needs_reason
        assert verdict.advice == "no_face"


class _Settled:
    """The person at full size, who would pass."""

    def open(self) -> None:
        """Always there."""

    def read(self) -> Pixels:
        return clip_frame()

    def close(self) -> None:
        """Nothing to give back."""
