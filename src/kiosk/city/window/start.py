"""The first page: batches that stand on the media, looked for every two seconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from kiosk.city.officer import Found
from kiosk.city.window.pages import Page
from kiosk.domain.batch import BatchName
from kiosk.domain.eras import format_era
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.labels import Body, Caption, Pill, breakable
from kiosk.ui.widgets.rows import Row, Rows

POLL_MS = 2_000
ROW_HEIGHT = 80
REST = 380
"""What head, buttons, pager and margins take of the page's height, in pixels."""


class StartPage(Page):
    """A row per batch, with what was answered to it and the verb to check it."""

    def __init__(self, texts: Texts, scan: Callable[[], None], check: Callable[[Path], None]) -> None:
        super().__init__(texts.get("officer.start"), texts.get("officer.start_hint"), name="start")
        self._texts, self._check = texts, check
        self._rows = Rows(texts, 4, name="found")
        card = Card()
        card.body.setContentsMargins(24, 8, 24, 8)
        card.body.addWidget(self._rows)
        self.body.addWidget(card, 1)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(scan)
        self._timer.start()

    def show_found(self, found: tuple[Found, ...]) -> None:
        """The batches as they stand on the media now."""
        self._rows.fit(max(2, (self.height() - REST) // ROW_HEIGHT))
        self._rows.fill(found, self._row, empty=self._texts.get("officer.nothing"))

    def _row(self, found: Found) -> QWidget:
        texts, row = self._texts, Row(height=ROW_HEIGHT)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Body(place_of(texts, found.name)))
        words.addWidget(Caption(breakable(str(found.path)), wrap=True))
        row.line.addLayout(words, 1)
        if found.answered is not None:
            tone = "success" if found.answered.value == "accept" else "warning"
            row.line.addWidget(Pill(texts.get(f"officer.answered_{found.answered.value}"), tone))  # type: ignore[arg-type]
        name = f"check.{found.name.stem}"
        button = Button(texts.get("officer.check"), "primary", name=name)
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row.line.addWidget(button.guarded(lambda: self._check(found.path)))
        return row


def place_of(texts: Texts, name: BatchName) -> str:
    """K1　令和7年11月5日 開催　000001 番"""
    return texts.get(
        "officer.kiosk_day", kiosk=name.kiosk, day=format_era(name.session), seq=f"{name.seq:06d}"
    )
