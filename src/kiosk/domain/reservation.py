"""The city's reservation list, reduced to the columns this kiosk may keep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reservation:
    """One booked arrival of the session day; `name` and `kana` stand exactly as the city wrote them.

    `slot` is "HH:MM". `flags` are short codes such as "under_15" or "private_use_name"; a birth date
    never gets this far.
    """

    number: str
    slot: str
    cancelled: bool
    name: str
    kana: str
    party_size: int = 1
    remarks: str = ""
    flags: tuple[str, ...] = ()
