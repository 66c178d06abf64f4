"""Papers in our hands with plus and minus: at the copies step, and again before the envelope is closed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from kiosk.domain.custody import REQUIRED_FOR_ISSUANCE, Movement, Paper
from kiosk.domain.visit import StepKind, Visit
from kiosk.ui.screens.counter_parts import say_mark
from kiosk.ui.screens.counter_steps import AtWindow, StepPanel, grid_of
from kiosk.ui.theme import DONE_MARK, WARN_MARK, restyle
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import Caption, Heading

PAGES: tuple[tuple[Paper, ...], ...] = (
    (*REQUIRED_FOR_ISSUANCE, Paper.F12, Paper.F05),
    (Paper.F06, Paper.F07, Paper.F08, Paper.F10, Paper.F11),
)
"""What is taken from almost everyone, and the rest; F03 and F13 are never collected."""


class CountTile(QFrame):
    """One kind of paper: its name, and its count between two buttons."""

    def __init__(self, panel: PapersPanel, paper: Paper) -> None:
        super().__init__()
        self.setProperty("role", "tile")
        texts = panel.at.texts
        name = texts.get(f"paper.{paper.value}")
        self._paper = paper
        self._name = Caption(name)
        self._name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._count = Heading("0", name=f"counter.count.{paper.value}")
        self._count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._minus = Button("−", "quiet", name=f"counter.minus.{paper.value}")
        self._plus = Button("＋", "quiet", name=f"counter.plus.{paper.value}")
        self._minus.setAccessibleName(texts.get("counter.copies.minus", paper=name))
        self._plus.setAccessibleName(texts.get("counter.copies.plus", paper=name))
        self._minus.guarded(lambda: panel.put(paper, -1))
        self._plus.guarded(lambda: panel.put(paper, 1))
        line = QHBoxLayout()
        line.setSpacing(4)
        for widget, weight in ((self._minus, 2), (self._count, 1), (self._plus, 2)):
            line.addWidget(widget, weight)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 6, 4, 6)
        whole.setSpacing(4)
        whole.addWidget(self._name)
        whole.addLayout(line)

    def show_count(self, count: int) -> None:
        """The sheets held of this kind; what is still needed stands out by sign and colour."""
        self._count.setText(str(count))
        self._minus.setEnabled(count > 0)
        needed = self._paper in REQUIRED_FOR_ISSUANCE
        tone = "success" if count else "warning" if needed else "neutral"
        restyle(self._name, "tone", tone)
        restyle(self._count, "tone", tone)
        restyle(self, "on", bool(count))


class PapersPanel(StepPanel):
    """Counts through Custody.set_held: the same count said twice changes nothing."""

    def __init__(self, at: AtWindow, visit: Visit, kind: StepKind) -> None:
        super().__init__(at, visit, kind.value)
        self._kind = kind
        self._held: dict[Paper, int] = {}
        self._tiles = {paper: CountTile(self, paper) for page in PAGES for paper in page}
        self._basic = Button(at.texts.get("counter.copies.basic"), name="counter.basic")
        self._basic.guarded(self._take_basic)
        self._more = Button(at.texts.get("counter.copies.other"), "plain", name="counter.other_papers")
        self._more.guarded(self._turn)
        for button in (self._basic, self._more):
            button.setMinimumHeight(96)
        self._page = 0
        first = [*(self._tiles[paper] for paper in PAGES[0]), self._basic, self._more]
        self._grid = grid_of([*first, *(self._tiles[paper] for paper in PAGES[1])], 4)
        self._answer = Heading(name="counter.papers.answer")
        self._note = Caption(wrap=True, name="counter.papers.mask")
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(self._answer)
        below.addWidget(self._note, 1)
        self.whole.addLayout(self._grid)
        self.whole.addLayout(below)
        self.whole.addStretch(1)
        self._show_page()
        self._read()

    def take_up(self, visit: Visit) -> None:
        """The papers may have moved since."""
        super().take_up(visit)
        self._read()

    @property
    def is_ready(self) -> bool:
        """When what the city needs is in our hands."""
        return not self._missing()

    def put(self, paper: Paper, by: int) -> None:
        """One sheet more or less."""
        movement = Movement.COPIED if paper is Paper.F09 else Movement.RECEIVED
        self.at.custody.set_held(self.visit.ticket, paper, self._held.get(paper, 0) + by, movement)
        self._read()

    def done(self) -> Visit:
        """The step, or the closed envelope."""
        if self._kind is StepKind.SEALED:
            return self.at.counter.seal(self.visit.ticket)
        return self.at.counter.complete(self.visit.ticket, self._kind)

    def _take_basic(self) -> None:
        for paper in self._missing():
            movement = Movement.COPIED if paper is Paper.F09 else Movement.RECEIVED
            self.at.custody.set_held(self.visit.ticket, paper, 1, movement)
        self._read()

    def _missing(self) -> list[Paper]:
        return [paper for paper in REQUIRED_FOR_ISSUANCE if not self._held.get(paper)]

    def _read(self) -> None:
        self._held = self.at.custody.of(self.visit.ticket)
        for paper, tile in self._tiles.items():
            tile.show_count(self._held.get(paper, 0))
        texts = self.at.texts
        missing = self._missing()
        self._basic.setEnabled(bool(missing))
        if missing:
            names = "、".join(texts.get(f"paper.{paper.value}") for paper in missing[:2])
            words = texts.get("counter.copies.missing", papers=names + ("…" if len(missing) > 2 else ""))
            say_mark(self._answer, WARN_MARK, words, "warning")
        else:
            say_mark(self._answer, DONE_MARK, texts.get("counter.copies.complete"), "success")
        self._note.setText(self._mask_words())
        self.changed.emit()

    def _mask_words(self) -> str:
        shown = self.visit.step_at(StepKind.FINAL_CHECK)
        codes = shown.papers if shown else ()
        masks = [paper.mask_on_copy for paper in self.at.book().papers if paper.code in codes]
        what = "、".join(mask for mask in masks if mask)
        return self.at.texts.get("counter.copies.mask", what=what) if what else ""

    def _turn(self) -> None:
        self._page = 1 - self._page
        self._show_page()

    def _show_page(self) -> None:
        for number, page in enumerate(PAGES):
            for paper in page:
                self._tiles[paper].setVisible(number == self._page)
        self._basic.setVisible(self._page == 0)
        words = "other" if self._page == 0 else "main"
        self._more.show_text(self.at.texts.get(f"counter.copies.{words}"))
        self._lay_out()

    def _lay_out(self) -> None:
        """The visible tiles from the first place on; the page button always in the last."""
        while self._grid.takeAt(0) is not None:
            pass
        shown = [self._tiles[paper] for paper in PAGES[self._page]]
        for at, tile in enumerate(shown):
            self._grid.addWidget(tile, at // 4, at % 4)
        if self._page == 0:
            self._grid.addWidget(self._basic, 1, 2)
        self._grid.addWidget(self._more, 1, 3)
