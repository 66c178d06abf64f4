"""The public-domain portrait made worse on purpose, one fault at a time, in six steps (0: as it was)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.vision import faces, mesh, models
from tests.vision.pictures import clip_frame, on_a_wall

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kiosk.devices.ports import Pixels
    from kiosk.vision.mesh import Mesh

STEPS = range(7)
LIDS = (
    ((159, 158, 160, 157, 161), (145, 153, 144, 154, 163)),
    ((386, 385, 387, 384, 388), (374, 380, 373, 381, 390)),
)
FOREHEAD_TOP, BROWS, NOSE, CHIN = 10, 9, 2, 152


@cache
def portrait_mesh() -> Mesh:
    """The mesh of the untouched frame: where things are that can be made worse."""
    frame = clip_frame()
    found = faces.faces_in_frame(models.load_model("face_detection_back"), frame)
    net = models.load_model("face_landmark")
    first = mesh.find_mesh(net, frame, mesh.roi_of_face(found[0]))
    return mesh.find_mesh(net, frame, mesh.roi_of_mesh(first))


def _whole(values: NDArray[np.floating]) -> Pixels:
    return np.clip(values, 0, 255).astype(np.uint8)


def _float() -> NDArray[np.float32]:
    return clip_frame().astype(np.float32)


def _pulled(sources: NDArray[np.floating], targets: NDArray[np.floating]) -> Pixels:
    """The frame bent so that each source point comes to lie on its target; the picture's edge stays."""
    height, width = clip_frame().shape[:2]
    edge = [(x, y) for x in np.linspace(0, width, 9) for y in (0, height)]
    edge += [(x, y) for y in np.linspace(0, height, 7) for x in (0, width)]
    places = np.concatenate((targets, edge))
    moves = np.concatenate((sources - targets, np.zeros((len(edge), 2))))

    def bend(from_: NDArray[np.floating], to: NDArray[np.floating]) -> NDArray[np.floating]:
        square = ((from_[:, None] - to[None]) ** 2).sum(axis=2)
        return square * np.log(square + 1e-9)

    weights = np.linalg.solve(bend(places, places) + np.eye(len(places)), moves)
    ys, xs = np.mgrid[0 : height + 8 : 8, 0 : width + 8 : 8]
    coarse = bend(np.stack((xs.ravel(), ys.ravel()), axis=1).astype(float), places) @ weights
    field = cv2.resize(
        coarse.reshape(*xs.shape, 2).astype(np.float32), None, fx=8, fy=8, interpolation=cv2.INTER_LINEAR
    )[4 : height + 4, 4 : width + 4]
    own_y, own_x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = own_x + field[..., 0], own_y + field[..., 1]
    bent = cv2.remap(clip_frame(), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(bent, np.uint8)


def _moved(shift: Callable[[NDArray[np.floating]], NDArray[np.floating]]) -> Pixels:
    """The frame with every point of the face moved; `shift` gets 468 x 3 points and returns new x, y."""
    points = portrait_mesh().points
    return _pulled(points[:, :2], shift(points))


def _turned(degrees: float, axis: int) -> Pixels:
    """The face turned in depth about its upright (0) or level (1) axis."""

    def turn(points: NDArray[np.floating]) -> NDArray[np.floating]:
        middle, angle = points.mean(axis=0), np.radians(degrees)
        flat = points[:, :2].copy()
        depth = points[:, 2] - middle[2]
        beside = points[:, axis] - middle[axis]
        flat[:, axis] = middle[axis] + beside * np.cos(angle) + depth * np.sin(angle)
        return flat

    return _moved(turn)


def _with_shifted(numbers: Sequence[int], by: Callable[[int], tuple[float, float]]) -> Pixels:
    def shift(points: NDArray[np.floating]) -> NDArray[np.floating]:
        flat = points[:, :2].copy()
        for number in numbers:
            flat[number] += by(number)
        return flat

    return _moved(shift)


def blinking(step: int) -> Pixels:
    """Both lids come together."""
    points = portrait_mesh().points
    way: dict[int, tuple[float, float]] = {}
    for upper, lower in LIDS:
        for up, down in zip(upper, lower, strict=True):
            half = (points[down, :2] - points[up, :2]) / 2 * 0.15 * step
            way[up], way[down] = tuple(half), tuple(-half)
    return _with_shifted(tuple(way), way.__getitem__)


def speaking(step: int) -> Pixels:
    """The lips part, as they do in the half second in which the clip's smile ends."""
    return clip_frame(74 - 2 * step)


def looking_aside(step: int) -> Pixels:
    """Both irises move to the picture's left; the lids stay."""
    frame, face = clip_frame(), portrait_mesh()
    height, width = frame.shape[:2]
    own_y, own_x = np.mgrid[0:height, 0:width].astype(np.float32)
    for start, end in ((33, 133), (362, 263)):
        (x1, y1), (x2, y2) = face.at(start), face.at(end)
        wide = x2 - x1
        near = ((own_x - (x1 + x2) / 2) / (0.28 * wide)) ** 2 + ((own_y - (y1 + y2) / 2) / (0.16 * wide)) ** 2
        own_x = own_x + np.exp(-(near**2)).astype(np.float32) * 0.05 * wide * step
    return np.asarray(cv2.remap(frame, own_x, own_y, cv2.INTER_LINEAR), np.uint8)


def blurred(step: int) -> Pixels:
    """Out of focus."""
    return np.asarray(cv2.GaussianBlur(clip_frame(), (0, 0), 0.01 + 1.2 * step), np.uint8)


def shaken(step: int) -> Pixels:
    """Moved sideways while the shutter was open."""
    long = 1 + 4 * step
    return np.asarray(cv2.filter2D(clip_frame(), -1, np.full((1, long), 1 / long, np.float32)), np.uint8)


def _painted(region: Pixels, colour: tuple[int, int, int], share: float = 1.0) -> Pixels:
    soft = cv2.GaussianBlur(region.astype(np.float32), (0, 0), 2)[..., None] * share
    return _whole(_float() * (1 - soft) + np.array(colour, np.float32) * soft)


def masked(step: int) -> Pixels:
    """A white mask is pulled up from the chin."""
    frame, face = clip_frame(), portrait_mesh()
    region = np.zeros(frame.shape[:2], np.uint8)
    cv2.fillPoly(region, [np.round(face.points[list(mesh.OVAL), :2]).astype(np.int32)], (1.0,))
    chin, nose = face.at(CHIN)[1], face.at(NOSE)[1]
    region[: round(chin - (chin - nose) * step / 6)] = 0
    return _painted(region, (235, 230, 225)) if step else frame


def hatted(step: int) -> Pixels:
    """A dark blue cap is pulled down to the brows."""
    frame, face = clip_frame(), portrait_mesh()
    left, right = round(face.at(mesh.CHEEK_LEFT)[0]) - 40, round(face.at(mesh.CHEEK_RIGHT)[0]) + 40
    top, brows = face.at(FOREHEAD_TOP)[1], face.at(BROWS)[1]
    region = np.zeros(frame.shape[:2], np.uint8)
    region[: round(top + (brows - top) * step / 6), left:right] = 1
    return _painted(region, (110, 50, 30)) if step else frame


def _eyes_box(grown: float) -> Pixels:
    face, region = portrait_mesh(), np.zeros(clip_frame().shape[:2], np.uint8)
    for outer, inner in ((33, 133), (362, 263)):
        (x1, y1), (x2, y2) = face.at(outer), face.at(inner)
        half = (round(abs(x2 - x1) * grown), round(abs(x2 - x1) * grown * 0.7))
        cv2.ellipse(region, (round((x1 + x2) / 2), round((y1 + y2) / 2)), half, 0, 0, 360, (1.0,), -1)
    return region


def with_sunglasses(step: int) -> Pixels:
    """Glasses that grow darker."""
    return _painted(_eyes_box(1.0), (28, 26, 25), step / 6.2)


def with_glare(step: int) -> Pixels:
    """A lamp mirrored in glasses, as a growing white spot."""
    return _painted(_eyes_box(0.06 * step), (255, 255, 255)) if step else clip_frame()


@cache
def _wall() -> NDArray[np.bool_]:
    """Where the wall is: light, and joined to the picture's upper corners (the skin shines, too)."""
    light = (clip_frame().min(axis=2) > 195).astype(np.uint8)
    _, parts = cv2.connectedComponents(light)
    return np.asarray((parts == parts[0, 0]) | (parts == parts[0, -1]), np.bool_)


def patterned(step: int) -> Pixels:
    """A chequered curtain behind, of growing contrast."""
    ys, xs = np.indices(clip_frame().shape[:2])
    board = np.where((xs // 12 + ys // 12) % 2, 1.0, -1.0)[..., None] * 15 * step
    return _whole(np.where(_wall()[..., None], _float() - 30 + board, _float()))


def darker_wall(step: int) -> Pixels:
    """A grey curtain instead of the light wall."""
    return _whole(np.where(_wall()[..., None], _float() * (1 - 0.13 * step), _float()))


def with_shadow(step: int) -> Pixels:
    """The head's own shadow on the wall, beside it."""
    height, width = clip_frame().shape[:2]
    shape = np.zeros((height, width), np.float32)
    cv2.ellipse(shape, (width // 2 + 190, height // 2 - 40), (170, 280), 0, 0, 360, (1.0,), -1)
    dark = 1 - 0.1 * step * cv2.GaussianBlur(shape, (0, 0), 12)[..., None]
    return _whole(np.where(_wall()[..., None], _float() * dark, _float()))


def grainy(step: int) -> Pixels:
    """The grain of a small sensor in the dark."""
    return _whole(_float() + np.random.default_rng(5).normal(0, 5.0 * step, clip_frame().shape))


def lit_from_one_side(step: int) -> Pixels:
    """The picture's right side lies in the dark."""
    return _whole(_float() * np.linspace(1, 1 - 0.15 * step, clip_frame().shape[1])[None, :, None])


FAULTS: dict[str, tuple[str, Callable[[int], Pixels]]] = {
    "blur": ("sharp", blurred),
    "motion": ("sharp", shaken),
    "dark": ("luminance", lambda step: _whole(_float() * (1 - 0.14 * step))),
    "dark places": ("under_exposed", lambda step: _whole(_float() * (1 - 0.14 * step))),
    "too much light": ("over_exposed", lambda step: _whole(_float() * (1 + 0.15 * step))),
    "pale": ("dynamic_range", lambda step: _whole(_float() * (1 - 0.14 * step) + 127 * 0.14 * step)),
    "side light": ("even_light", lit_from_one_side),
    "blue cast": ("colour", lambda step: _whole(_float() * (1 + 0.08 * step, 1, 1 - 0.06 * step))),
    "warm cast": ("colour", lambda step: _whole(_float() * (1 - 0.1 * step, 1, 1 + 0.04 * step))),
    "green cast": ("colour", lambda step: _whole(_float() * (1 - 0.04 * step, 1, 1 - 0.06 * step))),
    "grain": ("noise", grainy),
    "roll": ("roll", lambda step: on_a_wall(turn_deg=-4.0 * step)),
    "far": ("resolution", lambda step: on_a_wall(scale=1 - 0.1 * step)),
    "near": ("size", lambda step: _nearer(1 + 0.1 * step)),
    "aside": ("centre", lambda step: on_a_wall(right_px=100.0 * step)),
    "at the edge": ("room", lambda step: on_a_wall(right_px=480 + 40.0 * step)),
    "turned": ("yaw", lambda step: _turned(4.0 * step, 0)),
    "nodding": ("pitch", lambda step: _turned(4.0 * step, 1)),
    "blinking": ("eyes_open", blinking),
    "speaking": ("mouth_closed", speaking),
    "looking aside": ("gaze", looking_aside),
    "pattern behind": ("background", patterned),
    "shadow behind": ("shadow", with_shadow),
    "dark wall": ("background_light", darker_wall),
    "glare": ("glare", with_glare),
    "sunglasses": ("sunglasses", with_sunglasses),
    "mask": ("covering", masked),
    "hat": ("covering", hatted),
}
"""Fault -> the measure that has to follow it, and the picture at step 0 to 6."""


def _nearer(scale: float) -> Pixels:
    height, width = clip_frame().shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), 0, scale)
    return np.asarray(cv2.warpAffine(clip_frame(), matrix, (width, height)), np.uint8)


def spearman(values: Sequence[float]) -> float:
    """Rank correlation of `values` with their own order (ties share their mean rank)."""
    ordered = np.asarray(values, float)
    ranks = np.array([(ordered < one).sum() + ((ordered == one).sum() - 1) / 2 for one in ordered])
    return float(np.corrcoef(np.arange(len(ordered)), ranks)[0, 1]) if np.ptp(ranks) else 0.0
