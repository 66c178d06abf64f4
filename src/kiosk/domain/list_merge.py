"""A later list of the city over an earlier one: joined by reservation number, and every change named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from kiosk.domain.reservation import Reservation

NOT_IN_LIST: Final = "not_in_list"
"""Flag of a booking the newest list no longer names: kept, for only the city knows why it is gone."""

BOOKING_CHANGED: Final = "booking_changed"
BOOKING_CANCELLED: Final = "booking_cancelled"
"""Flags of a visit whose booking a later list changed or cancelled after the number was given."""

COMPARED: Final = ("slot", "name", "kana", "party_size", "remarks", "flags")


class ChangeKind(StrEnum):
    """What a later list did to one booking."""

    NEW = "new"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    RESTORED = "restored"  # cancelled before, expected again
    GONE = "gone"  # no longer in the list
    BACK = "back"  # was gone, is there again


@dataclass(frozen=True, slots=True)
class Change:
    """One booking that is not as it was; `fields` are names of Reservation's fields, never their values."""

    number: str
    kind: ChangeKind
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """The bookings to keep, and what changed; `unchanged` counts the rest."""

    kept: tuple[Reservation, ...]
    changes: tuple[Change, ...]
    unchanged: int

    def count(self, kind: ChangeKind) -> int:
        """How many bookings changed in this way."""
        return sum(1 for change in self.changes if change.kind is kind)


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A change that comes too late to be read at the reception: these people have their numbers already."""

    tickets: tuple[str, ...]
    change: Change


def merge(known: Sequence[Reservation], fresh: Sequence[Reservation]) -> Merged:
    """The newer list over what is known. No booking is ever lost: what the list no longer names is flagged.

    So an empty list, or one of another day taken by mistake, changes nothing that cannot be seen and
    put right by the next list (domain rule 6: re-import merges by reservation number).
    """
    before = {one.number: one for one in known}
    changes: list[Change] = []
    for one in fresh:
        change = _change(before.get(one.number), one)
        if change is not None:
            changes.append(change)
    named = {one.number for one in fresh}
    gone = [one for one in known if one.number not in named]
    changes.extend(Change(one.number, ChangeKind.GONE) for one in gone if not is_gone(one))
    kept = (*fresh, *(one if is_gone(one) else _marked(one) for one in gone))
    return Merged(kept, tuple(changes), len(kept) - len(changes))


def overtaken(changes: Sequence[Change], tickets_of: Mapping[str, tuple[str, ...]]) -> tuple[Overtaken, ...]:
    """The changes of bookings that have numbers, by the first of them; `tickets_of` goes by booking."""
    found = [Overtaken(tickets_of[one.number], one) for one in changes if tickets_of.get(one.number)]
    return tuple(sorted(found, key=lambda one: one.tickets))


def flags_after(flags: Sequence[str], change: Change) -> tuple[str, ...]:
    """The flags of a visit once its booking has changed; what is new stands first, where every desk sees it.

    Nothing else of the visit changes by itself: only people may say what a late change means.
    """
    kept = [one for one in flags if one not in (NOT_IN_LIST, BOOKING_CANCELLED)]
    match change.kind:
        case ChangeKind.CANCELLED:
            fresh = BOOKING_CANCELLED
        case ChangeKind.GONE:
            fresh = NOT_IN_LIST
        case _ if change.fields:
            fresh = BOOKING_CHANGED
        case _:
            return tuple(kept)  # as it was before it was cancelled or gone
    return (fresh, *(one for one in kept if one != fresh))


def is_gone(reservation: Reservation) -> bool:
    """Whether the newest list no longer names this booking."""
    return NOT_IN_LIST in reservation.flags


def is_expected(reservation: Reservation) -> bool:
    """Whether somebody is to come: neither cancelled nor gone from the list."""
    return not reservation.cancelled and not is_gone(reservation)


def _marked(reservation: Reservation) -> Reservation:
    return replace(reservation, flags=(*reservation.flags, NOT_IN_LIST))


def _change(old: Reservation | None, new: Reservation) -> Change | None:
    if old is None:
        return Change(new.number, ChangeKind.NEW)
    was_gone = is_gone(old)
    if was_gone:
        old = replace(old, flags=tuple(flag for flag in old.flags if flag != NOT_IN_LIST))
    fields = tuple(name for name in COMPARED if getattr(old, name) != getattr(new, name))
    if old.cancelled is not new.cancelled:
        return Change(new.number, ChangeKind.CANCELLED if new.cancelled else ChangeKind.RESTORED, fields)
    if was_gone:
        return Change(new.number, ChangeKind.BACK, fields)
    return Change(new.number, ChangeKind.CHANGED, fields) if fields else None
