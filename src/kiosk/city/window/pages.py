"""What the pages of the officer's window are made of: a coloured head, cards, fields, and their buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kiosk.ui.background import Background
from kiosk.ui.theme import DONE_MARK, NO_MARK, WARN_MARK
from kiosk.ui.widgets.buttons import Button, Kind
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.chips import Chips
from kiosk.ui.widgets.labels import BigNumber, Body, Caption, Heading, Title, breakable

MARKS = {"success": DONE_MARK, "danger": NO_MARK, "warning": WARN_MARK}
PAPER_COLUMNS = 3
LARGEST_COUNT = 999_999


@dataclass(frozen=True, slots=True)
class Verb:
    """A button of a page: its name and words, what it does, how much it weighs."""

    name: str
    words: str
    do: Callable[[], None]
    kind: Kind = "secondary"


class Page(QWidget):
    """A head whose colour, mark and words agree; put cards into `body`; the dark button at the right."""

    def __init__(self, title: str, hint: str = "", *, tone: str = "key", name: str = "page") -> None:
        super().__init__()
        self.setObjectName(name)
        head = Banner(tone)
        head.setObjectName("head")
        words = QHBoxLayout()
        words.setSpacing(16)
        if tone in MARKS:
            mark = BigNumber(MARKS[tone], tone=tone, name="head.mark")
            mark.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            words.addWidget(mark)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(Title(title, wrap=True, tone=tone if tone in MARKS else "", name="head.title"))
        if hint:
            lines.addWidget(Body(breakable(hint), wrap=True, name="head.hint"))
        words.addLayout(lines, 1)
        head.body.addLayout(words)
        inside = QWidget()
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(16)
        # On a small laptop the cards move; head and buttons stay where they are.
        moving = QScrollArea()
        moving.setWidgetResizable(True)
        moving.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        moving.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        moving.setWidget(inside)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(16)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 16, 24, 16)
        whole.setSpacing(16)
        whole.addWidget(head)
        whole.addWidget(moving, 1)
        whole.addLayout(self._buttons)

    def offer(self, *verbs: Verb) -> Page:
        """The buttons, from left to right; returns the page."""
        if len(verbs) < 3:
            self._buttons.addStretch(3 - len(verbs))
        for verb in verbs:
            button = Button(verb.words, verb.kind, size="large", name=verb.name)
            self._buttons.addWidget(button.guarded(verb.do), 2 if verb.kind == "primary" else 1)
        return self

    def put(self, *widgets: QWidget, stretch: bool = True) -> Page:
        """Cards one below the other; returns the page."""
        for widget in widgets:
            self.body.addWidget(widget)
        if stretch:
            self.body.addStretch(1)
        return self


class Field(QWidget):
    """A word and what is typed under it, with ready phrases where there are some."""

    def __init__(self, words: str, *, name: str, phrases: Sequence[str] = ()) -> None:
        super().__init__()
        self._edit = QLineEdit()
        self._edit.setObjectName(name)
        self._edit.setAccessibleName(words)
        self._edit.setMaxLength(200)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(Heading(words))
        whole.addWidget(self._edit)
        self.setFocusProxy(self._edit)
        if phrases:
            chips = Chips([(str(at), phrase) for at, phrase in enumerate(phrases)], name=f"{name}.phrases")
            chips.picked.connect(lambda key: self._edit.setText(phrases[int(key)]))
            whole.addWidget(chips)

    @property
    def value(self) -> str:
        """What was typed, without the blanks around it."""
        return self._edit.text().strip()

    def set_value(self, words: str) -> None:
        """Fills the field without typing."""
        self._edit.setText(words)


class PaperCounts(Card):
    """One small field per form, in columns; begins with what the kiosk wrote."""

    def __init__(self, forms: Sequence[tuple[str, str, int]]) -> None:
        super().__init__(name="counts")
        self._edits: dict[str, QLineEdit] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for at, (code, name, count) in enumerate(forms):
            edit = QLineEdit(str(count))
            edit.setObjectName(f"count.{code}")
            edit.setAccessibleName(name)
            edit.setValidator(QIntValidator(0, LARGEST_COUNT, edit))
            edit.setAlignment(Qt.AlignmentFlag.AlignRight)
            edit.setFixedWidth(96)
            row, column = at // PAPER_COLUMNS, at % PAPER_COLUMNS
            grid.addWidget(Caption(f"{code}　{name}", wrap=True), row, column * 2)
            grid.addWidget(edit, row, column * 2 + 1)
            grid.setColumnStretch(column * 2, 1)
            self._edits[code] = edit
        self.body.addLayout(grid)

    @property
    def counted(self) -> dict[str, int] | None:
        """The number of each form; None while one of them is not a number."""
        texts = {code: edit.text() for code, edit in self._edits.items()}
        if not all(text.isascii() and text.isdigit() for text in texts.values()):
            return None
        return {code: int(text) for code, text in texts.items()}


def numbers(counts: Sequence[tuple[str, int]], code: tuple[str, str]) -> Card:
    """Large numbers side by side, each over its word; at the right the code that is read aloud."""
    card = Card(name="numbers")
    row = QHBoxLayout()
    row.setSpacing(32)
    for words, count in counts:
        row.addLayout(_over(BigNumber(str(count)), words, f"{words} {count}"))
    row.addStretch(1)
    about, letters = code
    row.addLayout(_over(Title(letters, name="code"), about, f"{about} {letters}"))
    card.body.addLayout(row)
    return card


def _over(number: QLabel, words: str, spoken: str) -> QVBoxLayout:
    number.setAccessibleName(spoken)
    column = QVBoxLayout()
    column.setSpacing(0)
    column.addStretch(1)
    column.addWidget(number)
    column.addWidget(Caption(words))
    return column


def listing(title: str, lines: Sequence[str], *, columns: int = PAPER_COLUMNS) -> Card:
    """Short lines in columns."""
    card = Card(name="listing")
    card.body.addWidget(Heading(title))
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    for at, line in enumerate(lines):
        grid.addWidget(Body(line, wrap=True), at // columns, at % columns)
    card.body.addLayout(grid)
    return card


class Progress(QProgressBar):
    """How far a job has come; the whole is told in bytes, which may not fit Qt's numbers."""

    STEPS = 1000

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("progress")
        self.setTextVisible(False)
        self.setRange(0, 0)

    def show_part(self, done: int, total: int) -> None:
        """`done` of `total`."""
        self.setRange(0, self.STEPS)
        self.setValue(min(self.STEPS, done * self.STEPS // max(1, total)))


class Left(Exception):
    """The officer left a job before its end; nothing of it remains."""


class Working(Page):
    """A job that runs: what it does, how far it is, and the way out."""

    def __init__(self, title: str, hint: str, total: int, background: Background) -> None:
        super().__init__(title, hint, name="working")
        self._bar, self._total = Progress(), total
        self.has_left = False
        self._show = background.on_main(self._bar.show_part)
        self.put(self._bar)

    def tell(self, done: int) -> None:
        """For the job, from its own thread; raises Left once the officer has left."""
        if self.has_left:
            raise Left
        self._show(done, self._total)

    def leave(self) -> None:
        """The job ends where it stands."""
        self.has_left = True


def topbar(title: str) -> tuple[QFrame, QLabel]:
    """The head of the window, and the words at its right end."""
    bar = QFrame()
    bar.setObjectName("topbar")
    bar.setFixedHeight(56)
    row = QHBoxLayout(bar)
    row.setContentsMargins(24, 0, 24, 0)
    name, where = QLabel(title), QLabel()
    name.setObjectName("topbar.counter")
    where.setProperty("tone", "neutral")
    row.addWidget(name)
    row.addStretch(1)
    row.addWidget(where)
    return bar, where
