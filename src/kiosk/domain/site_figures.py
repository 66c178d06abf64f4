"""One session of several kiosks as one line of the report, from what each tells in its signed manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.domain.ledger import VisitFigures
from kiosk.domain.report import COUNTED, GUIDED, OUTCOMES, TALKED, Figures, is_photo_detail

SUMMED: Final = ("photos", "photos_first", "retakes", "guardians")
TIMES: Final = ("waits", "waited_s", "serves", "served_s")
ASKED: Final = (TALKED, GUIDED)
STOPPED: Final = "stopped_"
VOIDED: Final = "voided"
_SERVICE_OF: Final = {outcome: service for service, outcome in OUTCOMES if outcome != "stopped"}


@dataclass(frozen=True, slots=True)
class Told:
    """What one kiosk tells: its batch number, every number it saw with an outcome or none, its counts."""

    seq: int
    outcomes: Mapping[str, str | None]
    counts: Mapping[str, int]


def day_told(visits: Iterable[VisitFigures], day_counts: Mapping[str, int]) -> dict[str, int]:
    """What a kiosk tells the lead of its day besides numbers and outcomes: sums only, no person's line."""
    visits = [one for one in visits if one.outcome != VOIDED]
    waits = [one.waited_s for one in visits if one.waited_s is not None]
    serves = [one.served_s for one in visits if one.served_s is not None]
    names = ("reserved", "no_show", "issued_reserved", "issued_walk_in", *SUMMED)
    return {
        **{name: day_counts.get(name, 0) for name in names},
        **_asked(day_counts),
        **_photo_details(day_counts),
        **{f"{STOPPED}{code}": n for code, n in Counter(one.reason for one in visits if one.reason).items()},
        "waits": len(waits),
        "waited_s": sum(waits),
        "longest_s": max(waits, default=0),
        "serves": len(serves),
        "served_s": sum(serves),
    }


def whole_figures(told: Mapping[str, Told], services: Mapping[str, str]) -> Figures:
    """The session's figures over all kiosks; a number several of them saw is one visit.

    `services` are those of the numbers in this kiosk's own records; elsewhere the outcome, else the letter
    of the number says it. Two different outcomes of a number count as none, as in `whole_session`. The same
    list may have been taken at several kiosks, so the longest counts.
    """
    seen: dict[str, set[str]] = {}
    for one in told.values():
        for ticket, outcome in one.outcomes.items():
            seen.setdefault(ticket, set()).update({outcome} - {None})  # type: ignore[arg-type]
    counts: Counter[str] = Counter()
    for ticket, outcomes in seen.items():
        counts[_column(ticket, next(iter(outcomes)) if len(outcomes) == 1 else None, services)] += 1
    came = len(seen) - counts[VOIDED]
    total: Counter[str] = Counter()
    for one in told.values():
        total.update(one.counts)
    with_bookings = [one.counts for one in told.values() if one.counts.get("issued_reserved", 0)]
    reserved = max((one.counts.get("reserved", 0) for one in told.values()), default=0)
    counts["reserved"] = reserved
    counts["came_reserved"] = min(total["issued_reserved"], came)
    counts["came_walk_in"] = came - counts["came_reserved"]
    alone = with_bookings[0] if len(with_bookings) == 1 else None
    counts["no_show"] = (
        alone.get("no_show", 0) if alone is not None else max(0, reserved - counts["came_reserved"])
    )
    counts.update({name: total[name] for name in SUMMED})
    counts["guided"] = sum(count for name, count in total.items() if name.startswith(GUIDED))
    stopped = {
        name.removeprefix(STOPPED): count for name, count in sorted(total.items()) if name.startswith(STOPPED)
    }
    return Figures(
        counts={name: counts[name] for name in COUNTED},
        stopped=stopped,
        asked=_asked(total),
        waits=total["waits"],
        waited_s=total["waited_s"],
        serves=total["serves"],
        served_s=total["served_s"],
        longest_s=max((one.counts.get("longest_s", 0) for one in told.values()), default=0),
        first_photos=total["photos_first"],
        photo_details=_photo_details(total),
    )


def as_counts(figures: Figures) -> dict[str, int]:
    """The figures as the office keeps them: one count per name."""
    return {
        **{name: figures.count(name) for name in COUNTED},
        **{f"{STOPPED}{code}": count for code, count in figures.stopped.items()},
        **figures.asked,
        **figures.photo_details,
        **{name: getattr(figures, name) for name in (*TIMES, "longest_s", "first_photos")},
    }


def from_counts(counts: Mapping[str, int]) -> Figures:
    """The figures out of what the office kept."""
    return Figures(
        counts={name: counts.get(name, 0) for name in COUNTED},
        stopped={
            name.removeprefix(STOPPED): count
            for name, count in sorted(counts.items())
            if name.startswith(STOPPED)
        },
        asked=_asked(counts),
        photo_details=_photo_details(counts),
        waits=counts.get("waits", 0),
        waited_s=counts.get("waited_s", 0),
        serves=counts.get("serves", 0),
        served_s=counts.get("served_s", 0),
        longest_s=counts.get("longest_s", 0),
        first_photos=counts.get("first_photos", 0),
    )


def _asked(counts: Mapping[str, int]) -> dict[str, int]:
    """Consultations and guidance by kind, those there were."""
    return {name: count for name, count in sorted(counts.items()) if count and name.startswith(ASKED)}


def _photo_details(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in sorted(counts.items()) if is_photo_detail(name)}


def _column(ticket: str, outcome: str | None, services: Mapping[str, str]) -> str:
    if outcome == VOIDED:
        return VOIDED
    if outcome is None:
        return "no_outcome"
    service = _SERVICE_OF.get(outcome) or services.get(ticket) or ticket[0]
    return "consulted" if service == "C" else OUTCOMES.get((service, outcome), "no_outcome")
