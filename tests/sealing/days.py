"""Builds a day at the counter, sealed: three visits, two portraits, their papers."""

from __future__ import annotations

import hashlib
import json
import subprocess
import zlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain.batch import BatchFacts, JournalHead, NamedDifference, TicketLine
from kiosk.sealing import sshsig
from kiosk.sealing.batchfile import SealedBatch, seal_batch
from kiosk.sealing.keys import AgeIdentity, new_signing_key

JST = timezone(timedelta(hours=9))
VISITS = {
    "visits": [
        {"ticket": "A001", "name": "試験 花子", "steps": []},
        {"ticket": "A002", "name": "試験 太郎", "steps": []},
        {"ticket": "B001", "name": "試験 次郎", "steps": []},
    ]
}
PORTRAIT = bytes(range(256)) * 40
FILES: tuple[tuple[str, bytes], ...] = (
    ("visits.csv", "番号,氏名\r\nA001,試験 花子\r\n".encode("utf-8-sig")),
    ("visits.json", json.dumps(VISITS, ensure_ascii=False).encode()),
    ("custody.csv", b"ticket,paper,count\r\nA001,F01,1\r\nA001,F02,1\r\n"),
    ("applications.csv", b"ticket,result\r\nB001,applied_online\r\n"),
    ("journal.jsonl", b"{}\n"),
    ("portraits/B001.jpg", PORTRAIT),
    ("portraits/A002.jpg", PORTRAIT[::-1] + b"x"),
)


def facts(**changes: Any) -> BatchFacts:
    """The manifest's facts for `FILES`."""
    return replace(
        BatchFacts(
            practice=False,
            city="13210",
            kiosk="K1",
            lead="K1",
            seq=1,
            prev=None,
            supersedes=None,
            session=date(2025, 11, 5),
            created_at=datetime(2025, 11, 5, 13, 20, 11, tzinfo=JST),
            software="kiosk 0.1.0",
            counts={"visits": 3, "portraits": 2, "custody": 2, "applications": 1},
            differences=(NamedDifference("paper_missing", "A002", "F09", "写しは後日", True),),
            tickets=(
                TicketLine("A001", "accepted", 2),
                TicketLine("A002", None, 0),
                TicketLine("B001", "applied_online", 0),
            ),
            custody={"F01": 1, "F02": 1},
            journal=JournalHead(12, "ab" * 32),
        ),
        **changes,
    )


@dataclass(frozen=True)
class Day:
    """Keys and batch of one day."""

    folder: Path
    key: Ed25519PrivateKey
    city: AgeIdentity
    sealed: SealedBatch

    @property
    def content(self) -> bytes:
        return self.sealed.path.read_bytes()


def a_day(
    folder: Path,
    *,
    key: Ed25519PrivateKey | None = None,
    city: AgeIdentity | None = None,
    files: tuple[tuple[str, bytes], ...] = FILES,
    **changes: Any,
) -> Day:
    """Seals a day into `folder` under its proper name."""
    key = key or new_signing_key()
    city = city or AgeIdentity.new()
    about = facts(**changes)
    sealed = seal_batch(folder / about.name.file, files, about, signing_key=key, recipients=[city.recipient])
    return Day(folder, key, city, sealed)


def pieces(container: bytes) -> dict[str, bytes]:
    """The four files of a batch, by the standard library's reader."""
    import io

    with ZipFile(io.BytesIO(container)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zipped(contents: dict[str, bytes], compression: int = ZIP_STORED) -> bytes:
    """The container as the standard library writes it: an independent statement of the canonical form."""
    import io

    stream = io.BytesIO()
    with ZipFile(stream, "w", compression) as made:
        for name, content in contents.items():
            entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            entry.compress_type = compression
            zip64 = name.endswith(".age")
            if zip64:
                entry.create_version = entry.extract_version = 45
            with made.open(entry, "w", force_zip64=zip64) as member:
                member.write(content)
        large = [entry.header_offset for entry in made.infolist() if entry.filename.endswith(".age")]
    written = bytearray(stream.getvalue())
    for at in large:
        # Python before 3.11.4 (Debian 12 has 3.11.2) leaves the sizes in place beside the ZIP64 field.
        written[at + 18 : at + 26] = b"\xff" * 8
    return bytes(written)


def resigned(
    container: bytes, manifest: bytes, key: Ed25519PrivateKey, namespace: str = sshsig.BATCH
) -> bytes:
    """The container with another manifest, properly signed by `key`."""
    contents = pieces(container)
    contents["manifest.json"] = manifest
    contents["manifest.json.sig"] = sshsig.sign(manifest, key, namespace)
    return zipped(contents)


def broken_inside(container: bytes, key: Ed25519PrivateKey) -> bytes:
    """A batch that is right from outside, signed by its kiosk, whose records do not decrypt."""
    contents = pieces(container)
    manifest = json.loads(contents["manifest.json"])
    cipher = bytearray(contents["payload.tar.age"])
    cipher[-20] ^= 1
    contents["payload.tar.age"] = bytes(cipher)
    manifest["payload"]["sha256"] = hashlib.sha256(cipher).hexdigest()
    signed = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    contents["manifest.json"] = signed
    contents["manifest.json.sig"] = sshsig.sign(signed, key, sshsig.BATCH)
    return zipped(contents)


def run(*words: str | Path, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A stock tool."""
    return subprocess.run(
        [str(word) for word in words], cwd=cwd, input=stdin, capture_output=True, check=False
    )


def crc(content: bytes) -> int:
    """CRC-32 as ZIP means it."""
    return zlib.crc32(content)
