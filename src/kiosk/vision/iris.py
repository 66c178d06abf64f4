"""The eyes seen closely: where the person looks and how far the lids are apart."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.vision.mesh import (
    EYE_LEFT_INNER,
    EYE_LEFT_OUTER,
    EYE_RIGHT_INNER,
    EYE_RIGHT_OUTER,
    Mesh,
    Roi,
    eye_to_chin_px,
)

if TYPE_CHECKING:
    from kiosk.vision.pixels import Pixels

ROI_IN_EYES = 2.3  # the model was taught on squares this many eye widths wide
SIDE = 64
LID_BELOW, LID_ABOVE = 4, 12  # middles of the two lids in the model's outline of the eye


@dataclass(frozen=True, slots=True)
class Eyes:
    """`gaze`: mean iris offset by the eye's width (0: straight); `lids`: the smaller lid gap by T."""

    gaze: float
    lids: float


def look_at_eyes(net: cv2.dnn.Net, frame: Pixels, mesh: Mesh) -> Eyes:
    """Both eyes of `mesh`; not-a-number when they are too small to be seen.

    The offsets are averaged with their sign, so that looking at something near does not count as looking
    away. The lids come from this model because the mesh's hardly follow: on eyes painted shut the mesh
    still says 0.07 and this one 0.03.
    """
    left, left_gap = _eye(net, frame, mesh, EYE_LEFT_OUTER, EYE_LEFT_INNER, mirrored=False)
    right, right_gap = _eye(net, frame, mesh, EYE_RIGHT_INNER, EYE_RIGHT_OUTER, mirrored=True)
    return Eyes(abs(left + right) / 2, min(left_gap, right_gap) / eye_to_chin_px(mesh))


def _eye(
    net: cv2.dnn.Net, frame: Pixels, mesh: Mesh, start: int, end: int, *, mirrored: bool
) -> tuple[float, float]:
    """Offset of one iris by the eye's width, and the gap between its lids in frame pixels."""
    (x1, y1), (x2, y2) = mesh.at(start), mesh.at(end)
    width = math.hypot(x2 - x1, y2 - y1)
    if width < 1:
        return math.nan, math.nan
    roi = Roi((x1 + x2) / 2, (y1 + y2) / 2, ROI_IN_EYES * width, math.atan2(y2 - y1, x2 - x1))
    eye = roi.cut(frame, SIDE)
    if mirrored:  # the model knows one eye; the other is its mirror image
        eye = np.ascontiguousarray(eye[:, ::-1])
    net.setInput(cv2.dnn.blobFromImage(eye, 1 / 255, (SIDE, SIDE), swapRB=True))
    outline, iris = net.forward(["output_eyes_contours_and_brows", "output_iris"])
    lids = outline.reshape(71, 3)[[LID_BELOW, LID_ABOVE], :2]
    gap = float(np.linalg.norm(lids[0] - lids[1])) * roi.side / SIDE
    offset = (float(iris.reshape(5, 3)[0, 0]) - SIDE / 2) / (SIDE / ROI_IN_EYES)
    return (-offset if mirrored else offset), gap
