"""What the public board shows and how it sounds: numbers and windows of the open session, never a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from kiosk.domain.errors import Refused, Trouble
from kiosk.services.desk import Desk
from kiosk.services.line import Line, LineDesk

Sound = Literal["off", "chime", "voice"]


@dataclass(frozen=True, slots=True)
class Seen:
    """The board at a moment; who waited `long_wait` minutes or more is called with an apology."""

    line: Line
    at: datetime
    sound: Sound
    long_wait: int


class BoardDesk:
    """Reads for the board; whatever hinders it, the board goes on with what it had."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._line = LineDesk(desk)
        self._sounds: tuple[date, Sound] | None = None

    def now(self) -> Seen | None:
        """The line as it stands; None while nothing is open or nothing can be read."""
        desk = self._desk
        if desk.session_db is None or desk.office_db is None or desk.profile is None or desk.day is None:
            return None
        try:
            line, sound = self._line.now(), self._sound(desk.day)
        except (Refused, Trouble):
            return None
        return Seen(line, desk.clock.now(), sound, desk.rules.procedure.line.longest_wait_minutes)

    def _sound(self, day: date) -> Sound:
        """As the profile wishes for the venue of the day."""
        if self._sounds is None or self._sounds[0] != day:
            with self._desk.office.reading() as view:
                venue = view.openings.get(day, self._desk.kiosk).venue
            found = (known.sound for known in self._desk.rules.venues if known.name == venue)
            self._sounds = day, next(found, "chime")
        return self._sounds[1]
