"""The photos the city could not take, counted from its signed receipts, which outlive every erasure."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from kiosk.domain.photo_refusal import refused_by_day
from kiosk.domain.receipt import FORMAT, Receipt
from kiosk.services.desk import Desk
from kiosk.services.photo_details import detail_words

if TYPE_CHECKING:
    from kiosk.store.office import OfficeView


def refused_photos(view: OfficeView) -> dict[date, Counter[str]]:
    """Per session and rule. Kept nowhere a second time, so that a photo named in two receipts counts once.

    A stamped receipt on paper names no photos.
    """
    signed = [taken.text.encode() for taken in view.batches.answers() if f'"{FORMAT}"' in taken.text]
    return refused_by_day(photo for text in signed for photo in Receipt.from_bytes(text).photos)


def refused_words(desk: Desk) -> str:
    """All so far in one line, "影 2、傾き 1", for those at the camera; empty when there are none."""
    with desk.office.reading() as view:
        total = sum(refused_photos(view).values(), Counter[str]())
    return detail_words("refused", dict(total.most_common()))
