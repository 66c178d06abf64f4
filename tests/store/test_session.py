"""One counter day on a real encrypted file: numbers, visits, papers, photos, and its erasure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.exc import IntegrityError, InvalidRequestError

from kiosk.domain.application import Application
from kiosk.domain.custody import CustodyLine, Movement, Paper
from kiosk.domain.errors import Refused
from kiosk.domain.journal import EMPTY
from kiosk.domain.reservation import Reservation
from kiosk.domain.ticket import Ticket
from kiosk.domain.visit import Done, Event, PinForm, Reason, Service, State, Step, StepKind
from kiosk.store.desk import StoredPortrait
from kiosk.store.session import SessionStore
from tests.store.counter import KANA, NAME, NINE, receive


def test_a_visit_comes_back_as_it_was_saved(day: SessionStore) -> None:
    with day.work() as work:
        visit = receive(work)
        visit = replace(
            visit,
            reservation="R-7",
            party="P1",
            flags=("under_15", "guardian"),
            pin_form=PinForm.NO_SIGN,
            window="2",
            steps=(
                *visit.steps,
                Step(StepKind.PRECHECK, NINE, "s01", papers=("A01", "B05", "B05")),
                Step(StepKind.VIDEO, NINE, "s02", Done.AGAIN, officer="市 職員", started_at=NINE),
                Step(StepKind.MOVED, NINE, "s01", event=Event.HOLD),
            ),
        )
        work.visits.save(visit)
        work.commit()

    with day.reading() as view:
        assert view.visits.get("A001") == visit
        assert view.visits.all() == (visit,)


def test_a_step_writes_its_own_row_and_leaves_the_visit_that_has_not_changed(day: SessionStore) -> None:
    with day.work() as work:
        visit = receive(work)
        work.visits.save(visit)
        work.commit()
    said: list[str] = []

    def hear(*about: Any) -> None:
        said.append(about[2])

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        with day.work() as work:
            seen = work.visits.get(visit.ticket)
            stepped = replace(seen, steps=(*seen.steps, Step(StepKind.PRECHECK, NINE, "s01")))
            work.visits.save(stepped)
            work.visits.save(replace(stepped, window="3"))
            work.commit()
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    written = [words.split()[2] for words in said if words.startswith("INSERT")]
    assert written == ["steps", "visits"], "the step first, the visit only once it has a window"
    with day.reading() as view:
        assert view.visits.get(visit.ticket) == replace(stepped, window="3")


def test_nothing_is_kept_without_commit(day: SessionStore) -> None:
    with day.work() as work:
        receive(work)

    with day.reading() as view:
        assert view.visits.all() == ()
        assert view.tickets.all() == ()
        assert view.journal.head() == EMPTY


def test_an_error_in_a_verb_rolls_everything_back(day: SessionStore) -> None:
    def receive_and_fail() -> None:
        with day.work() as work:
            receive(work)
            work.visits.get("Z999")

    with pytest.raises(Refused, match="visit_unknown"):
        receive_and_fail()

    with day.reading() as view:
        assert view.tickets.numbers() == ()


def test_what_is_done_after_the_commit_is_not_kept(day: SessionStore) -> None:
    with day.work() as work:
        receive(work)
        work.commit()
        with pytest.raises(InvalidRequestError):
            receive(work)

    with day.reading() as view:
        assert view.tickets.numbers() == ("A001",)


def test_numbers_count_up_per_letter_and_never_come_again(day: SessionStore) -> None:
    with day.work() as work:
        assert [receive(work, letter=letter).ticket for letter in "AABAC"] == [
            "A001",
            "A002",
            "B001",
            "A003",
            "C001",
        ]
        work.commit()
    with day.work() as work:
        visit = work.visits.get("A003").voided(NINE, "s01")
        work.visits.save(visit)
        work.commit()
    with day.work() as work:
        assert work.tickets.next("A") == "A004"
        assert work.tickets.next("A") == "A005"
    with day.reading() as view:
        assert view.tickets.next("A") == "A004"
        assert view.tickets.numbers() == ("A001", "A002", "B001", "A003", "C001")


def test_a_second_reception_has_its_own_band(day: SessionStore) -> None:
    with day.work() as work:
        receive(work)
        assert work.tickets.next("A", first=501) == "A501"
        work.tickets.save(Ticket("A998", Service.ISSUANCE, NINE))
        assert work.tickets.next("A", first=501) == "A999"
        with pytest.raises(Refused, match="tickets_used_up"):
            work.tickets.next("A", first=501)
        assert work.tickets.next("A", last=499) == "A002"


def test_printing_is_recorded_and_a_ticket_cannot_be_deleted(day: SessionStore) -> None:
    with day.work() as work:
        receive(work)
        work.tickets.save(replace(work.tickets.get("A001"), printed=True, reprints=1))
        work.commit()
    with day.reading() as view:
        assert view.tickets.get("A001") == Ticket("A001", Service.ISSUANCE, NINE, True, 1)
    with pytest.raises(Refused, match="ticket_unknown"), day.reading() as view:
        view.tickets.get("A002")


def test_steps_only_grow(day: SessionStore) -> None:
    with day.work() as work:
        visit = receive(work)
        more = replace(visit, steps=(*visit.steps, Step(StepKind.PAPERS_GUIDE, NINE, "s01")))
        work.visits.save(more)
        work.commit()
    for steps in (
        visit.steps,
        (),
        (replace(visit.steps[0], operator="x"), replace(more.steps[1], operator="y")),
    ):
        with pytest.raises(ValueError, match="only grow"), day.work() as work:
            work.visits.save(replace(more, steps=steps))

    with day.reading() as view:
        assert view.visits.get("A001") == more


def test_a_list_with_the_same_number_twice_leaves_the_earlier_list_as_it_was(day: SessionStore) -> None:
    known = Reservation("R-1", "09:00", False, NAME, KANA)
    with day.work() as work:
        work.reservations.replace_all([known])
        work.commit()
    again = [Reservation("R-2", f"10:{minute:02}", True, f"{NAME}'\"", KANA) for minute in range(2)]
    with pytest.raises(IntegrityError), day.work() as work:
        work.reservations.replace_all(again)
    with day.reading() as view:
        assert view.reservations.all() == (known,)
    with day.work() as work:
        work.reservations.replace_all(again[:1])
        work.commit()
    with pytest.raises(ValueError, match="NUL"), day.work() as work:
        work.reservations.replace_all([replace(known, name="\0")])
    with day.reading() as view:
        assert view.reservations.all() == (again[0],)


def test_the_line_holds_everyone_without_an_outcome_in_the_order_of_the_numbers(day: SessionStore) -> None:
    with day.work() as work:
        for letter in "BAA":
            receive(work, letter=letter)
        work.visits.save(work.visits.get("A001").left(Reason.R02, NINE, "s01"))
        work.commit()
    with day.reading() as view:
        assert [visit.ticket for visit in view.visits.line()] == ["B001", "A002"]
        assert [visit.ticket for visit in view.visits.by_state(State.CLOSED)] == ["A001"]
        assert view.visits.count() == 3


def test_a_party_and_a_reservation_find_their_visits(day: SessionStore) -> None:
    with day.work() as work:
        for _ in range(3):
            visit = receive(work)
            work.visits.save(replace(visit, party="P1", reservation="R-7"))
        receive(work)
        work.commit()
    with day.reading() as view:
        assert [visit.ticket for visit in view.visits.of_party("P1")] == ["A001", "A002", "A003"]
        assert [visit.ticket for visit in view.visits.of_reservation("R-7")] == ["A001", "A002", "A003"]


def test_the_list_of_the_city_is_replaced_as_a_whole_and_names_stay_verbatim(day: SessionStore) -> None:
    odd = "\ufa11\u845b\U000e0100" + "\ue000"  # compatibility form, variant selector, private use
    first = [Reservation("R-1", "09:00", False, NAME, KANA), Reservation("R-2", "09:15", True, odd, "カ")]
    with day.work() as work:
        work.reservations.replace_all([Reservation("R-9", "10:00", False, "旧", "キュウ")])
        work.reservations.replace_all(first)
        work.commit()
    with day.reading() as view:
        assert view.reservations.all() == tuple(first)
        assert view.reservations.get("R-2").name == odd
        assert view.reservations.candidates("高橋") == (first[0],)
        assert view.reservations.candidates("r2") == (first[1],)
        assert view.reservations.candidates("") == tuple(first)
        assert view.reservations.find("R-9") is None
        assert view.reservations.count() == 2
    with pytest.raises(Refused, match="reservation_unknown"), day.reading() as view:
        view.reservations.get("R-9")


def test_papers_applications_guidance_and_facts(day: SessionStore) -> None:
    line = CustodyLine("A001", Paper.F01, 1, Movement.RECEIVED, NINE, "s01")
    with day.work() as work:
        receive(work)
        receive(work)
        work.custody.append(line)
        work.custody.append(replace(line, ticket="A002", count=3))
        work.custody.append(replace(line, movement=Movement.RETURNED))
        work.applications.save(Application("A001", "1" * 23))
        work.applications.save(Application("A001", "2" * 23, True))
        work.applications.save(Application("A002", "3" * 23))
        work.applications.forget_id("A002")
        for kind in ("map", "map", "hours"):
            work.guidance.add(kind, at=NINE, operator="s01")
        work.meta.put("explanations", [{"ticket": "A001", "words": "調査中"}])
        work.meta.put("explanations", [])
        work.commit()
    with day.reading() as view:
        assert view.custody.of_ticket("A001") == (line, replace(line, movement=Movement.RETURNED))
        assert [kept.count for kept in view.custody.lines()] == [1, 3, 1]
        assert view.applications.all() == (Application("A001", "2" * 23, True), Application("A002"))
        assert view.applications.find("A003") is None
        assert view.guidance.counts() == {"hours": 1, "map": 2}
        assert view.meta.get("explanations") == []
        assert view.meta.get("nothing", 7) == 7


def a_portrait(ticket: str, jpeg: bytes) -> StoredPortrait:
    return StoredPortrait(ticket, jpeg, NINE, "s01", '{"state": "pass"}')


def test_a_retaken_photo_erases_the_one_before(day: SessionStore) -> None:
    with day.work() as work:
        receive(work)
        receive(work)
        work.portraits.put(a_portrait("A002", b"\xff\xd8other"))
        work.portraits.put(a_portrait("A001", b"\xff\xd8first" * 1000))
        work.portraits.put(a_portrait("A001", b"\xff\xd8second"))
        work.commit()
    with day.reading() as view:
        assert view.portraits.get("A001") == a_portrait("A001", b"\xff\xd8second")
        assert view.portraits.tickets() == ("A001", "A002")
        assert view.portraits.count() == 2
    assert [portrait.jpeg for portrait in day.stream_portraits()] == [b"\xff\xd8second", b"\xff\xd8other"]
    with pytest.raises(Refused, match="portrait_unknown"), day.reading() as view:
        view.portraits.get("A003")


def test_a_job_reads_on_a_connection_of_its_own_while_the_counter_writes(day: SessionStore) -> None:
    with day.work() as work:
        receive(work)
        work.commit()
    with day.reading_alone() as alone, day.work() as work:
        assert alone.visits.count() == 1
        receive(work)
        work.commit()
        assert alone.visits.count() == 1
    with day.reading_alone() as alone:
        assert alone.visits.count() == 2


def test_a_day_in_memory_has_the_same_rules() -> None:
    day = SessionStore.in_memory()
    with day.work() as work:
        receive(work)
        work.portraits.put(a_portrait("A001", b"\xff\xd8"))
        work.commit()

    assert [portrait.ticket for portrait in day.stream_portraits()] == ["A001"]
    with pytest.raises(IntegrityError, match="append-only"), day.work() as work:
        work._db.exec_driver_sql("DELETE FROM journal")
    day.close()
