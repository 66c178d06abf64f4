"""Twenty anomalies in one session: twenty lines, each acknowledged before the close, kept in the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from kiosk.devices.ports import Drive
from kiosk.domain.anomaly import checked_in_twice, late_deliveries
from kiosk.domain.batch import SessionState
from kiosk.domain.closing import Explanation, Gap
from kiosk.domain.custody import Paper
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import Opening
from kiosk.domain.visit import Outcome, Reason, Service, State, Visit
from kiosk.services.practice import PRACTICE_DAY
from kiosk.services.register_book import RegisterBook
from tests.house import Counterday

BOOKINGS = tuple(f"R25110500{number}" for number in range(1, 6))


def leave(day: Counterday, ticket: str) -> None:
    day.counter.side_exit(ticket, Reason.R02)


def inject(day: Counterday) -> None:
    """Five of each kind, all visitors gone: nothing but the anomalies waits for a word."""
    for number in BOOKINGS:
        booked = day.waiting(reservation=number)
        again = day.waiting()
        day.reception.name_walk_in(again.ticket, booked.name)
        leave(day, booked.ticket)
        leave(day, again.ticket)
    for paper in (Paper.F01, Paper.F02, Paper.F04, Paper.F01, Paper.F02):
        ticket = day.at_window().ticket
        day.issue(ticket)
        day.custody.set_held(ticket, paper, 2)
    with day.desk.office.work() as work:
        for act in ("confirm_clock", "stick_refused"):
            for _ in range(5):
                work.journal.append(act, "K1", who="sato", at=day.desk.clock.now())
        work.commit()


def test_twenty_anomalies_are_twenty_lines_and_the_close_waits_for_each(day: Counterday) -> None:
    inject(day)
    found = day.closing.reconcile().differences
    kinds = [difference.gap for difference in found]
    wanted = (Gap.TWICE, Gap.PAPER_EXTRA, Gap.CLOCK_JUMPED, Gap.STICK_REFUSED)
    assert [kinds.count(kind) for kind in wanted] == [5, 5, 5, 5]
    for number, difference in enumerate(found):
        with pytest.raises(Refused, match="closing_unexplained") as told:
            day.closing.approve()
        assert told.value.facts["count"] == len(found) - number
        open_report = difference.gap is Gap.CLOCK_JUMPED
        day.closing.explain(Explanation(difference, "" if open_report else "問題なし", open_report))
    day.closing.approve()
    assert day.desk.state is SessionState.CLOSED
    kept = RegisterBook(day.desk).entries("anomalies")
    assert len(kept) == len(found)
    assert sum(1 for entry in kept if entry.words["state"] == "調査中") == 5
    gaps = [line.gap for line in day.handover.prepare_seal().facts.differences]
    assert sorted(gaps) == sorted(kind.value for kind in kinds)
    now = RegisterBook(day.desk).correct(
        "anomalies", kept[0].number, dict(kept[0].words) | {"state": "報告済"}, "市へ報告した"
    )
    assert now.revision == 2


def test_ordinary_events_open_no_line(day: Counterday) -> None:
    visit = day.waiting(reservation=BOOKINGS[0])
    day.tickets.compose(visit)
    leave(day, visit.ticket)
    day.reception.void(day.reception.check_in(Service.ISSUANCE).ticket)
    assert day.closing.reconcile().agrees


def test_a_stick_that_is_not_registered_is_remembered_for_the_next_close(day: Counterday) -> None:
    day.closing.approve()
    day.handover.record_sealed(day.handover.prepare_seal().run(lambda *_: None, lambda: False))
    drive = day.handover.drives()[0]
    foreign = Drive(**{**{name: getattr(drive, name) for name in drive.__slots__}, "serial": "FOREIGN"})
    with pytest.raises(Refused, match="medium_unknown"):
        day.handover.prepare_export(foreign)
    assert [one.gap for one in day.closing.reconcile().differences] == [Gap.STICK_REFUSED]


@pytest.mark.parametrize(
    ("state", "days", "count"),
    [
        (SessionState.CLOSED, 1, 1),
        (SessionState.SEALED, 1, 1),
        (SessionState.EXPORTED, 1, 0),
        (SessionState.ERASED, 1, 0),
        (SessionState.CLOSED, 0, 0),
    ],
)
def test_papers_past_their_deadline_are_named_by_their_day(
    state: SessionState, days: int, count: int
) -> None:

    day = PRACTICE_DAY
    opening = Opening(day, "K1", "本町公民館", "sato", datetime(2025, 11, 5, 9), state)
    found = list(late_deliveries([opening], {day: day}, day + timedelta(days=days), "K1"))
    assert [one.paper for one in found] == ["20251105"] * count


@pytest.mark.parametrize(
    ("second", "found"),
    [
        ({"reservation": "R1", "party": "R1"}, 0),
        ({"reservation": None, "party": None}, 1),
        ({"reservation": None, "party": None, "name": ""}, 0),
        ({"reservation": None, "party": None, "name": "髙橋一郎"}, 1),
        ({"reservation": None, "party": None, "name": "高橋 二郎"}, 0),
        ({"reservation": "R1", "party": "R1", "outcome": Outcome.VOIDED}, 0),
    ],
)
def test_a_name_that_came_twice_is_asked_about(second: dict[str, Any], found: int) -> None:
    first = Visit("A001", Service.ISSUANCE, State.CLOSED, reservation="R1", party="R1", name="髙橋 一郎")
    other = replace(first, ticket="A002", **second)
    assert len(list(checked_in_twice([first, other], {"R1": 2}))) == found
