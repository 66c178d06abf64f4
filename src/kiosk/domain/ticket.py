"""The number on paper: how it is written, and the code that proves this site printed it."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.domain.errors import Refused
from kiosk.domain.visit import Service

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""No I, O, Q: read as 1 and 0 from afar (ticket convention)."""

_BEGINS = "Q1:"
_CODE = re.compile(rf"{_BEGINS}([A-Z0-9]{{1,12}}):([0-9]{{6}}):([{LETTERS}][0-9]{{3}}):([0-9A-F]{{8}})")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A number that was given out; printing is recorded apart because it can fail and be repeated."""

    number: str
    service: Service
    issued_at: datetime
    printed: bool = False
    reprints: int = 0


def ticket_number(letter: str, count: int) -> str:
    """Letter and three digits, A001; refuses when the band of the day is used up."""
    if not 1 <= count <= 999:
        raise Refused("tickets_used_up", letter=letter)
    return f"{letter}{count:03d}"


def read_number(untrusted_text: str) -> str:
    """A number as typed or scanned (full-width, lower case, no leading zeros), in its one form."""
    text = untrusted_text.strip().translate(_HALF).upper()
    found = re.fullmatch(rf"([{LETTERS}])-?([0-9]{{1,3}})", text)
    if found is None or int(found[2]) == 0:
        raise Refused("ticket_unreadable")
    return ticket_number(found[1], int(found[2]))


_HALF = {0xFF01 + i: 0x21 + i for i in range(94)}


def ticket_code(site: str, day: date, number: str, key: bytes) -> str:
    """The text of the ticket's QR: no personal data, only number, day and proof of origin."""
    body = f"Q1:{site}:{day:%y%m%d}:{number}"
    return f"{body}:{_mac(body, key)}"


def as_scanned(untrusted_text: str) -> str:
    """The code that a hand scanner meant when it typed this; any other text only without its outer blanks.

    It types through the keyboard's own state: with an input method full-width, with Caps Lock small, and a
    US scanner's colon is + on a Japanese keyboard. What stood in the field before the code (half a scan, the
    beginning of a name) is no part of it. Nothing is made valid here: `read_code` proves the result.
    """
    text = untrusted_text.strip().translate(_HALF).upper().replace("+", ":")
    whole = re.search(rf"{_CODE.pattern}\Z", text)
    if whole is not None:
        return whole[0]
    return text[text.rindex(_BEGINS) :] if _BEGINS in text else untrusted_text.strip()


def looks_like_code(untrusted_text: str) -> bool:
    """Whether a text is meant as a ticket's code at all, right or wrong."""
    return as_scanned(untrusted_text).startswith(_BEGINS)


def read_code(untrusted_text: str, site: str, day: date, key: bytes) -> str:
    """The number in a scanned ticket code; refuses damage, another site or day, and a false proof."""
    found = _CODE.fullmatch(untrusted_text.strip())
    if found is None:
        raise Refused("code_unreadable")
    body = untrusted_text.strip().rpartition(":")[0]
    if not hmac.compare_digest(_mac(body, key), found[4]):
        raise Refused("code_foreign")
    if found[1] != site:
        raise Refused("code_foreign")
    if found[2] != f"{day:%y%m%d}":
        raise Refused("code_other_day")
    return found[3]


def _mac(body: str, key: bytes) -> str:
    return hmac.new(key, body.encode("ascii"), hashlib.sha256).hexdigest()[:8].upper()
