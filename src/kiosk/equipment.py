"""The devices of one PC as the settings name them, opened when they are first needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.settings import Devices
from kiosk.ui.device_checks import SeenCamera

if TYPE_CHECKING:
    from kiosk.devices.camera import CameraLoop
    from kiosk.devices.ports import Drive, DriveBay, MountedDrive, Printed, TicketPrinter
    from kiosk.domain.raster import Raster
    from kiosk.services.tickets import TicketJob
    from kiosk.ui.preview import Loop

LIST_SUFFIXES = frozenset({".csv", ".txt", ".tsv", ".age"})


class Equipment:
    """Printer, camera and drive bay of one PC, opened when first needed; for the background."""

    def __init__(self, devices: Devices, *, practice: bool, keep: Path | None = None) -> None:
        self._devices = devices
        self.practice = practice
        self._keep = keep
        self.on_paper: Callable[[Raster], None] | None = None
        self._printer: TicketPrinter | None = None
        self._opening = threading.Lock()
        self._bay: DriveBay | None = None
        self._loop: CameraLoop | None = None

    def print_ticket(self, job: TicketJob) -> Printed:
        """Draws and prints; raises Trouble when it surely did not."""
        from kiosk.services.tickets import Tickets

        return Tickets.print(job, self.printer)

    @property
    def printer(self) -> TicketPrinter:
        """The printer the settings name; raises Refused("printer_url") and the like."""
        # The watch and the ticket's job come from two threads, and two drivers would talk at once.
        with self._opening:
            if self._printer is None:
                from kiosk.devices.printer_url import open_printer

                devices = self._devices
                self._printer = open_printer(
                    devices.printer,
                    width_dots=devices.width_dots,
                    practice=self.practice,
                    out=self._keep,
                    on_paper=self.on_paper,
                )
            return self._printer

    @property
    def bay(self) -> DriveBay:
        """The sockets the settings name; raises Refused("drive_url")."""
        if self._bay is None:
            from kiosk.devices.drive import open_bay

            self._bay = open_bay(self._devices.drive, practice=self.practice)
        return self._bay

    def cameras(self) -> tuple[SeenCamera, ...]:
        """What is plugged in now; in practice also the clip that is played. For the background."""
        from kiosk.devices.camera_list import found_cameras

        found = [SeenCamera(f"camera:{camera.identity}", camera.name) for camera in found_cameras()]
        return (*found, *([SeenCamera("virtual:", "")] if self.practice else []))

    def open_loop(self) -> Loop:
        """The camera of the settings, not started yet; one at a time."""
        return self.open_loop_of(self._devices.camera)

    def open_loop_of(self, url: str) -> Loop:
        """Any camera, not started yet; one at a time."""
        from kiosk.devices.camera import CameraLoop
        from kiosk.devices.camera_url import open_camera

        loop = CameraLoop(open_camera(url, practice=self.practice))
        self._loop = loop

        def given_back() -> None:
            self._loop = None

        return _Borrowed(loop, given_back)

    @property
    def camera_state(self) -> str | None:
        """The running camera's state; None while nobody looks through it."""
        loop = self._loop
        return loop.state().value if loop is not None else None

    def list_files(self) -> tuple[Path, ...]:
        """What on the sticks may be a reservation list; in practice also the sample."""
        found = [
            file
            for drive in self.bay.drives()
            for file in sorted(drive.path.iterdir())
            if file.is_file() and file.suffix.lower() in LIST_SUFFIXES
        ]
        if self.practice:
            from kiosk.services.practice import sample_list

            found.append(sample_list())
        return tuple(found)

    def use(self, devices: Devices) -> None:
        """Other addresses from now on; what was open under the old ones is closed."""
        self.close()
        self._devices = devices

    def close(self) -> None:
        """Lets go of what is open."""
        printer, self._printer, self._bay = self._printer, None, None
        if printer is not None:
            printer.close()


class Sockets:
    """The drive bay of the moment: another address in the settings is another bay."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment

    def drives(self) -> tuple[Drive, ...]:
        return self._equipment.bay.drives()

    def mount(self, drive: Drive, *, read_only: bool = False) -> MountedDrive:
        return self._equipment.bay.mount(drive, read_only=read_only)

    def eject(self, drive: MountedDrive) -> None:
        self._equipment.bay.eject(drive)


class _Borrowed:
    """The camera while the photo screen looks through it; says when it is given back."""

    def __init__(self, loop: CameraLoop, given_back: Callable[[], None]) -> None:
        self.frames, self.trouble = loop.frames, loop.trouble
        self._loop, self._given_back = loop, given_back

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> bool:
        ended = self._loop.stop()
        self._given_back()
        return ended
