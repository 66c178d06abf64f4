"""The card photo's rules: where the crop lies, what is checked against which number, what is said first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from kiosk.domain.errors import Refused

# J-LIS, photo for the application form: 45 x 35 mm. The head size and place are its drawing, a guide only.
PHOTO_HEIGHT_MM, PHOTO_WIDTH_MM = 45.0, 35.0
HEAD_MM, TOP_MM = 34.0, 4.0
TOLERANCE_MM = 2.0
# What a tight picture is cut to: as near to the drawing as it can be. In wide steps a pixel's difference
# made half a millimetre of head.
HEADS_MM = tuple(HEAD_MM + step / 10 for step in range(round(10 * TOLERANCE_MM) + 1))
# Crown and chin are found to about this much: a finished card photo must pass its own check.
MEASURE_ERROR_MM = 0.5
# 600 dpi: a 300-dpi crop (413 x 531) would be below the 480 pixels a side that online application asks for.
OUTPUT_WIDTH_PX, OUTPUT_HEIGHT_PX, OUTPUT_DPI = 827, 1063, 600
MIN_SOURCE_WIDTH_PX, MIN_SOURCE_HEIGHT_PX = 480, 617
# J-LIS, online application: 20 KB to 7 MB.
MIN_BYTES, MAX_BYTES = 20 * 1024, 7 * 1024 * 1024
# ICAO allows 8 degrees of roll; so much the crop puts level, and no more.
MAX_LEVEL_DEG = 8.0
# Beyond this the head lies: there is no window to compute, only an operator's choice.
LYING_DEG = 20.0

Point = tuple[float, float]


class State(Enum):
    """What one check, or all of them together, came to."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    NOT_CHECKED = "not_checked"  # nothing was measured: never shown as passed


class Override(Enum):
    """Why an operator may accept a photo against a check (J-LIS's exceptions); kept with the photo."""

    INFANT = "infant"  # lying down, eyes or gaze that do not settle
    COVERING_RELIGIOUS = "covering_religious"
    COVERING_MEDICAL = "covering_medical"
    EYE_PATCH = "eye_patch"
    WHEELCHAIR_OR_TUBE = "wheelchair_or_tube"
    GAZE = "gaze"
    CHECKED_BY_EYE = "checked_by_eye"  # the program is wrong and the operator sees that the photo is right


class Origin(Enum):
    """Where a picture comes from; kept with the step and counted."""

    STUDIO = "studio"  # taken here
    FILE = "file"  # brought on the visitor's own stick
    PAPER = "paper"  # brought as a print and laid before the camera


@dataclass(frozen=True, slots=True)
class Head:
    """Where the head is in the picture (pixels): crown, chin, middle of the face, slope of the eye line."""

    crown: Point
    chin: Point
    middle: Point
    roll_deg: float


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the picture that becomes the card photo: centre, size in source pixels, and turn."""

    x: float
    y: float
    width_px: float
    height_px: float
    angle_deg: float

    def corners(self) -> tuple[Point, Point, Point, Point]:
        """Top left, top right, bottom right, bottom left, in picture pixels."""
        angle = math.radians(self.angle_deg)
        cos, sin = math.cos(angle), math.sin(angle)
        half_w, half_h = self.width_px / 2, self.height_px / 2
        places = ((-half_w, -half_h), (half_w, -half_h), (half_w, half_h), (-half_w, half_h))
        first, second, third, fourth = (
            (self.x + u * cos - v * sin, self.y + u * sin + v * cos) for u, v in places
        )
        return first, second, third, fourth


@dataclass(frozen=True, slots=True)
class Rule:
    """One check's numbers: inside `good` passes, outside `bad` fails, between warns.

    `bad=None` means that this check can only warn. `source` says where the number comes from.
    """

    good: tuple[float, float]
    bad: tuple[float, float] | None
    unit: str
    source: str

    def state(self, value: float) -> State:
        """The state of `value`; a number that is not finite was not measured."""
        if not math.isfinite(value):
            return State.NOT_CHECKED
        if self.good[0] <= value <= self.good[1]:
            return State.PASS
        if self.bad is not None and not self.bad[0] <= value <= self.bad[1]:
            return State.FAIL
        return State.WARN

    def limit(self) -> str:
        """The passing range in words a machine and a person can read, such as "0.71..0.80"."""
        low, high = self.good
        if math.isinf(high):
            return f">= {low:g}"
        if math.isinf(low):
            return f"<= {high:g}"
        return f"= {low:g}" if low == high else f"{low:g}..{high:g}"


_ANY = math.inf
_DRAWING = "J-LIS drawing: head 34±2 mm of 45, 4±2 mm above, centre 17±2 mm of 35"
_SHADE = "J-LIS: no shadow, not dark; a warning only, because skin differs"

# In the order of usefulness: the first one that is wrong is the advice the visitor hears.
RULES: Mapping[str, Rule] = {
    "one_face": Rule((1, 1), (1, 1), "faces", "J-LIS: one person, from the front"),
    "room": Rule(
        (-MEASURE_ERROR_MM, _ANY),
        (-TOLERANCE_MM, _ANY),
        "mm",
        _DRAWING + "; the 45 x 35 window inside the picture",
    ),
    "resolution": Rule(
        (1040, _ANY),
        (617, _ANY),
        "px",
        "J-LIS online: 480 px a side; good: 600 dpi of 45 mm (1063) less 2 % for the measure",
    ),
    "size": Rule((0.71, 0.80), (0.68, 0.84), "head/photo", _DRAWING),
    "centre": Rule((0.429, 0.543), None, "x/width", _DRAWING + "; the crop moves the face to the middle"),
    "roll": Rule((-5, 5), (-8, 8), "deg", "ICAO: 8 degrees; the crop levels it"),
    "yaw": Rule(
        (-8, 8), (-12, 12), "deg", "J-LIS: from the front; ICAO 5 degrees plus the measure's own error"
    ),
    "pitch": Rule(
        (-8, 8), (-12, 12), "deg", "J-LIS: from the front; ICAO 5 degrees plus the measure's own error"
    ),
    "covering": Rule((-_ANY, 0.5), None, "share", "J-LIS: no hat; a warning, a fringe hides as much"),
    "sunglasses": Rule((15, _ANY), (15, _ANY), "levels", "J-LIS: no sunglasses"),
    "glare": Rule((-_ANY, 0.02), (-_ANY, 0.06), "share", "J-LIS: no light on the glasses"),
    "eyes_open": Rule((0.045, _ANY), (0.03, _ANY), "gap/T", "ICAO: eyes open"),
    "gaze": Rule((-_ANY, 0.12), None, "offset/eye", "ICAO: looks at the camera; J-LIS excuses"),
    "mouth_closed": Rule((-_ANY, 0.03), (-_ANY, 0.05), "gap/T", "ICAO: mouth closed"),
    "sharp": Rule((0.13, _ANY), (0.08, _ANY), "edge/contrast", "J-LIS: in focus; own calibration"),
    "under_exposed": Rule((-_ANY, 0.35), None, "share", _SHADE),
    "over_exposed": Rule((-_ANY, 0.01), None, "share", _SHADE),
    "luminance": Rule((0.15, 0.60), None, "0..1", _SHADE),
    "even_light": Rule((-_ANY, 0.7), None, "ln ratio", _SHADE),
    "background": Rule((-_ANY, 80), (-_ANY, 120), "gradient", "J-LIS: plain background"),
    "shadow": Rule((-_ANY, 12 / 255), None, "0..1", "J-LIS: no shadow behind"),
    "background_light": Rule((0.35, _ANY), None, "0..1", "J-LIS: plain, light background"),
    "dynamic_range": Rule((6, _ANY), None, "bits", "ICAO: grey levels on the face"),
    "noise": Rule((-_ANY, 0.03), None, "0..1", "ICAO: no visible grain; own calibration"),
    "colour": Rule(
        (-_ANY, 1), None, "of the box", "ICAO: natural skin, Lab a* 14±14, b* 18±18; J-LIS: or black-white"
    ),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One check's outcome with the number, the limit and the key of what to say."""

    name: str
    state: State
    value: float | None
    limit: str
    rule: str
    advice: str

    @property
    def is_wrong(self) -> bool:
        """Warned or failed."""
        return self.state in (State.WARN, State.FAIL)


@dataclass(frozen=True, slots=True)
class Verdict:
    """All checks of one picture, and the one advice worth saying now ("" when nothing is wrong)."""

    state: State
    checks: tuple[Check, ...]
    advice: str = ""
    by_name: Mapping[str, Check] = field(default_factory=dict, compare=False, repr=False)

    def check(self, name: str) -> Check:
        """The check called `name`."""
        return self.by_name[name]

    @property
    def is_green(self) -> bool:
        """Nothing is left to correct: the shutter may release by itself."""
        wrong = any(check.is_wrong and check.name not in QUIET for check in self.checks)
        return self.state in (State.PASS, State.WARN) and not wrong

    @property
    def needs_reason(self) -> bool:
        """Whether an operator must say why this picture is accepted all the same."""
        return self.state in (State.FAIL, State.NOT_CHECKED)

    def failed(self) -> tuple[Check, ...]:
        """The checks an operator would have to override."""
        return tuple(check for check in self.checks if check.state is State.FAIL)


# Said in the list and never as advice: who comes nearer than the oval to please it leaves the oval.
QUIET = frozenset({"resolution"})
# With a face and none of these, the models were not there: only a person's eyes have checked it.
BY_MODEL = ("roll", "yaw", "pitch", "eyes_open")


def judge(measures: Mapping[str, float], rules: Mapping[str, Rule] = RULES) -> Verdict:
    """The verdict on `measures` (name of check -> number); what was not measured is not_checked.

    `rules` are those of the camera, when it was set up (domain/camera_setup.py).

    Advice is the first failed check in the table's order, else the first warned one: a face too far away
    makes every finer number meaningless, so place comes before expression and expression before light.
    A face of which nothing finer was measured at all comes to NOT_CHECKED: an operator may accept it.
    """
    checks = tuple(_checked(name, rule, measures.get(name)) for name, rule in rules.items())
    failed = [check for check in checks if check.state is State.FAIL]
    warned = [check for check in checks if check.state is State.WARN]
    unmeasured_face = measures.get("one_face") is None
    state = State.FAIL if failed or unmeasured_face else State.WARN if warned else State.PASS
    spoken = failed + [check for check in warned if check.name not in QUIET]
    advice = spoken[0].advice if spoken else ""
    if state is not State.FAIL and not any(name in measures for name in BY_MODEL):
        state, advice = State.NOT_CHECKED, "by_eye"
    return Verdict(state, checks, advice, {check.name: check for check in checks})


def _checked(name: str, rule: Rule, value: float | None) -> Check:
    state = State.NOT_CHECKED if value is None else rule.state(value)
    shown = None if state is State.NOT_CHECKED else value
    advice = _advice(name, rule, value) if state in (State.WARN, State.FAIL) and value is not None else ""
    return Check(name, state, shown, rule.limit(), rule.source, advice)


# Checks whose advice depends on the side the number lies on: (too small, too large).
_TWO_SIDED = {
    "one_face": ("no_face", "two_faces"),
    "size": ("closer", "back"),
    "centre": ("to_picture_right", "to_picture_left"),
    "roll": ("tilt_clockwise", "tilt_anticlockwise"),
    "yaw": ("turn_picture_right", "turn_picture_left"),
    "pitch": ("chin_down", "chin_up"),
    "luminance": ("brighter", "darker"),
}


def _advice(name: str, rule: Rule, value: float) -> str:
    if name not in _TWO_SIDED:
        return name
    small, large = _TWO_SIDED[name]
    return small if value < rule.good[0] else large


def ideal_window(head: Head) -> Window:
    """Where the card photo would lie if the picture had no edges: head 34 mm of 45, 4 mm above."""
    return _window(head, HEAD_MM)


def _window(head: Head, head_mm: float) -> Window:
    angle_deg = max(-MAX_LEVEL_DEG, min(MAX_LEVEL_DEG, head.roll_deg))
    angle = math.radians(angle_deg)
    right, down = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    crown_v, head_px = _dot(head.crown, down), math.dist(head.crown, head.chin)
    if head_px <= 0:
        raise Refused("photo_no_face")
    px_per_mm = head_px / head_mm
    # A larger head keeps its share of the tolerance above and below.
    top_mm = TOP_MM - (head_mm - HEAD_MM) / 2
    u = _dot(head.middle, right)
    v = crown_v + (PHOTO_HEIGHT_MM / 2 - top_mm) * px_per_mm
    x, y = u * right[0] + v * down[0], u * right[1] + v * down[1]
    return Window(x, y, PHOTO_WIDTH_MM * px_per_mm, PHOTO_HEIGHT_MM * px_per_mm, angle_deg)


def _dot(one: Point, other: Point) -> float:
    return one[0] * other[0] + one[1] * other[1]


def room_mm(head: Head, frame_width_px: int, frame_height_px: int) -> float:
    """Millimetres of the print between the ideal window and the nearest edge; negative: it sticks out."""
    window = ideal_window(head)
    corners = window.corners()
    nearest_px = min(min(x, y, frame_width_px - x, frame_height_px - y) for x, y in corners)
    return nearest_px * PHOTO_HEIGHT_MM / window.height_px


def fitted_window(head: Head, frame_width_px: int, frame_height_px: int) -> Window | None:
    """The window nearest to the ideal one inside the frame, using the drawing's ±2 mm; None: no room."""
    if abs(head.roll_deg) > LYING_DEG:
        return None
    for head_mm in HEADS_MM:
        window = _window(head, head_mm)
        inside = _pushed_inside(window, frame_width_px, frame_height_px)
        if inside is None:
            continue
        px_per_mm = inside.height_px / PHOTO_HEIGHT_MM
        angle = math.radians(inside.angle_deg)
        dx, dy = inside.x - window.x, inside.y - window.y
        aside_mm = (dx * math.cos(angle) + dy * math.sin(angle)) / px_per_mm
        below_mm = (-dx * math.sin(angle) + dy * math.cos(angle)) / px_per_mm
        # _window has already used part of the tolerance above for the larger head.
        top_mm = TOP_MM - (head_mm - HEAD_MM) / 2 - below_mm
        if abs(aside_mm) <= TOLERANCE_MM and abs(top_mm - TOP_MM) <= TOLERANCE_MM:
            return inside
    return None


def widest_window(frame_width_px: int, frame_height_px: int, head: Head | None = None) -> Window:
    """For an override: the largest 35:45 part of the frame, as near to the head as it can be."""
    height = min(frame_height_px, frame_width_px * PHOTO_HEIGHT_MM / PHOTO_WIDTH_MM)
    if head is not None:
        height = min(height, ideal_window(head).height_px)
    width = height * PHOTO_WIDTH_MM / PHOTO_HEIGHT_MM
    aim = (frame_width_px / 2, frame_height_px / 2) if head is None else head.middle
    upright = Window(aim[0], aim[1], width, height, 0.0)
    return _pushed_inside(upright, frame_width_px, frame_height_px) or upright


def _pushed_inside(window: Window, frame_width_px: int, frame_height_px: int) -> Window | None:
    """The same window moved by as little as possible to lie inside the frame; None when it is too large."""
    angle = math.radians(window.angle_deg)
    cos, sin = abs(math.cos(angle)), abs(math.sin(angle))
    half_w = (window.width_px * cos + window.height_px * sin) / 2
    half_h = (window.width_px * sin + window.height_px * cos) / 2
    # A hundredth of a pixel is the arithmetic's own noise, not a missing edge.
    if 2 * half_w > frame_width_px + 0.01 or 2 * half_h > frame_height_px + 0.01:
        return None
    x = max(half_w, min(frame_width_px - half_w, window.x))
    y = max(half_h, min(frame_height_px - half_h, window.y))
    return Window(x, y, window.width_px, window.height_px, window.angle_deg)


def require_pixels(window: Window) -> None:
    """Refuses a window with fewer source pixels than 480 x 617: enlarging would only pretend detail."""
    if window.height_px < MIN_SOURCE_HEIGHT_PX or window.width_px < MIN_SOURCE_WIDTH_PX - 0.5:
        raise Refused("photo_move_closer", pixels=int(window.height_px), needed=MIN_SOURCE_HEIGHT_PX)
