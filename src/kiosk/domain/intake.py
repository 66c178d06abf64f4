"""What is asked before a number is given, so that nobody waits for a refusal known at the door."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.domain.errors import Refused
from kiosk.domain.visit import Reason, Service

ASK: Final = "ask_"
"""Before a question's code: the flag of a visit whose answer was not the wished one, for the next desk."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to be so; `leads_to` is the side exit when it is not, None where it is only noted."""

    code: str
    services: frozenset[Service]
    only_flag: str
    leads_to: Reason | None
    source: str

    @property
    def flag(self) -> str:
        """What a visit carries when the question was not answered as wished."""
        return f"{ASK}{self.code}"


def read_questions(untrusted_text: str) -> tuple[Question, ...]:
    """The list of resources/catalogue/intake.toml, in its order; raises Refused("intake_questions")."""
    try:
        return tuple(
            Question(
                code=str(entry["code"]),
                services=frozenset(Service(letter) for letter in entry["services"]),
                only_flag=str(entry["only_flag"]),
                leads_to=Reason(entry["leads_to"]) if entry["leads_to"] else None,
                source=str(entry["source"]),
            )
            for entry in tomllib.loads(untrusted_text)["questions"]
        )
    except (ValueError, KeyError, TypeError):
        raise Refused("intake_questions") from None


def questions_for(
    every: Iterable[Question], services: Iterable[Service], flags: Sequence[str], wanted: Sequence[str] = ()
) -> tuple[Question, ...]:
    """What is asked of people who came for these services; `wanted` is the profile's choice, () for all.

    Raises Refused("intake_questions") when the profile names a question that does not exist.
    """
    known = {question.code: question for question in every}
    if any(code not in known for code in wanted):
        raise Refused("intake_questions")
    asked = set(services)
    return tuple(
        known[code]
        for code in (wanted or known)
        if known[code].services & asked and (not known[code].only_flag or known[code].only_flag in flags)
    )
