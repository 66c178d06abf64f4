"""Prints one ticket at a time and says honestly whether it came out."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass

from kiosk.devices import escpos
from kiosk.devices.ports import Printed, PrinterState
from kiosk.devices.printer_keep import Keep
from kiosk.devices.printer_link import Connect, Link
from kiosk.devices.printer_status import AnswerReader, is_paper_out_answer, judge
from kiosk.domain.errors import Trouble
from kiosk.domain.raster import Raster


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each thing may take, in seconds; nothing ever waits without an end."""

    connect: float = 2.0
    question: float = 0.5  # one question; a slow network answers in half of it
    quiet: float = 5.0  # the printer takes no byte for so long: it has stalled
    answer: float = 12.0  # from the last byte to the answer after the cut
    answer_of_a_mute: float = 2.0  # the same, when the printer did not even answer before the job
    ask_again: float = 1.0  # a printer that owes the answer is asked what stops it so often
    glance: float = 0.9  # the whole of `state()`


_TROUBLES = {
    PrinterState.PAPER_OUT: "printer_paper_out",
    PrinterState.COVER_OPEN: "printer_cover_open",
    PrinterState.OFFLINE: "printer_offline",
    PrinterState.CUTTER: "printer_cutter",
    PrinterState.UNRECOVERABLE: "printer_unrecoverable",
    PrinterState.HEAD_HOT: "printer_head_hot",
}
_FIT = (PrinterState.READY, PrinterState.PAPER_LOW)
_BROKEN_LINE = ("printer_lost", "printer_stalled")
_LAST_WORD_SECONDS = 0.1
_KINDS = (1, 2, 3, 4)
_WHOLE = 2  # answers in order to one ticket: the picture is on the paper, and it is cut


class _Talk:
    """One connection with everything heard on it, sorted."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.heard = AnswerReader()

    def listen(self, seconds: float) -> None:
        """Takes in what comes within `seconds`; returns with the first bytes."""
        self.heard.feed(self.link.receive(seconds))

    def ask(self, each: float, whole: float) -> PrinterState:
        """DLE EOT 1..4, one after the other; UNKNOWN as soon as one stays without a proper answer.

        `each` is the patience in seconds for one question, `whole` for all four.
        """
        if not self.link.can_answer:
            return PrinterState.UNKNOWN
        last = time.monotonic() + whole
        answers = self._answers(each, last)
        state = judge(*answers) if answers is not None else PrinterState.UNKNOWN
        if state in _TROUBLES and self._answers(each, last) != answers:
            # What stops the counter has to be said twice; a line full of noise says something else then.
            return PrinterState.UNKNOWN
        return state

    def _answers(self, each: float, last: float) -> tuple[int, int, int, int] | None:
        """One proper answer to each question, and not a byte that is none; else None."""
        answers = []
        for kind in _KINDS:
            self.heard.real_time.clear()
            self.link.send(escpos.ask_now(kind), each)
            end = min(last, time.monotonic() + each)
            while not self.heard.real_time:
                left = end - time.monotonic()
                if left <= 0 or self.heard.noise:
                    return None
                self.listen(left)
            if self.heard.noise or len(self.heard.real_time) > 1:
                return None
            answers.append(self.heard.real_time.popleft())
        return answers[0], answers[1], answers[2], answers[3]


class EscPosPrinter:
    """A ticket printer that speaks ESC/POS over any link; one connection per job or question.

    Connecting anew each time is what lets a printer be switched off and on between two visitors.
    """

    def __init__(
        self,
        connect: Connect,
        width_dots: int,
        *,
        keep: Keep | None = None,
        patience: Patience | None = None,
        feed_units_per_inch: int = escpos.DOTS_PER_INCH,
    ) -> None:
        self._connect = connect
        self._width_dots = width_dots
        self._keep = keep
        self._patience = patience or Patience()
        self._feed_units = feed_units_per_inch
        self._one_at_a_time = threading.Lock()
        self._last_seen = PrinterState.UNKNOWN
        self._has_spoken = False
        self._is_half_told = False

    @property
    def width_dots(self) -> int:
        return self._width_dots

    def print_raster(self, picture: Raster) -> Printed:
        """Prints and cuts `picture` (its width is at most the printer's, else ValueError).

        CONFIRMED only when the printer answered after the cut. Raises Trouble with a `printer_*` key
        when it surely did not print the whole ticket; what it had taken so far is thrown away.
        """
        if picture.width_dots > self._width_dots:
            raise ValueError("the picture is wider than the paper")
        job = escpos.job(picture, feed_units_per_inch=self._feed_units)
        with self._one_at_a_time:
            printed = self._print(job)
        if self._keep is not None:
            self._keep.add(job + escpos.ASK_IN_ORDER, self._width_dots)
        return printed

    def _forget_half_a_job(self) -> None:
        """Before the next job: a printer that was cut off in mid-picture would take the new ticket's first
        bytes for the rest of the old picture. On a line of its own, because the printer answers to it."""
        talk = _Talk(self._connect(self._patience.connect))
        try:
            with contextlib.suppress(Trouble):
                talk.link.send(escpos.CLEAR_NOW, self._patience.question)
                talk.listen(self._patience.question)
        finally:
            talk.link.close(discard=False)
        self._is_half_told = False

    def _print(self, job: bytes) -> Printed:
        if self._is_half_told:
            self._forget_half_a_job()
        talk = _Talk(self._connect(self._patience.connect))
        discard = False
        try:
            before = self._look(talk)
            _refuse_unfit(before)
            mute = before is PrinterState.UNKNOWN
            if mute and self._has_spoken:
                # It can speak and does not: busy or hung. A ticket left with it would come out tomorrow.
                raise Trouble("printer_silent")
            talk.heard.in_order.clear()  # only what is said after the job can be proof of it
            talk.link.send(job, self._patience.quiet)
            printed = self._confirm(talk, mute=mute)
            # A printer that never answers may still be printing: its bytes are left to it. One that
            # fell silent has stalled: what it did not take must not come out tomorrow.
            discard = printed is Printed.UNKNOWN and not mute
            return printed
        except Trouble as problem:
            discard = problem.key in _BROKEN_LINE
            raise
        finally:
            if discard:
                self._is_half_told = True
                self._take_back(talk)
            talk.link.close(discard=discard)

    def _take_back(self, talk: _Talk) -> None:
        """Tells a printer that has fallen silent to forget the job when it wakes up: a reset of the line
        drops what is still on its way, not what the printer's own system has taken in already."""
        with contextlib.suppress(Trouble):
            talk.link.send(escpos.CLEAR_NOW, _LAST_WORD_SECONDS)

    def _look(self, talk: _Talk, whole: float | None = None) -> PrinterState:
        whole = self._patience.question * len(_KINDS) if whole is None else whole
        self._last_seen = talk.ask(min(self._patience.question, whole), whole)
        self._has_spoken = self._has_spoken or self._last_seen is not PrinterState.UNKNOWN
        return self._last_seen

    def _confirm(self, talk: _Talk, *, mute: bool) -> Printed:
        """Waits for the answer that is given in order, then looks at the printer once more."""
        if not talk.link.can_answer:
            return Printed.UNKNOWN
        patience = self._patience.answer_of_a_mute if mute else self._patience.answer
        try:
            # Apart from the job: when only the question is lost, the ticket lies in the tray all the same.
            talk.link.send(escpos.ASK_IN_ORDER, self._patience.quiet)
            end = time.monotonic() + patience
            while len(talk.heard.in_order) < _WHOLE:
                left = end - time.monotonic()
                if left <= 0:
                    return Printed.UNKNOWN
                asked_again = time.monotonic() + min(left, self._patience.ask_again)
                while len(talk.heard.in_order) < _WHOLE and (pause := asked_again - time.monotonic()) > 0:
                    talk.listen(pause)
                if len(talk.heard.in_order) < _WHOLE and not mute and self._has_stopped(talk):
                    return Printed.UNKNOWN  # the picture came out; whether the cut did, the staff see
            after = self._look(talk)
        except Trouble as problem:
            if problem.key not in _BROKEN_LINE:
                raise
            self._last_seen = PrinterState.UNKNOWN
            return Printed.UNKNOWN  # every byte had been taken before the line broke
        said = talk.heard.in_order
        whole = after in _FIT and len(said) == _WHOLE and not any(map(is_paper_out_answer, said))
        return Printed.CONFIRMED if whole else Printed.UNKNOWN

    def _has_stopped(self, talk: _Talk) -> bool:
        """The job is stuck: if the printer says why, makes it forget the rest.

        Raises the Trouble when not even the picture was finished; True when it was.
        """
        seen = self._look(talk)
        if seen not in _TROUBLES or len(talk.heard.in_order) >= _WHOLE:
            return False
        is_drawn = bool(talk.heard.in_order)
        # Else the rest of this ticket would follow the new paper, next to its own second print.
        with contextlib.suppress(Trouble):  # what it said first stays the reason
            talk.link.send(escpos.CLEAR_NOW, self._patience.question)
            talk.listen(self._patience.question)  # it says when it has forgotten
        if not is_drawn:
            _refuse_unfit(seen)
        return True

    def state(self) -> PrinterState:
        """What the printer says now, within about a second; the last answer while it is printing."""
        if not self._one_at_a_time.acquire(blocking=False):
            return self._last_seen
        try:
            end = time.monotonic() + self._patience.glance
            try:
                talk = _Talk(self._connect(self._patience.glance / 2))
            except Trouble:
                self._last_seen = PrinterState.UNKNOWN
                return self._last_seen
            try:
                return self._look(talk, end - time.monotonic())
            except Trouble:
                self._last_seen = PrinterState.UNKNOWN
                return self._last_seen
            finally:
                talk.link.close(discard=False)
        finally:
            self._one_at_a_time.release()

    def close(self) -> None:
        """Nothing stays open between two jobs."""


def _refuse_unfit(state: PrinterState) -> None:
    key = _TROUBLES.get(state)
    if key is not None:
        raise Trouble(key, permanent=state is PrinterState.UNRECOVERABLE)
