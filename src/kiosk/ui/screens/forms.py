"""The forms desk: who writes, whether the identity papers are there, and the word that they are ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.checklist import FormRule, Holds, checklist_of, holds_of
from kiosk.domain.custody import Paper
from kiosk.domain.evidence import with_guardian
from kiosk.domain.flags import ASK_AGE
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
from kiosk.ui.screens.counter_parts import GoodNews, TickTile, Who, clear
from kiosk.ui.screens.counter_question import Question
from kiosk.ui.screens.counter_steps import grid_of
from kiosk.ui.screens.forms_party import ROW_HEIGHT, Block, Members, block_row, blocks, together
from kiosk.ui.screens.screen import Screen
from kiosk.ui.texts import Texts
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.labels import Body, Heading
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.rows import Rows

NOBODY, VISIT, EXIT = range(3)
ROWS = 4
HEIGHT = 680
LIST_WIDTH = 360
LONGEST_LINE = 11
TICK_HEIGHT, LOW_TICK_HEIGHT, MOST_TICKS = 64, 54, 9
TWO_LINES = 66


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
        self._party: tuple[Visit, ...] = ()
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
        self._members = Members(texts, self.open_visit)
        card.body.addWidget(self._members)
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
        self._fit_rows()

    def _fit_rows(self) -> None:
        room = ROWS + max(0, (self.height() - HEIGHT) // ROW_HEIGHT)
        self._rows.fit(max(1, room - self._members.rows_taken))

    def refresh(self) -> None:
        """Reads who is at the desk."""
        visits = self._reception.at_forms()
        tickets = {visit.ticket: visit for visit in visits}
        if self._visit is not None and self._visit.ticket not in tickets:
            self._visit = None
            self._stack.setCurrentIndex(NOBODY)
        if self._visit is None:
            self._members.hide()
        else:
            self._party = together(visits, tickets[self._visit.ticket])
            self._members.show_party(self._party, self._visit.ticket)
        self._fit_rows()
        chosen = self._visit.ticket if self._visit is not None else ""
        shown = blocks(visits, self._clock.now(), chosen)
        empty = f"{self.texts.get('forms.empty')}\n{self.texts.get('forms.empty_do')}"
        self._rows.fill(shown, self._row, empty=empty)

    def open_visit(self, ticket: str) -> None:
        """The visit's present question."""
        self._show(self._counter.visit(ticket))

    # --- pages ---------------------------------------------------------------------------------------

    def _row(self, block: Block) -> QWidget:
        return block_row(self.texts, block, lambda: self._open_block(block))

    def _open_block(self, block: Block) -> None:
        """The first of them whose papers nobody has looked at; the one before, while it is at the glass."""
        if self._visit is not None and self._visit.ticket in block.tickets:
            self.open_visit(self._visit.ticket)
            return
        visits = [self._counter.visit(ticket) for ticket in block.tickets]
        self._show(next((one for one in visits if not one.is_done(StepKind.PRECHECK)), visits[0]))

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
        clear(self._place)
        self._identity, self._tiles = None, {}
        if visit.is_done(StepKind.PRECHECK):
            self._put_checklist(visit)
        else:
            self._put_identity(visit)
        self._ask(visit)
        self._look_at_button()
        self._stack.setCurrentIndex(VISIT)
        self.setFocus()

    def _ask(self, visit: Visit) -> None:
        texts = self.texts
        if not visit.is_done(StepKind.PRECHECK):
            beside = with_guardian(visit, self._party)
            key = "hint_age" if ASK_AGE in visit.flags else "hint_guardian"
            hint = texts.get(f"forms.{key}", ticket=beside.ticket) if beside else ""
            self._question.show_words(texts.get("forms.ask_precheck"), hint)
            return
        ready, rest = self._checked(), len(self._party) - len(self._checked())
        if len(ready) == 1:
            self._question.show_words(texts.get("forms.ask_forms"), texts.get("forms.hint_forms"))
            return
        key = "forms.ask_party_rest" if rest else "forms.ask_party"
        self._question.show_words(texts.get(key, count=len(ready), rest=rest))

    def _checked(self) -> tuple[Visit, ...]:
        """Those of the party whose papers are checked: they go on together."""
        return tuple(one for one in self._party if one.is_done(StepKind.PRECHECK))

    def _put_identity(self, visit: Visit) -> None:
        grid = IdentityGrid(
            self.texts, self._book(), self._clock.today, visit, name="forms.identity", beside=self._party
        )
        grid.changed.connect(self._look_at_button)
        grid.leaving.connect(lambda code: self._ask_exit(Reason(code)))
        self._identity = grid
        self._place.addWidget(grid)

    def _put_checklist(self, visit: Visit) -> None:
        ticket, key_of = visit.ticket, self._tick_key(visit)
        ticked = self._ticked.setdefault(key_of, set())
        for one in self._checked():
            self._holds.setdefault(one.ticket, holds_of(one))
        self._held = HoldsButton(self.texts, self._holds[ticket], name="forms.holds")
        self._held.changed.connect(lambda: self._change_holds(visit))
        where = Button(self.texts.get("checklist.where"), "quiet", name="forms.where")
        where.guarded(lambda: show_where(self, self.texts, self._lines(visit)))
        musts = self._musts()
        height = TICK_HEIGHT if len(musts) <= MOST_TICKS else LOW_TICK_HEIGHT
        for key, words in musts.items():
            tile = TickTile(
                folded(words, LONGEST_LINE), height=height, name=f"forms.must.{key}", mark_open=True
            )
            tile.setChecked(key in ticked)
            tile.toggled.connect(lambda on, key=key: self._tick(key_of, key, on))
            self._tiles[key] = tile
        grid = QWidget()
        lines = grid_of(list(self._tiles.values()), 3)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        grid.setLayout(lines)
        self._back = Button(self.texts.get("forms.undo"), "quiet", name="forms.undo")
        self._back.guarded(self._undo)
        for button in (self._held, where, self._back):
            button.setFixedHeight(TWO_LINES)
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

    @staticmethod
    def _tick_key(visit: Visit) -> str:
        """Whose ticks these are: a party's papers are gone through with all of them at once."""
        return visit.party or visit.ticket

    def _musts(self) -> dict[str, str]:
        """What everybody has to have done, and the papers of each one's case."""
        lines = [line for one in self._checked() for line in self._lines(one)]
        of_the_case = [line.paper for line in lines if line.when != "always"]
        names = {paper.value: self.texts.get(f"paper.{paper.value}") for paper in of_the_case}
        more = {code: self.texts.get("checklist.must", paper=name) for code, name in names.items()}
        return {**self.texts.table("forms.must"), **more}

    def _change_holds(self, visit: Visit) -> None:
        self._holds[visit.ticket] = self._held.holds
        self._show(visit)

    def _tick(self, whose: str, key: str, on: bool) -> None:
        ticked = self._ticked.setdefault(whose, set())
        (ticked.add if on else ticked.discard)(key)
        self._look_at_button()

    def _look_at_button(self) -> None:
        texts = self.texts
        if self._identity is not None:
            self._done.show_text(texts.get("forms.precheck_done"))
            self._done.setEnabled(self._identity.is_enough)
            return
        rest = sum(1 for tile in self._tiles.values() if not tile.isChecked())
        ready = len(self._checked())
        done = "forms.forms_done" if ready == 1 else "forms.party_done"
        words = texts.get("forms.forms_open", count=rest) if rest else texts.get(done, count=ready)
        self._done.show_text(words)
        self._done.setEnabled(rest == 0)

    # --- verbs ---------------------------------------------------------------------------------------

    def _do_step(self) -> None:
        if self._visit is None:
            return
        self.clear_notice()
        ticket = self._visit.ticket
        if self._identity is not None:
            looked = self._reception.precheck(ticket, self._identity.codes(), self._identity.facts())
            others = [one for one in self._party if one.ticket != ticket]
            self._show(next((one for one in others if not one.is_done(StepKind.PRECHECK)), looked))
            return
        ready = self._checked()
        self._reception.forms_done_together({one.ticket: self._facts(one.ticket) for one in ready})
        self._ticked.pop(self._tick_key(self._visit), None)
        for one in ready:
            self._holds.pop(one.ticket, None)
        rest = next((one for one in self._party if one not in ready), ready[0])
        self.open_visit(rest.ticket)
        self._news.say(self.texts.get("forms.ready_said", ticket="、".join(one.ticket for one in ready)))

    def _go_on_without(self, gone: Visit) -> None:
        """Nobody, or the next of the party: the others are still standing here."""
        rest = [self._counter.visit(one.ticket) for one in self._party if one.ticket != gone.ticket]
        self._show(next((one for one in rest if one.state is State.RECEIVED), gone))

    def _facts(self, ticket: str) -> tuple[tuple[str, str], ...]:
        return (("holds", " ".join(sorted(one.value for one in self._holds.get(ticket, ())))),)

    def _undo(self) -> None:
        if self._visit is not None:
            self.clear_notice()
            self._show(self._counter.undo(self._visit.ticket))

    def _hold(self) -> None:
        if self._visit is not None:
            self.clear_notice()
            visit = self._counter.move(self._visit.ticket, Event.HOLD)
            self._go_on_without(visit)
            self._news.say(self.texts.get("counter.held_said", ticket=visit.ticket))

    def _ask_exit(self, reason: Reason | None = None) -> None:
        self.clear_notice()
        self._exit.ask(reason)
        self._stack.setCurrentIndex(EXIT)

    def _leave_by(self, reason: Reason) -> None:
        if self._visit is None:
            return
        visit = self._counter.side_exit(self._visit.ticket, reason)
        if visit.party is None:
            self._ticked.pop(visit.ticket, None)
        self._go_on_without(visit)
        words = self.texts.get(f"reason.{reason.value}")
        said = self.texts.get("counter.finished.stopped", ticket=visit.ticket, reason=words)
        self._news.say(said)
