"""The proof that a folder is a stick: a volume of its own, and not one the system stands on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from kiosk.devices.ports import MountedDrive
from kiosk.domain.errors import Trouble


def proven(
    path: Path, *, serial: str, label: str, is_system_volume: Callable[[Path, int], bool]
) -> MountedDrive:
    """The mounted volume at `path`; raises Trouble("drive_not_mounted").

    An unmounted mount point is an ordinary folder of the system disk: writing there would "succeed".
    """
    try:
        device = path.stat().st_dev
        if not os.path.ismount(path) or is_system_volume(path, device):
            raise Trouble("drive_not_mounted")
        free = shutil.disk_usage(path).free
    except OSError:
        raise Trouble("drive_not_mounted") from None
    return MountedDrive(serial, label, path, device, free)
