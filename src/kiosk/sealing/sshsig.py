"""OpenSSH signatures (SSHSIG) with Ed25519, byte for byte as `ssh-keygen -Y sign` writes them.

Wire format: PROTOCOL.sshsig of OpenSSH.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.errors import Refused
from kiosk.sealing.keys import KEY_TYPE, public_blob, public_from_blob, string

BATCH = "kiosk-batch-v1"
RECEIPT = "kiosk-receipt-v1"
CARD = "kiosk-card-v1"

LARGEST_SIGNATURE = 4096
_MAGIC = b"SSHSIG"
_VERSION = (1).to_bytes(4, "big")
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_LINE = 70


@dataclass(frozen=True, slots=True)
class Signature:
    """A parsed signature; says nothing until `verify` has been asked."""

    public: Ed25519PublicKey
    namespace: str
    hash_name: str
    raw: bytes


def sign(message: bytes, key: Ed25519PrivateKey, namespace: str) -> bytes:
    """The armoured signature file over `message` (SHA-512 inside, OpenSSH's default)."""
    raw = key.sign(_signed_bytes(message, namespace, "sha512"))
    return _armoured(Signature(key.public_key(), namespace, "sha512", raw))


def parse(untrusted: bytes) -> Signature:
    """A signature file in the one spelling OpenSSH writes; Refused("signature_unreadable").

    Only one spelling passes: a signature is part of a batch whose every byte counts.
    """
    try:
        if len(untrusted) > LARGEST_SIGNATURE:
            raise ValueError("too long")
        lines = untrusted.decode("ascii").split("\n")
        if lines[0] != _BEGIN or lines[-2:] != [_END, ""]:
            raise ValueError("no armour")
        signature = _from_blob(base64.b64decode("".join(lines[1:-2]), validate=True))
        if _armoured(signature) != untrusted:
            raise ValueError("another spelling")
    except (ValueError, IndexError):
        raise Refused("signature_unreadable") from None
    return signature


def verify(message: bytes, signature: Signature, namespace: str) -> None:
    """Checks that the signature's own key signed `message` for `namespace`; not whose key it is.

    Raises Refused("signature_namespace") or Refused("signature_wrong").
    """
    if signature.namespace != namespace:
        raise Refused("signature_namespace")
    try:
        signature.public.verify(signature.raw, _signed_bytes(message, namespace, signature.hash_name))
    except InvalidSignature:
        raise Refused("signature_wrong") from None


def same_key(one: Ed25519PublicKey, other: Ed25519PublicKey) -> bool:
    """Whether two public keys are the same."""
    return one.public_bytes_raw() == other.public_bytes_raw()


def _signed_bytes(message: bytes, namespace: str, hash_name: str) -> bytes:
    digest = hashlib.new(hash_name, message).digest()
    return _MAGIC + string(namespace.encode()) + string(b"") + string(hash_name.encode()) + string(digest)


def _blob(signature: Signature) -> bytes:
    return (
        _MAGIC
        + _VERSION
        + string(public_blob(signature.public))
        + string(signature.namespace.encode())
        + string(b"")
        + string(signature.hash_name.encode())
        + string(string(KEY_TYPE.encode()) + string(signature.raw))
    )


def _armoured(signature: Signature) -> bytes:
    text = base64.b64encode(_blob(signature)).decode("ascii")
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join([_BEGIN, *lines, _END, ""]).encode("ascii")


def _from_blob(untrusted: bytes) -> Signature:
    if not untrusted.startswith(_MAGIC + _VERSION):
        raise ValueError("not SSHSIG version 1")
    rest = untrusted[len(_MAGIC) + 4 :]
    parts: list[bytes] = []
    for _ in range(5):
        part, rest = _cut(rest)
        parts.append(part)
    key, namespace, _reserved, hash_name, inner = parts
    kind, inner = _cut(inner)
    raw, inner = _cut(inner)
    if rest or inner or kind != KEY_TYPE.encode() or hash_name not in (b"sha256", b"sha512"):
        raise ValueError("not an Ed25519 signature")
    return Signature(public_from_blob(key), namespace.decode("ascii"), hash_name.decode("ascii"), raw)


def _cut(untrusted: bytes) -> tuple[bytes, bytes]:
    length = int.from_bytes(untrusted[:4], "big")
    if len(untrusted) < 4 + length:
        raise ValueError("cut short")
    return untrusted[4 : 4 + length], untrusted[4 + length :]
