"""The four numbers side by side, and the steps of the end of the day."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.domain.batch import SessionState
from kiosk.domain.closing import Gap, Reconciliation
from kiosk.ui.screens.counter_flow import FlowLine, Written
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, NOW_MARK, OPEN_MARK, WARN_MARK, restyle
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.labels import BigNumber, Body, Caption, Heading

NUMBERS = ("tickets", "outcomes", "records", "papers")
CLOSED = tuple(state for state in SessionState if state is not SessionState.OPEN)
WRITTEN = (SessionState.EXPORTED, SessionState.RECEIPTED, SessionState.ERASING, SessionState.ERASED)


class NumbersCard(Card):
    """番号札 = 結果あり = 記録 = 封筒＋書類なし; a sign that is not equal is orange."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(name="closing.numbers")
        self._texts = texts
        self._numbers = {key: BigNumber(name=f"closing.{key}") for key in NUMBERS}
        self._signs = [BigNumber(tone="success") for _ in NUMBERS[1:]]
        self._answer = Heading(name="closing.answer")
        self._banner = Banner("success")
        self._banner.body.addWidget(self._answer)
        self._banner.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        line = QHBoxLayout()
        line.setSpacing(36)
        for at, key in enumerate(NUMBERS):
            if at:
                line.addWidget(self._signs[at - 1], 0, Qt.AlignmentFlag.AlignVCenter)
            line.addWidget(self._column(key))
        line.addStretch(1)
        line.addWidget(self._banner, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(144)

    def show_found(self, found: Reconciliation, explained: int) -> None:
        """The counts, and how many of the differences have words."""
        texts = self._texts
        values = (found.tickets, found.outcomes, found.records, found.sealed + found.without_papers)
        shown = (*map(str, values[:3]), f"{found.sealed}＋{found.without_papers}")
        for key, words in zip(NUMBERS, shown, strict=True):
            self._numbers[key].setText(words)
        for sign, left, right in zip(self._signs, values, values[1:], strict=False):
            sign.setText("＝" if left == right else "≠")
            sign.set_tone("success" if left == right else "warning")
        count = len(found.differences)
        if found.agrees:
            self._say(DONE_MARK, texts.get("closing.agrees"), "success")
        elif explained >= count:
            self._say(DONE_MARK, texts.get("closing.differs_said", count=count), "key")
        else:
            self._say(WARN_MARK, texts.get("closing.differs", count=count), "warning")

    def show_erased(self) -> None:
        """Nothing is left to be counted."""
        for number in self._numbers.values():
            number.setText("―")
        for sign in self._signs:
            sign.setText("")
        self._say(DONE_MARK, self._texts.get("closing.erased_numbers"), "success")

    def _say(self, mark: str, words: str, tone: str) -> None:
        self._answer.setText(f"{mark} {words}")
        self._answer.set_tone(tone)
        restyle(self._banner, "tone", tone)
        # Longer words than before need their width at once, not with the next round of layout.
        for inner in (self._banner.body, self.body):
            inner.invalidate()
            inner.activate()

    def _column(self, key: str) -> QWidget:
        column = QWidget()
        below = QVBoxLayout(column)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        number, words = self._numbers[key], Body(self._texts.get(f"closing.{key}"))
        for label in (number, words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            below.addWidget(label)
        return column


class StepsCard(Card):
    """① to ⑤ today, ⑥ and ⑦ when the stick has come back from the city."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(name="closing.steps")
        self._texts = texts
        written = Written()
        self._lines = [FlowLine(written, f"closing.step.{number}") for number in range(1, 8)]
        self.body.setSpacing(0)
        for number, line in enumerate(self._lines, start=1):
            if number == 6:
                self.body.addSpacing(16)
                self.body.addWidget(Caption(texts.get("closing.later")))
            self.body.addWidget(line)
        self.body.addStretch(1)

    def show_steps(self, state: SessionState, found: Reconciliation | None, *, by: str, slip: bool) -> None:
        """Marks what is done; `by` is who approved and when, `slip` whether the 納品書 was made."""
        texts = self._texts
        gaps = [difference.gap for difference in found.differences] if found else []
        left = len({d.ticket for d in found.differences if d.gap is Gap.NO_OUTCOME}) if found else 0
        sealed = found.sealed if found else 0
        due = sealed + gaps.count(Gap.NOT_SEALED)
        closed = state in CLOSED
        receipted = state in WRITTEN[1:]
        # After the erasure nothing is left to be counted: 0 / 0 would say that nothing had been sealed.
        left_words = (
            texts.get("closing.step_left", count=left) if found else texts.get("closing.step_left_none")
        )
        sealed_words = (
            texts.get("closing.step_sealed", sealed=sealed, due=due)
            if found
            else texts.get("closing.step_sealed_all")
        )
        lines = (
            (left_words, closed or left == 0, ""),
            (sealed_words, closed or sealed == due, ""),
            (texts.get("closing.step_approved"), closed, by),
            (texts.get("closing.step_written"), state in WRITTEN, ""),
            (texts.get("closing.step_slip"), slip or receipted, ""),
            (texts.get("closing.step_receipt"), receipted, ""),
            (texts.get("closing.step_erased"), state is SessionState.ERASED, ""),
        )
        first = next((at for at, (_, done, _) in enumerate(lines) if not done), len(lines))
        for at, (line, (words, done, when)) in enumerate(zip(self._lines, lines, strict=True)):
            if done:
                line.say(DONE_MARK, words, "success", when)
            elif at == first:
                line.say(NOW_MARK, words, "key")
            else:
                line.say(OPEN_MARK, words, "neutral")
