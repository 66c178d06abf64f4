"""What the office counts of a closed day besides its visits: bookings, photos, guardians, who worked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kiosk.domain.custody import Movement, Paper
from kiosk.domain.list_merge import is_expected
from kiosk.domain.portrait import Origin
from kiosk.domain.report import GUIDED, TALKED
from kiosk.domain.visit import TALK_KINDS, Outcome, StepKind, Visit

if TYPE_CHECKING:
    from kiosk.store.session import SessionView

STUDIO = Origin.STUDIO.value
STAFF = "staff_"
"""Before an operator's id: how many steps that person did; the report names who worked."""


def day_counts(view: SessionView) -> dict[str, int]:
    """Counts of the day that no visit's line holds; numbers only, and the ids of our own people.

    A booking for n people counts n, so that booked = came with a booking + did not come.
    """
    visits = view.visits.all()
    booked = {one.number: one.party_size for one in view.reservations.all() if is_expected(one)}
    came = Counter(visit.reservation for visit in visits if visit.outcome is not Outcome.VOIDED)
    photos = [json.loads(text) for text in view.portraits.verdicts()]
    # What somebody brought was not taken here: nothing of it is a first shot or a retake.
    shots = [photo for photo in photos if photo.get("origin", STUDIO) == STUDIO]
    brought = [photo["origin"] for photo in photos if photo not in shots]
    guarded = {
        line.ticket
        for line in view.custody.lines()
        if line.paper is Paper.F10 and line.movement in (Movement.RECEIVED, Movement.COPIED)
    }
    steps = Counter(step.operator for visit in visits for step in visit.steps)
    return {
        "reserved": sum(booked.values()),
        "no_show": sum(max(0, size - came[number]) for number, size in booked.items()),
        "photos": len(shots),
        "photos_first": sum(1 for shot in shots if not shot.get("retakes")),
        "retakes": sum(int(shot.get("retakes", 0)) for shot in shots),
        **Counter(f"retake_{why}" for shot in shots for why in shot.get("reasons", ())),
        **Counter(f"override_{photo['override']}" for photo in photos if photo.get("override")),
        **Counter(f"own_{origin}" for origin in brought),
        "guardians": len(guarded),
        **{f"{TALKED}{kind}": count for kind, count in _talked(visits).items()},
        **{f"{GUIDED}{kind}": count for kind, count in view.guidance.counts().items()},
        **{f"{STAFF}{operator}": count for operator, count in steps.items()},
    }


def _talked(visits: Iterable[Visit]) -> dict[str, int]:
    """Consultations by what they were about; every kind, so a mended day replaces what it told."""
    kinds = Counter(
        step.fact("kind")
        for visit in visits
        if visit.outcome is Outcome.CONSULTED and (step := visit.step_at(StepKind.TALK)) is not None
    )
    return {kind: kinds[kind] for kind in TALK_KINDS}
