"""The paper number: composed from a committed visit, printed apart, reprinted as 再発行."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kiosk.domain.eras import format_era
from kiosk.domain.staff import Act
from kiosk.domain.ticket import read_code, read_number, ticket_code
from kiosk.domain.visit import Visit
from kiosk.services.desk import Desk
from kiosk.services.line import LineDesk

if TYPE_CHECKING:
    from kiosk.devices.ports import Printed, TicketPrinter

SERVICE_WORDS = {"A": "交付受付", "B": "申請サポート", "C": "相談"}


@dataclass(frozen=True, slots=True)
class TicketJob:
    """What a ticket says; complete before any job runs, so printing needs no database."""

    number: str
    values: dict[str, Any]
    width_dots: int


class Tickets:
    """Compose (reads), print (no database), record (one transaction)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._line = LineDesk(desk)

    def compose(self, visit: Visit, *, reissue: bool = False) -> TicketJob:
        """The ticket of a visit; the waiting guide counts those before it."""
        line = self._line.now()
        before = sum(1 for place in line.waiting if place.ticket != visit.ticket)
        profile = self._desk.rules
        now = self._desk.clock.now()
        values: dict[str, Any] = {
            "office": profile.city.counter_name,
            "service": SERVICE_WORDS[visit.service.value],
            "number": visit.ticket,
            "waiting": before,
            "minutes": before * profile.procedure.minutes_per_visit,
            "when": f"{format_era(now.date())} {now:%H:%M}",
            "qr": ticket_code(profile.site, self._desk.session_day, visit.ticket, self._outpost_key()),
            "language_line": "Please wait until your number is called.",
            "reissue": reissue,
            "practice": self._desk.practice,
        }
        return TicketJob(visit.ticket, values, self._desk.devices.width_dots)

    @staticmethod
    def print(job: TicketJob, printer: TicketPrinter) -> Printed:
        """Draws and prints; for the background. Raises Trouble when it surely did not print."""
        from kiosk.paper import compose

        return printer.print_raster(compose.to_raster("ticket", job.values, job.width_dots))

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

    def read(self, untrusted_text: str) -> str:
        """The number in a ticket's scanned code, or as it was typed; refuses what this day did not print."""
        text = untrusted_text.strip()
        if text[:3].upper() == "Q1:":
            return read_code(text, self._desk.rules.site, self._desk.session_day, self._outpost_key())
        return read_number(text)

    def _outpost_key(self) -> bytes:
        with self._desk.office.reading() as view:
            return bytes.fromhex(view.settings.get("outpost_key"))
