"""The city's reservation list, taken in as a hand-over: read whole or refused whole, ledgered, receipted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from kiosk.domain.errors import Refused
from kiosk.domain.guards import refuse_my_number
from kiosk.domain.ledger import Direction, Handover
from kiosk.domain.list_columns import Sheet, as_setting, fits, from_setting, guess, read_sheet
from kiosk.domain.list_merge import Merged, Overtaken, flags_after, merge, overtaken
from kiosk.domain.registers import Subject
from kiosk.domain.reservation import ColumnMapping, ImportResult, column_mapping, read_list
from kiosk.domain.staff import Act
from kiosk.domain.visit import State
from kiosk.services.catalogue import list_headings
from kiosk.services.desk import Desk
from kiosk.services.papers import custody_receipt_pdf, receipt_number
from kiosk.services.sealed_list import is_sealed, opened
from kiosk.services.words import word
from kiosk.settings.profile import Profile

if TYPE_CHECKING:
    from kiosk.store.office import OfficeView
    from kiosk.store.session import SessionView, SessionWork

TAKEN, SHAPES = "lists", "list_shapes"
LONGEST_SHAPE = 40


@dataclass(frozen=True, slots=True)
class Given:
    """How the list came to us (特記事項 16); all four have to be said."""

    medium: str
    means: str
    place: str
    giver: str

    def checked(self) -> Given:
        """Without blanks around; Refused("import_handover_empty", "my_number_possible")."""
        values = [text.strip() for text in (self.medium, self.means, self.place, self.giver)]
        for text in values:
            if not text:
                raise Refused("import_handover_empty")
            refuse_my_number(text)
        return Given(*values)


@dataclass(frozen=True, slots=True)
class Look:
    """A list before it is taken: what it would give, and what it would change of what is known."""

    mapping: ColumnMapping
    shape: str
    result: ImportResult
    merged: Merged
    overtaken: tuple[Overtaken, ...]


@dataclass(frozen=True, slots=True)
class ImportDone:
    """What the opening screen shows: the number of the 預り証, the counts, and the paper itself."""

    number: str
    result: ImportResult
    receipt_pdf: bytes
    merged: Merged
    overtaken: tuple[Overtaken, ...]


def preview_list(untrusted: bytes, profile: Profile, day: date) -> ImportResult:
    """Reads a list by the profile's columns, without keeping anything."""
    return read_list(untrusted, column_mapping(profile.reservations), day)


def day_of_list(untrusted: bytes, profile: Profile, today: date) -> date:
    """The day a list is about: today when it is in it, else the day most of its rows are of."""
    days = read_sheet(untrusted).days(column_mapping(profile.reservations))
    if today in days or not days:
        return today
    return min(days, key=lambda day: (-days[day], day))


class ListImport:
    """The verbs around the city's list."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def sheet(self, untrusted: bytes) -> Sheet:
        """Headings and rows, for choosing columns; nothing is kept."""
        return read_sheet(opened(untrusted, self._desk))

    def known_shape(self, sheet: Sheet) -> tuple[str, ColumnMapping] | None:
        """Name and columns: of the newest shape saved for exactly these headings, else the contract's own."""
        with self._desk.office.reading() as view:
            saved: list[dict[str, Any]] = view.settings.get(SHAPES, [])
        for shape in saved:
            if set(shape["headings"]) == set(sheet.headings):
                return shape["name"], from_setting(shape["columns"])
        own = self._own()
        return (self._own_name(), own) if fits(sheet, own) else None

    def proposal(self, sheet: Sheet) -> ColumnMapping:
        """What the headings suggest, for a person to look at."""
        headings, cancelled = list_headings()
        return guess(sheet, headings, cancelled, column_mapping(self._desk.rules.reservations))

    def save_shape(self, untrusted_name: str, sheet: Sheet, mapping: ColumnMapping) -> str:
        """Keeps the columns under a name, to be found by itself when a list with these headings comes again.

        Raises Refused("import_shape_name"), and "import_mapping" when a needed column is missing.
        """
        name = untrusted_name.strip()
        if not name or len(name) > LONGEST_SHAPE or name == self._own_name():
            raise Refused("import_shape_name", limit=LONGEST_SHAPE)
        refuse_my_number(name)
        checked = column_mapping(_as_profile(mapping))
        with self._desk.office_work(Act.IMPORT_LIST) as (work, _):
            saved = [one for one in work.settings.get(SHAPES, []) if one["name"] != name]
            newest = {"name": name, "headings": list(sheet.headings), "columns": as_setting(checked)}
            work.settings.put(SHAPES, [newest, *saved])
            self._desk.record(work, "list_shape", "list", columns=len(checked.columns()))
            work.commit()
        return name

    def look(self, untrusted: bytes, mapping: ColumnMapping | None = None) -> Look:
        """What the list would give for the session at hand; refusals as in `read_list`."""
        shape, untrusted = "", opened(untrusted, self._desk)
        if mapping is None:
            shape, mapping = self.known_shape(read_sheet(untrusted)) or (self._own_name(), self._own())
        result = read_list(untrusted, mapping, self._desk.session_day)
        with self._desk.session.reading() as view:
            merged = merge(view.reservations.all(), result.kept)
            late = overtaken(merged.changes, view.visits.tickets_by_reservation())
        return Look(mapping, shape, result, merged, late)

    def take(
        self, untrusted: bytes, *, file_name: str, given: Given, mapping: ColumnMapping | None = None
    ) -> ImportDone:
        """Enters the hand-over (特記事項 16), merges the day's bookings, and makes the numbered 預り証.

        Two databases, so two transactions: the ledger first, the bookings with the number of their
        hand-over second. A cut between them leaves a hand-over that did happen, and taking the same
        list again goes on under the same number. Once taken, the same list gets a number of its own.
        """
        given = given.checked()
        look = self.look(untrusted, mapping)
        sha256 = hashlib.sha256(untrusted).hexdigest()
        with self._desk.counter_work(Act.IMPORT_LIST) as (work, _):
            self._desk.refuse_while_mending()
            taken = _taken(work)
        handover = self._entered(
            sha256, look.result, file_name, given, taken, is_open=not is_sealed(untrusted)
        )
        merged, late = self._kept(look.result, handover)
        return ImportDone(receipt_number(handover), look.result, self._paper(handover), merged, late)

    def protection(self, untrusted: bytes) -> tuple[bool, str]:
        """Whether the list came encrypted, and the city's number that allows an open one ("" for none)."""
        with self._desk.office.reading() as view:
            plain_list = view.approvals.standing(Subject.PLAIN_LIST, self._desk.clock.today())
        return is_sealed(untrusted), plain_list.number if plain_list else ""

    def receipt_again(self, number: str) -> bytes:
        """The 預り証 of a list taken earlier today; Refused("handover_unknown")."""
        with self._desk.office.reading() as view:
            return self._paper(self._known(view, number))

    def returned(self, number: str) -> None:
        """The medium went back to the city, or its file was deleted (特記事項 16); ticked once.

        Raises Refused("handover_unknown").
        """
        with self._desk.office_work(Act.IMPORT_LIST) as (work, _):
            entry = self._known(work, number)
            if entry.returned_at is not None:
                return
            work.handovers.mark_returned(replace(entry, returned_at=self._desk.clock.now()))
            self._desk.record(work, "list_returned", number)
            work.commit()

    def _known(self, view: OfficeView, number: str) -> Handover:
        entries = view.handovers.of_session(self._desk.session_day)
        found = next((entry for entry in entries if receipt_number(entry) == number), None)
        if found is None:
            raise Refused("handover_unknown", number=number)
        return found

    def unfinished(self) -> tuple[str, ...]:
        """Numbers of hand-overs that were entered, and whose bookings were not: a cut in between."""
        with self._desk.session.reading() as day:
            taken = _taken(day)
        with self._desk.office.reading() as view:
            entries = view.handovers.of_session(self._desk.session_day)
        item = word("handover", "list")
        return tuple(receipt_number(one) for one in entries if one.item == item and one.number not in taken)

    def _entered(
        self,
        sha256: str,
        result: ImportResult,
        file_name: str,
        given: Given,
        taken: Sequence[int],
        *,
        is_open: bool,
    ) -> Handover:
        with self._desk.office_work(Act.IMPORT_LIST) as (work, operator):
            for known in work.handovers.of_session(self._desk.session_day):
                said = Given(known.medium, known.means, known.place, known.giver)
                if known.sha256 == sha256 and said == given and known.number not in taken:
                    return known
            plain_list = work.approvals.standing(Subject.PLAIN_LIST, self._desk.clock.today())
            handover = Handover(
                number=work.handovers.next_number(),
                direction=Direction.FROM_CITY,
                item=word("handover", "list"),
                at=self._desk.clock.now(),
                session=self._desk.session_day,
                medium=given.medium,
                means=given.means,
                place=given.place,
                giver=given.giver,
                taker=operator.name,
                file_name=file_name,
                sha256=sha256,
                count=result.rows,
                approval=plain_list.number if plain_list and is_open else "",
            )
            work.handovers.add(handover)
            self._desk.record(work, "handover", receipt_number(handover), rows=result.rows)
            work.commit()
        return handover

    def _kept(self, result: ImportResult, handover: Handover) -> tuple[Merged, tuple[Overtaken, ...]]:
        with self._desk.counter_work(Act.IMPORT_LIST) as (work, _):
            merged = merge(work.reservations.all(), result.kept)
            work.reservations.replace_all(merged.kept)
            late = overtaken(merged.changes, work.visits.tickets_by_reservation())
            for one in late:
                self._tell_desks(work, one)
            work.meta.put(TAKEN, [*_taken(work), handover.number])
            self._desk.record(
                work,
                "import_list",
                receipt_number(handover),
                rows=result.rows,
                kept=len(result.kept),
                other_days=result.other_days,
                changes=len(merged.changes),
            )
            work.commit()
        return merged, late

    def _tell_desks(self, work: SessionWork, late: Overtaken) -> None:
        """Marks the visits that are still open, so that whoever has them next in front sees it."""
        for ticket in late.tickets:
            visit = work.visits.get(ticket)
            if visit.state is State.CLOSED:
                continue
            work.visits.save(replace(visit, flags=flags_after(visit.flags, late.change)))
            change = late.change
            self._desk.record(work, "booking", ticket, change=change.kind.value, fields=change.fields)

    def _paper(self, handover: Handover) -> bytes:
        return custody_receipt_pdf(handover, self._desk.rules, practice=self._desk.practice)

    def _own(self) -> ColumnMapping:
        return column_mapping(self._desk.rules.reservations)

    def _own_name(self) -> str:
        return str(self._desk.rules.reservations.get("name", ""))


def _taken(view: SessionView) -> list[int]:
    return list(view.meta.get(TAKEN, []))


def _as_profile(mapping: ColumnMapping) -> Mapping[str, object]:
    setting = as_setting(mapping)
    beside = {name: setting.pop(name) for name in ("confirmed", "cancelled", "guard_number")}
    return {"columns": setting, **beside}
