"""Looks over the records at every start, holds the kiosk read-only while they are in doubt, and lets a
manager take them up again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.batch import SessionState
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.guards import refuse_my_number
from kiosk.domain.integrity import (
    LOST,
    OFFICE,
    Concern,
    Kind,
    Mark,
    judge_chain,
    judge_clock,
    judge_passing,
)
from kiosk.domain.journal import EMPTY, Anchor
from kiosk.domain.staff import Act, Operator, refuse_unless_may
from kiosk.services.desk import Desk

if TYPE_CHECKING:
    from kiosk.store.journal import JournalRows
    from kiosk.store.office import OfficeStore, OfficeView
    from kiosk.store.session import SessionStore, SessionView

SEQ_FLOOR = "seq_floor"
ACKNOWLEDGED = "acknowledged"


class Integrity:
    """The verbs around the records' own truth; what is noticed is carried by the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # --- looking -------------------------------------------------------------------------------------

    def at_sign_in(self) -> bool:
        """Looks over the office, the clock and the session at hand; whether the kiosk may write.

        A file opened anew is walked whole, whoever may have had it meanwhile; while it stays open only
        what has been added.
        """
        desk = self._desk
        noticed = [*self._office(desk.office), *self._clock(desk.office)]
        if desk.session_db is not None:
            noticed += self._session(desk.session_db)
        desk.concerns = tuple(noticed)
        self._tell_copies()
        return not noticed

    def at_change(self) -> bool:
        """Looks again while another person sits down; whether the kiosk may write.

        What this look cannot see stays noticed: a day's file that could not be opened, and a clock that
        nobody has confirmed yet.
        """
        desk = self._desk
        unseen = [
            concern
            for concern in desk.concerns
            if concern.is_clock or (desk.session_db is None and concern.chain != OFFICE)
        ]
        self.at_sign_in()
        again = {(concern.kind, concern.chain) for concern in desk.concerns}
        desk.concerns += tuple(one for one in unseen if (one.kind, one.chain) not in again)
        return not desk.concerns

    def at_resume(self) -> bool:
        """Opens the database of the day at hand and looks over it; whether the kiosk may write."""
        desk = self._desk
        day = desk.session_day
        others = tuple(concern for concern in desk.concerns if concern.chain != day.isoformat())
        try:
            desk.session_db = desk.vault.open_session(day)
        except Trouble:
            desk.session_db = None
            desk.concerns = (*others, Concern(Kind.UNREADABLE, day.isoformat()))
            return False
        desk.concerns = (*others, *self._session(desk.session_db))
        self._tell_copies()
        return not desk.concerns

    def clock_jumped(self) -> bool:
        """The round of every few seconds: whether the clock has just gone another way than the ticks."""
        desk = self._desk
        before, now, ticks = desk.clock_seen, desk.clock.machine(), desk.clock.monotonic_ms()
        if any(concern.is_clock for concern in desk.concerns):
            return False
        desk.clock_seen = (now, ticks)
        if before is None:
            return False
        passed = timedelta(milliseconds=ticks - before[1])
        concern = judge_passing(before[0], now, passed, None)
        if concern is not None:
            desk.concerns = (*desk.concerns, concern)
        return concern is not None

    def check_again(self) -> bool:
        """After the clock was put right: whether the kiosk may write now."""
        self._desk.clock_seen = None
        return self.at_sign_in()

    def left_behind(self, chains: Iterable[str]) -> None:
        """After a clean end: remembers the closed files as they are, so that the next start knows them.

        The chain speaks for the journal only; this speaks for every page of the file.
        """
        for chain in chains:
            file = self._path(chain)
            if file.is_file() and not file.with_name(f"{file.name}-wal").exists():
                self._desk.vault.anchors.keep_file(chain, _digest(file))

    # --- taking up again -------------------------------------------------------------------------------

    @property
    def last_seen(self) -> datetime | None:
        """Up to when the records were known to be whole: the time of the last anchor."""
        return self._desk.vault.anchors.mark().latest

    @property
    def can_be_taken_up(self) -> bool:
        """Whether there is anything to go on with."""
        return not any(concern.kind in LOST for concern in self._desk.concerns)

    def confirm_clock(self) -> None:
        """The manager says that date and time are right; journalled, and the time seen starts from now."""
        desk, leader = self._desk, self._leader()
        if any(not concern.is_clock for concern in desk.concerns):
            raise Refused("integrity_records_first")
        for clock in desk.concerns:
            with desk.office.work() as work:
                about = {"kind": clock.kind.value, **_counts(clock)}
                work.journal.append("confirm_clock", desk.kiosk, about, who=leader.id, at=desk.clock.now())
                work.commit()
        desk.vault.anchors.keep_mark(Mark(desk.vault.anchors.mark().last_batch, desk.clock.machine()))
        desk.concerns, desk.clock_seen = (), None
        desk.anchor()

    def acknowledge(self, untrusted_words: str, untrusted_officer: str) -> None:
        """The manager takes the records up as they are: in words, and with the city's word by an officer.

        Journalled in every chain concerned; the anchors are taken anew, and work goes on.
        Raises Refused integrity_words_missing, integrity_lost, not_allowed.
        """
        desk, leader = self._desk, self._leader()
        words, officer = untrusted_words.strip(), untrusted_officer.strip()
        if not words or not officer:
            raise Refused("integrity_words_missing")
        refuse_my_number(words)
        refuse_my_number(officer)
        if not self.can_be_taken_up:
            raise Refused("integrity_lost")
        about = [concern for concern in desk.concerns if not concern.is_clock]
        with desk.office.work() as work:
            self._enter(work, about, OFFICE, words, officer, leader)
            said = work.settings.get(ACKNOWLEDGED, [])
            now = desk.clock.now().isoformat()
            kinds = [f"{concern.chain} {concern.kind.value}" for concern in about]
            said.append({"at": now, "by": leader.id, "what": kinds, "words": words, "city": officer})
            work.settings.put(ACKNOWLEDGED, said)
            for concern in about:
                if concern.kind is Kind.NUMBER_BACK:
                    # A number given once, to a batch this ledger has forgotten, is never given again.
                    work.settings.put(SEQ_FLOOR, concern.kept)
            work.commit()
        with desk.office.reading() as view:
            heads = {OFFICE: view.journal.head()}
        heads |= self._take_up_session(about, words, officer, leader)
        for chain in {concern.chain for concern in about if concern.chain in heads}:
            desk.vault.anchors.keep_accepted(chain, heads[chain])
        for chain in {concern.chain for concern in about}:
            desk.vault.anchors.keep_file(chain, None)
        desk.accepted_pages |= {c.chain for c in about if c.kind is Kind.PAGE_DAMAGED}
        desk.walked.clear()
        desk.concerns = tuple(concern for concern in desk.concerns if concern.is_clock)
        desk.anchor()

    def _tell_copies(self) -> None:
        """Copies made before a migration go into the journal with the first chance to write."""
        desk = self._desk
        if not desk.copies or desk.concerns:
            return
        with desk.office.work() as work:
            for name, sha256 in desk.copies:
                desk.record(work, "copy_before_migration", name, sha256=sha256)
            work.commit()
        desk.copies.clear()

    # --- inside ----------------------------------------------------------------------------------------

    def _leader(self) -> Operator:
        person = self._desk.operator
        if person is None:
            raise Refused("not_signed_in")
        refuse_unless_may(person, Act.EDIT_REGISTERS)
        return person

    def _take_up_session(
        self, about: list[Concern], words: str, officer: str, leader: Operator
    ) -> dict[str, Anchor]:
        desk = self._desk
        if desk.session_db is None:
            return {}
        chain = desk.session_day.isoformat()
        if not any(concern.chain == chain for concern in about):
            return {}
        with desk.session_db.work() as work:
            self._enter(work, about, chain, words, officer, leader)
            work.commit()
        with desk.session_db.reading() as view:
            return {chain: view.journal.head()}

    def _enter(
        self,
        work: OfficeView | SessionView,
        about: list[Concern],
        chain: str,
        words: str,
        officer: str,
        leader: Operator,
    ) -> None:
        if any(concern.kind is Kind.GUARDS_MISSING and concern.chain == chain for concern in about):
            work.pages.restore_guards()
        # The words stand in the office's settings; the journal holds what makes them unchangeable.
        digest = hashlib.sha256(f"{words}\n{officer}".encode()).hexdigest()
        noticed = [
            {"kind": concern.kind.value, "chain": concern.chain, **_counts(concern)} for concern in about
        ]
        work.journal.append(
            "acknowledge",
            chain,
            {"noticed": noticed, "words_sha256": digest},
            who=leader.id,
            at=self._desk.clock.now(),
        )

    def _office(self, office: OfficeStore) -> list[Concern]:
        try:
            with office.reading() as view:
                noticed = self._file(OFFICE, view, office)
                last = view.batches.last()
                known = max(last.seq if last else 0, view.settings.get(SEQ_FLOOR, 0))
                given = self._desk.vault.anchors.mark().last_batch
                if known < given:
                    noticed.append(Concern(Kind.NUMBER_BACK, OFFICE, given, known))
                return noticed
        except Trouble:
            return [Concern(Kind.UNREADABLE, OFFICE)]

    def _session(self, session: SessionStore) -> list[Concern]:
        chain = self._desk.session_day.isoformat()
        try:
            with session.reading() as view:
                return self._file(chain, view, session)
        except Trouble:
            return [Concern(Kind.UNREADABLE, chain)]

    def _file(
        self, chain: str, view: OfficeView | SessionView, store: OfficeStore | SessionStore
    ) -> list[Concern]:
        desk = self._desk
        noticed: list[Concern] = []
        opened, walked = desk.walked.get(chain, (None, EMPTY))
        is_new = opened is not store
        # Damage shows once per start; the seal of every page is checked again whenever it is read.
        if is_new and chain not in desk.accepted_pages and (faults := view.pages.faults()):
            noticed.append(Concern(Kind.PAGE_DAMAGED, chain, 0, faults))
        if missing := view.pages.guards_missing():
            noticed.append(Concern(Kind.GUARDS_MISSING, chain, 0, len(missing)))
        reached, concern = self._walk(chain, view.journal, EMPTY if is_new else walked)
        if concern is not None:
            noticed.append(concern)
        if is_new and not noticed:
            noticed += self._touched(chain)
        if not noticed:
            desk.walked[chain] = (store, reached)
        if is_new and not noticed:
            # From here on it is written to; only the next clean end knows its bytes again.
            desk.vault.anchors.keep_file(chain, None)
        return noticed

    def _walk(self, chain: str, journal: JournalRows, walked: Anchor) -> tuple[Anchor, Concern | None]:
        anchors = self._desk.vault.anchors
        kept, accepted = anchors.kept(chain), anchors.accepted(chain)
        since = walked if walked.length >= accepted.length else accepted
        if since.length and journal.hash_at(since.length) != since.head:
            found = journal.head().length
            kind = Kind.SHORTER if found < kept.length else Kind.FORKED
            return since, Concern(kind, chain, kept.length, found)
        return judge_chain(chain, journal.rows(since), kept, since)

    def _touched(self, chain: str) -> list[Concern]:
        kept = self._desk.vault.anchors.kept_file(chain)
        if kept is None or kept == _digest(self._path(chain)):
            return []
        return [Concern(Kind.TOUCHED, chain)]

    def _path(self, chain: str) -> Path:
        folder = self._desk.vault.folder
        return (
            folder.office if chain == OFFICE else folder.session(date.fromisoformat(chain), self._desk.kiosk)
        )

    def _clock(self, office: OfficeStore) -> list[Concern]:
        desk = self._desk
        try:
            with office.reading() as view:
                is_open = any(
                    opening.state is SessionState.OPEN and opening.kiosk == desk.kiosk
                    for opening in view.openings.all()
                )
        except Trouble:
            is_open = False
        concern = judge_clock(desk.clock.machine(), desk.vault.anchors.mark().latest, session_open=is_open)
        return [] if concern is None else [concern]


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _counts(concern: Concern) -> dict[str, int]:
    return {"kept": concern.kept, "found": concern.found}
