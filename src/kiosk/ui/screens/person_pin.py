"""A new PIN or passphrase for the person at the PC: the old one, the new one, the new one again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLineEdit, QProgressBar, QVBoxLayout

from kiosk.domain.errors import Refused
from kiosk.domain.staff import SECRET_MAX, Operator, normal_pin, refuse_weak
from kiosk.ui.background import Background
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.keyboard import Keyboard
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.labels import Body, Caption, Heading

FIELDS = ("old", "new", "again")


class PinScreen(Screen):
    """Three hidden fields and one set of keys, which type into the field that was touched last.

    `change` is slow and runs beside the window; `changed` is called with its answer on the main thread.
    """

    def __init__(
        self,
        *,
        person: Operator,
        change: Callable[[str, str], str],
        changed: Callable[[str], None],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(texts=texts, background=background, name="pin")
        self._person, self._change, self._changed = person, change, changed
        self._kind = "passphrase" if person.is_leading else "pin"
        self._fields = {name: self._field(name) for name in FIELDS}
        self._progress = QProgressBar()
        self._progress.setRange(0, 0)
        self._progress.setProperty("scale", "thin")
        self._progress.setTextVisible(False)
        self._busy_words = Body(texts.get("sign_in.checking"), name="pin.checking")
        self._go = Button(texts.get("person.pin_save"), "primary", size="large", name="pin.save")
        self._go.guarded(self._try)
        # The keys type into this one field, unseen; what they type goes on to the field in use.
        self._typed = QLineEdit(self)
        self._typed.hide()
        self._typed.textChanged.connect(self._pass_on)
        self._at = "old"
        self._passing = False
        self._keys = (Keyboard if person.is_leading else Keypad)(texts, self._typed, name="pin.keys")
        self._lay_out()
        self._busy(False)
        self.setFocusProxy(self._fields["old"])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            for name, field in self._fields.items():
                if watched is field:
                    self._use(name)
        return False

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setObjectName(f"pin.{name}")
        field.setAccessibleName(self.texts.get(f"person.{self._kind}_{name}"))
        field.setProperty("scale", "large")
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setMaxLength(SECRET_MAX)
        field.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        field.installEventFilter(self)
        field.textEdited.connect(lambda: self._use(name))
        after = FIELDS[FIELDS.index(name) + 1] if name != FIELDS[-1] else ""
        field.returnPressed.connect(
            (lambda: self._fields[after].setFocus()) if after else (lambda: self._go.click())
        )
        return field

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        # Free room above: that is where a notice stands, and it must cover neither field nor key.
        left.addStretch(1)
        right.addStretch(1)
        for name, field in self._fields.items():
            left.addWidget(Heading(self.texts.get(f"person.{self._kind}_{name}"), wrap=True))
            left.addWidget(field)
            left.addSpacing(8)
        left.addWidget(Caption(self.texts.get(f"person.{self._kind}_rule"), wrap=True))
        left.addStretch(1)
        right.addWidget(self._keys)
        right.addSpacing(24)
        right.addWidget(self._busy_words)
        right.addWidget(self._progress)
        right.addWidget(self._go)
        for column, part in ((5, left), (6, right)):
            self.area.addLayout(part, column)

    def _use(self, name: str) -> None:
        self._at = name
        # A touch on the keys gives the focus to the screen; it belongs to the field in use.
        self.setFocusProxy(self._fields[name])
        self._passing = True
        self._typed.setText(self._fields[name].text())
        self._passing = False

    def _pass_on(self, text: str) -> None:
        if not self._passing:
            self._fields[self._at].setText(text)

    def _try(self) -> None:
        old, new, again = (field.text() for field in self._fields.values())
        for name, text in zip(FIELDS, (old, new, again), strict=True):
            if not text:
                self._fields[name].setFocus()
                return
        self.clear_notice()
        if normal_pin(new) != normal_pin(again):
            raise Refused("pin_twice")
        refuse_weak(self._person.role, new)
        for field in self._fields.values():
            field.clear()
        self._typed.clear()
        self._busy(True)
        self.background.run(lambda: self._change(old, new), self._end, self._stay)

    def _end(self, operator: str) -> None:
        self._busy(False)
        try:
            self._changed(operator)
        except Exception as error:
            self.show_failure(error)

    def _stay(self, error: Exception) -> None:
        self._busy(False)
        self.show_failure(error)
        self._fields["old"].setFocus()

    def _busy(self, busy: bool) -> None:
        self._busy_words.setVisible(busy)
        self._progress.setVisible(busy)
        self._go.setVisible(not busy)
        for part in (*self._fields.values(), self._keys):
            part.setEnabled(not busy)
