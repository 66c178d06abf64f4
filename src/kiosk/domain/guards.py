"""What must never be stored: a text with a likely My Number is refused, a resident code is warned of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kiosk.domain.errors import Refused

MY_NUMBER_DIGITS = 12
RESIDENT_CODE_DIGITS = 11
_HYPHENS = r"\-‐‑‒–—―−ー_./,、・"
# Ways people write one number: in one run, in groups with signs between, in groups with blanks between.
# A run is taken whole: a longer one (23 digits of an 申請書ID) holds a passing window 72 % of the time.
_SHAPES = (
    re.compile(r"\d+", re.ASCII),
    re.compile(rf"\d+(?:[{_HYPHENS}]\d+)*", re.ASCII),
    re.compile(r"\d+(?:\s{1,3}\d+)*", re.ASCII),
    re.compile(rf"\d+(?:\s{{0,3}}[{_HYPHENS}]?\s{{0,3}}\d+)*", re.ASCII),
)


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


def _numbers(text: str) -> Iterator[str]:
    """Every isolated number in the text, its separators taken out."""
    plain = "".join(
        str(unicodedata.decimal(sign, sign))
        for sign in unicodedata.normalize("NFKC", text)
        if unicodedata.category(sign) != "Cf"  # zero-width signs would hide a run
    )
    for shape in _SHAPES:
        for found in shape.finditer(plain):
            yield re.sub(r"\D", "", found[0], flags=re.ASCII)


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
