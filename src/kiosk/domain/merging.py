"""One session seen by several kiosks: parts of one ticket become one visit, by the union of steps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeVar

from kiosk.domain.custody import CustodyLine, held
from kiosk.domain.visit import Event, StepKind

_Told = TypeVar("_Told")


class Clash(Enum):
    """Why two parts of one number cannot be one visit."""

    SERVICE = "service"  # another service
    OUTCOME = "outcome"  # ended in two ways
    RECEIVED_TWICE = "received_twice"  # two people got the same number


@dataclass(frozen=True, slots=True)
class PartStep:
    """A step as the batch tells it; two kiosks that tell the same step tell it once."""

    at: datetime
    step: str
    operator: str
    outcome: str
    event: str


@dataclass(frozen=True, slots=True)
class Part:
    """What one kiosk knows of one ticket."""

    kiosk: str
    ticket: str
    service: str
    reserved: bool
    outcome: str | None
    reason: str | None
    pin_form: str | None
    has_photo: bool
    steps: tuple[PartStep, ...]
    papers: tuple[CustodyLine, ...]


@dataclass(frozen=True, slots=True)
class MergedVisit:
    """One person's passage over all kiosks of the session; waiting and serving in seconds."""

    ticket: str
    kiosks: tuple[str, ...]
    service: str
    reserved: bool
    outcome: str | None
    reason: str | None
    pin_form: str | None
    has_photo: bool
    waited_s: int | None
    served_s: int | None
    steps: tuple[PartStep, ...]
    papers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A number whose parts stay apart, each counted for itself."""

    ticket: str
    kiosks: tuple[str, ...]
    clash: Clash


def merge(parts: Iterable[Part]) -> tuple[tuple[MergedVisit, ...], tuple[Conflict, ...]]:
    """The visits of one session in the order of their numbers, and the numbers that contradict themselves.

    The order in which parts are given makes no difference.
    """
    by_ticket: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        by_ticket[part.ticket].append(part)
    visits: list[MergedVisit] = []
    conflicts: list[Conflict] = []
    for ticket, same in sorted(by_ticket.items()):
        same.sort(key=lambda part: part.kiosk)
        clash = _clash(same)
        if clash is None:
            visits.append(_merged(same))
            continue
        visits += [_merged([part]) for part in same]
        conflicts.append(Conflict(ticket, tuple(part.kiosk for part in same), clash))
    return tuple(visits), tuple(conflicts)


def _clash(parts: list[Part]) -> Clash | None:
    if len({part.service for part in parts}) > 1:
        return Clash.SERVICE
    if len({part.outcome for part in parts} - {None}) > 1:
        return Clash.OUTCOME
    received = {_received(part) for part in parts} - {None}
    return Clash.RECEIVED_TWICE if len(received) > 1 else None


def _received(part: Part) -> PartStep | None:
    return next((step for step in part.steps if step.step == StepKind.CHECK_IN.value), None)


def _merged(parts: list[Part]) -> MergedVisit:
    steps = tuple(sorted(_union(part.steps for part in parts), key=lambda step: step.at))
    last = next((part for part in parts if part.outcome is not None), parts[0])
    return MergedVisit(
        ticket=last.ticket,
        kiosks=tuple(part.kiosk for part in parts),
        service=last.service,
        reserved=any(part.reserved for part in parts),
        outcome=last.outcome,
        reason=last.reason,
        pin_form=next((part.pin_form for part in (last, *parts) if part.pin_form is not None), None),
        has_photo=any(part.has_photo for part in parts),
        waited_s=_seconds(steps, Event.READY, Event.CALL),
        served_s=_seconds(steps, Event.ARRIVE, Event.FINISH),
        steps=steps,
        papers={paper.value: count for paper, count in held(_union(part.papers for part in parts)).items()},
    )


def _union(told: Iterable[Iterable[_Told]]) -> list[_Told]:
    """All that was told, in the order it was told. Times are whole seconds: what one kiosk tells twice
    happened twice, what two kiosks tell once each happened once.
    """
    whole: list[_Told] = []
    counted: Counter[_Told] = Counter()
    for one in told:
        mine: Counter[_Told] = Counter()
        for entry in one:
            mine[entry] += 1
            if mine[entry] > counted[entry]:
                counted[entry] += 1
                whole.append(entry)
    return whole


def _seconds(steps: Iterable[PartStep], first: Event, last: Event) -> int | None:
    """As the kiosks count: from the first of one to the first of the other."""
    begin = next((step.at for step in steps if step.event == first.value), None)
    end = next((step.at for step in steps if step.event == last.value), None)
    return None if begin is None or end is None else max(0, int((end - begin).total_seconds()))
