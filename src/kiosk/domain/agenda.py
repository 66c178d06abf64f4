"""On which days the counter opens, and by when each day's papers reach the city (spec 5(1), 6(2))."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial

from kiosk.domain.errors import Refused

DAY = datetime.timedelta(days=1)
WEEKDAY_CODES = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_SATURDAY, _SUNDAY = 5, 6
_WEEKDAY_JA = "月火水木金土日"
_DUE = ("same_day", "next_session")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Holidays:
    """The frozen table of national holidays, and the years it is complete for."""

    first_year: int
    last_year: int
    names: Mapping[datetime.date, str]

    def name(self, day: datetime.date) -> str:
        """Name of the holiday or ""; raises Refused("agenda_beyond_holidays") outside the table's years."""
        if not self.first_year <= day.year <= self.last_year:
            raise Refused("agenda_beyond_holidays", year=day.year, first=self.first_year, last=self.last_year)
        return self.names.get(day, "")


def read_holidays(untrusted_text: str) -> Holidays:
    """The table of resources/catalogue/holidays.toml; raises Refused("agenda_holidays")."""
    try:
        table = tomllib.loads(untrusted_text)
        first, last = int(table["first_year"]), int(table["last_year"])
        names = {datetime.date.fromisoformat(day): str(name) for day, name in table["holidays"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused("agenda_holidays") from None
    if any(not first <= day.year <= last for day in names):
        raise Refused("agenda_holidays")
    return Holidays(first, last, names)


@dataclass(frozen=True, slots=True)
class AgendaRule:
    """How one city fixes its session days; the defaults are Koganei's (spec 5(1))."""

    weekdays: tuple[int, ...] = (2,)  # 0 = Monday
    nth_sundays: tuple[int, ...] = (2, 4)
    saturday_shift: bool = True  # the Saturday before, when the Monday after is a holiday
    closed_from: tuple[int, int] = (12, 29)  # month, day; may run over the new year
    closed_to: tuple[int, int] = (1, 3)
    start: str = "09:00"
    end: str = "13:00"
    due_weekday: str = "same_day"
    due_sunday: str = "next_session"
    due_saturday: str = "next_session"  # not stated in the specification: like Sundays

    def is_closed(self, day: datetime.date) -> bool:
        """Whether `day` lies in the year-end closure, both ends included."""
        place = (day.month, day.day)
        if self.closed_from <= self.closed_to:
            return self.closed_from <= place <= self.closed_to
        return place >= self.closed_from or place <= self.closed_to

    def due_of(self, rule: str) -> str:
        return {"B_SUN": self.due_sunday, "B_SAT_SHIFT": self.due_saturday}.get(rule, self.due_weekday)


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """One session day by rule; `no` counts from the first month asked for."""

    no: int
    date: datetime.date
    rule: str
    delivery_due: datetime.date
    note: str

    @property
    def weekday(self) -> str:
        return _WEEKDAY_JA[self.date.weekday()]


def agenda_rule(untrusted_settings: Mapping[str, object]) -> AgendaRule:
    """The rule of a profile's [agenda] table, Koganei's where it is silent.

    `first_month` and `last_month` belong to the contract and are passed over. Raises
    Refused("agenda_rule", field=...) naming the first wrong field.
    """
    readers: dict[str, Callable[[object], object]] = {
        "weekdays": _weekday_numbers,
        "nth_sundays": partial(_numbers, low=1, high=5),
        "saturday_shift": _truth,
        "closed_from": _month_day,
        "closed_to": _month_day,
        "start": _time,
        "end": _time,
        "due_weekday": _due,
        "due_sunday": _due,
        "due_saturday": _due,
    }
    assert set(readers) == {field.name for field in fields(AgendaRule)}
    checked: dict[str, object] = {}
    for name, value in untrusted_settings.items():
        if name in ("first_month", "last_month"):
            continue
        try:
            checked[name] = readers[name](value)
        except (KeyError, ValueError):
            raise Refused("agenda_rule", field=name) from None
    return AgendaRule(**checked)  # type: ignore[arg-type]


def _weekday_numbers(value: object) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise ValueError
    return tuple(sorted(WEEKDAY_CODES[:_SATURDAY].index(name) for name in value))


def _numbers(value: object, *, low: int, high: int) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(one) is int and low <= one <= high for one in value):
        raise ValueError
    return tuple(sorted(value))


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _month_day(value: object) -> tuple[int, int]:
    found = _MONTH_DAY.fullmatch(str(value))
    if found is None:
        raise ValueError
    return int(found[1]), int(found[2])


def _time(value: object) -> str:
    if _TIME.fullmatch(str(value)) is None:
        raise ValueError
    return str(value)


def _due(value: object) -> str:
    if value not in _DUE:
        raise ValueError
    return str(value)


def month(untrusted_text: str) -> datetime.date:
    """First day of a month written 2025-08; raises Refused("month_format")."""
    found = _MONTH.fullmatch(untrusted_text.strip())
    # The last year a date can have has no month after its last one.
    if found is None or not datetime.MINYEAR <= int(found[1]) < datetime.MAXYEAR:
        raise Refused("month_format")
    return datetime.date(int(found[1]), int(found[2]), 1)


def month_or_day(untrusted_text: str) -> tuple[datetime.date, datetime.date | None]:
    """First day of a month written 2025-08 or 2025-08-06, and the day where one was written.

    Raises Refused("month_format").
    """
    text = untrusted_text.strip()
    found = _MONTH.match(text)
    if found is None or len(text) == len(found[0]):
        return month(text), None
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise Refused("month_format") from None
    return month(found[0]), day


def between(
    days: Sequence[AgendaDay], first: datetime.date | None, last: datetime.date | None
) -> tuple[AgendaDay, ...]:
    """The days from `first` to `last`, both included and None for open, numbered from 1."""
    if first is not None and last is not None and last < first:
        raise Refused("agenda_months")
    kept = [
        day for day in days if (first is None or day.date >= first) and (last is None or day.date <= last)
    ]
    return tuple(replace(day, no=number) for number, day in enumerate(kept, start=1))


def agenda(
    first_month: datetime.date, last_month: datetime.date, rule: AgendaRule, holidays: Holidays
) -> tuple[AgendaDay, ...]:
    """Every session day from `first_month` to `last_month`, both whole (their day is ignored).

    Raises Refused("agenda_months") when they are the wrong way round, ("agenda_beyond_holidays") when a
    day cannot be judged, also the one after the last month that a delivery deadline falls on.
    """
    first = first_month.replace(day=1)
    after_last = _next_month(last_month.replace(day=1))
    if after_last <= first:
        raise Refused("agenda_months")
    found = list(_session_days(first, after_last, rule, holidays))
    listed = []
    for number, (day, code, note) in enumerate(found):
        due = day
        if rule.due_of(code) == "next_session":
            later = found[number + 1 :] or _session_days(day + DAY, None, rule, holidays)
            due = next(iter(later))[0]
        listed.append(AgendaDay(number + 1, day, code, due, note))
    return tuple(listed)


def next_day(days: Sequence[AgendaDay], on: datetime.date) -> AgendaDay | None:
    """The session day `on` itself or the first one after it; None when the agenda has ended."""
    return next((day for day in days if day.date >= on), None)


def _session_days(
    first: datetime.date, until: datetime.date | None, rule: AgendaRule, holidays: Holidays
) -> Iterator[tuple[datetime.date, str, str]]:
    """Session days with code and note, up to `until` or to the end of the holiday table (which refuses)."""
    day = first
    while until is None or day < until:
        found = _rule_of(day, rule, holidays)
        if found is not None:
            yield day, *found
        day += DAY


def _rule_of(day: datetime.date, rule: AgendaRule, holidays: Holidays) -> tuple[str, str] | None:
    """Code and note of the rule that makes `day` a session day."""
    holiday, weekday = holidays.name(day), day.weekday()
    if rule.is_closed(day):
        return None
    if weekday in rule.weekdays:
        return None if holiday else (f"A_{WEEKDAY_CODES[weekday]}", "")
    if weekday == _SUNDAY:
        nth = _nth(day)
        if nth not in rule.nth_sundays or (rule.saturday_shift and holidays.name(day + DAY)):
            return None
        maintenance = " ※J-LIS保守日曜" if is_maintenance_sunday(day) else ""
        return "B_SUN", f"第{nth}日曜{maintenance}"
    if weekday == _SATURDAY and rule.saturday_shift:
        sunday, monday = day + DAY, day + 2 * DAY
        name = holidays.name(monday)
        if name and _nth(sunday) in rule.nth_sundays:
            return "B_SAT_SHIFT", f"第{_nth(sunday)}日曜{sunday} → 前日土曜 ({monday} {name})"
    return None


def _nth(day: datetime.date) -> int:
    return (day.day - 1) // 7 + 1


def is_maintenance_sunday(day: datetime.date) -> bool:
    """The nationwide system's maintenance Sunday: the one after the month's third Saturday."""
    saturday = day - DAY
    return day.weekday() == _SUNDAY and saturday.month == day.month and _nth(saturday) == 3


def _next_month(first_of_month: datetime.date) -> datetime.date:
    return (first_of_month + 31 * DAY).replace(day=1)
