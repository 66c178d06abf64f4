"""Who is at the forms desk as blocks: one person, or people who came together and go on together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kiosk.domain.visit import StepKind, Visit
from kiosk.ui.screens.counter_parts import Elided, clear
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, OPEN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import Caption
from kiosk.ui.widgets.tiles import Tile

ROW_HEIGHT = 116
MEMBER_HEIGHT = 52
TITLE_HEIGHT = 32
GAP = 8
ACROSS = 3


@dataclass(frozen=True, slots=True)
class Block:
    """One row of the list: the numbers, the names, how many papers are checked, minutes since the ticket."""

    tickets: tuple[str, ...]
    names: tuple[str, ...]
    checked: int
    minutes: int
    is_chosen: bool


def together(visits: Sequence[Visit], visit: Visit) -> tuple[Visit, ...]:
    """Everyone of these who came with `visit`, itself included, in the order of their numbers."""
    if visit.party is None:
        return (visit,)
    return tuple(one for one in visits if one.party == visit.party) or (visit,)


def blocks(visits: Sequence[Visit], now: datetime, chosen: str) -> list[Block]:
    """The list of the forms desk; a party stands where its first number would."""
    found: dict[str, Block] = {}
    for visit in visits:
        group = together(visits, visit)
        tickets = tuple(one.ticket for one in group)
        found[tickets[0]] = Block(
            tickets,
            tuple(dict.fromkeys(one.name for one in group if one.name)),
            sum(1 for one in group if one.is_done(StepKind.PRECHECK)),
            max(0, int((now - group[0].steps[0].at).total_seconds() // 60)),
            chosen in tickets,
        )
    return list(found.values())


def block_row(texts: Texts, block: Block, open_block: Callable[[], None]) -> QWidget:
    """The block as a large button with what is still to do."""
    several = len(block.tickets) > 1
    if several:
        title = texts.get("forms.party", ticket=block.tickets[0], others=len(block.tickets) - 1)
        state = texts.get("forms.party_checked", checked=block.checked, count=len(block.tickets))
    else:
        title = block.tickets[0]
        state = texts.get("forms.prechecked" if block.checked else "forms.not_prechecked")
    waited = texts.get("forms.waited", minutes=block.minutes)
    tile = Tile(title, f"{state} ・ {waited}", name=f"forms.open.{block.tickets[0]}")
    if block.names:
        tile.body.insertWidget(2, Elided("、".join(block.names)))
    tile.setFixedHeight(ROW_HEIGHT - 8)
    tile.setCheckable(True)
    tile.setChecked(block.is_chosen)
    tile.guarded(open_block)
    place = QWidget()
    below = QVBoxLayout(place)
    below.setContentsMargins(0, 0, 0, 8)
    below.addWidget(tile)
    return place


class Members(QWidget):
    """The numbers of a party below the list, each with a sign whether its papers are checked."""

    def __init__(self, texts: Texts, open_visit: Callable[[str], None]) -> None:
        super().__init__()
        self._texts, self._open = texts, open_visit
        self._shown: tuple[tuple[str, bool, bool], ...] = ()
        self._title = Caption()
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        for column in range(ACROSS):
            self._grid.setColumnStretch(column, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(GAP)
        whole.addWidget(self._title)
        whole.addLayout(self._grid)
        self.hide()

    def show_party(self, group: Sequence[Visit], chosen: str) -> None:
        """One button each; nothing for a person alone."""
        self.setVisible(len(group) > 1)
        wanted = tuple((one.ticket, one.is_done(StepKind.PRECHECK), one.ticket == chosen) for one in group)
        if wanted == self._shown:
            return
        self._shown = wanted
        clear(self._grid)
        self._title.setText(self._texts.get("forms.members", count=len(group)))
        for at, (ticket, checked, is_chosen) in enumerate(wanted if len(wanted) > 1 else ()):
            mark = DONE_MARK if checked else OPEN_MARK
            member = Button(f"{mark} {ticket}", "plain", name=f"forms.member.{ticket}")
            member.setFixedHeight(MEMBER_HEIGHT)
            member.setCheckable(True)
            member.setChecked(is_chosen)
            member.guarded(partial(self._open, ticket))
            self._grid.addWidget(member, at // ACROSS, at % ACROSS)

    @property
    def rows_taken(self) -> int:
        """How many rows of the list there is no room for while the party is shown."""
        if self.isHidden():
            return 0
        lines = -(-len(self._shown) // ACROSS)
        return -(-(TITLE_HEIGHT + lines * (MEMBER_HEIGHT + GAP)) // ROW_HEIGHT)
