"""The end of the day: numbers that agree, a manager's yes, a verified stick, a receipt, forgetting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from kiosk.domain.batch import SessionState
from kiosk.domain.closing import Difference, Explanation, Reconciliation
from kiosk.domain.receipt import Decision
from kiosk.domain.staff import Operator, Role
from kiosk.services.closing import Closing
from kiosk.services.mending import Mending
from kiosk.services.portrait_files import PortraitFiles
from kiosk.ui.background import Background
from kiosk.ui.screens.closing_after import After, AfterPages, Host
from kiosk.ui.screens.closing_erase import Asked, ErasePage
from kiosk.ui.screens.closing_form import FormPage
from kiosk.ui.screens.closing_jobs import ClosingJobs
from kiosk.ui.screens.closing_mend import MendPage
from kiosk.ui.screens.closing_numbers import NumbersCard, StepsCard
from kiosk.ui.screens.closing_pages import AskPage, DifferencesPage, JobPage, Verb, gap_words, ready_words
from kiosk.ui.screens.closing_stick import ask_which_stick, show_sticks
from kiosk.ui.screens.counter_parts import GoodNews
from kiosk.ui.screens.photo_outputs import PhotoOutputs, photo_task
from kiosk.ui.screens.screen import MARGIN, Screen
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK
from kiosk.ui.widgets.cards import Card
from kiosk.ui.widgets.choice import Choice, Option
from kiosk.ui.widgets.pages import Pages

DIFFERENCES, ASK, JOB, ERASE, MEND, FORM = range(6)
STEPS_WIDTH = 360
HEIGHT = 680
DIFFERENCE_HEIGHT = 56
PAINT_FIRST_MS = 50
INQUIRY = "inquiry"


@dataclass(frozen=True, slots=True)
class ClosingVerbs(After):
    """The services of the end of the day, the ones after the stick included."""

    closing: Closing
    mending: Mending
    photo_files: PortraitFiles


class ClosingScreen(Screen):
    """One question at a time; which one follows from where the session stands."""

    def __init__(
        self,
        *,
        verbs: ClosingVerbs,
        state: Callable[[], SessionState],
        people: Callable[[], tuple[Operator, ...]],
        operator: Callable[[], Operator],
        time_of_day: Callable[[], str],
        keep_paper: Callable[[str, bytes], str],
        answer_as_city: Callable[[Path], None] | None,
        to_window: Callable[[str], None],
        ended: Callable[[], None],
        texts: Texts,
        background: Background,
    ) -> None:
        super().__init__(texts=texts, background=background, name="closing")
        self._news = GoodNews(self)
        self._verbs, self._state = verbs, state
        self._people, self._operator, self._time_of_day = people, operator, time_of_day
        self._keep_paper, self._to_window, self._ended = keep_paper, to_window, ended
        self._found: Reconciliation | None = None
        self._approved_by = ""
        self._erased = ""
        self._just_written = False
        self._is_mended = False
        self._numbers, self._steps = NumbersCard(texts), StepsCard(texts)
        self._steps.setFixedWidth(STEPS_WIDTH)
        self._mend = MendPage(texts, self._mend_number, lambda: self._set_mended(True))
        self._ask, self._form = AskPage(), FormPage(texts)
        self._jobs = ClosingJobs(verbs.handover, texts, background, self._job_ended, self.show_failure)
        self._job = self._jobs.page = JobPage(texts, self._jobs.cancel)
        self._after = self._after_pages()
        self._differences = DifferencesPage(
            texts,
            self._ask_words,
            self._approve,
            lambda: self._set_mended(False),
            self._after.read_sisters,
            self._after.ask_break_off,
        )
        self._erase = ErasePage(texts, self._begin_erase, self._after.make_application, self._after.ask_hold)
        self._answer_as_city = answer_as_city
        self._stack = Pages()
        for page in (self._differences, self._ask, self._job, self._erase, self._mend, self._form):
            self._stack.addWidget(page)
        right = Card(name="closing.card")
        right.body.addWidget(self._stack, 1)
        self._photos = self._photo_buttons()
        right.body.addWidget(self._photos)
        below = QHBoxLayout()
        below.setSpacing(MARGIN)
        below.addWidget(self._steps)
        below.addWidget(right, 1)
        whole = QVBoxLayout()
        whole.setSpacing(MARGIN)
        whole.addWidget(self._numbers)
        whole.addLayout(below, 1)
        self.area.addLayout(whole)

    def _after_pages(self) -> AfterPages:
        host = Host(
            texts=self.texts,
            ask=self._ask,
            form=self._form,
            bring_ask=lambda: self._bring(ASK),
            bring_form=lambda: self._bring(FORM),
            keep_paper=self._keep_paper,
            say=self._news.say,
            clear=self.clear_notice,
            refresh=self.refresh,
            taken=self._receipt_taken,
        )
        return AfterPages(self._verbs, host, self._jobs)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        more = max(0, (self.height() - HEIGHT) // DIFFERENCE_HEIGHT)
        self._differences.fit(more)
        self._mend.fit(more)

    def _photo_buttons(self) -> PhotoOutputs:
        return PhotoOutputs(
            self._verbs.photo_files,
            self.texts,
            self.background,
            said=self._photo_gone,
            failed=self.show_failure,
            deletes_only=True,
        )

    def _photo_gone(self, words: str) -> None:
        self._news.say(words)
        self.refresh()

    def refresh(self) -> None:
        """Where the session stands, and the question that follows from it."""
        self._photos.refresh()
        if self._erased:
            self._show_erased()
            return
        state = self._state()
        if state is SessionState.ERASING:
            self._found = None
        else:
            self._found = self._verbs.closing.reconcile()
        said = self._said() if self._found is not None else {}
        if self._found is not None:
            explained = sum(1 for difference in self._found.differences if difference in said)
            self._numbers.show_found(self._found, explained)
        self._steps.show_steps(state, self._found, by=self._approved_by, slip=bool(self._after.slip))
        if self._jobs.is_busy or self._after.is_filling_in:
            return
        match state:
            case SessionState.OPEN:
                assert self._found is not None
                self._show_open(self._found, said)
            case SessionState.CLOSED:
                self._ask_seal()
            case SessionState.SEALED:
                self._ask_stick()
            case SessionState.EXPORTED:
                self._ask_after_writing()
            case SessionState.RECEIPTED | SessionState.ERASING:
                self._ask_erase()
            case SessionState.ERASED:
                self._show_erased()

    def _bring(self, page: int) -> None:
        """A page to the front; no button shall wear the focus ring by chance."""
        if self._stack.currentIndex() != page:
            self._stack.setCurrentIndex(page)
            self.setFocus()

    def _show_open(self, found: Reconciliation, said: dict[Difference, Explanation]) -> None:
        mending = self._verbs.mending
        if mending.is_under_way and not self._is_mended:
            self._mend.show_numbers(mending.numbers(), mending.rejection())
            self._bring(MEND)
            return
        self._differences.show_differences(found.differences, said, self._after.ways(mending.is_under_way))
        self._bring(DIFFERENCES)

    def _said(self) -> dict[Difference, Explanation]:
        return {words.difference: words for words in self._verbs.closing.explanations()}

    # --- differences and approval --------------------------------------------------------------------

    def _ask_words(self, difference: Difference) -> None:
        texts = self.texts
        options = [Option(key, words) for key, words in texts.table(ready_words(difference)).items()]
        options.append(Option(INQUIRY, texts.get("closing.inquiry"), "quiet"))
        gap = gap_words(texts, difference)
        Choice(
            self,
            texts.get("closing.ask_explain", ticket=difference.ticket, gap=gap),
            options,
            lambda key: self._explain(difference, key),
            words=texts.get("closing.ask_explain_hint"),
            cancel=texts.get("closing.back"),
            name="closing.why",
        )

    def _explain(self, difference: Difference, key: str) -> None:
        inquiry = key == INQUIRY
        words = "" if inquiry else self.texts.get(f"{ready_words(difference)}.{key}")
        self._verbs.closing.explain(Explanation(difference, words, inquiry))
        self.refresh()

    def _approve(self) -> None:
        self.clear_notice()
        self._verbs.closing.approve()
        self._approved_by = f"{self._operator().name.split()[0]} {self._time_of_day()}"
        self.refresh()

    # --- mending what the city has sent back ---------------------------------------------------------

    def _reopen(self) -> None:
        self.clear_notice()
        self._verbs.mending.reopen()
        self._is_mended = False
        self.refresh()

    def _mend_number(self, ticket: str) -> None:
        self.clear_notice()
        self._verbs.mending.mend(ticket)
        self._to_window(ticket)

    def _set_mended(self, done: bool) -> None:
        self._is_mended = done
        self.refresh()

    # --- sealing and writing -------------------------------------------------------------------------

    def _question(self, key: str, verbs: tuple[Verb, ...], **facts: str | int) -> None:
        title, hint = (self.texts.get(f"closing.{key}_{part}", **facts) for part in ("title", "hint"))
        note, task = self._verbs.handover.batch_name() or "", photo_task(self._verbs.photo_files, self.texts)
        self._ask.show_question(title, hint, verbs, banner=task, note=note)
        self._bring(ASK)

    def _verb(self, key: str, do: Callable[[], None], *, dark: bool = False) -> Verb:
        return Verb(
            f"closing.{key}", self.texts.get(f"closing.{key}"), do, "primary" if dark else "secondary"
        )

    def _ask_seal(self) -> None:
        rejected = self._verbs.mending.rejection()
        seal = self._verb("seal", self._seal, dark=self._is_mended or rejected is None)
        mend = self._verb("mend", self._reopen, dark=not self._is_mended)
        if rejected is None:
            self._question("seal", (seal,))
        elif self._is_mended:
            self._question("seal", (mend, seal))
        else:
            when = f"{rejected.at:%Y-%m-%d %H:%M}"
            facts = {"receiver": rejected.receiver, "when": when, "reason": rejected.reason}
            self._question("rejected", (seal, mend), **facts)

    def _seal(self) -> None:
        self.clear_notice()
        self._after.forget()
        self._jobs.seal()
        self._bring(JOB)

    def _ask_stick(self) -> None:
        jobs, look = self._jobs, self._verb("stick_look", self._look_again)
        jobs.look_for_sticks(self._stick_found)
        note = self._verbs.handover.batch_name() or ""
        show_sticks(self._ask, self.texts, jobs.sticks, look, self._write, note=note, earlier=jobs.earlier)
        self._bring(ASK)

    def _stick_found(self) -> None:
        if not self._jobs.is_busy and not self._erased and self._state() is SessionState.SEALED:
            self._ask_stick()

    def _look_again(self) -> None:
        self.clear_notice()
        self._jobs.look_for_sticks(self._stick_found, again=True)

    def _write(self, at: int) -> None:
        self.clear_notice()
        self._just_written = False
        try:
            self._jobs.write(at)
        except Exception as error:
            # An unregistered stick is looked at again as soon as another one may stand in the socket.
            self.show_trouble(error, lambda: self._write(at))
            return
        self._bring(JOB)

    def _second_copy(self) -> None:
        """The same bytes on another stick; with several in the sockets it is asked which."""
        if len(self._jobs.sticks) < 2:
            self._write(0)
        else:
            ask_which_stick(self, self._jobs.sticks, self._write)

    def _job_ended(self, kind: str) -> None:
        if kind == "write":
            self._just_written = True
        if kind == "city":
            self._news.say(self.texts.get("closing.played_city"))
        self.refresh()

    # --- slip, receipt, erasure ----------------------------------------------------------------------

    def _ask_after_writing(self) -> None:
        self._jobs.look_for_sticks(lambda: None)
        verbs = [self._verb("second_copy", self._second_copy)]
        if self._answer_as_city is not None:
            verbs.append(self._verb("play_city", self._play_city))
        receipt = self._verb("receipt", self._after.take_receipt, dark=bool(self._after.slip))
        self._after.ask_after_writing(tuple(verbs), receipt, just_written=self._just_written)

    def _play_city(self) -> None:
        self.clear_notice()
        if self._answer_as_city is not None:
            self._jobs.play_city(self._answer_as_city)
            self._bring(JOB)

    def _receipt_taken(self, decision: Decision) -> None:
        self._just_written = self._is_mended = False
        self.refresh()
        if decision is Decision.ACCEPT:
            self._news.say(self.texts.get("closing.accepted"))

    def _ask_erase(self) -> None:
        mine = self._operator().id
        others = tuple(
            person for person in self._people() if person.id != mine and person.role is not Role.INSPECTOR
        )
        count = str(self._found.tickets) if self._found is not None else "―"
        held = self._verbs.erasure.held()
        words = held.words if held is not None else ""
        self._erase.show_choices(count, self._verbs.erasure.approvals(), others, words)
        self._bring(ERASE)

    def _begin_erase(self, asked: Asked) -> None:
        """Shows that it runs before it runs: checking the PIN and the proof take their time."""
        self.clear_notice()
        self._jobs.is_erasing = True
        self._job.begin(self.texts.get("closing.erasing"), "", on_stick=False, note="", can_cancel=False)
        self._bring(JOB)
        QTimer.singleShot(PAINT_FIRST_MS, self, lambda: self._do_erase(asked))

    def _do_erase(self, asked: Asked) -> None:
        try:
            erased = self._verbs.erasure.erase(
                asked.approval,
                second_id=asked.second_id,
                second_pin=asked.second_pin,
                witness=asked.witness,
            )
            name = f"erasure-{erased.record.session}.pdf"
            self._erased = self._keep_paper(name, erased.record_pdf) or name
        except Exception as error:
            self.show_failure(error)
        finally:
            self._jobs.is_erasing = False
        self.refresh()

    def _show_erased(self) -> None:
        texts = self.texts
        self._numbers.show_erased()
        self._steps.show_steps(SessionState.ERASED, None, by=self._approved_by, slip=True)
        self._ask.show_question(
            texts.get("closing.erased_title"),
            texts.get("closing.erased_hint", name=self._erased),
            (self._verb("end", self._end, dark=True),),
            banner=("success", f"{DONE_MARK} {texts.get('closing.check_ok')}"),
        )
        self._bring(ASK)

    def _end(self) -> None:
        self._erased, self._approved_by = "", ""
        self._after.forget()
        self._just_written = self._is_mended = False
        self._ended()
