"""Makes resources/practice/camera.mp4, the practice camera's clip, from a public-domain portrait.

Run once by hand: python -m tools.make_practice_clip. The portrait is in scikit-image, a dev dependency.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import cv2
import numpy as np
import skimage.data

from kiosk.vision.models import load_model
from tools import practice_face

WIDTH, HEIGHT, FRAMES_PER_S, SECONDS = 1280, 720, 30, 7
SCALE = (
    3.05  # 45 mm of card photo become about 650 source pixels: above the 617 needed, inside the 720 there are
)
WALL = (214, 218, 221)  # a plain, light, slightly warm wall (blue, green, red)
HEAD_X, HEAD_Y = 225.0, 111.0  # centre of the card photo in the portrait


def person_share(portrait: np.ndarray) -> np.ndarray:
    """Share of person (0..1) per pixel of the portrait, from the segmentation model, refined at the edge."""
    net = load_model("selfie_segmentation")
    shares = []
    # The whole portrait for the shoulders, and a closer square for the outline of the hair.
    for left, top, side in ((0, 0, 512), (80, 0, 300)):
        square = np.ascontiguousarray(portrait[top : top + side, left : left + side])
        net.setInput(cv2.dnn.blobFromImage(square, 1 / 255, (256, 256), swapRB=True))
        share = np.zeros((512, 512), np.float32)
        share[top : top + side, left : left + side] = cv2.resize(net.forward()[0, 0], (side, side))
        shares.append(share)
    whole, close = shares
    inside = np.zeros((512, 512), np.float32)
    inside[0:280, 100:360] = 1
    inside = cv2.GaussianBlur(inside, (0, 0), 12)
    share = whole * (1 - inside) + close * inside
    return np.clip((share - 0.45) / 0.4, 0, 1)


def on_plain_wall(portrait: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The enlarged person and the enlarged share; colours at the edge are taken from inside the person."""
    share = person_share(portrait)
    sure = (share > 0.95).astype(np.uint8)
    # Old background glows around the hair otherwise.
    spread = cv2.inpaint(portrait, ((1 - sure) * (share > 0)).astype(np.uint8), 3, cv2.INPAINT_TELEA)
    person = np.where((share > 0.6)[..., None], portrait, spread)
    size = (round(512 * SCALE), round(512 * SCALE))
    big = cv2.resize(person, size, interpolation=cv2.INTER_LANCZOS4)
    soft = cv2.GaussianBlur(cv2.resize(share, size, interpolation=cv2.INTER_CUBIC), (0, 0), 1.2)
    return big, np.clip(soft, 0, 1)


def place(second: float) -> tuple[float, float, float]:
    """Offset of the head from the middle (px) and turn (degrees): off to the side first, then settled."""
    away = 0.5 * (1 + math.cos(math.pi * min(1.0, second / 1.6)))  # 1 at the start, 0 from 1.6 s on
    leaving = 0.5 * (1 - math.cos(math.pi * max(0.0, (second - 6.0) / 1.0)))  # back for a seamless loop
    off = max(away, leaving)
    sway = math.sin(2 * math.pi * second / 3.5)
    return (
        190 * off + 3 * sway,
        4 * off + 1.5 * math.sin(2 * math.pi * second / 2.3),
        2.8 * (1 - off) - 2 * off,
    )


def calmness(second: float) -> float:
    """How far she has stopped smiling: at the beginning she must be told to close her mouth."""
    return max(0.0, min(1.0, (second - 2.0) / 0.5, (6.9 - second) / 0.5))


class Calmed:
    """The portrait with the mouth closed by some share, each share made once."""

    def __init__(self, picture: np.ndarray) -> None:
        self._picture, self._face = picture, practice_face.find(picture)
        self._made: dict[int, np.ndarray] = {}

    def by(self, share: float) -> np.ndarray:
        """`share` in steps of a fifteenth: half a second of frames."""
        step = round(share * 15)
        if step not in self._made:
            self._made[step] = practice_face.calm(self._picture, self._face, step / 15)
        return self._made[step]


def main() -> None:
    """Writes the clip as MPEG-4 (the FFmpeg inside OpenCV's wheels): a tenth of MJPG's size."""
    out = Path(__file__).resolve().parents[1] / "resources" / "practice" / "camera.mp4"
    portrait = np.ascontiguousarray(skimage.data.astronaut()[:, :, ::-1])
    person, share = on_plain_wall(portrait)
    calmed = Calmed(person)
    wall = np.full((HEIGHT, WIDTH, 3), WALL, np.float32)
    # A wall is never one number: a slow fall of light from the middle.
    fall = np.linspace(-1, 1, WIDTH, dtype=np.float32) ** 2
    wall -= 5 * fall[None, :, None]
    writer = cv2.VideoWriter(
        str(out), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), FRAMES_PER_S, (WIDTH, HEIGHT)
    )
    for number in range(SECONDS * FRAMES_PER_S):
        dx, dy, turn = place(number / FRAMES_PER_S)
        matrix = cv2.getRotationMatrix2D((HEAD_X * SCALE, HEAD_Y * SCALE), turn, 1.0)
        matrix[:, 2] += (WIDTH / 2 - HEAD_X * SCALE + dx, HEIGHT / 2 - HEAD_Y * SCALE + dy)
        shown = calmed.by(calmness(number / FRAMES_PER_S))
        moved = cv2.warpAffine(shown, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE).astype(
            np.float32
        )
        part = cv2.warpAffine(share, matrix, (WIDTH, HEIGHT))[..., None]
        frame = moved * part + wall * (1 - part)
        writer.write(np.clip(frame, 0, 255).astype(np.uint8))
    writer.release()
    sys.stdout.write(f"{out} {out.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
