"""What the city gets: tables anyone can read, and only the pictures and numbers it has to act on."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime

import pytest

from kiosk.domain.visit import Done, Event, Outcome, Reason, Service, State, Step, StepKind, Visit
from kiosk.services import payload
from kiosk.services.clock import JST
from kiosk.services.payload import STILL_TO_ACT, to_hand_over
from kiosk.store.desk import StoredPortrait
from tests.ui.counter_day import CounterDay

ID = "12345678901234567890123"
NOON = datetime(2025, 11, 9, 12, 0, tzinfo=JST)


@pytest.fixture
def day() -> CounterDay:
    day = CounterDay()
    day.book()
    return day


def files(day: CounterDay, portraits: tuple[str, ...] = (), ids: tuple[str, ...] = ()) -> dict[str, bytes]:
    return dict(payload.entries(day.desk.session, portraits, ids, b"%PDF summary"))


def rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")  # the mark by which a spreadsheet knows UTF-8
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def applied(day: CounterDay, outcome: Outcome = Outcome.APPLIED_PAPER) -> str:
    """An application to its end, with ID and picture."""
    ticket = day.serving(Service.APPLICATION).ticket
    day.counter.skip(ticket, StepKind.PHOTO)
    with day.desk.session.work() as work:
        work.portraits.put(StoredPortrait(ticket, b"\xff\xd8 picture of " + ticket.encode(), NOON, "s", "{}"))
        work.commit()
    day.applications.put_id(ticket, ID)
    for kind in (StepKind.APPLY, StepKind.AFTER_GUIDE):
        day.counter.complete(ticket, kind)
    day.counter.finish(ticket, outcome)
    return ticket


def ended(ticket: str, outcome: Outcome | None) -> Visit:
    return Visit(ticket, Service.APPLICATION, State.CLOSED, outcome=outcome)


@pytest.mark.parametrize("outcome", [*Outcome, None])
def test_which_pictures_go_along(outcome: Outcome | None) -> None:
    visits, held = [ended("B001", outcome)], ["B001"]
    still = outcome in (Outcome.APPLIED_PAPER, Outcome.APPLIED_ONLINE)
    assert (outcome in STILL_TO_ACT) is still
    assert to_hand_over("open", False, visits, held) == (held if still else [])
    assert to_hand_over("none", False, visits, held) == []
    assert to_hand_over("all", False, visits, held) == held
    for rule in ("none", "open", "all"):
        assert to_hand_over(rule, True, visits, held) == held


def test_the_files_and_their_order(day: CounterDay) -> None:
    ticket = applied(day)
    made = files(day, (ticket,), (ticket,))
    assert list(made) == [
        "visits.csv",
        "visits.json",
        "custody.csv",
        "applications.csv",
        "journal.jsonl",
        "summary.pdf",
        f"portraits/{ticket}.jpg",
    ]
    assert made[f"portraits/{ticket}.jpg"] == b"\xff\xd8 picture of B001"
    assert rows(made["applications.csv"]) == [
        {"ticket": "B001", "application_id": ID, "outcome": "applied_paper", "portrait": "1"}
    ]


def test_an_id_that_is_not_for_the_city_is_not_in_the_table(day: CounterDay) -> None:
    applied(day)
    assert rows(files(day)["applications.csv"])[0]["application_id"] == ""
    assert ID.encode() not in b"".join(files(day).values())


@pytest.mark.parametrize("how", ["abandoned", "left", "came for something else"])
def test_an_id_nobody_needs_is_erased_with_the_outcome(day: CounterDay, how: str) -> None:
    day.desk.practice = False
    if how == "abandoned":
        ticket = applied(day, Outcome.APPLY_ABANDONED)
    else:
        ticket = day.serving(Service.APPLICATION).ticket
        day.counter.skip(ticket, StepKind.PHOTO)
        day.applications.put_id(ticket, ID)
        if how == "left":
            day.counter.side_exit(ticket, Reason.R10)
        else:
            day.reception.transfer(ticket, Service.CONSULTATION)
            day.counter.move(ticket, Event.CALL)
            day.counter.move(ticket, Event.ARRIVE)
            day.counter.talked(ticket, "other")
    assert day.applications.id_of(ticket) is None
    kept = applied(day)
    assert day.applications.id_of(kept) == ID


def test_a_photo_and_an_id_go_with_the_application_that_is_not_made(day: CounterDay) -> None:
    ticket = day.serving(Service.APPLICATION).ticket
    with day.desk.session.work() as work:
        seen = work.visits.get(ticket).with_step(Step(StepKind.PHOTO, NOON, "s"))
        work.visits.save(seen)
        work.portraits.put(StoredPortrait(ticket, b"\xff\xd8", NOON, "s", "{}"))
        work.commit()
    day.applications.put_id(ticket, ID)
    assert day.applications.put_id(ticket, ID) == day.counter.visit(ticket), "the same form once more"
    day.reception.transfer(ticket, Service.CONSULTATION)
    assert (day.portraits.of(ticket), day.applications.id_of(ticket)) == (None, None)
    back = day.reception.transfer(ticket, Service.APPLICATION)
    assert back.next_step() is StepKind.PHOTO, "who comes back is photographed again"
    assert back.steps[: len(seen.steps)] == seen.steps, "nothing is taken from the record"


def test_a_step_taken_back_takes_its_picture_and_its_number_along(day: CounterDay) -> None:
    ticket = day.serving(Service.APPLICATION).ticket
    day.counter.skip(ticket, StepKind.PHOTO)
    with day.desk.session.work() as work:
        work.portraits.put(StoredPortrait(ticket, b"\xff\xd8", NOON, "s", "{}"))
        work.commit()
    day.applications.put_id(ticket, ID)
    day.counter.undo(ticket)
    assert day.applications.id_of(ticket) is None
    assert day.portraits.of(ticket) == b"\xff\xd8"
    day.counter.undo(ticket)
    assert day.portraits.of(ticket) is None


def test_the_visitor_stands_under_name_and_nowhere_else(day: CounterDay) -> None:
    ticket = day.serving(Service.ISSUANCE, "R251109001").ticket
    day.until(ticket, StepKind.VIDEO)
    day.counter.video(ticket, Done.AGAIN, "市職員 1番", day.clock.now())
    made = files(day)
    (visit,) = json.loads(made["visits.json"])["visits"]
    assert (visit["ticket"], visit["service"], visit["reserved"]) == (ticket, "ISSUANCE", True)
    assert (visit["name"], visit["kana"]) == ("小金井 花子", "コガネイ ハナコ")
    assert visit["flags"] == ["renewal"]
    steps = [(step["step"], step["outcome"]) for step in visit["steps"]]
    assert steps[:3] == [("check_in", "done"), ("papers_guide", "done"), ("ticket", "done")]
    assert steps[-1] == ("video", "again")
    assert visit["steps"][-1]["officer"] == "市職員 1番"
    assert all(datetime.fromisoformat(step["at"]).utcoffset() for step in visit["steps"])
    for name in ("custody.csv", "applications.csv", "journal.jsonl"):
        assert "小金井".encode() not in made[name]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+81", "-1", "@cmd", "\t=1"])
def test_a_name_that_a_spreadsheet_would_run_is_defused(day: CounterDay, name: str) -> None:
    from dataclasses import replace

    visit = day.ready()
    with day.desk.session.work() as work:
        work.visits.save(replace(work.visits.get(visit.ticket), name=name))
        work.commit()
    made = files(day)
    assert rows(made["visits.csv"])[0]["name"] == f"'{name}"
    assert json.loads(made["visits.json"])["visits"][0]["name"] == name


def test_the_journal_goes_along_line_by_line_and_chains(day: CounterDay) -> None:
    day.ready()
    lines = files(day)["journal.jsonl"].splitlines()
    with day.desk.session.reading() as view:
        assert len(lines) == view.journal.head().length > 2
    assert [json.loads(line)["n"] for line in lines] == list(range(1, len(lines) + 1))
