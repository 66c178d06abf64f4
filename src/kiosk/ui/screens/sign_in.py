"""Who is at this PC: a tile per person, then the PIN; nothing of the counter is read before that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
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

    `unlock` is slow and runs beside the window; `enter` opens the office on the main thread. A name badge
    read by a hand scanner chooses the person; what the scanner types is never taken for a PIN.
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
        read_badge: Callable[[str], Operator] | None = None,
        name: str = "sign_in",
    ) -> None:
        super().__init__(texts=texts, background=background, name=name)
        self._unlock, self._enter, self._hints = unlock, enter, hints
        self._read_badge = read_badge
        self._scanned = ""
        self._person: Operator | None = None
        self._list = Rows(texts, PEOPLE_PER_PAGE, name=f"{name}.people")
        self._lock_words = Body(texts.get("sign_in.locked"), wrap=True, tone="key", name=f"{name}.lock")
        self._lock_words.hide()
        self.area.addWidget(self._people_card(), 5)
        self._card = Card(name=f"{name}.secret")
        self.area.addWidget(self._card, 6)
        self._ask = Heading(texts.get("sign_in.choose_first"), wrap=True, name=f"{name}.ask")
        self._name = PersonName(name=f"{name}.name")
        self._role = Pill("", "neutral", name=f"{name}.role")
        self._field = QLineEdit()
        self._keys = QWidget()
        self._both_keys: tuple[Keypad, Keyboard] | None = None
        self._hint = Caption(wrap=True, name=f"{name}.hint")
        self._progress = QProgressBar()
        self._busy_words = Body(texts.get("sign_in.checking"), name=f"{name}.checking")
        self._go = Button(texts.get("sign_in.enter"), "primary", size="large", name=f"{name}.enter")
        self._go.guarded(self._try)
        self._lay_out_secret()
        self.show_people(people)

    def show_people(self, people: Sequence[Operator]) -> None:
        """The tiles; with one person only, that one is chosen already."""
        self._list.fill(tuple(people), self._tile, empty=self.texts.get("sign_in.nobody"))
        if len(people) == 1:
            self._choose(people[0])

    def prepare(self) -> None:
        """Makes both sets of keys: fifty buttons that the first picture of the screen does not need."""
        self._made_keys()

    def ask_again(self, person: Operator | None) -> None:
        """After a lock: the same person is asked first, and what they were doing is kept."""
        self._lock_words.setVisible(person is not None)
        self._busy(False)
        if person is not None:
            self._choose(person)

    def _people_card(self) -> Card:
        card = Card(name=f"{self.objectName()}.people_card")
        card.body.addWidget(Title(self.texts.get("sign_in.who"), wrap=True))
        if self._read_badge is not None:
            words = self.texts.get("person.badge_or_name")
            card.body.addWidget(Caption(words, wrap=True, name=f"{self.objectName()}.badge"))
        card.body.addWidget(self._lock_words)
        card.body.addWidget(self._list, 1)
        return card

    def _tile(self, person: Operator) -> QWidget:
        role = self.texts.get(f"sign_in.role.{person.role.value}")
        tile = Tile(person.name, role, name=f"{self.objectName()}.person.{person.id}")
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
        self._field.setObjectName(f"{self.objectName()}.pin")
        self._field.setProperty("scale", "large")
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setMaxLength(128)
        self._field.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData
        )
        self._field.returnPressed.connect(self._entered)
        self._progress.setRange(0, 0)
        self._progress.setProperty("scale", "thin")
        self._progress.setTextVisible(False)
        self._under_fingers = QVBoxLayout(self._keys)
        self._under_fingers.setContentsMargins(0, 0, 0, 0)
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

    def _made_keys(self) -> tuple[Keypad, Keyboard]:
        if self._both_keys is None:
            keypad = Keypad(self.texts, self._field, name=f"{self.objectName()}.keypad")
            keyboard = Keyboard(self.texts, self._field, name=f"{self.objectName()}.keyboard")
            for keys in (keypad, keyboard):
                keys.hide()
                self._under_fingers.addWidget(keys)
            self._both_keys = keypad, keyboard
        return self._both_keys

    def _show_secret(self, shown: bool) -> None:
        for widget in (self._field, self._hint, self._keys, self._go):
            widget.setVisible(shown)

    def _choose(self, person: Operator) -> None:
        if self._person is None or person.id != self._person.id:
            self.clear_notice()
        self._person = person
        for tile in self._list.findChildren(Button):
            if tile.isCheckable():
                tile.setChecked(tile.objectName() == f"{self.objectName()}.person.{person.id}")
        self._name.show_name(person.name)
        self._name.show()
        self._role.setText(self.texts.get(f"sign_in.role.{person.role.value}"))
        self._role.show()
        kind = "passphrase" if person.is_leading else "pin"
        self._ask.setText(self.texts.get(f"sign_in.{kind}"))
        self._field.clear()
        self._field.setAccessibleName(self.texts.get(f"sign_in.{kind}"))
        self._show_secret(True)
        keypad, keyboard = self._made_keys()
        keypad.setVisible(not person.is_leading)
        keyboard.setVisible(person.is_leading)
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

    def _entered(self) -> None:
        from kiosk.domain.badge import looks_like_badge

        typed = self._field.text()
        if self._read_badge is not None and looks_like_badge(typed):
            self._field.clear()
            self._take_badge(typed)
        else:
            self._go.click()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Before a person is chosen no field has the focus: a scanner types its line at the screen itself.
        if self._read_badge is None or not self._list.isEnabled():
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            scanned, self._scanned = self._scanned, ""
            if scanned:
                self._take_badge(scanned)
        elif event.text().isprintable() and event.text():
            self._scanned = (self._scanned + event.text())[-128:]
        else:
            super().keyPressEvent(event)

    def _take_badge(self, untrusted_text: str) -> None:
        self.clear_notice()
        if self._read_badge is None:
            return
        try:
            self._choose(self._read_badge(untrusted_text))
        except Exception as error:
            self.show_failure(error)

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
