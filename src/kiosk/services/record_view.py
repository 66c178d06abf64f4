"""The records as the city looks at them: read only, on paper where it asks, and the look itself on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kiosk.domain.eras import format_era
from kiosk.domain.journal import Entry as JournalEntry
from kiosk.domain.register_book import BETWEEN, Entry, Register, in_words
from kiosk.domain.staff import Act, Role
from kiosk.services.desk import Desk
from kiosk.services.register_book import FormJob, RegisterBook, all_registers
from kiosk.services.words import word

if TYPE_CHECKING:
    from kiosk.store.office import OfficeView
    from kiosk.store.session import SessionView

NEWEST = 3000
"""Acts of a chain that stand on an extract; the sentence above them says how many there are in all."""


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act as it is shown: its number in the chain, when, who, what, about what."""

    n: int
    at: str
    who: str
    what: str
    about: str


@dataclass(frozen=True, slots=True)
class ActPage:
    """A few acts, the newest first, and how many there are."""

    lines: tuple[ActLine, ...]
    length: int


class RecordView:
    """The verbs of looking; whoever may see records, and none of them changes one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def note(self, what: str) -> None:
        """The city's look at something is itself an act (特記事項 12, 13); nothing in read-only mode."""
        operator = self._desk.allow(Act.SEE_RECORDS)
        if operator.role is Role.INSPECTOR and not self._desk.concerns:
            self._record("look_at", what)

    def acts(self, after: int, count: int) -> ActPage:
        """The office's acts from the newest on, `after` of them passed over."""
        self._desk.allow(Act.SEE_RECORDS)
        with self._desk.office.reading() as view:
            length = view.journal.head().length
            found = view.journal.latest(length - after, count)
            names = _names(view)
        return ActPage(tuple(_line(one, names) for one in found), length)

    def extract(self) -> FormJob:
        """Every register with every revision, and the acts, as one PDF; drawn in the background."""
        operator = self._desk.allow(Act.SEE_RECORDS)
        if not self._desk.concerns:
            self._record("extract", "records")
        now = self._desk.clock.now()
        book = RegisterBook(self._desk)
        with self._desk.office.reading() as view:
            names = _names(view)
            chains = [_chain(word("extract", "office"), view, names)]
            registers = [
                {
                    "title": register.title,
                    "source": register.source,
                    "rows": [
                        _row(register, entry, names)
                        for current in reversed(book.found(view, register))
                        for entry in _revisions(view, register, current)
                    ],
                }
                for register in all_registers()
            ]
        if self._desk.session_db is not None:
            with self._desk.session.reading() as day:
                chains.append(_chain(word("extract", "session"), day, names))
        rules = self._desk.rules
        values: dict[str, Any] = {
            "number": f"{self._desk.kiosk}-{now:%Y%m%d%H%M}",
            "date": format_era(now.date()),
            "city": f"{rules.city.name}長",
            "company": rules.contractor,
            "by": operator.name,
            "registers": registers,
            "chains": chains,
            "practice": self._desk.practice,
        }
        return FormJob(f"records-{now:%Y%m%d-%H%M}.pdf", "record_extract", values)

    def _record(self, act: str, about: str) -> None:
        with self._desk.office.work() as work:
            self._desk.record(work, act, about)
            work.commit()
        self._desk.anchor()


def _names(view: OfficeView) -> Mapping[str, str]:
    return {person.operator: person.name for person in view.staff.all()}


def _line(one: JournalEntry, names: Mapping[str, str]) -> ActLine:
    try:
        what = word("act", one.act)
    except KeyError:
        what = one.act
    at = datetime.fromisoformat(one.at)
    return ActLine(
        one.n, f"{format_era(at.date())} {at:%H:%M:%S}", names.get(one.who, one.who), what, one.object
    )


def _chain(title: str, view: OfficeView | SessionView, names: Mapping[str, str]) -> dict[str, Any]:
    head = view.journal.head()
    rows = []
    for one in view.journal.latest(head.length, NEWEST):
        line = _line(one, names)
        details = "、".join(f"{name}={value}" for name, value in one.details.items())
        about = "　".join(part for part in (line.about, details) if part)
        rows.append({"n": str(line.n), "at": line.at, "who": line.who, "what": line.what, "about": about})
    return {"title": title, "length": head.length, "head": head.head, "rows": rows}


def _revisions(view: OfficeView, register: Register, current: Entry) -> tuple[Entry, ...]:
    return (current,) if register.is_derived else view.entries.history(register.name, current.number)


def _row(register: Register, entry: Entry, names: Mapping[str, str]) -> dict[str, str]:
    said = [
        f"{one.title}：{in_words(one, text).replace(BETWEEN, '／')}"
        for one in register.fields
        if (text := entry.words.get(one.name, ""))
    ]
    revision = word("register", "revision").format(count=entry.revision) if entry.revision > 1 else ""
    return {
        "number": f"{register.prefix}-{entry.number}",
        "revision": revision,
        "at": "" if register.is_derived else format_era(entry.at.date()),
        "who": names.get(entry.operator, entry.operator),
        "words": "\n".join(said),
        "reason": entry.reason,
    }
