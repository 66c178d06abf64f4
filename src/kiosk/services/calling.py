"""Calls a number, and with it the people who came together and are ready: side by side at one window."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.domain.visit import Event, State, Visit

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.store.session import SessionWork


def call_with_party(work: SessionWork, desk: Desk, visit: Visit, now: datetime, operator: str) -> Visit:
    """The visit, called; the others of its party who wait are called to the same window in the same act.

    Somebody called again is called alone: the others have heard it. Raises Refused("visit_move").
    """
    together = [visit]
    if visit.party is not None and visit.state is not State.CALLED:
        together += [
            one
            for one in work.visits.of_party(visit.party)
            if one.state is State.WAITING and one.ticket != visit.ticket
        ]
    called = [one.after(Event.CALL, now, operator, window=desk.devices.window) for one in together]
    for one in called:
        work.visits.save(one)
        desk.record(work, "call", one.ticket, window=one.window)
    return called[0]
