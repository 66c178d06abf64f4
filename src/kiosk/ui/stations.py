"""Which stations stand open: by what the session has come to, and by who is here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.domain.staff import Act, Operator
from kiosk.ui.shell import STATIONS

if TYPE_CHECKING:
    from kiosk.domain.batch import SessionState

AFTER_CLOSE: Final = ("home", "custody", "closing", "manage")
"""Once the session is closed nothing changes any more; only its end can be worked on."""

WHILE_ERASING: Final = ("closing", "manage")
"""A cut in the middle of an erasure leaves no session to look into, only the erasure to be finished."""

BEFORE_OPENING: Final = ("manage",)
"""People, approvals and sticks are registered before the first day is opened."""


def stations_for(person: Operator, state: SessionState) -> tuple[str, ...]:
    """The stations a person may come to while the session stands there, in their order."""
    if not person.may(Act.RECEIVE):
        return ("home", "manage")
    if state.value == "erasing":
        return WHILE_ERASING
    return STATIONS if state.value == "open" else AFTER_CLOSE
