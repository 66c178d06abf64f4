"""The end of the contract at the window: last batch, receipt, and what two people can never undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.errors import Refused
from kiosk.domain.registers import Approval, Subject
from kiosk.domain.retirement import Stage
from kiosk.domain.staff import Operator, Role
from kiosk.services.access import Access
from kiosk.services.registers import RegisterDesk
from kiosk.services.retirement import RetirementDesk, Standing
from kiosk.ui.background import Background
from kiosk.ui.screens.closing_jobs import ClosingJobs
from kiosk.ui.screens.closing_pages import AskPage, JobPage, Verb
from kiosk.ui.screens.closing_stick import show_sticks
from kiosk.ui.screens.manage_approvals import SecondPage
from kiosk.ui.screens.manage_form import Pick, PickList, Working, two_ways, typed, under
from kiosk.ui.texts import Texts
from kiosk.ui.theme import WARN_MARK
from kiosk.ui.widgets.buttons import Button, Kind
from kiosk.ui.widgets.cards import Banner, Card
from kiosk.ui.widgets.failures import tell_failure
from kiosk.ui.widgets.labels import Body, Title
from kiosk.ui.widgets.pages import Pages

if TYPE_CHECKING:
    from kiosk.services.ending import Gone

ASK, JOB, LAST, SECOND, WORKING = range(5)
APPROVAL_ROWS = 2
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class EndVerbs:
    """What the end of a PC needs; `play_city` in practice only, `ended` closes the window's doors."""

    desk: RetirementDesk
    registers: RegisterDesk
    access: Access
    operator: Callable[[], Operator]
    ended: Callable[[Gone], None]
    play_city: Callable[[Path], None] | None = None


class LastPage(QWidget):
    """Before the second person is called: the city's number, its witness, and what cannot be undone."""

    def __init__(self, texts: Texts, back: Callable[[], None], on: Callable[[], None]) -> None:
        super().__init__()
        self._texts = texts
        self._approval = PickList(texts, APPROVAL_ROWS, name="manage.retire.approval")
        self._witness = typed("manage.retire.witness", texts.get("closing.witness"), LONGEST_NAME)
        self._open = Body(wrap=True, tone="warning", name="manage.retire.media_open")
        banner = Banner("danger")
        banner.body.addWidget(
            Body(f"{WARN_MARK} {texts.get('manage.retire.consequence')}", wrap=True, tone="danger")
        )
        leave = Button(texts.get("closing.back"), "quiet", size="large", name="manage.retire.back")
        go = Button(
            texts.get("manage.retire.call_second"), "primary", size="large", name="manage.retire.next"
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        whole.addWidget(Title(texts.get("manage.retire.last_title"), wrap=True))
        whole.addWidget(banner)
        whole.addWidget(self._open)
        whole.addLayout(under(texts.get("manage.approval"), self._approval))
        whole.addLayout(under(texts.get("closing.witness"), self._witness))
        whole.addStretch(1)
        whole.addLayout(two_ways(leave.guarded(back), go.guarded(on)))

    def begin(self, numbers: tuple[str, ...], media_open: int) -> None:
        """The numbers that hold today, and how many sticks have no end yet."""
        picks = [Pick(number, number) for number in numbers]
        self._approval.fill(picks, empty=self._texts.get("manage.retire.approval_none"))
        self._open.setVisible(media_open > 0)
        self._open.setText(f"{WARN_MARK} {self._texts.get('manage.retire.media_open', count=media_open)}")

    def take(self) -> tuple[str, str]:
        """Number and witness; Refused("approval_unknown") while none is chosen."""
        if not self._approval.value:
            raise Refused("approval_unknown")
        return self._approval.value, self._witness.text().strip()


class RetireCard(Card):
    """One question at a time, as far as the end has come; every step can be taken up again."""

    def __init__(
        self,
        verbs: EndVerbs,
        leave: Callable[[], None],
        done: Callable[[str], None],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(name="manage.card.retire")
        self._verbs, self._texts, self._leave = verbs, texts, leave
        self._done = done
        self._again = False
        self._asked = ("", "")
        self._ask = AskPage()
        self._job = JobPage(texts, lambda: self._jobs.cancel())
        self._jobs = ClosingJobs(verbs.desk, texts, background, self._ended, self._failed)
        self._jobs.page = self._job
        self._last = LastPage(texts, self.show_stage, self._call_second)
        self._second = SecondPage(
            texts,
            self._to_last,
            self._retire,
            save="manage.retire.go",
            kind="danger",
            name="manage.retire.second",
        )
        self._working = Working(texts, name="manage.retire.working")
        self._stack = Pages()
        for page in (self._ask, self._job, self._last, self._second, self._working):
            self._stack.addWidget(page)
        self.body.addWidget(self._stack)

    @property
    def is_busy(self) -> bool:
        """Whether something runs or is being typed that a look at the state must not push away."""
        return self._jobs.is_busy or self._stack.currentIndex() in (LAST, SECOND, WORKING)

    def begin(self) -> None:
        """From the start of the page."""
        self._again = False
        self.show_stage()

    def show_stage(self) -> None:
        """What comes next, as the ledger says it."""
        standing = self._verbs.desk.standing()
        self._stack.setCurrentIndex(ASK)
        if standing.in_the_way is not None:
            say, do = self._texts.explain(standing.in_the_way)
            title = self._texts.get("manage.retire.blocked")
            self._ask.show_question(title, f"{say}\n{do}", (self._back(),), banner=None)
            return
        if standing.stage is Stage.WRITE or (standing.stage is Stage.RECEIVE and self._again):
            self._show_sticks(standing)
            self._jobs.look_for_sticks(self._on_sticks)
            return
        ask = {Stage.SEAL: self._seal, Stage.RECEIVE: self._receive, Stage.DESTROY: self._to_last}
        options = []
        if standing.stage is Stage.RECEIVE:
            options = [self._verb("again", self._once_more)]
            if self._verbs.play_city is not None:
                options.append(self._verb("play_city", self._play_city))
        name = standing.stage.value
        kind: Kind = "danger" if standing.stage is Stage.DESTROY else "primary"
        go = Verb(
            f"manage.retire.{name}", self._texts.get(f"manage.retire.{name}"), ask[standing.stage], kind
        )
        self._ask.show_question(
            self._texts.get(f"manage.retire.{name}_title"),
            self._texts.get(f"manage.retire.{name}_hint"),
            (self._back(), go),
            options=options,
            note=standing.batch,
        )

    # --- steps -----------------------------------------------------------------------------------------

    def _seal(self) -> None:
        self._jobs.seal()
        self._stack.setCurrentIndex(JOB)

    def _write(self, at: int) -> None:
        self._jobs.write(at)
        self._stack.setCurrentIndex(JOB)

    def _receive(self) -> None:
        desk = self._verbs.desk
        decision = desk.take(desk.find(self._jobs.stick_now().path))
        self._done(self._texts.get(f"manage.retire.{decision.value}"))
        self.show_stage()

    def _once_more(self) -> None:
        self._again = True
        self.show_stage()

    def _play_city(self) -> None:
        if self._verbs.play_city is not None:
            self._jobs.play_city(self._verbs.play_city)
            self._stack.setCurrentIndex(JOB)

    def _to_last(self) -> None:
        desk = self._verbs.desk
        self._last.begin(desk.approvals(), desk.standing().media_open)
        self._stack.setCurrentIndex(LAST)

    def _call_second(self) -> None:
        self._asked = self._last.take()
        entry = next(
            approval
            for approval in self._verbs.registers.approvals()
            if (approval.number, approval.subject) == (self._asked[0], Subject.RETIRE)
        )
        self._begin_second(entry)

    def _begin_second(self, entry: Approval) -> None:
        mine = self._verbs.operator().id
        others = [
            one for one in self._verbs.access.people() if one.id != mine and one.role is not Role.INSPECTOR
        ]
        self._second.begin(entry, others)
        self._stack.setCurrentIndex(SECOND)

    def _retire(self, second: str, pin: str) -> None:
        number, witness = self._asked
        self._stack.setCurrentIndex(WORKING)

        def end() -> None:
            desk = self._verbs.desk
            self._verbs.ended(desk.retire(number, second_id=second, second_pin=pin, witness=witness))

        self._working.run(end, lambda: self._stack.setCurrentIndex(SECOND))

    # --- inside ----------------------------------------------------------------------------------------

    def _show_sticks(self, standing: Standing) -> None:
        look = Verb("manage.retire.look", self._texts.get("closing.stick_look"), self._look)
        show_sticks(
            self._ask, self._texts, self._jobs.sticks, look, self._write,
            note=standing.batch, earlier=self._jobs.earlier,
        )  # fmt: skip

    def _look(self) -> None:
        self._jobs.look_for_sticks(self._on_sticks, again=True)

    def _on_sticks(self) -> None:
        if not self.is_busy and self.isVisible():
            self._show_sticks(self._verbs.desk.standing())

    def _back(self) -> Verb:
        return Verb("manage.retire.leave", self._texts.get("closing.back"), self._leave, "quiet")

    def _verb(self, name: str, do: Callable[[], None]) -> Verb:
        return Verb(f"manage.retire.{name}", self._texts.get(f"manage.retire.{name}"), do)

    def _ended(self, kind: str) -> None:
        if kind == "write":
            self._again = False
        self.show_stage()

    def _failed(self, error: Exception) -> None:
        tell_failure(self, error)
