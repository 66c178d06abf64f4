"""Papers in our hands: how many in all, whose they are, which lie sealed, and the way back to the visitor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.custody import CustodyLine, Movement, Paper, held, sealed_tickets
from kiosk.services.custody import Custody
from kiosk.ui.background import Background
from kiosk.ui.screens.counter_parts import Elided, GoodNews
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, OPEN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import BigNumber, Body, Caption, Heading, Pill, Title
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.rows import Row, Rows

LIST, ONE = range(2)
TOTAL_WIDTH = 420
ROWS = 6
ROW_HEIGHT = 72
TOTAL_ROWS = 7
TOTAL_ROW_HEIGHT = 40
HEIGHT = 680


@dataclass(frozen=True, slots=True)
class _Held:
    ticket: str
    papers: tuple[tuple[Paper, int], ...]
    is_sealed: bool


class CustodyScreen(Screen):
    """Counts at the left, tickets at the right; nothing here shows a name."""

    def __init__(
        self,
        *,
        custody: Custody,
        delivery_due: Callable[[], date | None],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(texts=texts, background=background, name="custody")
        self._news = GoodNews(self)
        self._custody, self._due = custody, delivery_due
        self._ticket = ""
        self._totals = Rows(texts, TOTAL_ROWS, name="custody.totals")
        self._count = BigNumber("0", huge=True, name="custody.count")
        self._envelopes = BigNumber("0", name="custody.envelopes")
        self._deliver = Body(wrap=True, name="custody.deliver")
        self._list = Rows(texts, ROWS, name="custody.rows")
        self._one = Rows(texts, ROWS, name="custody.papers")
        left = self._make_left()
        left.setFixedWidth(TOTAL_WIDTH)
        self._stack = Pages()
        for page in (self._make_list(), self._make_one()):
            self._stack.addWidget(page)
        right = Card(name="custody.card")
        right.body.addWidget(self._stack)
        self.area.addWidget(left)
        self.area.addWidget(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        more = max(0, (self.height() - HEIGHT) // ROW_HEIGHT)
        self._list.fit(ROWS + more)
        self._one.fit(ROWS - 1 + more)

    def refresh(self) -> None:
        """Reads the movements of the day."""
        texts = self.texts
        lines = self._custody.lines()
        in_all = held(lines)
        self._count.setText(str(sum(in_all.values())))
        sealed = sealed_tickets(lines)
        self._envelopes.setText(str(len(sealed)))
        self._totals.fill(tuple(in_all.items()), self._total_row, empty=texts.get("custody.none"))
        self._list.fill(_by_ticket(lines, sealed), self._row, empty=texts.get("custody.none"))
        due = self._due()
        words = texts.get("custody.deliver")
        if due is not None:
            by = texts.get("custody.deliver_by", day=f"{due.month}月{due.day}日")
            words = f"{by}\n{words}"
        self._deliver.setText(words)
        if self._stack.currentIndex() == ONE:
            self._fill_one(held(lines, self._ticket), is_sealed=self._ticket in sealed)

    def _make_left(self) -> Card:
        texts = self.texts
        card = Card(name="custody.totals_card")
        count = QHBoxLayout()
        count.setSpacing(12)
        count.addWidget(self._count, 0, Qt.AlignmentFlag.AlignBottom)
        unit = Title(texts.get("custody.unit"))
        unit.setContentsMargins(0, 0, 0, 12)
        count.addWidget(unit, 0, Qt.AlignmentFlag.AlignBottom)
        count.addStretch(1)
        sealed = QVBoxLayout()
        sealed.setSpacing(0)
        sealed.addWidget(self._envelopes, 0, Qt.AlignmentFlag.AlignRight)
        sealed.addWidget(Body(texts.get("custody.envelopes"), tone="neutral"), 0, Qt.AlignmentFlag.AlignRight)
        count.addLayout(sealed)
        deliver = Banner("key")
        deliver.body.addWidget(self._deliver)
        card.body.addWidget(Heading(texts.get("custody.title")))
        card.body.addLayout(count)
        card.body.addWidget(self._totals, 1)
        card.body.addWidget(deliver)
        return card

    def _total_row(self, item: tuple[Paper, int]) -> QWidget:
        paper, count = item
        row = Row(height=TOTAL_ROW_HEIGHT, name=f"custody.total.{paper.value}")
        row.line.addWidget(Body(self.texts.get(f"paper.{paper.value}")), 1)
        row.line.addWidget(Heading(self.texts.get("custody.sheets", count=count)))
        return row

    def _make_list(self) -> QWidget:
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(Heading(self.texts.get("custody.per_ticket")))
        whole.addWidget(self._list, 1)
        return page

    def _row(self, one: _Held) -> QWidget:
        texts = self.texts
        row = Row(height=ROW_HEIGHT, name=f"custody.row.{one.ticket}")
        number = Title(one.ticket)
        number.setFixedWidth(88)
        what = "　".join(
            texts.get("custody.item", paper=texts.get(f"paper.{paper.value}"), count=count)
            for paper, count in one.papers
        )
        touch = Button(texts.get("custody.open"), name=f"custody.open.{one.ticket}")
        touch.guarded(lambda: self._open(one.ticket))
        touch.setFixedWidth(136)
        row.line.addWidget(number)
        row.line.addWidget(self._sealed_pill(one.is_sealed))
        row.line.addWidget(Elided(what), 1)
        row.line.addWidget(touch)
        return row

    def _sealed_pill(self, is_sealed: bool) -> Pill:
        if is_sealed:
            return Pill(f"{DONE_MARK} {self.texts.get('custody.sealed')}", "success")
        return Pill(f"{OPEN_MARK} {self.texts.get('custody.not_sealed')}", "neutral")

    # --- one visitor ---------------------------------------------------------------------------------

    def _make_one(self) -> QWidget:
        page = QWidget()
        self._one_title = Title(wrap=True, name="custody.one")
        self._one_hint = Body(wrap=True, name="custody.one_hint")
        back = Button(self.texts.get("custody.back"), "quiet", size="large", name="custody.back")
        back.guarded(self._to_list)
        back.setMaximumWidth(260)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(self._one_title)
        whole.addWidget(self._one_hint)
        whole.addWidget(self._one, 1)
        whole.addWidget(back)
        return page

    def _open(self, ticket: str) -> None:
        self.clear_notice()
        self._ticket = ticket
        self._stack.setCurrentIndex(ONE)
        self.refresh()
        self.setFocus()

    def _to_list(self) -> None:
        self._stack.setCurrentIndex(LIST)
        self.refresh()

    def _fill_one(self, papers: dict[Paper, int], *, is_sealed: bool) -> None:
        texts = self.texts
        self._one_title.setText(texts.get("custody.choose", ticket=self._ticket))
        self._one_hint.setText(texts.get("custody.choose_sealed" if is_sealed else "custody.choose_hint"))
        items = tuple((paper, count, is_sealed) for paper, count in papers.items())
        self._one.fill(items, self._paper_row, empty=texts.get("custody.none"))

    def _paper_row(self, item: tuple[Paper, int, bool]) -> QWidget:
        paper, count, is_sealed = item
        texts = self.texts
        row = Row(height=ROW_HEIGHT, name=f"custody.paper.{paper.value}")
        row.line.addWidget(Body(texts.get(f"paper.{paper.value}")), 1)
        row.line.addWidget(Heading(texts.get("custody.sheets", count=count)))
        if is_sealed:
            row.line.addWidget(Caption(texts.get("custody.sealed")))
            return row
        back = Button(texts.get("custody.give_back"), name=f"custody.return.{paper.value}")
        back.guarded(lambda: self._ask(paper))
        back.setFixedWidth(168)
        row.line.addWidget(back)
        return row

    def _ask(self, paper: Paper) -> None:
        texts, ticket = self.texts, self._ticket
        name = texts.get(f"paper.{paper.value}")
        Choice(
            self,
            texts.get("custody.ask", ticket=ticket, paper=name),
            (Option("yes", texts.get("custody.yes"), "primary"),),
            lambda _: self._give_back(ticket, paper),
            words=texts.get("custody.ask_hint"),
            cancel=texts.get("custody.back"),
            name="custody.give_back",
        )

    def _give_back(self, ticket: str, paper: Paper) -> None:
        self._custody.move(ticket, paper, Movement.RETURNED)
        self.refresh()
        name = self.texts.get(f"paper.{paper.value}")
        self._news.say(self.texts.get("custody.returned", ticket=ticket, paper=name))


def _by_ticket(lines: tuple[CustodyLine, ...], sealed: frozenset[str]) -> tuple[_Held, ...]:
    """What is held per ticket; open envelopes first, since they still need a hand."""
    tickets = sorted({line.ticket for line in lines}, key=lambda ticket: (ticket in sealed, ticket))
    every = (_Held(ticket, tuple(held(lines, ticket).items()), ticket in sealed) for ticket in tickets)
    return tuple(one for one in every if one.papers)
