"""The steps of the procedure in order: done with time and kiosk, the present one, those to come."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QStaticText, QTransform
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from kiosk.domain.visit import State, StepKind, Visit
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, NOW_MARK, OPEN_MARK, TOKENS, font_of
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card, Sheet
from kiosk.ui.widgets.labels import Heading

BEHIND = frozenset({StepKind.PAPERS_GUIDE, StepKind.TICKET, StepKind.WAIT, StepKind.CALL})
"""Recorded like every step, but no work at a desk, so not shown here."""
MOST = 10
ROW_HEIGHT = 46
WHEN_GAP = 12
STEP, NOW, WHEN = "step", "now", "when"
"""How words of a line are written."""
MOST_LAID = 200
COLOURS = {"success": "success", "key": "key", "neutral": "secondary"}
"""Of the step's words, by tone."""


class FlowCard(Card):
    """At most ten lines, and 直前を取り消す below them."""

    def __init__(self, texts: Texts, kiosk: str, undo: Callable[[], None]) -> None:
        super().__init__(name="counter.flow")
        self._texts, self._kiosk = texts, kiosk
        written = Written()
        self._lines = [FlowLine(written, f"counter.step.{number}") for number in range(MOST)]
        self._about: dict[int, tuple[StepKind | None, str, bool]] = {}
        """By line: its step, when it was done, whether it is the present one."""
        self._undo = Button(texts.get("counter.undo"), "quiet", name="counter.undo")
        self._undo.setMinimumHeight(52)
        self._undo.guarded(undo)
        rows = QVBoxLayout()
        rows.setSpacing(0)
        for line in self._lines:
            rows.addWidget(line)
        self.body.addWidget(Heading(texts.get("counter.steps_title")))
        self.body.addLayout(rows)
        self.body.addStretch(1)
        self.body.addWidget(self._undo)

    def show_visit(self, visit: Visit) -> None:
        """Marks what is done, what is next, and what can be taken back."""
        kinds = [kind for kind in visit.procedure if kind not in BEHIND]
        current = visit.next_step() if visit.state is State.SERVING else None
        for number, kind in enumerate([*kinds, *[None] * MOST][:MOST]):
            line = self._lines[number]
            step = visit.step_at(kind) if kind is not None and visit.is_done(kind) else None
            at = f"{step.at:%H:%M}" if step is not None else ""
            about = (kind, at, kind is current)
            if about == self._about.get(number):
                continue
            self._about[number] = about
            line.setVisible(kind is not None)
            if kind is None:
                continue
            words = self._texts.get(f"step.{kind.value}")
            if at:
                when = self._texts.get("counter.step_time", time=at, kiosk=self._kiosk)
                line.say(DONE_MARK, words, "success", when)
            elif kind is current:
                line.say(NOW_MARK, words, "key")
            else:
                line.say(OPEN_MARK, words, "neutral")
        done = any(visit.is_done(kind) for kind in visit.window_steps)
        self._undo.setEnabled(visit.state is State.SERVING and done)


class Written:
    """Words laid out once in their font: finding the shapes of the characters is most of drawing them."""

    def __init__(self) -> None:
        self._fonts = {STEP: font_of(18), NOW: font_of(20, bold=True), WHEN: font_of(16)}
        self._laid: dict[tuple[str, str], QStaticText] = {}

    def put(self, painter: QPainter, words: str, style: str, colour: str, at: QPointF) -> None:
        """Draws them from the left end and middle `at`; `style` is STEP, NOW or WHEN, `colour` a token."""
        painter.setFont(self._fonts[style])
        painter.setPen(QColor(TOKENS[colour]))
        laid = self._laid_out(words, style)
        painter.drawStaticText(at - QPointF(0, laid.size().height() // 2), laid)

    def width(self, words: str, style: str) -> int:
        """In pixels."""
        return ceil(self._laid_out(words, style).size().width())

    def _laid_out(self, words: str, style: str) -> QStaticText:
        laid = self._laid.get((words, style))
        if laid is None:
            if len(self._laid) >= MOST_LAID:
                self._laid.clear()
            laid = QStaticText(words)
            laid.setTextFormat(Qt.TextFormat.PlainText)
            laid.prepare(QTransform(), self._fonts[style])
            self._laid[words, style] = laid
        return laid


class FlowLine(Sheet):
    """One step with its sign, its words and when it was done.

    Drawn by itself: two labels dressed anew by the style sheet at every touch, and the layouts that labels
    wake up around them, were a tenth of what the touch cost.
    """

    def __init__(self, written: Written, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._written = written
        self._shown = ("", "", "neutral", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def say(self, mark: str, words: str, tone: str, when: str = "") -> None:
        """Shows the step; the present one (tone key) in bold."""
        shown = (mark, words, tone, when)
        if shown == self._shown:
            return
        self._shown = shown
        self.setAccessibleName(f"{mark} {words} {when}".strip())
        if self.minimumSizeHint().width() > self.width():
            self.updateGeometry()
        self.update()

    def minimumSizeHint(self) -> QSize:
        mark, words, tone, when = self._shown
        beside = self._written.width(when, WHEN) + WHEN_GAP if when else 0
        return QSize(self._written.width(f"{mark} {words}", _style_of(tone)) + beside, ROW_HEIGHT)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        mark, words, tone, when = self._shown
        painter, put, middle = QPainter(self), self._written.put, self.height() // 2
        put(painter, f"{mark} {words}", _style_of(tone), COLOURS[tone], QPointF(0, middle))
        if when:
            left = self.width() - self._written.width(when, WHEN)
            put(painter, when, WHEN, "secondary", QPointF(left, middle))


def _style_of(tone: str) -> str:
    return NOW if tone == "key" else STEP
