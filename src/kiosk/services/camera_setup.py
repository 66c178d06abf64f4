"""The camera's set-up: measured once per camera and venue, kept in a register, printed as a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kiosk.domain.camera_setup import MEASURED, REGISTER, rules_of, settled
from kiosk.domain.errors import Refused
from kiosk.domain.portrait import RULES, Rule
from kiosk.domain.register_book import BETWEEN, Entry
from kiosk.domain.staff import Act
from kiosk.services.desk import Desk
from kiosk.services.register_book import FormJob, RegisterBook
from kiosk.services.words import word

PLACE: Final = ("distance", "height", "light", "background")
"""What a person measures or puts up, in words; typed at the set-up."""


class CameraSetup:
    """The verbs of the set-up page; a camera is known by the address the settings name it by."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def camera(self) -> str:
        """The stable name of the camera in use."""
        return self._desk.devices.camera.removeprefix("camera:")

    def newest(self) -> Entry | None:
        """The last set-up of the camera in use; None when there was none."""
        with self._desk.office.reading() as view:
            entries = view.entries.latest(REGISTER)
        return next((one for one in reversed(entries) if one.words.get("camera") == self.camera), None)

    def need(self) -> str:
        """Why it has to be set up (again): "never" for this camera, "venue" for another place, else ""."""
        newest = self.newest()
        if newest is None:
            return "never"
        return "" if newest.words.get("venue", "") == self._venue() else "venue"

    def rules(self) -> Mapping[str, Rule]:
        """The rules for the camera in use; those every camera begins with until it was set up."""
        newest = self.newest()
        return RULES if newest is None else rules_of(_measured(newest))

    @property
    def may_record(self) -> bool:
        """Whether the one signed in may set the camera up."""
        operator = self._desk.operator
        return operator is not None and operator.may(Act.EDIT_REGISTERS)

    def proposal(self) -> dict[str, str]:
        """What the fields begin with: what was written for this camera last, else nothing."""
        newest = self.newest()
        return {name: newest.words.get(name, "") if newest is not None else "" for name in PLACE}

    @staticmethod
    def refuse_unless_measured(place: Mapping[str, str]) -> None:
        """Raises Refused("camera_setup_centimetres") unless both distances are whole centimetres."""
        if not all(_is_centimetres(place.get(name, "")) for name in ("distance", "height")):
            raise Refused("camera_setup_centimetres")

    def record(self, looks: Sequence[Mapping[str, float]], place: Mapping[str, str]) -> Entry:
        """Keeps what the looks measured and what was typed; raises Refused with a camera_setup_* key.

        A manager's act. Only numbers of camera, light and wall are kept, and no picture.
        """
        self._desk.allow(Act.EDIT_REGISTERS)
        self.refuse_unless_measured(place)
        measured = settled(looks)
        operator = self._desk.operator
        rules = rules_of(measured)
        words = {
            **{name: place.get(name, "") for name in PLACE},
            "camera": self.camera,
            "venue": self._venue() or word("camera_setup", "no_venue"),
            "on": self._desk.clock.today().isoformat(),
            "by": operator.name if operator is not None else "",
            "rows": "\n".join(_line(name, measured[name], rules[name]) for name in MEASURED),
        }
        return RegisterBook(self._desk).enter(REGISTER, words)

    def card(self) -> FormJob:
        """The set-up card of the camera in use; raises Refused("camera_setup_none")."""
        newest = self.newest()
        if newest is None:
            raise Refused("camera_setup_none")
        return RegisterBook(self._desk).paper(REGISTER, newest.number)

    def _venue(self) -> str:
        day = self._desk.day
        if day is None:
            return ""
        with self._desk.office.reading() as view:
            opening = view.openings.find(day, self._desk.kiosk)
        return opening.venue if opening is not None else ""


def _is_centimetres(untrusted_text: str) -> bool:
    text = untrusted_text.strip()
    return text.isascii() and text.isdigit() and 20 <= int(text) <= 400


def _line(name: str, value: float, rule: Rule) -> str:
    return BETWEEN.join((name, word("camera_measure", name), f"{value:.3g}", _limit(rule)))


def _limit(rule: Rule) -> str:
    low, high = (f"{bound:.3g}" for bound in rule.good)
    kind = "at_most" if low == "-inf" else "at_least" if high == "inf" else "between"
    return word("camera_setup", kind).format(low=low, high=high)


def _measured(entry: Entry) -> dict[str, float]:
    """The numbers of an entry; a line that was corrected into something unreadable counts for nothing."""
    found = {}
    for line in entry.words.get("rows", "").splitlines():
        name, *rest = line.split(BETWEEN)
        try:
            found[name] = float(rest[1])
        except (IndexError, ValueError):
            continue
    return {name: value for name, value in found.items() if name in MEASURED}
