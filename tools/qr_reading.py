"""How small a ticket's code may be in a picture: `python tools/qr_reading.py` prints a table in Markdown.

A ticket is drawn, photographed synthetically (distance, tilt to 40 degrees, roll, blur, noise, a quarter of
the contrast) and read by zxing-cpp, by zxing-cpp with a second look at twice the size, and by OpenCV itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from kiosk.paper import compose, ticket

Picture = NDArray[np.uint8]
PX_PER_MODULE = (1.5, 1.8, 2.0, 2.2, 2.5, 3.0, 4.0, 6.0)
CONDITIONS = {"plain": (1.0, 0.4), "blurred": (1.0, 0.9), "25 % contrast, blurred": (0.25, 0.7)}
SHOTS = 30
TILT_DEGREES = 40.0
DOTS_PER_MODULE = 8


def paper() -> tuple[Picture, str]:
    """A ticket as grey paper, and the text of its code."""
    values = compose.sample("ticket")
    drawn = ticket.to_raster(values, 384)
    rows = np.frombuffer(drawn.rows, np.uint8).reshape(drawn.height_dots, drawn.stride)
    return ((1 - np.unpackbits(rows, axis=1)) * 255).astype(np.uint8), str(values["qr"])


def shot(slip: Picture, px: float, contrast: float, blur: float, dice: np.random.Generator) -> Picture:
    """The slip as a camera may see it, `px` pixels to a module where it faces the camera."""
    high, wide = slip.shape
    scale = px / DOTS_PER_MODULE
    yaw, pitch = np.radians(dice.uniform(-TILT_DEGREES, TILT_DEGREES, 2) * (dice.permutation([1.0, 0.4])))
    roll = np.radians(dice.uniform(-15, 15))
    corners = np.array([[-wide, -high], [wide, -high], [wide, high], [-wide, high]], float) / 2 * scale
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    flat = corners @ turn.T
    depth = flat[:, 0] * np.sin(yaw) + flat[:, 1] * np.sin(pitch)
    far = 2.5 * high * scale  # the camera's distance in the same unit
    seen = (
        np.stack([flat[:, 0] * np.cos(yaw), flat[:, 1] * np.cos(pitch)], axis=1)
        * (far / (far + depth))[:, None]
    )
    size = int(np.ceil(np.abs(seen).max() * 2 + 40))
    placed = (seen + size / 2 + dice.uniform(-0.5, 0.5, 2)).astype(np.float32)
    source = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    # Drawn four times as large and brought down by area, as a lens gathers light.
    matrix = cv2.getPerspectiveTransform(source, placed * 4)
    large = cv2.warpPerspective(slip, matrix, (size * 4, size * 4), flags=cv2.INTER_AREA, borderValue=190)
    small = cv2.resize(large, (size, size), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), blur).astype(float)
    grey = 128 + (soft / 255 - 0.5) * 200 * contrast + dice.normal(0, 3, soft.shape)
    return np.clip(grey, 0, 255).astype(np.uint8)


def by_zxing(seen: Picture) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(seen, formats=zxingcpp.BarcodeFormat.QRCode)}


def by_zxing_twice(seen: Picture) -> set[str]:
    found = by_zxing(seen)
    if found:
        return found
    large = cv2.resize(seen, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return by_zxing(cv2.addWeighted(large, 1.8, cv2.GaussianBlur(large, (0, 0), 2), -0.8, 0))


def by_opencv(seen: Picture) -> set[str]:
    try:
        return {cv2.QRCodeDetector().detectAndDecode(seen)[0]}
    except cv2.error:
        return set()


READERS: dict[str, Callable[[Picture], set[str]]] = {
    "zxing-cpp": by_zxing,
    "zxing-cpp, twice the size on a miss": by_zxing_twice,
    "OpenCV": by_opencv,
}


def main() -> None:
    slip, text = paper()
    out = sys.stdout.write
    out(f"| pixels per module | {' | '.join(f'{c}: {r}' for c in CONDITIONS for r in READERS)} |\n")
    out("|" + "---|" * (1 + len(CONDITIONS) * len(READERS)) + "\n")
    for px in PX_PER_MODULE:
        cells = []
        for contrast, blur in CONDITIONS.values():
            dice = np.random.default_rng(20251109)
            shots = [shot(slip, px, contrast, blur, dice) for _ in range(SHOTS)]
            cells += [sum(text in read(one) for one in shots) for read in READERS.values()]
        out(f"| {px} | {' | '.join(f'{round(100 * cell / SHOTS)} %' for cell in cells)} |\n")


if __name__ == "__main__":
    main()
