"""The last question: approval, second person, and what can never be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.domain.staff import Operator
from kiosk.ui.screens.counter_parts import TickTile, clear, only_one
from kiosk.ui.texts import Texts
from kiosk.ui.theme import WARN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner
from kiosk.ui.widgets.labels import Body, Title

ROW_HEIGHT = 52


@dataclass(frozen=True, slots=True)
class Asked:
    """What was chosen and typed; the PIN goes straight on and is kept nowhere."""

    approval: str
    second_id: str
    second_pin: str
    witness: str

    def __repr__(self) -> str:
        return f"Asked({self.approval!r}, {self.second_id!r})"


class ErasePage(QWidget):
    """One red button; it wakes when approval, person and PIN are there."""

    def __init__(
        self,
        texts: Texts,
        erase: Callable[[Asked], None],
        application: Callable[[], None],
        hold: Callable[[], None],
    ) -> None:
        super().__init__()
        self._texts, self._erase = texts, erase
        self._approvals: dict[str, TickTile] = {}
        self._people: dict[str, TickTile] = {}
        self._shown: tuple[object, ...] = ()
        self._held = False
        self._consequence = Body(wrap=True, tone="warning", name="closing.consequence")
        banner = Banner("warning")
        banner.body.addWidget(self._consequence)
        self._approval_row, self._people_row = QHBoxLayout(), QHBoxLayout()
        for row in (self._approval_row, self._people_row):
            row.setSpacing(12)
        self._pin, self._witness = QLineEdit(), QLineEdit()
        self._pin.setEchoMode(QLineEdit.EchoMode.Password)
        for field, key in ((self._pin, "second_pin"), (self._witness, "witness")):
            field.setObjectName(f"closing.{key}")
            field.setAccessibleName(texts.get(f"closing.{key}"))
            field.setPlaceholderText(texts.get(f"closing.{key}"))
            field.setMinimumHeight(ROW_HEIGHT)
            field.textChanged.connect(self._look_at_button)
        self._button = Button(texts.get("closing.erase"), "danger", size="huge", name="closing.erase")
        self._button.guarded(self._go)
        fields = QHBoxLayout()
        fields.setSpacing(12)
        fields.addWidget(self._pin, 1)
        fields.addWidget(self._witness, 1)
        form = QFormLayout()
        form.setSpacing(12)
        form.setHorizontalSpacing(24)
        form.addRow(Body(texts.get("closing.approval")), self._approval_row)
        form.addRow(Body(texts.get("closing.second")), self._people_row)
        form.addRow(Body(""), fields)
        self._application = Button(
            texts.get("closing.application"), "quiet", size="large", name="closing.application"
        )
        self._application.guarded(application)
        self._hold = Button("", "quiet", size="large", name="closing.hold")
        self._hold.guarded(hold)
        bottom = QHBoxLayout()
        bottom.setSpacing(12)
        bottom.addWidget(self._application)
        bottom.addWidget(self._hold)
        bottom.addStretch(1)
        bottom.addWidget(self._button, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(Title(texts.get("closing.erase_title"), wrap=True, name="closing.title"))
        whole.addWidget(banner)
        whole.addLayout(form)
        whole.addStretch(1)
        whole.addLayout(bottom)

    def show_choices(
        self,
        people_count: str,
        approvals: tuple[str, ...],
        others: tuple[Operator, ...],
        held: str = "",
    ) -> None:
        """Fills the page; what was chosen stays while nothing else changes. `held` is why nothing may go."""
        key = "erase_held" if held else "erase_consequence"
        words = self._texts.get(f"closing.{key}", people=people_count, words=held)
        self._held = bool(held)
        self._hold.show_text(self._texts.get("closing.lift_hold" if held else "closing.hold"))
        self._look_at_button()
        self._consequence.setText(f"{WARN_MARK} {words}")
        shown = (approvals, tuple(person.id for person in others))
        if shown == self._shown:
            return
        self._shown = shown
        for row in (self._approval_row, self._people_row):
            clear(row)
        self._approvals = {
            number: TickTile(number, height=ROW_HEIGHT, name=f"closing.approval.{number}")
            for number in approvals[:4]
        }
        self._people = {
            person.id: TickTile(person.name, height=ROW_HEIGHT, name=f"closing.second.{person.id}")
            for person in others[:5]
        }
        for row, tiles in ((self._approval_row, self._approvals), (self._people_row, self._people)):
            only_one(tiles.values(), self._look_at_button)
            for tile in tiles.values():
                row.addWidget(tile)
        if not approvals:
            self._approval_row.addWidget(
                Body(self._texts.get("closing.approval_none"), wrap=True, tone="warning")
            )
        if len(self._approvals) == 1:
            next(iter(self._approvals.values())).setChecked(True)
        self._look_at_button()

    def hideEvent(self, event: QHideEvent) -> None:
        # Half a PIN shall not wait under the lock for whoever comes back.
        self.forget_pin()
        super().hideEvent(event)

    def forget_pin(self) -> None:
        """The PIN leaves the field as soon as it was used."""
        self._pin.clear()

    def _chosen(self, tiles: dict[str, TickTile]) -> str:
        return next((key for key, tile in tiles.items() if tile.isChecked()), "")

    def _look_at_button(self) -> None:
        ready = self._chosen(self._approvals) and self._chosen(self._people) and self._pin.text()
        self._button.setEnabled(bool(ready) and not self._held)

    def _go(self) -> None:
        asked = Asked(
            self._chosen(self._approvals),
            self._chosen(self._people),
            self._pin.text(),
            self._witness.text().strip(),
        )
        self.forget_pin()
        self._erase(asked)
