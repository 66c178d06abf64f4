"""After a rejection: which number shall be opened again, and what the city has said."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.services.mending import Ended, Rejection
from kiosk.ui.texts import Texts
from kiosk.ui.theme import NOW_MARK, WARN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Banner
from kiosk.ui.widgets.labels import Body, Title
from kiosk.ui.widgets.rows import Row, Rows

PER_ROW = 3
ROWS = 2
ROW_HEIGHT = 60


class MendPage(QWidget):
    """The city's words, every number as a button, and the way on to closing again."""

    def __init__(self, texts: Texts, choose: Callable[[str], None], done: Callable[[], None]) -> None:
        super().__init__()
        self._texts, self._choose = texts, choose
        self._reason = Body(wrap=True, tone="warning", name="closing.mend_reason")
        banner = Banner("warning")
        banner.body.addWidget(self._reason)
        self._rows = Rows(texts, ROWS, name="closing.mend_numbers")
        end = Button(texts.get("closing.mend_done"), "primary", size="huge", name="closing.mend_done")
        end.guarded(done)
        end.setMaximumWidth(420)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(end, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(Title(texts.get("closing.mend_title"), wrap=True, name="closing.title"))
        whole.addWidget(Body(texts.get("closing.mend_hint"), wrap=True))
        whole.addWidget(banner)
        whole.addWidget(self._rows, 1)
        whole.addLayout(bottom)

    def fit(self, more: int) -> None:
        """More rows on a taller screen."""
        self._rows.fit(ROWS + more)

    def show_numbers(self, numbers: tuple[Ended, ...], rejected: Rejection | None) -> None:
        """All numbers of the session; one that was opened is marked and leads to the window."""
        reason = rejected.reason if rejected is not None else ""
        self._reason.setText(f"{WARN_MARK} {self._texts.get('closing.mend_reason', reason=reason)}")
        lines = tuple(numbers[at : at + PER_ROW] for at in range(0, len(numbers), PER_ROW))
        self._rows.fill(lines, self._line)

    def _line(self, line: tuple[Ended, ...]) -> QWidget:
        row = Row(height=ROW_HEIGHT)
        for number in line:
            key = number.outcome.value if number.outcome is not None else ""
            words = (
                self._texts.get(f"outcome.{key}") if key else self._texts.get(f"state.{number.state.value}")
            )
            mark = "" if number.is_closed else f"{NOW_MARK} "
            button = Button(f"{mark}{number.ticket}　{words}", name=f"closing.mend.{number.ticket}")
            button.guarded(partial(self._choose, number.ticket))
            row.line.addWidget(button, 1)
        for _ in range(PER_ROW - len(line)):
            row.line.addStretch(1)
        return row
