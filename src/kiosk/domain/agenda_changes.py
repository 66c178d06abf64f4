"""Changes of the agenda agreed with the city: called off, added, another venue; never an edit."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from kiosk.domain.agenda import AgendaDay, AgendaRule
from kiosk.domain.errors import Refused
from kiosk.domain.guards import refuse_my_number

MANUAL: Final = "MANUAL"
LONGEST_REASON: Final = 200
LONG_CUSTODY_DAYS: Final = 7
"""From here on papers are kept so long that a custody clock is worth showing (12/28 → 1/7, 2/8 → 2/18)."""

_SATURDAY, _SUNDAY = 5, 6


class ChangeKind(StrEnum):
    """What was agreed about one day."""

    CALLED_OFF = "called_off"  # 中止, before the day
    ADDED = "added"  # 臨時
    VENUE = "venue"  # 会場の変更
    AS_RULED = "as_ruled"  # an earlier change of the day no longer holds


@dataclass(frozen=True, slots=True)
class AgendaChange:
    """One change: why, who at the city agreed or ordered it, and when (spec 5(1)ア)."""

    day: datetime.date
    kind: ChangeKind
    reason: str
    agreed_by: str
    agreed_on: datetime.date
    at: datetime.datetime
    operator: str
    venue: str = ""


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """One day as it is planned now; `day.no` is 0 for an added one, `change` the last word about it."""

    day: AgendaDay
    venue: str = ""
    change: AgendaChange | None = None

    @property
    def is_held(self) -> bool:
        """Whether the counter opens on this day."""
        return self.change is None or self.change.kind is not ChangeKind.CALLED_OFF

    @property
    def custody_days(self) -> int:
        """For how many days its papers may have to be kept."""
        return (self.day.delivery_due - self.day.date).days


def planned(
    days: Sequence[AgendaDay], changes: Iterable[AgendaChange], rule: AgendaRule
) -> tuple[PlannedDay, ...]:
    """The rule's days with every change on them, in order; deadlines move with the days that are held.

    The later of two changes of one day counts; a change of the venue does not undo another.
    """
    by_day = {day.date: PlannedDay(day) for day in days}
    for change in changes:
        known = by_day.get(change.day)
        if change.kind is ChangeKind.AS_RULED:
            if known is not None and known.day.rule == MANUAL:
                del by_day[change.day]
            elif known is not None:
                by_day[change.day] = PlannedDay(known.day)
        elif change.kind is ChangeKind.VENUE:
            if known is not None:
                by_day[change.day] = replace(known, venue=change.venue)
        else:
            day = known.day if known is not None else AgendaDay(0, change.day, MANUAL, change.day, "")
            venue = change.venue or (known.venue if known else "")
            by_day[change.day] = PlannedDay(day, venue, change)
    found = [by_day[day] for day in sorted(by_day)]
    held = [one.day.date for one in found if one.is_held]
    return tuple(replace(one, day=replace(one.day, delivery_due=_due(one, held, rule))) for one in found)


def refuse_unless_possible(change: AgendaChange, plan: Sequence[PlannedDay], today: datetime.date) -> None:
    """Refused("change_words") without reason or agreement, ("change_agreed_later") for a day to come,
    ("change_not_now") for what the plan does not allow; and what the guards refuse.
    """
    for text in (change.reason, change.agreed_by):
        if not text.strip() or len(text) > LONGEST_REASON:
            raise Refused("change_words", limit=LONGEST_REASON)
        refuse_my_number(text)
    if change.agreed_on > today:
        raise Refused("change_agreed_later")
    known = next((one for one in plan if one.day.date == change.day), None)
    is_held = known is not None and known.is_held
    possible = {
        ChangeKind.CALLED_OFF: is_held and change.day >= today,
        ChangeKind.ADDED: not is_held and change.day >= today,
        ChangeKind.VENUE: is_held and change.day >= today and bool(change.venue),
        ChangeKind.AS_RULED: known is not None and (known.change is not None or bool(known.venue)),
    }
    if not possible[change.kind]:
        raise Refused("change_not_now", day=change.day.isoformat())


def _due(one: PlannedDay, held: Sequence[datetime.date], rule: AgendaRule) -> datetime.date:
    """The deadline among the days that are held; the rule's own where none of them follows."""
    day = one.day
    code = day.rule
    if code == MANUAL:
        code = {_SUNDAY: "B_SUN", _SATURDAY: "B_SAT_SHIFT"}.get(day.date.weekday(), MANUAL)
    if rule.due_of(code) != "next_session":
        return day.date
    return next((later for later in held if later > day.date), day.delivery_due)
