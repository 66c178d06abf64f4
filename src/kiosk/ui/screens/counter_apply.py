"""The application itself: on the visitor's own phone, on an approved tablet, on paper, or not at all."""

from __future__ import annotations

from functools import partial

from kiosk.domain.application import WAYS
from kiosk.domain.visit import StepKind, Visit
from kiosk.services.exits import LANGUAGES, language_names
from kiosk.ui.screens.counter_parts import TickTile, beside, only_one
from kiosk.ui.screens.counter_steps import POINTS, AtWindow, StepPanel, grid_of
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.chips import Chips
from kiosk.ui.widgets.labels import Body, Caption

INFANT = frozenset({"under_1", "ask_over_one"})


class PhotoStepPanel(StepPanel):
    """To the camera, or past it; who is under one year has no photo."""

    def __init__(self, at: AtWindow, visit: Visit) -> None:
        super().__init__(at, visit, StepKind.PHOTO.value)
        self._is_infant = bool(INFANT & set(visit.flags))
        buttons = []
        for why in ("own", "infant", "camera"):
            button = Button(at.texts.get(f"counter.photo.{why}"), size="large", name=f"counter.photo.{why}")
            button.guarded(partial(self._skip, why))
            buttons.append(button)
        if self._is_infant:
            taken = Button(at.texts.get("counter.done.photo"), size="large", name="counter.photo.taken")
            taken.guarded(self.photo_wanted.emit)
            buttons = [taken, buttons[0]]
            self.whole.addWidget(Body(at.texts.get("counter.photo.infant_why"), wrap=True))
        self.whole.addLayout(grid_of(buttons, 3))
        self.whole.addStretch(1)

    @property
    def words(self) -> str:
        """To the camera, except for an infant."""
        return self.at.texts.get("counter.photo.infant" if self._is_infant else "counter.done.photo")

    def done(self) -> Visit:
        """The photo station records the step; an infant's is skipped."""
        if self._is_infant:
            return self.at.counter.skip(self.visit.ticket, StepKind.PHOTO, "infant")
        self.photo_wanted.emit()
        return self.visit

    def _skip(self, why: str) -> None:
        self.moved.emit(self.at.counter.skip(self.visit.ticket, StepKind.PHOTO, why))


class ApplyPanel(StepPanel):
    """Four ways; the tablet only with the city's approval for transmission."""

    def __init__(self, at: AtWindow, visit: Visit) -> None:
        super().__init__(at, visit, StepKind.APPLY.value)
        texts = at.texts
        self._tiles = {
            way: TickTile(texts.get(f"counter.apply.{way}"), height=72, name=f"counter.apply.{way}")
            for way in WAYS
        }
        approval = at.applications.transmission_approval()
        self._tiles["tablet"].setEnabled(bool(approval))
        only_one(self._tiles.values(), self.changed.emit)
        self.whole.addLayout(grid_of(list(self._tiles.values()), 2))
        key = "tablet_yes" if approval else "tablet_no"
        self.whole.addWidget(Caption(texts.get(f"counter.apply.{key}", number=approval), wrap=True))
        self._said = Caption(wrap=True, name="counter.apply.said")
        self._give = Button(texts.get("counter.apply.print_id"), name="counter.apply.print_id")
        self._give.guarded(self._print)
        self.whole.addLayout(beside(self._give, self._said))
        self.whole.addStretch(1)

        self._look()

    def take_up(self, visit: Visit) -> None:
        """The ID may have been read since the panel was built."""
        super().take_up(visit)
        self._look()

    def _look(self) -> None:
        self._give.setEnabled(self.at.applications.id_of(self.visit.ticket) is not None)

    def _print(self) -> None:
        """The 申請書ID on paper, so that nobody mistypes 23 digits on a small phone."""
        language = LANGUAGES[0]
        self.at.note.print_slip_of(
            self.at.applications.note(self.visit.ticket, language),
            lambda printed: self.at.applications.record_note(self.visit.ticket, language, printed.value),
            self._said,
        )

    @property
    def is_ready(self) -> bool:
        """Once there is a way."""
        return any(tile.isChecked() for tile in self._tiles.values())

    def done(self) -> Visit:
        """Records the step with its way; the outcome follows from it."""
        way = next(way for way, tile in self._tiles.items() if tile.isChecked())
        return self.at.applications.apply(self.visit.ticket, way)


class AfterGuidePanel(StepPanel):
    """What to say, and the same on paper in the visitor's language."""

    def __init__(self, at: AtWindow, visit: Visit) -> None:
        super().__init__(at, visit, StepKind.AFTER_GUIDE.value)
        points = [
            Body(f"・ {words}", wrap=True) for words in at.texts.table(POINTS[StepKind.AFTER_GUIDE]).values()
        ]
        self.whole.addLayout(grid_of(points, 2))
        self._languages = Chips(language_names(), name="counter.after_guide.language")
        self._languages.pick(LANGUAGES[0])
        give = Button(at.texts.get("counter.note.print"), name="counter.after_guide.print")
        give.guarded(self._print)
        self._said = Caption(wrap=True, name="counter.after_guide.said")
        self.whole.addWidget(self._languages)
        self.whole.addLayout(beside(give, self._said))
        self.whole.addStretch(1)

    def _print(self) -> None:
        language = self._languages.value
        self.at.note.print_slip_of(
            self.at.applications.note(self.visit.ticket, language),
            lambda printed: self.at.applications.record_note(self.visit.ticket, language, printed.value),
            self._said,
        )
