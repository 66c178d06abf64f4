"""The 申請書ID: scanned, or keyed in groups of four and read aloud; never typed by the visitor."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from kiosk.domain.application import grouped, read_application_id
from kiosk.domain.errors import Refused
from kiosk.domain.visit import StepKind, Visit
from kiosk.ui.screens.counter_parts import beside
from kiosk.ui.screens.counter_steps import AtWindow, StepPanel
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.labels import Body, Caption, Heading

DIGITS = 23
KEY_HEIGHT = 52


class ApplicationIdPanel(StepPanel):
    """Digits at the left as they are spoken, the keypad at the right."""

    def __init__(self, at: AtWindow, visit: Visit) -> None:
        super().__init__(at, visit, StepKind.APPLICATION_ID.value)
        texts = at.texts
        self._field = QLineEdit()
        self._field.setObjectName("counter.application_id")
        self._field.setAccessibleName(texts.get("counter.application_id.scan"))
        self._field.setPlaceholderText(texts.get("counter.application_id.scan"))
        self._field.setMinimumHeight(56)
        self._groups = Heading(wrap=True, name="counter.application_id.groups")
        self._count = Body(tone="neutral", name="counter.application_id.count")
        self._read_aloud = Caption(texts.get("counter.application_id.ready"))
        camera = Button(texts.get("counter.application_id.camera"), name="counter.application_id.camera")
        camera.guarded(self._open_camera)
        camera.setVisible(at.camera is not None)
        skip = Button(texts.get("counter.skip"), name="counter.application_id.skip")
        skip.guarded(self._skip)
        keypad = Keypad(texts, self._field, name="counter.keypad")
        for key in keypad.findChildren(Button):
            key.setMinimumHeight(KEY_HEIGHT)
            key.setMaximumHeight(KEY_HEIGHT)
        keypad.setFixedWidth(376)
        left = QVBoxLayout()
        left.setSpacing(8)
        for widget in (self._field, self._groups, self._count, self._read_aloud):
            left.addWidget(widget)
        left.addStretch(1)
        left.addLayout(beside(camera, skip))
        across = QHBoxLayout()
        across.setSpacing(24)
        across.addLayout(left, 1)
        across.addWidget(keypad)
        self.whole.addLayout(across)
        self.whole.addStretch(1)
        self._field.textChanged.connect(self._typed)
        self._typed("")

    @property
    def is_ready(self) -> bool:
        """With all 23 digits, or with the address of a scanned code."""
        return len(self._digits()) == DIGITS or "://" in self._field.text()

    def done(self) -> Visit:
        """Keeps the ID; refuses anything else in the same words as everywhere."""
        return self.at.applications.put_id(self.visit.ticket, self._field.text())

    def _digits(self) -> str:
        return re.sub(r"\D", "", self._field.text())

    def _open_camera(self) -> None:
        if self.at.camera is not None:
            texts = self.at.texts
            title, words = (texts.get(f"counter.application_id.camera_{part}") for part in ("title", "words"))
            self.at.camera.ask(self, title, words, self._read)

    def _read(self, untrusted_text: str) -> str:
        """The form's code into the field; it is recorded by the dark button, once it was read aloud."""
        if "://" not in untrusted_text:
            # Twenty-three bare digits in a code could have been put there by anybody.
            raise Refused("application_id_foreign")
        self._field.setText(read_application_id(untrusted_text))
        return ""

    def _skip(self) -> None:
        self.moved.emit(self.at.counter.skip(self.visit.ticket, StepKind.APPLICATION_ID))

    def _typed(self, _: str) -> None:
        digits = "" if "://" in self._field.text() else self._digits()
        self._groups.setText(grouped(digits[:DIGITS]))
        self._count.setText(self.at.texts.get("counter.application_id.digits", count=len(digits)))
        self._read_aloud.setVisible(len(digits) == DIGITS)
        self.changed.emit()
