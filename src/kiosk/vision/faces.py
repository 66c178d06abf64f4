"""Finds faces with the two BlazeFace models: the short-range one to start a track, the back one to count."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.vision.pixels import shrunk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kiosk.vision.pixels import Pixels

MIN_SCORE = 0.5
SAME_FACE_OVERLAP = 0.3
NESTED = 0.6


@dataclass(frozen=True, slots=True)
class Face:
    """One detected face in frame pixels; the eyes are the picture's left and right one."""

    left: float
    top: float
    width: float
    height: float
    eye_left: tuple[float, float]
    eye_right: tuple[float, float]
    score: float

    @property
    def area(self) -> float:
        """Square pixels of the box."""
        return self.width * self.height


@cache
def _anchors() -> NDArray[np.float32]:
    """896 x 2 cell centres in 0..1: a 16 x 16 grid with two anchors a cell, then 8 x 8 with six.

    Both models have this layout: strides 8, 16, 16, 16 on 128 px are 16, 32, 32, 32 on 256 px.
    """
    centres = []
    for cells, per_cell in ((16, 2), (8, 6)):
        steps = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        grid_y, grid_x = np.meshgrid(steps, steps, indexing="ij")
        cell_centres = np.stack((grid_x.ravel(), grid_y.ravel()), axis=1)
        centres.append(np.repeat(cell_centres, per_cell, axis=0))
    return np.concatenate(centres)


def find_faces(net: cv2.dnn.Net, square: Pixels, side: int) -> tuple[Face, ...]:
    """Faces in a square picture, most certain first, in its own pixels; `side` is the model's input size."""
    blob = cv2.dnn.blobFromImage(square, 1 / 127.5, (side, side), (127.5, 127.5, 127.5), swapRB=True)
    net.setInput(blob)
    scores, boxes = net.forward(["classificators", "regressors"])
    # Beyond 80 the exponential overflows; the score is 1 long before.
    certainty = 1 / (1 + np.exp(-np.clip(scores.reshape(-1), -80, 80)))
    hits = np.flatnonzero(certainty >= MIN_SCORE)
    if not len(hits):
        return ()
    raw = boxes.reshape(-1, 8, 2)[hits] / side
    anchors = _anchors()[hits]
    raw[:, 0] += anchors
    raw[:, 2:] += anchors[:, None, :]
    return _merged(raw * square.shape[0], certainty[hits])


def _merged(raw: NDArray[np.floating], certainty: NDArray[np.floating]) -> tuple[Face, ...]:
    """Overlapping hits averaged by certainty: steadier from frame to frame than keeping the best one."""
    corners = np.concatenate((raw[:, 0] - raw[:, 1] / 2, raw[:, 0] + raw[:, 1] / 2), axis=1)
    left = list(np.argsort(-certainty))
    faces = []
    while left:
        best = left[0]
        same = [i for i in left if i == best or _overlap(corners[best], corners[i]) > SAME_FACE_OVERLAP]
        # A small box inside a large one is the same face again, seen by a finer cell.
        left = [i for i in left if i not in same and _share_inside(corners[i], corners[best]) < NESTED]
        mean = np.average(raw[same], axis=0, weights=certainty[same])
        (x, y), (width, height) = mean[0], mean[1]
        eyes = sorted((tuple(map(float, mean[2])), tuple(map(float, mean[3]))))
        faces.append(
            Face(
                float(x - width / 2),
                float(y - height / 2),
                float(width),
                float(height),
                (eyes[0][0], eyes[0][1]),
                (eyes[1][0], eyes[1][1]),
                float(certainty[best]),
            )
        )
    return tuple(faces)


def _common(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Square pixels that two boxes (left, top, right, bottom) have in common."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return float(width * height) if width > 0 and height > 0 else 0.0


def _area(box: NDArray[np.floating]) -> float:
    return float((box[2] - box[0]) * (box[3] - box[1]))


def _share_inside(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """How much of the smaller box lies inside the larger one, 0..1."""
    return _common(one, other) / max(1e-9, min(_area(one), _area(other)))


def _overlap(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Intersection over union, 0..1."""
    both = _common(one, other)
    return both / max(1e-9, _area(one) + _area(other) - both)


def moved(face: Face, x: float, y: float) -> Face:
    """The same face with the origin shifted by `x`, `y` pixels."""
    return Face(
        face.left + x,
        face.top + y,
        face.width,
        face.height,
        (face.eye_left[0] + x, face.eye_left[1] + y),
        (face.eye_right[0] + x, face.eye_right[1] + y),
        face.score,
    )


def faces_in_centre(net: cv2.dnn.Net, frame: Pixels) -> tuple[Face, ...]:
    """Short-range model on the centre square (on a whole 16:9 frame it misses faces); frame pixels."""
    height, width = frame.shape[:2]
    side = min(height, width)
    x, y = (width - side) // 2, (height - side) // 2
    square = np.ascontiguousarray(frame[y : y + side, x : x + side])
    return tuple(moved(face, x, y) for face in find_faces(net, square, 128))


def faces_in_frame(net: cv2.dnn.Net, frame: Pixels, smaller: Sequence[Pixels] = ()) -> tuple[Face, ...]:
    """Back model on the whole frame, padded to a square; frame pixels. This is the one that counts.

    `smaller`: the frame's `halves`, where somebody has them already.
    """
    height, width = frame.shape[:2]
    side = max(height, width)
    scale = 256 / side
    source = next((picture for picture in reversed(smaller) if max(picture.shape[:2]) >= 256), frame)
    small = shrunk(source, max(1, round(width * scale)), max(1, round(height * scale)))
    square = np.zeros((256, 256, 3), np.uint8)
    y, x = (256 - small.shape[0]) // 2, (256 - small.shape[1]) // 2
    square[y : y + small.shape[0], x : x + small.shape[1]] = small
    found = find_faces(net, square, 256)
    return tuple(_scaled(moved(face, -x, -y), 1 / scale) for face in found)


def _scaled(face: Face, by: float) -> Face:
    return Face(
        face.left * by,
        face.top * by,
        face.width * by,
        face.height * by,
        (face.eye_left[0] * by, face.eye_left[1] * by),
        (face.eye_right[0] * by, face.eye_right[1] * by),
        face.score,
    )
