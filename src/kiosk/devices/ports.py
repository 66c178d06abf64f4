"""What a device must be able to do; each port has a real driver and a virtual one that ships."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kiosk.domain.raster import Raster

if TYPE_CHECKING:  # numpy is slow to load and the sign-in screen must not wait for it
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]  # height x width x 3, blue-green-red as OpenCV delivers them


class PrinterState(Enum):
    """What the printer said last; UNKNOWN when it said nothing, never "ready" by default."""

    READY = "ready"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    CUTTER = "cutter"
    UNRECOVERABLE = "unrecoverable"
    HEAD_HOT = "head_hot"
    UNKNOWN = "unknown"


class Printed(Enum):
    """How sure we are that the paper came out."""

    CONFIRMED = "confirmed"  # the printer answered after the cut
    UNKNOWN = "unknown"  # all bytes were taken, no answer came


class TicketPrinter(Protocol):
    """A receipt printer that takes one picture at a time."""

    @property
    def width_dots(self) -> int: ...

    def print_raster(self, picture: Raster) -> Printed:
        """Prints and cuts; raises Trouble with a `printer_*` key when it surely did not print."""
        ...

    def state(self) -> PrinterState: ...

    def close(self) -> None: ...


class Camera(Protocol):
    """A source of frames; `read` blocks for at most about a second."""

    def open(self) -> None:
        """Raises Trouble("camera_absent") when there is none."""
        ...

    def read(self) -> Pixels:
        """The next frame; raises Trouble("camera_lost") after three failures."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Drive:
    """A stick that was seen, not yet proven to be mounted; nothing can be written to it."""

    serial: str
    label: str
    path: Path


@dataclass(frozen=True, slots=True)
class MountedDrive:
    """A stick proven to be a mounted volume of its own; the only thing that can be written to."""

    serial: str
    label: str
    path: Path
    device: int
    free_bytes: int


class DriveBay(Protocol):
    """The USB sockets, as far as removable volumes are concerned."""

    def drives(self) -> tuple[Drive, ...]: ...

    def mount(self, drive: Drive, *, read_only: bool = False) -> MountedDrive:
        """Proves that `drive` is a mounted volume now; raises Trouble("drive_not_mounted").

        `read_only`: where it is mounted by us, it is mounted so that nothing can be written to it.
        """
        ...

    def eject(self, drive: MountedDrive) -> None: ...


Progress = Callable[[str, int, int], None]
"""(stage, bytes done, bytes in all); stage is one of write, read_back, flush."""
