"""The two keys of a kiosk as the director keeps them offline: what `recovery.age` holds when decrypted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

from kiosk.domain.errors import Refused
from kiosk.store.access import AccessFile
from kiosk.store.slots import KEY_BYTES

FORMAT: Final = "kiosk-recovery-v1"


@dataclass(frozen=True, slots=True)
class RecoveryKeys:
    """Master key and device secret of one data folder; never on a disk unless encrypted."""

    folder: str
    kiosk: str
    practice: bool
    master: bytes = field(repr=False)
    device: bytes = field(repr=False)

    def to_bytes(self) -> bytes:
        """The plain text that is encrypted to the director, and to nobody else."""
        return json.dumps(
            {
                "format": FORMAT,
                "folder": self.folder,
                "kiosk": self.kiosk,
                "practice": self.practice,
                "master": self.master.hex(),
                "device": self.device.hex(),
            }
        ).encode()

    @staticmethod
    def from_bytes(untrusted: bytes) -> RecoveryKeys:
        """Reads what was decrypted; Refused("recovery_damaged")."""
        try:
            row = json.loads(untrusted)
            keys = RecoveryKeys(
                str(row["folder"]),
                str(row["kiosk"]),
                row["practice"],
                bytes.fromhex(row["master"]),
                bytes.fromhex(row["device"]),
            )
            whole = (row["format"], type(keys.practice), len(keys.master), len(keys.device))
        except (ValueError, KeyError, TypeError):
            raise Refused("recovery_damaged") from None
        if whole != (FORMAT, bool, KEY_BYTES, KEY_BYTES):
            raise Refused("recovery_damaged")
        return keys

    def refuse_foreign(self, access: AccessFile) -> None:
        """Refused("recovery_foreign") when the keys belong to another data folder."""
        if (self.folder, self.kiosk, self.practice) != (access.folder, access.kiosk, access.practice):
            raise Refused("recovery_foreign")
