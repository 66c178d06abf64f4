"""Numbers about light, focus and background; each function says what it measures and in which unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.vision.mesh import (
    CHEEKS,
    EYE_LEFT_INNER,
    EYE_LEFT_OUTER,
    EYE_RIGHT_INNER,
    EYE_RIGHT_OUTER,
    OVAL,
    Mesh,
    Roi,
    eye_distance_px,
    eye_to_chin_px,
    roi_of_mesh,
)
from kiosk.vision.person import SIDE, Person
from kiosk.vision.pixels import at_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kiosk.vision.pixels import Pixels

FACE_SIDE = 160  # the fixed scale of all face numbers: an upright square, face and a margin
DARK, BRIGHT, BURNT = 25, 247, 250
SECOND_DIFFERENCE = np.array([[1, -2, 1]], np.float32)
# Immerkaer's operator: it cancels slopes and edges and leaves the grain, six times as strong.
GRAIN = np.array(((1, -2, 1), (-2, 4, -2), (1, -2, 1)), np.float32)
GRAIN_GAIN = 6 * 0.6745  # from the median of absolute values to a standard deviation
# Mean absolute second difference of grain with a standard deviation of one: sqrt(1 + 4 + 1) * sqrt(2 / pi).
GRAIN_IN_EDGES = 1.954
FEW_LEVELS = 8
# Share of a half of a face without any slope of light: real ones 0.03 to 0.33, drawn ones 0.65 to 0.85.
DRAWN_SHARE = 0.5
NO_SLOPE, NO_SLOPE_OF_LEVEL = 0.02, 0.002  # of the face's own range and level, from one pixel to the next
GRAIN_SLOPE = 0.3  # of the grain's standard deviation: three times what smoothing leaves of it
NOTHING_LEFT = 0.1  # with so little that is not burnt out, there is no face to speak of
# Twice the mask's scale, so that a fine pattern is not averaged away.
BEHIND_SIDE = 2 * SIDE
BEHIND_ROWS = BEHIND_SIDE - SIDE // 2  # below, beside the shoulders, it is chair and clothes
CALM_STEP = 4  # shadows are wide: an average over 4 x 4 pixels says as much as all of them
# Below this linear light the eyes' range of levels says nothing about glasses.
TOO_DARK_FOR_GLASSES = 0.01
# sRGB to linear light, once for each of the 256 levels.
_LEVELS = np.arange(256) / 255
LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)
LUMA = np.array([0.0722, 0.7152, 0.2126], np.float32)  # Rec. 709, in OpenCV's blue-green-red order


def linear_luminance(pixels: Pixels) -> NDArray[np.float32]:
    """Light per pixel, 0..1, as the eye weighs the colours."""
    light: NDArray[np.float32] = LINEAR[pixels] @ LUMA
    return light


def grey_levels(pixels: Pixels) -> Pixels:
    """Height x width, 0..255."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


@dataclass(frozen=True, slots=True)
class FaceSquare:
    """The face as an upright square of FACE_SIDE pixels, and which of them lie inside the face's outline."""

    pixels: Pixels
    gray: Pixels
    inside: NDArray[np.bool_]
    roi: Roi
    grain: float  # as grain_levels: asked for three times

    def polygon(self, mesh: Mesh, points: tuple[int, ...]) -> Pixels:
        """FACE_SIDE x FACE_SIDE, 1 inside the outline through these points of the mesh."""
        return _polygon(mesh, self.roi, points)


def face_square(frame: Pixels, mesh: Mesh) -> FaceSquare:
    """Cuts the face out once; all its numbers are read from this square."""
    roi = roi_of_mesh(mesh)
    pixels = roi.cut(frame, FACE_SIDE)
    gray, inside = grey_levels(pixels), _polygon(mesh, roi, OVAL) > 0
    return FaceSquare(pixels, gray, inside, roi, grain_levels(gray, inside) if inside.any() else 0.0)


def face_measures(frame: Pixels, mesh: Mesh, face: FaceSquare) -> dict[str, float]:
    """Focus, exposure, evenness and grey levels of the face."""
    measures = _exposure(linear_luminance(face.pixels[face.inside]))
    measures["sharp"] = sharpness(face.gray, face.inside, face.grain)
    measures["noise"] = face.grain / 255
    measures["dynamic_range"] = _entropy_bits(face.gray[face.inside])
    measures["even_light"] = _cheek_ratio(frame, mesh)
    measures.update(_eye_measures(frame, mesh))
    if measures["luminance"] < TOO_DARK_FOR_GLASSES:
        measures.pop("sunglasses", None)
    return measures


def is_drawing(face: FaceSquare) -> bool:
    """Whether the face is painted in flat colours: the mesh also believes in cartoons.

    On a real face the light changes from place to place, however dark, pale, grainy or blurred the picture
    is; a drawn one stays flat between its lines. Slopes are taken after smoothing, so that grain and
    compression do not pass for shape, and compared with the face's own range of levels. Above and below
    are asked apart: under a mask or a cap the other half is still skin.
    """
    levels = face.gray[face.inside]
    seen = face.inside & (face.gray < BRIGHT)
    if seen.sum() < NOTHING_LEFT * max(1, levels.size):
        return True
    smooth = cv2.GaussianBlur(face.gray.astype(np.float32), (0, 0), 1.5)
    slope = cv2.magnitude(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)) / 8
    low, high = at_shares(levels, 10, 90)
    grain = face.grain
    least = NO_SLOPE_OF_LEVEL * float(np.median(levels))
    flat = slope <= max(NO_SLOPE * (high - low), GRAIN_SLOPE * grain, least)
    rows = np.flatnonzero(face.inside.any(axis=1))
    middle = int(rows[len(rows) // 2])
    halves = (flat[:middle][seen[:middle]], flat[middle:][seen[middle:]])
    return all(half.mean() > DRAWN_SHARE for half in halves if half.size)


def centre_measures(frame: Pixels) -> dict[str, float]:
    """Exposure and focus of the middle of the picture, for a frame in which no face was found."""
    height, width = frame.shape[:2]
    side = max(1, min(height, width) // 2)
    y, x = (height - side) // 2, (width - side) // 2
    middle = cv2.resize(
        frame[y : y + side, x : x + side], (FACE_SIDE, FACE_SIDE), interpolation=cv2.INTER_AREA
    )
    pixels = np.asarray(middle, np.uint8)
    everywhere = np.ones((FACE_SIDE, FACE_SIDE), bool)
    measures = _exposure(linear_luminance(pixels).ravel())
    gray = grey_levels(pixels)
    measures["sharp"] = sharpness(gray, everywhere, grain_levels(gray, everywhere))
    return measures


def sharpness(gray: Pixels, inside: NDArray[np.bool_], grain_there: float) -> float:
    """Twice the weaker direction of the mean absolute Laplacian by the contrast; 0 for a flat picture.

    The weaker direction, because a shaken picture stays sharp along the edges it moved on. Divided by the
    contrast, because a dark or pale picture is not a blurred one. Less the grain's own share, because a
    grainy picture is not a sharp one.
    """
    levels = gray.astype(np.float32)
    contrast = float(levels[inside].std())
    if contrast < 1:
        return 0.0
    across = np.abs(cv2.filter2D(levels, -1, SECOND_DIFFERENCE))
    along = np.abs(cv2.filter2D(levels, -1, SECOND_DIFFERENCE.T))
    edges = min(float(across[inside].mean()), float(along[inside].mean()))
    # In the dark a whole level is the smallest grain there is, and would eat the edges as well.
    grain = 0.0 if contrast < FEW_LEVELS else GRAIN_IN_EDGES * grain_there
    return 2 * math.sqrt(max(0.0, edges * edges - grain * grain)) / contrast


def grain_levels(gray: Pixels, inside: NDArray[np.bool_]) -> float:
    """Standard deviation of the grain in grey levels; the median keeps eyes and hair out of it."""
    left = np.abs(cv2.filter2D(gray, cv2.CV_32F, GRAIN))
    return float(np.median(left[inside])) / GRAIN_GAIN


def background_measures(frame: Pixels, person: Person) -> dict[str, float]:
    """Pattern (mean Sobel gradient in levels), shadow (std of light after a plane fit) and lightness behind.

    Nothing at all when less than 5 % of the square around the head is background.
    """
    # Grey first: one channel is cut in a third of the time.
    gray = person.roi.cut(grey_levels(frame), BEHIND_SIDE, rows=BEHIND_ROWS)
    upper = person.background()[: BEHIND_ROWS * SIDE // BEHIND_SIDE].astype(np.uint8)
    behind = cv2.resize(upper, (BEHIND_SIDE, BEHIND_ROWS), interpolation=cv2.INTER_NEAREST)
    sure = (behind > 0) & _inside_frame(person.roi, BEHIND_SIDE, frame)[:BEHIND_ROWS]
    if sure.sum() < 0.05 * BEHIND_SIDE * BEHIND_SIDE:
        return {}
    gradient = cv2.magnitude(cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1))
    pattern = cv2.mean(gradient, sure.astype(np.uint8))[0]
    small = (BEHIND_SIDE // CALM_STEP, BEHIND_ROWS // CALM_STEP)
    calm = cv2.resize(gray, small, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    # Only blocks that are background as a whole: half a block of hair would be a shadow.
    whole = cv2.resize(sure.astype(np.uint8) * 255, small, interpolation=cv2.INTER_AREA) == 255
    ys, xs = np.nonzero(whole)
    if len(xs) < 100:
        return {}
    lights = calm[ys, xs]
    plane = np.stack((xs - xs.mean(), ys - ys.mean(), np.ones(len(xs))), axis=1)
    # Three unknowns: the normal equations are as exact here as a decomposition of ten thousand rows.
    fit = np.linalg.solve(plane.T @ plane + 1e-9 * np.eye(3), plane.T @ lights)
    return {
        "background": float(pattern),
        "shadow": float((lights - plane @ fit).std()),
        "background_light": float(lights.mean()),
    }


def _inside_frame(roi: Roi, side: int, frame: Pixels) -> NDArray[np.bool_]:
    """Where the square really lies in the picture and not in its repeated edge."""
    height, width = frame.shape[:2]
    to_square = cv2.invertAffineTransform(roi.to_frame(side))
    corners = np.array([(2, 2), (width - 3, 2), (width - 3, height - 3), (2, height - 3)], np.float64)
    outline = corners @ to_square[:, :2].T + to_square[:, 2]
    filled = np.zeros((side, side), np.uint8)
    cv2.fillConvexPoly(filled, np.round(outline).astype(np.int32), 1)
    return filled > 0


def _polygon(mesh: Mesh, roi: Roi, points: tuple[int, ...]) -> Pixels:
    to_square = cv2.invertAffineTransform(roi.to_frame(FACE_SIDE))
    outline = mesh.points[list(points), :2] @ to_square[:, :2].T + to_square[:, 2]
    filled = np.zeros((FACE_SIDE, FACE_SIDE), np.uint8)
    cv2.fillPoly(filled, [np.round(outline).astype(np.int32)], (1.0,))
    return filled


def _exposure(light: NDArray[np.float32]) -> dict[str, float]:
    levels = light * 255
    return {
        "under_exposed": float((levels <= DARK).mean()),
        "over_exposed": float((levels >= BRIGHT).mean()),
        "luminance": float(light.mean()),
    }


def _entropy_bits(gray: NDArray[np.uint8]) -> float:
    shares = np.bincount(gray.ravel(), minlength=256) / max(1, gray.size)
    used = shares[shares > 0]
    return float(-(used * np.log2(used)).sum())


def _patch(frame: Pixels, x: float, y: float, side: float) -> Pixels:
    half = max(1.0, side / 2)
    height, width = frame.shape[:2]
    top, bottom = max(0, round(y - half)), min(height, round(y + half) + 1)
    left, right = max(0, round(x - half)), min(width, round(x + half) + 1)
    return frame[top:bottom, left:right]


def _cheek_ratio(frame: Pixels, mesh: Mesh) -> float:
    """Absolute logarithm of the ratio of the two cheeks' median light."""
    side = 0.3 * eye_distance_px(mesh)
    lights = []
    for number in CHEEKS:
        patch = _patch(frame, *mesh.at(number), side)
        if not patch.size:
            return math.nan
        lights.append(float(np.median(linear_luminance(patch))) + 0.002)  # black is not infinitely uneven
    return abs(math.log(lights[0] / lights[1]))


def _eye_measures(frame: Pixels, mesh: Mesh) -> dict[str, float]:
    """Burnt-out share of the eye boxes (glare) and their range of levels P95 - P5 (dark glasses: small)."""
    eyes = ((EYE_LEFT_OUTER, EYE_LEFT_INNER), (EYE_RIGHT_INNER, EYE_RIGHT_OUTER))
    burnt, ranges = [], []
    for outer, inner in eyes:
        (x1, y1), (x2, y2) = mesh.at(outer), mesh.at(inner)
        patch = _patch(frame, (x1 + x2) / 2, (y1 + y2) / 2, 0.28 * eye_to_chin_px(mesh))
        if not patch.size:
            return {}
        gray = grey_levels(np.ascontiguousarray(patch))
        burnt.append(float((gray >= BURNT).mean()))
        low, high = at_shares(gray, 5, 95)
        ranges.append(high - low)
    return {"glare": max(burnt), "sunglasses": min(ranges)}
