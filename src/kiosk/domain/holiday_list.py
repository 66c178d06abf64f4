"""The Cabinet Office's list of national holidays (syukujitsu.csv), to bring the frozen table up to date."""

from __future__ import annotations

import csv
import datetime
import io
from collections import Counter
from typing import Final

from kiosk.domain.agenda import Holidays
from kiosk.domain.eras import parse_date
from kiosk.domain.errors import Refused

FEWEST_A_YEAR: Final = 14
"""No year since 2007 has had fewer; a year with less is cut off."""

LARGEST_BYTES: Final = 1 << 20
LONGEST_NAME: Final = 40
NEW_YEAR: Final = (1, 1)


def read_cabinet_list(untrusted: bytes, first_year: int) -> Holidays:
    """The table from `first_year` on: CP932 or UTF-8, a heading, then day and name on each line.

    Refused whole with Refused("holidays_format", row=…) for what is no such list, ("holidays_cut", year=…)
    for a year that is not complete, ("holidays_old", first=…) when it ends before `first_year`.
    """
    if len(untrusted) > LARGEST_BYTES:
        raise Refused("holidays_format", row=1)
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = untrusted.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused("holidays_format", row=1)
    names = {day: name for day, name in _rows(text) if day.year >= first_year}
    if not names:
        raise Refused("holidays_old", first=first_year)
    counted = Counter(day.year for day in names)
    last_year = max(counted)
    for year in range(first_year, last_year + 1):
        if counted[year] < FEWEST_A_YEAR or datetime.date(year, *NEW_YEAR) not in names:
            raise Refused("holidays_cut", year=year)
    return Holidays(first_year, last_year, names)


def _rows(text: str) -> list[tuple[datetime.date, str]]:
    found = []
    for row, cells in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
        if row == 1 or not any(cell.strip() for cell in cells):
            continue  # the heading
        if len(cells) < 2 or not cells[1].strip() or len(cells[1]) > LONGEST_NAME:
            raise Refused("holidays_format", row=row)
        try:
            found.append((parse_date(cells[0]), cells[1].strip()))
        except Refused:
            raise Refused("holidays_format", row=row) from None
    return found


def joined(frozen: Holidays, newer: Holidays | None) -> Holidays:
    """The frozen table with every year of the newer one in its place; a gap between them is refused.

    Raises Refused("holidays_gap", year=…).
    """
    if newer is None:
        return frozen
    if newer.first_year > frozen.last_year + 1:
        raise Refused("holidays_gap", year=frozen.last_year + 1)
    kept = {day: name for day, name in frozen.names.items() if day.year < newer.first_year}
    later = {day: name for day, name in frozen.names.items() if day.year > newer.last_year}
    return Holidays(
        min(frozen.first_year, newer.first_year),
        max(frozen.last_year, newer.last_year),
        {**kept, **newer.names, **later},
    )


def as_setting(holidays: Holidays) -> dict[str, object]:
    """The table as JSON can hold it."""
    return {
        "first_year": holidays.first_year,
        "last_year": holidays.last_year,
        "names": {day.isoformat(): name for day, name in sorted(holidays.names.items())},
    }


def from_setting(setting: dict[str, object]) -> Holidays:
    """The table of `as_setting`."""
    names = setting["names"]
    assert isinstance(names, dict)
    return Holidays(
        int(str(setting["first_year"])),
        int(str(setting["last_year"])),
        {datetime.date.fromisoformat(day): str(name) for day, name in names.items()},
    )
