"""The identity papers on the counter while they are being looked at, and what is recorded of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from kiosk.domain.flags import ASK_AGE
from kiosk.domain.identity import (
    Answer,
    Came,
    Case,
    Enough,
    IdentityBook,
    Question,
    Shown,
    cases_of,
    judge,
    questions,
)
from kiosk.domain.visit import Step, StepKind, Visit

YOUNG = frozenset({"under_15", ASK_AGE})
"""Flags of somebody who is, or may be, a child with a guardian."""
LOOKED_AT = (StepKind.PRECHECK, StepKind.FINAL_CHECK)


@dataclass
class Evidence:
    """Who came, and each one's papers; only kinds and who showed them are ever recorded."""

    book: IdentityBook
    came: Came
    at_application: bool = False
    proof: bool = False
    pin_entered: bool = False
    _shown: dict[Case, list[Shown]] = field(default_factory=dict)

    @property
    def cases(self) -> tuple[Case, ...]:
        """Whose papers are needed, the person's first."""
        return cases_of(self.came, at_application=self.at_application)

    def of(self, case: Case) -> tuple[Shown, ...]:
        """One person's papers in the order they were laid down."""
        return tuple(self._shown.get(case, ()))

    def put(self, case: Case, code: str, shown: tuple[Shown, ...]) -> None:
        """Replaces the papers of one kind; none takes the kind away."""
        kept = [one for one in self._shown.get(case, ()) if one.paper.code != code]
        self._shown[case] = [*kept, *shown]

    def answer(self, case: Case, on: date) -> Answer:
        """What the rule says of one person's papers."""
        return judge(self.of(case), case, self.book.rules, on, pin_entered=self.pin_entered)

    def is_enough(self, on: date) -> bool:
        """Whether everybody's papers suffice, and whoever acts for the person has shown the proof."""
        enough = all(self.answer(case, on).enough is Enough.ENOUGH for case in self.cases)
        return enough and (self.proof or self.came is Came.PERSON)

    def codes(self, on: date) -> tuple[str, ...]:
        """Every kind that counts."""
        return tuple(code for case in self.cases for code in self.answer(case, on).counted)

    def facts(self, on: date) -> tuple[tuple[str, str], ...]:
        """What the step keeps: who came, whose papers these were, which carried no photo."""
        kept = [("came", self.came.value)]
        for case in self.cases:
            kept.append((f"papers_{case.value}", " ".join(self.answer(case, on).counted)))
        bare = [one.paper.code for case in self.cases for one in self.of(case) if Question.PHOTO in one.no]
        if bare:
            kept.append(("without_photo", " ".join(bare)))
        if self.proof:
            kept.append(("proof", "seen"))
        if self.pin_entered:
            kept.append(("pin_entered", "yes"))
        return tuple(kept)


def before(visit: Visit, book: IdentityBook, beside: Iterable[Visit] = ()) -> Evidence:
    """What was seen of this visit's papers last time, to begin from; under 15 a guardian is expected.

    A child beside whom another child of the party was looked at begins with the guardian's papers of that
    one, to be seen once more; the proof of authority is each child's own and begins open.
    """
    step = _last_look(visit)
    young = "under_15" in visit.flags
    at_application = visit.at_application
    came = Came.GUARDIAN if young else Came.PERSON
    if step is None:
        return begin(visit, book, came, beside)
    if step.fact("came"):
        came = Came(step.fact("came"))
    evidence = Evidence(
        book,
        came,
        at_application,
        proof=step.fact("proof") == "seen",
        pin_entered=step.fact("pin_entered") == "yes",
    )
    _lay_down(evidence, evidence.cases, step)
    return evidence


def begin(visit: Visit, book: IdentityBook, came: Came, beside: Iterable[Visit] = ()) -> Evidence:
    """An empty counter for whoever came; with a guardian who was already looked at, that one's papers."""
    evidence = Evidence(book, came, visit.at_application)
    other = with_guardian(visit, beside) if came is Came.GUARDIAN else None
    look = _last_look(other) if other is not None else None
    if look is not None:
        _lay_down(evidence, (Case.GUARDIAN,), look)
    return evidence


def with_guardian(visit: Visit, beside: Iterable[Visit]) -> Visit | None:
    """Another child of the same party whose guardian's papers were seen; only for one not yet looked at."""
    if not YOUNG & set(visit.flags) or visit.party is None or _last_look(visit) is not None:
        return None
    for other in beside:
        look = _last_look(other)
        if other.party == visit.party and look is not None and look.fact(f"papers_{Case.GUARDIAN.value}"):
            return other
    return None


def _last_look(visit: Visit) -> Step | None:
    return next((step for step in reversed(visit.steps) if step.kind in LOOKED_AT and step.papers), None)


def _lay_down(evidence: Evidence, cases: tuple[Case, ...], step: Step) -> None:
    """Puts the papers a step recorded for these people on the counter again."""
    bare = step.fact("without_photo").split()
    for case in cases:
        known = step.fact(f"papers_{case.value}").split()
        if not step.facts and case is evidence.cases[0]:
            known = list(step.papers)
        for code in dict.fromkeys(known):
            paper = evidence.book.of(code)
            if paper is None:
                continue
            asked = frozenset(questions(paper, case, evidence.book.rules))
            no = asked & {Question.PHOTO} if code in bare else frozenset()
            evidence.put(case, code, (Shown(paper, asked - no, no),) * known.count(code))
