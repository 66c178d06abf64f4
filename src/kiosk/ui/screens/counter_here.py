"""Called, and not here yet: the four things that can happen next."""

from __future__ import annotations

from functools import partial

from kiosk.domain.visit import Event, Visit
from kiosk.ui.screens.counter_parts import beside
from kiosk.ui.screens.counter_steps import AtWindow, StepPanel
from kiosk.ui.widgets.buttons import Button


class ArrivePanel(StepPanel):
    """The dark button says that they came; the others call again, wait, or send back."""

    def __init__(self, at: AtWindow, visit: Visit) -> None:
        super().__init__(at, visit, "arrive")
        verbs = {"call_again": Event.CALL, "no_show": Event.NO_SHOW, "return": Event.RETURN}
        buttons = []
        for key, event in verbs.items():
            button = Button(at.texts.get(f"counter.{key}"), size="large", name=f"counter.{key}")
            button.guarded(partial(self._move, event))
            buttons.append(button)
        self.whole.addLayout(beside(*buttons))
        self.whole.addStretch(1)

    @property
    def words(self) -> str:
        """They are here."""
        return self.at.texts.get("counter.arrive")

    def done(self) -> Visit:
        """The visit is being served."""
        return self.at.counter.move(self.visit.ticket, Event.ARRIVE)

    def _move(self, event: Event) -> None:
        self.moved.emit(self.at.counter.move(self.visit.ticket, event))
