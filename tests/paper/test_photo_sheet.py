"""The print sheet in millimetres: what a ruler would read off the paper."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest

from kiosk.paper import compose

PPI = 300.0
MM = PPI / 25.4
BLUE = (255, 60, 0)


@pytest.fixture(scope="module")
def photo() -> bytes:
    """A plain blue card photo: easy to find again on the sheet."""
    done, jpeg = cv2.imencode(".jpg", np.full((1063, 827, 3), BLUE, np.uint8))
    assert done
    return jpeg.tobytes()


def sheet(photo: bytes, **values: object) -> np.ndarray:
    png = compose.to_png(
        "photo_sheet", {"label": "B004", "practice": False, **values}, {"photo.jpg": photo}, ppi=PPI
    )
    page = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert page is not None
    return np.asarray(page)


def photos_mm(page: np.ndarray) -> list[tuple[float, float, float, float]]:
    """Left, top, width, height of each photo in millimetres."""
    blue = (np.abs(page.astype(int) - BLUE).max(axis=2) < 60).astype(np.uint8)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(blue)
    return sorted(tuple(float(side) / MM for side in boxes[part][:4]) for part in range(1, count))


@pytest.mark.parametrize(("size", "paper_mm"), [("a4", (210, 297)), ("l", (89, 127))])
def test_four_photos_of_45_by_35_mm_stand_on_the_paper(
    photo: bytes, size: str, paper_mm: tuple[float, float]
) -> None:
    page = sheet(photo, size=size)
    assert (page.shape[1] / MM, page.shape[0] / MM) == (
        pytest.approx(paper_mm[0], abs=0.2),
        pytest.approx(paper_mm[1], abs=0.2),
    )
    photos = photos_mm(page)
    assert len(photos) == 4
    for left, top, width, height in photos:
        assert (width, height) == (pytest.approx(35, abs=0.2), pytest.approx(45, abs=0.2))
        # A printer does not reach the outermost 3 mm.
        assert left >= 3
        assert top >= 3
        assert left + width <= paper_mm[0] - 3
        assert top + height <= paper_mm[1] - 3


@pytest.mark.parametrize("size", ["a4", "l"])
def test_the_cut_marks_point_at_the_corners_and_leave_the_photo_alone(photo: bytes, size: str) -> None:
    page = sheet(photo, size=size)
    ink = page.max(axis=2) < 140
    for left, top, width, height in photos_mm(page):
        for x in (left, left + width):
            for outside in (top - 1.8, top + height + 1.8):
                line = np.flatnonzero(ink[round(outside * MM)])
                assert np.abs(line / MM - x).min() < 0.25
        for y in (top, top + height):
            for outside in (left - 1.8, left + width + 1.8):
                line = np.flatnonzero(ink[:, round(outside * MM)])
                assert np.abs(line / MM - y).min() < 0.25
        # Within half a millimetre around the photo there is no ink at all.
        around = ink[
            round((top - 0.5) * MM) : round((top + height + 0.5) * MM),
            round((left - 0.5) * MM) : round((left + width + 0.5) * MM),
        ]
        assert not around.any()


@pytest.mark.parametrize("size", ["a4", "l"])
def test_the_ruler_on_the_sheet_is_50_mm(photo: bytes, size: str) -> None:
    ink = sheet(photo, size=size).max(axis=2) < 140
    below = round(max(top + height for _, top, _, height in photos_mm(sheet(photo, size=size))) * MM) + 30
    longest = max(_longest_run(row) for row in ink[below:])
    assert longest / MM == pytest.approx(50, abs=0.4)


def _longest_run(row: np.ndarray) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(int), [0]))))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def test_name_and_birth_date_stand_on_the_back_only_by_choice(photo: bytes) -> None:
    values = {"label": "B004", "practice": False, "size": "l"}
    pages = [
        len(
            re.findall(
                rb"/Type\s*/Page\b", compose.to_pdf("photo_sheet", values | back, {"photo.jpg": photo})
            )
        )
        for back in ({}, {"back": ["小金井　花子", "平成2年4月1日"]})
    ]
    assert pages == [1, 2]
