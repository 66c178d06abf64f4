"""The camera is set up once per camera and venue; its card tells how it stood."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.portrait import RULES
from kiosk.services.camera_setup import CameraSetup
from tests.domain.test_camera_setup import looks
from tests.house import Counterday

PLACE = {"distance": "120", "height": "115", "light": "正面から2灯", "background": "白い壁"}


def use(day: Counterday, camera: str) -> None:
    day.desk.devices = replace(day.desk.devices, camera=camera)


def test_each_camera_has_its_own_numbers_and_an_unknown_one_the_usual(day: Counterday) -> None:
    setup = CameraSetup(day.desk)
    use(day, "camera:046d:0825:ABC123")
    assert (setup.need(), setup.rules()) == ("never", RULES)

    setup.record(looks(sharp=0.30), PLACE)
    assert setup.need() == ""
    assert setup.rules()["sharp"].good[0] == 0.18
    assert setup.proposal()["distance"] == "120"

    use(day, "camera:1bcf:2284@1-2")
    assert (setup.need(), setup.rules()) == ("never", RULES)
    use(day, "camera:046d:0825:ABC123")
    assert setup.rules()["sharp"].good[0] == 0.18


def test_another_venue_asks_for_it_again_and_keeps_the_last_numbers_until_then(day: Counterday) -> None:
    setup = CameraSetup(day.desk)
    setup.record(looks(sharp=0.30), PLACE)
    with day.desk.office.work() as work:
        opening = work.openings.get(day.desk.session_day, day.desk.kiosk)
        work.openings.save(replace(opening, venue="東小金井駅開設記念会館"))
        work.commit()
    assert setup.need() == "venue"
    assert setup.rules()["sharp"].good[0] == 0.18


def test_the_card_prints_what_was_measured_and_nobodys_face(day: Counterday) -> None:
    setup = CameraSetup(day.desk)
    with pytest.raises(Refused, match="camera_setup_none"):
        setup.card()
    setup.record(looks(), PLACE)
    with day.desk.office.reading() as view:
        opening = view.openings.get(day.desk.session_day, day.desk.kiosk)
    job = setup.card()
    assert job.file == "camera_setup-1.pdf"
    assert (job.values["distance"], job.values["venue"]) == ("120", opening.venue)
    assert {row["name"]: row["value"] for row in job.values["rows"]}["ピント"] == "0.25"
    assert job.run().startswith(b"%PDF-")


def test_staff_may_look_and_a_distance_has_to_be_a_number(day: Counterday) -> None:
    setup = CameraSetup(day.desk)
    for wrong in ("", "1.2m", "5", "\uff11\uff12\uff10"):
        with pytest.raises(Refused, match="camera_setup_centimetres"):
            setup.record(looks(), {**PLACE, "distance": wrong})
    assert setup.may_record
    day.sign_in_staff()
    assert not setup.may_record
    with pytest.raises(Refused, match="not_allowed"):
        setup.record(looks(), PLACE)
    assert setup.newest() is None
