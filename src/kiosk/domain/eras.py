"""Dates as people in Japan write them, in eras or western years, and ages counted from them."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass

from kiosk.domain.errors import Refused


@dataclass(frozen=True, slots=True)
class Era:
    """One era: name, letter, its first day."""

    name: str
    letter: str
    first: datetime.date


ERAS = (
    Era("明治", "M", datetime.date(1868, 10, 23)),
    Era("大正", "T", datetime.date(1912, 7, 30)),
    Era("昭和", "S", datetime.date(1926, 12, 25)),
    Era("平成", "H", datetime.date(1989, 1, 8)),
    Era("令和", "R", datetime.date(2019, 5, 1)),
)
_BY_NAME = {key: era for era in ERAS for key in (era.name, era.letter)}
_ERA = f"(?P<era>{'|'.join(_BY_NAME)})"
_SEPARATED = (
    r"(?P<year>元|\d{1,2})\s*(?:年|[./-])\s*(?P<month>\d{1,2})\s*(?:月|[./-])\s*(?P<day>\d{1,2})\s*日?"
)
_SHAPES = (
    re.compile(rf"{_ERA}\s*{_SEPARATED}", re.ASCII),
    re.compile(rf"{_ERA}(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)", re.ASCII),
    re.compile(r"(?P<year>\d{4})([/.-])(?P<month>\d{1,2})\2(?P<day>\d{1,2})", re.ASCII),
    re.compile(r"(?P<year>\d{4})年\s*(?P<month>\d{1,2})月\s*(?P<day>\d{1,2})日", re.ASCII),
    re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)", re.ASCII),
)


def parse_date(untrusted_text: str) -> datetime.date:
    """A date in an era or a western year, full-width signs included.

    Raises Refused("date_unreadable") for what names no era or century (7.8.6), ("date_impossible") for
    31 April, ("date_outside_era") for 昭和64年1月8日 and for days before Meiji.
    """
    text = unicodedata.normalize("NFKC", untrusted_text).strip().upper()
    for shape in _SHAPES:
        found = shape.fullmatch(text)
        if found is not None:
            break
    else:
        raise Refused("date_unreadable")
    era = _BY_NAME[found["era"]] if "era" in shape.groupindex else None
    year = 1 if found["year"] == "元" else int(found["year"])
    if era is not None:
        if year == 0:
            raise Refused("date_impossible")
        year += era.first.year - 1
    try:
        day = datetime.date(year, int(found["month"]), int(found["day"]))
    except ValueError:
        raise Refused("date_impossible") from None
    if day < ERAS[0].first or (era is not None and era_of(day) is not era):
        raise Refused("date_outside_era")
    return day


def era_of(day: datetime.date) -> Era:
    """The era `day` lies in; raises Refused("date_outside_era") before Meiji."""
    for era in reversed(ERAS):
        if day >= era.first:
            return era
    raise Refused("date_outside_era")


def format_western(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def format_era(day: datetime.date) -> str:
    """令和7年8月6日; the first year of an era is 元年."""
    era = era_of(day)
    year = day.year - era.first.year + 1
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def format_both(day: datetime.date) -> str:
    """令和7年8月6日（2025年8月6日）."""
    return f"{format_era(day)}（{format_western(day)}）"


def age_on(birth: datetime.date, on: datetime.date) -> int:
    """Whole years by birthday; born on 29 February, the new age counts from 1 March of a common year."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
