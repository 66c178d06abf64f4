"""The flyer as the printing house gets it: the code reads, nothing stands in a fold or at the cut."""

from __future__ import annotations

from datetime import date
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from kiosk.cli.session import profile_named
from kiosk.domain.errors import Refused
from kiosk.paper import compose
from kiosk.services.catalogue import agenda_days
from kiosk.services.flyer import flyer_values
from kiosk.settings.profile import Flyer, Profile

PPI = 200
SLUG_MM, WIDTH_MM, HEIGHT_MM = 10, 210, 297
SAFE_MM = 6
ADDRESS = "https://yoyaku.example.jp/koganei-mynumber/"


def px(mm: float) -> int:
    return round(mm / 25.4 * PPI)


@pytest.fixture(scope="module")
def profile() -> Profile:
    rules = profile_named("koganei")
    places = {day.date: rules.venues[0].name for day in agenda_days(rules)}
    return rules.model_copy(update={"flyer": Flyer(booking_url=ADDRESS, venues=places)})


@pytest.fixture(scope="module")
def page(profile: Profile) -> NDArray[np.uint8]:
    """The raster of the print file at 200 dpi, in colour."""
    png = compose.to_png("flyer", flyer_values(profile, "2025-11", practice=False), ppi=PPI)
    return np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def cut(page: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The sheet after cutting."""
    at = px(SLUG_MM)
    return page[at : at + px(HEIGHT_MM), at : at + px(WIDTH_MM)]


def test_the_code_on_the_first_panel_leads_to_the_booking_site(page: NDArray[np.uint8]) -> None:
    first = cut(page)[: px(HEIGHT_MM / 2), : px(WIDTH_MM / 2)]
    assert [code.text for code in zxingcpp.read_barcodes(first)] == [ADDRESS]


def test_nothing_stands_in_a_fold_or_at_the_cut(page: NDArray[np.uint8]) -> None:
    sheet = cut(page)
    for top in (0, HEIGHT_MM / 2):
        for left in (0, WIDTH_MM / 2):
            panel = sheet[
                px(top) + 2 : px(top + HEIGHT_MM / 2) - 2, px(left) + 2 : px(left + WIDTH_MM / 2) - 2
            ]
            inside = px(SAFE_MM)
            ground = panel[0, 0]
            rim = np.ones(panel.shape[:2], bool)
            rim[inside:-inside, inside:-inside] = False
            assert np.abs(panel[rim].astype(int) - ground.astype(int)).max() <= 2


def test_the_ground_runs_three_millimetres_over_the_cut_and_marks_stand_outside(
    page: NDArray[np.uint8],
) -> None:
    slug, bleed = px(SLUG_MM), px(3)
    panel = page[slug + 20, slug + 20]
    assert (page[slug - bleed + 2, slug + 40] == panel).all()
    assert (page[slug - bleed - 4, slug + 40] == 255).all()
    fold_mark = page[2 : slug - bleed - 2, slug + px(WIDTH_MM / 2) - 3 : slug + px(WIDTH_MM / 2) + 4]
    crop_mark = page[slug - 3 : slug + 4, 2 : slug - bleed - 2]
    assert fold_mark.min() < 128
    assert crop_mark.min() < 128


def test_the_days_are_those_of_the_agenda(profile: Profile) -> None:
    days = [day for day in agenda_days(profile) if date(2025, 12, 1) <= day.date <= date(2026, 2, 28)]
    values = flyer_values(profile, "2025-12", practice=False)
    assert [row["day"] for row in values["sessions"]] == [
        f"{day.date.month}月{day.date.day}日（{day.weekday}）" for day in days
    ]
    assert {row["venue"] for row in values["sessions"]} == {profile.venues[0].name}


def test_without_an_address_of_the_city_there_is_no_flyer() -> None:
    with pytest.raises(Refused, match="flyer_address"):
        flyer_values(profile_named("koganei"), "2025-11", practice=False)


@pytest.mark.parametrize("count", [0, 27])
def test_any_number_of_days_the_panel_holds_is_printed(count: int) -> None:
    assert compose.to_pdf("flyer", sessions(count)).startswith(b"%PDF")


def test_more_days_than_the_panel_holds_are_refused_not_cut_off() -> None:
    with pytest.raises(Refused, match="paper_values"):
        compose.to_pdf("flyer", sessions(28))


def sessions(count: int) -> dict[str, Any]:
    row = {"day": "12月28日（日）", "venue": "貫井北センター　学習室A・B"}
    return compose.sample("flyer") | {"sessions": [row] * count}
