"""What must never be stored: a text with a likely My Number is refused, a resident code is warned of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kiosk.domain.errors import Refused

MY_NUMBER_DIGITS = 12
RESIDENT_CODE_DIGITS = 11
_SHORTEST = RESIDENT_CODE_DIGITS
_DIGIT = re.compile(r"\d")
_BECOMES_DIGITS = re.compile(
    r"[\d²³¹¼-¾\u2070-\u2089\u2150-\u2189\u2460-\u249b\u24ea\u3251-\u33fe\U0001f100-\U0001f10a]"
)
"""Whatever is a digit, or becomes one when full-width and circled signs are made plain."""
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー─━_"), "-")
_BESIDE_PHONE = re.compile(r"\+81[\s-]*(?:\(0\))?", re.ASCII)
_BLANK = r"[ \t\r\n\u3000]{0,3}"
# Ways people write one number: in one run, in groups with one and the same sign between, in groups with
# blanks between, and (as on the card, in fours) with whatever between. A run is taken whole: a longer one
# (23 digits of an 申請書ID) holds a passing window 72 % of the time.
_BARE = re.compile(r"\d+", re.ASCII)
_SIGNED = re.compile(
    rf"\d+{_BLANK}(?P<sign>[-./,、・]){_BLANK}\d+(?:{_BLANK}(?P=sign){_BLANK}\d+)*", re.ASCII
)
_SPACED = re.compile(r"\d+(?:\s{1,3}\d+)+", re.ASCII)
_MIXED = re.compile(rf"\d+(?:{_BLANK}[-./,、・]?{_BLANK}\d+)+", re.ASCII)
_AS_ON_THE_CARD = [4, 4, 4]


def check_digit(first_eleven: str) -> int:
    """Check digit of an individual number from its first eleven digits (平成26年総務省令第85号 第5条)."""
    total = 0
    for n, digit in enumerate(reversed(first_eleven), start=1):
        total += int(digit) * (n + 1 if n <= 6 else n - 5)
    rest = total % 11
    return 0 if rest <= 1 else 11 - rest


def is_my_number(digits: str) -> bool:
    """Whether twelve ASCII digits carry the check digit of an individual number."""
    return len(digits) == MY_NUMBER_DIGITS and check_digit(digits[:-1]) == int(digits[-1])


def may_hold_number(text: str) -> bool:
    """A quick look that spares most texts the close one: False only where there cannot be a number."""
    return not (text.isascii() and len(text) < _SHORTEST) and _BECOMES_DIGITS.search(text) is not None


def _numbers(text: str) -> Iterator[str]:
    """Every isolated number in the text, its separators taken out."""
    if not may_hold_number(text):
        return
    plain = unicodedata.normalize("NFKC", text)
    if len(_DIGIT.findall(plain)) < _SHORTEST:
        return  # most cells of a list: nothing to look for
    plain = "".join(
        str(unicodedata.decimal(sign, sign))
        for sign in plain
        if unicodedata.category(sign) != "Cf"  # zero-width signs would hide a run
    )
    plain = _BESIDE_PHONE.sub("0", plain.translate(_DASHES))
    yield from _BARE.findall(plain)
    for whole in _SIGNED.finditer(plain):
        yield from _joined(_BARE.findall(whole[0]), any_lengths=whole["sign"] == "-")
    for spaced in _SPACED.findall(plain):
        yield from _joined(_BARE.findall(spaced), any_lengths=False)
    for mixed in _MIXED.findall(plain):
        groups = _BARE.findall(mixed)
        if list(map(len, groups)) == _AS_ON_THE_CARD:
            yield "".join(groups)


def _joined(groups: list[str], *, any_lengths: bool) -> Iterator[str]:
    """Groups as one number; only dashes join unequal ones.

    Else a telephone number with a count behind it would have twelve digits.
    """
    if any_lengths or len(set(map(len, groups))) == 1 or sum(map(len, groups)) == RESIDENT_CODE_DIGITS:
        yield "".join(groups)


def has_my_number(untrusted_text: str) -> bool:
    """Whether the text holds an isolated twelve-digit run that may be somebody's My Number."""
    return any(is_my_number(number) for number in _numbers(untrusted_text))


def refuse_my_number(untrusted_text: str) -> None:
    """Raises Refused("my_number_possible"); the value goes nowhere, not even into the log."""
    if has_my_number(untrusted_text):
        raise Refused("my_number_possible")


def may_be_resident_code(untrusted_text: str) -> bool:
    """Whether an isolated eleven-digit run could be a 住民票コード (telephone numbers begin with 0)."""
    return any(
        len(number) == RESIDENT_CODE_DIGITS and not number.startswith("0")
        for number in _numbers(untrusted_text)
    )
