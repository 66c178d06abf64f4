"""Public cards: what kiosk and city show each other once, to be read aloud and pinned."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.batch import CITY, KIOSK
from kiosk.domain.canonical import Fields, Reasons, canonical, read_canonical
from kiosk.domain.errors import Refused
from kiosk.sealing import sshsig
from kiosk.sealing.keys import in_fours, public_from_line, public_line

KIOSK_FORMAT = "kiosk-card-v1"
CITY_FORMAT = "kiosk-city-card-v1"
LARGEST_CARD = 4096
REASONS = Reasons(
    malformed="card_malformed",
    duplicate_key="card_duplicate_key",
    not_canonical="card_not_canonical",
    unknown_version="card_unknown_version",
    field="card_field",
)
_RECIPIENT = r"age1[a-z0-9]{20,2000}"
_PUBLIC = r"ssh-ed25519 [A-Za-z0-9+/]{68}"
_SIGNATURE = r"[A-Za-z0-9+/]{86}=="


@dataclass(frozen=True, slots=True)
class KioskCard:
    """A kiosk's public half: who it is, what it signs with, how to encrypt to it."""

    practice: bool
    city: str
    kiosk: str
    public: Ed25519PublicKey
    recipient: str

    def plain(self) -> dict[str, Any]:
        """The fields without the signature."""
        return {
            "format": KIOSK_FORMAT,
            "practice": self.practice,
            "city": self.city,
            "kiosk": self.kiosk,
            "signing_key": public_line(self.public),
            "recipient": self.recipient,
        }

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the card's fields, in groups of four, to be read aloud."""
        return _fingerprint(self.plain())

    def to_text(self, key: Ed25519PrivateKey) -> str:
        """The card, signed by its own key; the text of the QR code as well."""
        return _signed(self.plain(), key)

    @staticmethod
    def from_text(untrusted: str) -> KioskCard:
        """A card whose own signature holds; Refused `card_…`. The fingerprint is for people to compare."""
        fields = _fields(untrusted)
        fields.version(KIOSK_FORMAT)
        card = KioskCard(
            practice=fields.flag("practice"),
            city=fields.text("city", CITY),
            kiosk=fields.text("kiosk", KIOSK),
            public=_public(fields, "signing_key"),
            recipient=fields.text("recipient", _RECIPIENT),
        )
        _check(fields, card.plain(), card.public)
        return card


@dataclass(frozen=True, slots=True)
class CityCard:
    """The city's public half: to whom batches are encrypted, who signs receipts."""

    practice: bool
    recipient: str
    receipt_public: Ed25519PublicKey

    def plain(self) -> dict[str, Any]:
        """The fields without the signature."""
        return {
            "format": CITY_FORMAT,
            "practice": self.practice,
            "recipient": self.recipient,
            "receipt_key": public_line(self.receipt_public),
        }

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the card's fields, in groups of four, to be read aloud."""
        return _fingerprint(self.plain())

    def to_text(self, key: Ed25519PrivateKey) -> str:
        """The card, signed by the receipt key."""
        return _signed(self.plain(), key)

    @staticmethod
    def from_text(untrusted: str) -> CityCard:
        """A card whose own signature holds; Refused `card_…`."""
        fields = _fields(untrusted)
        fields.version(CITY_FORMAT)
        card = CityCard(
            practice=fields.flag("practice"),
            recipient=fields.text("recipient", _RECIPIENT),
            receipt_public=_public(fields, "receipt_key"),
        )
        _check(fields, card.plain(), card.receipt_public)
        return card


def _fields(untrusted: str) -> Fields:
    return read_canonical(untrusted.strip().encode("utf-8", "replace"), REASONS, LARGEST_CARD)


def _public(fields: Fields, name: str) -> Ed25519PublicKey:
    line = fields.text(name, _PUBLIC)
    try:
        return public_from_line(line)
    except ValueError:
        raise fields.wrong(name) from None


def _fingerprint(plain: dict[str, Any]) -> str:
    return in_fours(hashlib.sha256(canonical(plain)).hexdigest())


def _signed(plain: dict[str, Any], key: Ed25519PrivateKey) -> str:
    # The bare 64 bytes, not the armour: a card must fit a QR code a camera reads from paper.
    raw = sshsig.parse(sshsig.sign(canonical(plain), key, sshsig.CARD)).raw
    return canonical({**plain, "signature": base64.b64encode(raw).decode("ascii")}).decode() + "\n"


def _check(fields: Fields, plain: dict[str, Any], public: Ed25519PublicKey) -> None:
    raw = base64.b64decode(fields.text("signature", re.compile(_SIGNATURE).pattern))
    fields.finish()
    signature = sshsig.Signature(public, sshsig.CARD, "sha512", raw)
    try:
        sshsig.verify(canonical(plain), signature, sshsig.CARD)
    except Refused:
        raise Refused("card_signature") from None
