"""Which cameras are plugged in now, each under its stable name."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from kiosk.devices.camera_found import FoundCamera


def found_cameras() -> tuple[FoundCamera, ...]:
    """The cameras of this machine, by index; empty where the system cannot be asked."""
    if sys.platform == "win32":
        from kiosk.devices.camera_windows import cameras as of_windows

        return of_windows()
    if sys.platform.startswith("linux"):
        from kiosk.devices.camera_linux import cameras as of_linux

        return of_linux()
    return ()


def index_of(identity: str, cameras: Sequence[FoundCamera]) -> int | None:
    """Today's number of exactly this camera; None when it is not there. Never another camera's."""
    return next((camera.index for camera in cameras if camera.identity == identity), None)
