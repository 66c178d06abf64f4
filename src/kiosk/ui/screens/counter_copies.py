"""Papers in our hands with plus and minus: at the copies step, and again before the envelope is closed."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSpacerItem, QVBoxLayout, QWidget

from kiosk.domain.checklist import FormRule, checklist_of, holds_of, needed, to_collect
from kiosk.domain.custody import NEVER_COLLECTED, Movement, Paper
from kiosk.domain.visit import StepKind, Visit
from kiosk.ui.screens.counter_holds import HoldsButton
from kiosk.ui.screens.counter_identity_words import short
from kiosk.ui.screens.counter_parts import say_mark
from kiosk.ui.screens.counter_steps import AtWindow, StepPanel, grid_of
from kiosk.ui.theme import DONE_MARK, TOKENS, WARN_MARK, font_of
from kiosk.ui.widgets.kept import KeptButton
from kiosk.ui.widgets.labels import Caption, Heading

PAPERS = tuple(paper for paper in Paper if paper not in NEVER_COLLECTED)
PER_PAGE = 6
ACROSS = 4
TOP, EDGE, RADIUS, NAME_HEIGHT, GAP = 8, 2, 11, 24, 4
"""Of a tile, in pixels."""
READ_AGAIN_MS = 60
MARKS = {"success": DONE_MARK, "warning": WARN_MARK, "secondary": ""}
"""Beside a paper's name, by the colour it is written in."""


class CountTile(QWidget):
    """One kind of paper: its name, and its count between two buttons.

    Name, count and frame are drawn here: six tiles of styled labels were a quarter of the touch before them.
    """

    def __init__(self, panel: PapersPanel, paper: Paper) -> None:
        super().__init__()
        texts = panel.at.texts
        name = texts.get(f"paper.{paper.value}")
        self._name = name
        self._shown = (-1, "secondary")
        self._mark = ""
        self._picture = QPixmap()
        self._small, self._large = font_of(16), font_of(20, bold=True)
        self._minus = KeptButton("−", "quiet", name=f"counter.minus.{paper.value}")
        self._plus = KeptButton("＋", "quiet", name=f"counter.plus.{paper.value}")
        self._minus.setAccessibleName(texts.get("counter.copies.minus", paper=name))
        self._plus.setAccessibleName(texts.get("counter.copies.plus", paper=name))
        self._minus.guarded(lambda: panel.put(paper, -1))
        self._plus.guarded(lambda: panel.put(paper, 1))
        line = QHBoxLayout()
        line.setSpacing(GAP)
        line.addWidget(self._minus, 2)
        line.addStretch(1)
        line.addWidget(self._plus, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(GAP + EDGE, TOP, GAP + EDGE, TOP)
        whole.setSpacing(GAP)
        widest = QFontMetrics(self._small).horizontalAdvance(f"{WARN_MARK} {name}")
        whole.addItem(QSpacerItem(widest, NAME_HEIGHT + GAP))
        whole.addLayout(line)

    def show_count(self, count: int, *, needed: bool) -> None:
        """The sheets held of this kind; what is here and what is needed stand out by sign and colour."""
        shown = (count, "success" if count else "warning" if needed else "secondary")
        if shown == self._shown:
            return
        self._shown = shown
        self._mark = MARKS[shown[1]]
        self._picture = QPixmap()
        self._minus.setEnabled(count > 0)
        self.setAccessibleName(f"{self._mark} {self._name} {count}".strip())
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture = QPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:
        # Kept from when the panel was built ahead: at the touch itself it is only laid down.
        if self._picture.isNull() or self._picture.devicePixelRatio() != self.devicePixelRatio():
            self._picture = self._drawn()
        QPainter(self).drawPixmap(0, 0, self._picture)

    def _drawn(self) -> QPixmap:
        picture = QPixmap(self.size() * self.devicePixelRatio())
        picture.setDevicePixelRatio(self.devicePixelRatio())
        picture.fill(Qt.GlobalColor.transparent)
        count, colour = self._shown
        edge, paper = ("key", "key_tint") if count else ("line", "paper")
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(TOKENS[edge]), EDGE))
        painter.setBrush(QColor(TOKENS[paper]))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.setPen(QColor(TOKENS[colour]))
        row, middle = self._minus.geometry(), Qt.AlignmentFlag.AlignCenter
        painter.setFont(self._small)
        words = f"{self._mark} {self._name}".strip()
        painter.drawText(QRect(0, TOP, self.width(), row.top() - GAP - TOP), middle, words)
        painter.setFont(self._large)
        painter.drawText(QRect(0, row.top(), self.width(), row.height()), middle, str(count))
        painter.end()
        return picture


class PapersPanel(StepPanel):
    """Counts through Custody.set_held: the same count said twice changes nothing."""

    def __init__(self, at: AtWindow, visit: Visit, kind: StepKind) -> None:
        super().__init__(at, visit, kind.value)
        self._kind = kind
        if kind is StepKind.COPIES:
            self.asked = {
                "approval": at.custody.copy_approval() or at.texts.get("counter.copies.approval_none")
            }
        self._held: dict[Paper, int] = {}
        self._holds = HoldsButton(at.texts, holds_of(visit), name="counter.holds")
        self._holds.changed.connect(self._reordered)
        self._holds.setEnabled(kind is StepKind.COPIES)
        self._tiles = {paper: CountTile(self, paper) for paper in PAPERS}
        self._basic = KeptButton(at.texts.get("counter.copies.basic"), name="counter.basic")
        self._basic.guarded(self._take_basic)
        self._more = KeptButton(at.texts.get("counter.copies.other"), "plain", name="counter.other_papers")
        self._more.guarded(self._turn)
        for button in (self._basic, self._holds, self._more):
            button.setMinimumHeight(96)
        self._page = 0
        self._shown: tuple[object, ...] = ()
        self._again = QTimer(self, singleShot=True, interval=READ_AGAIN_MS)
        self._again.timeout.connect(self._count_again)
        self._grid = grid_of([*self._tiles.values(), self._basic, self._holds, self._more], ACROSS)
        self._answer = Heading(name="counter.papers.answer")
        self._note = Caption(wrap=True, name="counter.papers.mask")
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(self._answer)
        below.addWidget(self._note, 1)
        self.whole.addLayout(self._grid)
        self.whole.addLayout(below)
        self.whole.addStretch(1)
        self._reordered()

    def take_up(self, visit: Visit) -> None:
        """What they hold may be known now.

        The papers cannot have moved without another station on the screen, after which the panel is built or
        taken up anew; they are counted again once the question is on the glass.
        """
        super().take_up(visit)
        if (self._needed(), self._mask_words()) != self._shown:
            self._reordered()
        self._again.start()

    @property
    def is_ready(self) -> bool:
        """When what the city needs is in our hands."""
        return not self._missing()

    def put(self, paper: Paper, by: int) -> None:
        """One sheet more or less."""
        movement = Movement.COPIED if paper is Paper.F09 else Movement.RECEIVED
        held = self.at.custody.of(self.visit.ticket).get(paper, 0)
        self.at.custody.set_held(self.visit.ticket, paper, held + by, movement)
        self._read()

    def done(self) -> Visit:
        """The step, or the closed envelope."""
        if self._kind is StepKind.SEALED:
            return self.at.counter.seal(self.visit.ticket)
        return self.at.counter.copies(self.visit.ticket, self._holds.holds)

    def _lines(self) -> tuple[FormRule, ...]:
        return checklist_of(self.at.forms(), self.visit, self._holds.holds)

    def _needed(self) -> tuple[Paper, ...]:
        return needed(self.visit) if self._kind is StepKind.SEALED else to_collect(self._lines())

    def _order(self) -> list[Paper]:
        first = self._needed()
        return [*first, *(paper for paper in PAPERS if paper not in first)]

    def _reordered(self) -> None:
        self._page = 0
        self._read()
        self._show_page()

    def _take_basic(self) -> None:
        for paper in self._missing():
            movement = Movement.COPIED if paper is Paper.F09 else Movement.RECEIVED
            self.at.custody.set_held(self.visit.ticket, paper, 1, movement)
        self._read()

    def _missing(self) -> list[Paper]:
        return [paper for paper in self._needed() if not self._held.get(paper)]

    def _count_again(self) -> None:
        # Behind a locked screen there is nothing to read from.
        if self.isVisible():
            self._read()

    def _read(self) -> None:
        self._held = self.at.custody.of(self.visit.ticket)
        wanted = self._needed()
        for paper, tile in self._tiles.items():
            tile.show_count(self._held.get(paper, 0), needed=paper in wanted)
        texts = self.at.texts
        missing = self._missing()
        self._basic.setEnabled(bool(missing))
        if missing:
            names = "、".join(texts.get(f"paper.{paper.value}") for paper in missing[:2])
            words = texts.get("counter.copies.missing", papers=names + ("…" if len(missing) > 2 else ""))
            say_mark(self._answer, WARN_MARK, words, "warning")
        else:
            say_mark(self._answer, DONE_MARK, texts.get("counter.copies.complete"), "success")
        mask = self._mask_words()
        self._note.setText(mask)
        self._shown = (wanted, mask)
        self.changed.emit()

    def _mask_words(self) -> str:
        """What to hide on each copy."""
        texts = self.at.texts
        shown = self.visit.step_at(StepKind.FINAL_CHECK)
        codes = dict.fromkeys(shown.papers if shown else ())
        parts = [
            texts.get("counter.copies.mask", paper=short(paper.ja), what=paper.mask_on_copy)
            for paper in self.at.book().papers
            if paper.code in codes and paper.mask_on_copy
        ]
        return "\n".join(parts)

    def _turn(self) -> None:
        self._page = (self._page + 1) % -(-len(PAPERS) // PER_PAGE)
        self._show_page()

    def _show_page(self) -> None:
        """The tiles of the page from the first place on; the page button always in the last."""
        first = self._page * PER_PAGE
        shown = self._order()[first : first + PER_PAGE]
        while self._grid.takeAt(0) is not None:
            pass
        for tile in self._tiles.values():
            tile.setVisible(False)
        for at, paper in enumerate(shown):
            self._grid.addWidget(self._tiles[paper], at // ACROSS, at % ACROSS)
            self._tiles[paper].setVisible(True)
        # The first page has the basic four in its last but one place, the second what the visitor holds.
        for at, button in enumerate((self._basic, self._holds)):
            button.setVisible(self._page == at)
            if self._page == at:
                self._grid.addWidget(button, 1, ACROSS - 2)
        self._grid.addWidget(self._more, 1, ACROSS - 1)
        words = "other" if self._page == 0 else "main"
        self._more.show_text(self.at.texts.get(f"counter.copies.{words}"))
