"""A consultation: what it is about is chosen, never written down."""

from __future__ import annotations

from kiosk.domain.visit import TALK_KINDS, StepKind, Visit
from kiosk.ui.screens.counter_parts import TickTile, only_one
from kiosk.ui.screens.counter_steps import AtWindow, StepPanel, grid_of
from kiosk.ui.widgets.labels import Body

ACROSS = 4


class TalkPanel(StepPanel):
    """Eight kinds to choose from, and what to mind while talking."""

    def __init__(self, at: AtWindow, visit: Visit) -> None:
        super().__init__(at, visit, StepKind.TALK.value)
        self._tiles = {
            kind: TickTile(at.texts.get(f"talk.{kind}"), height=56, name=f"counter.talk.{kind}")
            for kind in TALK_KINDS
        }
        only_one(self._tiles.values(), self.changed.emit)
        self.whole.addLayout(grid_of(list(self._tiles.values()), ACROSS))
        for words in at.texts.table("counter.talk.points").values():
            self.whole.addWidget(Body(f"・ {words}", wrap=True))
        self.whole.addStretch(1)

    @property
    def is_ready(self) -> bool:
        """Once it is known what it was about."""
        return any(tile.isChecked() for tile in self._tiles.values())

    def done(self) -> Visit:
        """Ends the consultation."""
        kind = next(kind for kind, tile in self._tiles.items() if tile.isChecked())
        return self.at.counter.talked(self.visit.ticket, kind)
