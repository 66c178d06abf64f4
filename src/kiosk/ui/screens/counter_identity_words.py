"""What the grid says of identity papers: enough, what is missing, why one does not count, by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.domain.evidence import Evidence
from kiosk.domain.identity import Case, Counts, Enough, Rules, Way
from kiosk.ui.texts import Texts
from kiosk.ui.theme import DONE_MARK, WARN_MARK

ENDS = "・、をがはのとで"


@dataclass(frozen=True, slots=True)
class Said:
    """The answer as sign, words and colour, and a note beside it."""

    mark: str
    words: str
    tone: str
    note: str


def answer_words(texts: Texts, evidence: Evidence, case: Case, on: date) -> Said:
    """The answer for one person's papers; a paper that does not count is explained first."""
    answer = evidence.answer(case, on)
    shown = evidence.of(case)
    rule = texts.get("identity.rule", ways=rule_words(texts, evidence.book.rules, case))
    note = rule
    if shown and shown[-1].paper.note:
        note = shown[-1].paper.note
    if answer.enough is Enough.ENOUGH:
        note = texts.get("counter.see_expiry")
    if answer.refused:
        code, why = answer.refused[-1]
        paper = evidence.book.of(code)
        note = texts.get(f"identity.refused.{why}", paper=short(paper.ja) if paper else "")
    if answer.enough is Enough.ENOUGH and answer.way is not None:
        words = texts.get("identity.enough", what=counts_words(texts, answer.way.needs))
        return Said(DONE_MARK, words, "success", note)
    if answer.enough is Enough.NOTHING_YET:
        return Said("", texts.get("counter.nothing_yet"), "neutral", note)
    either = texts.get("identity.either")
    what = either.join(counts_words(texts, lacking) for lacking in answer.lacking)
    if not answer.refused:
        note = rule
    return Said(WARN_MARK, texts.get("identity.more", what=what), "warning", note)


def rule_words(texts: Texts, rules: Rules, case: Case) -> str:
    """The combinations of a case in words, without those that hold another one whole."""
    ways = [way for way in rules.ways[case] if not any(_holds(way, other) for other in rules.ways[case])]
    return texts.get("identity.either").join(counts_words(texts, way.needs) for way in ways)


def _holds(way: Way, other: Way) -> bool:
    return other is not way and other.missing(way.needs).size == 0


def counts_words(texts: Texts, counts: Counts) -> str:
    """Such as A 1点と B 1点; a photo is said where one of class B needs it."""
    parts = [
        texts.get(f"identity.count.{name}", count=getattr(counts, name))
        for name in ("notice", "certificate", "a", "b", "pin")
        if getattr(counts, name)
    ]
    words = texts.get("identity.and").join(parts)
    return words + (texts.get("identity.with_photo") if counts.photo_b else "")


def short(words: str) -> str:
    """The kind's name without what follows in brackets or after a stroke; the whole stands in the tip."""
    for sign in ("(", "（", " /", "/", "・"):
        head = words.partition(sign)[0].strip()
        if head:
            words = head
    return words


def folded(words: str, longest: int = 9) -> str:
    """Words too long for a tile in two lines: broken near the middle, where a phrase ends if it can be."""
    if len(words) <= longest or "\n" in words:
        return words
    middle = len(words) / 2
    ends = [at + 1 for at, sign in enumerate(words[:-1]) if sign in ENDS]
    ends += [at for at, sign in enumerate(words) if at and sign in "（("]
    near = [at for at in ends if abs(at - middle) <= len(words) / 4]
    at = min(near, key=lambda at: abs(at - middle)) if near else -(-len(words) // 2)
    return f"{words[:at]}\n{words[at:]}"
