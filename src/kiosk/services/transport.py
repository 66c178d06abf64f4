"""The way to the city: who carries papers and sticks, in what, under which seals, by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.domain.errors import Refused
from kiosk.domain.staff import Act
from kiosk.domain.way import Transport, checked_words, refuse_transport
from kiosk.services.agenda_book import held_days, number_of
from kiosk.services.desk import Desk

SEPARATORS = "、,，\n"


@dataclass(frozen=True, slots=True)
class CustodyClock:
    """How long the session's papers may still be here: `due` is the last day, None where none is fixed.

    `overdue` says that the day has passed and the city has not signed.
    """

    due: date | None
    days_left: int | None
    overdue: bool


class TransportDesk:
    """The verbs between the verified stick and the city's door."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def clock(self) -> CustodyClock:
        """The delivery deadline of the session at hand (spec 7(1)カ)."""
        desk = self._desk
        due = self._due(desk.session_day)
        if due is None:
            return CustodyClock(None, None, False)
        left = (due - desk.clock.today()).days
        waits = desk.state.value not in ("receipted", "erasing", "erased")
        return CustodyClock(due, left, waits and left < 0)

    @property
    def wants_seals(self) -> bool:
        """Whether the profile asks for seal numbers."""
        return self._desk.rules.handover.seal_numbers

    def last(self) -> Transport | None:
        """The newest trip of the session."""
        with self._desk.office.reading() as view:
            trips = view.way.transports(self._desk.session_day)
        return trips[-1] if trips else None

    def set_out(
        self,
        untrusted_people: str,
        untrusted_route: str,
        untrusted_container: str,
        untrusted_seals: str = "",
        batches: Sequence[str] = (),
    ) -> tuple[Transport, bytes]:
        """Records the trip (特記事項 7) and makes the 移送記録; before that a batch has to be on a stick.

        People and seals are given with commas between. Raises Refused words_missing, transport_people,
        transport_seals, transport_nothing. A late trip is recorded and says so.
        """
        from kiosk.services.handing_papers import transport_pdf

        desk, day = self._desk, self._desk.session_day
        people, seals = _parts(untrusted_people), _parts(untrusted_seals)
        route, container = checked_words(untrusted_route, untrusted_container)
        checked_words(*people, *seals)
        rules = desk.rules.handover
        refuse_transport(people, seals, least=rules.transport_people, seals_wanted=rules.seal_numbers)
        with desk.office_work(Act.EXPORT_BATCH) as (work, operator):
            newest = work.batches.newest_of(day)
            copies = work.batches.exports(newest.seq) if newest is not None else ()
            if newest is None or not copies:
                raise Refused("transport_nothing")
            trip = Transport(
                session=day,
                kiosk=desk.kiosk,
                people=people,
                route=route,
                container=container,
                seals=seals,
                batches=tuple(batches) or (newest.name,),
                media=tuple(sorted({copy.medium for copy in copies})),
                left_at=desk.clock.now(),
                due=self._due(day),
                operator=operator.id,
            )
            work.way.add(trip)
            venue = work.openings.get(day, desk.kiosk).venue
            desk.record(
                work, "transport", day.isoformat(), people=len(people), seals=len(seals), late=trip.is_late()
            )
            work.commit()
        desk.anchor()
        paper = transport_pdf(
            trip, venue, operator.name, number_of(desk, day), desk.rules, practice=desk.practice
        )
        return trip, paper

    def _due(self, day: date) -> date | None:
        return next((one.delivery_due for one in held_days(self._desk) if one.date == day), None)


def _parts(untrusted: str) -> tuple[str, ...]:
    for sign in SEPARATORS:
        untrusted = untrusted.replace(sign, "\0")
    return tuple(part.strip() for part in untrusted.split("\0") if part.strip())
