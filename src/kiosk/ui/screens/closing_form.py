"""A few lines to fill in on the close screen: the way to the city, evidence, a day called off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import Body, Title

MOST = 4
LONGEST = 200
FIELD_HEIGHT = 52
LABEL_WIDTH = 176
_SECRET = QLineEdit.EchoMode.Password


@dataclass(frozen=True, slots=True)
class Line:
    """One field: its name, its words, an example, and whether it may stay empty."""

    key: str
    words: str
    example: str = ""
    needed: bool = True
    secret: bool = False


class FormPage(QWidget):
    """Title, up to four fields, the way back and one dark button that wakes when all needed are filled."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self._go: Callable[[dict[str, str]], None] = lambda _values: None
        self._leave: Callable[[], None] = lambda: None
        self._title, self._hint = Title(wrap=True, name="closing.form_title"), Body(wrap=True)
        self._words = [Body() for _ in range(MOST)]
        self._fields = [QLineEdit() for _ in range(MOST)]
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for at, (words, field) in enumerate(zip(self._words, self._fields, strict=True)):
            words.setFixedWidth(LABEL_WIDTH)
            field.setMinimumHeight(FIELD_HEIGHT)
            field.setMaxLength(LONGEST)
            field.textChanged.connect(self._look_at_button)
            grid.addWidget(words, at, 0)
            grid.addWidget(field, at, 1)
        back = Button(texts.get("closing.back"), "quiet", size="large", name="closing.form_back")
        back.guarded(self._back)
        self._done = Button("", "primary", size="large", name="closing.form_done")
        self._done.guarded(self._do)
        bottom = QHBoxLayout()
        bottom.setSpacing(16)
        bottom.addWidget(back, 1)
        bottom.addWidget(self._done, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(self._title)
        whole.addWidget(self._hint)
        whole.addLayout(grid)
        whole.addStretch(1)
        whole.addLayout(bottom)

    def ask(
        self,
        title: str,
        hint: str,
        lines: Sequence[Line],
        done: str,
        go: Callable[[dict[str, str]], None],
        leave: Callable[[], None],
    ) -> None:
        """A new form, empty; `go` gets the texts by key."""
        self._lines, self._go, self._leave = lines, go, leave
        self._title.setText(title)
        self._hint.setText(hint)
        self._done.show_text(done)
        for at, (words, field) in enumerate(zip(self._words, self._fields, strict=True)):
            is_used = at < len(lines)
            words.setVisible(is_used)
            field.setVisible(is_used)
            field.clear()
            field.setObjectName(f"closing.field.{lines[at].key}" if is_used else "")
            if is_used:
                words.setText(lines[at].words)
                field.setAccessibleName(lines[at].words)
                field.setPlaceholderText(lines[at].example)
                field.setEchoMode(_SECRET if lines[at].secret else QLineEdit.EchoMode.Normal)
        self._look_at_button()

    def _texts_typed(self) -> dict[str, str]:
        return {
            line.key: field.text().strip() for line, field in zip(self._lines, self._fields, strict=False)
        }

    def _look_at_button(self) -> None:
        typed = self._texts_typed()
        self._done.setEnabled(all(typed[line.key] for line in self._lines if line.needed))

    def _do(self) -> None:
        typed = self._texts_typed()
        for line, field in zip(self._lines, self._fields, strict=False):
            if line.secret:
                # A PIN leaves the field as soon as it was used.
                field.clear()
        self._go(typed)

    def _back(self) -> None:
        self._leave()
