"""The data a city may differ in, read once from resources: agenda, identity papers, list columns."""

from __future__ import annotations

from functools import cache
from typing import Any

from kiosk.domain import agenda as rules
from kiosk.domain.agenda import AgendaDay, Holidays
from kiosk.domain.checklist import FormRule
from kiosk.domain.identity import IdentityBook, Rules
from kiosk.domain.intake import Question, read_questions
from kiosk.paths import resources
from kiosk.settings import parse, read_text
from kiosk.settings.profile import Identity, IdPaper, Profile, read_id_papers, read_identity_rules


@cache
def holidays() -> Holidays:
    """The frozen table of national holidays."""
    return rules.read_holidays(read_text(resources() / "catalogue" / "holidays.toml"))


def agenda_days(profile: Profile) -> tuple[AgendaDay, ...]:
    """Every session day of the profile's contract period.

    Raises Refused("month_format"), Refused("agenda_rule") or Refused("agenda_months") for a broken profile.
    """
    first, last = (str(profile.agenda.get(name, "")) for name in ("first_month", "last_month"))
    return _days(first, last, profile.model_dump_json())


@cache
def _days(first_month: str, last_month: str, profile_text: str) -> tuple[AgendaDay, ...]:
    rule = rules.agenda_rule(Profile.model_validate_json(profile_text).agenda)
    return rules.agenda(rules.month(first_month), rules.month(last_month), rule, holidays())


@cache
def list_headings() -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Headings by field as city systems write them, and the words of a cancelled status."""
    file = resources() / "catalogue" / "list_headings.toml"
    table = parse(read_text(file), file.name)
    headings = {field: tuple(map(str, names)) for field, names in table["headings"].items()}
    return headings, tuple(map(str, table["words"]["cancelled"]))


@cache
def intake_questions() -> tuple[Question, ...]:
    """Everything that can be asked before a number is given."""
    return read_questions(read_text(resources() / "catalogue" / "intake.toml"))


@cache
def id_papers() -> tuple[IdPaper, ...]:
    """The closed, dated list of identity papers."""
    return read_id_papers(resources() / "catalogue" / "id_documents.toml")


def identity_book(profile: Profile) -> IdentityBook:
    """The catalogue with what the profile changes; raises Refused("identity_rule") for a broken rule."""
    return _book(profile.identity.model_dump_json())


@cache
def _book(identity_text: str) -> IdentityBook:
    own = Identity.model_validate_json(identity_text)
    papers = tuple(
        paper.model_copy(update={"cls": own.classes[paper.code]}) if paper.code in own.classes else paper
        for paper in id_papers()
    )
    accept = {**read_identity_rules(resources() / "catalogue" / "identity_rules.toml"), **own.accept}
    return IdentityBook(papers, Rules.read(accept, allow_voluntary_agent=own.allow_voluntary_agent))


def form_rules(profile: Profile) -> tuple[FormRule, ...]:
    """The forms of the procedure, as this city collects them; Refused("forms_rule") for a broken entry."""
    return _form_rules(tuple(profile.procedure.collect.items()))


@cache
def _form_rules(own: tuple[tuple[str, bool], ...]) -> tuple[FormRule, ...]:
    collect = dict(own)
    return tuple(
        FormRule.read(
            entry["paper"],
            entry["services"],
            entry["when"],
            collect.get(entry["paper"], entry["collect"]),
        )
        for entry in _forms()
    )


@cache
def _forms() -> tuple[dict[str, Any], ...]:
    file = resources() / "catalogue" / "forms.toml"
    return tuple(parse(read_text(file), file.name)["forms"])
