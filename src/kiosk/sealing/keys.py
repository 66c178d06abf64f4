"""Ed25519 signing keys and age identities, in the forms stock tools read."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

import pyrage  # type: ignore[import-untyped]
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.errors import Refused

KEY_TYPE = "ssh-ed25519"


def new_signing_key() -> Ed25519PrivateKey:
    """A fresh signing key from the system's random source."""
    return Ed25519PrivateKey.generate()


def signing_key_to_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes that are kept inside office.db."""
    return key.private_bytes_raw()


def signing_key_from_bytes(raw: bytes) -> Ed25519PrivateKey:
    """The key from its 32 bytes; ValueError for another length."""
    return Ed25519PrivateKey.from_private_bytes(raw)


def signing_key_to_openssh(key: Ed25519PrivateKey) -> bytes:
    """An unprotected OpenSSH private key file, as `ssh-keygen -Y sign -f` reads it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )


def signing_key_from_openssh(untrusted: bytes) -> Ed25519PrivateKey:
    """The Ed25519 key of an OpenSSH private key file; Refused("key_unreadable")."""
    try:
        key = serialization.load_ssh_private_key(untrusted, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Refused("key_unreadable") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused("key_unreadable")
    return key


def string(content: bytes) -> bytes:
    """The wire format's string: length as 32 bits, then the bytes (RFC 4251)."""
    return len(content).to_bytes(4, "big") + content


def public_blob(key: Ed25519PublicKey) -> bytes:
    """The public key in SSH wire format."""
    return string(KEY_TYPE.encode()) + string(key.public_bytes_raw())


def public_from_blob(untrusted: bytes) -> Ed25519PublicKey:
    """The key of an SSH wire format blob; ValueError for any other key type or length."""
    head = string(KEY_TYPE.encode()) + (32).to_bytes(4, "big")
    if len(untrusted) != len(head) + 32 or not untrusted.startswith(head):
        raise ValueError("not an Ed25519 key")
    return Ed25519PublicKey.from_public_bytes(untrusted[len(head) :])


def public_line(key: Ed25519PublicKey) -> str:
    """`ssh-ed25519 AAAA…`, without a comment."""
    return f"{KEY_TYPE} {base64.b64encode(public_blob(key)).decode('ascii')}"


def public_from_line(untrusted: str) -> Ed25519PublicKey:
    """The key of `ssh-ed25519 AAAA… [comment]`; ValueError otherwise."""
    words = untrusted.split()
    if len(words) < 2 or words[0] != KEY_TYPE:
        raise ValueError("not an Ed25519 key line")
    return public_from_blob(base64.b64decode(words[1], validate=True))


def key_fingerprint(key: Ed25519PublicKey) -> str:
    """OpenSSH's own `SHA256:…` of a public key."""
    digest = hashlib.sha256(public_blob(key)).digest()
    return "SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("=")


def in_fours(sha256: str) -> str:
    """A hash to be read aloud: groups of four."""
    return " ".join(sha256[at : at + 4] for at in range(0, len(sha256), 4))


@dataclass(frozen=True, slots=True)
class AgeIdentity:
    """The private half that opens payloads; its text never appears in repr or logs."""

    _secret: str
    recipient: str

    def __repr__(self) -> str:
        return f"AgeIdentity({self.recipient})"

    @staticmethod
    def new() -> AgeIdentity:
        """A fresh X25519 identity."""
        identity = pyrage.x25519.Identity.generate()
        return AgeIdentity(str(identity), str(identity.to_public()))

    @staticmethod
    def from_file_text(untrusted: str) -> AgeIdentity:
        """The first identity of a file as `age-keygen` writes it; Refused("key_unreadable")."""
        for line in untrusted.splitlines():
            if line.startswith("AGE-SECRET-KEY-1"):
                try:
                    identity = pyrage.x25519.Identity.from_str(line.strip())
                except pyrage.IdentityError:
                    break
                return AgeIdentity(str(identity), str(identity.to_public()))
        raise Refused("key_unreadable")

    def to_file_text(self, created: str) -> str:
        """An identity file for `age -d -i`; `created` is an ISO time for the comment."""
        return f"# created: {created}\n# public key: {self.recipient}\n{self._secret}\n"

    def for_opening(self) -> Any:
        """The library's own identity."""
        return pyrage.x25519.Identity.from_str(self._secret)


def recipient_sha256(recipient: str) -> str:
    """How a manifest names a recipient."""
    return hashlib.sha256(recipient.encode("utf-8")).hexdigest()
