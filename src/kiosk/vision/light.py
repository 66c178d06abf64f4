"""Numbers about light, focus and background; each function says what it measures and in which unit."""

from __future__ import annotations

import math
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

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kiosk.vision.pixels import Pixels

FACE_SIDE = 160  # the fixed scale of all face numbers: an upright square, face and a margin
DARK, BRIGHT, BURNT = 25, 247, 250
SECOND_DIFFERENCE = np.array([[1, -2, 1]], np.float32)
DRAWN_SHARE = 0.7
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


def face_measures(frame: Pixels, mesh: Mesh) -> dict[str, float]:
    """Focus, exposure, evenness and grey levels of the face."""
    roi = roi_of_mesh(mesh)
    face = roi.cut(frame, FACE_SIDE)
    inside = _face_mask(mesh, roi)
    gray = grey_levels(face)
    measures = _exposure(linear_luminance(face)[inside])
    measures["sharp"] = sharpness(gray, inside)
    measures["dynamic_range"] = _entropy_bits(gray[inside])
    measures["even_light"] = _cheek_ratio(frame, mesh)
    measures.update(_eye_measures(frame, mesh))
    if measures["luminance"] < TOO_DARK_FOR_GLASSES:
        measures.pop("sunglasses", None)
    return measures


def is_drawing(frame: Pixels, mesh: Mesh) -> bool:
    """Whether the face is painted in flat colours: the mesh also believes in cartoons.

    A real face keeps at least half of its pixels uneven even at 4 % of the light; a drawn one has 80 % flat.
    """
    roi = roi_of_mesh(mesh)
    levels = grey_levels(roi.cut(frame, FACE_SIDE)).astype(np.float32)
    flat = np.abs(cv2.Laplacian(levels, cv2.CV_32F, ksize=1)) < 0.5
    return float(flat[_face_mask(mesh, roi)].mean()) > DRAWN_SHARE


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
    measures["sharp"] = sharpness(grey_levels(pixels), everywhere)
    return measures


def sharpness(gray: Pixels, inside: NDArray[np.bool_]) -> float:
    """Twice the weaker direction of the mean absolute Laplacian by the contrast; 0 for a flat picture.

    The weaker direction, because a shaken picture stays sharp along the edges it moved on. Divided by the
    contrast, because a dark or pale picture is not a blurred one.
    """
    levels = gray.astype(np.float32)
    contrast = float(levels[inside].std())
    if contrast < 1:
        return 0.0
    across = np.abs(cv2.filter2D(levels, -1, SECOND_DIFFERENCE))
    along = np.abs(cv2.filter2D(levels, -1, SECOND_DIFFERENCE.T))
    return 2 * min(float(across[inside].mean()), float(along[inside].mean())) / contrast


def background_measures(frame: Pixels, person: Person) -> dict[str, float]:
    """Pattern (mean Sobel gradient in levels), shadow (std of light after a plane fit) and lightness behind.

    Nothing at all when less than 5 % of the square around the head is background.
    """
    # Twice the mask's scale, so that a fine pattern is not averaged away.
    pixels = person.roi.cut(frame, 2 * SIDE)
    behind = cv2.resize(
        person.background().astype(np.uint8), (2 * SIDE, 2 * SIDE), interpolation=cv2.INTER_NEAREST
    )
    sure = (behind > 0) & _inside_frame(person.roi, 2 * SIDE, frame)
    sure[-SIDE // 2 :] = False  # beside the shoulders it is chair and clothes
    if sure.mean() < 0.05:
        return {}
    gray = grey_levels(pixels).astype(np.float32)
    gradient = np.hypot(cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1))
    calm = cv2.GaussianBlur(gray, (0, 0), 3)
    ys, xs = np.nonzero(sure)
    lights = calm[ys, xs] / 255
    plane = np.stack((xs, ys, np.ones_like(xs)), axis=1).astype(np.float32)
    fit = np.linalg.lstsq(plane, lights, rcond=None)[0]
    return {
        "background": float(gradient[sure].mean()),
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


def _face_mask(mesh: Mesh, roi: Roi) -> NDArray[np.bool_]:
    to_square = cv2.invertAffineTransform(roi.to_frame(FACE_SIDE))
    outline = mesh.points[list(OVAL), :2] @ to_square[:, :2].T + to_square[:, 2]
    filled = np.zeros((FACE_SIDE, FACE_SIDE), np.uint8)
    cv2.fillConvexPoly(filled, np.round(outline).astype(np.int32), 1)
    return filled > 0


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
        ranges.append(float(np.percentile(gray, 95) - np.percentile(gray, 5)))
    return {"glare": max(burnt), "sunglasses": min(ranges)}
