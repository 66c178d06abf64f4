"""The city's reservation list, reduced to the columns this kiosk may keep (個人情報取扱特記事項 3, 16)."""

from __future__ import annotations

import csv
import datetime
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from kiosk.domain.eras import parse_date
from kiosk.domain.errors import Refused
from kiosk.domain.flags import age_flags
from kiosk.domain.guards import has_my_number, may_be_resident_code, may_hold_number
from kiosk.domain.names import has_private_use, has_variant

LARGEST_BYTES = 16 * 1024 * 1024
REMARKS_LENGTH = 200
NAME_LENGTH = 200
LARGEST_PARTY = 20
NO_TEXT = "\0\uf8f0\uf8f1\uf8f2\uf8f3"
"""What CP932 makes of bytes that are no text at all."""

_SLOT = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_WEEKDAY = re.compile(r"\s*[(\[][月火水木金土日](?:曜日?)?[)\]]\s*")
_TIME_TAIL = re.compile(r"(?:\s+|T|(?<=日))\d{1,2}:\d{2}.*$", re.ASCII | re.DOTALL)
_PARTY = re.compile(r"(\d{1,3})\s*[名人]?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reservation:
    """One booked arrival of the session day; `name` and `kana` stand exactly as the city wrote them.

    `slot` is "HH:MM". `flags` are short codes such as "under_15" or "private_use_name"; a birth date
    never gets this far.
    """

    number: str
    slot: str
    cancelled: bool
    name: str
    kana: str
    party_size: int = 1
    remarks: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The keep list: which column of the city's list holds what; "" where the list has none.

    Any column not named here is never stored. `birth` becomes age flags and is dropped at once.
    """

    number: str = "予約番号"
    date: str = "予約日"
    slot: str = "時間枠"
    status: str = "ステータス"
    name: str = "氏名"
    kana: str = "フリガナ"
    birth: str = "生年月日"
    party: str = "人数"
    remarks: str = "備考"
    confirmed: tuple[str, ...] = ("予約確定", "確定", "予約済")
    cancelled: tuple[str, ...] = ("キャンセル", "取消", "取り消し")
    guard_number: bool = True  # off only for a city whose own reservation numbers have twelve digits

    def columns(self) -> tuple[str, ...]:
        """The columns the list must have."""
        places = (self.number, self.date, self.slot, self.status, self.name, self.kana, self.birth)
        return tuple(column for column in (*places, self.party, self.remarks) if column)


def column_mapping(untrusted_settings: Mapping[str, object]) -> ColumnMapping:
    """The mapping of a profile's [reservations] table, Koganei's list where it is silent.

    Columns stand in its [reservations.columns]; `confirmed`, `cancelled` and `guard_number` beside it;
    `name` is the list's own label. Raises Refused("import_mapping", field=...) for what fits nowhere.
    """
    columns = untrusted_settings.get("columns", {})
    if not isinstance(columns, dict):
        raise Refused("import_mapping", field="columns")
    beside = {name: value for name, value in untrusted_settings.items() if name not in ("name", "columns")}
    defaults = {one.name: one.default for one in fields(ColumnMapping)}
    checked: dict[str, object] = {}
    for name, value in (*columns.items(), *beside.items()):
        default = defaults.get(name)
        if (
            isinstance(default, tuple)
            and isinstance(value, list)
            and all(isinstance(one, str) for one in value)
        ):
            checked[name] = tuple(value)
        elif type(value) is type(default) and isinstance(value, str if name in columns else bool):
            checked[name] = value
        else:
            raise Refused("import_mapping", field=str(name))
    mapping = ColumnMapping(**checked)  # type: ignore[arg-type]
    for needed in ("number", "date", "slot", "name"):
        if not getattr(mapping, needed):
            raise Refused("import_mapping", field=needed)
    return mapping


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to look at, not wrong enough to refuse; `row` counts records, the header is row 1."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a list gave: `rows` records read, of which `kept` belong to the session day."""

    encoding: str
    rows: int
    kept: tuple[Reservation, ...]
    cancelled: int
    other_days: int
    flagged: tuple[Flag, ...]
    dropped_columns: tuple[str, ...] = ()

    @property
    def imported(self) -> int:
        """Reservations that are expected to come."""
        return len(self.kept) - self.cancelled


def read_list(untrusted: bytes, mapping: ColumnMapping, session: datetime.date) -> ImportResult:
    """Reads the whole list or refuses the whole list: Refused("import_…", row=…, column=…).

    UTF-8 with or without byte order mark, else CP932 (Shift_JIS proper has no 髙, 﨑 or ①); tab or comma.
    Rows of other days are counted only; unmapped columns are not looked at. Facts never hold a value.
    """
    encoding, records, header = _opened(untrusted)
    columns = _columns(header, mapping)
    reader = _Rows(mapping, columns, session)
    rows = 0
    for row, cells in records:
        rows += 1
        if len(cells) != len(header):
            column = plain(header[min(len(cells), len(header) - 1)])
            raise Refused("import_row_length", row=row, column=column, found=len(cells), expected=len(header))
        reader.read(row, cells)
    dropped = tuple(plain(name) for place, name in enumerate(header) if place not in columns.values())
    return ImportResult(
        encoding,
        rows,
        tuple(reader.kept),
        sum(one.cancelled for one in reader.kept),
        reader.other_days,
        tuple(reader.flagged),
        dropped,
    )


def open_list(untrusted: bytes) -> tuple[str, list[str], list[tuple[str, ...]]]:
    """Encoding, headings and rows of a list nobody has said the columns of; refusals as in `read_list`."""
    encoding, records, header = _opened(untrusted)
    return encoding, header, [tuple(cells) for _, cells in records]


def _opened(untrusted: bytes) -> tuple[str, Iterator[tuple[int, list[str]]], list[str]]:
    encoding, text = _decode(untrusted)
    records = _records(text)
    _, header = next(records, (1, []))
    if not header:
        raise Refused("import_empty_list")
    return encoding, records, header


def _decode(untrusted: bytes) -> tuple[str, str]:
    if len(untrusted) > LARGEST_BYTES:
        raise Refused("import_too_large", megabytes=LARGEST_BYTES // 1024**2)
    if untrusted.startswith(b"PK\x03\x04") or untrusted.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("import_is_workbook")
    has_mark = untrusted.startswith(b"\xef\xbb\xbf")
    for encoding in ("utf-8-sig",) if has_mark else ("utf-8", "cp932"):
        try:
            text = untrusted.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(sign in text for sign in NO_TEXT):
            break
        return encoding, text
    raise Refused("import_encoding")


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """(row as a spreadsheet counts it, cells) of every record that is not blank."""
    head = text[: text.find("\n") + 1] or text
    delimiter = "\t" if head.count("\t") > head.count(",") else ","
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    while True:
        try:
            cells = next(records, None)
        except csv.Error:
            raise Refused("import_broken", row=row + 1) from None
        if cells is None:
            return
        row += 1
        if any(cell.strip() for cell in cells):
            yield row, cells


def plain(text: str) -> str:
    """A heading, status or number without its full-width and half-width differences."""
    return unicodedata.normalize("NFKC", text).strip()


def date_part(text: str) -> str:
    """The day of a cell that may also hold a weekday in brackets and a time."""
    return _TIME_TAIL.sub("", _WEEKDAY.sub(" ", plain(text)))


def _columns(header: Sequence[str], mapping: ColumnMapping) -> dict[str, int]:
    """Where each mapped column stands; half-width and full-width spellings of a heading are one."""
    names = [plain(name) for name in header]
    for name in names:
        if name and names.count(name) > 1 and name in map(plain, mapping.columns()):
            raise Refused("import_column_twice", column=name)
    places: dict[str, int] = {}
    for column in mapping.columns():
        if plain(column) not in names:
            raise Refused("import_column_missing", column=column)
        places[column] = names.index(plain(column))
    return places


@dataclass(slots=True)
class _Rows:
    """The list while it is read; nothing of it leaves before the last row was good."""

    mapping: ColumnMapping
    columns: Mapping[str, int]
    session: datetime.date
    kept: list[Reservation] = field(default_factory=list)
    flagged: list[Flag] = field(default_factory=list)
    other_days: int = 0
    seen: dict[str, Reservation] = field(default_factory=dict)
    days: dict[str, datetime.date] = field(default_factory=dict)
    slots: dict[str, str] = field(default_factory=dict)
    confirmed: frozenset[str] = field(init=False)
    cancelled: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.confirmed = frozenset(map(plain, self.mapping.confirmed))
        self.cancelled = frozenset(map(plain, self.mapping.cancelled))

    def read(self, row: int, cells: Sequence[str]) -> None:
        written = self._cell(self.mapping.date, cells)
        day = self.days.get(written)
        if day is None:
            # A list names few days in thousands of rows.
            day = self.days[written] = self._date(row, self.mapping.date, cells)
        if day != self.session:
            self.other_days += 1
            return
        found = self._reservation(row, cells)
        before = self.seen.setdefault(found.number, found)
        if before is found:
            self.kept.append(found)
        elif before == found:
            self.flagged.append(Flag(row, self.mapping.number, "duplicate_row"))
        else:
            raise Refused("import_duplicate", row=row, column=self.mapping.number)

    def _reservation(self, row: int, cells: Sequence[str]) -> Reservation:
        names = self.mapping
        number = self._cell(names.number, cells).strip()
        name, kana = self._cell(names.name, cells), self._cell(names.kana, cells)
        for column, value in ((names.number, number), (names.name, name)):
            if not value.strip():
                raise Refused("import_cell_empty", row=row, column=column)
        self._guard(row, names.name, name)
        self._guard(row, names.kana, kana)
        if names.guard_number:
            self._guard(row, names.number, number)
        for column, value in ((names.number, number), (names.name, name), (names.kana, kana)):
            if len(value) > NAME_LENGTH or _CONTROL.search(value):
                raise Refused("import_bad_name", row=row, column=column, limit=NAME_LENGTH)
        return Reservation(
            number,
            self._slot(row, cells),
            self._is_cancelled(row, cells),
            name,
            kana,
            self._party(row, cells),
            self._remarks(row, cells),
            (*self._age_flags(row, cells), *self._name_flags(row, name, kana)),
        )

    def _cell(self, column: str, cells: Sequence[str]) -> str:
        return cells[self.columns[column]] if column else ""

    def _guard(self, row: int, column: str, value: str) -> None:
        if not may_hold_number(value):
            return  # most cells of a list
        if has_my_number(value):
            raise Refused("import_my_number", row=row, column=column)
        if may_be_resident_code(value):
            self.flagged.append(Flag(row, column, "resident_code_possible"))

    def _date(self, row: int, column: str, cells: Sequence[str]) -> datetime.date:
        try:
            return parse_date(date_part(self._cell(column, cells)))
        except Refused:
            raise Refused("import_bad_date", row=row, column=column) from None

    def _slot(self, row: int, cells: Sequence[str]) -> str:
        """The first HH:MM counts, whatever follows it."""
        written = self._cell(self.mapping.slot, cells)
        slot = self.slots.get(written)
        if slot is None:
            found = _SLOT.search(plain(written))
            if found is None or int(found[1]) > 23 or int(found[2]) > 59:
                raise Refused("import_bad_slot", row=row, column=self.mapping.slot)
            slot = self.slots[written] = f"{int(found[1]):02}:{found[2]}"
        return slot

    def _is_cancelled(self, row: int, cells: Sequence[str]) -> bool:
        status = self._cell(self.mapping.status, cells)
        if status not in self.confirmed:
            status = plain(status)
        if status in self.cancelled:
            return True
        if self.mapping.status and status not in self.confirmed:
            self.flagged.append(Flag(row, self.mapping.status, "unknown_status"))
        return False

    def _party(self, row: int, cells: Sequence[str]) -> int:
        written = self._cell(self.mapping.party, cells)
        if written == "1":
            return 1
        written = plain(written)
        found = _PARTY.fullmatch(written or "1")
        if found is None or not 1 <= int(found[1]) <= LARGEST_PARTY:
            raise Refused("import_bad_party", row=row, column=self.mapping.party, limit=LARGEST_PARTY)
        return int(found[1])

    def _remarks(self, row: int, cells: Sequence[str]) -> str:
        remarks = self._cell(self.mapping.remarks, cells).strip()
        self._guard(row, self.mapping.remarks, remarks)
        if len(remarks) > REMARKS_LENGTH:
            self.flagged.append(Flag(row, self.mapping.remarks, "remarks_cut"))
        return remarks[:REMARKS_LENGTH]

    def _age_flags(self, row: int, cells: Sequence[str]) -> tuple[str, ...]:
        """Under 1 no photo, under 15 a guardian, 15 to 17 a card of five years (domain rule 5)."""
        column = self.mapping.birth
        if not self._cell(column, cells).strip():
            return ()
        try:
            return age_flags(self._date(row, column, cells), self.session)
        except ValueError:
            raise Refused("import_bad_date", row=row, column=column) from None

    def _name_flags(self, row: int, name: str, kana: str) -> tuple[str, ...]:
        flags = []
        if has_private_use(name):
            flags.append("private_use_name")
            self.flagged.append(Flag(row, self.mapping.name, "private_use_name"))
        if has_variant(name):
            flags.append("variant_name")
        if self.mapping.kana and not kana.strip():
            flags.append("kana_missing")
        return tuple(flags)
