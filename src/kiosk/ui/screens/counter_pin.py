"""The PIN step: which form was handed in and two ticks; no field and no camera, for no PIN is ever here."""

from __future__ import annotations

from kiosk.domain.visit import PinForm, StepKind, Visit
from kiosk.ui.screens.counter_parts import TickTile, beside, only_one
from kiosk.ui.screens.counter_steps import AtWindow, StepPanel
from kiosk.ui.widgets.labels import Caption

YOUNG = "under_15"


class PinMemoPanel(StepPanel):
    """Three choices and two ticks; what a PIN may look like stands there to be explained, not entered."""

    def __init__(self, at: AtWindow, visit: Visit) -> None:
        super().__init__(at, visit, StepKind.PIN_MEMO.value)
        texts = at.texts
        self._tiles = {
            form: TickTile(
                f"{texts.get(f'counter.pin.{form.value}')}\n{texts.get(f'counter.pin.{form.value}_say')}",
                height=96,
                name=f"counter.pin.{form.value}",
            )
            for form in PinForm
        }
        only_one(self._tiles.values(), self._look)
        if YOUNG in visit.flags:
            # Under 15 there is no signing certificate, so no PIN for one.
            self._tiles[PinForm.FULL].setEnabled(False)
            self._tiles[PinForm.NO_SIGN].setChecked(True)
        self._ticks = {
            key: TickTile(
                texts.get(f"counter.pin.{key}"), height=64, name=f"counter.pin.{key}", mark_open=True
            )
            for key in ("sealed", "handed")
        }
        for tick in self._ticks.values():
            tick.clicked.connect(self.changed)
        self.whole.addLayout(beside(*self._tiles.values()))
        self.whole.addLayout(beside(*self._ticks.values()))
        self.whole.addWidget(Caption(texts.get("counter.pin.explain"), wrap=True, name="counter.pin.explain"))
        self.whole.addStretch(1)
        self._look()

    @property
    def is_ready(self) -> bool:
        """Once a form is chosen and, where PINs are set, it is sealed and the memo handed over."""
        form = self._form
        return form is PinForm.NONE or (form is not None and all(t.isChecked() for t in self._ticks.values()))

    def done(self) -> Visit:
        """Records the form's kind and the two ticks."""
        sealed, handed = (self._ticks[key].isChecked() for key in ("sealed", "handed"))
        form = self._form or PinForm.NONE
        return self.at.counter.pin_memo(self.visit.ticket, form, sealed=sealed, handed=handed)

    @property
    def _form(self) -> PinForm | None:
        return next((form for form, tile in self._tiles.items() if tile.isChecked()), None)

    def _look(self) -> None:
        for tick in self._ticks.values():
            tick.setEnabled(self._form is not PinForm.NONE)
        self.changed.emit()
