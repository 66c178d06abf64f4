"""The grid of identity papers: kinds only, never numbers, and whether they are enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.identity import Answer, Enough, for_issuance
from kiosk.settings.profile import IdPaper
from kiosk.ui.screens.counter_parts import TickTile, say_mark
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, WARN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import Caption, Heading

PER_PAGE = 7
ACROSS = 4
ENDS = "・、をがはのとで"


class IdentityGrid(QWidget):
    """Seven papers at a time and ほかの書類…; the answer stands below in words."""

    changed = Signal()

    def __init__(
        self,
        texts: Texts,
        papers: Sequence[IdPaper],
        today: Callable[[], date],
        *,
        name: str,
        chosen: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._texts, self._today, self._name = texts, today, name
        # The everyday ones come first; within each part the catalogue's own order.
        self._papers = (*(p for p in papers if p.common), *(p for p in papers if not p.common))
        self._by_code = {paper.code: paper for paper in self._papers}
        self._chosen = [code for code in chosen if code in self._by_code]
        self._page = 0
        grid = QGridLayout()
        grid.setSpacing(12)
        self._tiles = tuple(TickTile("", name=name) for _ in range(PER_PAGE))
        for at, tile in enumerate(self._tiles):
            tile.clicked.connect(lambda _=False, at=at: self._touched(at))
            grid.addWidget(tile, at // ACROSS, at % ACROSS)
        self._more = Button("", "plain", name=f"{name}.more")
        self._more.setMinimumHeight(84)
        self._more.guarded(self._turn)
        grid.addWidget(self._more, 1, ACROSS - 1)
        for column in range(ACROSS):
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, 120)
        self._answer = Heading(name=f"{name}.answer")
        self._note = Caption(name=f"{name}.note", wrap=True)
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(self._answer)
        below.addWidget(self._note, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addLayout(grid)
        whole.addLayout(below)
        whole.addStretch(1)
        self._show_page()

    def codes(self) -> tuple[str, ...]:
        """The kinds that were chosen, in the order of the touches; one kind twice where that is allowed."""
        return tuple(self._chosen)

    def answer(self) -> Answer:
        """What the rule says of them today."""
        return for_issuance([self._by_code[code] for code in self._chosen], self._today())

    @property
    def is_enough(self) -> bool:
        """Whether the papers suffice."""
        return self.answer().enough is Enough.ENOUGH

    def choose(self, code: str) -> None:
        """A touch on a paper: on, off, or twice where the kind groups several papers."""
        paper = self._by_code[code]
        count = self._chosen.count(code)
        if count == 1 and paper.several:
            self._ask_second(paper)
            return
        self._set(code, 0 if count else 1)

    def _ask_second(self, paper: IdPaper) -> None:
        options = (
            Option("second", self._texts.get("counter.second_yes"), "primary"),
            Option("off", self._texts.get("counter.second_no")),
        )
        Choice(
            self,
            self._texts.get("counter.ask_second", paper=paper.ja),
            options,
            lambda key: self._set(paper.code, 2 if key == "second" else 0),
            words=self._texts.get("counter.ask_second_hint"),
            cancel=self._texts.get("counter.back"),
            never=self._show_page,
            name="counter.second",
        )

    def _set(self, code: str, count: int) -> None:
        self._chosen = [kept for kept in self._chosen if kept != code] + [code] * count
        self._show_page()
        self.changed.emit()

    def _show_page(self) -> None:
        first = self._page * PER_PAGE
        shown = self._papers[first : first + PER_PAGE]
        for at, tile in enumerate(self._tiles):
            tile.setVisible(at < len(shown))
            if at < len(shown):
                paper = shown[at]
                tile.setObjectName(f"{self._name}.{paper.code}")
                tile.setToolTip(paper.ja)
                tile.setChecked(paper.code in self._chosen)
                tile.show_words(self._words(paper))
        self._more.show_text(self._more_words())
        self._say()

    def _touched(self, at: int) -> None:
        self.choose(self._papers[self._page * PER_PAGE + at].code)

    def _turn(self) -> None:
        pages = -(-len(self._papers) // PER_PAGE)
        self._page = (self._page + 1) % pages
        self._show_page()

    def _more_words(self) -> str:
        pages = -(-len(self._papers) // PER_PAGE)
        words = self._texts.get("counter.other_papers")
        if self._page == 0:
            return words
        return f"{words}\n{self._page + 1} / {pages}"

    def _words(self, paper: IdPaper) -> str:
        times = self._chosen.count(paper.code)
        cls = self._texts.get("counter.cls_x") if paper.cls == "X" else paper.cls
        return f"{folded(short(paper.ja))}\n{cls}" + (f" × {times}" if times > 1 else "")

    def _say(self) -> None:
        answer = self.answer()
        texts = self._texts
        if answer.enough is Enough.ENOUGH:
            key = "enough_a" if answer.class_a else "enough_b"
            count = answer.class_a or answer.class_b
            say_mark(self._answer, DONE_MARK, texts.get(f"counter.{key}", count=count), "success")
            self._note.setText(texts.get("counter.see_expiry"))
        elif answer.enough is Enough.ONE_MORE_B:
            say_mark(self._answer, WARN_MARK, texts.get("counter.one_more_b"), "warning")
            self._note.setText("")
        else:
            say_mark(self._answer, "", texts.get("counter.nothing_yet"), "neutral")
            self._note.setText("")
        for code, why in answer.refused[:1]:
            self._note.setText(texts.get(f"counter.paper_refused.{why}", paper=short(self._by_code[code].ja)))


def short(words: str) -> str:
    """The kind's name without what follows in brackets or after a stroke; the whole stands in the tip."""
    for sign in ("(", "（", " /", "/", "・"):
        head = words.partition(sign)[0].strip()
        if head:
            words = head
    return words


def folded(words: str, longest: int = 9) -> str:
    """Words too long for a tile in two lines: broken near the middle, where a phrase ends if it can be."""
    if len(words) <= longest or "\n" in words:
        return words
    middle = len(words) / 2
    ends = [at + 1 for at, sign in enumerate(words[:-1]) if sign in ENDS]
    ends += [at for at, sign in enumerate(words) if at and sign in "（("]
    near = [at for at in ends if abs(at - middle) <= len(words) / 4]
    at = min(near, key=lambda at: abs(at - middle)) if near else -(-len(words) // 2)
    return f"{words[:at]}\n{words[at:]}"
