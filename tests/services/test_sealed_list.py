"""The city encrypts its list to the kiosk's card: it is read in memory, and lies nowhere in the open."""

from __future__ import annotations

import io

import pytest

from kiosk.domain.errors import Refused
from kiosk.sealing.age import encrypt
from kiosk.sealing.cards import KioskCard
from kiosk.sealing.keys import AgeIdentity
from kiosk.services.imports import Given
from kiosk.services.practice import sample_list
from tests.house import Counterday, names_under
from tests.sisters import card_of

GIVEN = Given("USB", "手渡し", "会場", "市職員")


def sealed_for(recipient: str) -> bytes:
    sealed = io.BytesIO()
    encrypt(io.BytesIO(sample_list().read_bytes()), sealed, (recipient,))
    return sealed.getvalue()


def test_a_sealed_list_is_read_like_an_open_one_and_needs_no_approval(kiosk: Counterday) -> None:
    kiosk.open(with_list=False)
    recipient = KioskCard.from_text(card_of(kiosk)).recipient
    sealed = sealed_for(recipient)
    done = kiosk.imports.take(sealed, file_name="予約.csv.age", given=GIVEN)
    plain = kiosk.imports.look(sample_list().read_bytes())
    assert (done.result.rows, done.result.kept) == (plain.result.rows, plain.result.kept)
    assert kiosk.reception.find("R251105001")
    with kiosk.desk.office.reading() as view:
        entry = view.handovers.all()[-1]
    assert (entry.approval, entry.file_name) == ("", "予約.csv.age")
    assert names_under(kiosk.data) == []

    with pytest.raises(Refused, match="list_not_for_us"):
        kiosk.imports.look(sealed_for(AgeIdentity.new().recipient))
    for damaged in (sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:40]):
        with pytest.raises(Refused, match="list_sealed_broken"):
            kiosk.imports.sheet(damaged)
