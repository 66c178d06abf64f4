"""Where everyone starts: today's session, the line with its ages, what this PC holds, and the stations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.domain.visit import State
from kiosk.services.agenda import Session
from kiosk.services.line import Line, LineDesk, Place
from kiosk.services.meter import Meter, MeterDesk
from kiosk.ui.background import Background
from kiosk.ui.screens.home_paper import PaperKeys, PaperMode
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.theme import WARN_MARK
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.labels import BigNumber, Body, Caption, Heading, Pill, Title
from kiosk.ui.widgets.rows import Row, Rows

WAYS = ("reception", "counter", "forms", "photo", "custody", "closing")
ROWS = 5
ROW_HEIGHT = 64
SMALLEST = 640
BAND_TONES = {"free": "success", "busy": "warning", "crowded": "danger"}
STATE_TONES = {"called": "key", "serving": "key", "waiting": "neutral", "received": "neutral"}


class HomeScreen(Screen):
    """Never more than two touches from here to a visit: a station and its number, or the row itself.

    `go` shows a station, `open_visit` the station where that number is at hand.
    """

    def __init__(
        self,
        *,
        line: LineDesk,
        meter: MeterDesk,
        session: Callable[[], Session | None],
        go: Callable[[str], None],
        open_visit: Callable[[Place], None],
        texts: Texts,
        background: Background,
        paper: PaperMode | None = None,
    ) -> None:
        super().__init__(texts=texts, background=background, name="home")
        self._line, self._meter, self._session = line, meter, session
        self._go, self._open_visit = go, open_visit
        self._session_title = Title(wrap=True, name="home.session")
        self._session_words = Body(wrap=True, name="home.venue")
        self._ways: dict[str, Button] = {}
        self._paper = paper
        self._count = BigNumber(name="home.count")
        self._band = Pill(name="home.band")
        self._minutes = Body(tone="neutral", name="home.minutes")
        self._rows = Rows(texts, ROWS, name="home.line")
        self._people = Heading(name="home.people")
        self._owed = Caption(wrap=True, name="home.owed")
        left = QVBoxLayout()
        left.setSpacing(24)
        left.addWidget(self._ways_card(), 1)
        left.addWidget(self._held_card())
        self.area.addLayout(left, 3)
        self.area.addWidget(self._line_card(), 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rows.fit(ROWS + max(0, (self.height() - SMALLEST) // ROW_HEIGHT))

    def enable_ways(self, names: Iterable[str]) -> None:
        """Only these stations can be entered."""
        allowed = set(names)
        for name, way in self._ways.items():
            way.setEnabled(name in allowed)

    def refresh(self) -> None:
        session = self._session()
        if session is not None:
            self._show_session(session)
            self.show_line(self._line.now())
        self._show_meter(self._meter.now())

    def show_line(self, line: Line) -> None:
        """People and their ages, as they stand."""
        self._count.setText(str(line.count))
        wait = "home.minutes" if line.waiting else "reception.no_wait"
        self._minutes.setText(self.texts.get(wait, minutes=line.minutes))
        self._band.setText(self.texts.get(f"band.{line.band}"))
        self._band.set_tone(BAND_TONES[line.band])
        everyone = (*line.called, *line.serving, *line.waiting, *line.forms, *line.held)
        self._rows.fill(everyone, self._row, empty=self.texts.get("home.line_empty"))

    def _show_session(self, session: Session) -> None:
        place = "home.session" if session.no is not None else "home.session_extra"
        self._session_title.setText(
            self.texts.get(
                place,
                no=session.no or 0,
                month=session.day.month,
                day=session.day.day,
                weekday=self.texts.get(f"shell.weekday.{session.day.weekday()}"),
            )
        )
        state = self.texts.get(f"home.state.{session.state.value}")
        self._session_words.setText(self.texts.get("home.venue", venue=session.venue, state=state))

    def _show_meter(self, meter: Meter) -> None:
        self._people.setText(self.texts.get("home.people", people=meter.people))
        owed = "home.owed" if meter.unreceipted else "home.owed_nothing"
        said = self.texts.get(owed, count=meter.unreceipted)
        if meter.drafts:
            said += "\n" + self.texts.get("home.drafts", mark=WARN_MARK, count=meter.drafts)
        self._owed.setText(said)

    def _ways_card(self) -> Card:
        card = Card(name="home.ways")
        card.body.addWidget(self._session_title)
        card.body.addWidget(self._session_words)
        grid = QGridLayout()
        grid.setSpacing(16)
        for at, name in enumerate(WAYS):
            large = at < 2
            way = Button(
                self.texts.get(f"shell.tab.{name}"),
                "primary" if at == 0 else "secondary" if large else "quiet",
                size="huge" if large else "large",
                name=f"home.{name}",
            )
            way.setMinimumHeight(96 if large else 64)
            way.setMaximumHeight(208 if large else 112)
            way.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            way.guarded(partial(self._go, name))
            self._ways[name] = way
            grid.addWidget(way, at // 2, at % 2)
        grid.setRowStretch(0, 2)
        card.body.addStretch(1)
        card.body.addLayout(grid, 8)
        return card

    def _held_card(self) -> Card:
        card = Card(name="home.held")
        row = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._people)
        words.addWidget(self._owed)
        row.addLayout(words, 1)
        manage = Button(self.texts.get("shell.tab.manage"), "quiet", name="home.manage")
        manage.setMaximumWidth(160)
        manage.guarded(lambda: self._go("manage"))
        self._ways["manage"] = manage
        row.addWidget(manage)
        card.body.addLayout(row)
        if self._paper is not None:
            card.body.addWidget(PaperKeys(self, self._paper, self.texts))
        return card

    def _line_card(self) -> Card:
        card = Card(name="home.line_card")
        card.body.addWidget(Heading(self.texts.get("home.line")))
        top = QHBoxLayout()
        top.addWidget(self._count)
        top.addWidget(Body(self.texts.get("home.people_unit")), 1, Qt.AlignmentFlag.AlignBottom)
        top.addWidget(self._band, 0, Qt.AlignmentFlag.AlignVCenter)
        card.body.addLayout(top)
        card.body.addWidget(self._minutes)
        card.body.addWidget(self._rows, 1)
        return card

    def _row(self, place: Place) -> QWidget:
        row = Row(name=f"home.place.{place.ticket}")
        number = Title(place.ticket)
        number.setMinimumWidth(92)
        row.line.addWidget(number)
        state = self.texts.get(f"state.{place.state.value}")
        row.line.addWidget(Pill(self.texts.get(f"service.{place.service.value}"), "key"))
        row.line.addWidget(Caption(state), 1)
        row.line.addWidget(Body(self.texts.get("home.waited", minutes=place.waited_minutes)))
        if place.state is not State.CLOSED:
            look = Button(self.texts.get("home.open"), "quiet", name=f"home.open.{place.ticket}")
            look.setMaximumWidth(88)
            look.guarded(lambda: self._open_visit(place))
            row.line.addWidget(look)
        return row
