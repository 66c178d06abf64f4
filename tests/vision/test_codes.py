"""Codes read from a real clip, large and small, and what is not taken for one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.devices.camera_url import open_camera
from kiosk.vision.codes import LARGER_LOOK_EVERY, CodeReader
from tests.film import drawn, film

if TYPE_CHECKING:
    from kiosk.devices.ports import Pixels

TICKET = "Q1:KOGANEI:251105:B001:0123ABCD"
FORM = "https://net.kojinbango-card.go.jp/?id=00000000000000000000042"


def test_two_papers_held_one_after_the_other_are_read_from_a_clip(tmp_path: Path) -> None:
    camera = open_camera(film(tmp_path / "held.avi", [TICKET, None, FORM], frames=8), practice=True)
    camera.open()
    reader = CodeReader()
    seen = [reader.read(camera.read()) for _ in range(24)]
    camera.close()

    assert seen[:8] == [(TICKET,)] * 8
    assert seen[8:16] == [()] * 8
    assert seen[16:] == [(FORM,)] * 8


def test_a_blurred_small_code_is_found_by_the_larger_look_of_each_fifth_picture() -> None:
    scene = np.full((360, 640, 3), 200, np.uint8)
    code = drawn(TICKET)
    side = round(code.shape[0] / 6 * 2.0)  # two pixels per module
    small = cv2.resize(code, (side, side), interpolation=cv2.INTER_AREA)
    scene[100 : 100 + side, 200 : 200 + side] = small
    blurred: Pixels = np.asarray(cv2.GaussianBlur(scene, (0, 0), 0.9), np.uint8)
    reader = CodeReader()
    seen = [reader.read(blurred) for _ in range(LARGER_LOOK_EVERY)]

    assert seen == [()] * (LARGER_LOOK_EVERY - 1) + [(TICKET,)]
