"""Flags from dates somebody shows at the desk: typed, looked at, said in words, and not kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QFormLayout, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.domain.eras import format_both, parse_date
from kiosk.domain.errors import Refused
from kiosk.domain.flags import RULES, age_flags, notice_flags, residence_flags
from kiosk.ui.screens.counter_parts import clear, flag_pill
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.labels import Body, Caption

FIELD_WIDTH = 340
FLAGS_BY: dict[str, Callable[[date, date], tuple[str, ...]]] = {
    "birth": age_flags,
    "residence": residence_flags,
    "notice": notice_flags,
}
SOURCES = {rule.code: rule.source for rule in RULES}


class DatesQuestion:
    """Three dates, each may stay empty; `then` gets the flags, never a date."""

    def __init__(
        self, host: QWidget, texts: Texts, today: date, then: Callable[[tuple[str, ...]], None]
    ) -> None:
        self._texts, self._today, self._then = texts, today, then
        self._fields: dict[str, QLineEdit] = {}
        self._read: dict[str, Caption] = {}
        inside = QWidget()
        form = QFormLayout()
        form.setSpacing(8)
        for name in FLAGS_BY:
            form.addRow(Body(texts.get(f"dates.{name}")), self._field(name))
        self._found = QGridLayout()
        self._found.setSpacing(8)
        self._found.setColumnStretch(1, 1)
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addLayout(form)
        whole.addLayout(self._found)
        Choice(
            host,
            texts.get("dates.title"),
            (Option("take", texts.get("dates.take"), "primary"),),
            lambda _key: self._then(self.flags()),
            words=texts.get("dates.words"),
            cancel=texts.get("reception.back"),
            inside=inside,
            name="reception.dates",
        )
        self._show()
        self._fields["birth"].setFocus()

    def flags(self) -> tuple[str, ...]:
        """What the readable dates ask for, each flag once."""
        found: list[str] = []
        for name, by in FLAGS_BY.items():
            day = self._day(name)
            if day is not None:
                try:
                    found.extend(by(day, self._today))
                except ValueError:
                    continue  # born after today: said beside the field
        return tuple(dict.fromkeys(found))

    def _field(self, name: str) -> QWidget:
        field = QLineEdit()
        field.setObjectName(f"reception.dates.{name}")
        field.setAccessibleName(self._texts.get(f"dates.{name}"))
        field.setPlaceholderText(self._texts.get("dates.hint"))
        field.setMinimumHeight(48)
        field.setMaxLength(20)
        field.textChanged.connect(lambda _text: self._show())
        self._fields[name] = field
        self._read[name] = Caption(name=f"reception.dates.{name}.read")
        holder = QWidget()
        field.setFixedWidth(FIELD_WIDTH)
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        line.addWidget(field)
        line.addWidget(self._read[name], 1)
        return holder

    def _day(self, name: str) -> date | None:
        try:
            return parse_date(self._fields[name].text())
        except Refused:
            return None

    def _show(self) -> None:
        texts = self._texts
        for name, field in self._fields.items():
            day, is_written = self._day(name), len(field.text().strip()) >= 5
            is_wrong = (day is None and is_written) or (
                name == "birth" and day is not None and day > self._today
            )
            words = texts.get("dates.unreadable") if is_wrong else format_both(day) if day else " "
            self._read[name].setText(words)
            self._read[name].set_tone("warning" if is_wrong else "")
        clear(self._found)
        flags = self.flags()
        for at, flag in enumerate(flags):
            say = texts.get("dates.say", say=texts.get(f"flag_say.{flag}"), source=SOURCES[flag])
            self._found.addWidget(flag_pill(texts, flag), at, 0)
            self._found.addWidget(Caption(say, wrap=True, name=f"reception.dates.found.{flag}"), at, 1)
        if not flags and any(self._day(name) for name in self._fields):
            self._found.addWidget(Body(texts.get("dates.nothing"), tone="success"), 0, 0, 1, 2)
