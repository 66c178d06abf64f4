"""Which forms and papers one visitor needs, computed from what they hold and who came."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from kiosk.domain.custody import NEVER_COLLECTED, REQUIRED_FOR_ISSUANCE, Paper
from kiosk.domain.errors import Refused
from kiosk.domain.visit import Service, StepKind, Visit


class Holds(Enum):
    """What somebody has brought besides the 交付通知書, or has lost."""

    OLD_CARD = "old_card"  # renewal
    NOTICE_CARD = "notice_card"  # 通知カード
    JUKI_CARD = "juki_card"  # 住民基本台帳カード
    LOST = "lost"  # the card to be replaced is gone


BY_FLAG = {"renewal": Holds.OLD_CARD}
"""What the city's list already says."""

_WHEN = frozenset({"always", "at_application", "guardian", "agent", *(one.value for one in Holds)})


@dataclass(frozen=True, slots=True)
class FormRule:
    """A form, for which services and when it is needed, and whether it stays with us."""

    paper: Paper
    services: tuple[Service, ...]
    when: str
    collect: bool

    @staticmethod
    def read(paper: str, services: Sequence[str], when: str, collect: bool) -> FormRule:
        """From the catalogue's plain values; Refused("forms_rule", paper=…) for what does not exist."""
        try:
            rule = FormRule(Paper(paper), tuple(Service(one) for one in services), when, collect)
        except ValueError:
            raise Refused("forms_rule", paper=paper) from None
        if when not in _WHEN or (collect and rule.paper in NEVER_COLLECTED):
            raise Refused("forms_rule", paper=paper)
        return rule


def checklist(
    rules: Iterable[FormRule],
    service: Service,
    came: str,
    holds: Collection[Holds],
    *,
    at_application: bool = False,
) -> tuple[FormRule, ...]:
    """The forms of one visitor, in the order of the catalogue; `came` as in the identity step's facts."""
    given = {"always", came, *(one.value for one in holds)}
    if at_application:
        given.add("at_application")
    return tuple(rule for rule in rules if service in rule.services and rule.when in given)


def checklist_of(rules: Iterable[FormRule], visit: Visit, holds: Collection[Holds]) -> tuple[FormRule, ...]:
    """The same for a visit, with what its steps say."""
    return checklist(rules, visit.service, came_of(visit), holds, at_application=visit.at_application)


def to_collect(lines: Iterable[FormRule]) -> tuple[Paper, ...]:
    """What has to be in our hands before the envelope is closed."""
    return tuple(line.paper for line in lines if line.collect)


def holds_of(visit: Visit) -> frozenset[Holds]:
    """What is known of what they hold: said at the counter or the forms desk, else by the city's list."""
    for step in reversed(visit.steps):
        if step.kind in (StepKind.COPIES, StepKind.FORMS) and "holds" in dict(step.facts):
            return frozenset(Holds(word) for word in step.fact("holds").split())
    return frozenset(holds for flag, holds in BY_FLAG.items() if flag in visit.flags)


def came_of(visit: Visit) -> str:
    """Who came, as the last look at the identity papers says; the person when nobody asked."""
    for step in reversed(visit.steps):
        if step.fact("came"):
            return step.fact("came")
    return "person"


def needed(visit: Visit) -> tuple[Paper, ...]:
    """The papers this visit's envelope needs: as computed when they were taken, else those of everybody.

    Source: spec 7(1)カ a, and the city's list of forms.
    """
    step = visit.step_at(StepKind.COPIES)
    if step is None or not step.fact("needed"):
        return REQUIRED_FOR_ISSUANCE
    return tuple(Paper(code) for code in step.fact("needed").split())
