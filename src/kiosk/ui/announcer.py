"""Calls a number aloud: chime, then the words twice, one call after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from kiosk.ui.background import Background
from kiosk.ui.texts import Texts

if TYPE_CHECKING:
    from kiosk.services.board import Seen
    from kiosk.services.line import Place


class Voice(Protocol):
    """What can be heard on this PC; both end with the sound and say whether there was any."""

    def chime(self) -> bool: ...

    def say(self, words: str) -> bool: ...


class Announcer(QObject):
    """Speaks on a thread of its own; without sound the board's flash is all there is."""

    def __init__(self, voice: Voice | None, texts: Texts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._voice, self._texts = voice, texts
        self._speaking = Background(self)

    def call(self, place: Place, seen: Seen) -> None:
        """One call as the venue wishes it."""
        voice = self._voice
        if seen.sound == "off" or voice is None:
            return
        words = self.words(place, seen.long_wait) if seen.sound == "voice" else ""
        self._speaking.run(lambda: _sound(voice, words), lambda _: None, lambda _: None)

    def finish(self) -> bool:
        """Waits for the last word, for the end of the program."""
        return self._speaking.finish()

    def words(self, place: Place, long_wait: int) -> str:
        """What is said of a number: 受付番号、A、ゼロ、ニ、サン、番の方 … (queue conventions)."""
        texts = self._texts
        spoken = [texts.get(f"voice.digit.{sign}") if sign.isdigit() else sign for sign in place.ticket]
        sorry = "waited_long" if place.waited_minutes >= long_wait else "waited"
        number = texts.get("voice.pause").join(spoken)
        return texts.get(f"voice.{sorry}") + texts.get("voice.call", number=number, window=place.window)


def _sound(voice: Voice, words: str) -> None:
    voice.chime()
    for _ in range(2 if words else 0):
        if not voice.say(words):
            return
