"""How a PIN and this PC together open the master key, and which keys follow from it."""

from __future__ import annotations

# The ciphers come in with the first PIN: the sign-in screen reads slots but opens none.
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.domain.staff import Role, normal_pin

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_SLOT_INFO: Final = b"kiosk slot v1"


@dataclass(frozen=True, slots=True)
class KdfCost:
    """Argon2id parameters: memory in KiB, passes, lanes."""

    memory_kib: int
    iterations: int
    lanes: int

    def __post_init__(self) -> None:
        # The upper bounds keep an edited file from asking for all the memory of the PC.
        if not (8 * self.lanes <= self.memory_kib <= 1024 * 1024):
            raise ValueError("Argon2 memory out of bounds")
        if not (1 <= self.iterations <= 16 and 1 <= self.lanes <= 8):
            raise ValueError("Argon2 passes or lanes out of bounds")

    def is_at_least(self, floor: KdfCost) -> bool:
        """Whether no parameter that costs an attacker anything is below the floor."""
        return self.memory_kib >= floor.memory_kib and self.iterations >= floor.iterations


STANDARD_COST: Final = KdfCost(memory_kib=128 * 1024, iterations=3, lanes=2)
"""128 MiB, three passes, two lanes: a third of a second per try, 57 hours for a million PINs on two cores."""


@dataclass(frozen=True, slots=True)
class SlotOwner:
    """What a slot is bound to: changed anywhere in the file, the slot opens nothing."""

    folder: str
    kiosk: str
    practice: bool
    operator: str
    role: Role

    def bound_to(self, cost: KdfCost) -> bytes:
        """The associated text of the cipher: operator, role, parameters, and the folder they belong to."""
        parts = (
            self.operator,
            self.role.value,
            f"argon2id,{cost.memory_kib},{cost.iterations},{cost.lanes}",
            self.folder,
            self.kiosk,
            "practice" if self.practice else "service",
        )
        return "|".join(parts).encode()


@dataclass(frozen=True, slots=True, repr=False)
class Slot:
    """The master key wrapped for one operator: salt, parameters, nonce and cipher text."""

    salt: bytes
    cost: KdfCost
    sealed: bytes


def new_key() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def close_slot(master: bytes, pin: str, device: bytes, owner: SlotOwner, cost: KdfCost) -> Slot:
    """Wraps the 32-byte master key for one operator; takes a third of a second."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    wrapping = _wrapping_key(pin, salt, device, cost)
    return Slot(salt, cost, nonce + AESGCM(wrapping).encrypt(nonce, master, owner.bound_to(cost)))


def open_slot(slot: Slot, untrusted_pin: str, device: bytes, owner: SlotOwner) -> bytes | None:
    """The master key, or None when PIN, device, operator, role, parameters or folder is another."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    wrapping = _wrapping_key(untrusted_pin, slot.salt, device, slot.cost)
    nonce, sealed = slot.sealed[:_NONCE_BYTES], slot.sealed[_NONCE_BYTES:]
    try:
        return AESGCM(wrapping).decrypt(nonce, sealed, owner.bound_to(slot.cost))
    except InvalidTag:
        return None


def office_key(master: bytes, device: bytes) -> bytes:
    """The key of office.db: master key and this PC's secret, neither of them alone."""
    return _derive(master + device, b"kiosk office v1")


def session_key(master: bytes, session_secret: bytes, day: date, kiosk: str) -> bytes:
    """The key of one session's database: gone for ever with the session's secret."""
    return _derive(master + session_secret, f"kiosk session v1|{day.isoformat()}|{kiosk}".encode())


def _wrapping_key(pin: str, salt: bytes, device: bytes, cost: KdfCost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    argon = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return _derive(argon.derive(normal_pin(pin).encode()) + device, _SLOT_INFO)


def _derive(material: bytes, info: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info).derive(material)
