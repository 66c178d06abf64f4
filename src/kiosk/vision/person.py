"""Tells the person from the background, and from that finds the crown of the head."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.vision.mesh import CHEEK_LEFT, CHEEK_RIGHT, CHIN, Mesh, Roi, eye_to_chin_px, roll_deg
from kiosk.vision.pixels import at_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kiosk.vision.pixels import Pixels

SIDE = 256
# The square shown to the model, in units of T (eyes to chin): the head with its hair and the shoulders.
ROI_IN_T = 5.6
# The crown of a head lies this many T above the chin; a mask beyond it is a wall or a poster, not hair.
CROWN_LOW, CROWN_HIGH, CROWN_USUAL = 1.75, 2.75, 2.15
PERSON = 0.5


@dataclass(frozen=True, slots=True)
class Person:
    """Share of person (0..1) in an upright square around the head, and the square's place in the frame."""

    share: NDArray[np.float32]
    roi: Roi

    def background(self) -> NDArray[np.bool_]:
        """True where it surely is background: well away from the person's edge."""
        near = cv2.dilate((self.share > 0.1).astype(np.uint8), np.ones((9, 9), np.uint8))
        sure: NDArray[np.bool_] = near == 0
        return sure


def find_person(net: cv2.dnn.Net, frame: Pixels, mesh: Mesh, smaller: Sequence[Pixels] = ()) -> Person:
    """The person's mask around the head of `mesh`, levelled with the eyes; `smaller` as Roi.cut."""
    angle = math.radians(roll_deg(mesh))
    unit = eye_to_chin_px(mesh)
    chin_x, chin_y = mesh.at(CHIN)
    # Centre a little above the eyes' midpoint, so that hair never leaves the square.
    up = 1.05 * unit
    roi = Roi(chin_x + up * math.sin(angle), chin_y - up * math.cos(angle), ROI_IN_T * unit, angle)
    blob = cv2.dnn.blobFromImage(roi.cut(frame, SIDE, smaller=smaller), 1 / 255, (SIDE, SIDE), swapRB=True)
    net.setInput(blob)
    return Person(np.asarray(net.forward()[0, 0], np.float32), roi)


def crown_in_t(person: Person, mesh: Mesh) -> float:
    """How far the crown lies above the chin, in T; the usual 2.15 when the mask gives no believable edge.

    The edge is looked for in the middle 70 % of the face's width: loose hair at the sides is not the crown.
    """
    to_square = cv2.invertAffineTransform(person.roi.to_frame(SIDE))
    ends = np.array([mesh.at(CHEEK_LEFT), mesh.at(CHEEK_RIGHT), mesh.at(CHIN)])
    left, right, chin = ends @ to_square[:, :2].T + to_square[:, 2]
    half = 0.35 * (right[0] - left[0])
    middle = (left[0] + right[0]) / 2
    first, last = max(0, round(middle - half)), min(SIDE, round(middle + half) + 1)
    eye_row = (left[1] + right[1]) / 2
    columns = person.share[: max(1, int(eye_row)), first:last] > PERSON
    per_t = SIDE / ROI_IN_T
    # From the eyes upwards to the first background: a second person above does not count.
    upwards = ~columns[::-1]
    tops = (len(columns) - upwards.argmax(axis=0))[upwards.any(axis=0)]
    if len(tops) < 0.5 * columns.shape[1] or not len(tops):
        return CROWN_USUAL
    crown = (float(chin[1]) - at_shares(tops, 10)[0]) / per_t
    return float(crown) if CROWN_LOW <= crown <= CROWN_HIGH else CROWN_USUAL
