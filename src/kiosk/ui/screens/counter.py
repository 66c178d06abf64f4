"""The window: who is called, what comes next for the one who sits here, and the way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.domain.custody import Paper
from kiosk.domain.visit import Event, Outcome, Reason, Service, State, StepKind, Visit
from kiosk.services.line import LineDesk
from kiosk.services.reception import Reception
from kiosk.services.tickets import Tickets
from kiosk.ui.background import Background
from kiosk.ui.screens.counter_ahead import PanelAhead, Place
from kiosk.ui.screens.counter_application import ApplicationIdPanel
from kiosk.ui.screens.counter_apply import AfterGuidePanel, ApplyPanel, PhotoStepPanel
from kiosk.ui.screens.counter_aside import ask_aside
from kiosk.ui.screens.counter_call import CallPanel
from kiosk.ui.screens.counter_copies import PapersPanel
from kiosk.ui.screens.counter_correct import ask_correction, ask_undo
from kiosk.ui.screens.counter_exit import ExitPanel
from kiosk.ui.screens.counter_flow import FlowCard
from kiosk.ui.screens.counter_here import ArrivePanel
from kiosk.ui.screens.counter_match import MatchPanel
from kiosk.ui.screens.counter_parts import GoodNews, Who
from kiosk.ui.screens.counter_pin import PinMemoPanel
from kiosk.ui.screens.counter_question import Question
from kiosk.ui.screens.counter_steps import (
    AtWindow,
    FinalCheckPanel,
    FinishPanel,
    PointsPanel,
    StepPanel,
)
from kiosk.ui.screens.counter_talk import TalkPanel
from kiosk.ui.screens.counter_video import VideoPanel
from kiosk.ui.screens.reception_line import LineCard
from kiosk.ui.screens.screen import Screen
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.cards import Card, Sheet
from kiosk.ui.widgets.kept import KeptButton
from kiosk.ui.widgets.pages import Pages

CALL, VISIT, EXIT = range(3)
SIDE_WIDTH = 380
FRESH = timedelta(seconds=10)
"""How long a step is taken back without a question."""

SAID: dict[Event | None, str] = {
    Event.CALL: "called_again",
    Event.NO_SHOW: "no_show_said",
    Event.RETURN: "return_said",
}
"""Moves of the line that a person likes to see confirmed."""

PANELS: dict[StepKind, Callable[[AtWindow, Visit], StepPanel]] = {
    StepKind.FINAL_CHECK: FinalCheckPanel,
    StepKind.VIDEO: VideoPanel,
    StepKind.MATCH: MatchPanel,
    StepKind.COPIES: lambda at, visit: PapersPanel(at, visit, StepKind.COPIES),
    StepKind.POSTING_GUIDE: lambda at, visit: PointsPanel(at, visit, StepKind.POSTING_GUIDE),
    StepKind.PIN_MEMO: PinMemoPanel,
    StepKind.SEALED: lambda at, visit: PapersPanel(at, visit, StepKind.SEALED),
    StepKind.PHOTO: PhotoStepPanel,
    StepKind.APPLICATION_ID: ApplicationIdPanel,
    StepKind.APPLY: ApplyPanel,
    StepKind.AFTER_GUIDE: AfterGuidePanel,
    StepKind.TALK: TalkPanel,
}


class CounterScreen(Screen):
    """One visit at a time; its present step is the largest question."""

    photo_wanted = Signal(str)
    """The ticket whose photo comes next."""

    def __init__(
        self,
        *,
        at: AtWindow,
        line: LineDesk,
        reception: Reception,
        tickets: Tickets,
        kiosk: str,
        background: Background,
    ) -> None:
        super().__init__(texts=at.texts, background=background, name="counter")
        self._at, self._line, self._reception, self._tickets = at, line, reception, tickets
        self._visit: Visit | None = None
        self._panel: StepPanel | None = None
        self._booked: dict[str, str] = {}
        self._on_calls = False
        self._calls = CallPanel(
            at.texts, call_next=self._call_next, call_number=self._call_number, show=self.open_visit
        )
        self._exit = ExitPanel(
            at.texts,
            at.note,
            name="counter.exit",
            held=self._held,
            ticket=lambda: self._visit.ticket if self._visit is not None else "",
            take=self._leave_by,
            back=self._stay,
        )
        self._stack = Pages()
        visit_page = self._make_visit_page()
        for page in (self._calls, visit_page, self._exit):
            self._stack.addWidget(page)
        card = Card(name="counter.card")
        card.body.addWidget(self._stack)
        self._flow = FlowCard(at.texts, kiosk, self._ask_undo)
        self._line_card = LineCard(at.texts, name="counter.line", call=self._call_number)
        self._side = Pages()
        self._side.addWidget(self._line_card)
        self._side.addWidget(self._flow)
        self._side.setFixedWidth(SIDE_WIDTH)
        self.area.addWidget(card, 1)
        self.area.addWidget(self._side)
        self._news = GoodNews(self)
        self._ahead = PanelAhead(self._place, lambda visit, kind: PANELS[kind](self._at, visit))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._visit is not None:
            # Another station may have changed what the next step shows.
            self._ahead.expect(self._visit)

    def refresh(self) -> None:
        """Reads the line, and the visit at hand as another station may have moved it."""
        here = self._at.counter.at_window()
        if self._visit is not None:
            self._show(self._at.counter.visit(self._visit.ticket))
            if self._visit is not None and self._panel is not None:
                # Papers and the like may have moved at another station; the visit does not tell.
                self._panel.take_up(self._visit)
        elif here and not self._on_calls:
            self._show(here[0])
        else:
            self._show_calls(here)

    @property
    def listener(self) -> QLineEdit | None:
        return self._calls.field if self._stack.currentIndex() == CALL else None

    @property
    def is_preparing(self) -> bool:
        """Whether the next step's panel is still to be built."""
        return self._ahead.is_coming

    def open_visit(self, ticket: str) -> None:
        """Shows a visit that is at this window."""
        self._show(self._at.counter.visit(ticket))

    # --- pages ---------------------------------------------------------------------------------------

    def _show_calls(self, here: tuple[Visit, ...] | None = None) -> None:
        self._visit = None
        self._on_calls = True
        self._drop_panel()
        self._ahead.forget()
        line = self._line.now()
        self._calls.show_line(line, self._at.counter.at_window() if here is None else here)
        self._line_card.show_line(line)
        arriving = self._stack.currentIndex() != CALL
        self._stack.setCurrentIndex(CALL)
        self._side.setCurrentIndex(0)
        if arriving:
            self.take_focus()

    def _show(self, visit: Visit) -> None:
        if visit.state not in (State.CALLED, State.SERVING):
            self._show_calls()
            return
        if visit == self._visit and self._panel is not None:
            return
        step = visit.next_step() if visit.state is State.SERVING else StepKind.CALL
        key = "arrive" if step is StepKind.CALL else "finish" if step is None else step.value
        same = (
            self._panel is not None
            and self._visit is not None
            and self._visit.ticket == visit.ticket
            and self._panel.key == key
        )
        self._visit = visit
        self._who.show_visit(visit, self._booked_words(visit))
        self._question.make_room_for(visit.name)
        self._flow.show_visit(visit)
        if same and self._panel is not None:
            self._panel.visit = visit
        else:
            self._put_panel(visit, step, key)
        self._look_at_button()
        if not same or self._stack.currentIndex() != EXIT:
            self._stack.setCurrentIndex(VISIT)
        if not same:
            # No button shall wear the focus ring only because the one before it has gone.
            self.setFocus()
        self._side.setCurrentIndex(1)

    def _put_panel(self, visit: Visit, step: StepKind | None, key: str) -> None:
        self._drop_panel()
        panel = self._ahead.take(visit, key)
        if panel is None:
            make = PANELS.get(step) if step is not None else FinishPanel
            panel = (make or ArrivePanel)(self._at, visit)
        panel.changed.connect(self._look_at_button)
        panel.moved.connect(self._moved)
        panel.leaving.connect(lambda code: self._ask_exit(Reason(code)))
        panel.photo_wanted.connect(lambda: self.photo_wanted.emit(visit.ticket))
        self._panel = panel
        self._place.put(panel)
        self._ahead.expect(visit)
        texts = self.texts
        facts = {"ticket": visit.ticket, "window": visit.window, **panel.asked}
        if key == "arrive":
            ask, hint = "counter.ask_arrive", "counter.hint_arrive"
        else:
            ask, hint = f"counter.ask.{key}", f"counter.hint.{key}"
        self._question.show_words(texts.get(ask, **facts), texts.get(hint, **facts))

    def _drop_panel(self) -> None:
        if self._panel is not None:
            self._panel.setObjectName("")
            self._place.clear()
            # Taking it apart can wait until the next question is on the glass.
            QTimer.singleShot(0, self._panel.deleteLater)
            self._panel = None

    def _look_at_button(self) -> None:
        if self._panel is not None:
            self._done.show_text(self._panel.words)
            self._done.setEnabled(self._panel.is_ready)

    def _make_visit_page(self) -> QWidget:
        texts = self.texts
        page = Sheet()
        self._who = Who(texts, name="counter")
        self._question = Question(texts, name="counter.question")
        self._place = Place()
        hold = Button(texts.get("counter.hold"), "quiet", size="large", name="counter.hold")
        hold.guarded(self._ask_aside)
        leave = Button(texts.get("counter.leave"), size="large", name="counter.leave")
        leave.setProperty("scale", "normal")
        leave.guarded(lambda: self._ask_exit(None))
        self._done = KeptButton("", "primary", size="huge", name="counter.done")
        self._done.guarded(self._do_step)
        other = Button(texts.get("counter.other_number"), "quiet", name="counter.other_number")
        other.guarded(self._show_calls)
        other.setFixedWidth(128)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._who, 1)
        head.addWidget(other)
        bottom = QHBoxLayout()
        bottom.setSpacing(16)
        for widget, weight in ((hold, 1), (leave, 1), (self._done, 2)):
            bottom.addWidget(widget, weight, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addLayout(head)
        whole.addWidget(self._question)
        whole.addWidget(self._place, 1)
        whole.addLayout(bottom)
        return page

    def _booked_words(self, visit: Visit) -> str:
        number = visit.reservation
        if number is None:
            return self.texts.get("counter.walk_in")
        if number not in self._booked:
            found = self._reception.find(number)
            slot = next((b.reservation.slot for b in found if b.reservation.number == number), "")
            key = "reserved" if slot else "reserved_no_slot"
            self._booked[number] = self.texts.get(f"counter.{key}", slot=slot)
        return self._booked[number]

    # --- verbs ---------------------------------------------------------------------------------------

    def _call_next(self, service: Service | None) -> None:
        self.clear_notice()
        self._show(self._at.counter.call_next(service))

    def _call_number(self, untrusted_text: str) -> None:
        self.clear_notice()
        ticket = self._tickets.read(untrusted_text)
        visit = self._at.counter.take_in(untrusted_text, ticket)
        if visit.outcome not in (None, Outcome.VOIDED) and self._at.correction.is_allowed:
            ask_correction(self, self.texts, visit, lambda why: self._reopen(ticket, why))
            return
        if visit.state is State.SERVING:
            self._show(visit)
            return
        event = Event.RESUME if visit.state is State.PARKED else Event.CALL
        self._show(self._at.counter.move(ticket, event))

    def _do_step(self) -> None:
        if self._panel is None:
            return
        self.clear_notice()
        self._moved(self._panel.done())

    def _moved(self, visit: Visit) -> None:
        self._show(visit)
        said = SAID.get(visit.steps[-1].event) if visit.steps else None
        if said is not None:
            self._news.say(self.texts.get(f"counter.{said}", ticket=visit.ticket))
        if visit.outcome is not None:
            key = f"counter.finished.{visit.outcome.value}"
            reason = self.texts.get(f"reason.{visit.reason.value}") if visit.reason else ""
            self._news.say(self.texts.get(key, ticket=visit.ticket, reason=reason))

    def _ask_aside(self) -> None:
        if self._visit is not None:
            ask_aside(self, self.texts, self._visit, self._set_aside)

    def _set_aside(self, event: Event, why: str) -> None:
        if self._visit is None:
            return
        self.clear_notice()
        visit = self._at.counter.move(self._visit.ticket, event, why=why)
        self._show(visit)
        said = "held_said" if event is Event.HOLD else "parked_said"
        self._news.say(self.texts.get(f"counter.{said}", ticket=visit.ticket))

    def _reopen(self, ticket: str, why: str) -> None:
        visit = self._at.correction.reopen(ticket, why)
        self._show_calls()
        self._news.say(self.texts.get("correct.opened_said", ticket=visit.ticket))

    def _ask_undo(self) -> None:
        """At once while the step is fresh; later the reason is asked."""
        if self._visit is None:
            return
        done = [self._visit.step_at(kind) for kind in self._visit.window_steps if self._visit.is_done(kind)]
        last = done[-1] if done else None
        if last is None or self._at.clock.now() - last.at <= FRESH:
            self._undo("slip")
            return
        ask_undo(self, self.texts, self.texts.get(f"step.{last.kind.value}"), self._undo)

    def _undo(self, why: str) -> None:
        if self._visit is None:
            return
        self.clear_notice()
        visit = self._at.counter.undo(self._visit.ticket, why)
        self._show(visit)
        step = self.texts.get(f"step.{visit.steps[-1].kind.value}")
        self._news.say(self.texts.get("counter.undone", step=step))

    def _ask_exit(self, reason: Reason | None) -> None:
        self.clear_notice()
        self._exit.ask(reason)
        self._stack.setCurrentIndex(EXIT)

    def _stay(self) -> None:
        self._stack.setCurrentIndex(VISIT)

    def _leave_by(self, reason: Reason) -> None:
        if self._visit is not None:
            self._moved(self._at.counter.side_exit(self._visit.ticket, reason))

    def _held(self) -> dict[Paper, int]:
        return self._at.custody.of(self._visit.ticket) if self._visit is not None else {}
