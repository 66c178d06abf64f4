"""The office's registers: what an entry holds, how it is corrected (特記事項 5-19, spec 7-21)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from kiosk.domain.eras import format_era, parse_date
from kiosk.domain.errors import Refused
from kiosk.domain.guards import refuse_my_number
from kiosk.domain.names import search_key

LONGEST: Final = {"text": 200, "person": 200, "day": 20, "long": 2000, "rows": 4000}
"""Characters a field may hold, by kind."""

BETWEEN: Final = "｜"
"""What divides the columns of one line in a field of rows."""

SHOWN: Final = 46
"""Characters of an entry in a list."""

SHORTEST_NAME: Final = 3
"""A visitor's name is looked for from this length on: shorter ones stand in any sentence."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `kind` is text, long, day, person (of ours or the city's) or rows with `columns`."""

    name: str
    title: str
    kind: str
    is_needed: bool = False
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """One register: its fields, the paper it is printed on, and the article that asks for it."""

    name: str
    title: str
    group: str
    source: str
    prefix: str
    fields: tuple[Field, ...]
    form: str = ""
    per: Literal["entry", "list"] = "list"
    is_derived: bool = False
    start: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a register; a correction is the same number with the next revision and its reason."""

    register: str
    number: int
    revision: int
    at: datetime
    operator: str
    reason: str
    words: Mapping[str, str]


def read_registers(untrusted_text: str) -> tuple[Register, ...]:
    """The registers of resources/catalogue/registers.toml; raises Refused("registers_broken", name=…)."""
    name = ""
    try:
        found = []
        for table in tomllib.loads(untrusted_text)["registers"]:
            name = str(table["name"])
            found.append(
                Register(
                    name=name,
                    title=table["title"],
                    group=table["group"],
                    source=table["source"],
                    prefix=table["prefix"],
                    fields=tuple(_field(*line) for line in table["fields"]),
                    form=table["form"],
                    per=table["per"],
                    is_derived=table.get("derived", False),
                    start={key: words.strip("\n") for key, words in table.get("start", {}).items()},
                    also=table.get("also", {}),
                )
            )
        return tuple(found)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused("registers_broken", name=name) from None


def _field(name: str, title: str, kind: str) -> Field:
    word, *columns = kind.split()
    plain = word.removesuffix("*")
    if plain not in LONGEST:
        raise ValueError(kind)
    return Field(name, title, plain, word.endswith("*"), tuple(columns))


def checked(register: Register, untrusted: Mapping[str, str], visitors: Iterable[str] = ()) -> dict[str, str]:
    """The values as they are kept, days as 2025-11-05; `visitors` are names that may stand nowhere.

    Raises Refused with register_field_missing, register_field_long, register_visitor_name, my_number_possible
    or what parse_date raises.
    """
    if register.is_derived:
        raise Refused("register_derived", title=register.title)
    hidden = {key for key in map(search_key, visitors) if len(key) >= SHORTEST_NAME}
    kept = {}
    for one in register.fields:
        text = untrusted.get(one.name, "").strip()
        if one.is_needed and not text.replace(BETWEEN, "").strip():
            raise Refused("register_field_missing", field=one.title)
        if len(text) > LONGEST[one.kind]:
            raise Refused("register_field_long", field=one.title, most=LONGEST[one.kind])
        refuse_my_number(text)
        if one.kind == "day" and text:
            text = parse_date(text).isoformat()
        elif one.kind != "person":
            _refuse_visitors(one, text, hidden)
        kept[one.name] = text
    return kept


def _refuse_visitors(one: Field, text: str, hidden: set[str]) -> None:
    """A visitor is "番号札 A012 の方" in every register: these outlive the erasure."""
    key = search_key(text)
    if any(name in key for name in hidden):
        raise Refused("register_visitor_name", field=one.title)


def printed(register: Register, entry: Entry) -> dict[str, Any]:
    """The entry as its paper wants it: days in the era calendar, rows as a list."""
    return {one.name: _printed(one, entry.words.get(one.name, "")) for one in register.fields}


def _printed(one: Field, text: str) -> Any:
    if one.kind == "rows":
        return [_row(one.columns, line) for line in text.splitlines() if line.strip()]
    return in_words(one, text)


def in_words(one: Field, text: str) -> str:
    """A field as it is read on paper: a day in the era calendar, everything else as it was written."""
    return format_era(parse_date(text)) if one.kind == "day" and text else text


def _row(columns: tuple[str, ...], line: str) -> dict[str, str]:
    """Columns that are missing are empty; what is too much stays in the last one."""
    cells = [cell.strip() for cell in line.replace("|", BETWEEN).split(BETWEEN)]
    last = len(columns) - 1
    if len(cells) > len(columns):
        cells = [*cells[:last], BETWEEN.join(cells[last:])]
    return dict(zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=True))


def matches(entry: Entry, untrusted_words: str) -> bool:
    """Whether every word is in the entry, written in any width, kana or variant."""
    text = search_key(" ".join([str(entry.number), *entry.words.values()]))
    return all(search_key(word) in text for word in untrusted_words.split())


def headline(register: Register, entry: Entry) -> str:
    """The first fields of an entry, for a list."""
    words = [
        in_words(one, entry.words.get(one.name, "")).replace("\n", " ")
        for one in register.fields
        if one.kind != "rows"
    ]
    whole = "　".join(word for word in words if word)
    return whole if len(whole) <= SHOWN else f"{whole[: SHOWN - 1]}…"
