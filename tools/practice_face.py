"""Closes the smiling mouth of the practice portrait, so that a practice photo can pass every check."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.vision import faces, mesh, models
from kiosk.vision.mesh import Mesh
from kiosk.vision.pixels import Pixels

# Inner edges of the lips from one corner of the mouth to the other (numbers of the mesh's points).
UPPER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
LOWER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
NOSE, CHIN, CORNERS = 2, 152, (61, 291)
TEETH_PX = 8.0  # the mesh's lips lie a little inside the teeth
LIP_LINE = (70, 62, 120)


def find(picture: Pixels) -> Mesh:
    """The mesh of the largest face."""
    found = faces.faces_in_frame(models.load_model("face_detection_back"), picture)
    net = models.load_model("face_landmark")
    first = mesh.find_mesh(net, picture, mesh.roi_of_face(max(found, key=lambda face: face.area)))
    return mesh.find_mesh(net, picture, mesh.roi_of_mesh(first))


def calm(picture: Pixels, face: Mesh, share: float) -> Pixels:
    """The same face, its lips closed by `share` (0: as it is, 1: closed), the mouth's corners lower."""
    if share <= 0:
        return picture
    closed = _lips_together(picture, face, share)
    return _corners_down(closed, face.points[:, :2], share)


def _lips_together(picture: Pixels, face: Mesh, share: float) -> Pixels:
    """Column by column: what lies between the lips is left out, nose to lip and lip to chin are stretched."""
    height, width = picture.shape[:2]
    columns = np.arange(width, dtype=np.float32)
    upper, lower = (face.points[list(edge), :2] for edge in (UPPER, LOWER))
    lip = np.interp(columns, upper[:, 0], upper[:, 1])
    between = (columns > upper[0, 0]) & (columns < upper[-1, 0])
    wide = np.interp(columns, lower[:, 0], lower[:, 1]) - lip + TEETH_PX
    gap = share * cv2.GaussianBlur(np.where(between, wide, 0).astype(np.float32)[None], (0, 0), 6)[0]
    seam = lip - TEETH_PX / 2 * share
    nose, chin = face.at(NOSE)[1], face.at(CHIN)[1]
    rows = np.arange(height, dtype=np.float32)[:, None]
    meet = seam + 0.45 * gap
    above = seam - (meet - rows) * (seam - nose) / np.maximum(1, meet - nose)
    below = seam + gap + (rows - meet) * (chin - seam - gap) / np.maximum(1, chin - meet)
    source = np.where(rows < meet, above, below)
    source = np.where((rows < nose) | (rows > chin), rows, source).astype(np.float32)
    across = np.broadcast_to(columns, (height, width)).astype(np.float32)
    moved = cv2.remap(picture, across, source, cv2.INTER_CUBIC)
    line = np.exp(-(((rows - meet) / 2.2) ** 2)) * between[None] * share * 0.55
    soft = cv2.GaussianBlur(line.astype(np.float32), (0, 0), 1.2)[..., None]
    return np.clip(moved * (1 - soft) + np.array(LIP_LINE) * soft, 0, 255).astype(np.uint8)


def _corners_down(picture: Pixels, points: NDArray[np.floating], share: float) -> Pixels:
    left, right = points[CORNERS[0]], points[CORNERS[1]]
    middle, half = (left + right) / 2, float((right - left)[0]) / 2
    away = points - middle
    near = np.exp(-(((away[:, 0] / (1.5 * half)) ** 2 + (away[:, 1] / (0.9 * half)) ** 2) ** 2))
    targets = points.copy()
    targets[:, 0] -= near * away[:, 0] * 0.18 * share
    targets[:, 1] += near * np.clip(np.abs(away[:, 0]) / half, 0, 1.2) ** 2 * half * 0.22 * share
    return _bent(picture, points, targets)


def _bent(picture: Pixels, sources: NDArray[np.floating], targets: NDArray[np.floating]) -> Pixels:
    """A thin plate bent so that every source point comes to its target while the picture's edge stays."""
    height, width = picture.shape[:2]
    edge = [(x, y) for x in np.linspace(0, width, 9) for y in (0, height)]
    edge += [(x, y) for y in np.linspace(0, height, 9) for x in (0, width)]
    places = np.concatenate((targets, edge))
    moves = np.concatenate((sources - targets, np.zeros((len(edge), 2))))
    weights = np.linalg.solve(_plate(places, places) + np.eye(len(places)), moves)
    rows, columns = np.mgrid[0 : height + 8 : 8, 0 : width + 8 : 8]
    coarse = _plate(np.stack((columns.ravel(), rows.ravel()), axis=1).astype(float), places) @ weights
    field = coarse.reshape(*rows.shape, 2).astype(np.float32)
    field = cv2.resize(field, None, fx=8, fy=8)[4 : height + 4, 4 : width + 4]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return np.asarray(cv2.remap(picture, x + field[..., 0], y + field[..., 1], cv2.INTER_CUBIC), np.uint8)


def _plate(one: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.floating]:
    square = ((one[:, None] - other[None]) ** 2).sum(axis=2)
    return np.asarray(square * np.log(square + 1e-9))
