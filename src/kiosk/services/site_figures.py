"""The sisters' counts in the lead's report: told by their signed manifests, once, also when read twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from kiosk.domain.batch import BatchFacts
from kiosk.domain.site_figures import Told, as_counts, day_told, whole_figures

if TYPE_CHECKING:
    from kiosk.store.office import OfficeView, OfficeWork

TOLD = "told/"
"""Before the day under which the office keeps what the session's other kiosks told."""


def day_shared(view: OfficeView, day: date, kiosk: str) -> dict[str, int]:
    """This kiosk's own counts of a closed day as its manifest carries them."""
    visits = [line for line in view.figures.of_session(day) if line.kiosk == kiosk]
    return day_told(visits, view.figures.day_counts(day, kiosk))


def told_by(facts: BatchFacts) -> Told:
    """What a manifest tells of its day."""
    return Told(facts.seq, {line.ticket: line.outcome for line in facts.tickets}, facts.day)


def keep_whole(work: OfficeWork, day: date, kiosk: str, told: Mapping[str, Told]) -> None:
    """Keeps what was told and, once this kiosk has closed the day, the line of the whole session.

    The newest batch of a kiosk counts; reading one again changes nothing. The caller commits.
    """
    kept = {name: Told(**one) for name, one in work.settings.get(f"{TOLD}{day}", {}).items()}
    newer = {
        name: one
        for name, one in told.items()
        if name != kiosk and (name not in kept or kept[name].seq < one.seq)
    }
    if newer:
        kept |= newer
        work.settings.put(f"{TOLD}{day}", {name: asdict(one) for name, one in sorted(kept.items())})
    own_day = work.figures.day_counts(day, kiosk)
    if not kept or not own_day:
        return
    lines = [line for line in work.figures.of_session(day) if line.kiosk == kiosk]
    own = Told(0, {line.ticket: line.outcome for line in lines}, day_told(lines, own_day))
    figures = whole_figures({**kept, kiosk: own}, {line.ticket: line.service for line in lines})
    work.figures.put_whole(day, as_counts(figures))
