"""What a media inspection found (特記事項 6(2)): one answer per question, one line per stick."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.registers import Medium


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer; `about` is office, a session's day, a batch or a stick's serial number."""

    name: str
    about: str
    ok: bool
    found: str = ""


@dataclass(frozen=True, slots=True)
class Stick:
    """One line of the media register as the paper shows it."""

    medium: Medium
    exports: int
    last_used: str
