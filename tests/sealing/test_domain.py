"""States, names and receipts: the rules that need no file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from kiosk.domain.batch import (
    TRANSITIONS,
    BatchName,
    Header,
    Manifest,
    Payload,
    SessionEvent,
    SessionState,
    after,
    choices,
    counted,
)
from kiosk.domain.canonical import canonical
from kiosk.domain.errors import Refused
from kiosk.domain.photo_refusal import PhotoRefusal, refused_by_day
from kiosk.domain.receipt import Decision, Receipt, judge, permits_erasure
from tests.sealing.days import JST, facts


def a_manifest(**changes: Any) -> Manifest:
    header = Header(facts(**changes), "a" * 64, ("b" * 64,), "c" * 64)
    return Manifest(header, Payload("payload.tar.age", 1000, "d" * 64), "e" * 64)


def a_receipt(manifest: Manifest, **changes: Any) -> Receipt:
    about = manifest.facts
    return replace(
        Receipt(
            practice=False,
            city="13210",
            kiosk="K1",
            batch=about.name.file,
            session=about.session,
            seq=about.seq,
            manifest_sha256=manifest.sha256(),
            plaintext_sha256=manifest.plaintext_sha256,
            counts=dict(about.counts),
            papers=dict(about.custody),
            decision=Decision.ACCEPT,
            reason=None,
            accepted_gap=None,
            received_by="市民課 試験",
            received_at=datetime(2025, 11, 5, 15, 0, 0, tzinfo=JST),
        ),
        **changes,
    )


def test_every_state_and_event_is_decided() -> None:
    for state in SessionState:
        for event in SessionEvent:
            if (state, event) in TRANSITIONS:
                assert after(state, event) is TRANSITIONS[state, event]
                assert event in choices(state)
            else:
                with pytest.raises(Refused, match="session_step_not_now"):
                    after(state, event)


def test_a_session_is_erased_only_by_the_whole_way() -> None:
    state = SessionState.OPEN
    for event in ("close", "seal", "export", "export", "accepted", "erase", "erase", "prove"):
        state = after(state, SessionEvent(event))
    assert state is SessionState.ERASED
    assert choices(state) == ()
    # Nothing but an accepting receipt leads to erasure, and a rejecting one leads back.
    assert [s for (s, e) in TRANSITIONS if e is SessionEvent.ERASE] == [
        SessionState.RECEIPTED,
        SessionState.ERASING,
    ]
    assert after(SessionState.EXPORTED, SessionEvent.REJECTED) is SessionState.CLOSED


def test_the_name_of_a_batch_is_read_as_it_is_written() -> None:
    name = BatchName.parse("13210-K1-000123-20251105.zip")
    assert name == BatchName("13210", "K1", 123, date(2025, 11, 5))
    assert name.file == "13210-K1-000123-20251105.zip"
    assert name.receipt_file == "13210-K1-000123-20251105.receipt.json"


@pytest.mark.parametrize(
    "untrusted",
    [
        "",
        "13210-K1-000123-20251105",
        "13210-K1-123-20251105.zip",
        "13210-K1-000000-20251105.zip",
        "13210-K0-000123-20251105.zip",
        "13210-K1-000123-20251305.zip",
        "../13210-K1-000123-20251105.zip",
        "13210-K1-000123-20251105.zip\n",
        "１３２１０-K1-000123-20251105.zip",
    ],
)
def test_other_names_are_refused(untrusted: str) -> None:
    with pytest.raises(Refused, match="batch_name"):
        BatchName.parse(untrusted)


def test_a_manifest_reads_back_equal() -> None:
    for manifest in (a_manifest(), a_manifest(seq=7, prev="1" * 64, supersedes="1" * 64, practice=True)):
        assert Manifest.from_bytes(manifest.to_bytes()) == manifest


PLAIN: dict[str, Any] = {
    **a_manifest().header.plain(),
    "payload": {"name": "payload.tar.age", "size": 1000, "sha256": "d" * 64},
    "plaintext_sha256": "e" * 64,
}


@pytest.mark.parametrize("field", [name for name in PLAIN if name != "format"])
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(Refused, match="manifest_field") as refused:
        Manifest.from_bytes(canonical({k: v for k, v in PLAIN.items() if k != field}))
    assert refused.value.facts == {"field": field}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("practice", 0),
        ("city", "1321"),
        ("kiosk", "K0"),
        ("lead", None),
        ("seq", True),
        ("seq", 0),
        ("prev", "A" * 64),
        ("supersedes", ""),
        ("session", "2025-02-30"),
        ("created_at", "2025-11-05T13:20:11"),
        ("created_at", "2025-13-05T13:20:11+09:00"),
        ("created_at", "2025-11-05T13:20+09:00:00"),
        ("journal", 7),
        ("created_at", "2025-11-05 13:20:11+09:00"),
        ("software", "a\nb"),
        ("recipients", []),
        ("recipients", ["x"]),
        ("nonce", "c" * 63),
        ("counts", {"visits": -1}),
        ("counts", {"a b": 1}),
        ("counts", []),
        ("day", {}),
        ("day", {"reserved": -1}),
        ("differences", [{"gap": "x"}]),
        ("tickets", [{"ticket": "A001", "outcome": None, "papers": 0, "name": "x"}]),
        ("tickets", ["A001"]),
        ("tickets", {}),
        ("custody", {"F01": "1"}),
        ("journal", {"length": 1, "head": "f" * 64, "more": 1}),
        ("payload", {"name": "other", "size": 1, "sha256": "d" * 64}),
        ("payload", {"name": "payload.tar.age", "size": 0, "sha256": "d" * 64}),
        ("unknown", 1),
    ],
)
def test_a_wrong_field_is_named_and_never_quoted(field: str, value: object) -> None:
    with pytest.raises(Refused, match="manifest_field") as refused:
        Manifest.from_bytes(canonical({**PLAIN, field: value}))
    assert str(refused.value.facts["field"]).startswith(field)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda b: b.replace(b'"seq":1', b'"seq":1,"seq":2'), "manifest_duplicate_key"),
        (lambda b: b.replace(b'"seq":1', b'"seq":1.0'), "manifest_malformed"),
        (lambda b: b.replace(b'"seq":1', b'"seq":NaN'), "manifest_malformed"),
        (lambda b: b.replace(b'"seq":1', b'"seq": 1'), "manifest_not_canonical"),
        (lambda b: b + b"\n", "manifest_not_canonical"),
        (lambda b: b.replace(b"kiosk-batch-v1", b"kiosk-batch-v2"), "manifest_unknown_version"),
        (lambda b: b[:-1], "manifest_malformed"),
        (lambda b: b"[" * 100_000, "manifest_malformed"),
        (lambda b: b'"text"', "manifest_malformed"),
        (lambda b: b" " * (2 << 20), "manifest_malformed"),
        (lambda b: b'{"n":99999999999999999999}', "manifest_not_canonical"),
        (lambda b: b'"\xff"', "manifest_malformed"),
    ],
)
def test_json_has_one_spelling(change: Any, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        Manifest.from_bytes(change(a_manifest().to_bytes()))


def test_only_the_receipt_of_the_newest_batch_permits_erasure() -> None:
    old, newest = (
        a_manifest(),
        a_manifest(seq=2, prev=a_manifest().sha256(), supersedes=a_manifest().sha256()),
    )
    assert permits_erasure(a_receipt(newest), newest, [old.sha256()])
    rejected = a_receipt(newest, decision=Decision.REJECT, reason="件数が違う", counts={})
    assert Receipt.from_bytes(rejected.to_bytes()) == rejected
    assert len(rejected.sha256()) == 64
    assert judge(rejected, newest) is Decision.REJECT
    assert not permits_erasure(rejected, newest)
    for receipt, reason in (
        (a_receipt(old), "receipt_superseded"),
        (a_receipt(newest, practice=True), "receipt_practice"),
        (a_receipt(newest, kiosk="K2"), "receipt_other_batch"),
        (a_receipt(newest, seq=3), "receipt_other_batch"),
        (a_receipt(newest, session=date(2025, 11, 9)), "receipt_other_batch"),
        (a_receipt(newest, manifest_sha256="9" * 64), "receipt_other_batch"),
        (a_receipt(newest, plaintext_sha256="9" * 64), "receipt_other_batch"),
        (a_receipt(newest, counts={**newest.facts.counts, "visits": 2}), "receipt_counts"),
        (a_receipt(newest, counts={}), "receipt_counts"),
    ):
        with pytest.raises(Refused, match=reason):
            permits_erasure(receipt, newest, [old.sha256()])


@pytest.mark.parametrize(
    "changes",
    [
        {"batch": "13210-K1-000002-20251105.zip"},
        {"decision": Decision.REJECT},
        {"reason": "理由だけ"},
        {"received_by": ""},
    ],
)
def test_a_receipt_that_contradicts_itself_is_refused(changes: dict[str, Any]) -> None:
    receipt = a_receipt(a_manifest())
    assert Receipt.from_bytes(receipt.to_bytes()) == receipt
    with pytest.raises(Refused, match="receipt_field"):
        Receipt.from_bytes(replace(receipt, **changes).to_bytes())


def test_both_sides_count_the_same_way() -> None:
    assert counted("visits.json", b'{"visits":[{},{}]}') == ("visits", 2)
    assert counted("custody.csv", '\ufeffticket,paper\r\nA001,"F01\r\nF02"\r\n'.encode()) == ("custody", 1)
    assert counted("applications.csv", b"") == ("applications", 0)
    assert counted("portraits/A001.jpg", b"") == ("portraits", 1)
    assert counted("summary.pdf", b"") is None
    for name, content in (
        ("visits.json", b"{}"),
        ("visits.json", b'{"visits":3}'),
        ("visits.json", b"x"),
        ("custody.csv", b"\xff"),
    ):
        with pytest.raises(Refused, match="payload_unreadable"):
            counted(name, content)


def test_a_receipt_names_the_photos_the_city_could_not_take() -> None:
    plain = a_receipt(a_manifest())
    assert b"photos" not in plain.to_bytes()
    assert Receipt.from_bytes(plain.to_bytes()) == plain
    before, today = date(2025, 10, 29), plain.session
    named = replace(
        plain,
        photos=(PhotoRefusal(before, "B003", "roll"), PhotoRefusal(today, "B001", "of_a_later_version")),
    )
    assert Receipt.from_bytes(named.to_bytes()) == named
    assert judge(named, a_manifest()) is Decision.ACCEPT
    assert refused_by_day((*named.photos, PhotoRefusal(before, "B003", "shadow"))) == {
        before: {"shadow": 1},
        today: {"other": 1},
    }


@pytest.mark.parametrize(
    "photos",
    [
        (PhotoRefusal(date(2025, 11, 5), "B001", "roll"), PhotoRefusal(date(2025, 11, 5), "B001", "shadow")),
        (PhotoRefusal(date(2025, 11, 6), "B001", "roll"),),
        (PhotoRefusal(date(2025, 11, 5), "山田", "roll"),),
        (PhotoRefusal(date(2025, 11, 5), "B001", "a name"),),
    ],
)
def test_a_receipt_names_each_photo_once_and_nobody(photos: tuple[PhotoRefusal, ...]) -> None:
    with pytest.raises(Refused, match="receipt_field"):
        Receipt.from_bytes(replace(a_receipt(a_manifest()), photos=photos).to_bytes())


def test_an_empty_list_of_photos_is_another_spelling_and_refused() -> None:
    fields = json.loads(a_receipt(a_manifest()).to_bytes())
    with pytest.raises(Refused, match="receipt_field"):
        Receipt.from_bytes(canonical({**fields, "photos": []}))
