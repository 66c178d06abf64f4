"""Forgetting the visitors: key destroyed, files deleted, and the proof of it printed."""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from kiosk.domain.batch import SessionEvent, SessionState
from kiosk.domain.erasure import METHOD, Erasure, refuse_erasure
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.registers import Subject, refuse_unless_valid
from kiosk.domain.staff import Act, refuse_unless_two
from kiosk.domain.way import Hold, checked_words
from kiosk.services.access import Access
from kiosk.services.agenda_book import number_of
from kiosk.services.desk import Desk
from kiosk.services.erasure_records import is_paper, signature_of
from kiosk.services.older import copies_of
from kiosk.services.words import word

if TYPE_CHECKING:
    from kiosk.domain.ledger import Opening


@dataclass(frozen=True, slots=True)
class Erased:
    """What the screen shows and prints after an erasure; `was_before`: nothing was erased just now."""

    record: Erasure
    record_pdf: bytes
    record_json: bytes
    signature: bytes
    was_before: bool = False


class ErasureDesk:
    """The last verb of a session; every step of it can be repeated after a cut."""

    def __init__(self, desk: Desk, access: Access) -> None:
        self._desk = desk
        self._access = access

    def approvals(self) -> tuple[str, ...]:
        """The city's approval numbers for erasure that are in date (特記事項 17)."""
        today = self._desk.clock.today()
        with self._desk.office.reading() as view:
            return tuple(
                approval.number
                for approval in view.approvals.all()
                if approval.subject is Subject.ERASURE
                and approval.valid_from <= today <= approval.valid_until
                and (approval.standing or not approval.used)
            )

    def erase(
        self, approval: str, *, second_id: str, second_pin: str, witness: str = "", day: date | None = None
    ) -> Erased:
        """Erases a session for good, after a valid accepting receipt, with approval and a second person.

        Order (特記事項 17): state ERASING, database closed, secret deleted and read back as gone,
        files deleted, office.db checkpointed, proof, record, state ERASED.
        """
        operator = self._desk.allow(Act.ERASE_SESSION)
        when = day or self._desk.session_day
        opening = self._opening(when)
        if opening.state is SessionState.ERASED:
            return self._already(when)
        refuse_erasure(
            receipted=opening.state in (SessionState.RECEIPTED, SessionState.ERASING),
            hold=opening.evidence_hold,
        )
        second = self._access.second_person(second_id, second_pin)
        refuse_unless_two(operator, second)
        with self._desk.office.reading() as view:
            refuse_unless_valid(
                view.approvals.find(approval, Subject.ERASURE), Subject.ERASURE, self._desk.clock.today()
            )
        self._begin(when, approval, second.id)
        self._destroy(when)
        checks = self._proof(when)
        broken = next((name for name, ok in checks if not ok), None)
        if broken is not None:
            raise Trouble("erase_incomplete", check=broken)
        record = self._record(when, approval, second.name, witness, checks)
        pdf = self._paper(record, when, opening.venue)
        self._finish(when, record)
        return self._erased(record, pdf)

    # --- before it: the application, and evidence that must stay -----------------------------------------

    def application_pdf(self, day: date | None = None) -> bytes:
        """The 消去・廃棄承認申請書 for a session, to be answered with an approval number (特記事項 17(2))."""
        from kiosk.services.handing_papers import erasure_application_pdf

        self._desk.allow(Act.ERASE_SESSION)
        when = day or self._desk.session_day
        self._opening(when)
        with self._desk.office.reading() as view:
            figures = view.figures.of_session(when)
            booked = view.figures.day_counts(when, self._desk.kiosk).get("bookings", 0)
        counts = {
            "visits": len(figures),
            "portraits": sum(line.photos for line in figures),
            "reservations": booked,
        }
        today = self._desk.clock.today()
        desk = self._desk
        return erasure_application_pdf(desk.kiosk, when, counts, today, desk.rules, practice=desk.practice)

    def hold(self, untrusted_words: str, untrusted_officer: str, day: date | None = None) -> None:
        """証拠保全: on the city's word nothing of the session is erased until it is lifted (特記事項 19)."""
        self._set_hold(True, untrusted_words, untrusted_officer, day)

    def lift_hold(self, untrusted_words: str, untrusted_officer: str, day: date | None = None) -> None:
        """The city no longer needs the evidence."""
        self._set_hold(False, untrusted_words, untrusted_officer, day)

    def held(self, day: date | None = None) -> Hold | None:
        """What holds the session's evidence, or None."""
        with self._desk.office.reading() as view:
            lines = view.way.holds(day or self._desk.session_day)
        return lines[-1] if lines and lines[-1].held else None

    def _set_hold(self, held: bool, words: str, officer: str, day: date | None) -> None:
        said, by = checked_words(words, officer)
        desk, when = self._desk, day or self._desk.session_day
        with desk.office_work(Act.HOLD_EVIDENCE) as (work, operator):
            opening = work.openings.get(when, desk.kiosk)
            if opening.state in (SessionState.ERASING, SessionState.ERASED):
                raise Refused("erase_already", day=when.isoformat())
            if opening.evidence_hold is held:
                return
            work.openings.save(replace(opening, evidence_hold=held))
            work.way.add(Hold(when, desk.kiosk, held, said, by, desk.clock.now(), operator.id))
            desk.record(work, "hold_evidence" if held else "lift_evidence", when.isoformat())
            work.commit()
        desk.anchor()

    def _opening(self, when: date) -> Opening:
        with self._desk.office.reading() as view:
            return view.openings.get(when, self._desk.kiosk)

    def _begin(self, when: date, approval: str, second: str) -> None:
        with self._desk.office_work(Act.ERASE_SESSION) as (work, _):
            opening = work.openings.get(when, self._desk.kiosk)
            work.openings.save(opening.after(SessionEvent.ERASE))
            self._desk.record(work, "erase", when.isoformat(), approval=approval, second=second)
            work.commit()
        self._desk.state_changed()

    def _destroy(self, when: date) -> None:
        if self._desk.day == when:
            self._desk.session_db = None
        self._desk.vault.destroy_session(when)
        with self._desk.office.reading() as view:
            names = [batch.name for batch in view.batches.all() if batch.session == when]
        outbox = self._desk.vault.folder.outbox
        for file in (*(outbox / name for name in names), *copies_of(outbox, when)):
            try:
                file.unlink(missing_ok=True)
            except OSError:
                raise Trouble("erase_incomplete", check="outbox") from None

    def _proof(self, when: date) -> tuple[tuple[str, bool], ...]:
        vault = self._desk.vault
        try:
            vault.open_session(when)
            opens = True
        except Refused:
            opens = False
        with self._desk.office.reading() as view:
            names = [batch.name for batch in view.batches.all() if batch.session == when]
        return (
            ("secret_gone", not vault.session_exists(when)),
            ("opening_fails", not opens),
            ("file_gone", not vault.folder.session(when, self._desk.kiosk).exists()),
            (
                "outbox_gone",
                not any((vault.folder.outbox / name).exists() for name in names)
                and not copies_of(vault.folder.outbox, when),
            ),
            ("office_checkpointed", self._desk.office.checkpoint()),
        )

    def _record(
        self, when: date, approval: str, second: str, witness: str, checks: tuple[tuple[str, bool], ...]
    ) -> Erasure:
        operator = self._desk.allow(Act.ERASE_SESSION)
        with self._desk.office.reading() as view:
            batch = view.batches.newest_of(when)
            receipts = view.batches.receipts(batch.seq) if batch else ()
            figures = view.figures.of_session(when)
            disk = view.settings.get("disk", "")
            booked = view.figures.day_counts(when, self._desk.kiosk).get("bookings", 0)
            given = [one for one in view.batches.all() if one.session == when]
            copies = [(copy.medium, one.name) for one in given for copy in view.batches.exports(one.seq)]
        if batch is None or not receipts:
            raise Refused("erase_no_receipt")
        return Erasure(
            session=when.isoformat(),
            kiosk=self._desk.kiosk,
            computer=platform.node(),
            disk=disk or word("erasure", "disk_unknown"),
            visits=len(figures),
            portraits=sum(line.photos for line in figures),
            batch=batch.name,
            manifest_sha256=batch.manifest_sha256,
            receipt_sha256=receipts[-1].sha256,
            approval=approval,
            method=METHOD,
            checks=checks,
            operator=operator.name,
            witness="・".join(name for name in (second, witness) if name),
            at=self._desk.clock.now(),
            copies_that_remain=(
                word("erasure", "city_copy"),
                *(f"{medium}　{name}" for medium, name in sorted(set(copies))),
            ),
            reservations=booked,
            receipt_kind="paper" if is_paper(receipts[-1].text) else "signed",
        )

    def _finish(self, when: date, record: Erasure) -> None:
        with self._desk.office_work(Act.ERASE_SESSION) as (work, _):
            opening = work.openings.get(when, self._desk.kiosk)
            work.openings.save(opening.after(SessionEvent.PROVE))
            work.erasures.add(record)
            found = work.approvals.find(record.approval, Subject.ERASURE)
            if found is not None:
                work.approvals.save(found.after_use())
            self._desk.record(work, "erased", when.isoformat(), batch=record.batch)
            work.commit()
        if self._desk.day == when:
            self._desk.day = None
        self._desk.state_changed()
        self._desk.anchor()

    def _already(self, when: date) -> Erased:
        with self._desk.office.reading() as view:
            record = view.erasures.find(when, self._desk.kiosk)
            venue = view.openings.get(when, self._desk.kiosk).venue
        if record is None:
            raise Refused("erase_already", day=when.isoformat())
        return self._erased(record, self._paper(record, when, venue), was_before=True)

    def _erased(self, record: Erasure, pdf: bytes, *, was_before: bool = False) -> Erased:
        return Erased(record, pdf, record.to_bytes(), signature_of(self._desk, record), was_before)

    def _paper(self, record: Erasure, when: date, venue: str) -> bytes:
        from kiosk.services.papers import erasure_pdf

        return erasure_pdf(
            record,
            self._desk.rules,
            practice=self._desk.practice,
            session_no=number_of(self._desk, when),
            venue=venue,
        )
