"""Who comes on a rehearsed day: a seeded crowd with every way through the counter in it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.reservation import Reservation
from kiosk.domain.visit import Outcome, PinForm, Reason, Service

MOST_VISITORS = 300


@dataclass(frozen=True, slots=True)
class Comer:
    """One invented visitor: what they came for and how it goes."""

    service: Service
    reservation: str | None = None
    papers: tuple[str, ...] = ("A01_DRIVER",)
    leaves: Reason | None = None
    video_again: bool = False
    pin_form: PinForm = PinForm.FULL
    outcome: Outcome | None = None
    notice_card: bool = False


_PAPERS: tuple[tuple[str, ...], ...] = (
    ("A01_DRIVER",),
    ("A03_PASSPORT",),
    ("A07_ZAIRYU",),
    ("B01_HI_CERT", "B06_PENSION"),
    ("B11_STUDENT", "B01_HI_CERT"),
)
_LEAVING = (Reason.R01, Reason.R02, Reason.R07, Reason.R10, Reason.R11)


def crowd(visitors: int, seed: int, bookings: Sequence[Reservation]) -> list[Comer]:
    """`visitors` people in order of arrival: booked ones first in their slots, walk-ins between.

    The shares follow the plan of the contract: most collect a card, a fifth apply, a few ask.
    """
    chance = random.Random(seed)
    booked = [booking.number for booking in bookings if not booking.cancelled]
    comers: list[Comer] = []
    for place in range(visitors):
        kind = place % 10
        reservation = booked.pop(0) if booked and kind not in (3, 6, 9) else None
        if kind in (3, 6) and reservation is None:
            outcome = chance.choice((Outcome.APPLIED_ONLINE, Outcome.APPLIED_PAPER))
            comers.append(Comer(Service.APPLICATION, outcome=outcome))
        elif kind == 9:
            comers.append(Comer(Service.CONSULTATION, outcome=Outcome.CONSULTED))
        else:
            leaves = chance.choice(_LEAVING) if place % 8 == 7 else None
            comers.append(
                Comer(
                    Service.ISSUANCE,
                    reservation,
                    papers=chance.choice(_PAPERS),
                    leaves=leaves,
                    video_again=place % 7 == 5,
                    pin_form=chance.choice((PinForm.FULL, PinForm.FULL, PinForm.NO_SIGN)),
                    outcome=None if leaves else Outcome.ACCEPTED,
                    notice_card=chance.random() < 0.3,
                )
            )
    return comers
