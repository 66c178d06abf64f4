"""Where the person looks: the iris' place between the corners of the eye."""

from __future__ import annotations

import math
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
)

if TYPE_CHECKING:
    from kiosk.vision.pixels import Pixels

ROI_IN_EYES = 2.3  # the model was taught on squares this many eye widths wide


def gaze(net: cv2.dnn.Net, frame: Pixels, mesh: Mesh) -> float:
    """Mean iris offset of both eyes from the middle of the eye, divided by the eye's width (0: straight).

    Both eyes are averaged with their sign, so that looking at something near does not count as looking away.
    """
    left = _offset(net, frame, mesh, EYE_LEFT_OUTER, EYE_LEFT_INNER, mirrored=False)
    right = _offset(net, frame, mesh, EYE_RIGHT_INNER, EYE_RIGHT_OUTER, mirrored=True)
    return abs(left + right) / 2


def _offset(net: cv2.dnn.Net, frame: Pixels, mesh: Mesh, start: int, end: int, *, mirrored: bool) -> float:
    (x1, y1), (x2, y2) = mesh.at(start), mesh.at(end)
    width = math.hypot(x2 - x1, y2 - y1)
    if width < 1:
        return math.nan
    roi = Roi((x1 + x2) / 2, (y1 + y2) / 2, ROI_IN_EYES * width, math.atan2(y2 - y1, x2 - x1))
    eye = roi.cut(frame, 64)
    if mirrored:  # the model knows one eye; the other is its mirror image
        eye = np.ascontiguousarray(eye[:, ::-1])
    net.setInput(cv2.dnn.blobFromImage(eye, 1 / 255, (64, 64), swapRB=True))
    iris_x = float(net.forward("output_iris").reshape(5, 3)[0, 0])
    offset = (iris_x - 32) / (64 / ROI_IN_EYES)
    return -offset if mirrored else offset
