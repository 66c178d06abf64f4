"""Opens the camera that the settings name by URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.devices.camera import NamedCamera, VideoCamera
from kiosk.devices.camera_faults import PlannedCamera, spells_of
from kiosk.devices.camera_virtual import ClipCamera, practice_clip
from kiosk.domain.errors import Refused

if TYPE_CHECKING:
    from kiosk.devices.ports import Camera


def open_camera(url: str, *, practice: bool) -> Camera:
    """The (still closed) camera that `url` names: camera:IDENTITY, index:0, file:…, images:…, virtual:.

    virtual: also takes faults, in seconds from the first opening: virtual:gone@20-50,frozen@70-75.

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
        played = ClipCamera(practice_clip(), practice=practice)
        return PlannedCamera(played, spells_of(rest)) if rest else played
    raise Refused("camera_url", url=kind if colon else "?")
