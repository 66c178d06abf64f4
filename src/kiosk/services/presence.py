"""Who answers for the session: its manager changes hands, a substitute is let in for one day."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from kiosk.domain.errors import Refused
from kiosk.domain.ledger import SUBSTITUTE, StaffRecord, admitted, refuse_unless_admitted
from kiosk.domain.staff import Act, Operator, Role
from kiosk.domain.way import checked_words
from kiosk.services.access import SignedIn
from kiosk.services.desk import Desk
from kiosk.services.registers import clear_half_made

_TIME: Final = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class CityWord:
    """The city's approval by telephone: which officer said it, and at what time of this day (9:05)."""

    officer: str
    time: str


class Presence:
    """The verbs around the people of one session."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def manager(self) -> str:
        """The operator id of who answers for the session at hand."""
        with self._desk.office.reading() as view:
            return view.openings.get(self._desk.session_day, self._desk.kiosk).manager

    def hand_over_manager(self, taker: SignedIn) -> None:
        """The session's manager changes; who is signed in stays. The taker has proven their PIN.

        Raises Refused not_allowed, manager_needed (the taker does not lead), and as refuse_unless_admitted.
        """
        desk = self._desk
        if not taker.operator.is_leading:
            raise Refused("manager_needed")
        with desk.office_work(Act.OPEN_SESSION) as (work, _):
            refuse_unless_admitted(work.staff.find(taker.operator.id), desk.clock.today())
            opening = work.openings.get(desk.session_day, desk.kiosk)
            work.openings.save(replace(opening, manager=taker.operator.id))
            desk.record(work, "hand_over_manager", taker.operator.id, before=opening.manager)
            work.commit()
        if desk.session_db is not None:
            with desk.session_db.work() as day_work:
                desk.record(day_work, "hand_over_manager", taker.operator.id)
                day_work.commit()
        desk.anchor()

    def admit_substitute(
        self, person: Operator, untrusted_pin: str, *, pledged: bool, briefed: bool, word: CityWord
    ) -> StaffRecord:
        """Somebody stands in for one session, on the city's word (特記事項 8); written yes follows. 0.4 s.

        The row carries the officer and the time, is marked, and ends with the day of the session at hand.
        Raises Refused substitute_pledge, substitute_briefing, substitute_word, substitute_staff_only,
        operator_known, staff_name_missing, not_allowed, and as refuse_weak.
        """
        desk = self._desk
        desk.allow(Act.EDIT_STAFF)
        day = desk.session_day
        if person.role is not Role.STAFF:
            raise Refused("substitute_staff_only")
        if not pledged:
            raise Refused("substitute_pledge")
        if not briefed:
            raise Refused("substitute_briefing")
        (name,) = checked_words(person.name, needed=False)
        if not name:
            raise Refused("staff_name_missing")
        told = self._told(word)
        with desk.office.reading() as view:
            known = view.staff.find(person.id)
        if known is not None and known.is_substitute:
            # The same stand-in as on another day: an ended row must not keep the way barred.
            if any(operator.id == person.id for operator in desk.vault.operators()):
                desk.vault.remove(person.id)
        elif known is not None:
            raise Refused("operator_known")
        clear_half_made(desk, person.id)
        desk.vault.add_operator(person, untrusted_pin)
        record = replace(
            admitted(person, day, f"{word.officer.strip()} {told:%H:%M}"),
            name=name,
            employment=SUBSTITUTE,
            left_on=day,
        )
        with desk.office_work(Act.EDIT_STAFF) as (work, _):
            work.staff.save(record)
            about = {"session": day.isoformat(), "told_at": told.isoformat()}
            desk.record(work, "admit_substitute", person.id, **about)
            work.commit()
        desk.anchor()
        return record

    def _told(self, word: CityWord) -> datetime:
        checked_words(word.officer, needed=False)
        if not 1 <= len(word.officer.strip()) <= 40 or not _TIME.fullmatch(word.time.strip()):
            raise Refused("substitute_word")
        hour, minute = word.time.strip().split(":")
        now = self._desk.clock.now()
        told = now.replace(hour=int(hour), minute=int(minute), second=0)
        if told > now:
            raise Refused("substitute_word")
        return told
