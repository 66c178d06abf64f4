"""One small panel per step of the procedure: what is asked, and what its dark button records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kiosk.domain.application import outcome_of
from kiosk.domain.checklist import FormRule
from kiosk.domain.identity import IdentityBook
from kiosk.domain.visit import OUTCOMES, Outcome, Service, StepKind, Visit
from kiosk.services.application import ApplicationDesk
from kiosk.services.clock import Clock
from kiosk.services.correction import CorrectionDesk
from kiosk.services.counter import Counter
from kiosk.services.custody import Custody
from kiosk.settings.profile import Procedure
from kiosk.ui.code_camera import CodeCamera
from kiosk.ui.screens.counter_identity import IdentityGrid
from kiosk.ui.screens.counter_note import NoteDesk
from kiosk.ui.screens.counter_parts import TickTile, beside, only_one
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.labels import Body, Title

POINTS = {
    StepKind.POSTING_GUIDE: "counter.posting.points",
    StepKind.AFTER_GUIDE: "counter.apply_guide.points",
}


@dataclass
class AtWindow:
    """What the panels of one window need, and what they remember between two steps."""

    counter: Counter
    custody: Custody
    applications: ApplicationDesk
    book: Callable[[], IdentityBook]
    forms: Callable[[], Sequence[FormRule]]
    procedure: Callable[[], Procedure]
    clock: Clock
    texts: Texts
    note: NoteDesk
    correction: CorrectionDesk
    video: dict[str, tuple[str, datetime, str]] = field(default_factory=dict)
    camera: CodeCamera | None = None


class StepPanel(QWidget):
    """The middle of the card; `changed` asks the screen to look at the dark button again."""

    changed = Signal()
    moved = Signal(object)
    """The visit, when a button inside the panel has recorded something."""
    leaving = Signal(str)
    """A reason code, when the panel shows that the visit cannot go on."""
    photo_wanted = Signal()

    def __init__(self, at: AtWindow, visit: Visit, key: str) -> None:
        super().__init__()
        self.setObjectName(f"counter.panel.{key}")
        self.at, self.visit, self.key = at, visit, key
        self.asked: dict[str, str] = {}
        """What the question above the panel names besides the number and the window."""
        self.whole = QVBoxLayout(self)
        self.whole.setContentsMargins(0, 0, 0, 0)
        self.whole.setSpacing(12)

    def take_up(self, visit: Visit) -> None:
        """Built ahead of its turn, and its turn has come: what it shows is read anew."""
        self.visit = visit

    @property
    def words(self) -> str:
        """What the dark button says."""
        return self.at.texts.get(f"counter.done.{self.key}")

    @property
    def is_ready(self) -> bool:
        """Whether the dark button can be touched."""
        return True

    def done(self) -> Visit:
        """The dark button: records the step; the visit as it then stands."""
        return self.at.counter.complete(self.visit.ticket, StepKind(self.key))


class PointsPanel(StepPanel):
    """Things to look at or to say; nothing to enter."""

    def __init__(self, at: AtWindow, visit: Visit, kind: StepKind) -> None:
        super().__init__(at, visit, kind.value)
        for words in at.texts.table(POINTS[kind]).values():
            self.whole.addWidget(Body(f"・ {words}", wrap=True))
        self.whole.addStretch(1)


class FinalCheckPanel(StepPanel):
    """The originals, once more, by the person at the window."""

    def __init__(self, at: AtWindow, visit: Visit) -> None:
        super().__init__(at, visit, StepKind.FINAL_CHECK.value)
        self._grid = IdentityGrid(at.texts, at.book(), at.clock.today, visit, name="counter.identity")
        self._grid.changed.connect(self.changed)
        self._grid.leaving.connect(self.leaving)
        self.whole.addWidget(self._grid)

    @property
    def is_ready(self) -> bool:
        """Only with enough papers; who has too few leaves by R01."""
        return self._grid.is_enough

    def done(self) -> Visit:
        """Records the kinds that were shown."""
        return self.at.counter.complete(
            self.visit.ticket,
            StepKind.FINAL_CHECK,
            papers=self._grid.codes(),
            facts=self._grid.facts(),
        )


class OutcomePanel(StepPanel):
    """What an application came to: asked with the work itself, and shown again at the end."""

    def __init__(self, at: AtWindow, visit: Visit, key: str) -> None:
        super().__init__(at, visit, key)
        outcomes = OUTCOMES[visit.service]
        self._tiles: dict[Outcome, TickTile] = {}
        if visit.service is Service.APPLICATION:
            self._tiles = {
                outcome: TickTile(
                    at.texts.get(f"counter.applied.{outcome.value}"),
                    height=96,
                    name=f"counter.outcome.{outcome.value}",
                )
                for outcome in outcomes
            }
            only_one(self._tiles.values(), self.changed.emit)
            known = outcome_of(visit)
            for outcome, tile in self._tiles.items():
                tile.setChecked(outcome is known)
                tile.setEnabled(known is None or outcome is known)
            self.whole.addLayout(beside(*self._tiles.values()))
        self._only = outcomes[0]
        self.whole.addStretch(1)

    @property
    def is_ready(self) -> bool:
        """Once there is an outcome."""
        return not self._tiles or any(tile.isChecked() for tile in self._tiles.values())

    @property
    def outcome(self) -> Outcome:
        """The chosen one, or the only one the service has."""
        return next((o for o, tile in self._tiles.items() if tile.isChecked()), self._only)


class FinishPanel(OutcomePanel):
    """All steps are done: the outcome closes the visit."""

    def __init__(self, at: AtWindow, visit: Visit) -> None:
        super().__init__(at, visit, "finish")
        if not self._tiles:
            words = at.texts.get(f"outcome.{self._only.value}")
            self.whole.insertWidget(0, Title(words, wrap=True, name="counter.outcome"))

    def done(self) -> Visit:
        """Closes the visit."""
        return self.at.counter.finish(self.visit.ticket, self.outcome)


def grid_of(widgets: Sequence[QWidget], across: int) -> QGridLayout:
    """Widgets in columns of equal width."""
    grid = QGridLayout()
    grid.setSpacing(12)
    for at, widget in enumerate(widgets):
        grid.addWidget(widget, at // across, at % across)
    for column in range(across):
        grid.setColumnStretch(column, 1)
    return grid
