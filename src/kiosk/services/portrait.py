"""The photo station: the right visitor, a shot that is judged, one accepted picture."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.domain.errors import Refused
from kiosk.domain.line import waiting_since
from kiosk.domain.portrait import QUIET, RULES, Origin, Override, Rule, Verdict
from kiosk.domain.portrait import State as CheckState
from kiosk.domain.staff import Act
from kiosk.domain.visit import Event, Service, State, Step, StepKind, Visit
from kiosk.services.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiosk.devices.ports import Pixels
    from kiosk.vision import Seen


WISH = "wish"
"""A shot taken again although nothing was wrong with the one before."""


def retake_reason(verdict: Verdict) -> str:
    """Why a shot with this verdict is followed by another: its first wrong check, else the visitor's wish."""
    wrong = [check.name for check in verdict.checks if check.is_wrong and check.name not in QUIET]
    return wrong[0] if wrong else WISH


@dataclass(frozen=True, slots=True)
class Look:
    """What one live frame shows and what the rules say of it."""

    seen: Seen
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finished shot, in memory only until it is accepted."""

    jpeg: bytes
    verdict: Verdict
    origin: Origin = Origin.STUDIO
    small: bytes = b""
    """The same picture as a small JPEG for its tile, made beside the window; empty: only the whole one."""


class PortraitDesk:
    """The verbs of the photo screen; `look` and `make` touch no database."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def waiting(self) -> tuple[Visit, ...]:
        """Application visits whose photo comes next, who is being served first."""
        with self._desk.session.reading() as view:
            visits = view.visits.by_state(State.SERVING, State.CALLED, State.WAITING)
        mine = [
            visit
            for visit in visits
            if visit.service is Service.APPLICATION and not visit.is_done(StepKind.PHOTO)
        ]
        return tuple(sorted(mine, key=lambda visit: (visit.state is State.WAITING, waiting_since(visit))))

    def start(self, ticket: str) -> Visit:
        """Brings the visitor to the camera: called and arrived in one act, already here changes nothing."""
        with self._desk.counter_work(Act.TAKE_PHOTO) as (work, operator):
            visit = work.visits.get(ticket)
            if visit.service is not Service.APPLICATION:
                raise Refused("photo_other_service", ticket=ticket)
            if visit.state is State.SERVING:
                return visit
            now = self._desk.clock.now()
            window = self._desk.devices.window
            if visit.state is not State.CALLED:
                visit = visit.after(Event.CALL, now, operator.id, window=window)
            here = visit.after(Event.ARRIVE, now, operator.id, window=window)
            work.visits.save(here)
            self._desk.record(work, "arrive", ticket, window=window)
            work.commit()
        return here

    @staticmethod
    def look(pixels: Pixels, *, quick: bool = True, rules: Mapping[str, Rule] = RULES) -> Look:
        """Judges a live frame, cheaply (light and background only when not `quick`); any thread."""
        from kiosk import vision
        from kiosk.domain.portrait import judge

        seen = vision.look(pixels, quick=quick)
        return Look(seen, judge(seen.measures, rules))

    @staticmethod
    def make(*shots: Pixels, rules: Mapping[str, Rule] = RULES) -> Candidate:
        """Cuts the card photo from the best of the shots; raises Refused when no photo can be cut.

        One face that lies badly in the picture is cut all the same: the verdict says so, and only an
        operator's reason can accept it (no check may block for good).
        """
        from kiosk import vision
        from kiosk.domain.portrait import judge

        pixels, seen = vision.best_of(shots)
        if seen.head is None:
            raise Refused("photo_no_face")
        jpeg = vision.crop(pixels, seen, despite=seen.faces == 1)
        return Candidate(jpeg, judge(seen.measures, rules), small=vision.small_picture(jpeg))

    def accept(
        self,
        ticket: str,
        candidate: Candidate,
        *,
        override: str | None = None,
        retakes: int = 0,
        reasons: Sequence[str] = (),
    ) -> Visit:
        """Binds the picture to the visit; one that fails a check needs a reason, which is kept.

        `reasons` are what was wrong with the shots before it: names of checks, or WISH where nothing was.

        A further picture for the same visit replaces the first in the same transaction.
        """
        if candidate.verdict.check("one_face").state is not CheckState.PASS:
            # No reason makes a picture without exactly one face a card photo.
            raise Refused("photo_no_face")
        if candidate.verdict.needs_reason and override is None:
            raise Refused("photo_not_good")
        if override is not None:
            Override(override)
        from kiosk.store.desk import StoredPortrait

        with self._desk.counter_work(Act.TAKE_PHOTO) as (work, operator):
            visit = work.visits.get(ticket)
            if visit.state is State.CLOSED:
                raise Refused("visit_closed", ticket=ticket)
            now = self._desk.clock.now()
            came = (("origin", candidate.origin.value),)
            after = visit.with_step(Step(StepKind.PHOTO, now, operator.id, facts=came))
            work.visits.save(after)
            work.portraits.put(
                StoredPortrait(
                    ticket,
                    candidate.jpeg,
                    now,
                    operator.id,
                    _verdict_text(candidate, override, retakes, reasons),
                )
            )
            self._desk.record(
                *(work, "portrait", ticket),
                retakes=retakes,
                override=override,
                size=len(candidate.jpeg),
                origin=candidate.origin.value,
            )
            work.commit()
        return after

    def of(self, ticket: str) -> bytes | None:
        """The accepted picture of a visit as JPEG; None when there is none."""
        with self._desk.session.reading() as view:
            return view.portraits.get(ticket).jpeg if ticket in view.portraits.tickets() else None


def _verdict_text(candidate: Candidate, override: str | None, retakes: int, reasons: Sequence[str]) -> str:
    checks = {check.name: check.state.value for check in candidate.verdict.checks}
    return json.dumps(
        {
            "state": candidate.verdict.state.value,
            "origin": candidate.origin.value,
            "checks": checks,
            "override": override,
            "retakes": retakes,
            "reasons": [reason for reason in reasons if reason in checks or reason == WISH],
        }
    )
