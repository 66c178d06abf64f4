"""Photos the city cannot take: named by ticket and rule in the receipt, and by nothing else."""

from __future__ import annotations

import pytest

from kiosk.city.desk import answer
from kiosk.domain.errors import Refused
from kiosk.domain.receipt import Receipt
from tests.city.offices import AFTERNOON, Counter, Office


def test_photos_the_city_cannot_take_are_named_in_the_receipt(office: Office, counter: Counter) -> None:
    batch = counter.seal()
    without, ticket, _ = (line.ticket for line in counter.sealed[0].manifest.facts.tickets)

    def named(*photos: str) -> Receipt:
        return answer(office.home, batch, AFTERNOON, by="市民課", photos=photos).receipt

    for wrong, key in (
        ("Z999=shadow", "receipt_photo_unknown"),
        (f"{without}=shadow", "receipt_photo_none"),
        (f"{ticket}=blurry", "receipt_photo_rule"),
        (f"2025-11-09:{ticket}=roll", "receipt_photo_day"),
        ("2025-13-01:B001=roll", "receipt_photo_words"),
        ("山田=roll", "receipt_photo_words"),
    ):
        with pytest.raises(Refused, match=key):
            named(wrong)
    with pytest.raises(Refused, match="receipt_photo_twice"):
        named(f"{ticket}=shadow", f"{ticket}=roll")
    given = named(f"{ticket}=shadow", "2025-10-29:B003=roll")
    assert [(str(photo.session), photo.ticket, photo.rule) for photo in given.photos] == [
        ("2025-10-29", "B003", "roll"),
        ("2025-11-05", ticket, "shadow"),
    ]
