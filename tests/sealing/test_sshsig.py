"""Our signatures and OpenSSH's are the same bytes, in both directions."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import Refused
from kiosk.sealing import sshsig
from kiosk.sealing.keys import (
    AgeIdentity,
    key_fingerprint,
    new_signing_key,
    public_from_line,
    public_line,
    signing_key_from_bytes,
    signing_key_from_openssh,
    signing_key_to_bytes,
    signing_key_to_openssh,
)
from kiosk.sealing.signers import AllowedSigners, Signer
from tests.sealing.days import run

needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine")
MESSAGE = '{"受領":"済"}'.encode()


@needs_ssh
def test_ssh_keygen_signs_the_same_bytes_as_we_do(tmp_path: Path) -> None:
    assert run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key", cwd=tmp_path).returncode == 0
    key = signing_key_from_openssh((tmp_path / "key").read_bytes())
    (tmp_path / "message").write_bytes(MESSAGE)
    done = run("ssh-keygen", "-Y", "sign", "-f", "key", "-n", sshsig.RECEIPT, "message", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    theirs = (tmp_path / "message.sig").read_bytes()
    assert theirs == sshsig.sign(MESSAGE, key, sshsig.RECEIPT)
    sshsig.verify(MESSAGE, sshsig.parse(theirs), sshsig.RECEIPT)


@needs_ssh
def test_ssh_keygen_signs_with_the_key_file_we_write(tmp_path: Path) -> None:
    key = new_signing_key()
    file = tmp_path / "receipt.key"
    file.write_bytes(signing_key_to_openssh(key))
    file.chmod(0o600)
    (tmp_path / "message").write_bytes(MESSAGE)
    words = ("ssh-keygen", "-Y", "sign", "-f", "receipt.key", "-n", sshsig.RECEIPT, "message")
    assert run(*words, cwd=tmp_path).returncode == 0
    signature = sshsig.parse((tmp_path / "message.sig").read_bytes())
    assert sshsig.same_key(signature.public, key.public_key())
    shown = run("ssh-keygen", "-l", "-f", "receipt.key", cwd=tmp_path).stdout.decode().split()
    assert key_fingerprint(key.public_key()) in shown


@needs_ssh
@pytest.mark.parametrize(
    ("after", "before", "accepted"),
    [
        (None, None, True),
        (datetime(2025, 8, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), True),
        (datetime(2025, 12, 1, tzinfo=UTC), None, False),
        (None, datetime(2025, 11, 1, tzinfo=UTC), False),
        # Both bounds belong to the time of validity.
        (datetime(2025, 11, 5, 4, 0, 0, tzinfo=UTC), None, True),
        (None, datetime(2025, 11, 5, 4, 0, 0, tzinfo=UTC), True),
        (datetime(2025, 11, 5, 4, 0, 1, tzinfo=UTC), None, False),
        (None, datetime(2025, 11, 5, 3, 59, 59, tzinfo=UTC), False),
    ],
)
def test_ssh_keygen_judges_our_allowed_signers_as_we_do(
    tmp_path: Path, after: datetime | None, before: datetime | None, accepted: bool
) -> None:
    key, at = new_signing_key(), datetime(2025, 11, 5, 4, 0, 0, tzinfo=UTC)
    signers = AllowedSigners((Signer("K1", key.public_key(), (sshsig.BATCH,), after, before, "13210"),))
    (tmp_path / "allowed_signers").write_text(signers.to_text(), encoding="ascii")
    (tmp_path / "m.sig").write_bytes(sshsig.sign(MESSAGE, key, sshsig.BATCH))
    done = run(
        *("ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", "K1", "-n", sshsig.BATCH),
        *("-s", "m.sig", "-O", "verify-time=20251105040000Z"),
        cwd=tmp_path,
        stdin=MESSAGE,
    )
    assert (done.returncode == 0) is accepted, done.stderr
    again = AllowedSigners.from_text(signers.to_text())
    assert again.to_text() == signers.to_text()
    if accepted:
        assert again.judge("K1", key.public_key(), sshsig.BATCH, at).city == "13210"
    else:
        with pytest.raises(Refused, match=r"signer_(expired|not_yet)"):
            again.judge("K1", key.public_key(), sshsig.BATCH, at)


def test_each_wrong_signer_has_its_own_reason() -> None:
    key, other = new_signing_key(), new_signing_key()
    now, later = datetime(2025, 11, 5, tzinfo=UTC), datetime(2025, 11, 6, tzinfo=UTC)
    signers = AllowedSigners((Signer("K1", key.public_key(), (sshsig.BATCH,)),))
    for kiosk, public, namespace, reason in (
        ("K2", key.public_key(), sshsig.BATCH, "signer_unknown"),
        ("K1", other.public_key(), sshsig.BATCH, "signer_other_key"),
        ("K1", key.public_key(), sshsig.RECEIPT, "signature_namespace"),
    ):
        with pytest.raises(Refused, match=reason):
            signers.judge(kiosk, public, namespace, now)
    second = Signer("K2", other.public_key(), (sshsig.BATCH,))
    revoked = AllowedSigners.from_text(signers.with_signer(second).with_revoked("K1", now).to_text())
    assert revoked.judge("K2", other.public_key(), sshsig.BATCH, later).principal == "K2"
    for moment in (now, later):
        with pytest.raises(Refused, match="signer_revoked"):
            revoked.judge("K1", key.public_key(), sshsig.BATCH, moment)
    # What was received before the withdrawal stays checkable.
    assert revoked.judge("K1", key.public_key(), sshsig.BATCH, datetime(2025, 11, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    "line",
    [
        "K1",
        "K1 ssh-rsa AAAA",
        'K1 unknown="x" {key}',
        'K1 namespaces="a",namespaces="b" {key}',
        'K1 valid-before="tomorrow" {key}',
        'K1 valid-before="20251399" {key}',
        "K1 cert-authority {key}",
    ],
)
def test_a_line_we_do_not_understand_trusts_nobody(line: str) -> None:
    text = "# kiosks\n\n" + line.replace("{key}", public_line(new_signing_key().public_key())) + "\n"
    with pytest.raises(Refused, match="signers_unreadable") as refused:
        AllowedSigners.from_text(text)
    assert refused.value.facts == {"line": 3}


def test_a_line_written_by_hand_counts_for_all_namespaces() -> None:
    key = new_signing_key().public_key()
    signers = AllowedSigners.from_text(f"K1 {public_line(key)}\n")
    assert signers.judge("K1", key, sshsig.BATCH, datetime(2025, 11, 5, tzinfo=UTC)).city is None


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_any_changed_byte_of_a_signature_is_refused(place: int, change: int) -> None:
    key = signing_key_from_bytes(bytes(range(32)))
    signature = bytearray(sshsig.sign(MESSAGE, key, sshsig.BATCH))
    signature[place % len(signature)] ^= change

    def read() -> None:
        sshsig.verify(MESSAGE, sshsig.parse(bytes(signature)), sshsig.BATCH)

    with pytest.raises(Refused, match="signature_"):
        read()


def test_the_same_signature_in_other_lines_is_refused() -> None:
    signature = sshsig.sign(MESSAGE, new_signing_key(), sshsig.BATCH).decode().split("\n")
    rewrapped = "\n".join([signature[0], "".join(signature[1:-2]), *signature[-2:]]).encode()
    for untrusted in (rewrapped, rewrapped * 20):
        with pytest.raises(Refused, match="signature_unreadable"):
            sshsig.parse(untrusted)


@given(st.binary(max_size=600))
def test_rubbish_is_no_signature(untrusted: bytes) -> None:
    with pytest.raises(Refused, match="signature_unreadable"):
        sshsig.parse(untrusted)


def test_keys_come_back_from_their_stored_forms() -> None:
    key = new_signing_key()
    assert sshsig.same_key(signing_key_from_bytes(signing_key_to_bytes(key)).public_key(), key.public_key())
    assert sshsig.same_key(public_from_line(f"{public_line(key.public_key())} K1"), key.public_key())
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()
    )
    for untrusted in (b"not a key", other):
        with pytest.raises(Refused, match="key_unreadable"):
            signing_key_from_openssh(untrusted)
    for text in ("", "AGE-SECRET-KEY-1NONSENSE\n", "age1public\n"):
        with pytest.raises(Refused, match="key_unreadable"):
            AgeIdentity.from_file_text(text)
    with pytest.raises(ValueError, match="Ed25519"):
        public_from_line("ssh-rsa AAAA")
