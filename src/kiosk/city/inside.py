"""Reads the records of an opened payload: what the kiosk wrote, checked word by word."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk.domain.batch import CODE, TICKET
from kiosk.domain.custody import CustodyLine, Movement, Paper
from kiosk.domain.errors import Refused
from kiosk.domain.merging import Part, PartStep

VISITS, CUSTODY, APPLICATIONS = "visits.json", "custody.csv", "applications.csv"
RECORDS = frozenset({VISITS, CUSTODY, APPLICATIONS})
PORTRAIT = re.compile(rf"portraits/({TICKET})\.jpg", re.ASCII)
MOST_VISITS = 5_000
LONGEST_NAME = 200
YEARS = range(2000, 2200)


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Who had a ticket; kept only where the city asked for it."""

    ticket: str
    name: str
    kana: str
    reservation: str
    application_id: str


@dataclass(frozen=True, slots=True)
class Inside:
    """The records of one batch."""

    parts: tuple[Part, ...]
    people: tuple[Person, ...]


def read_inside(kiosk: str, files: Mapping[str, bytes]) -> Inside:
    """Parts and people of the three record files; Refused("payload_unreadable", name=…)."""
    applications = _each(APPLICATIONS, _applications, files)
    papers = _each(CUSTODY, _papers, files)
    entries = _each(VISITS, _entries, files)
    lines: dict[str, list[CustodyLine]] = {}
    for line in papers:
        lines.setdefault(line.ticket, []).append(line)
    about = {ticket: (number, has_photo) for ticket, number, has_photo in applications}
    try:
        parts = tuple(
            _part(kiosk, entry, lines, about.get(str(entry.get("ticket")), ("", False))[1])
            for entry in entries
        )
        people = tuple(
            _person(entry, about.get(str(entry.get("ticket")), ("", False))[0]) for entry in entries
        )
        if len({part.ticket for part in parts}) != len(parts):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused("payload_unreadable", name=VISITS) from None
    return Inside(parts, people)


def _each(name: str, read: Any, files: Mapping[str, bytes]) -> Any:
    try:
        return tuple(read(files[name]))
    except (ValueError, KeyError, TypeError, AttributeError, csv.Error, RecursionError):
        raise Refused("payload_unreadable", name=name) from None


def _entries(content: bytes) -> Iterable[dict[str, Any]]:
    entries = json.loads(content)["visits"]
    if not isinstance(entries, list) or len(entries) > MOST_VISITS:
        raise ValueError
    return entries


def _rows(content: bytes) -> Iterable[dict[str, str]]:
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)


def _papers(content: bytes) -> Iterable[CustodyLine]:
    for row in _rows(content):
        yield CustodyLine(
            ticket=_text(row["ticket"], TICKET),
            paper=Paper(row["paper"]),
            count=_whole(row["count"]),
            movement=Movement(row["movement"]),
            at=_moment(row["at"]),
            operator=_text(row["operator"], CODE),
        )


def _applications(content: bytes) -> Iterable[tuple[str, str, bool]]:
    for row in _rows(content):
        yield (
            _text(row["ticket"], TICKET),
            _text(row["application_id"], r"[0-9A-Za-z]{0,40}"),
            row["portrait"] == "1",
        )


def tickets_with_photo(content: bytes) -> set[str]:
    """The tickets that applications.csv says a photo was taken for; Refused("payload_unreadable", name=…)."""
    rows: Iterable[dict[str, str]] = _each(APPLICATIONS, _rows, {APPLICATIONS: content})
    return {row.get("ticket", "") for row in rows if row.get("portrait") == "1"}


def _part(kiosk: str, entry: dict[str, Any], lines: Mapping[str, list[CustodyLine]], has_photo: bool) -> Part:
    ticket = _text(entry["ticket"], TICKET)
    return Part(
        kiosk=kiosk,
        ticket=ticket,
        service=_text(entry["service"], CODE),
        reserved=entry["reserved"] is True,
        outcome=_text_or_none(entry["outcome"]),
        reason=_text_or_none(entry["reason"]),
        pin_form=_text_or_none(entry["pin_form_variant"]),
        has_photo=has_photo,
        steps=tuple(_step(step) for step in entry["steps"]),
        papers=tuple(lines.get(ticket, ())),
    )


def _step(entry: dict[str, Any]) -> PartStep:
    return PartStep(
        at=_moment(entry["at"]),
        step=_text(entry["step"], CODE),
        operator=_text(entry["operator"], CODE),
        outcome=_text(entry["outcome"], CODE),
        event=_text(entry.get("event", ""), rf"({CODE})?"),
    )


def _person(entry: dict[str, Any], application_id: str) -> Person:
    return Person(
        ticket=_text(entry["ticket"], TICKET),
        name=_text(entry["name"], rf".{{0,{LONGEST_NAME}}}"),
        kana=_text(entry["kana"], rf".{{0,{LONGEST_NAME}}}"),
        reservation=_text(entry["reservation"] or "", r".{0,64}"),
        application_id=application_id,
    )


def _text(untrusted: Any, pattern: str) -> str:
    if not isinstance(untrusted, str) or re.fullmatch(pattern, untrusted) is None or "\0" in untrusted:
        raise ValueError
    # Half a character that JSON lets through is one no database takes.
    untrusted.encode("utf-8")
    return untrusted


def _text_or_none(untrusted: Any) -> str | None:
    return None if untrusted is None else _text(untrusted, CODE)


def _whole(untrusted: str) -> int:
    return int(_text(untrusted, r"[0-9]{1,4}"))


def _moment(untrusted: Any) -> datetime:
    moment = datetime.fromisoformat(_text(untrusted, r"[0-9T:.+-]{19,40}"))
    if moment.tzinfo is None or moment.year not in YEARS:
        raise ValueError
    return moment
