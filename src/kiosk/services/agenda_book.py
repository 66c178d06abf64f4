"""The agenda as it stands: the rule, the holidays, and everything agreed with the city since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kiosk.domain import agenda as rules
from kiosk.domain.agenda import AgendaDay, Holidays
from kiosk.domain.agenda_changes import AgendaChange, ChangeKind, PlannedDay, planned, refuse_unless_possible
from kiosk.domain.errors import Refused
from kiosk.domain.holiday_list import as_setting, from_setting, joined, read_cabinet_list
from kiosk.domain.staff import Act
from kiosk.services.catalogue import agenda_days, holidays
from kiosk.services.desk import Desk
from kiosk.settings.profile import Profile

if TYPE_CHECKING:
    from kiosk.store.office import OfficeView

HOLIDAYS = "holidays"


@dataclass(frozen=True, slots=True)
class HolidaysTaken:
    """What a newer list of holidays gives: the years it covers, and the session days it moves."""

    holidays: Holidays
    added: tuple[date, ...]
    removed: tuple[date, ...]


def plan_of(desk: Desk, view: OfficeView | None = None) -> tuple[PlannedDay, ...]:
    """Every day of the contract as it is planned now; `view` where a transaction is open already."""
    if view is None:
        with desk.office.reading() as opened:
            return plan_of(desk, opened)
    return plan_with(desk.rules, view)


def plan_with(
    profile: Profile, view: OfficeView, further: Iterable[AgendaChange] = ()
) -> tuple[PlannedDay, ...]:
    """The same for a profile and changes that are not kept yet."""
    setting = view.settings.get(HOLIDAYS)
    days = _by_rule(profile, joined(holidays(), from_setting(setting))) if setting else agenda_days(profile)
    return planned(days, (*view.agenda.all(), *further), rules.agenda_rule(profile.agenda))


def held_days(desk: Desk) -> tuple[AgendaDay, ...]:
    """The days on which the counter opens, deadlines as they stand now."""
    return tuple(one.day for one in plan_of(desk) if one.is_held)


def number_of(desk: Desk, day: date) -> int | None:
    """The session's number in the agenda as it stands now; None for an extra one."""
    return next((one.no or None for one in held_days(desk) if one.date == day), None)


class AgendaBook:
    """The manager's verbs around the agenda; every one is a further line, none is an edit."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def plan(self) -> tuple[PlannedDay, ...]:
        """Every day of the contract, the ones called off included."""
        return plan_of(self._desk)

    def holiday_years(self) -> tuple[int, int]:
        """First and last year the holidays are known for."""
        table = self._holidays()
        return table.first_year, table.last_year

    def change(
        self,
        kind: ChangeKind,
        day: date,
        *,
        reason: str,
        agreed_by: str,
        agreed_on: date,
        venue: str = "",
    ) -> PlannedDay | None:
        """Enters what was agreed with the city; the day as it stands then, None where there is none left.

        Raises what `refuse_unless_possible` raises, Refused("venue_unknown"), Refused("change_is_open") for a
        day whose counter was opened: what happens to that session is no change of the agenda.
        """
        self._desk.allow(Act.EDIT_AGENDA)
        if venue and venue not in {known.name for known in self._desk.rules.venues}:
            raise Refused("venue_unknown")
        with self._desk.office_work(Act.EDIT_AGENDA) as (work, operator):
            change = AgendaChange(
                day,
                kind,
                reason.strip(),
                agreed_by.strip(),
                agreed_on,
                self._desk.clock.now(),
                operator.id,
                venue,
            )
            refuse_unless_possible(change, plan_of(self._desk, work), self._desk.clock.today())
            opening = work.openings.find(day, self._desk.kiosk)
            if opening is not None:
                raise Refused("change_is_open", day=day.isoformat())
            work.agenda.append(change)
            self._desk.record(work, "agenda_change", day.isoformat(), kind=kind.value)
            found = plan_of(self._desk, work)
            work.commit()
        return next((one for one in found if one.day.date == day), None)

    def look_at_holidays(self, untrusted: bytes) -> HolidaysTaken:
        """What a list of the Cabinet Office would change; refusals as in domain.holiday_list."""
        newer = read_cabinet_list(untrusted, holidays().first_year)
        before = {day.date for day in _by_rule(self._desk.rules, self._holidays())}
        table = joined(holidays(), newer)
        after = {day.date for day in _by_rule(self._desk.rules, table)}
        return HolidaysTaken(table, tuple(sorted(after - before)), tuple(sorted(before - after)))

    def take_holidays(self, untrusted: bytes) -> HolidaysTaken:
        """Keeps the list; from now on the agenda is computed with it."""
        taken = self.look_at_holidays(untrusted)
        with self._desk.office_work(Act.EDIT_AGENDA) as (work, _):
            work.settings.put(HOLIDAYS, as_setting(read_cabinet_list(untrusted, holidays().first_year)))
            self._desk.record(
                work,
                "holidays",
                hashlib.sha256(untrusted).hexdigest()[:16],
                last_year=taken.holidays.last_year,
                added=len(taken.added),
                removed=len(taken.removed),
            )
            work.commit()
        return taken

    def _holidays(self) -> Holidays:
        with self._desk.office.reading() as view:
            setting = view.settings.get(HOLIDAYS)
        return joined(holidays(), from_setting(setting) if setting else None)


def _by_rule(profile: Profile, table: Holidays) -> tuple[AgendaDay, ...]:
    settings = profile.agenda
    first, last = (rules.month(str(settings.get(name, ""))) for name in ("first_month", "last_month"))
    return rules.agenda(first, last, rules.agenda_rule(settings), table)
