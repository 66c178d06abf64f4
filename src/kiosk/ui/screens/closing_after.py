"""After the stick: 納品書 for one or all kiosks, the way to the city, the receipt, and what erasing needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kiosk.domain.receipt import Decision
from kiosk.services.access import Access
from kiosk.services.erasure import ErasureDesk
from kiosk.services.exits import SlipJob
from kiosk.services.halting import Halting
from kiosk.services.handover import Handover
from kiosk.services.receipts import ReceiptDesk
from kiosk.services.transport import TransportDesk
from kiosk.services.whole import OnStick, WholeSession
from kiosk.ui.code_camera import CodeCamera
from kiosk.ui.screens.closing_codes import ReceiptCodes
from kiosk.ui.screens.closing_form import FormPage, Line
from kiosk.ui.screens.closing_jobs import ClosingJobs
from kiosk.ui.screens.closing_pages import AskPage, Verb
from kiosk.ui.screens.closing_paper import PaperReceipt
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK


@dataclass(frozen=True, slots=True)
class After:
    """The services of what follows the verified stick."""

    handover: Handover
    whole: WholeSession
    transport: TransportDesk
    erasure: ErasureDesk
    halting: Halting
    receipts: ReceiptDesk
    access: Access
    print_slip: Callable[[SlipJob], Any]
    camera: CodeCamera | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class Host:
    """What the close screen lends: its pages, and how to bring them to the front."""

    texts: Texts
    ask: AskPage
    form: FormPage
    bring_ask: Callable[[], None]
    bring_form: Callable[[], None]
    keep_paper: Callable[[str, bytes], str]
    say: Callable[[str], None]
    clear: Callable[[], None]
    refresh: Callable[[], None]
    taken: Callable[[Decision], None]


class AfterPages:
    """The questions between EXPORTED and the erasure."""

    def __init__(self, services: After, host: Host, jobs: ClosingJobs) -> None:
        self._at, self._host, self._jobs = services, host, jobs
        self.slip = ""
        self.is_filling_in = False
        self._paper = PaperReceipt(services.receipts, services.access, host.texts, self._fill_in, self._taken)
        self._codes = ReceiptCodes(services.receipts, services.camera, host.texts, host.ask, self._taken)

    def forget(self) -> None:
        """Another batch, or another day."""
        self.slip, self.is_filling_in = "", False

    # --- while it is open ------------------------------------------------------------------------------

    def ways(self, mending: bool) -> frozenset[str]:
        """Which further buttons the open session has."""
        shown = {
            "mend": mending,
            "sisters": self._at.whole.is_lead and bool(self._at.whole.sisters),
            "halt": self._at.halting.may_break_off,
        }
        return frozenset(key for key, is_shown in shown.items() if is_shown)

    def ask_break_off(self) -> None:
        """打切り, on the city's order: everybody still here goes home by R12 with their papers."""
        texts = self._host.texts
        lines = [
            Line(key, texts.get(f"closing.break_off_{key}"), texts.get(f"closing.example_break_off_{key}"))
            for key in ("reason", "ordered_by")
        ]
        self._fill_in("break_off", lines, self._broken_off)

    def _broken_off(self, typed: dict[str, str]) -> None:
        self._host.clear()
        _, sent = self._at.halting.break_off(typed["reason"], typed["ordered_by"])
        self._filled_in(self._host.texts.get("closing.break_off_said", count=len(sent)))

    # --- the delivered stick ---------------------------------------------------------------------------

    def ask_after_writing(self, verbs: tuple[Verb, ...], receipt: Verb, *, just_written: bool) -> None:
        """What goes to the city: `verbs` beside, then slip and receipt in the order of the day."""
        texts, made = self._host.texts, bool(self.slip)
        words = texts.get("closing.slip_again" if made else "closing.slip")
        slip = Verb("closing.slip", words, self._make, "secondary" if made else "primary")
        key = "receipt" if made else "written"
        pulled = f"{DONE_MARK} {texts.get('closing.pull')}"
        hint = texts.get("closing.slip_saved", name=self.slip) if made else texts.get("closing.written_hint")
        options = [
            self._verb("transport", self._ask_transport),
            self._verb("roll_slip", self._print_slip),
        ]
        if self._paper.is_offered:
            options.append(self._verb("paper", self._paper.begin))
        if self._codes.is_offered:
            options.append(self._verb("codes", self._codes.begin))
        if self._at.whole.sisters:
            options.append(self._verb("whole", self._look_over))
        self._host.ask.show_question(
            texts.get(f"closing.{key}_title"),
            f"{hint}\n{self._due_words()}".rstrip(),
            (*verbs, *((slip, receipt) if made else (receipt, slip))),
            options=options,
            beside_each_other=True,
            banner=("success", pulled) if just_written else None,
            note=self._at.handover.batch_name() or "",
        )
        self._host.bring_ask()

    def _due_words(self) -> str:
        clock, texts = self._at.transport.clock(), self._host.texts
        if clock.due is None or clock.days_left is None:
            return ""
        key = "due_passed" if clock.overdue else "due_today" if clock.days_left == 0 else "due_left"
        return texts.get(
            f"closing.{key}", month=clock.due.month, day=clock.due.day, days=abs(clock.days_left)
        )

    def _make(self) -> None:
        self._host.clear()
        name = (self._at.handover.batch_name() or "").removesuffix(".zip")
        self.slip = self._host.keep_paper(f"delivery-{name}.pdf", self._at.handover.delivery_pdf())
        self._host.refresh()

    def _print_slip(self) -> None:
        """Where there is no A4 printer: the same on the roll, as often as it is wanted."""
        self._host.clear()
        job = self._at.handover.delivery_slip()
        self._jobs.print_slip(lambda: self._at.print_slip(job), self._slip_printed)

    def _slip_printed(self, printed: Any) -> None:
        self._host.say(self._host.texts.get(f"closing.roll_slip_{printed.value}"))

    # --- every kiosk of the session ---------------------------------------------------------------------

    def read_sisters(self) -> None:
        """The lead, before it closes: what has ended at the sisters."""
        self._host.clear()
        self._jobs.look_over(self._at.whole, lambda _found, _medium: self._host.refresh())

    def _look_over(self) -> None:
        self._host.clear()
        self._jobs.look_over(self._at.whole, self._one_slip)

    def _one_slip(self, found: tuple[OnStick, ...], medium: str) -> None:
        day = (self._at.handover.batch_name() or "")[-12:-4]
        pdf = self._at.whole.delivery_pdf(found, medium)
        self.slip = self._host.keep_paper(f"delivery-all-{day}.pdf", pdf)
        self._host.refresh()

    # --- the way to the city ----------------------------------------------------------------------------

    def _ask_transport(self) -> None:
        texts = self._host.texts
        lines = [
            Line(key, texts.get(f"closing.transport_{key}"), texts.get(f"closing.example_{key}"), needed)
            for key, needed in (
                ("people", True),
                ("route", True),
                ("container", True),
                ("seals", self._at.transport.wants_seals),
            )
        ]
        self._fill_in("transport", lines, self._set_out)

    def _set_out(self, typed: dict[str, str]) -> None:
        self._host.clear()
        _, paper = self._at.transport.set_out(
            typed["people"], typed["route"], typed["container"], typed["seals"]
        )
        name = (self._at.handover.batch_name() or "").removesuffix(".zip")
        kept = self._host.keep_paper(f"transport-{name}.pdf", paper)
        self._filled_in(self._host.texts.get("closing.transport_said", name=kept))

    def take_receipt(self) -> None:
        """The city's answer from the stick in the socket."""
        self._host.clear()
        folder = self._jobs.stick_now().path
        self._taken(self._at.receipts.take(self._at.receipts.find(folder)))

    def _taken(self, decision: Decision) -> None:
        """The receipt is in, whichever way it came."""
        self.is_filling_in = False
        if decision is Decision.REJECT:
            self.forget()
        self._host.taken(decision)

    # --- before the erasure -----------------------------------------------------------------------------

    def make_application(self) -> None:
        """消去・廃棄承認申請書, to get the approval number with."""
        self._host.clear()
        paper = self._at.erasure.application_pdf()
        name = (self._at.handover.batch_name() or "").removesuffix(".zip")
        kept = self._host.keep_paper(f"erasure-application-{name}.pdf", paper)
        self._host.say(self._host.texts.get("closing.application_said", name=kept))

    def ask_hold(self) -> None:
        """証拠保全 set, or lifted when it stands."""
        texts, held = self._host.texts, self._at.erasure.held() is not None
        lines = [
            Line(key, texts.get(f"closing.hold_{key}"), texts.get(f"closing.example_hold_{key}"))
            for key in ("words", "officer")
        ]
        verb = self._at.erasure.lift_hold if held else self._at.erasure.hold
        self._fill_in(
            "lift_hold" if held else "hold",
            lines,
            lambda typed: self._held(verb, typed["words"], typed["officer"]),
        )

    def _held(self, verb: Callable[[str, str], None], words: str, officer: str) -> None:
        self._host.clear()
        verb(words, officer)
        self._filled_in("")

    # --- forms ------------------------------------------------------------------------------------------

    def _fill_in(self, key: str, lines: list[Line], go: Callable[[dict[str, str]], None]) -> None:
        texts = self._host.texts
        self._host.clear()
        self.is_filling_in = True
        self._host.form.ask(
            texts.get(f"closing.{key}_title"),
            texts.get(f"closing.{key}_hint"),
            lines,
            texts.get(f"closing.{key}_done"),
            go,
            lambda: self._filled_in(""),
        )
        self._host.bring_form()

    def _filled_in(self, said: str) -> None:
        self.is_filling_in = False
        self._host.refresh()
        if said:
            self._host.say(said)

    def _verb(self, key: str, do: Callable[[], None]) -> Verb:
        return Verb(f"closing.{key}", self._host.texts.get(f"closing.{key}"), do)
