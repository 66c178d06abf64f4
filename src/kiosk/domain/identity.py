"""Which identity papers are enough: class A is one, class B is two, and who says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from kiosk.settings.profile import IdPaper


class Enough(Enum):
    """What the program answers when papers are laid on the counter."""

    ENOUGH = "enough"
    ONE_MORE_B = "one_more_b"
    NOTHING_YET = "nothing_yet"


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer, with the papers that do not count and why (a key of the texts)."""

    enough: Enough
    class_a: int
    class_b: int
    refused: tuple[tuple[str, str], ...]


def for_issuance(shown: Sequence[IdPaper], on: date) -> Answer:
    """The person or legal guardian at issuance: one of class A, or two different of class B.

    Source: the cities' published lists for 交付時来庁方式; a paper counts only on the days its
    entry names (old insurance cards until 2025-12-01).
    """
    refused: list[tuple[str, str]] = []
    class_a = class_b = 0
    seen: set[str] = set()
    for paper in shown:
        if paper.valid_until is not None and on > paper.valid_until:
            refused.append((paper.code, "no_longer_valid"))
        elif paper.issued_from is not None and on < paper.issued_from:
            refused.append((paper.code, "not_yet_valid"))
        elif paper.cls not in ("A", "B"):
            refused.append((paper.code, "not_an_identity_paper"))
        elif paper.code in seen and not paper.several:
            refused.append((paper.code, "same_kind_twice"))
        elif paper.cls == "A":
            class_a += 1
        else:
            class_b += 1
        seen.add(paper.code)
    if class_a >= 1 or class_b >= 2:
        enough = Enough.ENOUGH
    elif class_b == 1:
        enough = Enough.ONE_MORE_B
    else:
        enough = Enough.NOTHING_YET
    return Answer(enough, class_a, class_b, tuple(refused))
