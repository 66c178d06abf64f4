"""What is typed or scanned at the reception, and how a booking stands to the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.domain.errors import Refused
from kiosk.services.reception import Booking
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.labels import Body

LATE_AFTER, EARLY_BEFORE = 15, 30
"""Minutes after and before the time of a booking; only words on the screen hang on them."""


class SearchField(QWidget):
    """The field with its hint at the right, where it does not cover what is typed."""

    def __init__(self, texts: Texts, typed: Callable[[], None], entered: Callable[[], None]) -> None:
        super().__init__()
        self._field = QLineEdit()
        self._field.setObjectName("reception.search")
        self._field.setProperty("scale", "large")
        self._field.setAccessibleName(texts.get("reception.search"))
        self._field.setMinimumHeight(64)
        self._hint = Body(texts.get("reception.search_hint"), tone="neutral")
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QHBoxLayout(self._field)
        inside.setContentsMargins(24, 0, 20, 0)
        inside.addWidget(self._hint, 0, Qt.AlignmentFlag.AlignRight)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._field)
        self._field.textChanged.connect(lambda text: self._changed(text, typed))
        self._field.returnPressed.connect(entered)

    @property
    def line(self) -> QLineEdit:
        """The field itself."""
        return self._field

    def text(self) -> str:
        """What is typed or scanned; untrusted."""
        return self._field.text()

    def clear(self) -> None:
        """Empties the field."""
        self._field.clear()

    def take_focus(self) -> None:
        """Ready for the next scan."""
        self._field.setFocus()

    def _changed(self, text: str, typed: Callable[[], None]) -> None:
        self._hint.setVisible(len(text) <= 12)
        typed()


def is_late(booking: Booking, now: datetime) -> bool:
    """Whether the time of the booking has passed and nobody of it has come."""
    booked = booking.reservation
    if booked.cancelled or booking.tickets:
        return False
    minutes = minutes_late(booked.slot, now)
    return minutes is not None and minutes > LATE_AFTER


def minutes_late(slot: str, now: datetime) -> int | None:
    """Whole minutes since the time of a booking, negative before it; None for a slot without a time."""
    try:
        hour, minute = (int(part) for part in slot.split(":"))
        return int((now - now.replace(hour=hour, minute=minute, second=0)).total_seconds() // 60)
    except ValueError:
        return None


def looks_like_ticket(untrusted_text: str) -> bool:
    """Whether the text is meant as a ticket (its code or its number) rather than as a name."""
    from kiosk.domain.ticket import looks_like_code, read_number

    if looks_like_code(untrusted_text):
        return True
    try:
        read_number(untrusted_text)
    except Refused:
        return False
    return True
