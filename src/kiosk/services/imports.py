"""The city's reservation list, taken in as a hand-over: read whole or refused whole, ledgered, receipted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from kiosk.domain.errors import Refused
from kiosk.domain.guards import refuse_my_number
from kiosk.domain.ledger import Direction, Handover
from kiosk.domain.names import search_key
from kiosk.domain.registers import Subject
from kiosk.domain.reservation import ImportResult, column_mapping, read_list
from kiosk.domain.staff import Act
from kiosk.services.desk import Desk
from kiosk.services.papers import custody_receipt_pdf, receipt_number
from kiosk.services.words import word
from kiosk.settings.profile import Profile


@dataclass(frozen=True, slots=True)
class ImportDone:
    """What the opening screen shows: the number of the 預り証, the counts, and the paper itself."""

    number: str
    result: ImportResult
    receipt_pdf: bytes


def preview_list(untrusted: bytes, profile: Profile, day: date) -> ImportResult:
    """Reads a list without keeping anything."""
    return read_list(untrusted, column_mapping(profile.reservations), day)


class ListImport:
    """The verbs around the city's list."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def preview(self, untrusted: bytes) -> ImportResult:
        """What the list would give for the session at hand."""
        return preview_list(untrusted, self._desk.rules, self._desk.session_day)

    def take(
        self, untrusted: bytes, *, file_name: str, medium: str, means: str, place: str, giver: str
    ) -> ImportDone:
        """Keeps the day's bookings, enters the hand-over (特記事項 16) and makes the numbered 預り証.

        The same list again replaces the bookings and gets a number of its own; numbers already given
        to visitors stay.
        """
        for text in (medium, means, place, giver):
            if not text.strip():
                raise Refused("import_handover_empty")
            refuse_my_number(text)
        result = self.preview(untrusted)
        with self._desk.counter_work(Act.IMPORT_LIST) as (work, _):
            work.reservations.replace_all(
                result.kept,
                {
                    booking.number: search_key(booking.name) + search_key(booking.kana)
                    for booking in result.kept
                },
            )
            self._desk.record(
                work,
                "import_list",
                self._desk.session_day.isoformat(),
                rows=result.rows,
                kept=len(result.kept),
                other_days=result.other_days,
            )
            work.commit()
        handover = self._entered(untrusted, result, file_name, medium, means, place, giver)
        paper = custody_receipt_pdf(handover, self._desk.rules, practice=self._desk.practice)
        return ImportDone(receipt_number(handover), result, paper)

    def _entered(
        self,
        untrusted: bytes,
        result: ImportResult,
        file_name: str,
        medium: str,
        means: str,
        place: str,
        giver: str,
    ) -> Handover:
        with self._desk.office_work(Act.IMPORT_LIST) as (work, operator):
            plain_list = work.approvals.standing(Subject.PLAIN_LIST, self._desk.clock.today())
            handover = Handover(
                number=work.handovers.next_number(),
                direction=Direction.FROM_CITY,
                item=word("handover", "list"),
                at=self._desk.clock.now(),
                session=self._desk.session_day,
                medium=medium.strip(),
                means=means.strip(),
                place=place.strip(),
                giver=giver.strip(),
                taker=operator.name,
                file_name=file_name,
                sha256=hashlib.sha256(untrusted).hexdigest(),
                count=result.rows,
                approval=plain_list.number if plain_list else "",
            )
            work.handovers.add(handover)
            self._desk.record(work, "handover", receipt_number(handover), rows=result.rows)
            work.commit()
        return handover
