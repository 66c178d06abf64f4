"""Nobody is at the window: who is called next, of all or of one service, or by number."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.domain.visit import Service, Visit
from kiosk.services.line import Line
from kiosk.ui.screens.counter_parts import beside, clear
from kiosk.ui.screens.counter_question import Question
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.failures import tell_failure
from kiosk.ui.widgets.labels import Body, Heading


class CallPanel(QWidget):
    """One large button; everything else stands below it."""

    def __init__(
        self,
        texts: Texts,
        *,
        call_next: Callable[[Service | None], None],
        call_number: Callable[[str], None],
        show: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._texts, self._show = texts, show
        self._question = Question(texts, name="counter.call")
        self._next = Button(texts.get("counter.call_next"), "primary", size="huge", name="counter.call_next")
        self._next.setMinimumHeight(112)
        self._next.guarded(lambda: call_next(None))
        self._services = {
            service: Button("", size="large", name=f"counter.call_next.{service.value}")
            for service in Service
        }
        for service, button in self._services.items():
            button.guarded(partial(call_next, service))
        self._field = QLineEdit()
        self._field.setObjectName("counter.number")
        self._field.setAccessibleName(texts.get("counter.number_hint"))
        self._field.setPlaceholderText(texts.get("counter.number_hint"))
        self._field.setMinimumHeight(48)
        by_number = Button(texts.get("counter.call_number"), name="counter.call_number")
        by_number.guarded(lambda: self._by_number(call_number))
        by_number.setFixedWidth(184)
        # Not through the button: a scanner that reads twice shall leave nothing in the field.
        self._field.returnPressed.connect(lambda: self._scanned(call_number))
        number = QHBoxLayout()
        number.setSpacing(16)
        number.addWidget(self._field, 1)
        number.addWidget(by_number)
        self._here_head = Heading(texts.get("counter.at_window"))
        self._here = QHBoxLayout()
        self._here.setSpacing(16)
        self._first = Body(name="counter.call.first")
        self._shown_here: tuple[str, ...] = ()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addWidget(self._question)
        whole.addWidget(self._next)
        whole.addWidget(self._first)
        whole.addLayout(beside(*self._services.values()))
        whole.addStretch(1)
        whole.addWidget(self._here_head)
        whole.addLayout(self._here)
        whole.addLayout(number)

    def show_line(self, line: Line, here: tuple[Visit, ...]) -> None:
        """Who waits, and who is at this window already."""
        texts = self._texts
        hint = "hint_call" if line.waiting else "hint_call_none"
        self._question.show_words(texts.get("counter.ask_call"), texts.get(f"counter.{hint}"))
        self._next.setEnabled(bool(line.waiting))
        self._first.setVisible(bool(line.waiting))
        if line.waiting:
            first = line.waiting[0]
            kind = texts.get(f"service.{first.service.value}")
            words = texts.get(
                "counter.first", ticket=first.ticket, service=kind, minutes=first.waited_minutes
            )
            self._first.setText(words)
        for service, button in self._services.items():
            count = sum(1 for place in line.waiting if place.service is service)
            name = texts.get(f"service.{service.value}")
            button.show_text(texts.get("counter.call_service", service=name, count=count))
            button.setEnabled(count > 0)
        self._show_here(tuple(visit.ticket for visit in here))

    @property
    def field(self) -> QLineEdit:
        """It listens to the hand scanner."""
        return self._field

    def _show_here(self, tickets: tuple[str, ...]) -> None:
        self._here_head.setVisible(bool(tickets))
        if tickets == self._shown_here:
            return
        self._shown_here = tickets
        clear(self._here)
        for ticket in tickets[:6]:
            button = Button(ticket, size="large", name=f"counter.here.{ticket}")
            button.guarded(partial(self._show, ticket))
            button.setFixedWidth(120)
            self._here.addWidget(button)
        self._here.addStretch(1)

    def _scanned(self, call_number: Callable[[str], None]) -> None:
        try:
            self._by_number(call_number)
        except Exception as error:
            tell_failure(self, error)

    def _by_number(self, call_number: Callable[[str], None]) -> None:
        text = self._field.text()
        if text.strip():
            # First: what is refused must not stand in front of the next scan.
            self._field.clear()
            call_number(text)
