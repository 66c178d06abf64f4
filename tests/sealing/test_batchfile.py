"""A sealed batch: what stands in it, and that stock tools are enough to check and open it."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.batch import LARGEST_COUNTED, LARGEST_PAYLOAD
from kiosk.domain.errors import Refused, Trouble
from kiosk.sealing.batchfile import file_sha256, read_outer, seal_batch, unreadable, verify_own
from kiosk.sealing.container import PayloadWriter, read_container
from kiosk.sealing.keys import AgeIdentity, new_signing_key, public_line, recipient_sha256
from kiosk.sealing.opening import inspect_batch, open_batch
from tests.sealing.days import FILES, Day, a_day, facts, pieces, run, zipped


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not on this machine")


def test_the_container_is_what_the_standard_library_would_write(day: Day) -> None:
    contents = pieces(day.content)
    assert list(contents) == ["payload.tar.age", "manifest.json", "manifest.json.sig", "README.txt"]
    assert zipped(contents) == day.content


def test_the_manifest_carries_every_field_and_no_name(day: Day) -> None:
    manifest = json.loads(pieces(day.content)["manifest.json"])
    assert set(manifest) == {
        "format",
        "practice",
        "city",
        "kiosk",
        "lead",
        "seq",
        "prev",
        "supersedes",
        "session",
        "created_at",
        "software",
        "readme_sha256",
        "recipients",
        "nonce",
        "counts",
        "differences",
        "tickets",
        "custody",
        "journal",
        "payload",
        "plaintext_sha256",
    }
    assert manifest["recipients"] == [recipient_sha256(day.city.recipient)]
    assert "花子" not in json.dumps(manifest, ensure_ascii=False)
    outer = read_outer(day.sealed.path)
    assert outer.manifest == day.sealed.manifest
    assert outer.manifest_sha256 == hashlib.sha256(pieces(day.content)["manifest.json"]).hexdigest()
    assert outer.size == day.sealed.size == day.sealed.path.stat().st_size


@needs("age")
@needs("ssh-keygen")
@needs("unzip")
def test_the_city_needs_no_program_of_ours(day: Day, tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    assert run("unzip", "-q", day.sealed.path, cwd=desk).returncode == 0
    (desk / "allowed_signers").write_text(
        f'K1 namespaces="kiosk-batch-v1" {public_line(day.key.public_key())}\n', encoding="ascii"
    )
    verify = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        "allowed_signers",
        "-I",
        "K1",
        "-n",
        "kiosk-batch-v1",
        "-s",
        "manifest.json.sig",
    ]
    signed = (desk / "manifest.json").read_bytes()
    assert run(*verify, cwd=desk, stdin=signed).returncode == 0
    assert run(*verify, cwd=desk, stdin=signed.replace(b'"seq":1', b'"seq":2')).returncode != 0

    manifest = json.loads(signed)
    assert (
        run("sha256sum", "payload.tar.age", cwd=desk).stdout.split()[0].decode()
        == (manifest["payload"]["sha256"])
    )
    (desk / "city.key").write_text(day.city.to_file_text("2025-08-01"), encoding="ascii")
    opened = run("age", "-d", "-i", "city.key", "-o", "payload.tar", "payload.tar.age", cwd=desk)
    assert opened.returncode == 0, opened.stderr
    assert hashlib.sha256((desk / "payload.tar").read_bytes()).hexdigest() == manifest["plaintext_sha256"]
    out = desk / "out"
    out.mkdir()
    assert run("tar", "xf", "../payload.tar", cwd=out).returncode == 0
    assert {
        str(p.relative_to(out)): p.read_bytes()
        for p in out.rglob("*")
        if p.name != "header.json" and p.is_file()
    } == dict(FILES)
    header = json.loads((out / "header.json").read_bytes())
    del manifest["payload"], manifest["plaintext_sha256"]
    assert header == manifest


def test_the_tar_is_the_standard_librarys_own(day: Day, tmp_path: Path) -> None:
    import pyrage

    plain = pyrage.decrypt(pieces(day.content)["payload.tar.age"], [day.city.for_opening()])
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as made:
        for name, content in (("header.json", day.sealed.manifest.header.to_bytes()), *FILES):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o600
            made.addfile(entry, io.BytesIO(content))
    assert plain == stream.getvalue()


def test_opening_gives_back_every_file_or_no_folder(day: Day, tmp_path: Path) -> None:
    outer = read_outer(day.sealed.path)
    out = tmp_path / "open"
    opened = open_batch(day.sealed.path, outer, day.city, out)
    assert opened.counts == {"visits": 3, "portraits": 2, "custody": 2, "applications": 1}
    assert opened.files == len(FILES) + 1
    for name, content in FILES:
        assert (out / name).read_bytes() == content
    assert inspect_batch(day.sealed.path, outer, day.city) == opened
    with pytest.raises(Refused, match="out_not_empty"):
        open_batch(day.sealed.path, outer, day.city, out)
    with pytest.raises(Refused, match="payload_not_for_us"):
        open_batch(day.sealed.path, outer, AgeIdentity.new(), tmp_path / "other")
    assert sorted(p.name for p in tmp_path.iterdir()) == [day.sealed.name, "open"]


def test_no_personal_text_is_readable_in_the_file(day: Day) -> None:
    for text in ("花子", "太郎"):
        assert text.encode() not in day.content
        assert text.encode("utf-16-le") not in day.content


def test_what_would_be_refused_is_never_sealed(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="seal_counts") as refused:
        a_day(tmp_path, counts={"visits": 4, "portraits": 2, "custody": 2, "applications": 1})
    assert refused.value.facts == {"kind": "visits"}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "nul.csv", "a\\b", "visits.json/x", "VISITS.JSON"])
def test_a_payload_takes_only_plain_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="plain"):
        a_day(tmp_path, files=(*FILES, (name, b"")))
    assert list(tmp_path.iterdir()) == []


def test_a_power_cut_in_the_middle_leaves_the_older_batch(day: Day) -> None:
    before = day.content

    class PowerCut(Exception):
        pass

    def entries() -> object:
        yield FILES[0]
        raise PowerCut

    with pytest.raises(PowerCut):
        seal_batch(day.sealed.path, entries(), facts(), signing_key=day.key, recipients=[day.city.recipient])  # type: ignore[arg-type]
    assert day.content == before
    assert [p.name for p in day.folder.iterdir()] == [day.sealed.name]


def test_a_folder_that_is_gone_is_trouble(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as trouble:
        a_day(tmp_path / "gone")
    assert trouble.value.key == "seal_disk"
    with pytest.raises(Trouble) as trouble:
        read_outer(tmp_path / "absent.zip")
    assert (trouble.value.key, trouble.value.facts) == ("batch_absent", {"name": "absent.zip"})
    with pytest.raises(Trouble) as trouble:
        read_outer(tmp_path)
    assert trouble.value.key == "batch_is_folder"
    closed = unreadable(tmp_path / "b.zip", PermissionError(13, "closed"))
    assert (closed.key, closed.facts) == ("batch_forbidden", {"name": "b.zip"})
    worn = unreadable(tmp_path / "b.zip", OSError(5, "input/output error"))
    assert (worn.key, worn.facts) == ("batch_unreadable", {"number": 5})


def test_recipients_are_checked_before_anything_is_written(tmp_path: Path) -> None:
    for recipients in ([], ["age1nonsense"], ["x"]):
        with pytest.raises(Refused, match="recipient_unusable"):
            seal_batch(
                tmp_path / "b.zip", FILES, facts(), signing_key=new_signing_key(), recipients=recipients
            )
    assert list(tmp_path.iterdir()) == []


def test_a_spare_recipient_opens_the_same_batch(tmp_path: Path) -> None:
    city, spare = AgeIdentity.new(), AgeIdentity.new()
    sealed = seal_batch(
        tmp_path / "b.zip",
        FILES,
        facts(),
        signing_key=new_signing_key(),
        recipients=[city.recipient, spare.recipient],
    )
    outer = read_outer(sealed.path)
    assert inspect_batch(sealed.path, outer, spare) == inspect_batch(sealed.path, outer, city)


def test_the_kiosk_reads_back_with_its_public_key_alone(day: Day, tmp_path: Path) -> None:
    outer = verify_own(day.sealed.path, day.key.public_key(), day.sealed.manifest_sha256)
    assert outer.size == day.sealed.size
    with day.sealed.path.open("rb", buffering=0) as stream:
        assert verify_own(stream, day.key.public_key(), day.sealed.manifest_sha256) == outer
    with pytest.raises(Refused, match="signature_not_ours"):
        verify_own(day.sealed.path, new_signing_key().public_key(), day.sealed.manifest_sha256)
    again = tmp_path / "again"
    again.mkdir()
    other = a_day(again, key=day.key, city=day.city)
    with pytest.raises(Refused, match="batch_other"):
        verify_own(other.sealed.path, day.key.public_key(), day.sealed.manifest_sha256)
    assert file_sha256(day.sealed.path) == hashlib.sha256(day.content).hexdigest()


def test_progress_grows_to_the_whole(tmp_path: Path) -> None:
    seen: list[int] = []
    seal_batch(
        tmp_path / "b.zip",
        FILES,
        facts(),
        signing_key=new_signing_key(),
        recipients=[AgeIdentity.new().recipient],
        progress=seen.append,
    )
    assert seen == sorted(seen)
    assert seen[-1] >= sum(len(content) for _, content in FILES)


def test_a_batch_no_stick_can_take_is_not_sealed() -> None:
    writer = PayloadWriter(io.BytesIO())
    writer.size = LARGEST_PAYLOAD
    with pytest.raises(Refused, match="seal_too_large"):
        writer.write(b"x")


def test_records_the_city_could_not_hold_are_not_sealed(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="seal_too_large"):
        a_day(tmp_path, files=(("custody.csv", bytes(LARGEST_COUNTED + 1)),))
    assert list(tmp_path.iterdir()) == []


def test_facts_the_city_would_refuse_are_refused_before_sealing(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="manifest_field") as refused:
        a_day(tmp_path, kiosk="kiosk one")
    assert refused.value.facts == {"field": "kiosk"}
    assert list(tmp_path.iterdir()) == []


@given(
    st.lists(
        st.tuples(st.sampled_from(["cut", "swap", "twice", "set"]), st.integers(0), st.integers(0, 255)),
        min_size=1,
        max_size=4,
    )
)
def test_any_mangled_container_is_refused(steps: list[tuple[str, int, int]]) -> None:
    mangled = bytearray(MANGLED)
    for step, place, amount in steps:
        at = place % max(1, len(mangled))
        match step:
            case "cut":
                del mangled[at : at + amount]
            case "swap":
                mangled[at : at + 2] = mangled[at : at + 2][::-1]
            case "twice":
                mangled[at:at] = mangled[at : at + amount]
            case _:
                mangled[at : at + 1] = bytes([amount])
    if mangled == MANGLED:
        assert read_container(io.BytesIO(mangled)).payload_size == 900
    else:
        with pytest.raises(Refused):
            read_container(io.BytesIO(mangled))


def _small_container() -> bytes:
    stream = io.BytesIO()
    writer = PayloadWriter(stream)
    writer.write(bytes(range(225)) * 4)
    writer.finish(b'{"manifest":1}', b"signature", b"readme")
    return stream.getvalue()


MANGLED = _small_container()
