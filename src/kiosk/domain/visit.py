"""One person's passage through the counter: states as a table, steps as a growing list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from kiosk.domain.errors import Refused
from kiosk.domain.steps import AT_APPLICATION as AT_APPLICATION
from kiosk.domain.steps import COUNTER as COUNTER
from kiosk.domain.steps import FORMS_DESK as FORMS_DESK
from kiosk.domain.steps import RECEPTION as RECEPTION
from kiosk.domain.steps import Service as Service
from kiosk.domain.steps import StepKind as StepKind
from kiosk.domain.steps import at_window as at_window
from kiosk.domain.steps import procedure as procedure


class State(Enum):
    """Where the visit stands."""

    RECEIVED = "received"  # has a number, is writing forms
    WAITING = "waiting"  # ready to be called
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"  # shown on the board, comes back
    ABSENT = "absent"  # called, did not come
    PARKED = "parked"  # line failure or broken-off session (R12)
    CLOSED = "closed"  # has an outcome


class Event(Enum):
    """What can happen to a visit at the line and the counter."""

    READY = "ready"
    CALL = "call"
    ARRIVE = "arrive"
    HOLD = "hold"
    NO_SHOW = "no_show"
    RETURN = "return"
    PARK = "park"
    RESUME = "resume"
    FINISH = "finish"
    LEAVE = "leave"  # side exit with a reason
    VOID = "void"  # the number was given by mistake
    TAKE_IN = "take_in"  # came with a number and papers from another kiosk of the site
    TRANSFER = "transfer"  # came for something else: another service, the same number
    MEND = "mend"  # the city has rejected the batch: what was recorded is put right


_OPEN = (State.RECEIVED, State.WAITING, State.CALLED, State.SERVING, State.HELD, State.ABSENT, State.PARKED)
_NOT_SERVED = (State.RECEIVED, State.WAITING, State.HELD, State.ABSENT)

TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.RECEIVED, Event.READY): State.WAITING,
    (State.WAITING, Event.CALL): State.CALLED,
    (State.HELD, Event.CALL): State.CALLED,
    (State.ABSENT, Event.CALL): State.CALLED,
    (State.CALLED, Event.CALL): State.CALLED,  # called again
    (State.CALLED, Event.ARRIVE): State.SERVING,
    (State.CALLED, Event.NO_SHOW): State.ABSENT,
    (State.CALLED, Event.RETURN): State.WAITING,
    (State.RECEIVED, Event.HOLD): State.HELD,
    (State.WAITING, Event.HOLD): State.HELD,
    (State.CALLED, Event.HOLD): State.HELD,
    (State.SERVING, Event.HOLD): State.HELD,
    (State.HELD, Event.RETURN): State.WAITING,
    (State.ABSENT, Event.RETURN): State.WAITING,
    (State.SERVING, Event.RETURN): State.WAITING,
    (State.RECEIVED, Event.PARK): State.PARKED,
    (State.WAITING, Event.PARK): State.PARKED,
    (State.CALLED, Event.PARK): State.PARKED,
    (State.SERVING, Event.PARK): State.PARKED,
    (State.HELD, Event.PARK): State.PARKED,
    (State.ABSENT, Event.PARK): State.PARKED,
    (State.PARKED, Event.RESUME): State.WAITING,
    (State.SERVING, Event.FINISH): State.CLOSED,
    **{(state, Event.TRANSFER): State.WAITING for state in _OPEN if state is not State.PARKED},
    **{(state, Event.LEAVE): State.CLOSED for state in _OPEN},
    **{(state, Event.VOID): State.CLOSED for state in _NOT_SERVED},
    (State.CLOSED, Event.MEND): State.SERVING,
}
"""Every move there is; a pair that is not here is refused (queue conventions of Japanese counters).

One addition: who has not written the forms yet comes from RETURN, RESUME or TRANSFER to the forms desk
(RECEIVED), and cannot be called: only a visit that is ready is called.
"""


class Done(Enum):
    """How a step ended."""

    DONE = "done"
    OK = "ok"  # the officer confirmed
    NG = "ng"  # the officer did not confirm
    AGAIN = "again"  # picture or sound was not good enough
    SKIPPED = "skipped"  # does not apply (own photo, infant without photo)
    UNDONE = "undone"  # 取消: a further step, nothing is deleted


FINISHED = frozenset({Done.DONE, Done.OK, Done.SKIPPED})


class Outcome(Enum):
    """What the visit came to; mandatory at the end (no number stays open)."""

    ACCEPTED = "accepted"  # 交付受付完了; the city issues the card later
    APPLIED_ONLINE = "applied_online"
    APPLIED_PAPER = "applied_paper"
    APPLY_ABANDONED = "apply_abandoned"
    CONSULTED = "consulted"
    STOPPED = "stopped"  # side exit, with a reason code
    VOIDED = "voided"


OUTCOMES: dict[Service, tuple[Outcome, ...]] = {
    Service.ISSUANCE: (Outcome.ACCEPTED,),
    Service.APPLICATION: (Outcome.APPLIED_ONLINE, Outcome.APPLIED_PAPER, Outcome.APPLY_ABANDONED),
    Service.CONSULTATION: (Outcome.CONSULTED,),
}


class Reason(Enum):
    """Why a visit leaves by the side; every one has a sentence with where and when to go."""

    R01 = "R01"  # identity papers insufficient
    R02 = "R02"  # no 交付通知書
    R03 = "R03"  # not a resident
    R04 = "R04"  # not the person / agent requirements unmet
    R05 = "R05"  # no legal guardian
    R06 = "R06"  # papers and 交付通知書 differ
    R07 = "R07"  # moving / mail forwarding
    R08 = "R08"  # paid re-issue or express
    R09 = "R09"  # residence period about to end or card void
    R10 = "R10"  # visitor stops
    R11 = "R11"  # video identity NG
    R12 = "R12"  # line failure or broken-off session
    R13 = "R13"  # time limit of the 交付通知書 has passed
    R99 = "R99"  # other


MOVE_WHY: dict[Event, frozenset[str]] = {
    Event.HOLD: frozenset({"papers", "away", "asking", "writing", "other"}),
    Event.PARK: frozenset({"line", "device", "session"}),
}
"""Why a visit may be held or parked; the reason is shown as long as it stands there."""

CORRECT_WHY = ("wrong_visit", "wrong_outcome", "came_back", "other")
UNDO_WHY = ("slip", "wrong_visit", "changed", "other")
"""Why a manager opens an ended visit again, and why a step is taken back."""

TALK_KINDS = ("application", "receiving", "lost", "pin", "expiry", "moving", "insurance", "other")
"""What a consultation was about; counted, never written down in words."""

OF_APPLICATION = (StepKind.PHOTO, StepKind.APPLICATION_ID)
"""Steps that leave something nobody but an application needs."""

SKIP_WHY: dict[StepKind, frozenset[str]] = {
    StepKind.PHOTO: frozenset({"own", "infant", "camera"}),
    StepKind.APPLICATION_ID: frozenset({"none_yet", "unreadable"}),
}
"""Steps that may not apply to a visitor, and why."""


class PinForm(Enum):
    """Which PIN form was handed in; the PINs themselves are never here ."""

    FULL = "FULL"
    NO_SIGN = "NO_SIGN"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Step:
    """A thing done, by whom and when; `papers` are kinds of identity papers, never their numbers.

    `facts` are further codes of the step, by name (who came, by which way, why); never free text.
    """

    kind: StepKind
    at: datetime
    operator: str
    outcome: Done = Done.DONE
    event: Event | None = None
    officer: str = ""
    started_at: datetime | None = None
    papers: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    def fact(self, name: str) -> str:
        """One of the facts; empty when it was not recorded."""
        return dict(self.facts).get(name, "")


@dataclass(frozen=True, slots=True)
class Visit:
    """A person's passage, known by the ticket number within its session."""

    ticket: str
    service: Service
    state: State
    steps: tuple[Step, ...] = ()
    reservation: str | None = None
    name: str = ""
    kana: str = ""
    party: str | None = None
    flags: tuple[str, ...] = ()
    outcome: Outcome | None = None
    reason: Reason | None = None
    pin_form: PinForm | None = None
    window: str = ""

    @staticmethod
    def taken_in(ticket: str, service: Service, at: datetime, operator: str, window: str) -> Visit:
        """An empty visit at the window for a number this kiosk does not know: number and service."""
        come = Step(StepKind.MOVED, at, operator, event=Event.TAKE_IN)
        return Visit(ticket, service, State.SERVING, (come,), window=window)

    @property
    def at_application(self) -> bool:
        """Whether the identity is checked with the application (申請時来庁方式), as the check-in says."""
        return bool(self.steps) and self.steps[0].fact("way") == "at_application"

    @property
    def window_steps(self) -> tuple[StepKind, ...]:
        """What is done for this visit at the window, in order."""
        return at_window(self.service, at_application=self.at_application)

    @property
    def procedure(self) -> tuple[StepKind, ...]:
        """Every step of this visit, in order, delivery excepted."""
        return procedure(self.service, at_application=self.at_application)

    def choices(self) -> tuple[Event, ...]:
        """The events that are possible now, in the order of the enumeration."""
        return tuple(event for event in Event if (self.state, event) in TRANSITIONS)

    def is_done(self, kind: StepKind) -> bool:
        """Whether the last word on a step says it is done."""
        for step in reversed(self.steps):
            if step.kind is kind:
                return step.outcome in FINISHED
        return self.is_taken_in and kind not in self.window_steps

    @property
    def is_taken_in(self) -> bool:
        """Whether everything before the window was done, and is recorded, at another kiosk."""
        return bool(self.steps) and self.steps[0].event is Event.TAKE_IN

    def next_step(self) -> StepKind | None:
        """The first step of the procedure that is not done; None when all are."""
        return next((kind for kind in self.procedure if not self.is_done(kind)), None)

    def after(self, event: Event, at: datetime, operator: str, *, window: str = "", why: str = "") -> Visit:
        """The visit once `event` has happened; refuses a move that is not in TRANSITIONS, and a reason
        that is not one of MOVE_WHY.
        """
        state = TRANSITIONS.get((self.state, event))
        if state is None:
            raise Refused("visit_move", ticket=self.ticket)
        if why and why not in MOVE_WHY.get(event, frozenset()):
            raise Refused("move_why", ticket=self.ticket)
        if event in (Event.READY, Event.CALL):
            self._refuse_unless_done(FORMS_DESK[self.service])
        forms = FORMS_DESK[self.service]
        if event in (Event.RETURN, Event.RESUME, Event.TRANSFER) and not all(map(self.is_done, forms)):
            state = State.RECEIVED
        if event is Event.FINISH:
            self._refuse_unless_done(self.window_steps)
        kind = {Event.READY: StepKind.WAIT, Event.CALL: StepKind.CALL}.get(event, StepKind.MOVED)
        return replace(
            self,
            state=state,
            steps=(*self.steps, Step(kind, at, operator, event=event, facts=_named("why", why))),
            window=window or self.window,
        )

    def transferred(self, service: Service, at: datetime, operator: str) -> Visit:
        """The visit for another service, with its number and its place in the line; what was done stays.

        Except what only the application needed: photo and 申請書ID are taken back by further steps, for
        what they left is not kept without their purpose (特記事項 3).
        """
        if service is self.service:
            raise Refused("visit_move", ticket=self.ticket)
        back = tuple(
            Step(kind, at, operator, Done.UNDONE, facts=_named("why", "changed"))
            for kind in OF_APPLICATION
            if self.service is Service.APPLICATION and self.is_done(kind)
        )
        moved = replace(self, service=service, window="", steps=(*self.steps, *back))
        return moved.after(Event.TRANSFER, at, operator)

    def with_step(self, step: Step, pin_form: PinForm | None = None) -> Visit:
        """The visit with a procedure step added; a step already done changes nothing (double touch),
        except that one skipped before may be done after all.

        Refuses a step before its turn, one of another service, and any on a closed visit.
        """
        order = (*RECEPTION, *FORMS_DESK[self.service], *self.window_steps)
        if step.kind not in order:
            raise Refused("step_unknown", ticket=self.ticket)
        last = self.step_at(step.kind)
        after_all = last is not None and last.outcome is Done.SKIPPED and step.outcome is Done.DONE
        if self.is_done(step.kind) and not after_all:
            return self
        if self.state is State.CLOSED:
            raise Refused("visit_closed", ticket=self.ticket)
        self._refuse_unless_done(order[: order.index(step.kind)])
        if step.kind in self.window_steps and self.state is not State.SERVING:
            raise Refused("visit_not_at_window", ticket=self.ticket)
        return replace(self, steps=(*self.steps, step), pin_form=pin_form or self.pin_form)

    def undone(self, at: datetime, operator: str, *, why: str = "") -> Visit:
        """The visit with its last counter step taken back by a further step 取消; `why` of UNDO_WHY."""
        if why and why not in UNDO_WHY:
            raise Refused("correct_why")
        desk = self.window_steps if self.state is State.SERVING else FORMS_DESK[self.service]
        if self.state not in (State.SERVING, State.RECEIVED):
            raise Refused("undo_nothing", ticket=self.ticket)
        kind = next((kind for kind in reversed(desk) if self.is_done(kind)), None)
        if kind is None:
            raise Refused("undo_nothing", ticket=self.ticket)
        return replace(
            self,
            steps=(*self.steps, Step(kind, at, operator, Done.UNDONE, facts=_named("why", why))),
            pin_form=None if kind is StepKind.PIN_MEMO else self.pin_form,
        )

    def finished(self, outcome: Outcome, at: datetime, operator: str) -> Visit:
        """The visit closed with what it came to; refuses an outcome of another service."""
        if outcome not in OUTCOMES[self.service]:
            raise Refused("outcome_unknown", ticket=self.ticket)
        return replace(self.after(Event.FINISH, at, operator), outcome=outcome)

    def left(self, reason: Reason, at: datetime, operator: str) -> Visit:
        """The visit closed by a side exit."""
        return replace(self.after(Event.LEAVE, at, operator), outcome=Outcome.STOPPED, reason=reason)

    def voided(self, at: datetime, operator: str) -> Visit:
        """The visit whose number was given by mistake; the number is never used again."""
        return replace(self.after(Event.VOID, at, operator), outcome=Outcome.VOIDED)

    def mended(self, at: datetime, operator: str, window: str) -> Visit:
        """The ended visit back at a window, without an outcome; what was done for it stays done."""
        return replace(self.after(Event.MEND, at, operator, window=window), outcome=None, reason=None)

    def reopened(self, at: datetime, operator: str, why: str) -> Visit:
        """The ended visit, open again: a further step names the reason and the end it takes back.

        It stands in the line again, or at the forms desk while its forms are not written. A number
        given by mistake stays withdrawn.
        """
        if why not in CORRECT_WHY:
            raise Refused("correct_why")
        if self.outcome is None:
            raise Refused("undo_nothing", ticket=self.ticket)
        if self.outcome is Outcome.VOIDED:
            raise Refused("visit_voided", ticket=self.ticket)
        was = self.reason.value if self.reason is not None else self.outcome.value
        step = Step(StepKind.MOVED, at, operator, Done.UNDONE, facts=(("why", why), ("was", was)))
        ready = all(map(self.is_done, FORMS_DESK[self.service]))
        state = State.WAITING if ready else State.RECEIVED
        return replace(self, state=state, outcome=None, reason=None, steps=(*self.steps, step))

    def step_at(self, kind: StepKind) -> Step | None:
        """The last record of a step, done or not."""
        return next((step for step in reversed(self.steps) if step.kind is kind), None)

    def _refuse_unless_done(self, kinds: tuple[StepKind, ...]) -> None:
        for kind in kinds:
            if not self.is_done(kind):
                raise Refused("step_before", ticket=self.ticket, step=kind.value)


def _named(name: str, code: str) -> tuple[tuple[str, str], ...]:
    return ((name, code),) if code else ()
