"""Prints docs/identity.md from rules and list: `python tools/identity_table.py > docs/identity.md`."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache

from kiosk.domain.identity import Case, Enough, Question, Rules, Shown, judge
from kiosk.paths import resources
from kiosk.settings.profile import IdPaper, read_id_papers, read_identity_rules

ON = date(2025, 11, 5)
MOST = 4

HEAD = """\
# Identity papers: every combination, for every case

Printed from `resources/catalogue/identity_rules.toml` and `src/kiosk/domain/identity.py` by
`tools/identity_table.py`; a test compares this page with them and works out the same answers by itself.
The session is that of 5 November 2025. `o` is enough, `+` something is missing, `-` nothing counts.

A: class A · B: class B without photo · P: class B with photo · N: 通知カード or 個人番号通知書 ·
C: 個人番号カード顔写真証明書 · X: a paper that is none · the same letter twice: two different papers.

"""


@cache
def kinds() -> dict[str, tuple[IdPaper, ...]]:
    """Enough different papers of every kind to lay MOST of them side by side."""
    listed = {
        paper.code.split("_")[0]: paper
        for paper in read_id_papers(resources() / "catalogue" / "id_documents.toml")
    }
    wanted = {
        "A": ("A01", "A03", "A08", "A12"),
        "B": ("B01", "B03", "B05", "B07"),
        "P": ("B15", "B17", "B20", "B21"),
        "N": ("X01", "X02"),
        "C": ("B16",),
        "X": ("X03",),
    }
    return {letter: tuple(listed[code] for code in codes) for letter, codes in wanted.items()}


def hands(most: int = MOST) -> Iterator[str]:
    """Every selection of up to `most` papers, as letters."""
    papers = kinds()
    for count in range(most + 1):
        for letters in itertools.combinations_with_replacement(papers, count):
            if all(letters.count(letter) <= len(papers[letter]) for letter in set(letters)):
                yield "".join(letters)


def answer(hand: str, case: Case, rules: Rules, *, pin: bool = False) -> Enough:
    """What the program says of one selection, every condition of its papers met."""
    papers = kinds()
    shown = [
        Shown(papers[letter][hand[:at].count(letter)], yes=frozenset(Question) - {Question.PHOTO})
        for at, letter in enumerate(hand)
    ]
    return judge(shown, case, rules, ON, pin_entered=pin).enough


def page() -> str:
    """The whole page."""
    rules = Rules.read(read_identity_rules(resources() / "catalogue" / "identity_rules.toml"))
    sign = {Enough.ENOUGH: "o", Enough.MORE: "+", Enough.NOTHING_YET: "-"}
    columns = [(case, False) for case in Case] + [(Case.APPLICANT, True)]
    names = [f"{case.value} + PIN" if pin else case.value for case, pin in columns]
    lines = [f"| shown | {' | '.join(names)} |", "|---" * (len(columns) + 1) + "|"]
    for hand in hands():
        answers = [sign[answer(hand, case, rules, pin=pin)] for case, pin in columns]
        lines.append(f"| {hand or 'nothing'} | {' | '.join(answers)} |")
    said = "\n".join(f"- {case.value}: {', '.join(way.words for way in rules.ways[case])}" for case in Case)
    return HEAD + said + "\n\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(page())
