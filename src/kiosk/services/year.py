"""The contract year set up from one workbook: looked over whole, then taken all at once or not at all."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from kiosk.domain.agenda import WEEKDAY_CODES, AgendaDay, agenda_rule
from kiosk.domain.agenda_changes import AgendaChange, ChangeKind, PlannedDay, refuse_unless_possible
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import StaffRecord
from kiosk.domain.registers import Medium, MediumKind, Subject, refuse_unless_registered
from kiosk.domain.staff import Act
from kiosk.domain.year_book import VALUES, Fault, Place, Year, YearRow, read_year
from kiosk.services import year_table
from kiosk.services.agenda_book import plan_with
from kiosk.services.catalogue import agenda_days
from kiosk.services.desk import Desk
from kiosk.settings import SettingsUnreadable
from kiosk.settings.profile import Profile, read_profile
from kiosk.settings.toml_text import toml_text

if TYPE_CHECKING:
    from kiosk.store.office import OfficeView

DATES = ("reported_on", "trained_on", "pledged_on", "approved_on")


@dataclass(frozen=True, slots=True)
class YearLook:
    """What a filled-in workbook would change, or every fault in it; `counts` by sheet, and the days held."""

    faults: tuple[Fault, ...]
    counts: Mapping[str, int]
    changed: tuple[str, ...]
    days: tuple[AgendaDay, ...]


@dataclass(slots=True)
class _Wanted:
    """Everything that is to be written, gathered before anything is."""

    profile: Profile
    profile_text: str
    changed: list[str] = field(default_factory=list)
    changes: list[AgendaChange] = field(default_factory=list)
    staff: list[StaffRecord] = field(default_factory=list)
    media: list[Medium] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    plan: tuple[PlannedDay, ...] = ()

    def look(self) -> YearLook:
        counts = {"settings": len(self.changed), "changes": len(self.changes)}
        counts |= {"staff": len(self.staff), "media": len(self.media)}
        order = {sheet.title: at for at, sheet in enumerate(year_table.year_sheets())}
        faults = sorted(self.faults, key=lambda one: (order.get(one.sheet, 0), one.row))
        days = tuple(one.day for one in self.plan if one.is_held)
        return YearLook(tuple(faults), counts, tuple(self.changed), days)


def blank_template(profile_text: str) -> bytes:
    """The workbook for a contract that is not set up yet, filled with the settings of a profile."""
    return year_table.template(_now(read_profile(profile_text, "profile")), _venue_rows(profile_text))


class YearDesk:
    """The verbs of setting up a contract year; a manager's."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def template(self) -> bytes:
        """The workbook with everything that holds now."""
        self._desk.allow(Act.EDIT_REGISTERS)
        with self._desk.office.reading() as view:
            profile_text = view.settings.get("profile")
            people = [record for record in view.staff.all() if not record.is_substitute]
            media = view.media.all()
        filled = _venue_rows(profile_text) | {
            "staff": [
                {name: getattr(one, name) for name in StaffRecord.__slots__ if name != "left_on"}
                for one in people
                if one.left_on is None
            ],
            "media": [
                {"serial": one.serial, "kind": one.kind.value, "approval": one.approval} for one in media
            ],
        }
        return year_table.template(_now(read_profile(profile_text, "profile")), filled)

    def look(self, untrusted: bytes) -> YearLook:
        """What the workbook would change, or what is wrong in it by sheet, row and column; writes nothing.

        Raises Refused("year_format"), ("year_empty").
        """
        year = self._read(untrusted)
        with self._desk.office.reading() as view:
            return self._wanted(view, year).look()

    def take(self, untrusted: bytes) -> YearLook:
        """Writes all of it in one transaction; with a single fault nothing is written.

        Raises Refused("year_faults", count=…), ("session_unfinished") while a counter is open.
        """
        year = self._read(untrusted)
        desk = self._desk
        for act in (Act.EDIT_AGENDA, Act.EDIT_STAFF):
            desk.allow(act)
        with desk.office_work(Act.EDIT_REGISTERS) as (work, _):
            busy = next((one for one in work.openings.all() if one.state.value == "open"), None)
            if busy is not None:
                raise Refused("session_unfinished", day=busy.day.isoformat())
            wanted = self._wanted(work, year)
            look = wanted.look()
            if look.faults:
                raise Refused("year_faults", count=len(look.faults))
            if wanted.changed:
                work.settings.put("profile", wanted.profile_text)
            for change in wanted.changes:
                work.agenda.append(change)
            for record in wanted.staff:
                work.staff.save(record)
            for medium in wanted.media:
                work.media.save(medium)
            about = f"{wanted.profile.agenda['first_month']}/{wanted.profile.agenda['last_month']}"
            desk.record(work, "year_setup", about, **look.counts)
            work.commit()
        desk.profile = wanted.profile
        desk.state_changed()
        desk.anchor()
        return look

    def _read(self, untrusted: bytes) -> Year:
        self._desk.allow(Act.EDIT_REGISTERS)
        return read_year(year_table.year_sheets(), year_table.read_book(untrusted))

    def _wanted(self, view: OfficeView, year: Year) -> _Wanted:
        wanted = _with_settings(view.settings.get("profile"), year)
        wanted.faults += year.faults
        try:
            agenda_days(wanted.profile)
            wanted.plan = plan_with(wanted.profile, view)
        except Refused as refusal:
            where = str(refusal.facts.get("field", "first_month"))
            place = year.places.get(f"agenda.{where}", _first_place(year))
            wanted.faults.append(Fault.of(place, refusal))
        else:
            self._add_changes(view, year, wanted)
        self._add_staff(view, year, wanted)
        self._add_media(view, year, wanted)
        return wanted

    def _add_changes(self, view: OfficeView, year: Year, wanted: _Wanted) -> None:
        operator, now = self._desk.allow(Act.EDIT_AGENDA), self._desk.clock.now()
        known = [(one.day, one.kind, one.venue, one.reason, one.agreed_on) for one in view.agenda.all()]
        venues = {venue.name for venue in wanted.profile.venues}
        sheet = year_table.sheet_named("changes")
        for row in year.rows.get("changes", ()):
            change = AgendaChange(
                row.values["day"],
                ChangeKind(row.values["kind"]),
                row.text("reason"),
                row.text("agreed_by"),
                row.values["agreed_on"],
                now,
                operator.id,
                row.text("venue"),
            )
            if (change.day, change.kind, change.venue, change.reason, change.agreed_on) in known:
                continue
            try:
                if change.venue and change.venue not in venues:
                    raise Refused("venue_unknown")
                if view.openings.find(change.day, self._desk.kiosk) is not None:
                    raise Refused("change_is_open", day=change.day.isoformat())
                refuse_unless_possible(change, wanted.plan, self._desk.clock.today())
            except Refused as refusal:
                path = {"venue_unknown": "venue", "change_agreed_later": "agreed_on"}.get(refusal.key, "day")
                wanted.faults.append(Fault.of(row.place(sheet.title_of(path)), refusal))
                continue
            wanted.changes.append(change)
            wanted.plan = plan_with(wanted.profile, view, wanted.changes)

    def _add_staff(self, view: OfficeView, year: Year, wanted: _Wanted) -> None:
        for row in _once(year.rows.get("staff", ()), "operator", wanted):
            before = view.staff.find(row.text("operator"))
            faults = list(self._staff_faults(row, before))
            wanted.faults += faults
            if faults:
                continue
            record = before or StaffRecord(row.text("operator"), "", row.text("role"))
            filled = replace(record, **{name: value for name, value in row.values.items() if value})
            if filled != before:
                wanted.staff.append(filled)

    def _staff_faults(self, row: YearRow, before: StaffRecord | None) -> Iterator[Fault]:
        title = year_table.sheet_named("staff").title_of
        if before is not None and before.left_on is not None:
            yield Fault.of(row.place(title("operator")), Refused("year_left"))
        if before is not None and before.role != row.text("role"):
            yield Fault.of(row.place(title("role")), Refused("year_role_stays"))
        for name in (*DATES, "approval"):
            there = getattr(before, name) if before is not None else None
            given = row.values.get(name)
            if there == given:
                continue
            if there and given:
                yield Fault.of(row.place(title(name)), Refused("year_stays", there=str(there)))
            elif isinstance(given, date) and given > self._desk.clock.today():
                # A day to come would let somebody in who is not trained or approved yet.
                yield Fault.of(row.place(title(name)), Refused("year_day_ahead"))
        has_number = row.text("approval") or (before is not None and before.approval)
        if row.values.get("approved_on") and not has_number:
            yield Fault.of(row.place(title("approval")), Refused("staff_approval_missing"))

    def _add_media(self, view: OfficeView, year: Year, wanted: _Wanted) -> None:
        for row in _once(year.rows.get("media", ()), "serial", wanted):
            kind, number = MediumKind(row.values["kind"]), row.text("approval")
            before = view.media.find(row.text("serial"))
            medium = replace(before or Medium(row.text("serial"), kind, number), kind=kind, approval=number)
            if medium == before:
                continue
            try:
                approval = view.approvals.find(number, Subject.MEDIUM)
                refuse_unless_registered(medium, approval, self._desk.clock.today())
            except Refused as refusal:
                wanted.faults.append(
                    Fault.of(row.place(year_table.sheet_named("media").title_of("approval")), refusal)
                )
                continue
            wanted.media.append(medium)


def _with_settings(profile_text: str, year: Year) -> _Wanted:
    """The profile with what the workbook says otherwise; a value that it cannot have is a fault."""
    table = tomllib.loads(profile_text)
    now = read_profile(profile_text, "profile")
    wanted = _Wanted(now, profile_text)
    before = _now(now)
    for path, value in year.settings.items():
        if path == "flyer.booking_url" and not str(value).startswith("https://"):
            wanted.faults.append(Fault.of(year.places[path], Refused("flyer_address")))
            continue
        there = before.get(path)
        if value == (list(there) if isinstance(there, tuple) else there):
            continue
        _put(table, path, value)
        wanted.changed.append(_title(path))
    venues = [dict(row.values) for row in _once(year.rows.get("venues", ()), "name", wanted)]
    if venues and [_whole_venue(one) for one in venues] != [_whole_venue(one) for one in table["venues"]]:
        table["venues"] = venues
        wanted.changed.append(year_table.sheet_named("venues").title)
    if not wanted.changed:
        return wanted
    text = toml_text(table)
    try:
        wanted.profile, wanted.profile_text = read_profile(text, "profile"), text
    except SettingsUnreadable as problem:
        place = year.places.get(problem.field, _first_place(year))
        wanted.faults.append(Fault.of(place, Refused("settings_unreadable", where=problem.field)))
    return wanted


def _once(rows: tuple[YearRow, ...], path: str, wanted: _Wanted) -> list[YearRow]:
    """The rows whose key stands in the sheet once; a second one is a fault."""
    seen: dict[str, YearRow] = {}
    for row in rows:
        key = row.text(path)
        if key in seen:
            sheet = next(one for one in year_table.year_sheets() if one.title == row.sheet)
            refusal = Refused("year_twice", row=seen[key].row)
            wanted.faults.append(Fault.of(row.place(sheet.title_of(path)), refusal))
        seen.setdefault(key, row)
    return list(seen.values())


def _now(profile: Profile) -> dict[str, Any]:
    """The settings by path as they hold, also those that stand in no file."""
    rule = agenda_rule(profile.agenda)
    by_rule = {
        "weekdays": [WEEKDAY_CODES[at] for at in rule.weekdays],
        "nth_sundays": list(rule.nth_sundays),
        "saturday_shift": rule.saturday_shift,
        **{
            name: getattr(rule, name)
            for name in ("start", "end", "due_weekday", "due_sunday", "due_saturday")
        },
    }
    return {f"agenda.{name}": value for name, value in by_rule.items()} | _by_path(profile.model_dump())


def _title(path: str) -> str:
    """The heading of a setting."""
    sheets = (sheet for sheet in year_table.year_sheets() if sheet.kind == VALUES)
    return next(one.title for sheet in sheets for one in sheet.fields if one.path == path)


def _by_path(table: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            found |= _by_path(value, f"{above}{key}.")
        else:
            found[f"{above}{key}"] = value
    return found


def _put(table: dict[str, Any], path: str, value: object) -> None:
    *parts, last = path.split(".")
    for part in parts:
        table = table.setdefault(part, {})
    table[last] = value


def _whole_venue(venue: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(venue.get(name) or fallback) for name, fallback in _VENUE.items())


def _venue_rows(profile_text: str) -> dict[str, list[dict[str, Any]]]:
    return {"venues": list(tomllib.loads(profile_text)["venues"])}


def _first_place(year: Year) -> Place:
    return next(iter(year.places.values()), Place("", 1, ""))


_VENUE = {"name": "", "room": "", "address": "", "sound": "chime"}
