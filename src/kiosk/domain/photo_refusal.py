"""Photos the city could not take: which ticket of which session, and by which rule; no names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.domain.batch import TICKET
from kiosk.domain.errors import Refused
from kiosk.domain.portrait import RULES

NOT_MEASURED: Final = ("chair", "frame", "altered", "old", "other")
"""J-LIS's unsuitable photos that no check here can see, and the rest."""

REFUSAL_RULES: Final = (*RULES, *NOT_MEASURED)
USUAL: Final = (
    *("centre", "yaw", "pitch", "roll", "room", "shadow", "background", "covering", "sunglasses"),
    *("glare", "sharp", "under_exposed"),
    *NOT_MEASURED,
)
"""J-LIS's list of unsuitable photos, as an officer is offered it."""

MOST = 1_000
_WORDS = re.compile(rf"(?:(\d{{4}}-\d{{2}}-\d{{2}})[ :])?({TICKET})=([a-z_]{{1,32}})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class PhotoRefusal:
    """One photo the city could not take; it may be of an earlier session than the receipt that names it."""

    session: date
    ticket: str
    rule: str

    @staticmethod
    def parse(untrusted: str, session: date) -> PhotoRefusal:
        """ "B001=shadow", or "2025-10-29:B001=shadow" for an earlier session.

        Raises Refused("receipt_photo_words"), ("receipt_photo_rule").
        """
        found = _WORDS.fullmatch(untrusted.strip())
        if found is None:
            raise Refused("receipt_photo_words")
        day, ticket, rule = found.groups()
        if rule not in REFUSAL_RULES:
            raise Refused("receipt_photo_rule", rules=" ".join(REFUSAL_RULES))
        try:
            return PhotoRefusal(date.fromisoformat(day) if day else session, ticket, rule)
        except ValueError:
            raise Refused("receipt_photo_words") from None


def refuse_wrong(photos: Iterable[PhotoRefusal], session: date, tickets: Iterable[str]) -> None:
    """What a receipt may name: each photo once, of this session's tickets or of a session before it.

    Raises Refused("receipt_photo_twice"), ("receipt_photo_day"), ("receipt_photo_unknown"),
    ("receipt_photo_many").
    """
    known, seen = set(tickets), set()
    for photo in photos:
        key = (photo.session, photo.ticket)
        if key in seen:
            raise Refused("receipt_photo_twice", ticket=photo.ticket)
        if photo.session > session:
            raise Refused("receipt_photo_day", ticket=photo.ticket)
        if photo.session == session and photo.ticket not in known:
            raise Refused("receipt_photo_unknown", ticket=photo.ticket)
        seen.add(key)
    if len(seen) > MOST:
        raise Refused("receipt_photo_many", limit=MOST)


def refused_by_day(photos: Iterable[PhotoRefusal]) -> dict[date, Counter[str]]:
    """How many photos of each session went back by which rule; a photo named twice counts by the last word.

    A rule of a later version of the city's program is counted as "other".
    """
    last = {(photo.session, photo.ticket): photo.rule for photo in photos}
    found: dict[date, Counter[str]] = {}
    for (day, _), rule in last.items():
        found.setdefault(day, Counter())[rule if rule in REFUSAL_RULES else "other"] += 1
    return found
