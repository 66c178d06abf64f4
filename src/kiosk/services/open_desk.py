"""Opens a commissioned data folder, locked: all that stands before the sign-in screen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.errors import Refused
from kiosk.services.clock import Clock
from kiosk.services.desk import Desk
from kiosk.services.keystore import PAPERS_FOLDER as PAPERS_FOLDER
from kiosk.services.keystore import secrets_for as secrets_for
from kiosk.settings import Devices, read_devices, read_text

if TYPE_CHECKING:
    from kiosk.store.schema import Older
    from kiosk.store.vault import KdfCost

DEVICES_FILE = "devices.toml"
LOGS_FOLDER = "logs"


def open_desk(data: Path, *, day: date | None = None, cost: KdfCost | None = None) -> Desk:
    """The desk of `data`, nobody signed in; `day` sets the program's day, in practice only.

    `cost` is the least a PIN's key derivation may cost, the standard by default; only tests give one.

    Raises Refused("commission_needed", "already_running", "retired_already", "retire_unfinished"),
    SettingsUnreadable, Trouble.
    """
    from kiosk.services.order import refuse_at_its_end
    from kiosk.store.access import read_access
    from kiosk.store.vault import STANDARD_COST, Vault

    refuse_at_its_end(data)
    access_file = data / "access.json"
    if not access_file.is_file():
        raise Refused("commission_needed", folder=data.name)
    access = read_access(access_file)
    if day is not None and not access.practice:
        raise Refused("not_city_practice")
    vault = Vault(data, secrets_for(data, practice=access.practice), cost=cost or STANDARD_COST)
    devices_file = data / DEVICES_FILE
    try:
        devices = read_devices(read_text(devices_file), DEVICES_FILE) if devices_file.is_file() else Devices()
    except BaseException:
        vault.close()
        raise
    desk = Desk(vault=vault, clock=Clock(day), devices=devices, kiosk=access.kiosk, practice=access.practice)

    def copy_before(older: Older) -> None:
        from kiosk.services.older import CopyBefore

        CopyBefore(desk)(older)

    vault.before_migration = (copy_before,)
    return desk
