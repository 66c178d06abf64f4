"""What is held before this PC's camera as a code: looked for in frames, without any database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.devices.ports import Pixels
    from kiosk.vision.codes import CodeReader


class CodeEyes:
    """One look after the other, in the background; remembers only how long nothing was found."""

    def __init__(self) -> None:
        self._reader: CodeReader | None = None

    def look(self, pixels: Pixels) -> tuple[str, ...]:
        """The untrusted texts of the QR codes in one frame; empty without any."""
        if self._reader is None:
            from kiosk.vision.codes import CodeReader

            self._reader = CodeReader()
        return self._reader.read(pixels)
