"""Seals a session into one file, and reads what everybody may read of such a file."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from string import Template

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk import paths
from kiosk.domain.batch import (
    COUNTED_FILES,
    COUNTED_KINDS,
    HEADER_NAME,
    LARGEST_COUNTED,
    PAYLOAD_NAME,
    TELLING_KINDS,
    BatchFacts,
    Header,
    Manifest,
    Payload,
    counted,
)
from kiosk.domain.errors import Refused, Trouble
from kiosk.sealing import age, sshsig
from kiosk.sealing.archive import Entry, TarSource
from kiosk.sealing.atomic import whole_file
from kiosk.sealing.container import CHUNK, PayloadWriter, Reader, read_container
from kiosk.sealing.keys import recipient_sha256

Progress = Callable[[int], None]


class Tally:
    """Counts the payload's records as they pass."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(COUNTED_KINDS, 0)

    def add(self, name: str, content: bytes) -> None:
        """One file of the payload."""
        found = counted(name, content)
        if found is not None:
            self.counts[found[0]] = self.counts.get(found[0], 0) + found[1]

    def difference(self, facts: BatchFacts) -> str | None:
        """The first kind of which the manifest says another number."""
        told = facts.counts
        return next((kind for kind in TELLING_KINDS if self.counts.get(kind, 0) != told.get(kind, 0)), None)


@dataclass(frozen=True, slots=True)
class SealedBatch:
    """What the ledger keeps of a finished batch."""

    path: Path
    name: str
    size: int
    manifest: Manifest
    manifest_sha256: str
    payload_sha256: str
    payload_size: int
    plaintext_sha256: str
    plaintext_size: int


def readme(facts: BatchFacts) -> bytes:
    """README.txt of a batch: how to check and open it with stock tools, Japanese and English."""
    text = (paths.resources() / "catalogue" / "batch_readme.txt").read_text(encoding="utf-8")
    filled = Template(text).substitute(
        batch=facts.name.file, kiosk=facts.kiosk, session=facts.session.isoformat()
    )
    return filled.replace("\r\n", "\n").encode("utf-8")


def seal_batch(
    target: Path,
    entries: Iterable[Entry],
    facts: BatchFacts,
    *,
    signing_key: Ed25519PrivateKey,
    recipients: Sequence[str],
    progress: Progress | None = None,
) -> SealedBatch:
    """Streams `entries` (name, bytes) through tar, age and ZIP into `target`, whole or not at all.

    header.json is added as the first entry; no plaintext touches the disk. `progress` gets the bytes of
    plaintext so far. An older file under the same name is replaced only by the finished new one.
    Raises Refused `seal_counts`, `seal_too_large`, `recipient_unusable`, `manifest_field`; Trouble
    `seal_disk`.
    """
    about = readme(facts)
    header = _header(facts, recipients, about)
    tally = Tally()
    passed = 0

    def watch(name: str, content: bytes) -> None:
        nonlocal passed
        if name in COUNTED_FILES and len(content) > LARGEST_COUNTED:
            raise Refused("seal_too_large")
        tally.add(name, content)
        passed += len(content)
        if progress is not None:
            progress(passed)

    source = TarSource(chain([(HEADER_NAME, header.to_bytes())], entries), watch)
    try:
        with whole_file(target, private=True) as stream:
            writer = PayloadWriter(stream)
            age.encrypt(source, writer, recipients)
            wrong = tally.difference(facts)
            if wrong is not None:
                # The city counts the same way and would have to refuse it.
                raise Refused("seal_counts", kind=wrong)
            payload = Payload(PAYLOAD_NAME, writer.size, writer.sha256)
            manifest = Manifest(header, payload, source.sha256)
            signed = manifest.to_bytes()
            size = writer.finish(signed, sshsig.sign(signed, signing_key, sshsig.BATCH), about)
    except OSError as error:
        raise Trouble("seal_disk", number=error.errno or 0) from error
    return SealedBatch(
        path=target,
        name=facts.name.file,
        size=size,
        manifest=manifest,
        manifest_sha256=manifest.sha256(),
        payload_sha256=payload.sha256,
        payload_size=payload.size,
        plaintext_sha256=manifest.plaintext_sha256,
        plaintext_size=source.size,
    )


def _header(facts: BatchFacts, recipients: Sequence[str], about: bytes) -> Header:
    age.refuse_unusable(recipients)
    header = Header(
        facts=facts,
        readme_sha256=hashlib.sha256(about).hexdigest(),
        recipients=tuple(recipient_sha256(recipient) for recipient in recipients),
        nonce=secrets.token_hex(32),
    )
    # What the city's reader would refuse is refused here, before anything is encrypted.
    Manifest.from_bytes(Manifest(header, Payload(PAYLOAD_NAME, 1, "0" * 64), "0" * 64).to_bytes())
    return header


@dataclass(frozen=True, slots=True)
class OuterBatch:
    """A batch that agrees with itself: canonical, hashes right, signed by `public`, whoever that is."""

    manifest: Manifest
    manifest_bytes: bytes
    manifest_sha256: str
    signature: bytes
    public: Ed25519PublicKey
    readme: bytes
    size: int


def read_outer(untrusted: Path | Reader, progress: Progress | None = None) -> OuterBatch:
    """Reads a batch once, front to back, without opening the payload; bounded memory.

    Whose key signed is for the caller to judge. Raises Refused with the reason for any byte that is not
    as it was sealed (`batch_…`, `payload_tampered`, `manifest_…`, `signature_…`, `readme_tampered`) and
    Trouble as `unreadable` when the file cannot be read.
    """
    try:
        if isinstance(untrusted, Path):
            with untrusted.open("rb", buffering=0) as stream:
                contents = read_container(stream, progress)
        else:
            contents = read_container(untrusted, progress)
    except OSError as error:
        raise unreadable(untrusted if isinstance(untrusted, Path) else None, error) from error
    signature = sshsig.parse(contents.signature)
    sshsig.verify(contents.manifest, signature, sshsig.BATCH)
    manifest = Manifest.from_bytes(contents.manifest)
    if (manifest.payload.size, manifest.payload.sha256) != (contents.payload_size, contents.payload_sha256):
        raise Refused("payload_tampered")
    if hashlib.sha256(contents.readme).hexdigest() != manifest.header.readme_sha256:
        raise Refused("readme_tampered")
    return OuterBatch(
        manifest=manifest,
        manifest_bytes=contents.manifest,
        manifest_sha256=hashlib.sha256(contents.manifest).hexdigest(),
        signature=contents.signature,
        public=signature.public,
        readme=contents.readme,
        size=contents.size,
    )


def unreadable(path: Path | None, error: OSError) -> Trouble:
    """Why a batch could not be read, as far as somebody can do something about it: it is not there, it is a
    folder, it is closed to this person, or (`batch_unreadable`, with the system's number) its medium failed.
    """
    if path is not None:
        # Windows says "no permission" of a folder too.
        if path.is_dir():
            return Trouble("batch_is_folder", name=path.name)
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return Trouble("batch_absent", name=path.name)
        if isinstance(error, PermissionError):
            return Trouble("batch_forbidden", name=path.name)
    return Trouble("batch_unreadable", number=error.errno or 0)


def verify_own(
    written: Path | Reader, public: Ed25519PublicKey, manifest_sha256: str, progress: Progress | None = None
) -> OuterBatch:
    """The kiosk's read-back of what it wrote, with its public key only.

    `written` may be a reader that goes past the cache. Raises as `read_outer`, and
    Refused("signature_not_ours") or Refused("batch_other") when it is another batch.
    """
    outer = read_outer(written, progress)
    if not sshsig.same_key(outer.public, public):
        raise Refused("signature_not_ours")
    if outer.manifest_sha256 != manifest_sha256:
        raise Refused("batch_other")
    return outer


def file_sha256(path: Path) -> str:
    """Hash of a whole batch file, read by the MiB. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        while block := stream.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()
