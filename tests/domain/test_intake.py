"""What is asked before the ticket: from the city's data, by service, each with where it leads and why."""

from __future__ import annotations

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.intake import Question, questions_for, read_questions
from kiosk.domain.visit import Reason, Service
from kiosk.services.catalogue import intake_questions
from kiosk.ui.texts import Texts

BOTH = frozenset({Service.ISSUANCE, Service.APPLICATION})
EVERY = (
    Question("resident", BOTH, "", Reason.R03, "a"),
    Question("notice", frozenset({Service.ISSUANCE}), "", Reason.R02, "b"),
    Question("guardian", frozenset({Service.ISSUANCE}), "under_15", Reason.R05, "c"),
    Question("form", frozenset({Service.APPLICATION}), "", None, "d"),
)


@pytest.mark.parametrize(
    ("services", "flags", "wanted", "asked"),
    [
        ((Service.ISSUANCE,), (), (), ["resident", "notice"]),
        ((Service.ISSUANCE,), ("under_15",), (), ["resident", "notice", "guardian"]),
        ((Service.APPLICATION,), (), (), ["resident", "form"]),
        ((Service.CONSULTATION,), (), (), []),
        ((Service.ISSUANCE, Service.APPLICATION), (), (), ["resident", "notice", "form"]),
        ((Service.ISSUANCE,), (), ("notice", "resident"), ["notice", "resident"]),
    ],
)
def test_who_is_asked_what(
    services: tuple[Service, ...], flags: tuple[str, ...], wanted: tuple[str, ...], asked: list[str]
) -> None:
    assert [one.code for one in questions_for(EVERY, services, flags, wanted)] == asked


def test_a_profile_that_names_no_such_question_is_refused() -> None:
    with pytest.raises(Refused, match="intake_questions"):
        questions_for(EVERY, (Service.ISSUANCE,), (), ("shoe_size",))


def test_every_question_of_the_city_has_words_for_yes_and_no_a_flag_and_a_source() -> None:
    texts = Texts.load("ja")
    every = intake_questions()
    assert {"resident", "notice", "posting", "guardian", "residence"} <= {one.code for one in every}
    for one in every:
        assert one.source
        assert all(texts.has(key) for key in (f"intake.yes.{one.code}", f"intake.no.{one.code}"))
        assert texts.has(f"flag.{one.flag}")
        assert one.leads_to is None or texts.has(f"exit.{one.leads_to.value}.say")


ENTRY = '[[questions]]\ncode = "x"\nservices = ["A"]\nonly_flag = ""\nleads_to = ""\nsource = ""\n'


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "questions = 1",
        "[[questions]",
        '[[questions]]\ncode = "x"',
        ENTRY.replace('"A"', '"Z"'),
        ENTRY.replace('leads_to = ""', 'leads_to = "R50"'),
    ],
)
def test_a_broken_list_of_questions_is_refused(broken: str) -> None:
    with pytest.raises(Refused, match="intake_questions"):
        read_questions(broken)
