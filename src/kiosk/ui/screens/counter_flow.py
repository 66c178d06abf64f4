"""The steps of the procedure in order: done with time and kiosk, the present one, those to come."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
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
COLOURS = {"success": "success", "key": "key", "neutral": "secondary"}
"""Of the step's words, by tone."""


class FlowCard(Card):
    """At most ten lines, and 直前を取り消す below them."""

    def __init__(self, texts: Texts, kiosk: str, undo: Callable[[], None]) -> None:
        super().__init__(name="counter.flow")
        self._texts, self._kiosk = texts, kiosk
        self._lines = [FlowLine(f"counter.step.{number}") for number in range(MOST)]
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


class FlowLine(Sheet):
    """One step with its sign, its words and when it was done.

    Drawn by itself: two labels dressed anew by the style sheet at every touch, and the layouts that labels
    wake up around them, were a tenth of what the touch cost.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._shown = ("", "", "neutral", "")
        self._words, self._now, self._when = (
            font_of(18),
            font_of(20, bold=True),
            font_of(16),
        )
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
        wide = QFontMetrics(self._font_of(tone)).horizontalAdvance(f"{mark} {words}")
        beside = QFontMetrics(self._when).horizontalAdvance(when) + WHEN_GAP if when else 0
        return QSize(wide + beside, ROW_HEIGHT)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        mark, words, tone, when = self._shown
        middle = Qt.AlignmentFlag.AlignVCenter
        painter = QPainter(self)
        painter.setFont(self._font_of(tone))
        painter.setPen(QColor(TOKENS[COLOURS[tone]]))
        painter.drawText(self.rect(), middle | Qt.AlignmentFlag.AlignLeft, f"{mark} {words}")
        if when:
            painter.setFont(self._when)
            painter.setPen(QColor(TOKENS["secondary"]))
            painter.drawText(self.rect(), middle | Qt.AlignmentFlag.AlignRight, when)

    def _font_of(self, tone: str) -> QFont:
        return self._now if tone == "key" else self._words
