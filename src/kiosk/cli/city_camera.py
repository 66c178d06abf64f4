"""The city's card for a first commissioning, held before this PC's camera instead of brought as a file."""

from __future__ import annotations

import sys
import time

from kiosk.cli.console import Console
from kiosk.domain.errors import Refused

WITHIN_S = 60.0
PLAYED = ("file:", "images:", "virtual:")


def scanned_city_card(console: Console, url: str, *, within_s: float = WITHIN_S) -> str:
    """The text of the first city card that is held before the camera at `url`.

    Raises Refused city_card_unseen when none came in time, camera_practice_only for a played camera that
    shows a real city's card, camera_url; Trouble camera_absent, camera_busy, camera_lost.
    """
    from kiosk.devices.camera_url import open_camera
    from kiosk.sealing.cards import CityCard
    from kiosk.services.codes import CodeEyes

    is_played = url.startswith(PLAYED)
    camera, eyes = open_camera(url, practice=is_played), CodeEyes()
    sys.stderr.write(console.texts.get("cli.show_city_card") + "\n")
    camera.open()
    try:
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            for untrusted_text in eyes.look(camera.read()):
                try:
                    card = CityCard.from_text(untrusted_text)
                except Refused:
                    # Another code in sight, or half of this one: the person goes on aiming.
                    continue
                if is_played and not card.practice:
                    raise Refused("camera_practice_only")
                return untrusted_text
    finally:
        camera.close()
    raise Refused("city_card_unseen")
