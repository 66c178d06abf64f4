"""Paper mode: numbered rows carry the day on when the PC fails, and are entered once when it is back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from kiosk.domain.agenda import agenda_rule
from kiosk.domain.errors import Refused
from kiosk.domain.site import Band
from kiosk.domain.staff import Act
from kiosk.domain.ticket import Ticket, read_number, ticket_number
from kiosk.domain.visit import COUNTER, FORMS_DESK, RECEPTION, Service, State, Step, StepKind, Visit
from kiosk.services.desk import Desk
from kiosk.services.papers import long_day, make_pdf
from kiosk.services.words import word

ROWS = {Service.ISSUANCE: 12, Service.APPLICATION: 6, Service.CONSULTATION: 4}
"""What fits one sheet of A4; more people than that and another copy of the sheet begins further on."""

FROM_PAPER = ("from", "paper")


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One row of the sheet as it was typed in, checked but not yet recorded."""

    ticket: str
    service: Service
    at: datetime


class Continuation:
    """The sheet before, the entry after."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def sheet(self) -> tuple[str, bytes]:
        """File name and PDF of the next sheet of this kiosk for the open session.

        Every sheet begins where the one before it ended: two sheets on the desk never carry one number twice.
        Raises Refused("paper_no_numbers", "paper_sheets_out").
        """
        desk, band = self._desk, self._band()
        desk.allow(Act.RECEIVE)
        day = desk.session_day
        with desk.session.reading() as seen:
            before = sum(entry.act == "paper_sheet" for entry in seen.journal.entries())
        if band.first + before * max(ROWS.values()) > band.last:
            raise Refused("paper_sheets_out")
        with desk.office.reading() as view:
            venue = view.openings.get(day, desk.kiosk).venue
        rows = [
            {
                "number": ticket_number(service.value, number),
                "ticks": [word("step", kind.value) for kind in (*FORMS_DESK[service], *COUNTER[service])],
            }
            for service, count in ROWS.items()
            for number in range(band.first + before * count, band.first + (before + 1) * count)
            if number <= band.last
        ]
        values = {"session_date": long_day(day), "venue": venue, "kiosk": desk.kiosk, "rows": rows}
        further = f"-{before + 1}" if before else ""
        pdf = make_pdf("continuation", {**values, "practice": desk.practice})
        with desk.counter_work(Act.RECEIVE) as (work, _):
            desk.record(work, "paper_sheet", str(before + 1))
            work.commit()
        return f"{day:%Y%m%d}-{desk.kiosk}-paper{further}.pdf", pdf

    def read(self, untrusted_number: str, untrusted_time: str) -> PaperLine:
        """A row as typed, to be read back beside the sheet; nothing is recorded yet.

        Raises Refused("ticket_unreadable", "paper_number", "paper_known", "paper_time", "paper_time_early").
        """
        desk, band = self._desk, self._band()
        desk.allow(Act.RECEIVE)
        number = read_number(untrusted_number)
        if not band.first <= int(number[1:]) <= band.last or number[0] not in {one.value for one in Service}:
            first, last = (ticket_number("A", n)[1:] for n in (band.first, band.last))
            raise Refused("paper_number", ticket=number, first=first, last=last)
        with desk.session.reading() as view:
            if number in view.tickets.numbers():
                raise Refused("paper_known", ticket=number)
        return PaperLine(number, Service(number[0]), self._moment(untrusted_time))

    def record(self, line: PaperLine) -> Visit:
        """The row, read back: the visit stands at this window, and what is left of it is entered there.

        Who entered it is the operator of its steps; "from paper" is a fact of each, and of the journal.
        """
        with self._desk.counter_work(Act.RECEIVE) as (work, operator):
            if line.ticket in work.tickets.numbers():
                raise Refused("paper_known", ticket=line.ticket)
            done = (*RECEPTION, *FORMS_DESK[line.service], StepKind.WAIT, StepKind.CALL)
            steps = tuple(Step(kind, line.at, operator.id, facts=(FROM_PAPER,)) for kind in done)
            work.tickets.save(Ticket(line.ticket, line.service, line.at, printed=True))
            window = self._desk.devices.window
            visit = Visit(line.ticket, line.service, State.SERVING, steps, window=window)
            work.visits.save(visit)
            self._desk.record(
                work, "from_paper", line.ticket, service=line.service.value, at=f"{line.at:%H:%M}"
            )
            work.commit()
        return visit

    def count(self) -> int:
        """How many of the day's numbers came from paper."""
        band = self._desk.site[1].on_paper
        if band is None:
            return 0
        with self._desk.session.reading() as view:
            numbers = view.tickets.numbers()
        return sum(1 for number in numbers if band.first <= int(number[1:]) <= band.last)

    def _band(self) -> Band:
        self._desk.refuse_unless_lead()
        band = self._desk.site[1].on_paper
        if band is None:
            raise Refused("paper_no_numbers")
        return band

    def _moment(self, untrusted_time: str) -> datetime:
        """HH:MM (or HHMM) of today, not later than now; 「3:05」 of an afternoon is 15:05.

        Nobody is received earlier before the session than the profile's `received_before_minutes`. A time
        earlier than that was written by a twelve-hour clock if the afternoon fits, and is refused if not.
        """
        now = self._desk.clock.now()
        digits = "".join(sign for sign in untrusted_time if sign.isdecimal())
        try:
            at = now.replace(hour=int(digits[:-2]), minute=int(digits[-2:]), second=0, microsecond=0)
        except ValueError:
            raise Refused("paper_time") from None
        if at > now or len(digits) > 4:
            raise Refused("paper_time")
        start = time.fromisoformat(agenda_rule(self._desk.rules.agenda).start)
        before = timedelta(minutes=self._desk.rules.procedure.received_before_minutes)
        earliest = datetime.combine(now, start, now.tzinfo) - before
        if earliest <= at or now < earliest:
            return at
        afternoon = at + timedelta(hours=12)
        if not earliest <= afternoon <= now:
            raise Refused("paper_time_early", start=f"{start:%H:%M}")
        return afternoon
