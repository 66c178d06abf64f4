"""One photo judgement beside the time its models need for their own arithmetic."""

from __future__ import annotations

import time
from typing import Any

import cv2

from bench.measure import Measured
from kiosk.devices.camera_virtual import practice_clip
from kiosk.services.portrait import PortraitDesk
from kiosk.vision import looking

TURNS = 20
AT_MOST = 1.5


class _Counted:
    """A network that notes what its forward passes took."""

    def __init__(self, network: Any, spent: list[float]) -> None:
        self._network = network
        self._spent = spent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._network, name)

    def forward(self, *names: Any) -> Any:
        """The pass itself, timed."""
        began = time.perf_counter()
        outputs = self._network.forward(*names)
        self._spent.append((time.perf_counter() - began) * 1000)
        return outputs


def measure() -> list[Measured]:
    """One line: PortraitDesk.look on a frame of the practice clip, beside the same call's forward passes."""
    film = cv2.VideoCapture(practice_clip())
    frames = [frame.astype("uint8", copy=False) for read, frame in (film.read() for _ in range(5)) if read]
    film.release()
    spent: list[float] = []
    looker = looking.Looker()
    for name in ("_short", "_back", "_mesh", "_iris", "_person"):
        setattr(looker, name, _Counted(getattr(looker, name), spent))
    # The judgement uses the eyes that rest; these are the same eyes with a clock in them.
    looking._resting[:] = [looker]
    ours: list[float] = []
    theirs: list[float] = []
    for turn in range(TURNS + 1):
        spent.clear()
        began = time.perf_counter()
        PortraitDesk.look(frames[turn % len(frames)], quick=False)
        if turn:
            ours.append((time.perf_counter() - began) * 1000)
            theirs.append(sum(spent))
    looking._resting.clear()
    return [
        Measured("one photo judgement", "its models' forward passes", tuple(ours), tuple(theirs), AT_MOST)
    ]
