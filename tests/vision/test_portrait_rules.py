"""The card photo's rules alone, without a picture: the window, the verdict and the one advice."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import portrait
from kiosk.domain.errors import Refused
from kiosk.domain.portrait import Head, State, judge

GOOD = {
    "one_face": 1, "room": 3, "resolution": 1200, "size": 0.756, "centre": 0.5, "roll": 0, "yaw": 0,
    "pitch": 0, "eyes_open": 0.09, "mouth_closed": 0.01, "sharp": 0.3, "luminance": 0.4,
}  # fmt: skip


def a_head(*, height: float = 480, x: float = 960, crown_y: float = 200, roll_deg: float = 0) -> Head:
    """A head whose own axis leans by `roll_deg` about its crown."""
    lean = math.radians(roll_deg)
    down = (-math.sin(lean), math.cos(lean))

    def along(share: float) -> tuple[float, float]:
        return x + share * height * down[0], crown_y + share * height * down[1]

    return Head(along(0), along(1), along(0.6), roll_deg)


def test_the_head_fills_34_of_45_mm_with_4_mm_above() -> None:
    window = portrait.fitted_window(a_head(height=340, crown_y=200), 1920, 1080)
    assert window is not None
    # 340 px are 34 mm, so 10 px are a millimetre.
    assert (window.width_px, window.height_px) == (pytest.approx(350), pytest.approx(450))
    top_left = window.corners()[0]
    assert top_left[1] == pytest.approx(200 - 40)
    assert top_left[0] == pytest.approx(960 - 175)


@given(
    height=st.floats(200, 900),
    x=st.floats(0, 1920),
    crown_y=st.floats(0, 700),
    roll_deg=st.floats(-20, 20),
)
def test_a_window_that_is_offered_lies_inside_the_picture(
    height: float, x: float, crown_y: float, roll_deg: float
) -> None:
    head = a_head(height=height, x=x, crown_y=crown_y, roll_deg=roll_deg)
    window = portrait.fitted_window(head, 1920, 1080)
    if window is None:
        assert portrait.room_mm(head, 1920, 1080) < 0
        return
    assert all(-0.1 <= u <= 1920.1 and -0.1 <= v <= 1080.1 for u, v in window.corners())
    assert window.width_px / window.height_px == pytest.approx(35 / 45)
    # An upright head keeps within the drawing's own tolerance.
    if abs(roll_deg) <= 8:
        head_px = math.dist(head.crown, head.chin)
        assert 33.9 <= head_px / window.height_px * 45 <= 36.1
    assert abs(window.angle_deg) <= 8


def test_too_few_pixels_are_never_enlarged() -> None:
    with pytest.raises(Refused) as no:
        portrait.require_pixels(portrait.ideal_window(a_head(height=400)))
    assert no.value.key == "photo_move_closer"
    portrait.require_pixels(portrait.ideal_window(a_head(height=480)))


def test_a_good_picture_passes_and_says_nothing() -> None:
    verdict = judge(GOOD)
    assert (verdict.state, verdict.advice) == (State.PASS, "")
    assert verdict.check("glare").state is State.NOT_CHECKED  # not measured is not passed


@pytest.mark.parametrize(
    ("wrong", "state", "advice"),
    [
        ({"one_face": 0}, State.FAIL, "no_face"),
        ({"one_face": 2}, State.FAIL, "two_faces"),
        ({"resolution": 616}, State.FAIL, "resolution"),
        ({"resolution": 700}, State.WARN, ""),  # who comes nearer leaves the oval
        ({"room": -1.0}, State.WARN, "room"),
        ({"room": -2.5}, State.FAIL, "room"),
        ({"size": 0.9}, State.FAIL, "back"),
        ({"centre": 0.7}, State.WARN, "to_picture_left"),
        ({"roll": 6}, State.WARN, "tilt_anticlockwise"),
        ({"roll": -9}, State.FAIL, "tilt_clockwise"),
        ({"pitch": 13}, State.FAIL, "chin_up"),
        ({"mouth_closed": 0.06}, State.FAIL, "mouth_closed"),
        ({"luminance": 0.01}, State.WARN, "brighter"),
        ({"under_exposed": 0.99}, State.WARN, "under_exposed"),
    ],
)
def test_each_number_has_its_state_and_its_advice(wrong: dict[str, float], state: State, advice: str) -> None:
    verdict = judge(GOOD | wrong)
    assert (verdict.state, verdict.advice) == (state, advice)


def test_the_first_advice_is_the_most_useful_one() -> None:
    assert judge(GOOD | {"mouth_closed": 0.2, "resolution": 300}).advice == "resolution"
    assert judge(GOOD | {"resolution": 700, "mouth_closed": 0.2}).advice == "mouth_closed"  # fail before warn


def test_brightness_alone_never_fails() -> None:
    """The numbers can be unfair to dark skin."""
    for name in ("under_exposed", "over_exposed", "luminance", "even_light", "background_light"):
        for value in (0.0, 1.0, 99.0):
            assert judge(GOOD | {name: value}).state is not State.FAIL


def test_nothing_measured_is_no_pass() -> None:
    assert judge({}).state is State.FAIL
    assert judge(GOOD | {"sharp": math.nan}).check("sharp").state is State.NOT_CHECKED


def test_every_check_of_the_contract_is_there() -> None:
    names = (
        "one_face resolution size room centre roll yaw pitch eyes_open mouth_closed gaze sharp under_exposed "
        "over_exposed luminance even_light background shadow background_light glare sunglasses covering "
        "dynamic_range noise colour"
    )
    assert {check.name for check in judge(GOOD).checks} == set(names.split())
