"""Reception: nobody is lost, nobody gets two numbers, nobody's number is used twice."""

from __future__ import annotations

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.visit import Event, Outcome, Service, State
from tests.house import Counterday


def test_a_booking_is_found_by_number_kana_in_any_width_and_kanji_variant(day: Counterday) -> None:
    for typed in ("R251105002", "タカハシ", "ﾀｶﾊｼ", "たかはし", "高橋", "髙橋 一郎"):
        assert [found.reservation.number for found in day.reception.find(typed)] == ["R251105002"], typed


def test_a_double_touch_on_a_booking_makes_one_number(day: Counterday) -> None:
    first = day.reception.check_in(Service.ISSUANCE, reservation="R251105001")
    again = day.reception.check_in(Service.ISSUANCE, reservation="R251105001")
    assert (first.ticket, again.ticket) == ("A001", "A001")


def test_a_double_touch_for_a_walk_in_makes_one_number_and_the_next_visitor_gets_the_next(
    day: Counterday,
) -> None:
    numbers = [
        day.reception.check_in(Service.CONSULTATION, touch=touch).ticket for touch in ("t1", "t1", "t2")
    ]
    assert numbers == ["C001", "C001", "C002"]


def test_a_cancelled_booking_is_refused_and_takes_no_number(day: Counterday) -> None:
    with pytest.raises(Refused, match="reservation_cancelled"):
        day.reception.check_in(Service.ISSUANCE, reservation="R251105006")
    assert day.reception.check_in(Service.ISSUANCE).ticket == "A001"


def test_only_who_has_written_the_forms_stands_in_the_line(day: Counterday) -> None:
    writing = day.reception.check_in(Service.ISSUANCE)
    asking = day.reception.check_in(Service.CONSULTATION)
    assert [place.ticket for place in day.line.now().waiting] == [asking.ticket]
    with pytest.raises(Refused, match="step_before"):
        day.reception.forms_done(writing.ticket)
    day.reception.precheck(writing.ticket, ("A01_DRIVER",))
    assert day.reception.forms_done(writing.ticket).state is State.WAITING
    assert day.reception.forms_done(writing.ticket).state is State.WAITING
    assert {place.ticket for place in day.line.now().waiting} == {asking.ticket, writing.ticket}


def test_a_number_given_by_mistake_is_voided_and_never_given_again(day: Counterday) -> None:
    mistake = day.reception.check_in(Service.ISSUANCE)
    assert day.reception.void(mistake.ticket).outcome is Outcome.VOIDED
    assert day.reception.check_in(Service.ISSUANCE).ticket == "A002"


def test_guidance_without_a_number_is_counted_by_kind(day: Counterday) -> None:
    assert day.reception.guide_only("city_hall") == 1
    assert day.reception.guide_only("city_hall") == 2
    with pytest.raises(Refused, match="guidance_unknown"):
        day.reception.guide_only("weather")
    assert day.line.now().count == 0


def test_a_name_that_hides_a_my_number_is_refused_and_nothing_is_kept(day: Counterday) -> None:
    visit = day.reception.check_in(Service.ISSUANCE)
    with pytest.raises(Refused, match="my_number_possible") as refused:
        day.reception.name_walk_in(visit.ticket, "123456789018")
    assert refused.value.facts == {}
    assert day.counter.visit(visit.ticket).name == ""
    assert day.reception.name_walk_in(visit.ticket, " 本町 緑 ").name == "本町 緑"


def test_a_held_visitor_comes_back_to_the_forms_desk_not_into_the_line(day: Counterday) -> None:
    visit = day.reception.check_in(Service.ISSUANCE)
    day.counter.move(visit.ticket, Event.HOLD)
    with pytest.raises(Refused, match="step_before"):
        day.counter.move(visit.ticket, Event.CALL)
    assert day.counter.move(visit.ticket, Event.RETURN).state is State.RECEIVED
