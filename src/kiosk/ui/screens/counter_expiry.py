"""The date printed on a paper, entered only to be compared with today; it is kept nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from kiosk.domain.eras import parse_date
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.keypad import Keypad

KEY_HEIGHT = 52


def ask_expiry(host: QWidget, texts: Texts, paper: str, then: Callable[[date], None]) -> None:
    """Asks for the expiry of a paper: eight digits are a western date, six a Reiwa one, eras as written."""
    inside = QWidget()
    field = QLineEdit()
    field.setObjectName("identity.expiry_date")
    field.setAccessibleName(texts.get("identity.expiry_hint"))
    field.setPlaceholderText(texts.get("identity.expiry_hint"))
    field.setMinimumHeight(56)
    below = QVBoxLayout(inside)
    below.setContentsMargins(0, 0, 0, 0)
    below.addWidget(field)
    keypad = Keypad(texts, field, name="identity.keypad")
    for key in keypad.findChildren(Button):
        key.setFixedHeight(KEY_HEIGHT)
    below.addWidget(keypad)
    Choice(
        host,
        texts.get("identity.ask_expiry", paper=paper),
        (Option("check", texts.get("identity.expiry_check"), "primary"),),
        lambda _key: then(read_expiry(field.text())),
        words=texts.get("identity.expiry_words"),
        cancel=texts.get("counter.back"),
        inside=inside,
        name="identity.expiry_question",
    )
    field.setFocus()


def read_expiry(untrusted_text: str) -> date:
    """The date as keyed; Refused as parse_date refuses."""
    text = untrusted_text.strip()
    if re.fullmatch(r"[0-9]{6}", text):
        text = f"R{text}"
    return parse_date(text)
