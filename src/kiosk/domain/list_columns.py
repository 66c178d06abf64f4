"""Which column of a city's list holds what: guessed from its headings, chosen by people, kept by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from kiosk.domain.eras import parse_date
from kiosk.domain.errors import Refused
from kiosk.domain.guards import has_my_number, may_be_resident_code
from kiosk.domain.reservation import ColumnMapping, date_part, open_list, plain

FIELDS = ("number", "date", "slot", "status", "name", "kana", "birth", "party", "remarks")
"""What the keep list can hold, in the order a person is asked."""

NEEDED = ("number", "date", "slot", "name")
LONGEST_HEADING = 40
EXAMPLES = 3
STATUSES = 8
_TIME = re.compile(r"\d{1,2}:\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list before anyone has said what its columns are; nothing of it is kept."""

    encoding: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def examples(self, heading: str) -> tuple[str, ...]:
        """The first different values of a column, to recognise it by."""
        return tuple(dict.fromkeys(value for value in self._values(heading) if value))[:EXAMPLES]

    def statuses(self, heading: str) -> tuple[str, ...]:
        """The different values of the status column, the most frequent first."""
        counted = Counter(value for value in self._values(heading) if value)
        return tuple(value for value, _ in counted.most_common(STATUSES))

    def days(self, mapping: ColumnMapping) -> Counter[date]:
        """How many rows each day has; unreadable dates are left to the reading proper."""
        found: Counter[date] = Counter()
        for value in self._values(mapping.date):
            try:
                found[parse_date(date_part(value))] += 1
            except Refused:
                continue
        return found

    def _values(self, heading: str) -> list[str]:
        if plain(heading) not in self.headings:
            return []
        place = self.headings.index(plain(heading))
        return [row[place].strip() for row in self.rows if place < len(row)]


def read_sheet(untrusted: bytes) -> Sheet:
    """Headings and rows of a list.

    Raises what decoding raises, and Refused("import_no_heading") when the first row is a booking: its
    cells would be somebody's data, and headings are kept.
    """
    encoding, header, rows = open_list(untrusted)
    headings = tuple(plain(name) for name in header)
    if any(_looks_like_a_value(name) for name in headings):
        raise Refused("import_no_heading")
    return Sheet(encoding, headings, tuple(rows))


def _looks_like_a_value(heading: str) -> bool:
    if len(heading) > LONGEST_HEADING or _TIME.search(heading):
        return True
    if has_my_number(heading) or may_be_resident_code(heading):
        return True
    try:
        parse_date(heading)
    except Refused:
        return False
    return True


def guess(
    sheet: Sheet,
    known_headings: Mapping[str, Sequence[str]],
    cancelled_words: Sequence[str],
    start: ColumnMapping,
) -> ColumnMapping:
    """A proposal for a person to look at: `start` where its columns exist, else known headings, else "".

    A status that holds one of `cancelled_words` is proposed as cancelled, every other as booked.
    """
    found: dict[str, str] = {}
    for field in FIELDS:
        own = getattr(start, field)
        candidates = [own, *known_headings.get(field, ())] if own else list(known_headings.get(field, ()))
        found[field] = next((plain(name) for name in candidates if plain(name) in sheet.headings), "")
    if not found["slot"] and any(_TIME.search(plain(value)) for value in sheet.examples(found["date"])):
        found["slot"] = found["date"]  # 2025/11/05 09:00 in one cell
    statuses = sheet.statuses(found["status"])
    cancelled = tuple(one for one in statuses if any(word in plain(one) for word in cancelled_words))
    return replace(
        start,
        **found,  # type: ignore[arg-type]
        cancelled=tuple(dict.fromkeys((*start.cancelled, *cancelled))),
        confirmed=tuple(dict.fromkeys((*start.confirmed, *(s for s in statuses if s not in cancelled)))),
    )


def fits(sheet: Sheet, mapping: ColumnMapping) -> bool:
    """Whether every column of the mapping stands in the list."""
    return all(plain(column) in sheet.headings for column in mapping.columns())


def as_setting(mapping: ColumnMapping) -> dict[str, object]:
    """The mapping as JSON can hold it."""
    values = {one.name: getattr(mapping, one.name) for one in fields(mapping)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def from_setting(setting: Mapping[str, object]) -> ColumnMapping:
    """The mapping of `as_setting`."""
    return ColumnMapping(
        **{name: tuple(value) if isinstance(value, list) else value for name, value in setting.items()}  # type: ignore[arg-type]
    )
