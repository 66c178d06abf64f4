"""What the reports say of the photos in words: retakes, overrides, brought ones, the city's refusals."""

from __future__ import annotations

from typing import Any

from kiosk.domain.report import PHOTO_GROUPS, Figures
from kiosk.services.words import word

_WORDS = {"retake": "photo_why", "override": "photo_override", "own": "photo_origin", "refused": "photo_why"}


def photo_rows(total: Figures, cumulative: Figures) -> list[dict[str, Any]]:
    """One row per detail that was ever counted: its name, this month, all so far; group by group."""
    return [
        {
            "name": f"{word('photo_group', group)}　{word(_WORDS[group], detail)}",
            "month": total.photo_group(group).get(detail, 0),
            "so_far": so_far,
        }
        for group in PHOTO_GROUPS
        for detail, so_far in cumulative.photo_group(group).items()
    ]


def photo_facts(figures: Figures) -> list[tuple[str, str]]:
    """(group, "影 2、傾き 1") for each group of which something was counted."""
    found = ((group, detail_words(group, figures.photo_group(group))) for group in PHOTO_GROUPS)
    return [(word("photo_group", group), words) for group, words in found if words]


def detail_words(group: str, counts: dict[str, int]) -> str:
    """The details of one group in one line, the most frequent first; empty when nothing was counted."""
    return "、".join(f"{word(_WORDS[group], detail)} {count}" for detail, count in counts.items())
