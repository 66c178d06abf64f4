"""Tickets on one strip: every dot of each, and a line to tear along between."""

from __future__ import annotations

import pytest

from kiosk.domain.raster import GAP_DOTS, Raster, stacked

BLACK = Raster(24, 2, b"\xff" * 6)


def test_two_pictures_and_a_broken_line_between() -> None:
    strip = stacked((BLACK, BLACK))
    assert (strip.width_dots, strip.height_dots) == (24, 2 + GAP_DOTS + 2)
    assert strip.rows.startswith(BLACK.rows)
    assert strip.rows.endswith(BLACK.rows)
    middle = strip.rows[len(BLACK.rows) : -len(BLACK.rows)]
    lines = [middle[at : at + 3] for at in range(0, len(middle), 3)]
    assert lines.count(b"\xff\x00\xff") == 2
    assert set(lines) == {b"\x00" * 3, b"\xff\x00\xff"}


def test_one_picture_stays_as_it_is_and_two_widths_are_a_mistake() -> None:
    assert stacked((BLACK,)) == BLACK
    with pytest.raises(ValueError, match="widths"):
        stacked((BLACK, Raster(16, 1, b"\x00\x00")))
