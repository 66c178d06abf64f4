"""Opens a commissioned data folder, locked: all that stands before the sign-in screen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kiosk.domain.errors import Refused
from kiosk.services.clock import Clock
from kiosk.services.commission import DEVICES_FILE, secrets_for
from kiosk.services.desk import Desk
from kiosk.settings import Devices, read_devices, read_text


def open_desk(data: Path, *, day: date | None = None) -> Desk:
    """The desk of `data`, nobody signed in; `day` sets the program's day, in practice only.

    Raises Refused("commission_needed", "already_running"), SettingsUnreadable, Trouble.
    """
    from kiosk.store.access import read_access
    from kiosk.store.vault import Vault

    access_file = data / "access.json"
    if not access_file.is_file():
        raise Refused("commission_needed", folder=data.name)
    access = read_access(access_file)
    if day is not None and not access.practice:
        raise Refused("not_city_practice")
    vault = Vault(data, secrets_for(data, practice=access.practice))
    devices_file = data / DEVICES_FILE
    try:
        devices = read_devices(read_text(devices_file), DEVICES_FILE) if devices_file.is_file() else Devices()
    except BaseException:
        vault.close()
        raise
    return Desk(vault=vault, clock=Clock(day), devices=devices, kiosk=access.kiosk, practice=access.practice)
