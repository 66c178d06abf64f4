"""The paper number: composed from a committed visit, printed apart, reprinted as 再発行."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from kiosk.domain.eras import format_era
from kiosk.domain.staff import Act
from kiosk.domain.ticket import as_scanned, looks_like_code, read_code, read_number, ticket_code
from kiosk.domain.visit import Service, State, Visit
from kiosk.services.desk import Desk
from kiosk.services.line import LineDesk
from kiosk.services.words import visitor_word

if TYPE_CHECKING:
    from kiosk.devices.ports import Printed, TicketPrinter

LANGUAGES = ("en", "ja-easy", "zh-Hans", "ko")
"""What may stand on a ticket beside the Japanese; the first unless the visitor wishes another."""

SERVICE_WORDS = {"A": "交付受付", "B": "申請サポート", "C": "相談"}


@dataclass(frozen=True, slots=True)
class TicketJob:
    """What a ticket says; complete before any job runs, so printing needs no database."""

    number: str
    values: dict[str, Any]
    width_dots: int
    also: tuple[TicketJob, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every number on the strip: this one, and those of the people who came together with it."""
        return (self.number, *(job.number for job in self.also))


class Tickets:
    """Compose (reads), print (no database), record (one transaction)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._line = LineDesk(desk)
        # Only for this run of the program: which language somebody reads is nobody's record.
        self._languages: dict[str, str] = {}

    def prefer(self, visits: Sequence[Visit], language: str) -> None:
        """The tickets of these people carry their line in this language, also when printed again."""
        if language in LANGUAGES:
            self._languages.update({visit.ticket: language for visit in visits})

    def compose(self, visit: Visit, *, reissue: bool = False) -> TicketJob:
        """The ticket of a visit; the waiting guide counts those before it."""
        people, minutes = self._line.before(visit)
        return self._job(visit.ticket, visit.service, people, minutes, self._outpost_key(), reissue=reissue)

    def strip(self, visits: Sequence[Visit]) -> TicketJob:
        """The tickets of people who came together, on one strip of paper."""
        first, *others = (self.compose(visit) for visit in visits)
        return replace(first, also=tuple(others))

    def expect(self) -> tuple[TicketJob, ...]:
        """What the next tickets will say if someone comes now or within the minute: to be drawn ahead."""
        if not self._desk.is_lead:
            return ()
        band = self._desk.site[1].on_screen
        with self._desk.session.reading() as view:
            numbers = [
                (service, view.tickets.peek(service.value, first=band.first, last=band.last))
                for service in Service
            ]
        now, key = self._desk.clock.now(), self._outpost_key()
        return tuple(
            self._job(number, service, people, minutes, key, now=moment)
            for people, minutes in self._line.guesses()
            for moment in (now, now + timedelta(minutes=1))
            for service, number in numbers
            if number is not None
        )

    def _job(
        self,
        number: str,
        service: Service,
        people: int,
        minutes: int,
        key: bytes,
        *,
        reissue: bool = False,
        now: datetime | None = None,
    ) -> TicketJob:
        profile = self._desk.rules
        now = now or self._desk.clock.now()
        values: dict[str, Any] = {
            "office": profile.city.counter_name,
            "service": SERVICE_WORDS[service.value],
            "number": number,
            "waiting": people,
            "minutes": minutes,
            "when": f"{format_era(now.date())} {now:%H:%M}",
            "qr": ticket_code(profile.site, self._desk.session_day, number, key),
            "language_line": visitor_word(self._languages.get(number, LANGUAGES[0]), "ticket", "line"),
            "reissue": reissue,
            "practice": self._desk.practice,
        }
        return TicketJob(number, values, self._desk.devices.width_dots)

    @staticmethod
    def print(job: TicketJob, printer: TicketPrinter) -> Printed:
        """Draws and prints; for the background. Raises Trouble when it surely did not print."""
        from kiosk.domain.raster import stacked
        from kiosk.paper import ticket

        one, *more = (ticket.to_raster(each.values, each.width_dots) for each in (job, *job.also))
        return printer.print_raster(stacked((one, *more)) if more else one)

    @staticmethod
    def draw_ahead(jobs: tuple[TicketJob, ...]) -> None:
        """Draws what the next tickets will show, while nobody waits for it; for the background."""
        from kiosk.paper import ticket

        for job in jobs:
            ticket.to_raster(job.values, job.width_dots)
        for language in LANGUAGES if jobs else ():
            line = visitor_word(language, "ticket", "line")
            ticket.to_raster({**jobs[0].values, "language_line": line}, jobs[0].width_dots)

    def record(self, number: str, printed: Printed, *, reissue: bool = False) -> None:
        """What the printer answered, kept with the number."""
        with self._desk.counter_work(Act.RECEIVE) as (work, _):
            ticket = work.tickets.get(number)
            work.tickets.save(
                replace(
                    ticket,
                    printed=ticket.printed or printed.value == "confirmed",
                    reprints=ticket.reprints + (1 if reissue else 0),
                )
            )
            self._desk.record(work, "print_ticket", number, answer=printed.value, reissue=reissue)
            work.commit()

    def cut_off(self, before: datetime) -> tuple[str, ...]:
        """The last numbers given out before that moment whose printing was never answered: the program ended
        between number and paper. Nobody's number is among them once the visit has ended.
        """
        if not self._desk.is_lead:
            return ()
        with self._desk.session.reading() as view:
            told = {entry.object for entry in view.journal.entries() if entry.act == "print_ticket"}
            tickets = [ticket for ticket in view.tickets.all() if ticket.issued_at < before]
            unsure = takewhile(lambda one: not one.printed and one.number not in told, reversed(tickets))
            found = [view.visits.get(ticket.number) for ticket in unsure]
        return tuple(visit.ticket for visit in reversed(found) if visit.state is not State.CLOSED)

    def read(self, untrusted_text: str) -> str:
        """The number in a ticket's scanned code, or as it was typed; refuses what this day did not print."""
        if looks_like_code(untrusted_text):
            text = as_scanned(untrusted_text)
            return read_code(text, self._desk.rules.site, self._desk.session_day, self._outpost_key())
        return read_number(untrusted_text)

    def _outpost_key(self) -> bytes:
        with self._desk.office.reading() as view:
            return bytes.fromhex(view.settings.get("outpost_key"))
