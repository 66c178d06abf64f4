"""The settings file between kiosks of one site: signed by the office kiosk, readable by its sisters only."""

from __future__ import annotations

import io
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.domain.canonical import canonical, read_canonical
from kiosk.domain.errors import Refused
from kiosk.domain.site import LARGEST_SETUP, REASONS, Setup
from kiosk.sealing import sshsig
from kiosk.sealing.age import decrypt, encrypt
from kiosk.sealing.keys import AgeIdentity

NAMESPACE = "kiosk-setup-v1"
LARGEST_FILE = 4 * LARGEST_SETUP


def seal_setup(setup: Setup, key: Ed25519PrivateKey, recipients: Sequence[str]) -> bytes:
    """The file: an age file to `recipients` that holds document and OpenSSH signature."""
    document = setup.to_bytes()
    signature = sshsig.sign(document, key, NAMESPACE).decode("ascii")
    plain = io.BytesIO(canonical({"setup": document.decode(), "signature": signature}))
    sealed = io.BytesIO()
    encrypt(plain, sealed, recipients)
    return sealed.getvalue()


def open_setup(untrusted: bytes, identity: AgeIdentity, pinned: Ed25519PublicKey) -> Setup:
    """The settings, opened in memory, when the pinned office kiosk has signed exactly these.

    Raises Refused `setup_…`, `payload_not_for_us`, `payload_undecipherable`, `signature_…`.
    """
    if len(untrusted) > LARGEST_FILE:
        raise Refused("setup_malformed")
    plain = io.BytesIO()
    decrypt(io.BytesIO(untrusted), plain, identity)
    fields = read_canonical(plain.getvalue(), REASONS, LARGEST_FILE)
    document = fields.text("setup", r"(?s).{1,2000000}").encode()
    signature = sshsig.parse(fields.text("signature", r"(?s).{1,4096}").encode())
    fields.finish()
    sshsig.verify(document, signature, NAMESPACE)
    if not sshsig.same_key(signature.public, pinned):
        raise Refused("setup_other_office")
    return Setup.from_bytes(document)
