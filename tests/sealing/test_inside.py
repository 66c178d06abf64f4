"""A payload that was signed but is not as we write it: every case refused, nothing left on the disk."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.batch import LARGEST_COUNTED, Manifest, Payload
from kiosk.domain.errors import Refused, Trouble
from kiosk.sealing import sshsig
from kiosk.sealing.archive import LARGEST_ENTRY, MOST_ENTRIES, RECORD, TarSink, TarSource
from kiosk.sealing.batchfile import read_outer
from kiosk.sealing.keys import AgeIdentity, new_signing_key
from kiosk.sealing.opening import inspect_batch, open_batch
from tests.sealing.days import FILES, PORTRAIT, a_day, pieces, zipped


@dataclass
class Forge:
    """A kiosk's key in the wrong hands: any tar, properly sealed."""

    folder: Path
    key: Ed25519PrivateKey | None = None
    city: AgeIdentity | None = None

    def __post_init__(self) -> None:
        self.day = a_day(self.folder, key=self.key, city=self.city)
        self.plain = pyrage.decrypt(
            pieces(self.day.content)["payload.tar.age"], [self.day.city.for_opening()]
        )

    def tar(self, *more: tuple[tarfile.TarInfo, bytes], drop: str = "") -> bytes:
        stream = io.BytesIO()
        header = self.day.sealed.manifest.header.to_bytes()
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as made:
            for name, content in (("header.json", header), *FILES):
                if name != drop:
                    made.addfile(*entry(name, content))
            for member, content in more:
                made.addfile(member, io.BytesIO(content))
        return stream.getvalue()

    def sealed(self, plain: bytes, *, age: bytes | None = None, plaintext_sha256: str | None = None) -> Path:
        cipher = age or pyrage.encrypt(plain, [pyrage.x25519.Recipient.from_str(self.day.city.recipient)])
        manifest = replace(
            self.day.sealed.manifest,
            payload=Payload("payload.tar.age", len(cipher), hashlib.sha256(cipher).hexdigest()),
            plaintext_sha256=plaintext_sha256 or hashlib.sha256(plain).hexdigest(),
        ).to_bytes()
        contents = pieces(self.day.content)
        contents["payload.tar.age"] = cipher
        contents["manifest.json"] = manifest
        contents["manifest.json.sig"] = sshsig.sign(manifest, self.day.key, sshsig.BATCH)
        path = self.folder / "forged.zip"
        path.write_bytes(zipped(contents))
        return path


def entry(name: str, content: bytes = b"x", **fields: object) -> tuple[tarfile.TarInfo, io.BytesIO]:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    for field, value in fields.items():
        setattr(member, field, value)
    return member, io.BytesIO(content)


def _big_visits(forge: Forge) -> bytes:
    content = bytes(LARGEST_COUNTED + 1)
    header = forge.day.sealed.manifest.header.to_bytes()
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as made:
        made.addfile(*entry("header.json", header))
        made.addfile(*entry("visits.json", content))
    return stream.getvalue()


def _more(name: str, content: bytes = b"x", **fields: object) -> Callable[[Forge], bytes]:
    return lambda forge: forge.tar((entry(name, content, **fields)[0], content))


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        (_more("/etc/cron"), "payload_unsafe_name"),
        (_more("../outside"), "payload_unsafe_name"),
        (_more("a/../../outside"), "payload_unsafe_name"),
        (_more("C:evil"), "payload_unsafe_name"),
        (_more("nul.csv"), "payload_unsafe_name"),
        (_more("link", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "payload_unsafe_entry"),
        (_more("hard", b"", type=tarfile.LNKTYPE, linkname="visits.csv"), "payload_unsafe_entry"),
        (_more("folder", b"", type=tarfile.DIRTYPE), "payload_unsafe_entry"),
        (_more("pipe", b"", type=tarfile.FIFOTYPE), "payload_unsafe_entry"),
        (_more("runs.sh", mode=0o4755), "payload_unsafe_entry"),
        (_more("root.txt", uname="root"), "payload_unsafe_entry"),
        (_more("visits.csv"), "payload_duplicate"),
        (_more("VISITS.csv"), "payload_duplicate"),
        (_more("visits.csv/inner"), "payload_duplicate"),
        (_more("portraits/C001.jpg", PORTRAIT), "payload_counts"),
        (_big_visits, "payload_bomb"),
        (lambda forge: forge.tar(drop="visits.json"), "payload_counts"),
        (lambda forge: forge.tar(drop="header.json"), "inner_header"),
        (lambda forge: bytes(RECORD), "inner_header"),
        (lambda forge: forge.plain[:-RECORD] + bytes(512), "payload_cut"),
        (lambda forge: forge.plain[:3000], "payload_cut"),
        (lambda forge: forge.plain + bytes(10 * RECORD), "payload_bomb"),
        (lambda forge: forge.plain + b"x" * 512, "payload_unsafe_entry"),
        (lambda forge: b"x" * RECORD, "payload_unsafe_entry"),
    ],
)
def test_each_forged_inside_has_its_own_reason(
    tmp_path: Path, plain: Callable[[Forge], bytes], reason: str
) -> None:
    forge = Forge(tmp_path)
    path = forge.sealed(plain(forge))
    outer = read_outer(path)
    with pytest.raises(Refused, match=reason):
        inspect_batch(path, outer, forge.day.city)
    with pytest.raises(Refused, match=reason):
        open_batch(path, outer, forge.day.city, tmp_path / "out")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["13210-K1-000001-20251105.zip", "forged.zip"]


def test_a_payload_under_another_manifest_is_noticed_inside(tmp_path: Path) -> None:
    forge = Forge(tmp_path)
    stolen = a_day(tmp_path, key=new_signing_key(), city=forge.day.city, kiosk="K2")
    theirs = pieces(stolen.content)["payload.tar.age"]
    path = forge.sealed(b"", age=theirs, plaintext_sha256=stolen.sealed.plaintext_sha256)
    with pytest.raises(Refused, match="inner_header"):
        inspect_batch(path, read_outer(path), forge.day.city)


def test_a_broken_or_foreign_encryption_is_named(tmp_path: Path) -> None:
    forge = Forge(tmp_path)
    cipher = bytearray(pieces(forge.day.content)["payload.tar.age"])
    cipher[-100] ^= 1
    for age, reason in (
        (bytes(cipher), "payload_undecipherable"),
        (bytes(cipher[:-17]), "payload_undecipherable"),
        (b"not age at all", "payload_undecipherable"),
        (
            pyrage.encrypt(forge.plain, [pyrage.x25519.Recipient.from_str(AgeIdentity.new().recipient)]),
            "payload_not_for_us",
        ),
    ):
        path = forge.sealed(forge.plain, age=age)
        with pytest.raises(Refused, match=reason):
            inspect_batch(path, read_outer(path), forge.day.city)
    path = forge.sealed(forge.plain, plaintext_sha256="0" * 64)
    with pytest.raises(Refused, match="payload_plaintext"):
        inspect_batch(path, read_outer(path), forge.day.city)


class Collected:
    """Keeps what a tar handed on."""

    def __init__(self) -> None:
        self.files: list[tuple[str, bytes]] = []

    def begin(self, name: str, size: int) -> None:
        self.files.append((name, b""))

    def chunk(self, content: bytes) -> None:
        name, so_far = self.files[-1]
        self.files[-1] = (name, so_far + content)

    def end(self) -> None:
        return None


@given(st.lists(st.integers(1, 3000), max_size=40))
def test_the_tar_reads_the_same_in_pieces_of_any_size(sizes: list[int]) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as made:
        for name, content in FILES:
            made.addfile(*entry(name, content))
    plain, collected = stream.getvalue(), Collected()
    sink = TarSink(collected)
    at = 0
    for size in sizes:
        sink.write(plain[at : at + size])
        at += size
    sink.write(plain[at:])
    sink.finish()
    assert collected.files == list(FILES)
    assert (sink.files, sink.sha256) == (len(FILES), hashlib.sha256(plain).hexdigest())


@given(st.binary(max_size=2000))
def test_rubbish_is_no_tar(untrusted: bytes) -> None:
    sink = TarSink(Collected())

    def read() -> None:
        sink.write(untrusted)
        sink.finish()

    with pytest.raises(Refused, match="payload_"):
        read()


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_rubbish_is_no_manifest(untrusted: bytes) -> None:
    with pytest.raises(Refused, match="manifest_"):
        Manifest.from_bytes(untrusted)


def test_a_tar_of_too_many_or_too_large_files_is_refused_at_its_header() -> None:
    member, _ = entry("huge.bin")
    member.size = LARGEST_ENTRY + 1
    with pytest.raises(Refused, match="payload_bomb"):
        TarSink(Collected()).write(member.tobuf(tarfile.USTAR_FORMAT))
    many = TarSource(((f"f{n}", b"") for n in range(MOST_ENTRIES + 1)), lambda name, content: None)
    sink = TarSink(Collected())

    def copy() -> None:
        while block := many.read():
            sink.write(block)

    with pytest.raises(Refused, match="seal_too_large"):
        copy()
    assert sink.files == MOST_ENTRIES
    with pytest.raises(Refused, match="payload_bomb"):
        sink.write(entry("one-more")[0].tobuf(tarfile.USTAR_FORMAT))


def test_a_batch_that_goes_away_or_a_place_that_cannot_be_written_is_trouble(tmp_path: Path) -> None:
    day = a_day(tmp_path)
    outer = read_outer(day.sealed.path)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert open_batch(day.sealed.path, outer, day.city, empty).files == len(FILES) + 1
    assert (empty / "visits.csv").is_file()
    for out, key in (
        (day.sealed.path / "inside-a-file", "out_unwritable"),
        (tmp_path / "out", "batch_absent"),
    ):
        if key == "batch_absent":
            day.sealed.path.unlink()
        with pytest.raises(Trouble) as trouble:
            open_batch(day.sealed.path, outer, day.city, out)
        assert trouble.value.key == key
    assert [p.name for p in tmp_path.iterdir()] == ["empty"]
