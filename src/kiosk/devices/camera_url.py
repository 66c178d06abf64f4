"""Opens the camera that the settings name by URL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.devices.camera import NamedCamera, VideoCamera
from kiosk.devices.camera_faults import PlannedCamera, spells_of
from kiosk.devices.camera_held import HeldPaper
from kiosk.devices.camera_virtual import ClipCamera, practice_clip
from kiosk.domain.errors import Refused

if TYPE_CHECKING:
    from kiosk.devices.ports import Camera

HELD = "held="


def open_camera(url: str, *, practice: bool) -> Camera:
    """The (still closed) camera that `url` names: camera:IDENTITY, index:0, file:…, images:…, virtual:.

    virtual: also takes faults, in seconds from the first opening: virtual:gone@20-50,frozen@70-75, and
    first a picture that is held before the lens while its file is there: virtual:held=slip.png.

    Raises Refused("camera_url") for anything else and Refused("camera_practice_only") for a played camera
    outside practice.
    """
    kind, colon, rest = url.partition(":")
    if colon and kind == "index" and rest.isascii() and rest.isdigit() and int(rest) < 100:
        return VideoCamera(int(rest))
    if colon and kind in ("file", "images") and rest:
        return ClipCamera(rest, practice=practice)
    if colon and kind == "camera" and rest:
        return NamedCamera(rest)
    if colon and kind == "virtual":
        return _practised(rest, practice=practice)
    raise Refused("camera_url", url=kind if colon else "?")


def _practised(options: str, *, practice: bool) -> Camera:
    played: Camera = ClipCamera(practice_clip(), practice=practice)
    first, _, faults = options.partition(",")
    if first.startswith(HELD):
        if first == HELD:
            raise Refused("camera_url", url="virtual")
        played = HeldPaper(played, Path(first.removeprefix(HELD)))
    else:
        faults = options
    return PlannedCamera(played, spells_of(faults)) if faults else played
