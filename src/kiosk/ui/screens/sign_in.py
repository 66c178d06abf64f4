"""Who is at this PC: a tile per person, then the PIN; nothing of the counter is read before that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from kiosk.domain.staff import Operator
from kiosk.ui.background import Background
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.labels import Body, Caption, Heading, PersonName, Pill, Title
from kiosk.ui.widgets.rows import Rows
from kiosk.ui.widgets.tiles import Tile

if TYPE_CHECKING:  # the store comes in behind the first painted screen
    from kiosk.services.access import SignedIn

PEOPLE_PER_PAGE = 4


class SignInScreen(Screen):
    """People to the left, the PIN to the right; the PIN is checked in the background.

    `unlock` is slow and runs beside the window; `enter` opens the office on the main thread.
    """

    def __init__(
        self,
        *,
        people: Sequence[Operator],
        unlock: Callable[[str, str], SignedIn],
        enter: Callable[[SignedIn], None],
        hints: Mapping[str, str],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(texts=texts, background=background, name="sign_in")
        self._unlock, self._enter, self._hints = unlock, enter, hints
        self._person: Operator | None = None
        self._list = Rows(texts, PEOPLE_PER_PAGE, name="sign_in.people")
        self._lock_words = Body(texts.get("sign_in.locked"), wrap=True, tone="key", name="sign_in.lock")
        self._lock_words.hide()
        self.area.addWidget(self._people_card(), 5)
        self._card = Card(name="sign_in.secret")
        self.area.addWidget(self._card, 6)
        self._ask = Heading(texts.get("sign_in.choose_first"), wrap=True, name="sign_in.ask")
        self._name = PersonName(name="sign_in.name")
        self._role = Pill("", "neutral", name="sign_in.role")
        self._field = QLineEdit()
        self._keys = QWidget()
        self._hint = Caption(wrap=True, name="sign_in.hint")
        self._progress = QProgressBar()
        self._busy_words = Body(texts.get("sign_in.checking"), name="sign_in.checking")
        self._go = Button(texts.get("sign_in.enter"), "primary", size="large", name="sign_in.enter")
        self._go.guarded(self._try)
        self._lay_out_secret()
        self.show_people(people)

    def show_people(self, people: Sequence[Operator]) -> None:
        """The tiles; with one person only, that one is chosen already."""
        self._list.fill(tuple(people), self._tile, empty=self.texts.get("sign_in.nobody"))
        if len(people) == 1:
            self._choose(people[0])

    def ask_again(self, person: Operator | None) -> None:
        """After a lock: the same person is asked first, and what they were doing is kept."""
        self._lock_words.setVisible(person is not None)
        self._busy(False)
        if person is not None:
            self._choose(person)

    def _people_card(self) -> Card:
        card = Card(name="sign_in.people_card")
        card.body.addWidget(Title(self.texts.get("sign_in.who"), wrap=True))
        card.body.addWidget(self._lock_words)
        card.body.addWidget(self._list, 1)
        return card

    def _tile(self, person: Operator) -> QWidget:
        role = self.texts.get(f"sign_in.role.{person.role.value}")
        tile = Tile(person.name, role, name=f"sign_in.person.{person.id}")
        tile.setCheckable(True)
        tile.setChecked(self._person is not None and person.id == self._person.id)
        tile.clicked.connect(lambda: self._choose(person))
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(0, 0, 0, 12)
        inner.addWidget(tile)
        return holder

    def _lay_out_secret(self) -> None:
        body = self._card.body
        self._field.setObjectName("sign_in.pin")
        self._field.setProperty("scale", "large")
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setMaxLength(128)
        self._field.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
        )
        self._field.returnPressed.connect(self._go.click)
        self._progress.setRange(0, 0)
        self._progress.setProperty("scale", "thin")
        self._progress.setTextVisible(False)
        keys = QVBoxLayout(self._keys)
        keys.setContentsMargins(0, 0, 0, 0)
        self._keypad = Keypad(self.texts, self._field, name="sign_in.keypad")
        self._keyboard = Keyboard(self.texts, self._field, name="sign_in.keyboard")
        keys.addWidget(self._keypad)
        keys.addWidget(self._keyboard)
        who = QHBoxLayout()
        who.addWidget(self._name, 1)
        who.addWidget(self._role)
        body.addLayout(who)
        body.addWidget(self._ask)
        body.addWidget(self._field)
        body.addWidget(self._hint)
        body.addWidget(self._keys)
        body.addStretch(1)
        body.addWidget(self._busy_words)
        body.addWidget(self._progress)
        body.addWidget(self._go)
        self._busy(False)
        self._name.hide()
        self._role.hide()
        self._show_secret(False)

    def _show_secret(self, shown: bool) -> None:
        for widget in (self._field, self._hint, self._keys, self._go):
            widget.setVisible(shown)

    def _choose(self, person: Operator) -> None:
        if self._person is None or person.id != self._person.id:
            self.clear_notice()
        self._person = person
        for tile in self._list.findChildren(Button):
            if tile.isCheckable():
                tile.setChecked(tile.objectName() == f"sign_in.person.{person.id}")
        self._name.show_name(person.name)
        self._name.show()
        self._role.setText(self.texts.get(f"sign_in.role.{person.role.value}"))
        self._role.show()
        kind = "passphrase" if person.is_leading else "pin"
        self._ask.setText(self.texts.get(f"sign_in.{kind}"))
        self._field.clear()
        self._field.setAccessibleName(self.texts.get(f"sign_in.{kind}"))
        self._show_secret(True)
        self._keypad.setVisible(not person.is_leading)
        self._keyboard.setVisible(person.is_leading)
        practice = self._hints.get(person.id)
        self._hint.setText(
            self.texts.get("sign_in.practice_hint", pin=practice)
            if practice is not None
            else self.texts.get(f"sign_in.{kind}_hint")
        )
        self.setFocusProxy(self._field)
        self._field.setFocus()

    def _try(self) -> None:
        person, pin = self._person, self._field.text()
        if person is None:
            return
        if not pin:
            self._field.setFocus()
            return
        self.clear_notice()
        self._busy(True)
        self._field.clear()
        self.background.run(lambda: self._unlock(person.id, pin), self._let_in, self._keep_out)

    def _let_in(self, unlocked: SignedIn) -> None:
        self._busy(False)
        try:
            self._enter(unlocked)
        except Exception as error:
            self.show_failure(error)

    def _keep_out(self, error: Exception) -> None:
        self._busy(False)
        self.show_failure(error)
        self._field.setFocus()

    def _busy(self, busy: bool) -> None:
        self._busy_words.setVisible(busy)
        self._progress.setVisible(busy)
        # The bar takes the button's place, so that nothing moves.
        self._go.setVisible(not busy and self._person is not None)
        for part in (self._list, self._keys, self._field, self._go):
            part.setEnabled(not busy)
