"""The video step: which officer of the city confirmed, from when to when, and with what result."""

from __future__ import annotations

from kiosk.domain.visit import Done, StepKind, Visit
from kiosk.ui.screens.counter_parts import TickTile, beside, only_one
from kiosk.ui.screens.counter_steps import AtWindow, StepPanel, grid_of
from kiosk.ui.widgets.kept import KeptButton
from kiosk.ui.widgets.labels import Heading, Title

ACROSS = 3


class VideoPanel(StepPanel):
    """Carries no picture and no sound; the city's own device stands beside the PC."""

    def __init__(self, at: AtWindow, visit: Visit) -> None:
        super().__init__(at, visit, StepKind.VIDEO.value)
        texts = at.texts
        self._tiles = {
            officer: TickTile(officer, height=64, name=f"counter.officer.{number}")
            for number, officer in enumerate(at.procedure().officers, start=1)
        }
        only_one(self._tiles.values(), self.changed.emit)
        self._state = Heading(tone="key", name="counter.video.state")
        again = KeptButton(texts.get("counter.video.again"), size="large", name="counter.video.again")
        again.guarded(lambda: self._answer(Done.AGAIN))
        no = KeptButton(texts.get("counter.video.ng"), size="large", name="counter.video.ng")
        no.guarded(lambda: self._answer(Done.NG))
        self._answers = (again, no)
        self.whole.addWidget(Heading(texts.get("counter.video.officer")))
        self.whole.addLayout(grid_of(list(self._tiles.values()), ACROSS))
        self._code = Title(wrap=True, name="counter.video.code")
        self.whole.addWidget(self._state)
        self.whole.addWidget(self._code)
        self.whole.addLayout(beside(*self._answers))
        self.whole.addStretch(1)
        self._show()

    @property
    def words(self) -> str:
        """Start first, then the answer that lets the visit go on."""
        return self.at.texts.get("counter.video.ok" if self._running else "counter.video.start")

    @property
    def is_ready(self) -> bool:
        """An officer must be named before anything starts."""
        return self._running or any(tile.isChecked() for tile in self._tiles.values())

    def done(self) -> Visit:
        """Starts, and then records that the officer confirmed."""
        if self._running:
            return self._record(Done.OK)
        officer = next(name for name, tile in self._tiles.items() if tile.isChecked())
        self.at.video[self.visit.ticket] = (officer, self.at.clock.now(), self.at.counter.video_code())
        self._show()
        return self.visit

    @property
    def _running(self) -> bool:
        return self.visit.ticket in self.at.video

    def _record(self, result: Done) -> Visit:
        officer, started, code = self.at.video[self.visit.ticket]
        visit = self.at.counter.video(self.visit.ticket, result, officer, started, code)
        del self.at.video[self.visit.ticket]
        return visit

    def _answer(self, result: Done) -> None:
        self.visit = self._record(result)
        self._show()
        tone, words = ("warning", "ng_said") if result is Done.NG else ("key", "again_said")
        self._state.setText(self.at.texts.get(f"counter.video.{words}"))
        self._state.set_tone(tone)
        self._state.setVisible(True)
        self.moved.emit(self.visit)
        if result is Done.NG:
            self.leaving.emit("R11")

    def _show(self) -> None:
        running = self._running
        self._code.setVisible(False)
        for button in self._answers:
            button.setVisible(running)
        self._state.setVisible(running)
        if running:
            officer, started, code = self.at.video[self.visit.ticket]
            self._code.setText(
                self.at.texts.get("counter.video.code", ticket=self.visit.ticket, code=" ".join(code))
            )
            self._code.setVisible(bool(code))
            words = self.at.texts.get("counter.video.started", officer=officer, time=f"{started:%H:%M}")
            self._state.setText(words)
            self._state.set_tone("key")
            for name, tile in self._tiles.items():
                tile.setChecked(name == officer)
        for tile in self._tiles.values():
            tile.setEnabled(not running)
        self.changed.emit()
