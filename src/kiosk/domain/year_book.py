"""The contract year's sheets: which cells they have, and what is wrong with one that cannot be taken."""

from __future__ import annotations

import datetime
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kiosk.domain.agenda import month
from kiosk.domain.eras import parse_date
from kiosk.domain.errors import Fact, Refused
from kiosk.domain.guards import refuse_my_number

VALUES, ROWS = "values", "rows"

LONGEST_CELL: Final = 200
LARGEST_WHOLE: Final = 100_000
MOST_ROWS: Final = 500
_BETWEEN = re.compile(r"[、,，\n]+")
_ID = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)
_MONTH = re.compile(r"(\d{4})[-/年](\d{1,2})月?", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::00)?", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+", re.ASCII)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")

Cells = Sequence[Sequence[object]]
"""The rows of one sheet as they were read; everything in them is untrusted."""


@dataclass(frozen=True, slots=True)
class YearField:
    """One value or column: `choices` are the words a person picks and what is kept for them."""

    path: str
    title: str
    kind: str
    note: str
    is_needed: bool = False
    choices: Mapping[str, Any] = field(default_factory=dict)

    def shown(self, value: object) -> str:
        """A kept value as a person writes it into the cell."""
        if value is None:
            return ""
        if self.kind == "codes" and isinstance(value, list | tuple):
            return "、".join(word for word, kept in self.choices.items() if kept in value)
        if self.choices:
            plain = list(value) if isinstance(value, tuple) else value
            return next((word for word, kept in self.choices.items() if kept == plain), "")
        if isinstance(value, list | tuple):
            return "、".join(map(str, value))
        return str(value)


@dataclass(frozen=True, slots=True)
class YearSheet:
    """One sheet: `kind` is values (a line for each field) or rows (a column for each).

    `heading` stands over the three columns of a sheet of values: what, value, how to write it.
    """

    name: str
    title: str
    kind: str
    about: str
    fields: tuple[YearField, ...]
    heading: tuple[str, ...] = ()

    def title_of(self, path: str) -> str:
        """The heading over a value."""
        return next(one.title for one in self.fields if one.path == path)

    def titled(self, title: str) -> YearField | None:
        """The field under a heading."""
        return next((one for one in self.fields if one.title == title), None)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell; `row` is the sheet's own number, `key` a sentence of the refusals."""

    sheet: str
    row: int
    column: str
    key: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    @staticmethod
    def of(place: Place, refusal: Refused) -> Fault:
        """The refusal at its place."""
        return Fault(place.sheet, place.row, place.column, refusal.key, refusal.facts)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands."""

    sheet: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class YearRow:
    """One line of a sheet of rows; empty cells are not among the values."""

    sheet: str
    row: int
    values: Mapping[str, Any]

    def place(self, column: str) -> Place:
        """The cell under a heading."""
        return Place(self.sheet, self.row, column)

    def text(self, path: str) -> str:
        """A value as text, "" for an empty cell."""
        return str(self.values.get(path, ""))


@dataclass(frozen=True, slots=True)
class Year:
    """Everything that was filled in: settings by path with their places, and rows by sheet."""

    settings: Mapping[str, Any]
    places: Mapping[str, Place]
    rows: Mapping[str, tuple[YearRow, ...]]
    faults: tuple[Fault, ...]


def read_sheets(untrusted_text: str) -> tuple[YearSheet, ...]:
    """The sheets of resources/catalogue/year.toml; raises Refused("year_sheets")."""
    try:
        return tuple(
            YearSheet(
                table["name"],
                table["title"],
                {VALUES: VALUES, ROWS: ROWS}[table["kind"]],
                table["about"],
                tuple(
                    YearField(
                        one["path"],
                        one["title"],
                        one["kind"].removesuffix("*"),
                        one["note"],
                        one["kind"].endswith("*"),
                        one.get("choices", {}),
                    )
                    for one in table["fields"]
                ),
                tuple(table.get("heading", ())),
            )
            for table in tomllib.loads(untrusted_text)["sheets"]
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused("year_sheets") from None


def read_year(sheets: Sequence[YearSheet], untrusted: Mapping[str, Cells]) -> Year:
    """The filled-in sheets with every fault in them; a sheet that is not there says nothing.

    Raises Refused("year_empty") for a book with none of the sheets.
    """
    if not any(sheet.title in untrusted for sheet in sheets):
        raise Refused("year_empty")
    settings: dict[str, Any] = {}
    places: dict[str, Place] = {}
    rows: dict[str, tuple[YearRow, ...]] = {}
    faults: list[Fault] = []
    for sheet in sheets:
        cells = untrusted.get(sheet.title)
        if cells is None:
            continue
        if sheet.kind == VALUES:
            for one, value, place in _values(sheet, cells, faults):
                settings[one.path], places[one.path] = value, place
        else:
            rows[sheet.name] = tuple(_rows(sheet, cells, faults))
    return Year(settings, places, rows, tuple(faults))


def _values(sheet: YearSheet, cells: Cells, faults: list[Fault]) -> Iterator[tuple[YearField, Any, Place]]:
    for at, row in enumerate(cells, start=1):
        title, untrusted = (_text(row[0]), row[1]) if len(row) > 1 else ("", None)
        one = sheet.titled(title)
        place = Place(sheet.title, at, sheet.heading[1])
        if one is None:
            if title and _text(untrusted) and title != sheet.heading[0]:
                faults.append(
                    Fault(sheet.title, at, sheet.heading[0], "year_title_unknown", {"title": title[:40]})
                )
            continue
        if not _text(untrusted):
            continue
        try:
            yield one, checked(one, untrusted), place
        except Refused as refusal:
            faults.append(Fault.of(place, refusal))


def _rows(sheet: YearSheet, cells: Cells, faults: list[Fault]) -> Iterator[YearRow]:
    head = next((at for at, row in enumerate(cells) if _is_head(sheet, row)), None)
    if head is None:
        if any(_text(cell) for row in cells for cell in row):
            wanted = "、".join(one.title for one in sheet.fields if one.is_needed)
            faults.append(Fault(sheet.title, 1, wanted, "year_heading_missing"))
        return
    columns = [sheet.titled(_text(cell)) for cell in cells[head]]
    filled = [
        (at, row)
        for at, row in enumerate(cells[head + 1 :], start=head + 2)
        if any(one is not None and _text(cell) for one, cell in zip(columns, row, strict=False))
    ]
    for at, row in filled[:MOST_ROWS]:
        values: dict[str, Any] = {}
        before = len(faults)
        for one, cell in zip(columns, row, strict=False):
            if one is None or not _text(cell):
                continue
            try:
                values[one.path] = checked(one, cell)
            except Refused as refusal:
                faults.append(Fault.of(Place(sheet.title, at, one.title), refusal))
        missing = [one for one in sheet.fields if one.is_needed and one.path not in values]
        if len(faults) == before:
            faults += [Fault(sheet.title, at, one.title, "year_cell_missing") for one in missing]
        if len(faults) == before:
            yield YearRow(sheet.title, at, values)
    if len(filled) > MOST_ROWS:
        at = filled[MOST_ROWS][0]
        faults.append(Fault(sheet.title, at, sheet.fields[0].title, "year_rows_many", {"most": MOST_ROWS}))


def _is_head(sheet: YearSheet, row: Sequence[object]) -> bool:
    titles = {_text(cell) for cell in row}
    return all(one.title in titles for one in sheet.fields if one.is_needed)


def checked(one: YearField, untrusted: object) -> Any:
    """What is kept of a filled cell: text, number, day, or what the chosen word stands for.

    Raises Refused with year_cell_long, year_whole, year_choice(choices=…), year_id, year_time, month_format,
    my_number_possible, or what parse_date raises.
    """
    if isinstance(untrusted, datetime.datetime | datetime.date) and one.kind in ("day", "month"):
        day = untrusted.date() if isinstance(untrusted, datetime.datetime) else untrusted
        return day if one.kind == "day" else f"{day:%Y-%m}"
    text = _text(untrusted)
    if len(text) > LONGEST_CELL or _CONTROLS.search(text.replace("\n", "")):
        raise Refused("year_cell_long", most=LONGEST_CELL)
    refuse_my_number(text)
    narrow = unicodedata.normalize("NFKC", text)
    match one.kind:
        case "whole":
            plain = narrow.replace(",", "") if _THOUSANDS.fullmatch(narrow) else narrow
            if not (plain.isascii() and plain.isdigit()) or int(plain) > LARGEST_WHOLE:
                raise Refused("year_whole", most=LARGEST_WHOLE)
            return int(plain)
        case "day":
            return parse_date(text)
        case "month":
            return _month(narrow)
        case "time":
            return _time(narrow)
        case "id":
            if _ID.fullmatch(narrow) is None:
                raise Refused("year_id")
            return narrow
        case "list":
            return [part.strip() for part in _BETWEEN.split(text) if part.strip()]
        case "codes":
            return [_chosen(one, part.strip()) for part in _BETWEEN.split(text) if part.strip()]
        case "choice":
            return _chosen(one, text)
        case _:
            return text


def _chosen(one: YearField, text: str) -> Any:
    if text not in one.choices:
        raise Refused("year_choice", choices="・".join(one.choices))
    return one.choices[text]


def _month(text: str) -> str:
    found = _MONTH.fullmatch(text)
    if found is not None:
        return f"{month(f'{found[1]}-{int(found[2]):02d}'):%Y-%m}"
    if text.endswith("月"):
        return f"{parse_date(f'{text}1日'):%Y-%m}"
    raise Refused("month_format")


def _time(text: str) -> str:
    found = _TIME.fullmatch(text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise Refused("year_time")
    return f"{int(found[1]):02d}:{found[2]}"


def _text(untrusted: object) -> str:
    """A cell as a person sees it: whole numbers without a decimal point."""
    if untrusted is None:
        return ""
    if isinstance(untrusted, float) and untrusted.is_integer():
        return str(int(untrusted))
    return str(untrusted).strip()
