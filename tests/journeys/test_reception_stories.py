"""The reception on a busy day: forty walk-ins in an hour, a family, somebody sent home."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.closing import reconcile
from kiosk.domain.reservation import Reservation
from kiosk.domain.visit import Event, Outcome, Reason, Service, State, Visit
from kiosk.services.day_counts import day_counts
from tests.ui.counter_day import CounterDay

FAMILY = Reservation("R251109050", "11:40", False, "本町 大樹", "ホンチョウ ダイキ", party_size=4)
CHILD = ("under_15",)


@pytest.fixture
def day() -> CounterDay:
    return CounterDay()


def serve(day: CounterDay, visit: Visit) -> None:
    """At the window: consultations are answered, everyone else stops of their own wish."""
    day.counter.move(visit.ticket, Event.ARRIVE)
    if visit.service is Service.CONSULTATION:
        day.counter.talked(visit.ticket, "receiving")
        day.counter.finish(visit.ticket, Outcome.CONSULTED)
    else:
        day.counter.side_exit(visit.ticket, Reason.R10)


def test_forty_walk_ins_in_an_hour_lose_nobody_and_are_called_as_they_became_ready(day: CounterDay) -> None:
    begin, services = day.clock.moment, tuple(Service)
    ready: dict[str, int] = {}
    called: list[str] = []
    longest = 0
    bands: set[str] = set()
    for minute in range(0, 120):
        day.clock.moment = begin + timedelta(minutes=minute)
        if minute < 60 and minute % 3 != 2:  # two of three minutes somebody comes: forty in the hour
            visit = day.reception.check_in(services[minute % 2 if minute % 9 else 2])
            if visit.state is State.WAITING:
                ready[visit.ticket] = minute
        for visit in day.reception.at_forms():
            if visit.steps[0].at + timedelta(minutes=6) <= day.clock.moment:
                day.reception.precheck(visit.ticket, ("A01",))
                day.reception.forms_done(visit.ticket)
                ready[visit.ticket] = minute
        line = day.line.now()
        longest, bands = max(longest, line.count), bands | {line.band}
        if minute % 2 == 0 and line.count:
            visit = day.counter.call_next()
            called.append(visit.ticket)
            serve(day, visit)
    with day.desk.session.reading() as view:
        numbers, visits = view.tickets.numbers(), view.visits.all()
        counts = reconcile(numbers, visits, view.custody.lines())
    assert len(numbers) == len(set(numbers)) == 40
    assert sorted(called) == sorted(ready) == sorted(numbers)
    minutes = [ready[ticket] for ticket in called]
    assert minutes == sorted(minutes), "walk-ins are called in the order in which they became ready"
    assert all(visit.outcome is not None for visit in visits)
    assert counts.agrees
    assert longest >= 5
    assert bands >= {"free", "busy", "crowded"}
    per_letter = {letter: [n for n in sorted(numbers) if n[0] == letter] for letter in "ABC"}
    for letter, given in per_letter.items():
        assert given == [f"{letter}{n:03}" for n in range(1, len(given) + 1)], "no number is left out"


def test_a_family_of_four_one_movement_four_outcomes(day: CounterDay) -> None:
    day.book(replace(FAMILY, flags=()))
    family = day.reception.check_in_party(
        (Service.ISSUANCE, Service.ISSUANCE, Service.APPLICATION, Service.CONSULTATION),
        reservation=FAMILY.number,
        touch="one",
        noticed=CHILD,
    )
    assert [visit.ticket for visit in family] == ["A001", "A002", "B001", "C001"]
    assert {visit.party for visit in family} == {FAMILY.number}
    assert [visit.flags for visit in family] == [CHILD] + [("ask_age",)] * 3, "one birth date, one person"
    again = day.reception.check_in_party((Service.ISSUANCE,) * 4, reservation=FAMILY.number, touch="one")
    assert again == family, "a second touch makes no second strip"
    assert day.tickets.strip(family).numbers == ("A001", "A002", "B001", "C001")

    assert {place.party for place in day.line.now().waiting} == {FAMILY.number}
    for ticket in ("A001", "A002"):
        day.reception.precheck(ticket, ("A01",))
        day.reception.forms_done(ticket)
    day.counter.call_next()
    for visit in family:
        called = day.counter.visit(visit.ticket)
        assert called.state is State.CALLED, "who came together is called together"
        serve(day, called)
    with day.desk.session.reading() as view:
        outcomes = Counter(visit.outcome for visit in view.visits.of_party(FAMILY.number))
        counts = day_counts(view)
    assert outcomes == {Outcome.STOPPED: 3, Outcome.CONSULTED: 1}
    assert (counts["reserved"], counts["no_show"]) == (4, 0)


def test_two_of_a_family_come_later_and_one_never(day: CounterDay) -> None:
    day.book(FAMILY)
    first = day.reception.check_in_party((Service.ISSUANCE,), reservation=FAMILY.number, touch="one")
    booking = day.reception.booking(FAMILY.number)
    assert booking is not None
    assert not booking.is_received
    later = day.reception.check_in_party(
        (Service.ISSUANCE,) * 2, reservation=FAMILY.number, again=True, touch="two"
    )
    assert [visit.ticket for visit in (*first, *later)] == ["A001", "A002", "A003"]
    with day.desk.session.reading() as view:
        assert day_counts(view)["no_show"] == 1


def test_somebody_sent_home_before_the_ticket_is_counted_and_waits_for_nothing(day: CounterDay) -> None:
    for reason in ("R02", "R02", "R03"):
        day.reception.guide_only(reason)
    day.reception.guide_only("city_hall")
    with day.desk.session.reading() as view:
        counts = day_counts(view)
        told = reconcile(view.tickets.numbers(), view.visits.all(), view.custody.lines())
    assert {name: count for name, count in counts.items() if name.startswith("guided_")} == {
        "guided_R02": 2,
        "guided_R03": 1,
        "guided_city_hall": 1,
    }
    assert (told.tickets, told.agrees) == (0, True)
    assert day.line.now().count == 0


def test_a_number_taken_back_frees_its_booking(day: CounterDay) -> None:
    day.book()
    first = day.reception.check_in(Service.ISSUANCE, reservation="R251109001")
    day.reception.void(first.ticket)
    second = day.reception.check_in(Service.ISSUANCE, reservation="R251109001")
    assert (first.ticket, second.ticket) == ("A001", "A002")
    assert day.reception.booking("R251109001").tickets == ("A002",)  # type: ignore[union-attr]
