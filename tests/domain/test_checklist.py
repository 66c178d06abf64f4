"""Every form of every case: what is written, what stays with us, and what the envelope needs."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest

from kiosk.domain.checklist import FormRule, Holds, came_of, checklist, holds_of, needed, to_collect
from kiosk.domain.custody import NEVER_COLLECTED, REQUIRED_FOR_ISSUANCE, Paper
from kiosk.domain.errors import Refused
from kiosk.domain.visit import Service, State, Step, StepKind, Visit
from kiosk.paths import resources
from kiosk.services.catalogue import form_rules
from kiosk.settings.profile import read_profile

PROFILE = read_profile((resources() / "profiles" / "koganei.toml").read_text(encoding="utf-8"), "profile")
RULES = form_rules(PROFILE)
AT = datetime(2025, 11, 5, 10)
# What each thing somebody holds, or whoever came, adds to everybody's papers (domain rule: forms and papers).
ADDS = {
    "old_card": {"F08"},
    "notice_card": {"F05"},
    "juki_card": {"F07"},
    "lost": {"F06"},
    "guardian": {"F10"},
    "agent": {"F11"},
    "person": set(),
}
SHOWN_ONLY = {"F08"}  # the old card stays with the visitor until the new one has come by post


def codes(lines: tuple[FormRule, ...]) -> set[str]:
    return {line.paper.value for line in lines}


@pytest.mark.parametrize("came", ["person", "guardian", "agent"])
def test_every_combination_of_what_somebody_holds(came: str) -> None:
    for count in range(len(Holds) + 1):
        for holds in itertools.combinations(Holds, count):
            lines = checklist(RULES, Service.ISSUANCE, came, holds)
            more = set.union(ADDS[came], *(ADDS[one.value] for one in holds))
            assert codes(lines) == {"F01", "F02", "F03", "F04", "F09", "F12"} | more
            collected = {paper.value for paper in to_collect(lines)}
            assert collected == {"F01", "F02", "F04", "F09"} | (more - SHOWN_ONLY)


def test_what_everybody_brings_is_what_the_envelope_always_needed() -> None:
    assert set(to_collect(checklist(RULES, Service.ISSUANCE, "person", ()))) == set(REQUIRED_FOR_ISSUANCE)
    assert not set(to_collect(RULES)) & NEVER_COLLECTED


def test_an_application_is_prepared_and_kept_by_the_visitor() -> None:
    lines = checklist(RULES, Service.APPLICATION, "person", ())
    assert (codes(lines), to_collect(lines)) == ({"F13"}, ())
    assert checklist(RULES, Service.CONSULTATION, "person", ()) == ()


def test_a_city_may_keep_the_old_card() -> None:
    procedure = PROFILE.procedure.model_copy(update={"collect": {"F08": True}})
    strict = form_rules(PROFILE.model_copy(update={"procedure": procedure}))
    assert Paper.F08 in to_collect(checklist(strict, Service.ISSUANCE, "person", (Holds.OLD_CARD,)))


@pytest.mark.parametrize(
    ("paper", "services", "when", "collect"),
    [("F99", ["A"], "always", True), ("F01", ["Z"], "always", True), ("F01", ["A"], "sometimes", True)]
    + [(code, ["A"], "always", True) for code in sorted(paper.value for paper in NEVER_COLLECTED)],
)
def test_a_rule_that_cannot_be_is_refused(paper: str, services: list[str], when: str, collect: bool) -> None:
    with pytest.raises(Refused, match="forms_rule"):
        FormRule.read(paper, services, when, collect)


def a_visit(*steps: Step, flags: tuple[str, ...] = ()) -> Visit:
    return Visit("A001", Service.ISSUANCE, State.SERVING, steps, flags=flags)


def test_what_they_hold_is_what_was_said_last() -> None:
    forms = Step(StepKind.FORMS, AT, "sato", facts=(("holds", "notice_card old_card"),))
    copies = Step(StepKind.COPIES, AT, "sato", facts=(("holds", ""),))
    assert holds_of(a_visit(flags=("renewal",))) == {Holds.OLD_CARD}
    assert holds_of(a_visit(forms, flags=("renewal",))) == {Holds.OLD_CARD, Holds.NOTICE_CARD}
    assert holds_of(a_visit(forms, copies)) == frozenset()


def test_who_came_and_what_the_envelope_needs_stand_in_the_steps() -> None:
    check = Step(StepKind.FINAL_CHECK, AT, "sato", facts=(("came", "guardian"),))
    copies = Step(StepKind.COPIES, AT, "sato", facts=(("needed", "F01 F10"),))
    assert (came_of(a_visit()), came_of(a_visit(check))) == ("person", "guardian")
    assert needed(a_visit(check)) == REQUIRED_FOR_ISSUANCE
    assert needed(a_visit(check, copies)) == (Paper.F01, Paper.F10)
