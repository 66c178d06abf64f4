"""The support of an application: by which way, with whose approval, and what the visitor takes home."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.registers import Approval, Subject
from kiosk.domain.visit import OUTCOMES, Outcome, Service, StepKind, Visit
from kiosk.paper import compose, fonts
from kiosk.services.exits import LANGUAGES
from tests.house import Counterday

ID = "12345678901234567890123"


def at_apply(day: Counterday, why: str = "own") -> str:
    ticket = day.at_window(Service.APPLICATION).ticket
    day.counter.skip(ticket, StepKind.PHOTO, why)
    day.applications.put_id(ticket, ID)
    return ticket


def finish(day: Counterday, ticket: str, outcome: Outcome) -> Visit:
    day.counter.complete(ticket, StepKind.AFTER_GUIDE)
    return day.counter.finish(ticket, outcome)


def approve_transmission(day: Counterday) -> None:
    with day.desk.office.work() as work:
        until = date(2026, 3, 31)
        number = Approval(
            "令7-練-6", Subject.TRANSMISSION, date(2025, 8, 1), date(2025, 8, 1), until, standing=True
        )
        work.approvals.save(number)
        work.commit()


@pytest.mark.parametrize(
    ("way", "outcome"),
    [
        ("own_phone", Outcome.APPLIED_ONLINE),
        ("paper", Outcome.APPLIED_PAPER),
        ("not", Outcome.APPLY_ABANDONED),
    ],
)
def test_the_outcome_follows_from_the_way(day: Counterday, way: str, outcome: Outcome) -> None:
    ticket = at_apply(day)
    for _ in range(10):
        visit = day.applications.apply(ticket, way)
    assert [step.fact("way") for step in visit.steps if step.kind is StepKind.APPLY] == [way]
    day.counter.complete(ticket, StepKind.AFTER_GUIDE)
    for other in set(OUTCOMES[Service.APPLICATION]) - {outcome}:
        with pytest.raises(Refused, match="outcome_other_way"):
            day.counter.finish(ticket, other)
    day.restart()
    assert day.counter.finish(ticket, outcome).outcome is outcome


def test_a_tablet_only_under_the_citys_approval_for_transmission(day: Counterday) -> None:
    ticket = at_apply(day)
    with pytest.raises(Refused, match="apply_tablet"):
        day.applications.apply(ticket, "tablet")
    approve_transmission(day)
    applied = day.applications.apply(ticket, "tablet").step_at(StepKind.APPLY)
    assert applied is not None
    assert dict(applied.facts) == {"way": "tablet", "approval": "令7-練-6"}
    assert finish(day, ticket, Outcome.APPLIED_ONLINE).outcome is Outcome.APPLIED_ONLINE


def test_an_unknown_way_is_refused(day: Counterday) -> None:
    with pytest.raises(Refused, match="apply_way"):
        day.applications.apply(at_apply(day), "by_post")


def test_the_note_holds_the_id_only_while_it_has_to_be_typed(day: Counterday) -> None:
    ticket = at_apply(day)
    before = day.applications.note(ticket, "ja")
    assert before.values["id"] == ["1234 5678 9012", "3456 7890 123"]
    assert before.values["qr"] == ID
    day.applications.apply(ticket, "paper")
    after = day.applications.note(ticket, "ja")
    assert (after.values["id"], after.values["qr"]) == ([], "")
    assert "約1か月から1か月半" in "".join(after.values["next"])


def test_an_infants_card_has_no_photo_and_the_note_says_so(day: Counterday) -> None:
    ticket = at_apply(day, "infant")
    day.applications.apply(ticket, "own_phone")
    assert "1歳未満" in day.applications.note(ticket, "ja").values["next"][-1]
    assert "under one" in day.applications.note(ticket, "en").values["next"][-1]


def test_the_note_can_be_printed_in_every_language(day: Counterday, left_behind: Path) -> None:
    ticket = at_apply(day, "infant")
    for language in LANGUAGES:
        job = day.applications.note(ticket, language)
        words = [*job.values["heads"].values(), *job.values["next"]]
        assert fonts.missing_glyphs("".join(words)) == []
        assert compose.to_raster(job.paper, job.values, 384).height_dots > 600
        (left_behind / f"apply_note_{language}.png").write_bytes(compose.to_png(job.paper, job.values))
    day.applications.record_note(ticket, "en", "confirmed")


def test_nothing_of_an_abandoned_application_stays(day: Counterday) -> None:
    ticket = at_apply(day)
    day.applications.apply(ticket, "not")
    day.desk.practice = False  # in practice everything goes along, to be looked at
    finish(day, ticket, Outcome.APPLY_ABANDONED)
    assert day.applications.id_of(ticket) is None
