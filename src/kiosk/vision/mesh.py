"""The face mesh: 468 points with depth, and the angles and gaps read from them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kiosk.vision.faces import Face
    from kiosk.vision.pixels import Pixels

MIN_PRESENCE = 0.5
# Numbers of the mesh's points, by MediaPipe's canonical face model. "Left" is the picture's left.
EYE_LEFT_OUTER, EYE_LEFT_INNER = 33, 133
EYE_RIGHT_INNER, EYE_RIGHT_OUTER = 362, 263
LIPS = (13, 14)
FOREHEAD, CHIN = 10, 152
CHEEK_LEFT, CHEEK_RIGHT = 234, 454
OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
CHEEKS = (50, 280)
# Where twelve of the points lie on an average frontal face, in cm (MediaPipe's canonical face model).
AVERAGE_FACE = {
    FOREHEAD: (0, 8.26, 4.48),
    CHIN: (0, -9.40, 4.26),
    CHEEK_LEFT: (-7.74, 2.36, -2.01),
    CHEEK_RIGHT: (7.74, 2.36, -2.01),
    1: (0, -1.13, 7.48),  # tip of the nose
    168: (0, 3.27, 5.24),  # between the eyes
    61: (-2.46, -4.34, 4.28),  # corners of the mouth
    291: (2.46, -4.34, 4.28),
    EYE_LEFT_OUTER: (-4.45, 2.66, 3.17),
    EYE_RIGHT_OUTER: (4.45, 2.66, 3.17),
    EYE_LEFT_INNER: (-1.86, 2.59, 3.76),
    EYE_RIGHT_INNER: (1.86, 2.59, 3.76),
}
AVERAGE_NUMBERS = list(AVERAGE_FACE)
# The average face looks at +z with y up; the picture has y down and depth away from the camera.
_TURNED = np.array(list(AVERAGE_FACE.values())) * (1, -1, -1)
AVERAGE_POINTS = _TURNED - _TURNED.mean(axis=0)
# The crop handed to the model is this much larger than the mesh's own extent.
ROI_MARGIN = 1.5
NEAR, LIKE = 0.3, 1.5  # of the larger side; detector and mesh differ by 0.05 and 1.15 on the same face


@dataclass(frozen=True, slots=True)
class Roi:
    """A square in the frame, turned by `angle` radians, that the mesh model looks at."""

    x: float
    y: float
    side: float
    angle: float

    def to_frame(self, pixels: int) -> NDArray[np.float64]:
        """2 x 3 matrix from a `pixels` wide square picture to the frame."""
        scale = self.side / pixels
        cos, sin = math.cos(self.angle) * scale, math.sin(self.angle) * scale
        half = pixels / 2
        return np.array(
            [
                [cos, -sin, self.x - cos * half + sin * half],
                [sin, cos, self.y - sin * half - cos * half],
            ]
        )

    def is_near(self, other: Roi) -> bool:
        """Whether both hold the same face: its nose alone still looks like a face to the mesh."""
        apart = math.dist((self.x, self.y), (other.x, other.y))
        small, large = sorted((self.side, other.side))
        return apart < NEAR * large and large < LIKE * small

    def cut(
        self, frame: Pixels, pixels: int, *, rows: int | None = None, smaller: Sequence[Pixels] = ()
    ) -> Pixels:
        """The square as an upright picture, `pixels` wide; of its height only the first `rows`.

        From the smallest of `smaller`, the frame's `halves`, that still has a pixel for each that is wanted.
        """
        matrix = self.to_frame(pixels)
        for times, picture in zip((2, 4), smaller, strict=False):
            if self.side >= times * pixels:
                # The middle of its first pixel lies inside the frame's first `times`.
                frame, matrix = picture, self.to_frame(pixels) / times
                matrix[:, 2] -= (times - 1) / (2 * times)
        cut = cv2.warpAffine(
            frame,
            matrix,
            (pixels, rows or pixels),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(cut, np.uint8)


@dataclass(frozen=True, slots=True)
class Mesh:
    """468 x 3 points in frame pixels (depth on the same scale, smaller is nearer) and the presence 0..1."""

    points: NDArray[np.float64]
    presence: float
    roi: Roi

    def at(self, number: int) -> tuple[float, float]:
        """Point `number` in frame pixels."""
        return float(self.points[number, 0]), float(self.points[number, 1])


def roi_of_face(face: Face) -> Roi:
    """Where the mesh model should look, given a detected face."""
    (x1, y1), (x2, y2) = face.eye_left, face.eye_right
    angle = math.atan2(y2 - y1, x2 - x1)
    side = max(face.width, face.height) * ROI_MARGIN
    return Roi(face.left + face.width / 2, face.top + face.height / 2, side, angle)


def roi_of_mesh(mesh: Mesh) -> Roi:
    """Where to look in the next frame, given this one's mesh."""
    (x1, y1), (x2, y2) = mesh.at(EYE_LEFT_OUTER), mesh.at(EYE_RIGHT_OUTER)
    angle = math.atan2(y2 - y1, x2 - x1)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    level = mesh.points[:, :2] @ turn.T
    low, high = level.min(axis=0), level.max(axis=0)
    x, y = turn.T @ ((low + high) / 2)
    return Roi(float(x), float(y), float((high - low).max()) * ROI_MARGIN, angle)


def find_mesh(net: cv2.dnn.Net, frame: Pixels, roi: Roi, smaller: Sequence[Pixels] = ()) -> Mesh:
    """The mesh inside `roi`; below MIN_PRESENCE it means "no face here". `smaller` as Roi.cut."""
    blob = cv2.dnn.blobFromImage(roi.cut(frame, 192, smaller=smaller), 1 / 255, (192, 192), swapRB=True)
    net.setInput(blob)
    presence, raw = net.forward(["conv2d_31", "conv2d_21"])
    local = raw.reshape(468, 3).astype(np.float64)
    to_frame = roi.to_frame(192)
    flat = local[:, :2] @ to_frame[:, :2].T + to_frame[:, 2]
    depth = local[:, 2:] * (roi.side / 192)
    certainty = 1 / (1 + math.exp(-max(-80.0, min(80.0, float(presence.reshape(-1)[0])))))
    return Mesh(np.concatenate((flat, depth), axis=1), certainty, roi)


def roll_deg(mesh: Mesh) -> float:
    """Slope of the line through the outer eye corners; positive: the picture's right eye is lower."""
    (x1, y1), (x2, y2) = mesh.at(EYE_LEFT_OUTER), mesh.at(EYE_RIGHT_OUTER)
    return math.degrees(math.atan2(y2 - y1, x2 - x1))


def head_angles_deg(mesh: Mesh) -> tuple[float, float, float]:
    """Pitch (positive: chin down), yaw (positive: towards the picture's right) and roll of the whole head.

    The best turn of an average face onto the mesh: one pair of points alone is biased by up to 10 degrees.
    """
    seen = mesh.points[AVERAGE_NUMBERS]
    u, _, vt = np.linalg.svd(AVERAGE_POINTS.T @ (seen - seen.mean(axis=0)))
    mirror = np.sign(np.linalg.det(vt.T @ u.T))
    turn = vt.T @ np.diag((1, 1, mirror)) @ u.T
    pitch = math.atan2(turn[2, 1], turn[2, 2])
    yaw = math.asin(max(-1.0, min(1.0, -turn[2, 0])))
    return math.degrees(pitch), math.degrees(yaw), math.degrees(math.atan2(turn[1, 0], turn[0, 0]))


def eye_to_chin_px(mesh: Mesh) -> float:
    """T: from the midpoint of the eyes to the chin, the unit of the lid and lip gaps."""
    (x1, y1), (x2, y2) = _eye_middles(mesh)
    return math.dist(mesh.at(CHIN), ((x1 + x2) / 2, (y1 + y2) / 2))


def _gap(mesh: Mesh, pair: tuple[int, int]) -> float:
    return math.dist(mesh.at(pair[0]), mesh.at(pair[1]))


def mouth_open(mesh: Mesh) -> float:
    """The gap between the inner lips divided by T."""
    return _gap(mesh, LIPS) / eye_to_chin_px(mesh)


def eye_distance_px(mesh: Mesh) -> float:
    """Between the middles of the two eyes."""
    return math.dist(*_eye_middles(mesh))


def _eye_middles(mesh: Mesh) -> tuple[tuple[float, float], tuple[float, float]]:
    # In plain numbers: for two points numpy takes ten times as long, and every measure asks.
    (x1, y1), (x2, y2) = mesh.at(EYE_LEFT_OUTER), mesh.at(EYE_LEFT_INNER)
    (x3, y3), (x4, y4) = mesh.at(EYE_RIGHT_INNER), mesh.at(EYE_RIGHT_OUTER)
    return ((x1 + x2) / 2, (y1 + y2) / 2), ((x3 + x4) / 2, (y3 + y4) / 2)
