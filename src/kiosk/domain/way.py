"""What happens to a session besides its batch: its way to the city, evidence held, a session called off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.domain.errors import Refused
from kiosk.domain.guards import refuse_my_number

MOST_PEOPLE = 6
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Transport:
    """One trip to the city with papers and sticks (特記事項 7, 移送記録); `due` is the last day for it."""

    session: date
    kiosk: str
    people: tuple[str, ...]
    route: str
    container: str
    seals: tuple[str, ...]
    batches: tuple[str, ...]
    media: tuple[str, ...]
    left_at: datetime
    due: date | None
    operator: str

    def is_late(self) -> bool:
        """Whether it set out after the last day for delivery (spec 7(1)カ)."""
        return self.due is not None and self.left_at.date() > self.due


@dataclass(frozen=True, slots=True)
class Hold:
    """証拠保全 set or lifted (特記事項 19): while it stands, nothing of the session is erased."""

    session: date
    kiosk: str
    held: bool
    words: str
    officer: str
    at: datetime
    operator: str


class HaltKind(StrEnum):
    """How a session did not run to its end (中止 beforehand is a change of the agenda)."""

    BROKEN_OFF = "broken_off"  # 打切り: while people were there


@dataclass(frozen=True, slots=True)
class Halt:
    """打切り: why, and who in the city ordered it."""

    session: date
    kiosk: str
    kind: HaltKind
    reason: str
    ordered_by: str
    at: datetime
    operator: str


def checked_words(*untrusted: str, needed: bool = True) -> tuple[str, ...]:
    """Texts of a record, stripped; Refused("words_missing"), Refused("words_too_long"), or a My Number's."""
    words = tuple(text.strip() for text in untrusted)
    for text in words:
        if needed and not text:
            raise Refused("words_missing")
        if len(text) > LONGEST or not (text.isprintable()):
            raise Refused("words_too_long", most=LONGEST)
        refuse_my_number(text)
    return words


def refuse_transport(people: Sequence[str], seals: Sequence[str], *, least: int, seals_wanted: bool) -> None:
    """As many people as the profile asks, and seal numbers where it asks for them (特記事項 7).

    Raises Refused transport_people, transport_seals.
    """
    if not max(1, least) <= len(people) <= MOST_PEOPLE or len(set(people)) != len(people):
        raise Refused("transport_people", least=max(1, least), most=MOST_PEOPLE)
    if seals_wanted and not seals:
        raise Refused("transport_seals")
