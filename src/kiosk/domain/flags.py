"""What somebody's age and dates ask the counter to do otherwise: flags, each by one rule on one day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kiosk.domain.eras import age_on

RESIDENCE_DAYS: Final = 60
"""How many days before its end a residence period is told (default; a city may want otherwise)."""

ADULT_FROM: Final = datetime.date(2022, 4, 1)
"""Applications received from this day on: a card of an eighteen-year-old holds to the tenth birthday."""


@dataclass(frozen=True, slots=True)
class FlagRule:
    """One flag: when it stands, in words; the sentence for the counter is in the texts under its code."""

    code: str
    stands: str
    source: str


RULES: Final = (
    FlagRule("under_1", "1歳の誕生日の前日まで", "申請の案内（1歳未満は顔写真なし）"),
    FlagRule("under_15", "15歳の誕生日の前日まで", "法定代理人の手続き、署名用電子証明書は発行しない"),
    FlagRule("age_15_17", "15歳の誕生日から18歳の誕生日の前日まで", "カードの有効期間は5回目の誕生日"),
    FlagRule("residence_ending", "在留期間の満了日まであと60日以内", "在留期間とカードの有効期間"),
    FlagRule("residence_ended", "在留期間の満了日の翌日から", "在留期間の満了でカードは失効"),
    FlagRule("notice_over", "交付通知書の受取期限の翌日から", "交付通知書の表示（市に確認）"),
)
"""The visible table, printed into docs/flags.md; source of the rules: ages and dates of the design (5)."""

ASK_AGE: Final = "ask_age"
"""Flag of whoever came along with the one a date of birth is about: how old they are is to be asked."""

_OF_ONE_PERSON: Final = {
    "under_1": ASK_AGE,
    "under_15": ASK_AGE,
    "age_15_17": ASK_AGE,
    "residence_ending": "ask_residence",
    "residence_ended": "ask_residence",
    "notice_over": "ask_deadline",
}
"""A flag by a date is about the one whose date it is; what it is for those who came along."""


def age_flags(birth: datetime.date, on: datetime.date) -> tuple[str, ...]:
    """Flags by age on a day; () from the eighteenth birthday on. Raises ValueError for a birth after `on`.

    Born on 29 February: in a common year the new age counts from 1 March.
    """
    age = age_on(birth, on)
    if age < 0:
        raise ValueError("born after the day")
    if age < 1:
        return ("under_1", "under_15")
    if age < 15:
        return ("under_15",)
    return ("age_15_17",) if age < 18 else ()


def residence_flags(until: datetime.date, on: datetime.date, days: int = RESIDENCE_DAYS) -> tuple[str, ...]:
    """Flags by the last day of a residence period (在留期間の満了日), which itself still counts."""
    if until < on:
        return ("residence_ended",)
    return ("residence_ending",) if until <= on + datetime.timedelta(days=days) else ()


def notice_flags(deadline: datetime.date, on: datetime.date) -> tuple[str, ...]:
    """Flags by the last day on which a 交付通知書 can be used."""
    return ("notice_over",) if deadline < on else ()


def flags_of_others(flags: Iterable[str]) -> tuple[str, ...]:
    """The flags for those who came along: what one person's dates say is a question for everybody else."""
    return tuple(dict.fromkeys(_OF_ONE_PERSON.get(flag, flag) for flag in flags))


def is_about_one(flag: str) -> bool:
    """Whether a flag follows from one person's own date."""
    return flag in _OF_ONE_PERSON


def birthday(birth: datetime.date, age: int) -> datetime.date:
    """The day somebody turns `age`; 1 March of a common year for the 29th of February."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return datetime.date(birth.year + age, 3, 1)


def card_until(birth: datetime.date, received: datetime.date) -> datetime.date:
    """The birthday a card applied for on `received` holds to: the tenth after it for adults, else the fifth.

    Adults are eighteen, before ADULT_FROM twenty.
    """
    adult = 18 if received >= ADULT_FROM else 20
    age = age_on(birth, received)
    return birthday(birth, age + (10 if age >= adult else 5))
