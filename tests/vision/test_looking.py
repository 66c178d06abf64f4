"""What is seen on real pixels: the public-domain portrait as it plays in practice, and what is no face."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from kiosk import vision
from kiosk.domain.portrait import State, judge
from kiosk.ui.background import Background
from kiosk.vision.looking import borrowed_eyes
from kiosk.vision.mesh import Roi
from tests.vision.pictures import SMILING, clip_frame, drawn_face, noise, on_a_wall


@pytest.fixture(scope="module")
def looker() -> vision.Looker:
    return vision.Looker()


def test_the_settled_person_is_judged_good_enough_in_every_matter_of_place(looker: vision.Looker) -> None:
    seen = looker.look(clip_frame())
    verdict = judge(seen.measures)
    assert seen.faces == 1
    for name in ("one_face", "size", "room", "centre", "roll", "yaw", "pitch", "eyes_open", "background"):
        assert verdict.check(name).state is State.PASS, name
    # Enlarged from a small portrait: enough pixels, not plenty.
    assert verdict.check("resolution").state is State.WARN
    assert {check.name for check in verdict.checks if check.is_wrong} == {"resolution"}
    assert (verdict.is_green, verdict.advice) == (True, "")


def test_an_open_smile_is_told_to_close_the_mouth(looker: vision.Looker) -> None:
    verdict = judge(looker.look(clip_frame(SMILING)).measures)
    assert verdict.check("mouth_closed").state is State.FAIL
    assert verdict.advice == "mouth_closed"


def test_every_check_is_really_made(looker: vision.Looker) -> None:
    verdict = judge(looker.look(clip_frame()).measures)
    assert {check.name for check in verdict.checks if check.state is State.NOT_CHECKED} == set()


def test_the_crown_and_the_chin_are_where_they_are_in_the_picture(looker: vision.Looker) -> None:
    """Read by eye off the settled frame: hair begins at row 67, the chin ends at row 567 (within 2 mm)."""
    head = looker.look(clip_frame()).head
    assert head is not None
    mm = 648 / 45
    assert abs(head.crown[1] - 67) < 2 * mm
    assert abs(head.chin[1] - 567) < 2 * mm


def test_two_people_are_counted(looker: vision.Looker) -> None:
    half = cv2.resize(clip_frame()[:, 240:1040], (640, 576))
    two = np.ascontiguousarray(np.hstack((half, half[:, ::-1])))
    seen = looker.look(two)
    assert seen.faces == 2
    verdict = judge(seen.measures)
    assert (verdict.state, verdict.advice) == (State.FAIL, "two_faces")


@pytest.mark.parametrize("make", [drawn_face, noise, lambda: np.zeros((720, 1280, 3), np.uint8)])
@pytest.mark.parametrize("quick", [True, False])
def test_what_is_no_person_is_never_accepted(looker: vision.Looker, make: object, quick: bool) -> None:
    assert callable(make)
    seen = looker.look(make(), quick=quick)
    assert judge(seen.measures).state is State.FAIL
    assert seen.faces == 0
    assert seen.head is None


def test_with_no_face_the_light_is_still_judged(looker: vision.Looker) -> None:
    verdict = judge(looker.look(np.full((720, 1280, 3), 20, np.uint8)).measures)
    assert verdict.advice == "no_face"
    assert verdict.check("luminance").state is State.WARN
    assert verdict.check("sharp").state is State.FAIL
    assert verdict.check("yaw").state is State.NOT_CHECKED


@pytest.mark.parametrize("turn_deg", [-12, -6, 6, 12])
def test_roll_follows_the_head(looker: vision.Looker, turn_deg: float) -> None:
    level = looker.look(on_a_wall()).measures["roll"]
    # OpenCV turns against the clock; the number counts with it.
    tilted = looker.look(on_a_wall(turn_deg=turn_deg)).measures["roll"]
    assert tilted - level == pytest.approx(-turn_deg, abs=1.2)


def test_place_and_distance_follow_the_person(looker: vision.Looker) -> None:
    places = [
        looker.look(on_a_wall(right_px=right)).measures["centre"] for right in (-400, -200, 0, 200, 400)
    ]
    assert places == sorted(places)
    assert places[4] - places[0] == pytest.approx(800 / 1920, abs=0.01)
    heights = [looker.look(on_a_wall(scale=scale)).measures["resolution"] for scale in (0.4, 0.6, 0.8, 1.0)]
    assert heights == sorted(heights)
    assert heights[0] / heights[3] == pytest.approx(0.4, rel=0.06)


def test_a_blurred_picture_is_not_sharp(looker: vision.Looker) -> None:
    sharp = [
        looker.look(np.asarray(cv2.GaussianBlur(clip_frame(), (0, 0), sigma), np.uint8)).measures["sharp"]
        for sigma in (0.5, 2, 4, 8, 16)
    ]
    assert sharp == sorted(sharp, reverse=True)
    assert judge({"one_face": 1, "sharp": sharp[0]}).check("sharp").state is State.PASS
    assert judge({"one_face": 1, "sharp": sharp[4]}).check("sharp").state is State.FAIL


def test_a_patterned_background_is_seen(looker: vision.Looker) -> None:
    plain = clip_frame()
    yy, xx = np.indices(plain.shape[:2])
    board = np.where(((xx // 12 + yy // 12) % 2)[..., None] == 0, 60, 230).astype(np.uint8)
    wall = (plain.min(axis=2) > 195) & (yy < 420)
    patterned = np.where(wall[..., None], board, plain).astype(np.uint8)
    assert judge(looker.look(patterned).measures).check("background").state is State.FAIL


def test_live_frames_follow_the_face() -> None:
    looker = vision.Looker()
    live = [looker.look(clip_frame(), quick=True) for _ in range(12)]
    for seen in live:
        assert seen.faces == 1
        assert judge(seen.measures).check("roll").state is State.PASS
    full = looker.look(clip_frame())
    assert seen.head is not None
    assert full.head is not None
    assert seen.head.crown == pytest.approx(full.head.crown, abs=12)
    assert set(full.measures) == set(live[0].measures), "darkness and a curtain are told at once"
    some = [one for one in live if "background" not in one.measures]
    assert some, "a full look for every live frame is too dear"


def test_a_face_found_elsewhere_ends_the_following_of_the_last_one() -> None:
    """In the square of a small face before lies only the nose of the large one, which passes for a face."""
    followed = Roi(960, 560, 720, 0.0)
    assert followed.is_near(Roi(955, 575, 690, 0.2)), "the detector's own square of the same face"
    assert not followed.is_near(Roi(960, 560, 300, 0.0)), "came nearer, or went away"
    assert not followed.is_near(Roi(1300, 560, 720, 0.0)), "somebody else beside"


@pytest.mark.parametrize("share_of_light", [0.2, 0.08, 0.04])
def test_darkness_alone_never_fails_a_person(looker: vision.Looker, share_of_light: float) -> None:
    dark = (clip_frame() * share_of_light).astype(np.uint8)
    verdict = judge(looker.look(dark).measures)
    assert verdict.check("one_face").state is State.PASS
    assert verdict.check("luminance").state is State.WARN
    assert verdict.failed() == ()


def test_the_best_of_several_shots_is_the_sharp_one_with_a_face() -> None:
    sharp = clip_frame()
    blurred = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 5), np.uint8)
    chosen, seen = vision.best_of([noise(), blurred, sharp, blurred])
    assert chosen is sharp
    assert seen.faces == 1


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (900, 3), (64, 64)])
def test_a_picture_of_any_shape_is_judged(looker: vision.Looker, shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(3).integers(0, 256, (*shape, 3), np.uint8)
    assert judge(looker.look(picture).measures).advice == "no_face"
    assert looker.look(picture, quick=True).faces == 0


def test_a_shaken_picture_is_not_sharp(looker: vision.Looker) -> None:
    """Moved sideways by a sixth of the eyes' distance: the edges along the movement stay crisp."""
    moved = np.zeros((21, 21), np.float32)
    moved[10] = 1 / 21
    shaken = np.asarray(cv2.filter2D(clip_frame(), -1, moved), np.uint8)
    assert judge(looker.look(shaken).measures).check("sharp").state is State.FAIL


def test_the_jobs_of_the_windows_pool_look_with_the_same_eyes(qapp: QApplication) -> None:
    """A pool's thread forgets what is its own after every job; five models opened for each would be 45 ms."""
    pool, looked = Background(), []

    def look() -> None:
        with borrowed_eyes() as eyes:
            looked.append(id(eyes))

    for _ in range(3):
        pool.run(look, lambda _: None, looked.append)
    assert pool.finish()
    assert len(looked) == 3
    assert len(set(looked)) == 1
    with borrowed_eyes() as mine, borrowed_eyes() as another:
        assert mine is not another
