"""The pages of the close screen: a question with its buttons, the differences, and a long job's progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from kiosk.domain.anomaly import ANOMALIES
from kiosk.domain.closing import Difference, Explanation
from kiosk.ui.screens.counter_parts import beside, clear
from kiosk.ui.texts import Texts
from kiosk.ui.theme import WARN_MARK, restyle
from kiosk.ui.widgets.buttons import Button, Kind
from kiosk.ui.widgets.cards import Banner
from kiosk.ui.widgets.labels import Body, Caption, Pill, Title
from kiosk.ui.widgets.rows import Row, Rows

DIFFERENCES = 3
ROW_HEIGHT = 56
FEW_VERBS = 3
SHORTEST_STAGE_S = 2.0


@dataclass(frozen=True, slots=True)
class Verb:
    """A button of a page: its name and words, how much it weighs, and what it does."""

    name: str
    words: str
    do: Callable[[], None]
    kind: Kind = "secondary"


class AskPage(QWidget):
    """One question, a sentence, perhaps a coloured field, and its buttons; the dark one at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._key: tuple[object, ...] = ()
        self._title = Title(wrap=True, name="closing.title")
        self._hint = Body(wrap=True, name="closing.hint")
        self._banner = Banner("success")
        self._banner_words = Title(wrap=True, name="closing.banner")
        self._banner.body.addWidget(self._banner_words)
        self._options = QVBoxLayout()
        self._options.setSpacing(12)
        self._note = Caption(name="closing.note")
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(16)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addWidget(self._title)
        whole.addWidget(self._hint)
        whole.addWidget(self._banner)
        whole.addLayout(self._options)
        whole.addStretch(1)
        whole.addWidget(self._note)
        whole.addLayout(self._buttons)

    def show_question(
        self,
        title: str,
        hint: str,
        verbs: Sequence[Verb],
        *,
        options: Sequence[Verb] = (),
        beside_each_other: bool = False,
        banner: tuple[str, str] | None = None,
        note: str = "",
    ) -> None:
        """Rebuilt only when something differs, so that no button goes away under a finger."""
        names = tuple((verb.name, verb.words) for verb in (*options, *verbs))
        key = (title, hint, names, banner, note)
        if key == self._key:
            return
        self._key = key
        self._title.setText(title)
        self._hint.setText(hint)
        self._note.setText(note)
        self._banner.setVisible(banner is not None)
        if banner is not None:
            tone, words = banner
            restyle(self._banner, "tone", tone)
            self._banner_words.set_tone(tone)
            self._banner_words.setText(words)
        clear(self._options)
        clear(self._buttons)
        if beside_each_other and options:
            self._options.addLayout(beside(*(_button(verb) for verb in options)))
        else:
            for verb in options:
                self._options.addWidget(_button(verb))
        if len(verbs) < FEW_VERBS:
            self._buttons.addStretch(FEW_VERBS - len(verbs) + 1)
        # Beside many verbs the dark one is no taller than the others, so that all words fit.
        for verb in verbs:
            is_dark = verb.kind in ("primary", "danger")
            self._buttons.addWidget(_button(verb), 3 if is_dark else 2)


def _button(verb: Verb) -> Button:
    button = Button(verb.words, verb.kind, size="large", name=verb.name)
    if verb.kind not in ("primary", "danger"):
        button.setProperty("scale", "normal")
    return button.guarded(verb.do)


class DifferencesPage(QWidget):
    """Every difference with its words; the manager's button waits for the last of them."""

    def __init__(
        self,
        texts: Texts,
        explain: Callable[[Difference], None],
        approve: Callable[[], None],
        mend_more: Callable[[], None],
        read_sisters: Callable[[], None],
        break_off: Callable[[], None],
    ) -> None:
        super().__init__()
        self._texts, self._explain = texts, explain
        self._more = Button(texts.get("closing.mend_more"), size="large", name="closing.mend_more")
        self._more.guarded(mend_more)
        self._sisters = Button(texts.get("closing.read_sisters"), size="large", name="closing.read_sisters")
        self._sisters.guarded(read_sisters)
        self._halt = Button(texts.get("closing.break_off"), "quiet", size="large", name="closing.break_off")
        self._halt.guarded(break_off)
        self._title = Title(wrap=True, name="closing.title")
        self._hint = Body(wrap=True, name="closing.hint")
        self._rows = Rows(texts, DIFFERENCES, name="closing.differences")
        self._approve = Button("", "primary", size="huge", name="closing.approve")
        self._approve.guarded(approve)
        self._approve.setMaximumWidth(420)
        bottom = QHBoxLayout()
        bottom.addWidget(self._more)
        bottom.addWidget(self._sisters)
        bottom.addWidget(self._halt)
        bottom.addStretch(1)
        bottom.addWidget(self._approve, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self._title)
        whole.addWidget(self._hint)
        whole.addWidget(self._rows, 1)
        whole.addLayout(bottom)

    def fit(self, more: int) -> None:
        """More rows on a taller screen."""
        self._rows.fit(DIFFERENCES + more)

    def show_differences(
        self,
        differences: tuple[Difference, ...],
        said: dict[Difference, Explanation],
        ways: frozenset[str] = frozenset(),
    ) -> None:
        """The differences as they stand, with what has been said; `ways`: mend, sisters, halt."""
        self._more.setVisible("mend" in ways)
        self._sisters.setVisible("sisters" in ways)
        self._halt.setVisible("halt" in ways)
        texts = self._texts
        about = "open" if differences else "agree"
        self._title.setText(texts.get(f"closing.{about}_title"))
        self._hint.setText(texts.get(f"closing.{about}_hint"))
        items = tuple((difference, said.get(difference)) for difference in differences)
        self._rows.fill(items, self._row)
        self._approve.show_text(texts.get("closing.approve_with" if differences else "closing.approve"))
        self._approve.setEnabled(all(explanation is not None for _, explanation in items))

    def _row(self, item: tuple[Difference, Explanation | None]) -> QWidget:
        difference, said = item
        texts = self._texts
        where = f"{difference.ticket}.{difference.gap.value}{difference.paper and f'.{difference.paper}'}"
        row = Row(height=ROW_HEIGHT, name=f"closing.difference.{where}")
        number = Title(difference.ticket)
        number.setFixedWidth(88)
        row.line.addWidget(number)
        row.line.addWidget(Body(gap_words(texts, difference), wrap=True), 1)
        if said is None:
            row.line.addWidget(Pill(f"{WARN_MARK} {texts.get('closing.unsaid')}", "warning"))
        else:
            words = texts.get("closing.inquiry") if said.under_inquiry else said.words
            row.line.addWidget(Pill(words, "warning" if said.under_inquiry else "key"))
        button = Button(
            texts.get("closing.explain" if said is None else "closing.change"),
            name=f"closing.explain.{where}",
        )
        button.guarded(lambda: self._explain(difference))
        button.setFixedWidth(128)
        row.line.addWidget(button)
        return row


class JobPage(QWidget):
    """What runs, how far it is, how long it may still take, and whether the stick must stay."""

    def __init__(self, texts: Texts, cancel: Callable[[], None]) -> None:
        super().__init__()
        self._texts = texts
        self._stage, self._since = "", 0.0
        self._title = Title(wrap=True, name="closing.job")
        self._hint = Body(wrap=True, tone="neutral", name="closing.job_hint")
        self._bar = QProgressBar()
        self._bar.setObjectName("closing.progress")
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._words = Body(wrap=True, name="closing.stage")
        self._banner = Banner("warning")
        self._banner.body.addWidget(
            Title(texts.get("closing.dont_pull"), tone="warning", name="closing.dont_pull")
        )
        self._note = Caption(name="closing.note")
        self._cancel = Button(texts.get("closing.cancel"), "quiet", size="large", name="closing.cancel")
        self._cancel.guarded(cancel)
        self._cancel.setFixedWidth(220)
        bottom = QHBoxLayout()
        bottom.addWidget(self._note, 1)
        bottom.addWidget(self._cancel)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        for widget in (self._title, self._hint, self._bar, self._words, self._banner):
            widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
            whole.addWidget(widget)
        whole.addStretch(1)
        whole.addLayout(bottom)

    def begin(self, title: str, hint: str, *, on_stick: bool, note: str, can_cancel: bool = True) -> None:
        """A job starts; `on_stick` keeps the orange words up until it has ended."""
        self._stage, self._since = "", time.monotonic()
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._words.setText("")
        self._note.setText(note)
        self._bar.setValue(0)
        self._banner.setVisible(on_stick)
        self._cancel.setVisible(can_cancel)
        self._cancel.setEnabled(True)
        self._cancel.show_text(self._texts.get("closing.cancel"))

    def show_progress(self, stage: str, done: int, total: int) -> None:
        """How far the stage is; the guess at the rest comes only once there is something to guess from."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._since = stage, now
        share = min(1.0, done / total) if total else 0.0
        self._bar.setValue(int(share * 1000))
        words = self._texts.get(f"closing.stage_{stage}")
        passed = now - self._since
        if share > 0 and passed > SHORTEST_STAGE_S:
            words += self._texts.get("closing.left_seconds", seconds=int(passed * (1 - share) / share) + 1)
        self._words.setText(words)

    def show_cancelling(self) -> None:
        """The way out was taken; the job ends at its next step."""
        self._cancel.setEnabled(False)
        self._cancel.show_text(self._texts.get("closing.cancelling"))


def ready_words(difference: Difference) -> str:
    """The table of ready words: an anomaly has others than a gap between the counts."""
    return "closing.anomaly" if difference.gap in ANOMALIES else "closing.words"


def gap_words(texts: Texts, difference: Difference) -> str:
    """What is wrong at a ticket, with the paper it is about."""
    gap = texts.get(f"gap.{difference.gap.value}")
    if not difference.paper.startswith("F"):
        return gap
    return texts.get("closing.gap_paper", gap=gap, paper=texts.get(f"paper.{difference.paper}"))
