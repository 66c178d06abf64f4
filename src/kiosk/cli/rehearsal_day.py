"""A whole session by the services alone: the same verbs the screens call, in the same order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.cli.rehearsal_outcome import Timings
from kiosk.cli.rehearsal_plan import Comer
from kiosk.domain.custody import Movement, Paper
from kiosk.domain.errors import Trouble
from kiosk.domain.portrait import State as CheckState
from kiosk.domain.portrait import Verdict
from kiosk.domain.visit import TALK_KINDS, Done, Event, Outcome, PinForm, Service, StepKind, Visit
from kiosk.services.application import ApplicationDesk
from kiosk.services.counter import Counter
from kiosk.services.custody import Custody
from kiosk.services.portrait import PortraitDesk
from kiosk.services.reception import Reception
from kiosk.services.tickets import Tickets

if TYPE_CHECKING:
    from kiosk.devices.ports import Camera, TicketPrinter
    from kiosk.services.desk import Desk

MOST_FRAMES = 450
"""A practice clip is shorter than this; a face that has not come by then does not come."""

CAMERA_TRIES = 3
"""After so many failures nobody else is kept waiting in front of the camera."""


ISSUANCE_PAPERS = (Paper.F01, Paper.F02, Paper.F04)


class RehearsedCounter:
    """Serves one invented visitor after another."""

    def __init__(
        self,
        desk: Desk,
        printer: TicketPrinter,
        camera: Camera,
        out: Path,
        end_if_asked: Callable[[], None],
    ) -> None:
        self._desk = desk
        self._end_if_asked = end_if_asked
        self._printer = printer
        self._camera = camera
        self._out = out
        self.timings = Timings()
        self.confirmed = 0
        self.unconfirmed = 0
        self.unprinted = 0
        self.troubles: list[Trouble] = []
        self._camera_is_open = False
        self._camera_failures = 0
        self._reception = Reception(desk)
        self._tickets = Tickets(desk)
        self._counter = Counter(desk)
        self._custody = Custody(desk)
        self._portraits = PortraitDesk(desk)
        self._applications = ApplicationDesk(desk)

    def receive(self, comer: Comer) -> str:
        """Reception and forms desk; the number given."""
        self._end_if_asked()
        with self.timings.measured("ticket"):
            visit = self._reception.check_in(comer.service, reservation=comer.reservation)
            self._print(visit)
        if comer.service is Service.ISSUANCE:
            self._reception.precheck(visit.ticket, comer.papers)
            self._reception.forms_done(visit.ticket)
        return visit.ticket

    def _print(self, visit: Visit) -> None:
        job = self._tickets.compose(visit)
        try:
            printed = self._tickets.print(job, self._printer)
        except Trouble as trouble:
            # As at the desk: the number stands and is copied by hand, the next visitor comes.
            self.unprinted += 1
            self.troubles.append(trouble)
            return
        if printed.value == "confirmed":
            self.confirmed += 1
        else:
            self.unconfirmed += 1
        self._tickets.record(visit.ticket, printed)

    def serve(self, comers: dict[str, Comer]) -> None:
        """Calls and serves everyone in the line, in the line's own order."""
        for _ in range(len(comers)):
            self._end_if_asked()
            visit = self._counter.call_next()
            self._counter.move(visit.ticket, Event.ARRIVE)
            comer = comers[visit.ticket]
            match comer.service:
                case Service.ISSUANCE:
                    self._issue(visit.ticket, comer)
                case Service.APPLICATION:
                    self._apply(visit.ticket, comer)
                case Service.CONSULTATION:
                    self._counter.talked(visit.ticket, TALK_KINDS[0])

    def _issue(self, ticket: str, comer: Comer) -> None:
        for paper in (*ISSUANCE_PAPERS, *((Paper.F05,) if comer.notice_card else ())):
            self._custody.set_held(ticket, paper, 1)
        with self.timings.measured("step"):
            self._counter.complete(ticket, StepKind.FINAL_CHECK, papers=comer.papers)
        officer = self._desk.rules.procedure.officers[0]
        begun = self._desk.clock.now()
        if comer.video_again:
            self._counter.video(ticket, Done.AGAIN, officer, begun)
        if comer.leaves is not None:
            if comer.leaves.value == "R11":
                self._counter.video(ticket, Done.NG, officer, begun)
            self._counter.side_exit(ticket, comer.leaves)
            return
        self._counter.video(ticket, Done.OK, officer, begun)
        with self.timings.measured("step"):
            self._counter.match(ticket)
        self._custody.set_held(ticket, Paper.F09, len(comer.papers), Movement.COPIED)
        self._step(ticket, StepKind.COPIES)
        self._step(ticket, StepKind.POSTING_GUIDE)
        self._counter.pin_memo(ticket, comer.pin_form or PinForm.FULL, sealed=True, handed=True)
        self._counter.seal(ticket)
        self._counter.finish(ticket, Outcome.ACCEPTED)

    def _apply(self, ticket: str, comer: Comer) -> None:
        self._photograph(ticket)
        self._applications.put_id(ticket, f"{int(ticket[1:]):023d}")
        self._step(ticket, StepKind.APPLY)
        self._step(ticket, StepKind.AFTER_GUIDE)
        self._counter.finish(ticket, comer.outcome or Outcome.APPLIED_PAPER)

    def _photograph(self, ticket: str) -> None:
        """The portrait; without a camera the visitor goes on and brings a photo of their own."""
        if self._camera_failures < CAMERA_TRIES:
            try:
                with self.timings.measured("portrait"):
                    self._take_portrait(ticket)
            except Trouble as trouble:
                self._camera_failures += 1
                self._camera_is_open = False
                self.troubles.append(trouble)
            else:
                return
        self._counter.skip(ticket, StepKind.PHOTO)

    def _take_portrait(self, ticket: str) -> None:
        if not self._camera_is_open:
            self._camera.open()
            self._camera_is_open = True
        self._portraits.start(ticket)
        for _ in range(MOST_FRAMES):
            frame = self._camera.read()
            if not _is_good(self._portraits.look(frame).verdict):
                continue
            candidate = self._portraits.make(frame)
            if _is_good(candidate.verdict):
                self._portraits.accept(ticket, candidate)
                (self._out / "portraits" / f"{ticket}.jpg").write_bytes(candidate.jpeg)
                return
        raise Trouble("camera_no_photo")

    def _step(self, ticket: str, kind: StepKind) -> None:
        with self.timings.measured("step"):
            self._counter.complete(ticket, kind)


def _is_good(verdict: Verdict) -> bool:
    return verdict.state in (CheckState.PASS, CheckState.WARN)
