"""The line as the windows use it: bookings in their time, parties together, another service, today's pace."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.reservation import Reservation
from kiosk.domain.visit import Event, Outcome, Service, State
from kiosk.services.board import BoardDesk
from kiosk.services.clock import JST
from kiosk.settings import Devices
from tests.ui.counter_day import CounterDay

BOOKED_AT_NOON = Reservation("R1", "12:00", False, "小金井 花子", "コガネイ ハナコ")
FAMILY = Reservation("R2", "11:40", False, "小金井 太郎", "コガネイ タロウ", party_size=3)


@pytest.fixture
def day() -> CounterDay:
    day = CounterDay()
    day.book(BOOKED_AT_NOON, FAMILY)
    return day


def at(day: CounterDay, hour: int, minute: int) -> None:
    day.clock.moment = datetime(2025, 11, 9, hour, minute, tzinfo=JST)


def waiting(day: CounterDay) -> list[str]:
    return [place.ticket for place in day.line.now().waiting]


def test_a_booking_goes_first_in_its_time_but_passes_nobody_at_the_limit(day: CounterDay) -> None:
    at(day, 11, 40)
    early = day.ready(Service.APPLICATION).ticket
    at(day, 11, 55)
    walk_in, booked = day.ready(Service.APPLICATION).ticket, day.ready(reservation="R1").ticket
    assert waiting(day) == [early, walk_in, booked]  # not noon yet
    at(day, 12, 1)
    assert waiting(day) == [booked, early, walk_in]
    assert day.tickets.compose(day.counter.visit(walk_in)).values["waiting"] == 2
    at(day, 12, 10)
    assert waiting(day) == [early, booked, walk_in]  # half an hour: nobody passes any more
    assert [day.counter.call_next().ticket for _ in range(3)] == [early, booked, walk_in]


def test_who_came_together_and_is_ready_is_called_together_to_one_window(day: CounterDay) -> None:
    family = day.reception.check_in_party((Service.APPLICATION,) * 3, reservation="R2")
    alone = day.ready(Service.CONSULTATION).ticket
    day.counter.move(family[2].ticket, Event.HOLD)
    first = day.counter.call_next()
    states = {visit.ticket: day.counter.visit(visit.ticket) for visit in family}
    assert first.ticket == family[0].ticket
    assert [states[visit.ticket].state for visit in family] == [State.CALLED, State.CALLED, State.HELD]
    assert {states[visit.ticket].window for visit in family[:2]} == {"2"}
    assert waiting(day) == [alone]
    # Called again: only the one who has not come.
    day.counter.move(family[0].ticket, Event.ARRIVE)
    again = day.counter.move(family[1].ticket, Event.CALL)
    assert (again.ticket, day.counter.visit(family[0].ticket).state) == (family[1].ticket, State.SERVING)


def test_two_windows_never_call_the_same_person(day: CounterDay) -> None:
    people = [day.ready(Service.APPLICATION).ticket for _ in range(4)]
    called = []
    for window in ("1", "2", "1", "2"):
        day.desk.devices = Devices(window=window)
        called.append((day.counter.call_next().ticket, window))
    assert [ticket for ticket, _ in called] == people
    board = BoardDesk(day.desk).now()
    assert board is not None
    assert {(place.ticket, place.window) for place in board.line.called} == set(called)
    with pytest.raises(Refused, match="line_empty"):
        day.counter.call_next()


def test_another_service_keeps_number_and_place_and_is_counted_as_what_it_became(day: CounterDay) -> None:
    at(day, 11, 40)
    visit = day.ready(Service.CONSULTATION)
    at(day, 11, 45)
    later = day.ready(Service.APPLICATION).ticket
    moved = day.reception.transfer(visit.ticket, Service.APPLICATION)
    assert day.reception.transfer(visit.ticket, Service.APPLICATION) == moved
    assert (moved.ticket, moved.service) == ("C001", Service.APPLICATION)
    assert waiting(day) == ["C001", later]
    assert day.tickets.compose(moved, reissue=True).values["service"] == "申請サポート"
    day.counter.move("C001", Event.CALL)
    day.counter.move("C001", Event.ARRIVE)
    with pytest.raises(Refused, match="outcome_unknown"):
        day.counter.finish("C001", Outcome.CONSULTED)


def test_papers_in_our_hands_go_back_before_the_service_changes(day: CounterDay) -> None:
    from kiosk.domain.custody import Paper

    ticket = day.serving().ticket
    day.custody.set_held(ticket, Paper.F01, 1)
    with pytest.raises(Refused, match="transfer_papers"):
        day.reception.transfer(ticket, Service.CONSULTATION)
    assert day.counter.visit(ticket).service is Service.ISSUANCE


def test_the_minutes_follow_the_days_own_pace(day: CounterDay) -> None:
    people = [day.ready(Service.APPLICATION).ticket for _ in range(12)]
    assert day.line.now().minutes == 12 * 8
    for ticket in people[:9]:
        day.clock.moment += timedelta(minutes=3)
        day.counter.move(ticket, Event.CALL)
    day.clock.moment += timedelta(minutes=2)
    left = day.line.now()
    assert left.count == 3
    assert 3 * 3 < left.minutes < 3 * 8
    assert left.band == "free"
