"""The forms desk: who writes, whether the identity papers are there, and the word that they are ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.checklist import FormRule, Holds, checklist_of, holds_of
from kiosk.domain.custody import Paper
from kiosk.domain.identity import IdentityBook
from kiosk.domain.visit import Event, Reason, State, StepKind, Visit
from kiosk.services.clock import Clock
from kiosk.services.counter import Counter
from kiosk.services.reception import Reception
from kiosk.ui.background import Background
from kiosk.ui.screens.counter_exit import ExitPanel
from kiosk.ui.screens.counter_holds import HoldsButton, show_where
from kiosk.ui.screens.counter_identity import IdentityGrid
from kiosk.ui.screens.counter_identity_words import folded
from kiosk.ui.screens.counter_note import NoteDesk
from kiosk.ui.screens.counter_parts import Elided, GoodNews, Question, TickTile, Who, clear
from kiosk.ui.screens.counter_steps import grid_of
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.labels import Body, Heading
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.rows import Rows
from kiosk.ui.widgets.tiles import Tile

NOBODY, VISIT, EXIT = range(3)
ROWS = 4
ROW_HEIGHT = 116
HEIGHT = 680
LIST_WIDTH = 360
LONGEST_LINE = 11


@dataclass(frozen=True, slots=True)
class _Shown:
    ticket: str
    name: str
    is_prechecked: bool
    minutes: int
    is_chosen: bool


class FormsScreen(Screen):
    """Everyone between ticket and line at the left, the present question at the right."""

    def __init__(
        self,
        *,
        reception: Reception,
        counter: Counter,
        held: Callable[[str], dict[Paper, int]],
        book: Callable[[], IdentityBook],
        rules: Callable[[], Sequence[FormRule]],
        note: NoteDesk,
        clock: Clock,
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(texts=texts, background=background, name="forms")
        self._news = GoodNews(self)
        self._reception, self._counter, self._book, self._clock = reception, counter, book, clock
        self._rules = rules
        self._visit: Visit | None = None
        self._identity: IdentityGrid | None = None
        self._tiles: dict[str, TickTile] = {}
        self._holds: dict[str, frozenset[Holds]] = {}
        # What was ticked stays ticked while the staff goes from one visitor to the next.
        self._ticked: dict[str, set[str]] = {}
        self._rows = Rows(texts, ROWS, name="forms.rows")
        card = Card(name="forms.list")
        card.setFixedWidth(LIST_WIDTH)
        card.body.addWidget(Heading(texts.get("forms.title")))
        card.body.addWidget(self._rows, 1)
        self._exit = ExitPanel(
            texts,
            note,
            name="forms.exit",
            ticket=lambda: self._visit.ticket if self._visit else "",
            held=lambda: held(self._visit.ticket) if self._visit else {},
            take=self._leave_by,
            back=lambda: self._stack.setCurrentIndex(VISIT),
        )
        self._stack = Pages()
        for page in (self._make_nobody(), self._make_visit(), self._exit):
            self._stack.addWidget(page)
        right = Card(name="forms.card")
        right.body.addWidget(self._stack)
        self.area.addWidget(card)
        self.area.addWidget(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rows.fit(ROWS + max(0, (self.height() - HEIGHT) // ROW_HEIGHT))

    def refresh(self) -> None:
        """Reads who is at the desk."""
        visits = self._reception.at_forms()
        tickets = {visit.ticket: visit for visit in visits}
        if self._visit is not None and self._visit.ticket not in tickets:
            self._visit = None
            self._stack.setCurrentIndex(NOBODY)
        now = self._clock.now()
        shown = [
            _Shown(
                visit.ticket,
                visit.name,
                visit.is_done(StepKind.PRECHECK),
                max(0, int((now - visit.steps[0].at).total_seconds() // 60)),
                self._visit is not None and visit.ticket == self._visit.ticket,
            )
            for visit in visits
        ]
        empty = f"{self.texts.get('forms.empty')}\n{self.texts.get('forms.empty_do')}"
        self._rows.fill(shown, self._row, empty=empty)

    def open_visit(self, ticket: str) -> None:
        """The visit's present question."""
        self._show(self._counter.visit(ticket))

    # --- pages ---------------------------------------------------------------------------------------

    def _row(self, shown: _Shown) -> QWidget:
        texts = self.texts
        state = texts.get("forms.prechecked" if shown.is_prechecked else "forms.not_prechecked")
        waited = texts.get("forms.waited", minutes=shown.minutes)
        tile = Tile(shown.ticket, f"{state} ・ {waited}", name=f"forms.open.{shown.ticket}")
        if shown.name:
            tile.body.insertWidget(2, Elided(shown.name))
        tile.setFixedHeight(ROW_HEIGHT - 8)
        tile.setCheckable(True)
        tile.setChecked(shown.is_chosen)
        tile.guarded(lambda: self.open_visit(shown.ticket))
        place = QWidget()
        below = QVBoxLayout(place)
        below.setContentsMargins(0, 0, 0, 8)
        below.addWidget(tile)
        return place

    def _make_nobody(self) -> QWidget:
        page = QWidget()
        words = Body(self.texts.get("forms.choose"), tone="neutral")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        QVBoxLayout(page).addWidget(words)
        return page

    def _make_visit(self) -> QWidget:
        texts = self.texts
        page = QWidget()
        self._who = Who(texts, name="forms")
        self._question = Question(texts, name="forms.question")
        self._place = QVBoxLayout()
        hold = Button(texts.get("forms.hold"), "quiet", size="large", name="forms.hold")
        hold.guarded(self._hold)
        leave = Button(texts.get("forms.leave"), size="large", name="forms.leave")
        leave.setProperty("scale", "normal")
        leave.guarded(self._ask_exit)
        self._done = Button("", "primary", size="huge", name="forms.done")
        self._done.guarded(self._do_step)
        bottom = QHBoxLayout()
        bottom.setSpacing(16)
        for widget, weight in ((hold, 1), (leave, 1), (self._done, 2)):
            bottom.addWidget(widget, weight, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addWidget(self._who)
        whole.addWidget(self._question)
        whole.addLayout(self._place, 1)
        whole.addLayout(bottom)
        return page

    def _show(self, visit: Visit) -> None:
        self._visit = visit if visit.state is State.RECEIVED else None
        self.refresh()
        if self._visit is None:
            self._stack.setCurrentIndex(NOBODY)
            return
        key = "counter.walk_in" if visit.reservation is None else "counter.reserved_no_slot"
        self._who.show_visit(visit, self.texts.get(key))
        prechecked = visit.is_done(StepKind.PRECHECK)
        clear(self._place)
        self._identity, self._tiles = None, {}
        if prechecked:
            self._put_checklist(visit)
        else:
            self._put_identity(visit)
        asked = "forms" if prechecked else "precheck"
        self._question.show_words(self.texts.get(f"forms.ask_{asked}"), self.texts.get(f"forms.hint_{asked}"))
        self._look_at_button()
        self._stack.setCurrentIndex(VISIT)
        self.setFocus()

    def _put_identity(self, visit: Visit) -> None:
        grid = IdentityGrid(self.texts, self._book(), self._clock.today, visit, name="forms.identity")
        grid.changed.connect(self._look_at_button)
        grid.leaving.connect(lambda code: self._ask_exit(Reason(code)))
        self._identity = grid
        self._place.addWidget(grid)

    def _put_checklist(self, visit: Visit) -> None:
        ticket = visit.ticket
        ticked = self._ticked.setdefault(ticket, set())
        self._holds.setdefault(ticket, holds_of(visit))
        self._held = HoldsButton(self.texts, self._holds[ticket], name="forms.holds")
        self._held.changed.connect(lambda: self._change_holds(visit))
        where = Button(self.texts.get("checklist.where"), "quiet", name="forms.where")
        where.guarded(lambda: show_where(self, self.texts, self._lines(visit)))
        for key, words in self._musts(visit).items():
            tile = TickTile(folded(words, LONGEST_LINE), height=64, name=f"forms.must.{key}", mark_open=True)
            tile.setChecked(key in ticked)
            tile.toggled.connect(lambda on, key=key: self._tick(ticket, key, on))
            self._tiles[key] = tile
        grid = QWidget()
        lines = grid_of(list(self._tiles.values()), 3)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        grid.setLayout(lines)
        self._back = Button(self.texts.get("forms.undo"), "quiet", name="forms.undo")
        self._back.guarded(self._undo)
        for button in (self._held, where, self._back):
            button.setFixedHeight(60)
        below = QWidget()
        line = QHBoxLayout(below)
        line.setContentsMargins(0, 0, 0, 0)
        for button in (self._held, where, self._back):
            line.addWidget(button, 1)
        self._place.addWidget(grid)
        self._place.addWidget(below)
        self._place.addStretch(1)

    def _lines(self, visit: Visit) -> tuple[FormRule, ...]:
        return checklist_of(self._rules(), visit, self._holds.get(visit.ticket, ()))

    def _musts(self, visit: Visit) -> dict[str, str]:
        """What everybody has to have done, and the papers of this visitor's case."""
        of_the_case = [line.paper for line in self._lines(visit) if line.when != "always"]
        names = {paper.value: self.texts.get(f"paper.{paper.value}") for paper in of_the_case}
        more = {code: self.texts.get("checklist.must", paper=name) for code, name in names.items()}
        return {**self.texts.table("forms.must"), **more}

    def _change_holds(self, visit: Visit) -> None:
        self._holds[visit.ticket] = self._held.holds
        self._show(visit)

    def _tick(self, ticket: str, key: str, on: bool) -> None:
        ticked = self._ticked.setdefault(ticket, set())
        (ticked.add if on else ticked.discard)(key)
        self._look_at_button()

    def _look_at_button(self) -> None:
        texts = self.texts
        if self._identity is not None:
            self._done.show_text(texts.get("forms.precheck_done"))
            self._done.setEnabled(self._identity.is_enough)
            return
        rest = sum(1 for tile in self._tiles.values() if not tile.isChecked())
        words = texts.get("forms.forms_open", count=rest) if rest else texts.get("forms.forms_done")
        self._done.show_text(words)
        self._done.setEnabled(rest == 0)

    # --- verbs ---------------------------------------------------------------------------------------

    def _do_step(self) -> None:
        if self._visit is None:
            return
        self.clear_notice()
        ticket = self._visit.ticket
        if self._identity is not None:
            self._show(self._reception.precheck(ticket, self._identity.codes(), self._identity.facts()))
            return
        holds = " ".join(sorted(one.value for one in self._holds.get(ticket, ())))
        self._show(self._reception.forms_done(ticket, (("holds", holds),)))
        self._ticked.pop(ticket, None)
        self._holds.pop(ticket, None)
        self._news.say(self.texts.get("forms.ready_said", ticket=ticket))

    def _undo(self) -> None:
        if self._visit is not None:
            self.clear_notice()
            self._show(self._counter.undo(self._visit.ticket))

    def _hold(self) -> None:
        if self._visit is not None:
            self.clear_notice()
            visit = self._counter.move(self._visit.ticket, Event.HOLD)
            self._show(visit)
            self._news.say(self.texts.get("counter.held_said", ticket=visit.ticket))

    def _ask_exit(self, reason: Reason | None = None) -> None:
        self.clear_notice()
        self._exit.ask(reason)
        self._stack.setCurrentIndex(EXIT)

    def _leave_by(self, reason: Reason) -> None:
        if self._visit is None:
            return
        visit = self._counter.side_exit(self._visit.ticket, reason)
        self._ticked.pop(visit.ticket, None)
        self._show(visit)
        words = self.texts.get(f"reason.{reason.value}")
        said = self.texts.get("counter.finished.stopped", ticket=visit.ticket, reason=words)
        self._news.say(said)
