"""What the visitor holds, and where to write: the same at the forms desk and the counter."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.checklist import FormRule, Holds
from kiosk.ui.screens.counter_parts import TickTile
from kiosk.ui.screens.counter_steps import grid_of
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import Body


class HoldsButton(Button):
    """お持ちのもの…, with what is known; a touch asks for all of it at once."""

    changed = Signal()

    def __init__(self, texts: Texts, holds: Collection[Holds], *, name: str) -> None:
        super().__init__("", "quiet", name=name)
        self._texts, self.holds = texts, frozenset(holds)
        self.guarded(self._ask)
        self._show()

    def _show(self) -> None:
        known = [one for one in Holds if one in self.holds]
        names = "・".join(self._texts.get(f"checklist.holds.{one.value}") for one in known)
        words = self._texts.get("checklist.holds_title")
        self.show_text(f"{words}\n{names or self._texts.get('checklist.holds_none')}")

    def _ask(self) -> None:
        tiles = {
            one: TickTile(
                self._texts.get(f"checklist.holds.{one.value}"),
                height=64,
                name=f"checklist.holds.{one.value}",
                mark_open=True,
            )
            for one in Holds
        }
        for one, tile in tiles.items():
            tile.setChecked(one in self.holds)
        inside = QWidget()
        inside.setLayout(grid_of(list(tiles.values()), 2))

        def said(_key: str) -> None:
            self.holds = frozenset(one for one, tile in tiles.items() if tile.isChecked())
            self._show()
            self.changed.emit()

        Choice(
            self,
            self._texts.get("checklist.holds_title"),
            (Option("done", self._texts.get("checklist.holds_done"), "primary"),),
            said,
            cancel=self._texts.get("counter.back"),
            inside=inside,
            name="checklist.holds_page",
        )


def show_where(host: QWidget, texts: Texts, lines: Iterable[FormRule]) -> None:
    """Every form of this visitor with the places to point at."""
    inside = QWidget()
    whole = QVBoxLayout(inside)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.setSpacing(8)
    for line in lines:
        words = texts.get(f"checklist.write.{line.paper.value}")
        whole.addWidget(Body(f"・ {words}", wrap=True, name=f"checklist.write.{line.paper.value}"))
    Choice(
        host,
        texts.get("checklist.where_title"),
        (Option("seen", texts.get("counter.back"), "primary"),),
        lambda _key: None,
        words=texts.get("checklist.where_hint"),
        inside=inside,
        name="checklist.where_page",
    )
