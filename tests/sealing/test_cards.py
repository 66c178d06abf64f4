"""Public cards: signed by their own key, compared by voice."""

from __future__ import annotations

import json

import pytest

from kiosk.domain.canonical import canonical
from kiosk.domain.errors import Refused
from kiosk.sealing.cards import CityCard, KioskCard
from kiosk.sealing.keys import AgeIdentity, new_signing_key


def test_a_card_comes_back_with_the_same_fingerprint() -> None:
    key = new_signing_key()
    card = KioskCard(False, "13210", "K1", key.public_key(), AgeIdentity.new().recipient)
    text = card.to_text(key)
    again = KioskCard.from_text(text)
    assert (again.plain(), again.fingerprint) == (card.plain(), card.fingerprint)
    groups = card.fingerprint.split(" ")
    assert len(groups) == 16
    assert {len(group) for group in groups} == {4}
    # Version 20 at error correction M: still read by a camera from paper.
    assert len(text) < 666


def test_every_changed_field_is_noticed() -> None:
    key = new_signing_key()
    plain = json.loads(
        KioskCard(True, "13210", "K1", key.public_key(), AgeIdentity.new().recipient).to_text(key)
    )
    other = new_signing_key()
    foreign = KioskCard(True, "13210", "K1", other.public_key(), AgeIdentity.new().recipient).plain()
    for field, value in (
        ("practice", False),
        ("city", "13211"),
        ("kiosk", "K2"),
        ("signing_key", foreign["signing_key"]),
        ("recipient", foreign["recipient"]),
    ):
        assert plain[field] != value
        with pytest.raises(Refused, match="card_signature"):
            KioskCard.from_text(canonical({**plain, field: value}).decode())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda t: t[:-20], "card_malformed"),
        (lambda t: t.replace('"city":', '"city": '), "card_not_canonical"),
        (lambda t: t.replace('"kiosk":', '"city":"13210","kiosk":'), "card_duplicate_key"),
        (lambda t: t.replace("kiosk-card-v1", "kiosk-card-v9"), "card_unknown_version"),
        (lambda t: t.replace('"K1"', '"A1"'), "card_field"),
        (lambda t: t.replace('{"city"', '{"admin":true,"city"'), "card_field"),
        (lambda t: t.replace("ssh-ed25519 AAAA", "ssh-ed25519 BBBB"), "card_field"),
        (lambda t: "é" * 5000, "card_malformed"),
    ],
)
def test_each_damaged_card_has_its_own_reason(change: object, reason: str) -> None:
    key = new_signing_key()
    text = KioskCard(False, "13210", "K1", key.public_key(), AgeIdentity.new().recipient).to_text(key)
    with pytest.raises(Refused, match=reason):
        KioskCard.from_text(change(text))  # type: ignore[operator]


def test_the_citys_card_is_not_a_kiosks() -> None:
    key = new_signing_key()
    card = CityCard(False, AgeIdentity.new().recipient, key.public_key())
    assert CityCard.from_text(card.to_text(key)).plain() == card.plain()
    with pytest.raises(Refused, match="card_unknown_version"):
        KioskCard.from_text(card.to_text(key))
    with pytest.raises(Refused, match="card_signature"):
        CityCard.from_text(card.to_text(new_signing_key()))
