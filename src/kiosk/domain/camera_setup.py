"""A camera's set-up at its venue: what is measured with somebody of ours on the chair, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Final

from kiosk.domain.errors import Refused
from kiosk.domain.portrait import RULES, Rule, State

REGISTER: Final = "camera_setup"
"""The register the set-ups stand in; nothing in it says who sat on the chair."""

LEAST_LOOKS: Final = 10
MEASURED: Final = (
    "resolution",
    "sharp",
    "luminance",
    "even_light",
    "noise",
    "background",
    "shadow",
    "background_light",
)
"""What the place and the camera decide, and not the person; in the order of the set-up card."""

# A set-up with one of these wrong would make the wrong normal: (checks, key of the refusal).
_BLOCKING: Final = (
    (("one_face", "room", "size", "resolution"), "camera_setup_place"),
    (("sharp",), "camera_setup_blurred"),
    (("background", "background_light"), "camera_setup_background"),
    (("luminance", "under_exposed", "over_exposed", "even_light"), "camera_setup_light"),
)
# Shares of this camera's own sharpness that still pass and that fail; bounds, so that a soft lens is no
# excuse and a very fine one asks nothing that paper cannot show (600 dpi).
GOOD_SHARE, BAD_SHARE = 0.6, 0.4
GOOD_BOUNDS, BAD_BOUNDS = (0.09, 0.20), (0.06, 0.13)
NOISE_SHARE, NOISE_BOUNDS = 1.5, (0.02, 0.05)


def settled(looks: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median of what the looks measured, by check; raises Refused.

    camera_setup_few: too few looks, or something never measured; the other keys say what is wrong at the
    place itself, judged by the rules every camera begins with.
    """
    if len(looks) < LEAST_LOOKS:
        raise Refused("camera_setup_few")
    names = {name for look in looks for name in look}
    medians = {name: median([look[name] for look in looks if name in look]) for name in names}
    if any(look.get("one_face") != 1 for look in looks):
        raise Refused("camera_setup_place")
    for checks, key in _BLOCKING:
        for name in checks:
            value = medians.get(name)
            if value is None:
                raise Refused("camera_setup_few")
            bad = RULES[name].state(value)
            if bad is State.FAIL or (bad is State.WARN and RULES[name].bad is None):
                raise Refused(key)
    if any(name not in medians for name in MEASURED):
        raise Refused("camera_setup_few")
    return {name: medians[name] for name in MEASURED}


def rules_of(measured: Mapping[str, float]) -> Mapping[str, Rule]:
    """The rules for a camera that was set up: its own sharpness and grain are the measure of its pictures."""
    rules = dict(RULES)
    if "sharp" in measured:
        own = measured["sharp"]
        good, bad = _within(GOOD_SHARE * own, GOOD_BOUNDS), _within(BAD_SHARE * own, BAD_BOUNDS)
        rules["sharp"] = replace(
            RULES["sharp"],
            good=(good, RULES["sharp"].good[1]),
            bad=(bad, RULES["sharp"].good[1]),
            source=f"J-LIS: in focus; {GOOD_SHARE:g} and {BAD_SHARE:g} of this camera's own at its set-up",
        )
    if "noise" in measured:
        most = _within(NOISE_SHARE * measured["noise"], NOISE_BOUNDS)
        rules["noise"] = replace(
            RULES["noise"],
            good=(RULES["noise"].good[0], most),
            source=f"ICAO: no visible grain; {NOISE_SHARE:g} of this camera's own at its set-up",
        )
    return rules


def _within(value: float, bounds: tuple[float, float]) -> float:
    return round(min(bounds[1], max(bounds[0], value)), 3)
