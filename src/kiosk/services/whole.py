"""The lead's part: every kiosk's batch on the stick checked, the session brought together, one 納品書."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.batch import BatchFacts, BatchName
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.staff import Act
from kiosk.domain.whole import Whole, whole_session
from kiosk.services.agenda_book import number_of
from kiosk.services.desk import Desk
from kiosk.services.handover import Handover
from kiosk.services.site import sister_cards
from kiosk.services.site_figures import keep_whole, told_by

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from kiosk.devices.ports import Progress

SEEN, ELSEWHERE = "sister_seen", "elsewhere"


@dataclass(frozen=True, slots=True)
class OnStick:
    """A batch of the session as it lies on the stick: its facts, or why it does not count.

    `missing` are numbers of that kiosk that never came here before this one.
    """

    name: str
    facts: BatchFacts | None
    manifest_sha256: str = ""
    problem: Refused | Trouble | None = None
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LookJob:
    """Everything a look at the stick needs; no database, for the background."""

    folder: Path
    session: date
    city: str
    practice: bool
    trusted: Mapping[str, Ed25519PublicKey] = field(repr=False)
    seen: Mapping[str, Mapping[str, str]]

    def run(self, progress: Progress, cancelled: Callable[[], bool]) -> tuple[OnStick, ...]:
        """Every batch of the session on the stick, read once from front to back; nothing is written.

        Raises Trouble("drive_gone") when the stick does not answer, Refused("drive_cancelled").
        """
        try:
            names = sorted(file.name for file in self.folder.iterdir() if file.suffix == ".zip")
        except OSError:
            raise Trouble("drive_gone") from None
        found: list[OnStick] = []
        wanted = [name for name in names if self._is_wanted(name)]
        for at, name in enumerate(wanted):
            if cancelled():
                raise Refused("drive_cancelled")
            progress("look", at, len(wanted))
            found.append(self._looked_at(name))
        return _without_replaced(found)

    def _is_wanted(self, name: str) -> bool:
        try:
            parsed = BatchName.parse(name)
        except Refused:
            return False
        return parsed.session == self.session and parsed.city == self.city

    def _looked_at(self, name: str) -> OnStick:
        from kiosk.sealing import sshsig
        from kiosk.sealing.batchfile import read_outer

        try:
            outer = read_outer(self.folder / name)
            facts = outer.manifest.facts
            if facts.name.file != name:
                raise Refused("batch_name")
            if facts.practice != self.practice:
                raise Refused("sister_practice")
            trusted = self.trusted.get(facts.kiosk)
            if trusted is None:
                raise Refused("signer_unknown", kiosk=facts.kiosk)
            if not sshsig.same_key(outer.public, trusted):
                raise Refused("signer_other_key", kiosk=facts.kiosk)
            missing = self._judge_sequence(facts, outer.manifest_sha256)
        except (Refused, Trouble) as problem:
            return OnStick(name, None, problem=problem)
        return OnStick(name, facts, outer.manifest_sha256, missing=missing)

    def _judge_sequence(self, facts: BatchFacts, sha256: str) -> tuple[int, ...]:
        seen = {int(seq): manifest for seq, manifest in self.seen.get(facts.kiosk, {}).items()}
        if seen.get(facts.seq, sha256) != sha256:
            raise Refused("whole_replayed", kiosk=facts.kiosk, seq=facts.seq)
        before = seen.get(facts.seq - 1)
        if before is not None and facts.prev != before:
            raise Refused("whole_forked", kiosk=facts.kiosk, seq=facts.seq)
        known = [seq for seq in seen if seq < facts.seq]
        return tuple(range(max(known) + 1, facts.seq)) if known else ()


def _without_replaced(found: list[OnStick]) -> tuple[OnStick, ...]:
    """Leaves out what a further batch supersedes; two living ones of one kiosk contradict each other."""
    replaced = {one.facts.supersedes for one in found if one.facts is not None}
    living = [one for one in found if one.facts is None or one.manifest_sha256 not in replaced]
    kiosks = [one.facts.kiosk for one in living if one.facts is not None]
    return tuple(
        OnStick(one.name, None, problem=Refused("whole_two_batches", kiosk=one.facts.kiosk))
        if one.facts is not None and kiosks.count(one.facts.kiosk) > 1
        else one
        for one in living
    )


class WholeSession:
    """The verbs of the manager's PC over all kiosks of the session."""

    def __init__(self, desk: Desk, handover: Handover) -> None:
        self._desk = desk
        self._handover = handover

    @property
    def sisters(self) -> tuple[str, ...]:
        """The site's other kiosks; none where this one stands alone."""
        with self._desk.office.reading() as view:
            return tuple(card.kiosk for card in sister_cards(view, self._desk.kiosk))

    @property
    def is_lead(self) -> bool:
        """Whether this kiosk brings the session together."""
        return self._desk.is_lead

    def prepare(self, folder: Path) -> LookJob:
        """Whom to trust, and what was seen of them before."""
        from kiosk.sealing.cards import KioskCard

        desk = self._desk
        desk.allow(Act.EXPORT_BATCH)
        with desk.office.reading() as view:
            own = KioskCard.from_text(view.settings.get("kiosk_card"))
            trusted = {card.kiosk: card.public for card in (own, *sister_cards(view, desk.kiosk))}
            seen = dict(view.settings.get(SEEN, {}))
            seen[desk.kiosk] = {str(batch.seq): batch.manifest_sha256 for batch in view.batches.all()}
        return LookJob(folder, desk.session_day, desk.rules.city.code, desk.practice, trusted, seen)

    def record(self, found: tuple[OnStick, ...]) -> Whole:
        """What the sisters told is kept with the session (numbers and codes, no names); the whole of it."""
        desk = self._desk
        good = [one for one in found if one.facts is not None and one.facts.kiosk != desk.kiosk]
        if good:
            with desk.office_work(Act.EXPORT_BATCH) as (work, _):
                seen = work.settings.get(SEEN, {})
                for one in good:
                    assert one.facts is not None
                    seen.setdefault(one.facts.kiosk, {})[str(one.facts.seq)] = one.manifest_sha256
                work.settings.put(SEEN, seen)
                told = {one.facts.kiosk: told_by(one.facts) for one in good if one.facts is not None}
                keep_whole(work, desk.session_day, desk.kiosk, told)
                desk.record(work, "read_sisters", desk.session_day.isoformat(), batches=len(good))
                work.commit()
        if desk.state.value == "open":
            with desk.counter_work(Act.EXPORT_BATCH) as (day, _):
                day.meta.put(ELSEWHERE, _told(good))
                desk.record(day, "read_sisters", desk.session_day.isoformat(), batches=len(good))
                day.commit()
        desk.anchor()
        return self.whole(found)

    def whole(self, found: tuple[OnStick, ...]) -> Whole:
        """The session over all batches that count."""
        facts = [one.facts for one in found if one.facts is not None]
        own = [one for one in facts if one.kiosk == self._desk.kiosk]
        expected = {*self.sisters, self._desk.kiosk} if own else set(self.sisters)
        return whole_session(facts, expected)

    def delivery_pdf(self, found: tuple[OnStick, ...], medium: str) -> bytes:
        """The one 納品書（受領欄つき） for every kiosk; refuses while a batch of the session is not good.

        Raises the first problem found, or Refused("whole_none").
        """
        from kiosk.services.handing_papers import whole_delivery_pdf

        operator = self._desk.allow(Act.EXPORT_BATCH)
        for one in found:
            if one.problem is not None:
                raise one.problem
        if not found:
            raise Refused("whole_none")
        day = self._desk.session_day
        with self._desk.office.reading() as view:
            opening = view.openings.get(day, self._desk.kiosk)
            trips = view.way.transports(day)
        return whole_delivery_pdf(
            tuple((one.facts, one.manifest_sha256) for one in found if one.facts is not None),
            self.whole(found),
            opening.venue,
            medium,
            operator.name,
            trips[-1] if trips else None,
            number_of(self._desk, day),
            self._desk.rules,
        )


def _told(found: list[OnStick]) -> dict[str, list[list[str | int | None]]]:
    return {
        one.facts.kiosk: [[line.ticket, line.outcome, line.papers] for line in one.facts.tickets]
        for one in found
        if one.facts is not None
    }
