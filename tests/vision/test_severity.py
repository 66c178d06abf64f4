"""Each measure follows the fault it stands for, and a clean portrait raises no alarm about light."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk import vision
from kiosk.domain.portrait import QUIET, State, judge
from tests.vision.degraded import FAULTS, STEPS, spearman
from tests.vision.pictures import clip_frame, drawn_face, on_a_wall

LIGHT = frozenset(
    (
        *("sharp", "under_exposed", "over_exposed", "luminance", "even_light", "background", "shadow"),
        *("background_light", "glare", "sunglasses", "dynamic_range", "noise", "colour"),
    )
)


@pytest.fixture(scope="module")
def looker() -> vision.Looker:
    return vision.Looker()


@pytest.mark.parametrize("fault", FAULTS)
def test_the_measure_follows_the_fault(looker: vision.Looker, fault: str) -> None:
    """Seven pictures from untouched to bad: rank correlation at least 0.95, and the worst is noticed."""
    measure, worse = FAULTS[fault]
    seen = [looker.look(worse(step)) for step in STEPS]
    assert [one.faces for one in seen] == [1] * len(STEPS)
    values = [one.measures[measure] for one in seen]
    assert abs(spearman(values)) >= 0.95, values
    worst = judge(seen[-1].measures).check(measure)
    # A bent photograph does not close the eyes or turn the irises all the way.
    assert worst.is_wrong or fault in ("blinking", "looking aside"), worst


@pytest.mark.parametrize("number", [85, 100, 120, 140, 160])
def test_a_clean_portrait_raises_no_alarm_about_light(looker: vision.Looker, number: int) -> None:
    verdict = judge(looker.look(clip_frame(number)).measures)
    assert {name for name in LIGHT if verdict.check(name).state is not State.PASS} == set()
    assert {check.name for check in verdict.checks if check.is_wrong} <= QUIET


def test_eyes_painted_shut_are_not_open(looker: vision.Looker) -> None:
    """Lids painted over both eyes: the mesh alone would still call them open."""
    frame = clip_frame().copy()
    eyes = looker.look(frame).eyes
    assert eyes is not None
    wide = (eyes[1][0] - eyes[0][0]) * 0.3
    for x in (eyes[0][0] + wide / 2, eyes[1][0] - wide / 2):
        place = (round(x), round(eyes[0][1]))
        cv2.ellipse(frame, place, (round(wide * 0.6), round(wide * 0.35)), 0, 0, 360, (140, 170, 215), -1)
        cv2.ellipse(frame, place, (round(wide * 0.5), round(wide * 0.12)), 0, 10, 170, (40, 50, 80), 3)
    shut = np.asarray(cv2.GaussianBlur(frame, (0, 0), 1.5), np.uint8)
    verdict = judge(looker.look(shut).measures)
    assert verdict.check("eyes_open").is_wrong
    assert verdict.advice == "eyes_open"


@pytest.mark.parametrize("grain", [0.0, 3.0, 8.0])
@pytest.mark.parametrize("quality", [100, 60])
def test_a_printed_drawing_is_nobody_however_it_was_photographed(
    looker: vision.Looker, grain: float, quality: int
) -> None:
    drawn = drawn_face() + np.random.default_rng(2).normal(0, grain, (720, 1280, 3))
    done, jpeg = cv2.imencode(".jpg", np.clip(drawn, 0, 255).astype(np.uint8), [1, quality])
    assert done
    seen = looker.look(vision.read_picture(jpeg.tobytes()))
    assert (seen.faces, judge(seen.measures).state) == (0, State.FAIL)


def test_a_photograph_of_a_wall_is_nobody(looker: vision.Looker) -> None:
    """Bricks and a window, blurred and grainy: nothing that could be cut out."""
    wall = np.full((720, 1280, 3), (90, 110, 160), np.uint8)
    for row in range(0, 720, 60):
        cv2.line(wall, (0, row), (1280, row), (190, 195, 200), 5)
        for column in range((row // 60 % 2) * 70, 1280, 140):
            cv2.line(wall, (column, row), (column, row + 60), (190, 195, 200), 5)
    cv2.rectangle(wall, (500, 180), (800, 560), (60, 40, 30), -1)
    grainy = wall + np.random.default_rng(4).normal(0, 6, wall.shape)
    photo = np.asarray(cv2.GaussianBlur(np.clip(grainy, 0, 255).astype(np.uint8), (0, 0), 1.2), np.uint8)
    for quick in (False, True):
        seen = looker.look(photo, quick=quick)
        assert (seen.faces, seen.head, judge(seen.measures).state) == (0, None, State.FAIL)


def test_a_face_beside_the_wall_is_still_one(looker: vision.Looker) -> None:
    assert looker.look(on_a_wall(right_px=250)).faces == 1
