"""Which keystore a data folder's secrets are in, and where its papers lie."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.store.device_secrets import DeviceSecrets

PAPERS_FOLDER = "papers"


def secrets_for(data: Path, *, practice: bool) -> DeviceSecrets:
    """The OS keystore; in practice a development file beside the data."""
    from kiosk.store.device_secrets import FileSecrets, KeyringSecrets

    if practice:
        return FileSecrets(data / "practice-secrets.json", practice=True)
    return KeyringSecrets()
