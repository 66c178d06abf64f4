"""Somebody who stands in for one session: who it is, what was done with them, and the city's word."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.errors import Refused
from kiosk.domain.staff import Operator, Role
from kiosk.ui.screens.manage_form import two_ways, typed, under
from kiosk.ui.screens.manage_person import ID, LONGEST_NAME
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, OPEN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.chips import Ticks
from kiosk.ui.widgets.labels import Body, Title

LONGEST_OFFICER = 40
DONE_WITH_THEM = ("pledged", "briefed")


@dataclass(frozen=True, slots=True)
class StandIn:
    """A stand-in as typed in; the PIN comes later and from their own fingers (特記事項 8)."""

    person: Operator
    pledged: bool
    briefed: bool
    officer: str
    time: str


class SubstituteForm(QWidget):
    """Name, id, pledge and briefing, and which officer of the city said yes, and when."""

    def __init__(self, texts: Texts, back: Callable[[], None], on: Callable[[], None]) -> None:
        super().__init__()
        self._name = typed("manage.substitute.name", texts.get("manage.new_name"), LONGEST_NAME)
        self._id = typed("manage.substitute.id", texts.get("manage.new_id"), 32)
        self._id.setPlaceholderText(texts.get("manage.new_id_example"))
        self._officer = typed("manage.substitute.officer", texts.get("manage.told_by"), LONGEST_OFFICER)
        self._time = typed("manage.substitute.time", texts.get("manage.told_at"), 5)
        self._ticks = {
            name: Ticks(
                [texts.get(f"manage.done_with.{name}")],
                name=f"manage.substitute.{name}", done_mark=DONE_MARK, open_mark=OPEN_MARK,
            )
            for name in DONE_WITH_THEM
        }  # fmt: skip
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        grid.addLayout(under(texts.get("manage.new_name"), self._name), 0, 0)
        grid.addLayout(under(texts.get("manage.new_id"), self._id), 0, 1)
        grid.addLayout(under(texts.get("manage.told_by"), self._officer), 1, 0)
        grid.addLayout(under(texts.get("manage.told_at"), self._time), 1, 1)
        for column in range(2):
            grid.setColumnStretch(column, 1)
        ticks = QHBoxLayout()
        ticks.setSpacing(16)
        for tick in self._ticks.values():
            ticks.addWidget(tick, 1)
        leave = Button(texts.get("shell.cancel"), "quiet", size="large", name="manage.substitute.cancel")
        go = Button(texts.get("manage.next"), "primary", size="large", name="manage.substitute.next")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addWidget(Title(texts.get("manage.add_substitute")))
        whole.addWidget(Body(texts.get("manage.substitute_words"), wrap=True))
        whole.addLayout(grid)
        whole.addLayout(ticks)
        whole.addStretch(1)
        whole.addLayout(two_ways(leave.guarded(back), go.guarded(on)))

    def begin(self, now: datetime) -> None:
        """An empty form; the call to the city was probably just now."""
        for field in (self._name, self._id, self._officer):
            field.clear()
        for tick in self._ticks.values():
            tick.clear()
        self._time.setText(f"{now:%H:%M}")
        self._name.setFocus()

    def take(self) -> StandIn:
        """What was typed. Raises Refused staff_name_missing and id_unusable; the verb asks for the rest."""
        name = self._name.text().strip()
        if not name:
            raise Refused("staff_name_missing")
        short = unicodedata.normalize("NFKC", self._id.text()).strip()
        if not ID.fullmatch(short):
            raise Refused("id_unusable")
        time = unicodedata.normalize("NFKC", self._time.text()).strip()
        done = {key: bool(tick.ticked) for key, tick in self._ticks.items()}
        person = Operator(short, name, Role.STAFF)
        return StandIn(person, done["pledged"], done["briefed"], self._officer.text(), time)
