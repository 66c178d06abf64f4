"""The office's registers at work: entered, searched, corrected by a further revision, printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from kiosk.domain.eras import format_era
from kiosk.domain.errors import Refused
from kiosk.domain.register_book import (
    Entry,
    Register,
    checked,
    matches,
    printed,
    read_registers,
)
from kiosk.domain.staff import Act
from kiosk.paths import resources
from kiosk.services.agenda_book import plan_of
from kiosk.services.desk import Desk
from kiosk.services.incidents import REGISTER as INCIDENTS
from kiosk.services.incidents import open_drafts
from kiosk.services.register_start import proposal
from kiosk.services.register_views import derived_facts, derived_rows
from kiosk.services.words import word
from kiosk.settings import read_text

if TYPE_CHECKING:
    from kiosk.store.office import OfficeView


@cache
def all_registers() -> tuple[Register, ...]:
    """Every register, in the order of the catalogue."""
    return read_registers(read_text(resources() / "catalogue" / "registers.toml"))


def register_named(name: str) -> Register:
    """One of them; raises Refused("register_unknown")."""
    for register in all_registers():
        if register.name == name:
            return register
    raise Refused("register_unknown", name=name[:40])


@dataclass(frozen=True, slots=True)
class FormJob:
    """A form with everything that stands on it; drawn in the background."""

    file: str
    form: str
    values: Mapping[str, Any] = field(repr=False)

    def run(self) -> bytes:
        """The PDF; touches no database."""
        from kiosk.paper import compose
        from kiosk.services.papers import printable

        return compose.to_pdf(self.form, printable(dict(self.values)))


class RegisterBook:
    """The verbs of the registers' screen; whoever may see records may read, leaders write."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def entries(self, name: str, untrusted_search: str = "") -> tuple[Entry, ...]:
        """The entries as they stand now, the newest first, that hold every word of the search."""
        self._desk.allow(Act.SEE_RECORDS)
        register = register_named(name)
        with self._desk.office.reading() as view:
            found = self.found(view, register)
        return tuple(entry for entry in reversed(found) if matches(entry, untrusted_search))

    def drafts(self, name: str) -> frozenset[int]:
        """Numbers of the entries that the program began and nobody has finished; 事故報告 only."""
        if name != INCIDENTS:
            return frozenset()
        with self._desk.office.reading() as view:
            return open_drafts(view)

    def history(self, name: str, number: int) -> tuple[Entry, ...]:
        """Every revision of one entry, the first one first; raises Refused("register_entry_unknown")."""
        self._desk.allow(Act.SEE_RECORDS)
        with self._desk.office.reading() as view:
            found = view.entries.history(register_named(name).name, number)
        if not found:
            raise Refused("register_entry_unknown", number=number)
        return found

    def proposal(self, name: str) -> dict[str, str]:
        """What a new entry begins with: today, who writes, and what the registers already know."""
        return proposal(self._desk, register_named(name))

    def enter(self, name: str, untrusted: Mapping[str, str]) -> Entry:
        """A further entry with the register's next number."""
        return self._write(name, None, untrusted, "")

    def correct(self, name: str, number: int, untrusted: Mapping[str, str], reason: str) -> Entry:
        """The same number again, with what is right and why; what stood there stays readable."""
        if not reason.strip():
            raise Refused("register_reason_missing")
        return self._write(name, number, untrusted, reason.strip()[:400])

    def paper(self, name: str, number: int | None = None) -> FormJob:
        """The paper of one entry, or of the whole register where that is how it is printed.

        Raises Refused("register_no_form"), ("register_entry_unknown").
        """
        self._desk.allow(Act.SEE_RECORDS)
        register = register_named(name)
        if not register.form:
            raise Refused("register_no_form", title=register.title)
        with self._desk.office.reading() as view:
            found = self.found(view, register)
            facts = derived_facts(name, view, self._desk.clock.today()) if register.is_derived else {}
        values: dict[str, Any] = self._context(register) | facts
        if register.per == "list":
            values["rows"] = [printed(register, entry) for entry in found]
            number = None
        else:
            entry = next((one for one in found if one.number == number), None)
            if entry is None:
                raise Refused("register_entry_unknown", number=number or 0)
            values |= printed(register, entry)
            values["number"] = f"{register.prefix}-{entry.number}" + (
                f"（{word('register', 'revision').format(count=entry.revision)}）"
                if entry.revision > 1
                else ""
            )
        file = f"{register.form}-{number}.pdf" if number else f"{register.form}.pdf"
        return FormJob(file, register.form, values)

    def _write(self, name: str, number: int | None, untrusted: Mapping[str, str], reason: str) -> Entry:
        register = register_named(name)
        words = checked(register, untrusted, self._visitors())
        with self._desk.office_work(Act.EDIT_REGISTERS) as (work, operator):
            revision = 1
            if number is None:
                number = work.entries.next_number(name)
            else:
                before = work.entries.history(name, number)
                if not before:
                    raise Refused("register_entry_unknown", number=number)
                revision = before[-1].revision + 1
            entry = Entry(name, number, revision, self._desk.clock.now(), operator.id, reason, words)
            work.entries.add(entry)
            self._desk.record(work, "register_entry", f"{name}/{number}", revision=revision)
            work.commit()
        self._desk.anchor()
        return entry

    def _visitors(self) -> tuple[str, ...]:
        """Names of the open session's list: they may not stand where nothing is erased."""
        if self._desk.session_db is None:
            return ()
        with self._desk.session.reading() as view:
            booked = [one.name for one in view.reservations.all()]
            return (*booked, *(visit.name for visit in view.visits.all() if visit.name))

    def found(self, view: OfficeView, register: Register) -> tuple[Entry, ...]:
        """The entries as they stand now, the first one first, inside a transaction that is open."""
        return standing_entries(self._desk, view, register)

    def _context(self, register: Register) -> dict[str, Any]:
        """What every form opens with."""
        rules, today = self._desk.rules, self._desk.clock.today()
        day = self._desk.day or today
        with self._desk.office.reading() as view:
            opening = view.openings.find(day, self._desk.kiosk)
        operator = self._desk.operator
        return {
            "number": register.prefix,
            "date": format_era(today),
            "city": f"{rules.city.name}長",
            "company": rules.contractor,
            "contract": rules.name,
            "session": format_era(day),
            "venue": opening.venue if opening else "",
            "by": operator.name if operator else "",
            "period": "",
            "approval": "",
            "total": "",
            **register.also,
            "practice": self._desk.practice,
        }


def standing_entries(desk: Desk, view: OfficeView, register: Register) -> tuple[Entry, ...]:
    """The entries of a register as they stand now, by number; of a derived one, its rows."""
    if not register.is_derived:
        return view.entries.latest(register.name)
    now = desk.clock.now()
    days = tuple(one.day for one in plan_of(desk, view) if one.is_held)
    rows = derived_rows(register.name, view, days)
    return tuple(Entry(register.name, at, 1, now, "", "", row) for at, row in enumerate(rows, start=1))
