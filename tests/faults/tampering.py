"""Every way a courier, a stranger or a kiosk gone bad may change a delivery, family by family."""

from __future__ import annotations

import io
import json
import random
import struct
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED

from kiosk.city.desk import answer
from kiosk.domain.canonical import canonical
from kiosk.sealing import sshsig
from kiosk.sealing.container import PAYLOAD_OFFSET
from kiosk.sealing.keys import AgeIdentity
from tests.city.offices import AFTERNOON, BEFORE, NEXT_DAY, Counter, Office, an_office
from tests.sealing.days import pieces, resigned, zipped
from tests.sealing.test_inside import Forge, entry

CHUNK = 64 << 10
PARTS = ("payload.tar.age", "manifest.json", "manifest.json.sig", "README.txt")


@dataclass(frozen=True)
class Attack:
    """One changed delivery: its bytes, and the reasons any of which is right.

    `inside` attacks are right from outside and must fall when they are opened for the receipt.
    """

    family: str
    content: bytes
    reasons: frozenset[str]
    office: Office | None = None
    inside: bool = False


def flipped(content: bytes, place: int, bit: int) -> bytes:
    """One bit turned."""
    return content[:place] + bytes([content[place] ^ (1 << bit)]) + content[place + 1 :]


def _is(*reasons: str) -> frozenset[str]:
    return frozenset(reasons)


def bytes_of_small_files(batch: bytes, bits: int) -> Iterator[Attack]:
    """Every byte outside the payload, as it stands, and again with the ZIP's checksums made right."""
    payload = len(pieces(batch)["payload.tar.age"])
    any_outer = _is(
        "batch_not_canonical",
        "batch_truncated",
        "batch_bomb",
        "batch_not_recognised",
        "manifest_tampered",
        "signature_tampered",
        "readme_tampered",
        "payload_tampered",
    )
    for place in (*range(PAYLOAD_OFFSET), *range(PAYLOAD_OFFSET + payload, len(batch))):
        for bit in range(place % 8, place % 8 + bits):
            yield Attack("byte, as it stands", flipped(batch, place, bit % 8), any_outer)
    contents = pieces(batch)
    wrong = {
        "manifest.json": _is("signature_wrong"),
        "manifest.json.sig": _is("signature_unreadable", "signature_wrong", "signature_namespace"),
        "README.txt": _is("readme_tampered"),
    }
    for name, reasons in wrong.items():
        # The README is long and its hash stands in the signed manifest: every eighth byte will do.
        for place in range(0, len(contents[name]), 8 if name == "README.txt" else 1):
            for bit in range(place % 8, place % 8 + bits):
                changed = zipped({**contents, name: flipped(contents[name], place, bit % 8)})
                yield Attack(f"byte of {name}, repacked", changed, reasons)


def payload_positions(batch: bytes, count: int, chance: random.Random) -> Iterator[Attack]:
    """Bits of the encrypted records, as they stand and repacked."""
    contents = pieces(batch)
    payload = contents["payload.tar.age"]
    for n in range(count):
        place, bit = chance.randrange(len(payload)), chance.randrange(8)
        if n % 20:
            changed = flipped(batch, PAYLOAD_OFFSET + place, bit)
        else:
            changed = zipped({**contents, "payload.tar.age": flipped(payload, place, bit)})
        yield Attack("payload position", changed, _is("payload_tampered"))


def cuts(batch: bytes) -> Iterator[Attack]:
    """The file ends at every chunk of 64 KiB and a byte before and after, and at every part's edge."""
    edges = {0, 1, 4, PAYLOAD_OFFSET, len(batch)} | set(range(0, len(batch) + CHUNK, CHUNK))
    edges |= {PAYLOAD_OFFSET + at for at in range(0, len(batch), CHUNK)}
    edges |= {batch.index(name.encode(), PAYLOAD_OFFSET) for name in PARTS}
    for cut in sorted({edge + step for edge in edges for step in (-1, 0, 1)}):
        if 0 <= cut < len(batch):
            yield Attack("cut", batch[:cut], _is("batch_truncated" if cut >= 4 else "batch_not_recognised"))


def fields(batch: bytes, counter: Counter) -> Iterator[Attack]:
    """Every field of the manifest changed: without the key, and by the kiosk's own key."""
    contents = pieces(batch)
    manifest: dict[str, Any] = json.loads(contents["manifest.json"])
    for name, value in manifest.items():
        changed = canonical({**manifest, name: _other(value)})
        yield Attack(
            "field, unsigned", zipped({**contents, "manifest.json": changed}), _is("signature_wrong")
        )
        without = canonical({key: kept for key, kept in manifest.items() if key != name})
        yield Attack("field taken away, signed", resigned(batch, without, counter.key), SHAPES)
        yield Attack(
            "field of another kind, signed", resigned(batch, _kind(manifest, name), counter.key), SHAPES
        )
        yield Attack("field, signed by the kiosk", resigned(batch, changed, counter.key), SIGNED, inside=True)
    shapes = (
        contents["manifest.json"].replace(b'"seq":1', b'"seq":1,"seq":2'),
        contents["manifest.json"].replace(b'"seq":1', b'"seq": 1'),
        contents["manifest.json"].replace(b"kiosk-batch-v1", b"kiosk-batch-v2"),
        canonical({**manifest, "more": 1}),
        contents["manifest.json"][:-1],
        b"",
        b"null",
        b"[" * 100_000,
    )
    for shape in shapes:
        yield Attack("manifest of another shape, signed", resigned(batch, shape, counter.key), SHAPES)


SHAPES = _is(
    *("manifest_malformed", "manifest_duplicate_key", "manifest_not_canonical"),
    *("manifest_unknown_version", "manifest_field"),
)
SIGNED = SHAPES | _is(
    *("inner_header", "payload_tampered", "payload_plaintext", "readme_tampered", "payload_counts"),
    *("batch_practice", "batch_other_city", "batch_other_recipient", "batch_fork", "batch_gap"),
    *("batch_replay", "signer_unknown", "signer_other_key"),
)


def _other(value: Any) -> Any:
    """Another value of the same kind that has the right shape, as far as there is one."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case None:
            return "0" * 64
        case str():
            if len(value) == 64:
                return value[::-1]
            return {"13210": "13211", "K1": "K3"}.get(value) or value[:-1] + chr(ord(value[-1]) ^ 1)
        case list():
            return value[:-1]
        case _:
            name = next(iter(value))
            return {**value, name: _other(value[name])}


def _kind(manifest: dict[str, Any], name: str) -> bytes:
    return canonical({**manifest, name: [[]] if not isinstance(manifest[name], list) else {}})


def swapped(mine: bytes, other: bytes) -> Iterator[Attack]:
    """Parts of another right batch of the same kiosk, in every combination but the whole."""
    parts, others = pieces(mine), pieces(other)
    reasons = _is("signature_wrong", "payload_tampered", "readme_tampered")
    for mask in range(1, 2 ** len(PARTS) - 1):
        taken = {name: others[name] for at, name in enumerate(PARTS) if mask >> at & 1}
        content = zipped({**parts, **taken})
        # The README of one kiosk and day is the same text: nothing was swapped then.
        if content not in (mine, other):
            yield Attack("parts swapped", content, reasons)


def containers(batch: bytes) -> Iterator[Attack]:
    """Another ZIP around the same four files, and none at all."""
    parts = pieces(batch)
    shaped = _is("batch_not_canonical", "batch_not_recognised", "batch_bomb", "batch_truncated")
    bomb = _is("batch_bomb")
    huge = struct.pack("<QQ", 1 << 40, 1 << 40)
    for content, reasons in (
        (batch + b"\0", shaped),
        (b"\0" + batch, shaped),
        (batch + batch, shaped),
        (b"", shaped),
        (b"PK\x05\x06" + bytes(18), shaped),
        (zipped(dict(reversed(parts.items()))), shaped),
        (zipped({**parts, "more.txt": b"x"}), shaped),
        *((zipped({name: c for name, c in parts.items() if name != gone}), shaped) for gone in PARTS),
        (zipped({**parts, "../../evil": b"x"}), shaped),
        (zipped(parts, ZIP_DEFLATED), bomb),
        (zipped({**parts, "manifest.json": b" " * (2 << 20)}), bomb),
        (zipped({**parts, "README.txt": b" " * (1 << 20)}), bomb),
        (batch[: PAYLOAD_OFFSET - 16] + huge + batch[PAYLOAD_OFFSET:], bomb),
    ):
        yield Attack("container", content, reasons)


def strangers(folder: Path, office: Office, counter: Counter) -> Iterator[Attack]:
    """Kiosks nobody knows, not any more, not yet; other cities, other worlds, other uses of the key."""
    batch = counter.seal(seq=1, prev=None).read_bytes()
    other = an_office(folder / "other")
    practice = an_office(folder / "practice", practice=True)
    trainee = Counter(folder / "t", practice, practice=True)
    practice.trust(trainee)
    own = an_office(folder / "own")
    early, late, gone = (Counter(folder / name, own, kiosk=name) for name in ("K4", "K5", "K6"))
    own.trust(early, valid_after=NEXT_DAY)
    own.trust(late, valid_before=AFTERNOON - timedelta(seconds=1))
    own.trust(gone)
    own.home.revoke("K6", at=BEFORE)
    nobody = AgeIdentity.new().recipient
    for made, reason, at in (
        (Counter(folder / "K2", office, kiosk="K2").seal(), "signer_unknown", None),
        (Counter(folder / "K1", office).seal(), "signer_other_key", None),
        (early.seal(), "signer_not_yet", own),
        (late.seal(), "signer_expired", own),
        (gone.seal(), "signer_revoked", own),
        (
            counter.seal(seq=1, prev=None, recipients=[nobody]),
            "batch_other_recipient",
            None,
        ),
        (Counter(folder / "o", other, key=counter.key).seal(), "batch_other_recipient", None),
        (counter.seal(seq=1, prev=None, city="13211"), "batch_other_city", None),
        (counter.seal(seq=1, prev=None, practice=True), "batch_practice", None),
        (trainee.seal(), "batch_practice", None),
        (counter.seal(seq=1, prev=None), "batch_not_practice", practice),
    ):
        yield Attack("stranger", made.read_bytes(), _is(reason), at)
    for namespace in (sshsig.RECEIPT, sshsig.CARD, "file", "kiosk-batch-v2", ""):
        forged = resigned(batch, pieces(batch)["manifest.json"], counter.key, namespace)
        yield Attack("signed for another use", forged, _is("signature_namespace"))


def sequence(folder: Path, office: Office) -> Iterator[Attack]:
    """Numbers that come twice, are missing, or do not follow; what was replaced."""
    kiosk = Counter(folder / "K7", office, kiosk="K7")
    office.trust(kiosk)
    first, second = kiosk.seal(), kiosk.seal()
    for path in (first, second):
        answer(office.home, path, AFTERNOON, by="市民課")
    newest = kiosk.sealed[1].manifest_sha256
    alone = Counter(folder / "K8", office, kiosk="K8")
    office.trust(alone)
    old = alone.seal()
    answer(office.home, old, AFTERNOON, by="市民課", reject="数が違う")
    for made, reasons in (
        (kiosk.seal(seq=1, prev=None), _is("batch_replay")),
        (kiosk.seal(seq=2, prev=kiosk.sealed[0].manifest_sha256), _is("batch_replay")),
        (kiosk.seal(seq=3, prev="1" * 64), _is("batch_fork")),
        (kiosk.seal(seq=3, prev=None), _is("batch_fork")),
        (kiosk.seal(seq=4, prev=newest), _is("batch_gap")),
        (kiosk.seal(seq=9, prev="1" * 64), _is("batch_gap")),
        (alone.seal(seq=2, prev="2" * 64), _is("batch_fork")),
    ):
        yield Attack("order of numbers", made.read_bytes(), reasons)


def inside(folder: Path, office: Office, counter: Counter) -> Iterator[Attack]:
    """Properly signed by a trusted kiosk, wrong within: moved, stripped, unpacking elsewhere, bombs."""
    k2 = Counter(folder / "K2", office, kiosk="K2")
    office.trust(k2)
    theirs, own = pieces(counter.seal(seq=1, prev=None).read_bytes()), pieces(k2.seal().read_bytes())
    stolen = json.loads(theirs["manifest.json"])
    mine = json.loads(own["manifest.json"])
    around = {**mine, "payload": stolen["payload"], "plaintext_sha256": stolen["plaintext_sha256"]}
    renamed = {**stolen, "kiosk": "K2", "lead": "K2"}
    for family, manifest in (("forwarded", around), ("stripped and re-signed", renamed)):
        signed = canonical(manifest)
        content = {
            "payload.tar.age": theirs["payload.tar.age"],
            "manifest.json": signed,
            "manifest.json.sig": sshsig.sign(signed, k2.key, sshsig.BATCH),
            "README.txt": own["README.txt"] if manifest is around else theirs["README.txt"],
        }
        yield Attack(family, zipped(content), _is("inner_header"), inside=True)
    for number, (name, about, reason) in enumerate(INSIDES):
        forge = _forge(folder / f"forge{number}", office, counter)
        more = {key: value for key, value in about.items() if key != "name"}
        content = b"" if "type" in more else b"x"
        plain = forge.tar((entry(about["name"], content, **more)[0], content))
        yield Attack(name, forge.sealed(plain).read_bytes(), _is(reason), inside=True)
    yield Attack("bomb", _bomb(_forge(folder / "bomb", office, counter)), _is("payload_bomb"), inside=True)


def _forge(folder: Path, office: Office, counter: Counter) -> Forge:
    folder.mkdir()
    return Forge(folder, key=counter.key, city=office.home.identity())


def _bomb(forge: Forge) -> bytes:
    """A file that says it holds a gibibyte, and goes on for eight mebibytes."""
    huge = tarfile.TarInfo("huge.bin")
    huge.size, huge.mode = 1 << 30, 0o600
    header = forge.day.sealed.manifest.header.to_bytes()
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as made:
        made.addfile(*entry("header.json", header))
    begin = stream.getvalue()[: 512 + -(-len(header) // 512) * 512]
    return forge.sealed(begin + huge.tobuf(tarfile.USTAR_FORMAT) + bytes(8 << 20)).read_bytes()


UNSAFE = (
    "/etc/cron",
    "../outside",
    "a/../../outside",
    "..",
    "C:evil",
    "nul.csv",
    "a\\b",
    "x" * 65,
    "a/b/c/d",
)
LINKS = (
    tarfile.SYMTYPE,
    tarfile.LNKTYPE,
    tarfile.DIRTYPE,
    tarfile.FIFOTYPE,
    tarfile.CHRTYPE,
    tarfile.BLKTYPE,
)
TWICE = ("visits.csv", "VISITS.csv", "visits.csv/x", "header.json")
INSIDES: tuple[tuple[str, dict[str, Any], str], ...] = (
    *(("traversal", {"name": name}, "payload_unsafe_name") for name in UNSAFE),
    *(
        ("not a file", {"name": "x", "type": kind, "linkname": "/etc/passwd"}, "payload_unsafe_entry")
        for kind in LINKS
    ),
    ("not a file", {"name": "runs.sh", "mode": 0o4755}, "payload_unsafe_entry"),
    *(("twice", {"name": name}, "payload_duplicate") for name in TWICE),
    ("one too many", {"name": "portraits/C001.jpg"}, "payload_counts"),
)
