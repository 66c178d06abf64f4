"""access.json: who can sign in on this PC, and the slots that a PIN opens together with the PC."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.staff import Operator, Role
from kiosk.store.folder import not_written, write_durably
from kiosk.store.slots import KdfCost, Slot, SlotOwner

FORMAT: Final = "kiosk-access-v1"
_NAMES: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries in a row, and until when (seconds since 1970) the next one has to wait."""

    count: int = 0
    locked_until: int = 0

    def stricter(self, other: Tries) -> Tries:
        """The worse of two records, so that losing or restoring one of them unlocks nothing."""
        return Tries(max(self.count, other.count), max(self.locked_until, other.locked_until))


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One operator with slot and tries."""

    operator: Operator
    slot: Slot
    tries: Tries = Tries()

    def slot_digest(self) -> str:
        """Names this very slot; kept in the keystore, so an older one put back is not accepted."""
        return hashlib.sha256(self.slot.salt + self.slot.sealed).hexdigest()


@dataclass(frozen=True, slots=True)
class AccessFile:
    """All the sign-in screen reads."""

    folder: str
    kiosk: str
    practice: bool
    entries: tuple[AccessEntry, ...] = ()

    def entry(self, operator: str) -> AccessEntry:
        """The operator's entry; raises Refused("operator_unknown")."""
        for entry in self.entries:
            if entry.operator.id == operator:
                return entry
        raise Refused("operator_unknown")

    def owner(self, operator: Operator) -> SlotOwner:
        """What the operator's slot is bound to."""
        return SlotOwner(self.folder, self.kiosk, self.practice, operator.id, operator.role)

    def with_entry(self, entry: AccessEntry) -> AccessFile:
        """The file with one entry added, or replaced in its place."""
        if any(entry.operator.id == old.operator.id for old in self.entries):
            kept = tuple(entry if old.operator.id == entry.operator.id else old for old in self.entries)
            return replace(self, entries=kept)
        return replace(self, entries=(*self.entries, entry))

    def without(self, operator: str) -> AccessFile:
        """The file with one operator's slot gone."""
        return replace(self, entries=tuple(old for old in self.entries if old.operator.id != operator))


def refuse_unusable_name(untrusted_id: str) -> str:
    """Kiosk and operator ids stand in file names and bound texts: letters, digits, - and _ only."""
    if not _NAMES.fullmatch(untrusted_id):
        raise Refused("id_unusable")
    return untrusted_id


def read_access(path: Path) -> AccessFile:
    """Reads and checks access.json.

    Raises Refused("not_commissioned") when absent, Trouble("access_unreadable", permanent) when damaged.
    """
    try:
        untrusted_bytes = path.read_bytes()
    except FileNotFoundError:
        raise Refused("not_commissioned") from None
    except OSError:
        raise Trouble("access_unreadable") from None
    try:
        return _from_json(json.loads(untrusted_bytes))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError, Refused):
        raise Trouble("access_unreadable", permanent=True) from None


def write_access(path: Path, access: AccessFile) -> None:
    """Replaces access.json atomically; raises Trouble("access_unwritable")."""
    try:
        write_durably(path, (json.dumps(_to_json(access), ensure_ascii=False, indent=1) + "\n").encode())
    except OSError as error:
        raise not_written(error, "access_unwritable") from None


def _to_json(access: AccessFile) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kiosk": access.kiosk,
        "practice": access.practice,
        "folder": access.folder,
        "operators": [
            {
                "id": entry.operator.id,
                "name": entry.operator.name,
                "role": entry.operator.role.value,
                "kdf": "argon2id",
                "memory_kib": entry.slot.cost.memory_kib,
                "iterations": entry.slot.cost.iterations,
                "lanes": entry.slot.cost.lanes,
                "salt": b64encode(entry.slot.salt).decode(),
                "slot": b64encode(entry.slot.sealed).decode(),
                "tries": entry.tries.count,
                "locked_until": entry.tries.locked_until,
            }
            for entry in access.entries
        ],
    }


def _from_json(untrusted: dict[str, Any]) -> AccessFile:
    if untrusted["format"] != FORMAT or not isinstance(untrusted["practice"], bool):
        raise ValueError("format")
    entries = tuple(_entry(row) for row in untrusted["operators"])
    if len({entry.operator.id for entry in entries}) != len(entries):
        raise ValueError("two slots for one operator")
    folder = str(untrusted["folder"])
    if not re.fullmatch(r"[0-9a-f]{16}", folder):
        raise ValueError("folder id")
    return AccessFile(folder, refuse_unusable_name(str(untrusted["kiosk"])), untrusted["practice"], entries)


def _entry(untrusted: dict[str, Any]) -> AccessEntry:
    if untrusted["kdf"] != "argon2id":
        raise ValueError("kdf")
    operator = Operator(
        refuse_unusable_name(str(untrusted["id"])), str(untrusted["name"]), Role(untrusted["role"])
    )
    cost = KdfCost(int(untrusted["memory_kib"]), int(untrusted["iterations"]), int(untrusted["lanes"]))
    salt = b64decode(untrusted["salt"], validate=True)
    sealed = b64decode(untrusted["slot"], validate=True)
    if len(salt) != 16 or len(sealed) != 12 + 32 + 16:
        raise ValueError("slot size")
    tries = Tries(max(0, int(untrusted["tries"])), max(0, int(untrusted["locked_until"])))
    return AccessEntry(operator, Slot(salt, cost, sealed), tries)
