"""The number ticket as it lies in the visitor's hand, measured in printer dots."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.raster import Raster
from kiosk.paper import compose

WIDTHS = (384, 576)
# Printed stretches from the top: office, framed service, "受付番号", the number, on a reprint 再発行.
NUMBER, REPRINT = 3, 4
LONG = "小金井市個人番号カード出張交付申請受付窓口市民会館萌え木ホール" * 3


def a_ticket(**changes: Any) -> dict[str, Any]:
    values = {
        "office": "小金井市 出張窓口",
        "service": "交付受付",
        "number": "A012",
        "waiting": 3,
        "minutes": 15,
        "when": "令和7年11月5日（水）10:24",
        "qr": "Q1:13210-1:251105:A012:9F3C22AB",
        "language_line": "Please wait until your number is called.",
        "reissue": False,
        "practice": False,
    }
    return values | changes


def dots(picture: Raster) -> NDArray[np.uint8]:
    """1 is black."""
    rows = np.frombuffer(picture.rows, np.uint8).reshape(picture.height_dots, picture.stride)
    return np.unpackbits(rows, axis=1)[:, : picture.width_dots]


def draw(width: int = 384, **changes: Any) -> NDArray[np.uint8]:
    return dots(compose.to_raster("ticket", a_ticket(**changes), width))


def print_runs(picture: NDArray[np.uint8]) -> list[int]:
    """Heights of the printed stretches between blank rows."""
    inked = picture.any(axis=1).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inked, [0]])))
    return [int(end - start) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def read(picture: NDArray[np.uint8]) -> list[zxingcpp.Barcode]:
    return list(zxingcpp.read_barcodes(np.ascontiguousarray((1 - picture) * 255)))


@pytest.mark.parametrize("width", WIDTHS)
def test_the_picture_is_as_wide_as_the_paper(width: int) -> None:
    assert draw(width).shape[1] == width


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("reissue", [False, True])
def test_the_number_is_at_least_a_hundred_dots_high(width: int, reissue: bool) -> None:
    heights = print_runs(draw(width, reissue=reissue, number="0000"))
    assert heights[NUMBER] >= 100


def test_on_a_reprint_the_word_is_the_largest_type() -> None:
    heights = print_runs(draw(reissue=True))
    code, largest, second = sorted(heights, reverse=True)[:3]
    assert code == 25 * 8
    assert (heights[REPRINT], heights[NUMBER]) == (largest, second)
    assert second >= 100


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("number", ["A012", "W999", "Z000"])
def test_the_code_is_read_from_the_paper(width: int, number: str) -> None:
    text = f"Q1:13210-1:251105:{number}:9F3C22AB"
    assert [code.text for code in read(draw(width, number=number, qr=text))] == [text]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("office", ["小金井市", LONG])
def test_every_module_is_eight_whole_dots(width: int, office: str) -> None:
    picture = draw(width, office=office)
    corner = read(picture)[0].position.top_left
    modules = 25  # version 2, which 38 upper-case characters fit at level M
    left = (width - modules * 8) // 2
    top = next(y for y in range(corner.y - 6, corner.y + 7) if picture[y, left : left + 56].all())
    code = picture[top : top + modules * 8, left : left + modules * 8]
    blocks = code.reshape(modules, 8, modules, 8).sum(axis=(1, 3))
    assert set(np.unique(blocks)) == {0, 64}
    around = picture[top - 32 : top + modules * 8 + 32, left - 32 : left + modules * 8 + 32]
    assert around.sum() == code.sum()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_longest_texts_are_neither_cut_nor_overlapping(width: int) -> None:
    words = a_ticket(office=LONG, service="交付受付（法定代理人同行・代理人同行）", waiting=128, minutes=240)
    words |= {"language_line": "Please wait here until your number is called at the window. " * 2}
    long = dots(compose.to_raster("ticket", words | {"reissue": True, "practice": True}, width))
    short = draw(width, reissue=True, practice=True)
    assert long.shape[0] > short.shape[0]  # more lines need more paper
    bar = 54 * width // 384
    assert not long[bar:, :2].any()  # below the practice bar nothing touches the edge
    assert not long[bar:, -2:].any()
    assert len(read(long)) == 1


def test_a_practice_ticket_says_so_in_white_on_black() -> None:
    bar = draw(practice=True)[:54]
    assert bar.mean() > 0.7
    assert bar[2].all()
    assert draw(practice=False)[:10].sum() == 0


def test_without_an_estimate_the_lines_are_left_out() -> None:
    assert draw(minutes=None).shape[0] < draw().shape[0]
    assert draw(minutes=None, waiting=None).shape[0] < draw(minutes=None).shape[0]


def test_a_character_without_a_picture_is_an_error_in_print() -> None:
    with pytest.raises(Trouble) as told:
        draw(office="小金井市\U00013000")
    assert told.value.key == "paper_glyph"
    assert told.value.facts["codes"] == "U+13000"
    assert told.value.permanent


def test_a_private_character_is_an_empty_box_to_write_in() -> None:
    plain, boxed = draw(office="小金井市"), draw(office="小金井\ue000市")
    assert plain.shape == boxed.shape
    assert boxed[:54].sum() > plain[:54].sum()
    gaiji = draw(office="\ue000")[:54]
    ys, xs = np.nonzero(gaiji)
    box = gaiji[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    assert min(box.shape) >= 24
    assert box[6:-6, 6:-6].sum() == 0
    assert box[:, 0].sum() > 20


@pytest.mark.parametrize("missing", ["qr", "number", "practice"])
def test_a_value_left_out_is_named(missing: str) -> None:
    values = a_ticket()
    del values[missing]
    with pytest.raises(Refused) as told:
        compose.to_raster("ticket", values, 384)
    assert told.value.key == "paper_values"
    assert told.value.facts["missing"] == missing


def test_the_same_values_give_the_same_dots() -> None:
    assert compose.to_raster("ticket", a_ticket(), 384) == compose.to_raster("ticket", a_ticket(), 384)


def test_the_screen_shows_the_dots_of_the_paper() -> None:
    png = compose.to_png("ticket", a_ticket(), width_dots=576)
    shown = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert shown.shape == draw(576).shape
