"""What the 実績報告書 counts (spec 7(5)): each session, its month, and all since the contract began."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Final

from kiosk.domain.agenda import AgendaDay

COUNTED: Final = (
    "reserved",
    "came_reserved",
    "came_walk_in",
    "no_show",
    "accepted",
    "issuance_stopped",
    "online",
    "paper",
    "support_stopped",
    "consulted",
    "guided",
    "photos",
    "retakes",
    "guardians",
    "no_outcome",
    "voided",
)
"""The columns of the report, in order; `word("report", …)` names them."""

PHOTO_GROUPS: Final = ("retake", "override", "own", "refused")
"""What is told of the photos, each `group_detail`: why a shot was taken again (a check, or a wish), why one
was accepted against a check, where a brought one came from, by which rule the city sent one back.
"""

HANDLED: Final[Mapping[str, tuple[str, ...]]] = {"A": ("accepted",), "B": ("online", "paper")}
"""What counts as a handled case (処理件数) of each service."""

TALKED: Final = "talked_"
GUIDED: Final = "guided_"
"""Before a kind: consultations that took a number, and words before any number (受付前案内)."""

OUTCOMES: Final[Mapping[tuple[str, str], str]] = {
    ("A", "accepted"): "accepted",
    ("A", "stopped"): "issuance_stopped",
    ("B", "applied_online"): "online",
    ("B", "applied_paper"): "paper",
    ("B", "apply_abandoned"): "support_stopped",
    ("B", "stopped"): "support_stopped",
}
"""The column a visit of a service falls into by its outcome; what is not here has no outcome."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Visits of one kind in one session, as the database counted them; times in seconds."""

    session: date
    service: str
    reserved: bool
    outcome: str | None
    reason: str | None
    visits: int
    waits: int = 0
    waited_s: int = 0
    longest_s: int = 0
    serves: int = 0
    served_s: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts by the names in COUNTED, side exits by reason, and times; two of them add up.

    `asked` counts consultations and guidance by kind, under TALKED or GUIDED and the kind's code.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    stopped: Mapping[str, int] = field(default_factory=dict)
    asked: Mapping[str, int] = field(default_factory=dict)
    waits: int = 0
    waited_s: int = 0
    longest_s: int = 0
    serves: int = 0
    served_s: int = 0
    first_photos: int = 0
    photo_details: Mapping[str, int] = field(default_factory=dict)

    def count(self, name: str) -> int:
        """One column; nothing counted is 0."""
        return self.counts.get(name, 0)

    @property
    def came(self) -> int:
        """Everyone who took a number that was not voided."""
        return self.count("came_reserved") + self.count("came_walk_in")

    def handled(self, services: Iterable[str]) -> int:
        """Cases that count against the plan, of these services."""
        return sum(self.count(name) for service in services for name in HANDLED[service])

    @property
    def mean_wait_min(self) -> float | None:
        """Minutes from 'ready' to the call, one decimal; None when nobody was called."""
        return round(self.waited_s / self.waits / 60, 1) if self.waits else None

    @property
    def mean_service_min(self) -> float | None:
        """Minutes at the window, one decimal; None when nobody was served to the end."""
        return round(self.served_s / self.serves / 60, 1) if self.serves else None

    @property
    def longest_wait_min(self) -> float | None:
        """The longest wait in minutes, one decimal."""
        return round(self.longest_s / 60, 1) if self.waits else None

    @property
    def first_pass(self) -> int | None:
        """Percent of the photos that were accepted at the first shot; None without photos."""
        photos = self.count("photos")
        return round(100 * self.first_photos / photos) if photos else None

    def photo_group(self, group: str) -> dict[str, int]:
        """The details of one of PHOTO_GROUPS, the most frequent first."""
        found = {
            name.removeprefix(f"{group}_"): count
            for name, count in self.photo_details.items()
            if name.startswith(f"{group}_") and count
        }
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    def plus(self, other: Figures) -> Figures:
        """Both together."""
        return Figures(
            counts=_added(self.counts, other.counts),
            stopped=_added(self.stopped, other.stopped),
            asked=_added(self.asked, other.asked),
            waits=self.waits + other.waits,
            waited_s=self.waited_s + other.waited_s,
            longest_s=max(self.longest_s, other.longest_s),
            serves=self.serves + other.serves,
            served_s=self.served_s + other.served_s,
            first_photos=self.first_photos + other.first_photos,
            photo_details=_added(self.photo_details, other.photo_details),
        )


@dataclass(frozen=True, slots=True)
class Held:
    """What the ledgers know of one session that was opened: where, by whom, what went to the city."""

    day: date
    venue: str
    is_counted: bool
    staff: tuple[str, ...] = ()
    delivery: str = ""
    received_on: date | None = None
    receiver: str = ""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One line of the report; `no` is None for an extra session."""

    no: int | None
    held: Held
    figures: Figures


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of the contract: sessions planned and held, cases handled, and all since the beginning."""

    month: date
    planned: int
    held: int
    handled: int
    cumulative: int


@dataclass(frozen=True, slots=True)
class MonthReport:
    """The whole report of one month; `plan` is in cases, `plan_counts` are the services counted for it."""

    month: date
    lines: tuple[SessionLine, ...]
    total: Figures
    cumulative: Figures
    months: tuple[MonthLine, ...]
    plan: int
    plan_counts: tuple[str, ...]

    @property
    def handled(self) -> int:
        """Cases of this month."""
        return self.total.handled(self.plan_counts)

    @property
    def handled_so_far(self) -> int:
        """Cases since the contract began."""
        return self.cumulative.handled(self.plan_counts)

    @property
    def uncounted(self) -> tuple[date, ...]:
        """Sessions of the month that are still open: their figures come with the close."""
        return tuple(line.held.day for line in self.lines if not line.held.is_counted)


def is_photo_detail(name: str) -> bool:
    """Whether a count of the day is a detail of one of PHOTO_GROUPS."""
    return name.partition("_")[0] in PHOTO_GROUPS


def figures_of(tallies: Iterable[Tally], day_counts: Mapping[str, int]) -> Figures:
    """One session's figures from its visits and from what belongs to no visit (guidance, no-shows)."""
    counts: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    photo_details: Counter[str] = Counter()
    times = Figures()
    for tally in tallies:
        if tally.outcome == "voided":
            counts["voided"] += tally.visits
            continue
        counts["came_reserved" if tally.reserved else "came_walk_in"] += tally.visits
        if tally.outcome is None:
            counts["no_outcome"] += tally.visits
        elif tally.service == "C":
            counts["consulted"] += tally.visits
        else:
            counts[OUTCOMES.get((tally.service, tally.outcome), "no_outcome")] += tally.visits
        if tally.reason is not None:
            stopped[tally.reason] += tally.visits
        times = times.plus(_times(tally))
    for name, count in day_counts.items():
        if name in ("reserved", "no_show", "photos", "retakes", "guardians"):
            counts[name] += count
        elif name.startswith(GUIDED):
            counts["guided"] += count
        elif is_photo_detail(name):
            photo_details[name] += count
    return Figures(
        counts={name: counts[name] for name in COUNTED},
        stopped=dict(sorted(stopped.items())),
        asked={
            name: count for name, count in day_counts.items() if count and name.startswith((TALKED, GUIDED))
        },
        waits=times.waits,
        waited_s=times.waited_s,
        longest_s=times.longest_s,
        serves=times.serves,
        served_s=times.served_s,
        first_photos=day_counts.get("photos_first", 0),
        photo_details=dict(sorted(photo_details.items())),
    )


def month_report(
    month: date,
    agenda: Sequence[AgendaDay],
    held: Iterable[Held],
    figures: Mapping[date, Figures],
    plan: int,
    plan_counts: tuple[str, ...],
) -> MonthReport:
    """The report of the month `month` lies in; sessions of later months are left out."""
    first = month.replace(day=1)
    numbers = {day.date: day.no for day in agenda}
    opened = sorted((one for one in held if _month(one.day) <= first), key=lambda one: one.day)
    lines = tuple(
        SessionLine(numbers.get(one.day), one, figures.get(one.day, Figures()))
        for one in opened
        if _month(one.day) == first
    )
    so_far = 0
    months = []
    for each in sorted({_month(day.date) for day in agenda} | {_month(one.day) for one in opened}):
        if each > first:
            break
        days = [one.day for one in opened if _month(one.day) == each]
        handled = sum(figures.get(day, Figures()).handled(plan_counts) for day in days)
        so_far += handled
        planned = sum(1 for day in agenda if _month(day.date) == each)
        months.append(MonthLine(each, planned, len(days), handled, so_far))
    return MonthReport(
        month=first,
        lines=lines,
        total=_sum(line.figures for line in lines),
        cumulative=_sum(figures.get(one.day, Figures()) for one in opened),
        months=tuple(months),
        plan=plan,
        plan_counts=plan_counts,
    )


def _times(tally: Tally) -> Figures:
    return Figures(
        waits=tally.waits,
        waited_s=tally.waited_s,
        longest_s=tally.longest_s,
        serves=tally.serves,
        served_s=tally.served_s,
    )


def _sum(figures: Iterable[Figures]) -> Figures:
    return reduce(Figures.plus, figures, Figures())


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted({*one, *other})}


def _month(day: date) -> date:
    return day.replace(day=1)
