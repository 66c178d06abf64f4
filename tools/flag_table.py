"""Prints docs/flags.md from the rules in the code: `python tools/flag_table.py > docs/flags.md`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta

from kiosk.domain.eras import format_both
from kiosk.domain.flags import RULES, age_flags, birthday, card_until, notice_flags, residence_flags
from kiosk.ui.texts import Texts

HEAD = """\
# Flags by age and date

Printed from `src/kiosk/domain/flags.py` by `tools/flag_table.py`; a test compares this page with the rules.
A birth date or an expiry is looked at and not kept: only the flag goes along with the number.

| flag | on the glass | stands | what the counter is told | source |
|---|---|---|---|---|
"""

BORDERS = """\

## On the days where they change

| what | the day before | on the day | the day after |
|---|---|---|---|
"""

DAY = date(2025, 11, 5)
BIRTHS = (
    ("ordinary birthday", date(2010, 11, 5)),
    ("29 February", date(2012, 2, 29)),
    ("last day of 昭和", date(1989, 1, 7)),
    ("first day of 平成", date(1989, 1, 8)),
    ("last day of 平成", date(2019, 4, 30)),
    ("first day of 令和", date(2019, 5, 1)),
)
VALID = (
    ("17 on the day of application", date(2007, 11, 6)),
    ("18 on the day of application", date(2007, 11, 5)),
    ("born on 29 February", date(2004, 2, 29)),
)


def around(day: date, flags: Callable[[date], tuple[str, ...]]) -> str:
    """The flags on the day before, on the day, and on the day after."""
    days = (day - timedelta(days=1), day, day + timedelta(days=1))
    return " | ".join("、".join(flags(one)) or "―" for one in days)


def lines() -> list[str]:
    """The page, line by line."""
    texts = Texts.load("ja")
    page = [HEAD.rstrip("\n")]
    for rule in RULES:
        pill, say = texts.get(f"flag.{rule.code}"), texts.get(f"flag_say.{rule.code}")
        page.append(f"| `{rule.code}` | {pill} | {rule.stands} | {say} | {rule.source} |")
    page.append(BORDERS.rstrip("\n"))
    for words, born in BIRTHS:
        for age in (1, 15, 18):
            turns = birthday(born, age)
            seen = around(turns, lambda on, born=born: age_flags(born, on))  # type: ignore[misc]
            page.append(f"| {words}, born {format_both(born)}, turns {age} on {turns} | {seen} |")
    for words, last in (("60 days left", DAY + timedelta(days=60)), ("last day of the period", DAY)):
        seen = around(DAY, lambda on, last=last: residence_flags(last, on))  # type: ignore[misc]
        page.append(f"| residence period until {last}: {words} on {DAY} | {seen} |")
    seen = around(DAY, lambda on: notice_flags(DAY, on))
    page.append(f"| 交付通知書 to be used until {DAY} | {seen} |")
    page.append("\n## How long a card holds\n\n| applied for on 2025-11-05 | card until |\n|---|---|")
    page.extend(f"| {words} (born {born}) | {card_until(born, DAY)} |" for words, born in VALID)
    return page


if __name__ == "__main__":
    sys.stdout.buffer.write(("\n".join(lines()) + "\n").encode())
