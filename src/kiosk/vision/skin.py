"""Numbers about the skin: whether something covers it and whether its colour is natural."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from kiosk.vision.light import LINEAR, FaceSquare

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kiosk.vision.mesh import Mesh
    from kiosk.vision.pixels import Pixels

# Outlines by numbers of the mesh's points (MediaPipe's canonical face model).
FOREHEAD_OUTLINE = (
    54, 103, 67, 109, 10, 338, 297, 332, 284, 300, 293, 334, 296, 336, 9, 107, 66, 105, 63, 70,
)  # fmt: skip
LOWER_OUTLINE = (
    2, 206, 187, 147, 177, 172, 136, 150, 149, 176, 148,
    152, 377, 400, 378, 379, 365, 397, 401, 376, 411, 426,
)  # fmt: skip
LIPS_OUTLINE = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
CHEEK_OUTLINES = ((116, 117, 118, 101, 36, 205, 187, 123), (345, 346, 347, 330, 266, 425, 411, 352))
# A fringe down to the brows hides as much of the forehead as a hat does; less hair than that says nothing.
FOREHEAD_WEIGHT = 0.6
# From the cheek's colour to a mask's or a hat's: half the way from skin to grey, in linear red and green
# shares, or less than a quarter of its light.
UNLIKE_COLOUR, UNLIKE_LIGHT = 0.055, 0.25
DARKEST = 0.004  # linear light below which a camera has no colour left
# Skin of all kinds under a white lamp, Lab: a* 14 ± 14, b* 18 ± 18; a wrong white balance leaves it.
NATURAL, SPREAD = np.array((14.0, 18.0)), np.array((14.0, 18.0))
NO_COLOUR = 3.0  # mean distance from grey, Lab: below it the picture is black and white, which is allowed


def skin_measures(face: FaceSquare, mesh: Mesh) -> dict[str, float]:
    """Covering (share of forehead or lower face unlike the cheeks) and colour (1: edge of natural)."""
    cheeks = np.zeros_like(face.gray)
    for outline in CHEEK_OUTLINES:
        cheeks |= face.polygon(mesh, outline)
    cheek = cheeks > 0
    if not cheek.any():
        return {}
    return {
        "covering": _covering(face, mesh, cheek),
        "colour": _unnatural(face.pixels[cheek]),
    }


def _covering(face: FaceSquare, mesh: Mesh, cheek: NDArray[np.bool_]) -> float:
    """0..1; a fringe and a beard count as well, which is why this only asks a person to look."""
    light = cv2.LUT(face.pixels, LINEAR)
    blue, green, red = cv2.split(light)
    total = blue + green + red + 3 * DARKEST
    red, green = (red + DARKEST) / total, (green + DARKEST) / total
    usual = [float(np.median(one[cheek])) for one in (red, green, total)]
    unlike = (red - usual[0]) ** 2 + (green - usual[1]) ** 2 > UNLIKE_COLOUR**2
    # Side light leaves half a forehead dark; only what is nearly black beside the cheek is hair or cloth.
    unlike |= total < UNLIKE_LIGHT * usual[2]
    lips = cv2.dilate(face.polygon(mesh, LIPS_OUTLINE), np.ones((5, 5), np.uint8))
    lower = (face.polygon(mesh, LOWER_OUTLINE) > 0) & (lips == 0)
    forehead = face.polygon(mesh, FOREHEAD_OUTLINE) > 0
    above, below = (float(unlike[part].mean()) if part.any() else 0.0 for part in (forehead, lower))
    return min(1.0, math.hypot(FOREHEAD_WEIGHT * above, below))


def _unnatural(skin: Pixels) -> float:
    """How far the median colour lies from natural skin, in half widths of its box; 0 in black and white."""
    shares = skin.reshape(1, -1, 3).astype(np.float32) / np.float32(255)
    lab = cv2.cvtColor(shares, cv2.COLOR_BGR2Lab)[0, :, 1:]
    if float(np.linalg.norm(lab, axis=1).mean()) < NO_COLOUR:
        return 0.0
    return float((np.abs(np.median(lab, axis=0) - NATURAL) / SPREAD).max())
