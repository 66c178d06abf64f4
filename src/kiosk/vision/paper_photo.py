"""A printed photo laid before the camera: its four edges found, straightened, never enlarged."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.domain.errors import Refused
from kiosk.domain.portrait import MIN_SOURCE_HEIGHT_PX
from kiosk.vision.looking import Seen, look

if TYPE_CHECKING:
    from kiosk.domain.portrait import Point
    from kiosk.vision.pixels import Pixels

ASPECT = (0.62, 0.92)
"""Width to height of a portrait print: 35 x 45 is 0.78, an L print (89 x 127) 0.70; the rest is slant."""
RIM = 0.06
"""Crown and chin are found to about this much of the print's width beyond its edge."""
SLANT = 0.85
"""Opposite edges of a print that lies flat differ by no more; a corner that was lost looks like more."""
TRIM = 0.012
"""At each edge: the paper's own rim and its shadow, painted over with what lies beside them."""

Corners = tuple["Point", "Point", "Point", "Point"]


def rectified(pixels: Pixels) -> Pixels:
    """The one print in the picture (height x width x 3, BGR), straightened.

    Raises Refused photo_no_face, photo_two_faces, photo_paper_edges, or photo_paper_closer when the print has
    fewer pixels than a card photo needs.
    """
    seen = look(pixels)
    if seen.faces != 1 or seen.head is None:
        raise Refused("photo_no_face" if seen.faces == 0 else "photo_two_faces")
    around = [corners for corners in _prints(pixels) if _holds(corners, seen)]
    if not around:
        raise Refused("photo_paper_edges")
    # The smallest that holds the whole head: a white rim round the picture is not part of the photo.
    corners = min(around, key=lambda one: cv2.contourArea(np.array(one, np.float32)))
    width, height = _sides(corners)
    if height < MIN_SOURCE_HEIGHT_PX:
        raise Refused("photo_paper_closer", pixels=int(height), needed=MIN_SOURCE_HEIGHT_PX)
    return _straight(pixels, corners, width, height)


def best_print(shots: Sequence[Pixels]) -> tuple[Pixels, ...]:
    """Every shot in which the print was found, straightened; the first refusal when it was in none."""
    found: list[Pixels] = []
    no: Refused | None = None
    for shot in shots:
        try:
            found.append(rectified(shot))
        except Refused as refusal:
            no = no or refusal
    if not found:
        raise no or Refused("photo_paper_edges")
    return tuple(found)


def _prints(pixels: Pixels) -> Iterator[Corners]:
    """Four-cornered shapes with the proportions of a print, by edges and by brightness."""
    grey = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), (5, 5), 0)
    edges = cv2.dilate(cv2.Canny(grey, 30, 90), np.ones((3, 3), np.uint8))
    _, bright = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    for shapes in (edges, bright, cv2.bitwise_not(bright)):
        contours, _ = cv2.findContours(shapes, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            if cv2.contourArea(contour) < pixels.shape[0] * pixels.shape[1] / 50:
                continue
            round_it = cv2.convexHull(contour)
            four = cv2.approxPolyDP(round_it, 0.02 * cv2.arcLength(round_it, True), True)
            if len(four) == 4:
                corners = _in_order(four.reshape(4, 2).astype(np.float64))
                width, height = _sides(corners)
                if ASPECT[0] <= width / max(1.0, height) <= ASPECT[1] and _is_flat(corners):
                    yield corners


def _in_order(four: np.ndarray) -> Corners:
    """Top left, top right, bottom right, bottom left."""
    total, across = four.sum(axis=1), four[:, 0] - four[:, 1]
    order = (total.argmin(), across.argmax(), total.argmax(), across.argmin())
    first, second, third, fourth = ((float(four[at][0]), float(four[at][1])) for at in order)
    return first, second, third, fourth


def _holds(corners: Corners, seen: Seen) -> bool:
    """Whether crown, chin and both sides of the face lie inside."""
    if seen.head is None or seen.box is None:
        return False
    left, top, width, height = seen.box
    middle = top + height / 2
    points = (seen.head.crown, seen.head.chin, (left, middle), (left + width, middle))
    outline = np.array(corners, np.float32)
    room = -RIM * math.dist(corners[0], corners[1])
    return all(cv2.pointPolygonTest(outline, point, True) >= room for point in points)


def _sides(corners: Corners) -> tuple[float, float]:
    first, second, third, fourth = corners
    width = (math.dist(first, second) + math.dist(fourth, third)) / 2
    return width, (math.dist(first, fourth) + math.dist(second, third)) / 2


def _is_flat(corners: Corners) -> bool:
    first, second, third, fourth = corners
    pairs = (
        (math.dist(first, second), math.dist(fourth, third)),
        (math.dist(first, fourth), math.dist(second, third)),
    )
    return all(min(pair) >= SLANT * max(pair) for pair in pairs)


def _straight(pixels: Pixels, corners: Corners, width: float, height: float) -> Pixels:
    """The whole print: cut smaller by its rim, the head would be larger than it was printed."""
    wide, high = round(width), round(height)
    target = np.array(((0, 0), (wide, 0), (wide, high), (0, high)), np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(corners, np.float32), target)
    whole = cv2.warpPerspective(pixels, matrix, (wide, high), flags=cv2.INTER_CUBIC)
    aside, above = math.ceil(width * TRIM), math.ceil(height * TRIM)
    inner = whole[above : high - above, aside : wide - aside]
    rim = (above, above, aside, aside)
    return np.asarray(cv2.copyMakeBorder(inner, *rim, cv2.BORDER_REFLECT_101), np.uint8)
