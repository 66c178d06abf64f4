"""Why somebody is set aside: held, because they come back, or parked, because line or day broke off."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from kiosk.domain.visit import MOVE_WHY, Event, Visit
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.choice import Choice, Option

ORDER = ("papers", "away", "asking", "writing", "other", "line", "device", "session")


def ask_aside(host: QWidget, texts: Texts, visit: Visit, then: Callable[[Event, str], None]) -> None:
    """Asks for the reason in one touch; what has been done so far stays, whichever it is."""
    possible = {why: event for event, whys in MOVE_WHY.items() if event in visit.choices() for why in whys}

    def chosen(why: str) -> None:
        then(possible[why], why)

    Choice(
        host,
        texts.get("counter.ask_aside", ticket=visit.ticket),
        [Option(why, texts.get(f"aside.{why}")) for why in ORDER if why in possible],
        chosen,
        words=texts.get("counter.ask_aside_hint"),
        cancel=texts.get("counter.back"),
        name="counter.aside",
    )
