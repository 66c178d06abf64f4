"""A camera with a timetable of faults, to rehearse what a pulled cable or a dying sensor does."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.domain.errors import Refused, Trouble

if TYPE_CHECKING:
    from kiosk.devices.ports import Camera, Pixels


class Fault(StrEnum):
    """What goes wrong."""

    GONE = "gone"  # the cable is pulled: no opening, no reading
    HELD = "held"  # another program has it: it opens and stays silent
    FROZEN = "frozen"  # it repeats its last picture, also when opened anew
    BLACK = "black"  # the lens is covered: nothing but the sensor's noise
    LIGHT = "light"  # a lamp is switched on
    SLOW = "slow"  # opening takes seconds
    RESIZED = "resized"  # another program chose another resolution
    BROKEN = "broken"  # the driver itself raises
    DROPS = "drops"  # every third frame is missing


SLOW_OPEN_S = 4.0
_SPELL = re.compile(r"([a-z]+)@(\d{1,5}(?:\.\d+)?)-(\d{1,5}(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Spell:
    """One fault from `begin_s` to `end_s`, counted from the first opening."""

    fault: Fault
    begin_s: float
    end_s: float


def spells_of(text: str) -> tuple[Spell, ...]:
    """Reads "gone@20-50,frozen@70-75"; raises Refused("camera_url") for anything else."""
    spells = []
    for part in text.split(","):
        match = _SPELL.fullmatch(part)
        if match is None or match[1] not in tuple(Fault) or float(match[2]) >= float(match[3]):
            raise Refused("camera_url", url="virtual")
        spells.append(Spell(Fault(match[1]), float(match[2]), float(match[3])))
    return tuple(spells)


class PlannedCamera:
    """Any played camera with faults by the clock; `now` and `wait` in seconds."""

    def __init__(
        self,
        camera: Camera,
        spells: tuple[Spell, ...],
        *,
        now: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._camera, self._spells, self._now = camera, spells, now
        self._wait = threading.Event().wait if wait is None else wait
        self._began: float | None = None
        self._last: Pixels | None = None
        self._reads = 0
        self._noise = np.random.default_rng(11)

    def open(self) -> None:
        if self._began is None:
            self._began = self._now()
        if self._has(Fault.GONE):
            raise Trouble("camera_absent", camera="fault")
        if self._has(Fault.HELD):
            raise Trouble("camera_busy", camera="fault")
        if self._has(Fault.SLOW):
            self._wait(SLOW_OPEN_S)
        self._camera.open()

    def read(self) -> Pixels:
        pixels = self._camera.read()
        self._reads += 1
        if self._has(Fault.GONE) or self._has(Fault.HELD):
            raise Trouble("camera_lost")
        if self._has(Fault.BROKEN):
            raise OSError("the driver broke")
        if self._has(Fault.FROZEN):
            self._last = pixels if self._last is None else self._last
            return self._last
        self._last = pixels
        if self._has(Fault.DROPS) and self._reads % 3 == 0:
            pixels = self._camera.read()
        if self._has(Fault.RESIZED):
            pixels = np.asarray(cv2.resize(pixels, (640, 480)), np.uint8)
        if self._has(Fault.LIGHT):
            pixels = np.asarray(cv2.convertScaleAbs(pixels, alpha=2.6, beta=40), np.uint8)
        if self._has(Fault.BLACK):
            pixels = self._noise.integers(0, 4, pixels.shape, np.uint8)
        return pixels

    def close(self) -> None:
        self._camera.close()

    def _has(self, fault: Fault) -> bool:
        at = self._now() - (self._began if self._began is not None else self._now())
        return any(spell.fault is fault and spell.begin_s <= at < spell.end_s for spell in self._spells)
