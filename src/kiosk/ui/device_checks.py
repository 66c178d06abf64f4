"""What every device says of itself, and a test of each; all of it for the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from kiosk.domain.errors import Refused, Trouble
from kiosk.ui.texts import Texts

if TYPE_CHECKING:
    from kiosk.devices.ports import DriveBay, Printed, TicketPrinter
    from kiosk.services.tickets import TicketJob
    from kiosk.ui.preview import Loop

CAMERA_WAIT_S = 5.0
PRINTER_TONES = {"ready": "success", "paper_low": "warning", "head_hot": "warning", "unknown": "neutral"}
CAMERA_TONES = {"ok": "success", "starting": "neutral"}


class SeenCamera(NamedTuple):
    """A camera that is there now: the address that means this one and no other, and what it calls itself."""

    url: str
    name: str


class Plugged(Protocol):
    """The devices as the composition root opens them, when first needed."""

    @property
    def printer(self) -> TicketPrinter: ...

    @property
    def bay(self) -> DriveBay: ...

    @property
    def camera_state(self) -> str | None:
        """The running camera's state; None while nobody looks through it."""
        ...

    @property
    def practice(self) -> bool: ...

    def open_loop(self) -> Loop: ...

    def print_ticket(self, job: TicketJob) -> Printed: ...


class DeviceChecks:
    """Asks and tries; gives the keys of sentences, never sentences."""

    def __init__(self, plugged: Plugged) -> None:
        self._plugged = plugged

    def states(self) -> dict[str, tuple[str, str]]:
        """(tone, text key) of every device, as it answers now."""
        return {**self.printer_state(), "camera": self._camera(), "drive": self._drive()}

    def printer_state(self) -> dict[str, tuple[str, str]]:
        """The same of the printer alone, which is asked most often."""
        return {"printer": self._printer()}

    def try_printer(self) -> str:
        """One slip that no visitor can hold; raises Trouble when it surely did not come out."""
        from kiosk.services.tickets import TicketJob

        texts = Texts.load()
        values = {
            "office": texts.get("shell.title"),
            "service": texts.get("manage.test.ticket_service"),
            "number": "A000",
            "waiting": None,
            "minutes": None,
            "when": "",
            "qr": "TEST",
            "language_line": texts.get("manage.test.ticket_line"),
            "reissue": False,
            "practice": self._plugged.practice,
        }
        job = TicketJob("A000", values, self._plugged.printer.width_dots)
        answer = self._plugged.print_ticket(job).value
        return "manage.test.printed" if answer == "confirmed" else "manage.test.printed_unknown"

    def try_camera(self) -> str:
        """Waits for one picture; raises Trouble("camera_silent")."""
        if self._plugged.camera_state == "ok":
            return "manage.test.camera_ok"
        loop = self._plugged.open_loop()
        loop.start()
        try:
            frame = loop.frames.after(0, CAMERA_WAIT_S)
        finally:
            loop.stop()
        if frame is None:
            raise Trouble("camera_silent")
        return "manage.test.camera_ok"

    def try_drive(self) -> str:
        """Mounts every stick that is seen; raises Trouble("drive_absent") without one."""
        drives = self._plugged.bay.drives()
        if not drives:
            raise Trouble("drive_absent")
        for drive in drives:
            self._plugged.bay.mount(drive)
        return "manage.test.drive_ok"

    def _printer(self) -> tuple[str, str]:
        try:
            state = self._plugged.printer.state().value
        except (Refused, Trouble):
            return "danger", "device.printer_absent"
        return PRINTER_TONES.get(state, "danger"), f"device.printer_{state}"

    def _camera(self) -> tuple[str, str]:
        state = self._plugged.camera_state
        if state is None:
            return "neutral", "device.camera_resting"
        return CAMERA_TONES.get(state, "danger"), f"device.camera_{state}"

    def _drive(self) -> tuple[str, str]:
        try:
            count = len(self._plugged.bay.drives())
        except (Refused, Trouble, OSError):
            return "neutral", "device.drive_unknown"
        if count > 1:
            return "warning", "device.drive_several"
        return ("success", "device.drive_ready") if count else ("warning", "device.drive_absent")
