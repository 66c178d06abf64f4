"""Pieces of the forms a manager fills in: fields, dates in both calendars, secrets, one of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from kiosk.domain.eras import format_both, parse_date
from kiosk.domain.errors import Refused
from kiosk.domain.staff import SECRET_MAX
from kiosk.ui.screens.counter_parts import TickTile
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.failures import tell_failure
from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.labels import Caption, Title
from kiosk.ui.widgets.rows import Rows

PAINT_FIRST_MS = 50
TILE_HEIGHT = 52
TILE_GAP = 8


def typed(name: str, words: str, longest: int) -> QLineEdit:
    """One line to type into, with its name for screen readers."""
    field = QLineEdit()
    field.setObjectName(name)
    field.setAccessibleName(words)
    field.setMaxLength(longest)
    return field


def under(words: str, *parts: QWidget) -> QVBoxLayout:
    """Small words above what they name."""
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(Caption(words))
    for part in parts:
        column.addWidget(part)
    return column


def two_ways(back: Button, on: Button) -> QHBoxLayout:
    """The way out at the left, the one dark button at the right."""
    line = QHBoxLayout()
    line.setSpacing(16)
    line.addWidget(back, 1)
    line.addWidget(on, 2)
    return line


class DateField(QWidget):
    """A day as people write it (2025-11-05, R7.11.5); below it what was understood, in both calendars."""

    changed = Signal()

    def __init__(self, texts: Texts, words: str, *, name: str) -> None:
        super().__init__()
        self._example = texts.get("manage.date_example")
        self._field = typed(name, words, 20)
        self._both = Caption(name=f"{name}.both")
        whole = under(words, self._field, self._both)
        whole.setContentsMargins(0, 0, 0, 0)
        self.setLayout(whole)
        self._field.textChanged.connect(self._show_both)
        self._field.textEdited.connect(lambda _text: self.changed.emit())
        self._show_both()

    @property
    def value(self) -> date:
        """The day; raises what parse_date raises."""
        return parse_date(self._field.text())

    def put(self, day: date) -> None:
        """Proposes a day."""
        self._field.setText(day.isoformat())

    def _show_both(self) -> None:
        try:
            self._both.setText(format_both(self.value))
        except Refused:
            # Half typed is not wrong yet; the verb says so in words when it stays like this.
            self._both.setText(self._example)


class SecretField(QWidget):
    """A PIN or passphrase and the keys for it; forgets what was typed whenever it goes out of sight."""

    entered = Signal()

    def __init__(self, texts: Texts, *, name: str) -> None:
        super().__init__()
        self._texts = texts
        self._field = typed(name, texts.get("manage.secret.pin"), SECRET_MAX)
        self._field.setProperty("scale", "large")
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
        )
        self._field.returnPressed.connect(self.entered)
        self._hint = Caption(wrap=True, name=f"{name}.hint")
        self._keypad = Keypad(texts, self._field, name=f"{name}.keypad")
        self._keyboard = Keyboard(texts, self._field, name=f"{name}.keyboard")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        for part in (self._field, self._hint, self._keypad, self._keyboard):
            whole.addWidget(part)
        whole.addStretch(1)
        self.ask(leading=False)

    def ask(self, *, leading: bool, hint: bool = True) -> None:
        """Digits for staff, letters for those who lead; `hint` says what a new secret has to be."""
        kind = "passphrase" if leading else "pin"
        self.forget()
        self._field.setAccessibleName(self._texts.get(f"manage.secret.{kind}"))
        self._field.setPlaceholderText(self._texts.get(f"manage.secret.{kind}"))
        self._hint.setText(self._texts.get(f"sign_in.{kind}_hint"))
        self._hint.setVisible(hint)
        self._keypad.setVisible(not leading)
        self._keyboard.setVisible(leading)

    def take(self) -> str:
        """What was typed, which leaves the field at once."""
        secret = self._field.text()
        self.forget()
        return secret

    def begin(self) -> None:
        """The next key goes here."""
        self._field.setFocus()

    def forget(self) -> None:
        """Nothing stays in the field."""
        self._field.clear()

    def hideEvent(self, event: QHideEvent) -> None:
        self.forget()
        super().hideEvent(event)


@dataclass(frozen=True, slots=True)
class Pick:
    """One of several: its key, and the words on its tile."""

    key: str
    words: str


class PickList(QWidget):
    """Tiles to choose one from, as many as there are, a few at a time; a single one is chosen already."""

    picked = Signal()

    def __init__(self, texts: Texts, per_page: int, *, name: str) -> None:
        super().__init__()
        self._name = name
        self._picks: tuple[Pick, ...] = ()
        self._chosen = ""
        self._rows = Rows(texts, per_page, name=f"{name}.rows")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._rows)

    @property
    def value(self) -> str:
        """The key that was chosen and is still among them; empty while none is."""
        return self._chosen

    def fill(self, picks: Sequence[Pick], *, empty: str) -> None:
        """Shows them; what was chosen stays while it is among them."""
        self._picks = tuple(picks)
        keys = [pick.key for pick in self._picks]
        if self._chosen not in keys:
            self._chosen = keys[0] if len(keys) == 1 else ""
        self._rows.fill(self._picks, self._tile, empty=empty)
        self._show_chosen()

    def clear(self) -> None:
        """Nothing is chosen."""
        self._chosen = ""
        self._show_chosen()

    def _tile(self, pick: Pick) -> QWidget:
        tile = TickTile(pick.words, height=TILE_HEIGHT, name=f"{self._name}.{pick.key}")
        tile.setChecked(pick.key == self._chosen)
        tile.clicked.connect(lambda: self._choose(pick.key))
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(0, 0, 0, TILE_GAP)
        inner.addWidget(tile)
        return holder

    def _choose(self, key: str) -> None:
        self._chosen = key
        self._show_chosen()
        self.picked.emit()

    def _show_chosen(self) -> None:
        for tile in self._rows.findChildren(TickTile):
            tile.setChecked(tile.objectName() == f"{self._name}.{self._chosen}")


class Working(QWidget):
    """Says that something runs before it runs, for verbs that hold up the window for a moment."""

    def __init__(self, texts: Texts, *, name: str) -> None:
        super().__init__()
        self._texts = texts
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addStretch(1)
        whole.addWidget(Title(texts.get("manage.working"), wrap=True, name=name))
        whole.addWidget(self._bar)
        whole.addStretch(2)

    def run(self, verb: Callable[[], None], otherwise: Callable[[], None]) -> None:
        """Runs the verb once these words are on the glass; after a failure `otherwise`, then the words."""

        def go() -> None:
            try:
                verb()
            except Exception as error:
                otherwise()
                tell_failure(self, error)

        QTimer.singleShot(PAINT_FIRST_MS, self, go)
