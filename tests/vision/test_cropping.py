"""The finished card photo, measured on its own bytes."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from kiosk import vision
from kiosk.domain.errors import Refused
from kiosk.domain.portrait import State, judge
from tests.vision.pictures import clip_frame, drawn_face, on_a_wall


def test_the_card_photo_is_what_the_form_asks_for() -> None:
    frame = clip_frame()
    jpeg = vision.crop(frame, vision.look(frame))
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert picture.size == (827, 1063)
        assert picture.mode == "RGB"
        assert picture.info["dpi"] == (600, 600)
        assert not picture.getexif()
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
    assert 20 * 1024 <= len(jpeg) <= 7 * 1024 * 1024
    photo = vision.measure_photo(jpeg)
    assert photo.head_mm == pytest.approx(34, abs=2)
    assert photo.top_mm == pytest.approx(4, abs=2)
    assert (photo.width, photo.height, photo.dpi, photo.bytes) == (827, 1063, 600, len(jpeg))


def test_a_finished_card_photo_passes_its_own_checks_of_place() -> None:
    frame = clip_frame()
    verdict = judge(vision.look(vision.read_picture(vision.crop(frame, vision.look(frame)))).measures)
    for name in ("one_face", "room", "resolution", "size", "centre", "roll"):
        assert verdict.check(name).state is State.PASS, name


@pytest.mark.parametrize("turn_deg", [-5, 5])
@pytest.mark.parametrize("right_px", [-250, 250])
def test_a_tilted_head_off_the_middle_comes_out_level_and_centred(turn_deg: float, right_px: float) -> None:
    frame = on_a_wall(turn_deg=turn_deg, right_px=right_px)
    jpeg = vision.crop(frame, vision.look(frame))
    result = vision.look(vision.read_picture(jpeg))
    assert abs(result.measures["roll"]) < 1.5
    # 17 ± 2 mm of 35.
    assert 15 / 35 <= result.measures["centre"] <= 19.5 / 35
    photo = vision.measure_photo(jpeg)
    assert photo.head_mm == pytest.approx(34, abs=2)
    assert photo.top_mm == pytest.approx(4, abs=2)


def test_the_small_picture_is_the_same_at_a_quarter() -> None:
    whole = vision.crop(clip_frame(), vision.look(clip_frame()))
    small = cv2.imdecode(np.frombuffer(vision.small_picture(whole), np.uint8), cv2.IMREAD_COLOR)
    assert small.shape[:2] == (266, 207)
    again = cv2.resize(vision.read_picture(whole), (207, 266), interpolation=cv2.INTER_AREA)
    assert cv2.absdiff(small, again).mean() < 4


def test_the_picture_is_not_mirrored() -> None:
    frame = clip_frame().copy()
    cv2.rectangle(frame, (400, 640), (480, 719), (255, 0, 0), -1)  # a blue mark at the picture's left
    picture = vision.read_picture(vision.crop(frame, vision.look(frame)))
    blue = (picture[..., 0].astype(int) - picture[..., 2] > 100).mean(axis=0)
    assert blue[:413].sum() > 10 * max(blue[414:].sum(), 0.01)


def test_too_far_away_is_told_to_come_closer_not_enlarged() -> None:
    frame = on_a_wall(scale=0.6)
    with pytest.raises(Refused) as no:
        vision.crop(frame, vision.look(frame))
    assert no.value.key == "photo_move_closer"
    with pytest.raises(Refused):
        vision.crop(frame, vision.look(frame), despite=True)


def test_too_near_is_told_to_step_back() -> None:
    frame = np.ascontiguousarray(cv2.resize(clip_frame()[120:600, 320:960], (1280, 960)))
    with pytest.raises(Refused) as no:
        vision.crop(frame, vision.look(frame))
    assert no.value.key == "photo_step_back"


def test_no_face_is_refused_but_the_operator_may_insist() -> None:
    """An infant lying down may not be found by the program; a person decides."""
    nobody = on_a_wall(turn_deg=90)
    seen = vision.look(drawn_face())
    with pytest.raises(Refused) as no:
        vision.crop(drawn_face(), seen)
    assert no.value.key == "photo_no_face"
    jpeg = vision.crop(nobody, vision.look(nobody), despite=True)
    assert vision.read_picture(jpeg).shape == (1063, 827, 3)


def test_an_empty_picture_is_refused() -> None:
    blank = np.full((1080, 1920, 3), 200, np.uint8)
    with pytest.raises(Refused) as no:
        vision.crop(blank, vision.look(blank), despite=True)
    assert no.value.key == "photo_blank"


@pytest.mark.parametrize(
    "untrusted", [b"", b"not a picture", b"\xff\xd8\xff\xe0\x00\x10JFIF", b"%PDF-1.7" * 99]
)
def test_a_file_that_is_no_picture_is_refused(untrusted: bytes) -> None:
    with pytest.raises(Refused) as no:
        vision.read_picture(untrusted)
    assert no.value.key == "photo_unreadable"
