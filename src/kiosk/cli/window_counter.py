"""How an invented visitor is served touch by touch: reception, forms desk, window, camera."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.cli.rehearsal_outcome import Timings
from kiosk.cli.rehearsal_plan import Comer
from kiosk.domain.application import WAYS
from kiosk.domain.custody import Paper
from kiosk.domain.visit import TALK_KINDS, Outcome, PinForm, Reason, Service, State
from kiosk.ui.texts import Texts

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.ui.hands import Hands


class WindowCounter:
    """Touches what the staff would touch; takes a picture of every screen once."""

    def __init__(self, hands: Hands, desk: Desk, timings: Timings, show_board: Callable[[], None]) -> None:
        self._hands = hands
        self._show_board = show_board
        self._desk = desk
        self._timings = timings
        self._texts = Texts.load()
        self._shown: set[str] = set()

    def receive(self, comer: Comer) -> str:
        """Reception and forms desk; the number given."""
        hands = self._hands
        hands.touch("tab.reception")
        last = "reception.consult"
        if comer.service is not Service.CONSULTATION:
            last = "reception.give"
            if comer.reservation is None:
                hands.touch("reception.walk_in")
                self._once("reception_service")
            else:
                hands.write("reception.search", comer.reservation)
                if "reception_search" not in self._shown:
                    # A moment after the last key; the picture shows what was found.
                    hands.wait(lambda: hands.count("reception.receive.") == 1, "one booking found")
                self._once("reception_search")
                hands.touch(f"reception.receive.{comer.reservation}")
            hands.touch(f"reception.service.{comer.service.value}")
            self._once("reception_intake")
        else:
            self._once("reception")
        with self._timings.measured("ticket"):
            hands.touch(last)
            hands.wait(self._is_printed, "the printer's answer")
        hands.wait_for("reception.to_list")
        ticket = self._newest()
        self._once("reception_number")
        hands.touch("reception.to_list")
        if comer.reservation is not None:
            hands.write("reception.search", "")
        if comer.service is Service.ISSUANCE:
            self._write_forms(ticket, comer)
        return ticket

    def serve(self, comers: dict[str, Comer]) -> None:
        """Calls and serves everyone in the line, in the line's own order."""
        hands = self._hands
        hands.touch("tab.counter")
        for _ in range(len(comers)):
            hands.wait_for("counter.call_next")
            self._once("counter_call")
            hands.touch("counter.call_next")
            ticket = self._called()
            self._show_board()
            hands.touch("counter.done")
            comer = comers[ticket]
            match comer.service:
                case Service.ISSUANCE:
                    self._issue(comer)
                case Service.APPLICATION:
                    self._apply(ticket, comer)
                case Service.CONSULTATION:
                    hands.touch(f"counter.talk.{TALK_KINDS[0]}")
                    self._do("talk")

    def _write_forms(self, ticket: str, comer: Comer) -> None:
        hands = self._hands
        hands.touch("tab.forms")
        hands.touch(f"forms.open.{ticket}")
        self._show_papers("forms.identity", comer.papers)
        self._once("forms_papers")
        hands.touch("forms.done")
        hands.wait_for("forms.undo")
        for key in dict.fromkeys((*self._musts(), *(paper.value for paper in Paper))):
            if hands.seen(f"forms.must.{key}"):
                hands.touch(f"forms.must.{key}")
        self._once("forms")
        hands.touch("forms.done")

    def _show_papers(self, grid: str, papers: tuple[str, ...]) -> None:
        """Each one's papers; whoever came with a guardian has the same, and the proof."""
        self._lay_down(grid, papers)
        if self._hands.seen(f"{grid}.proof"):
            self._hands.touch(f"{grid}.of.1")
            self._lay_down(grid, ("A01_DRIVER",))
            self._hands.touch(f"{grid}.proof")

    def _lay_down(self, grid: str, papers: tuple[str, ...]) -> None:
        hands = self._hands
        for paper in papers:
            for _ in range(8):
                if hands.seen(f"{grid}.{paper}"):
                    break
                hands.touch(f"{grid}.more")
            hands.touch(f"{grid}.{paper}")
            while hands.seen("identity.condition.yes"):
                hands.touch("identity.condition.yes")

    def _issue(self, comer: Comer) -> None:
        hands = self._hands
        self._do("final_check")
        hands.touch("counter.officer.1")
        self._do("video")
        if comer.video_again:
            hands.touch("counter.video.again")
            hands.touch("counter.done")
        if comer.leaves is not None:
            self._leave(comer.leaves)
            return
        self._once("counter_video_running")
        hands.touch("counter.done")
        self._do("match")
        hands.wait_for("counter.panel.copies")
        hands.touch("counter.basic")
        if comer.notice_card and hands.seen("counter.plus.F05"):
            hands.touch("counter.plus.F05")
        self._do("copies")
        self._do("posting_guide")
        hands.wait_for("counter.panel.pin_memo")
        form = comer.pin_form or PinForm.FULL
        if not hands.seen(f"counter.pin.{form.value}"):
            form = PinForm.NO_SIGN  # under 15 there is none for signing
        hands.touch(f"counter.pin.{form.value}")
        for tick in () if form is PinForm.NONE else ("sealed", "handed"):
            hands.touch(f"counter.pin.{tick}")
        self._do("pin_memo")
        self._do("sealed")
        self._do("finish")

    def _leave(self, reason: Reason) -> None:
        hands = self._hands
        if reason is Reason.R11:
            hands.touch("counter.video.ng")
        else:
            hands.touch("counter.leave")
            self._once("counter_exit")
            hands.touch(f"counter.exit.{reason.value}")
        self._once("counter_exit_words")
        hands.touch("counter.exit.yes")

    def _apply(self, ticket: str, comer: Comer) -> None:
        hands = self._hands
        self._do("photo")
        with self._timings.measured("portrait"):
            self._take_portrait(ticket)
        hands.touch("tab.counter")
        hands.wait_for("counter.panel.application_id")
        hands.write("counter.application_id", f"{int(ticket[1:]):023d}")
        self._do("application_id")
        hands.wait_for("counter.panel.apply")
        wanted = comer.outcome or Outcome.APPLIED_PAPER
        hands.touch(f"counter.apply.{next(way for way, outcome in WAYS.items() if outcome is wanted)}")
        self._do("apply")
        self._do("after_guide")
        self._do("finish")

    def _take_portrait(self, ticket: str) -> None:
        hands = self._hands
        hands.wait_for("photo.shutter")
        hands.wait(self._is_well_placed, "a face in the right place")
        self._once("photo")
        # The shutter releases by itself once nothing is left to correct for a second.
        hands.wait(lambda: hands.seen("photo.accept"), "a candidate")
        self._once("photo_candidate")
        hands.touch("photo.accept")
        hands.wait(lambda: self._has_portrait(ticket), "the accepted photo")

    def _is_well_placed(self) -> bool:
        """Whether the live picture asks for nothing more, or the photo is already there."""
        good = self._texts.get("photo_screen.good")
        return good in self._hands.text("photo.advice") or self._hands.seen("photo.accept")

    def _has_portrait(self, ticket: str) -> bool:
        with self._desk.session.reading() as view:
            return ticket in view.portraits.tickets()

    def _do(self, panel: str) -> None:
        """The dark button of one panel, once that panel is the question."""
        self._hands.wait_for(f"counter.panel.{panel}")
        self._once(f"counter_{panel}")
        with self._timings.measured("step"):
            self._hands.touch("counter.done")

    def _once(self, picture: str) -> None:
        if picture not in self._shown:
            self._shown.add(picture)
            self._hands.picture(picture)

    def _is_printed(self) -> bool:
        with self._desk.session.reading() as view:
            return view.tickets.all()[-1].printed

    def _newest(self) -> str:
        with self._desk.session.reading() as view:
            return view.tickets.numbers()[-1]

    def _called(self) -> str:
        with self._desk.session.reading() as view:
            return view.visits.by_state(State.CALLED)[-1].ticket

    def _musts(self) -> tuple[str, ...]:
        return tuple(self._texts.table("forms.must"))
