"""Consultations (spec 7(1)キ) and words before the number, by kind, as the reports name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kiosk.domain.report import GUIDED, TALKED
from kiosk.domain.visit import TALK_KINDS, Reason
from kiosk.services.reception import GUIDANCE
from kiosk.services.words import word

_REASONS = frozenset(reason.value for reason in Reason)
ORDER = (
    *(f"{TALKED}{kind}" for kind in TALK_KINDS),
    *(f"{GUIDED}{kind}" for kind in GUIDANCE),
    *(f"{GUIDED}{code}" for code in sorted(_REASONS)),
)
"""Every kind there is, in the order of the screens; a kind of an older version comes last."""


def asked_lines(*columns: Mapping[str, int]) -> list[tuple[str, tuple[int, ...]]]:
    """The kinds that were counted in any column: name, and its count in each."""
    names = _in_order({name for column in columns for name in column})
    return [(_words(name), tuple(column.get(name, 0) for column in columns)) for name in names]


def _in_order(names: Iterable[str]) -> list[str]:
    places = {name: place for place, name in enumerate(ORDER)}
    return sorted(names, key=lambda name: (places.get(name, len(ORDER)), name))


def _words(name: str) -> str:
    if name.startswith(TALKED):
        return word("report", "asked_talked").format(kind=_kind("talk", name.removeprefix(TALKED)))
    kind = name.removeprefix(GUIDED)
    table = "reason" if kind in _REASONS else "guidance"
    return word("report", "asked_guided").format(kind=_kind(table, kind))


def _kind(table: str, code: str) -> str:
    """The word of a kind; one that the texts no longer have is still counted, under its code."""
    try:
        return word(table, code)
    except KeyError:
        return code
