"""The ticket put together from drawn pieces is, dot by dot, the ticket the template draws."""

from __future__ import annotations

import random
from typing import Any

import cv2
import numpy as np
import pytest

from kiosk.domain.errors import Refused, Trouble
from kiosk.paper import compose, ticket
from tests.paper.test_ticket import LONG, a_ticket, dots

HAZARDS = (
    {},
    {"number": "W888", "reissue": True},
    {"office": LONG, "service": "交付受付（法定代理人同行・代理人同行）"},
    {"waiting": None, "minutes": None},
    {"waiting": 128, "minutes": 240, "practice": True},
    {"minutes": None},
    {"language_line": ""},
    {"language_line": "Please wait here until your number is called at the window. " * 2},
    {"qr": "Q1:A:260101:C999:00000000"},
    {"qr": "https://example.jp/" + "a" * 60},
    {"office": "小金井\ue000市", "when": "昭和64年1月7日（土）9:05"},
)


@pytest.mark.parametrize("width", [384, 576])
@pytest.mark.parametrize("changes", HAZARDS, ids=range(len(HAZARDS)))
def test_pieces_make_the_templates_own_picture(width: int, changes: dict[str, Any]) -> None:
    values = a_ticket(**changes)
    whole = compose.to_raster("ticket", values, width)
    assert ticket.to_raster(values, width) == whole
    assert ticket.to_raster(values, width) == whole  # and from what is kept by now


@pytest.mark.parametrize("width", [384, 576])
def test_one_long_page_shows_the_same_but_for_a_grey_dot_here_and_there(width: int) -> None:
    png = compose.to_png("ticket", a_ticket(), width_dots=width)
    page = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    paper = dots(ticket.to_raster(a_ticket(), width))
    assert page.shape == paper.shape
    differing = page[(page < 150) != (paper == 1)]
    assert len(differing) <= 4
    assert all(145 <= grey <= 155 for grey in differing)


def test_whatever_changes_between_two_visitors_changes_on_the_paper() -> None:
    dice = random.Random(6)
    for _ in range(12):
        values = a_ticket(
            number=f"{dice.choice('ABC')}{dice.randint(1, 999):03}",
            waiting=dice.choice([None, dice.randint(0, 60)]),
            minutes=dice.choice([None, dice.randint(0, 300)]),
            when=f"令和7年11月9日（日）{dice.randint(9, 13)}:{dice.randint(0, 59):02}",
            qr=f"Q1:KOGANEI:251109:A{dice.randint(1, 999):03}:{dice.getrandbits(32):08X}",
            reissue=dice.random() < 0.3,
            practice=dice.random() < 0.5,
        )
        assert ticket.to_raster(values, 384) == compose.to_raster("ticket", values, 384)


def test_every_value_of_the_paper_belongs_to_one_piece() -> None:
    shown = [value for values in ticket.PIECES.values() for value in values]
    assert sorted(shown) == sorted(set(shown))
    assert set(shown) == set(a_ticket())


def test_what_is_wrong_is_said_also_when_everything_else_is_drawn() -> None:
    ticket.to_raster(a_ticket(), 384)
    with pytest.raises(Trouble, match="paper_glyph"):
        ticket.to_raster(a_ticket(office="小金井市\U00013000"), 384)
    values = a_ticket()
    del values["when"]
    with pytest.raises(Refused, match="paper_values"):
        ticket.to_raster(values, 384)


def test_a_long_day_keeps_no_more_pieces_than_it_may() -> None:
    ticket.forget()
    for number in range(1, 270):
        ticket.to_raster(a_ticket(number=f"A{number:03}", qr=f"Q1:K:251109:A{number:03}:00000000"), 384)
    first = a_ticket(number="A001", qr="Q1:K:251109:A001:00000000")
    assert ticket.to_raster(first, 384) == compose.to_raster("ticket", first, 384)
    ticket.forget()
