"""The opened kiosk with the person at it: what every verb needs to know before it acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from kiosk.domain.errors import Refused
from kiosk.domain.staff import Act, Operator, refuse_unless_may
from kiosk.services.clock import Clock
from kiosk.settings import Devices

if TYPE_CHECKING:
    from kiosk.domain.batch import SessionState
    from kiosk.domain.integrity import Concern
    from kiosk.domain.journal import Anchor, Detail
    from kiosk.domain.site import Band
    from kiosk.settings.profile import Profile
    from kiosk.store.office import OfficeStore, OfficeWork
    from kiosk.store.session import SessionStore, SessionWork
    from kiosk.store.vault import Vault

ANCHOR_EVERY_MS = 300_000


@dataclass
class Desk:
    """One data folder, opened or not; holds no rule of its own."""

    vault: Vault
    clock: Clock
    devices: Devices
    kiosk: str
    practice: bool
    operator: Operator | None = None
    profile: Profile | None = None
    day: date | None = None
    office_db: OfficeStore | None = None
    session_db: SessionStore | None = None
    concerns: tuple[Concern, ...] = ()
    walked: dict[str, tuple[object, Anchor]] = field(default_factory=dict, repr=False)
    accepted_pages: set[str] = field(default_factory=set, repr=False)
    copies: list[tuple[str, str]] = field(default_factory=list, repr=False)
    clock_seen: tuple[datetime, int] | None = field(default=None, repr=False)
    anchored_ms: int = 0
    pace_seen: tuple[datetime, date, float] | None = field(default=None, repr=False)
    _seen_state: SessionState | None = field(default=None, repr=False)
    _seen_mending: bool = field(default=False, repr=False)
    _seen_site: tuple[str, Band] | None = field(default=None, repr=False)

    def allow(self, act: Act) -> Operator:
        """The signed-in operator, when their role may do this; refuses otherwise."""
        if self.operator is None:
            raise Refused("not_signed_in")
        refuse_unless_may(self.operator, act)
        if act is not Act.SEE_RECORDS:
            self.refuse_read_only()
        return self.operator

    def refuse_read_only(self) -> None:
        """Raises Refused("read_only") while something noticed about the records waits for the manager."""
        if self.concerns:
            raise Refused("read_only")

    @property
    def office(self) -> OfficeStore:
        """The office database; refuses before sign-in."""
        if self.office_db is None:
            raise Refused("not_signed_in")
        return self.office_db

    @property
    def rules(self) -> Profile:
        """The contract's profile; refuses before sign-in."""
        if self.profile is None:
            raise Refused("not_signed_in")
        return self.profile

    @property
    def session_day(self) -> date:
        """The day of the session at hand; refuses when none is open."""
        if self.day is None:
            raise Refused("session_none")
        return self.day

    @property
    def session(self) -> SessionStore:
        """The session's database; refuses when none is open."""
        if self.session_db is None:
            raise Refused("session_none")
        return self.session_db

    @contextmanager
    def counter_work(self, act: Act) -> Iterator[tuple[SessionWork, Operator]]:
        """One transaction on the day's database, for someone who may, while the session is OPEN.

        Rolls back unless the caller commits.
        """
        from kiosk.domain.batch import SessionState

        operator = self.allow(act)
        store = self.session
        if self.state is not SessionState.OPEN:
            raise Refused("session_not_open")
        with store.work() as work:
            yield work, operator

    @contextmanager
    def office_work(self, act: Act) -> Iterator[tuple[OfficeWork, Operator]]:
        """One transaction on the office database, for someone who may; rolls back unless committed."""
        operator = self.allow(act)
        with self.office.work() as work:
            yield work, operator

    def record(self, work: SessionWork | OfficeWork, act: str, about: str, **details: Detail) -> None:
        """The act's journal row, in the same transaction as the act; refuses in read-only mode.

        Every verb that writes comes through here before it commits.
        """
        self.refuse_read_only()
        who = self.operator.id if self.operator is not None else "kiosk"
        work.journal.append(act, about, details, who=who, at=self.clock.now())

    @property
    def state(self) -> SessionState:
        """Where the session stands; read once per change, because every verb asks."""
        if self._seen_state is None:
            with self.office.reading() as view:
                state = view.openings.get(self.session_day, self.kiosk).state
                # Open once more although a batch was given: the city has sent it back.
                self._seen_mending = state.value == "open" and (
                    view.batches.newest_of(self.session_day) is not None
                )
                self._seen_state = state
        return self._seen_state

    @property
    def is_mending(self) -> bool:
        """Whether the session is open only to mend what the city has rejected."""
        return self.state.value == "open" and self._seen_mending

    @property
    def site(self) -> tuple[str, Band]:
        """Whose numbers hold here, and the band this kiosk may give out; read once per change.

        A kiosk issues when it is alone, the lead, or has a band (with line and board) of its own.
        """
        if self._seen_site is None:
            from kiosk.domain.site import Band

            with self.office.reading() as view:
                bands = view.settings.get("bands", {})
                lead = view.settings.get("lead", self.kiosk)
            own = bands.get(self.kiosk)
            self._seen_site = (lead if own is None else self.kiosk, Band(*own) if own else Band())
        return self._seen_site

    @property
    def is_lead(self) -> bool:
        """Whether this kiosk issues numbers and calls; else it works from the papers people bring."""
        return self.site[0] == self.kiosk

    def refuse_unless_lead(self) -> None:
        """Raises Refused("not_lead") at a kiosk that issues and calls nothing."""
        if not self.is_lead:
            raise Refused("not_lead", lead=self.site[0])

    def refuse_while_mending(self) -> None:
        """Raises Refused("mending_no_new"): the visitors have gone, nobody new is received."""
        if self.is_mending:
            raise Refused("mending_no_new")

    def anchor(self) -> None:
        """Remembers the heads of both chains in the keystore, so that a file put back is noticed.

        With them the last batch number and the latest time seen; nothing in read-only mode, where the
        anchor is the evidence.
        """
        from kiosk.domain.integrity import OFFICE, Mark

        if self.concerns:
            return
        with self.office.reading() as view:
            self.vault.keep_anchor(OFFICE, view.journal.head())
            last = view.batches.last()
        mark, now = self.vault.anchors.mark(), self.clock.machine()
        given = max(mark.last_batch, last.seq if last is not None else 0)
        self.vault.anchors.keep_mark(Mark(given, now if mark.latest is None else max(now, mark.latest)))
        self.anchored_ms = self.clock.monotonic_ms()
        if self.session_db is not None and self.day is not None:
            with self.session_db.reading() as seen:
                self.vault.keep_anchor(self.day.isoformat(), seen.journal.head())

    @property
    def chains_open(self) -> tuple[str, ...]:
        """Names of the chains whose databases are open."""
        from kiosk.domain.integrity import OFFICE

        day = self.day.isoformat() if self.session_db is not None and self.day is not None else None
        return (OFFICE,) if day is None else (OFFICE, day)

    def anchor_when_due(self) -> None:
        """The anchor of every five minutes: what was recorded since the last one could be put back unseen."""
        if self.clock.monotonic_ms() - self.anchored_ms >= ANCHOR_EVERY_MS:
            self.anchor()

    def anchor_session(self, work: OfficeWork) -> None:
        """Writes the session chain's length and head into the office chain."""
        with self.session.reading() as seen:
            head = seen.journal.head()
        self.record(work, "anchor", self.session_day.isoformat(), length=head.length, head=head.head)

    def state_changed(self) -> None:
        """Forgets the remembered state after a verb has moved it."""
        self._seen_state = self._seen_site = None
