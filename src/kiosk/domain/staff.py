"""Who may do what at the counter, which PINs are too weak, and when wrong tries lock."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from kiosk.domain.errors import Refused


class Role(StrEnum):
    """統括責任者, 業務管理者, 業務従事者, 市職員."""

    DIRECTOR = "director"
    MANAGER = "manager"
    STAFF = "staff"
    INSPECTOR = "inspector"


class Act(StrEnum):
    """What a signed-in person can ask the program to do."""

    SEE_RECORDS = "see_records"
    RECEIVE = "receive"
    SERVE = "serve"
    TAKE_PHOTO = "take_photo"
    CORRECT = "correct"
    HANDLE_PAPERS = "handle_papers"
    OPEN_SESSION = "open_session"
    IMPORT_LIST = "import_list"
    CLOSE_SESSION = "close_session"
    EXPORT_BATCH = "export_batch"
    TAKE_RECEIPT = "take_receipt"
    ERASE_SESSION = "erase_session"
    HOLD_EVIDENCE = "hold_evidence"
    EDIT_AGENDA = "edit_agenda"
    EDIT_STAFF = "edit_staff"
    EDIT_REGISTERS = "edit_registers"
    EDIT_APPROVALS = "edit_approvals"
    CHANGE_CITY_KEY = "change_city_key"
    MAKE_REPORTS = "make_reports"
    RECOVER = "recover"
    RETIRE = "retire"


COUNTER_ACTS: Final = frozenset(
    {Act.SEE_RECORDS, Act.RECEIVE, Act.SERVE, Act.TAKE_PHOTO, Act.HANDLE_PAPERS, Act.IMPORT_LIST}
)

MAY: Final[dict[Role, frozenset[Act]]] = {
    Role.DIRECTOR: frozenset(Act),
    Role.MANAGER: frozenset(Act) - {Act.RECOVER},
    Role.STAFF: COUNTER_ACTS | {Act.EXPORT_BATCH},
    # Art. 12, 13: the city looks, and changes nothing.
    Role.INSPECTOR: frozenset({Act.SEE_RECORDS}),
}

NEEDS_TWO: Final = frozenset(
    {Act.RECOVER, Act.ERASE_SESSION, Act.RETIRE, Act.EDIT_APPROVALS, Act.CHANGE_CITY_KEY}
)
"""Acts that need a MANAGER or DIRECTOR and another operator's PIN."""

SIGN_IN_CAP_S: Final = 12 * 3600
"""Nobody stays signed in longer than a working day, however busy the screen is."""

LEADING: Final = frozenset({Role.DIRECTOR, Role.MANAGER})


@dataclass(frozen=True, slots=True)
class Operator:
    """One person of the contractor (or the city's inspector) who can sign in on this PC."""

    id: str
    name: str
    role: Role

    def may(self, act: Act) -> bool:
        """Whether the role's row in MAY holds the act."""
        return act in MAY[self.role]

    @property
    def is_leading(self) -> bool:
        """Whether a manager's decision can come from this person."""
        return self.role in LEADING


def refuse_unless_may(operator: Operator, act: Act) -> None:
    """Raises Refused("not_allowed", act=…) when the operator's role does not include the act."""
    if not operator.may(act):
        raise Refused("not_allowed", act=act.value)


def refuse_unless_two(first: Operator, second: Operator) -> None:
    """Raises Refused("second_person_needed") unless one leads and the two are different people of ours.

    The city's inspector vouches for nothing (特記事項 12, 13).
    """
    is_city = Role.INSPECTOR in (first.role, second.role)
    if is_city or first.id == second.id or not (first.is_leading or second.is_leading):
        raise Refused("second_person_needed")


# --- PINs ---------------------------------------------------------------------------------------

PIN_MIN_DIGITS: Final = 8
PASSPHRASE_MIN: Final = 12
SECRET_MAX: Final = 128
_KEYBOARD_ROWS: Final = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")


def refuse_weak(role: Role, untrusted_pin: str) -> None:
    """Staff and inspector: a PIN of at least 8 digits; manager and director: 12 characters or more.

    Raises Refused with pin_digits_only, pin_too_short(least=…), pin_too_long or pin_weak; the PIN itself is
    never among the facts.
    """
    pin = normal_pin(untrusted_pin)
    if len(pin) > SECRET_MAX:
        raise Refused("pin_too_long", most=SECRET_MAX)
    if role in LEADING:
        if len(pin) < PASSPHRASE_MIN:
            raise Refused("passphrase_too_short", least=PASSPHRASE_MIN)
        if _is_weak_phrase(pin):
            raise Refused("passphrase_weak")
        return
    if not (pin.isascii() and pin.isdigit()):
        raise Refused("pin_digits_only")
    if len(pin) < PIN_MIN_DIGITS:
        raise Refused("pin_too_short", least=PIN_MIN_DIGITS)
    if _is_weak_digits(pin):
        raise Refused("pin_weak")


def normal_pin(untrusted_pin: str) -> str:
    """One form for what an input method may type in two widths, so a PIN works from any keyboard."""
    return unicodedata.normalize("NFKC", untrusted_pin)


def _is_weak_digits(pin: str) -> bool:
    return (
        len(set(pin)) <= 2
        or _is_repeated_block(pin)
        or _longest_run(pin, "0123456789" * 2) >= 5
        or _is_mirrored(pin)
        or _is_paired(pin)
        or _holds_a_date(pin)
    )


def _is_weak_phrase(phrase: str) -> bool:
    lowered = phrase.casefold()
    if len(set(lowered)) <= 4 or _is_repeated_block(lowered) or _is_mirrored(lowered):
        return True
    if lowered.isdigit() and (_is_weak_digits(lowered) or _holds_a_date(lowered)):
        return True
    return any(_longest_run(lowered, row) >= 8 for row in _KEYBOARD_ROWS)


def _is_repeated_block(text: str) -> bool:
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


def _is_mirrored(text: str) -> bool:
    return text == text[::-1]


def _is_paired(text: str) -> bool:
    # 11223344: each digit typed twice is an eight-digit PIN with four digits' worth of choice.
    return len(text) % 2 == 0 and all(text[at] == text[at + 1] for at in range(0, len(text), 2))


def _longest_run(text: str, row: str) -> int:
    """Longest stretch of `text` that stands in `row`, read either way."""
    best = 0
    for line in (row, row[::-1]):
        for start in range(len(text)):
            size = best + 1
            while start + size <= len(text) and text[start : start + size] in line:
                best, size = size, size + 1
    return best


def _holds_a_date(pin: str) -> bool:
    """Whether eight digits in a row are a day between 1900 and 2099, in the usual three orders."""
    for start in range(len(pin) - 7):
        eight = pin[start : start + 8]
        orders = (
            (eight[:4], eight[4:6], eight[6:]),
            (eight[4:], eight[2:4], eight[:2]),
            (eight[4:], eight[:2], eight[2:4]),
        )
        if any(_is_day(year, month, day) for year, month, day in orders):
            return True
    return False


def _is_day(year: str, month: str, day: str) -> bool:
    if not 1900 <= int(year) <= 2099:
        return False
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


# --- lockout ------------------------------------------------------------------------------------

MANAGER_ONLY: Final = "manager_only"
Lock = int | Literal["manager_only"]

FREE_TRIES: Final = 4
TRIES_TO_MANAGER: Final = 10
_FIRST_LOCK_S: Final = 60
_LONGEST_LOCK_S: Final = 12 * 3600


def lock_after(tries: int, role: Role = Role.STAFF) -> Lock:
    """Seconds of waiting after so many wrong tries in a row: 0, from the fifth 60 and doubling.

    From the tenth only a manager can release (MANAGER_ONLY). Nobody stands above a manager on a lone PC, so
    for them the doubling goes on, up to twelve hours, and another manager may release earlier.
    """
    if tries <= FREE_TRIES:
        return 0
    if tries >= TRIES_TO_MANAGER and role not in LEADING:
        return MANAGER_ONLY
    return min(_FIRST_LOCK_S * 2 ** min(tries - FREE_TRIES - 1, 20), _LONGEST_LOCK_S)


def tries_left(tries: int) -> int:
    """How many wrong tries remain before the next one locks; at least 0."""
    return max(0, FREE_TRIES + 1 - tries)
