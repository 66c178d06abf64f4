"""The city's signed receipt as two files: JSON and its OpenSSH signature."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.receipt import LARGEST_RECEIPT, Receipt
from kiosk.sealing import sshsig


def sign_receipt(receipt: Receipt, key: Ed25519PrivateKey) -> tuple[bytes, bytes]:
    """(receipt.json, receipt.json.sig)."""
    signed = receipt.to_bytes()
    return signed, sshsig.sign(signed, key, sshsig.RECEIPT)


def verify_receipt(untrusted: bytes, untrusted_signature: bytes, pinned: Ed25519PublicKey) -> Receipt:
    """The receipt, when the pinned key of the city has signed exactly these bytes.

    Raises Refused `signature_…`, `receipt_other_city` or `receipt_…`.
    """
    signature = sshsig.parse(untrusted_signature)
    sshsig.verify(untrusted, signature, sshsig.RECEIPT)
    if not sshsig.same_key(signature.public, pinned):
        raise Refused("receipt_other_city")
    return Receipt.from_bytes(untrusted)


def signature_path(receipt: Path) -> Path:
    """Where the signature of a receipt file stands."""
    return receipt.with_name(f"{receipt.name}.sig")


def read_receipt(path: Path, pinned: Ed25519PublicKey) -> Receipt:
    """The receipt in `path` with the signature beside it.

    Raises as `verify_receipt`; Trouble("receipt_unreadable") when one of the two files cannot be read.
    """
    try:
        with path.open("rb") as stream:
            untrusted = stream.read(LARGEST_RECEIPT + 1)
        with signature_path(path).open("rb") as stream:
            untrusted_signature = stream.read(sshsig.LARGEST_SIGNATURE + 1)
    except OSError as error:
        raise Trouble("receipt_unreadable", number=error.errno or 0) from error
    return verify_receipt(untrusted, untrusted_signature, pinned)
