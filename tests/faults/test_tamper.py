"""A courier who changes anything at all: every byte and every cut is refused, each with its reason."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED

import pytest

from kiosk.city.desk import check
from kiosk.cli.city import app
from kiosk.cli.line import run as run_command
from kiosk.domain.errors import Refused
from kiosk.sealing.batchfile import read_outer
from kiosk.sealing.container import PAYLOAD_OFFSET
from kiosk.ui.texts import Texts
from tests.city.offices import AFTERNOON, Counter, Office, an_office
from tests.sealing.days import pieces, resigned, zipped

CHANGES = 240


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return an_office(tmp_path_factory.mktemp("office") / "home")


@pytest.fixture(scope="module")
def counter(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Counter:
    k1 = Counter(tmp_path_factory.mktemp("outbox"), office)
    office.trust(k1)
    return k1


@pytest.fixture(scope="module")
def batch(counter: Counter) -> bytes:
    return counter.seal().read_bytes()


def verdict(office: Office, path: Path, content: bytes) -> str | None:
    path.write_bytes(content)
    problem = check(office.home, [path], AFTERNOON)[0].problem
    assert problem is None or isinstance(problem, Refused)
    return problem.key if problem is not None else None


def passes(content: bytes) -> bool:
    try:
        read_outer(io.BytesIO(content))
    except Refused:
        return False
    return True


def flipped(content: bytes, place: int, bit: int) -> bytes:
    return content[:place] + bytes([content[place] ^ (1 << bit)]) + content[place + 1 :]


def test_the_untouched_batch_passes(office: Office, batch: bytes, tmp_path: Path) -> None:
    assert verdict(office, tmp_path / "b.zip", batch) is None
    assert passes(batch)


def test_every_bit_of_the_directory_counts(batch: bytes) -> None:
    directory = batch.index(b"PK\x01\x02", PAYLOAD_OFFSET + len(pieces(batch)["payload.tar.age"]))
    places = [(place, bit) for place in range(directory, len(batch)) for bit in range(8)]
    assert len(places) > 1500
    assert [place for place in places if passes(flipped(batch, *place))] == []


def test_sampled_payload_bytes_and_cuts_count(office: Office, batch: bytes, tmp_path: Path) -> None:
    chance = random.Random(20251105)
    payload = len(pieces(batch)["payload.tar.age"])
    for _ in range(CHANGES):
        place = PAYLOAD_OFFSET + chance.randrange(payload)
        changed = flipped(batch, place, chance.randrange(8))
        assert verdict(office, tmp_path / "b.zip", changed) == "payload_tampered"
    edges = {0, 1, PAYLOAD_OFFSET, PAYLOAD_OFFSET + payload, len(batch)}
    cuts = {edge + step for edge in edges for step in (-1, 0, 1)} & set(range(len(batch)))
    cuts |= {chance.randrange(len(batch)) for _ in range(CHANGES)}
    for cut in cuts:
        reason = verdict(office, tmp_path / "b.zip", batch[:cut])
        assert reason == ("batch_truncated" if cut >= 4 else "batch_not_recognised"), cut


def test_the_command_refuses_them_too(
    office: Office, batch: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(13210)
    path = tmp_path / "b.zip"
    texts = Texts.load("ja")
    apology = texts.say(Exception())
    for turn in range(CHANGES):
        place = chance.randrange(len(batch))
        path.write_bytes(flipped(batch, place, turn % 8) if turn % 2 else batch[:place])
        code = run_command(app, ["check", str(path), "--json", "--data", str(office.home.folder)])
        told = json.loads(capsys.readouterr().out)
        assert (code, told["ok"]) == (1, False)
        assert told["problem"]
        assert told["say"] != apology


@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        (lambda b, p: b + b"\0", "batch_not_canonical"),
        (lambda b, p: b"\0" + b, "batch_not_recognised"),
        (lambda b, p: b"", "batch_not_recognised"),
        (lambda b, p: b"not a batch", "batch_not_recognised"),
        (lambda b, p: zipped(dict(reversed(p.items()))), "batch_not_canonical"),
        (lambda b, p: zipped({**p, "more.txt": b"x"}), "batch_not_canonical"),
        (lambda b, p: zipped({k: v for k, v in p.items() if k != "README.txt"}), "batch_not_canonical"),
        (lambda b, p: zipped(p, ZIP_DEFLATED), "batch_bomb"),
        (lambda b, p: zipped({**p, "manifest.json": b" " * (2 << 20)}), "batch_bomb"),
        (lambda b, p: zipped({**p, "manifest.json": p["manifest.json"][:-1]}), "signature_wrong"),
        (lambda b, p: zipped({**p, "README.txt": b"pay here"}), "readme_tampered"),
        (lambda b, p: zipped({**p, "payload.tar.age": p["payload.tar.age"][:-1]}), "payload_tampered"),
        (lambda b, p: zipped({**p, "payload.tar.age": p["payload.tar.age"] + b"x"}), "payload_tampered"),
        (lambda b, p: zipped({**p, "manifest.json.sig": b"signed, honestly"}), "signature_unreadable"),
        (
            lambda b, p: zipped({**p, "manifest.json.sig": p["manifest.json.sig"].replace(b"\n", b"\r\n")}),
            "signature_unreadable",
        ),
    ],
)
def test_each_forged_container_has_its_own_reason(
    office: Office,
    batch: bytes,
    tmp_path: Path,
    forged: Callable[[bytes, dict[str, bytes]], bytes],
    reason: str,
) -> None:
    assert verdict(office, tmp_path / "b.zip", forged(batch, pieces(batch))) == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda m: m.replace(b'"seq":1', b'"seq":1,"seq":2'), "manifest_duplicate_key"),
        (lambda m: m.replace(b'"seq":1', b'"seq": 1'), "manifest_not_canonical"),
        (lambda m: m.replace(b"kiosk-batch-v1", b"kiosk-batch-v2"), "manifest_unknown_version"),
        (lambda m: m.replace(b'"seq":1', b'"seq":0'), "manifest_field"),
        (lambda m: m[:-1], "manifest_malformed"),
    ],
)
def test_a_signed_manifest_of_another_shape_is_refused(
    office: Office,
    counter: Counter,
    batch: bytes,
    tmp_path: Path,
    change: Callable[[bytes], bytes],
    reason: str,
) -> None:
    manifest = change(pieces(batch)["manifest.json"])
    assert verdict(office, tmp_path / "b.zip", resigned(batch, manifest, counter.key)) == reason


def test_each_refusal_has_a_sentence_of_its_own() -> None:
    texts = Texts.load("ja")
    words = """
        batch_truncated batch_not_canonical batch_not_recognised batch_bomb payload_tampered
        manifest_tampered signature_tampered readme_tampered signature_unreadable signature_wrong
        signature_namespace signer_unknown signer_other_key signer_revoked signer_expired signer_not_yet
        manifest_malformed manifest_duplicate_key manifest_not_canonical manifest_unknown_version
        manifest_field batch_gap batch_replay batch_fork batch_practice batch_not_practice
        batch_other_city batch_other_recipient batch_superseded inner_header payload_not_for_us
        payload_undecipherable payload_cut payload_plaintext payload_unsafe_name payload_unsafe_entry
        payload_duplicate payload_bomb payload_counts
    """
    keys = words.split()
    said = {texts.explain(Refused(key))[0] for key in keys}
    assert len(said) == len(keys)
    assert texts.get("fault.say") not in said
