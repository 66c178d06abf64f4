"""What a camera's set-up keeps, what it refuses, and how its own numbers become its rules."""

from __future__ import annotations

import pytest

from kiosk.domain.camera_setup import LEAST_LOOKS, MEASURED, rules_of, settled
from kiosk.domain.errors import Refused
from kiosk.domain.portrait import RULES, State, judge

GOOD = {
    "one_face": 1.0, "room": 3.0, "size": 0.75, "resolution": 1070.0, "sharp": 0.25, "luminance": 0.34,
    "under_exposed": 0.05, "over_exposed": 0.0, "even_light": 0.2, "noise": 0.008, "background": 12.0,
    "shadow": 0.02, "background_light": 0.7, "mouth_closed": 0.2,
}  # fmt: skip


def looks(count: int = LEAST_LOOKS, **other: float) -> list[dict[str, float]]:
    return [{**GOOD, **other} for _ in range(count)]


def test_the_median_is_kept_and_nothing_about_the_person() -> None:
    some = looks()
    some[0] = {**some[0], "sharp": 0.01}
    kept = settled(some)
    assert kept["sharp"] == 0.25
    assert set(kept) == set(MEASURED)
    assert "mouth_closed" not in kept


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"one_face": 2.0}, "camera_setup_place"),
        ({"room": -5.0}, "camera_setup_place"),
        ({"resolution": 300.0}, "camera_setup_place"),
        ({"sharp": 0.05}, "camera_setup_blurred"),
        ({"background": 200.0}, "camera_setup_background"),
        ({"background_light": 0.1}, "camera_setup_background"),
        ({"luminance": 0.05}, "camera_setup_light"),
        ({"even_light": 1.5}, "camera_setup_light"),
    ],
)
def test_a_wrong_place_does_not_become_the_usual(wrong: dict[str, float], key: str) -> None:
    with pytest.raises(Refused) as refused:
        settled(looks(**wrong))
    assert refused.value.key == key


def test_a_face_that_was_away_for_one_look_or_a_check_never_made_is_no_measurement() -> None:
    with pytest.raises(Refused, match="camera_setup_place"):
        settled([*looks(), {"one_face": 0.0}])
    with pytest.raises(Refused, match="camera_setup_few"):
        settled(looks(LEAST_LOOKS - 1))
    without = [{name: value for name, value in look.items() if name != "background"} for look in looks()]
    with pytest.raises(Refused, match="camera_setup_few"):
        settled(without)


def test_a_fine_camera_is_asked_for_more_and_a_soft_one_for_less_within_bounds() -> None:
    # 0.11 is soft for a camera that showed 0.30 at its set-up, and all that another one can do.
    assert rules_of({"sharp": 0.30})["sharp"].state(0.11) is State.FAIL
    assert RULES["sharp"].state(0.11) is State.WARN
    assert rules_of({"sharp": 0.16})["sharp"].state(0.11) is State.PASS
    assert rules_of({"sharp": 0.05})["sharp"].state(0.05) is State.FAIL
    assert rules_of({"sharp": 9.0})["sharp"].state(0.21) is State.PASS


def test_only_sharpness_and_grain_follow_the_camera() -> None:
    own = rules_of({name: GOOD[name] for name in MEASURED})
    assert {name for name in RULES if own[name] != RULES[name]} == {"sharp", "noise"}
    verdict = judge({"one_face": 1.0, "roll": 0.0, "sharp": 0.14}, own)
    assert verdict.check("sharp").state is State.WARN
    assert verdict.check("sharp").limit == ">= 0.15"
