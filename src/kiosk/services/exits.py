"""What somebody who leaves by the side hears and gets: why, what to bring, where to go, in five languages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from kiosk.domain.agenda import next_day
from kiosk.domain.eras import format_era
from kiosk.domain.errors import Refused
from kiosk.domain.staff import Act
from kiosk.domain.visit import Reason
from kiosk.paths import resources
from kiosk.services.agenda_book import held_days
from kiosk.services.desk import Desk

if TYPE_CHECKING:
    from kiosk.devices.ports import Printed, TicketPrinter

LANGUAGES = ("ja", "ja-easy", "en", "zh-Hans", "ko")


@dataclass(frozen=True, slots=True)
class Guidance:
    """The words for the visitor: said aloud, shown and printed alike."""

    say: str
    bring: tuple[str, ...]
    go_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlipJob:
    """A slip to be printed; complete before any job runs, so printing needs no database."""

    paper: str
    values: dict[str, Any]
    width_dots: int

    def print(self, printer: TicketPrinter) -> Printed:
        """Draws and prints; for the background. Raises Trouble when it surely did not print."""
        from kiosk.paper import compose

        return printer.print_raster(compose.to_raster(self.paper, self.values, self.width_dots))


class ExitNotes:
    """Where and when to go, from the city's data and the agenda; no visitor's name on any note."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def guidance(self, reason: Reason, language: str = "ja") -> Guidance:
        """What to say for a reason; Refused("language_unknown")."""
        words = _words(language)
        told = words[reason.value]
        return Guidance(told["say"], tuple(told["bring"]), self._go_to(reason, words))

    def compose(self, ticket: str, reason: Reason, language: str) -> SlipJob:
        """The note of a visit that ends, or has ended, by the side."""
        words, told = _words(language), self.guidance(reason, language)
        profile, now = self._desk.rules, self._desk.clock.now()
        values: dict[str, Any] = {
            "office": profile.city.counter_name,
            "number": ticket,
            "when": f"{format_era(now.date())} {now:%H:%M}",
            "reason": told.say,
            "bring": list(told.bring),
            "go_to": list(told.go_to),
            "note": "",
            "heads": {name: words[name] for name in ("title", "number", "why", "bring", "go")},
            "practice": self._desk.practice,
        }
        return SlipJob("exit_note", values, self._desk.devices.width_dots)

    def record(self, ticket: str, reason: Reason, language: str, printed: Printed) -> None:
        """That a note was given, in which language, and what the printer answered."""
        with self._desk.counter_work(Act.RECEIVE) as (work, _):
            work.visits.get(ticket)
            self._desk.record(
                work, "exit_note", ticket, reason=reason.value, language=language, answer=printed.value
            )
            work.commit()

    def _go_to(self, reason: Reason, words: dict[str, Any]) -> tuple[str, ...]:
        city, lines = self._desk.rules.city, []
        for place in _places()[reason.value]:
            if place == "elsewhere":
                lines.append(words["elsewhere"])
            elif place == "hall":
                lines += [line for line in (city.go_to, city.address, city.hours, city.phone) if line]
            else:
                lines += self._next_session(words)
        return tuple(lines)

    def _next_session(self, words: dict[str, Any]) -> list[str]:
        day = next_day(held_days(self._desk), self._desk.session_day + timedelta(days=1))
        return [] if day is None else [_said_day(day.date, words)]


def _said_day(day: date, words: dict[str, Any]) -> str:
    weekdays: str = words["weekdays"]
    names = weekdays.split(" ") if " " in weekdays else list(weekdays)
    return str(words["session"]).format(month=day.month, day=day.day, weekday=names[day.weekday()])


@cache
def visitor_words(paper: str, language: str) -> dict[str, Any]:
    """What a paper for the visitor says in one language; Refused("language_unknown")."""
    if language not in LANGUAGES:
        raise Refused("language_unknown")
    file = resources() / "texts" / language / f"{paper}.toml"
    told: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))[paper]
    return told


def _words(language: str) -> dict[str, Any]:
    return visitor_words("exit", language)


@cache
def _places() -> dict[str, list[str]]:
    return tomllib.loads((resources() / "catalogue" / "exits.toml").read_text(encoding="utf-8"))


def language_names() -> tuple[tuple[str, str], ...]:
    """(code, its own name) of every language there is guidance in."""
    return tuple((language, str(_words(language)["language"])) for language in LANGUAGES)
