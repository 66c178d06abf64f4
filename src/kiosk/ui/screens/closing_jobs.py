"""The long jobs of the close screen: prepared and recorded here, run beside the window."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from kiosk.domain.errors import Refused, Trouble
from kiosk.services.handover import ExportJob
from kiosk.services.whole import OnStick, WholeSession
from kiosk.ui.background import Background
from kiosk.ui.screens.closing_pages import JobPage
from kiosk.ui.texts import Texts

TELL_EVERY_S = 0.05


class Road(Protocol):
    """Who has something to seal and to bring onto a stick: a session's end, or the contract's."""

    def drives(self) -> tuple[Any, ...]: ...

    def earlier_on(self, drive: Any) -> tuple[str, ...]: ...

    def batch_name(self) -> str | None: ...

    def prepare_seal(self) -> Any: ...

    def record_sealed(self, sealed: Any) -> None: ...

    def prepare_export(self, drive: Any) -> ExportJob: ...

    def record_exported(self, job: ExportJob, written: Any) -> None: ...


class ClosingJobs:
    """Never two at once; each is prepare (here) → run (background) → record (here)."""

    def __init__(
        self,
        handover: Road,
        texts: Texts,
        background: Background,
        ended: Callable[[str], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._handover, self._texts, self._background = handover, texts, background
        self._ended, self._failed = ended, failed
        self._kind = ""
        self._looking = False
        self._printing = False
        self._asked: Callable[[], None] | None = None
        self._cancelled = threading.Event()
        self.page: JobPage | None = None
        self.sticks: tuple[Any, ...] = ()
        self.earlier: dict[str, tuple[str, ...]] = {}
        self.is_erasing = False

    @property
    def is_busy(self) -> bool:
        """Whether a job runs whose page must stay."""
        return bool(self._kind) or self.is_erasing

    def cancel(self) -> None:
        """The way out; the job ends at its next step and leaves nothing half-done."""
        self._cancelled.set()
        if self.page is not None:
            self.page.show_cancelling()

    def print_slip(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """One slip at a time; a second touch meanwhile prints no second one."""
        if self._printing:
            return
        self._printing = True

        def printed(answer: Any) -> None:
            self._printing = False
            then(answer)

        def failed(error: Exception) -> None:
            self._printing = False
            self._failed(error)

        self._background.run(work, printed, failed)

    def look_for_sticks(self, then: Callable[[], None], *, again: bool = False) -> None:
        """Looks which sticks are plugged in; `then` comes when that has changed, or when asked `again`."""
        if self._kind:
            return
        if again:
            # A touch while the five-second look is under way gets its answer from that look.
            self._asked = then
        if self._looking:
            return
        self._looking = True

        def look() -> tuple[tuple[Any, ...], dict[str, tuple[str, ...]]]:
            sticks = self._handover.drives()
            return sticks, {stick.serial: self._earlier_on(stick) for stick in sticks}

        def found(seen: tuple[tuple[Any, ...], dict[str, tuple[str, ...]]]) -> None:
            sticks, self.earlier = seen
            self._looking = False
            asked, self._asked = self._asked, None
            changed, self.sticks = sticks != self.sticks, sticks
            if asked is not None and not sticks:
                self._failed(Trouble("drive_absent"))
            if asked is not None:
                asked()
            elif changed:
                then()

        def not_found(error: Exception) -> None:
            self._looking = False
            asked, self._asked = self._asked, None
            self.sticks = ()
            if asked is not None:
                self._failed(error)

        self._background.run(look, found, not_found)

    def _earlier_on(self, stick: Any) -> tuple[str, ...]:
        try:
            return self._handover.earlier_on(stick)
        except (Refused, Trouble):
            # What is wrong with the stick is said when it shall be written to.
            return ()

    def stick_now(self) -> Any:
        """The one stick that is there; Trouble("drive_absent"), Refused("drive_several")."""
        sticks = self._handover.drives()
        if not sticks:
            raise Trouble("drive_absent")
        if len(sticks) > 1:
            raise Refused("drive_several", count=len(sticks))
        return sticks[0]

    def seal(self) -> None:
        """The finished batch into outbox/."""
        job = self._handover.prepare_seal()
        progress, cancelled = self._begin("seal")
        self._show(self._texts.get("closing.sealing_title"), self._texts.get("closing.sealing_hint"))
        self._background.run(
            lambda: job.run(progress, cancelled),
            lambda sealed: self._record(lambda: self._handover.record_sealed(sealed)),
            self._failed_job,
        )

    def write(self, at: int) -> None:
        """One verified copy onto the chosen stick; refuses an unregistered one before anything runs."""
        sticks = self.sticks or self._handover.drives()
        if at >= len(sticks):
            raise Trouble("drive_absent")
        stick = sticks[at]
        job = self._handover.prepare_export(stick)
        progress, cancelled = self._begin("write")
        free = f"{job.target.free_bytes / 1e9:.1f}"
        self._show(
            self._texts.get("closing.writing_title", label=stick.label),
            self._texts.get("closing.writing_hint", approval=job.approval, free=free),
            on_stick=True,
        )
        self._background.run(
            lambda: job.run(progress, cancelled),
            lambda written: self._record(lambda: self._handover.record_exported(job, written)),
            self._failed_job,
        )

    def look_over(self, whole: WholeSession, then: Callable[[tuple[OnStick, ...], str], None]) -> None:
        """Reads every batch of the session on the stick and brings the session together."""
        stick = self.stick_now()
        job = whole.prepare(stick.path)
        progress, cancelled = self._begin("look")
        self._show(self._texts.get("closing.looking_title"), self._texts.get("closing.looking_hint"))

        def looked(found: tuple[OnStick, ...]) -> None:
            def keep() -> None:
                whole.record(found)
                then(found, stick.label)

            self._record(keep)

        self._background.run(lambda: job.run(progress, cancelled), looked, self._failed_job)

    def play_city(self, answer: Callable[[Path], None]) -> None:
        """Practice only: the city office of this PC checks the batch and writes its receipt on the stick."""
        folder = self.stick_now().path
        self._begin("city")
        self._show(self._texts.get("closing.playing_city"), "", can_cancel=False)
        self._background.run(lambda: answer(folder), lambda _: self._record(lambda: None), self._failed_job)

    def _begin(self, kind: str) -> tuple[Callable[[str, int, int], None], Callable[[], bool]]:
        self._kind = kind
        self._cancelled = threading.Event()
        tell = self._background.on_main(self._told)
        last = [0.0]

        def progress(stage: str, done: int, total: int) -> None:
            now = time.monotonic()
            if done >= total or now - last[0] >= TELL_EVERY_S:
                last[0] = now
                tell(kind, stage, done, total)

        return progress, self._cancelled.is_set

    def _show(self, title: str, hint: str, *, on_stick: bool = False, can_cancel: bool = True) -> None:
        if self.page is not None:
            note = self._handover.batch_name() or ""
            self.page.begin(title, hint, on_stick=on_stick, note=note, can_cancel=can_cancel)

    def _told(self, kind: str, stage: str, done: int, total: int) -> None:
        if kind == self._kind and self.page is not None:
            self.page.show_progress(stage, done, total)

    def _record(self, record: Callable[[], None]) -> None:
        kind, self._kind = self._kind, ""
        try:
            record()
        except Exception as error:
            self._ended("")
            self._failed(error)
            return
        self._ended(kind)

    def _failed_job(self, error: Exception) -> None:
        self._kind = ""
        self._ended("")
        self._failed(error)
