"""Who may sit down at this PC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.staff import Operator
from kiosk.services.open_desk import open_desk
from kiosk.services.practice import MANAGER, PINS, STAFF
from tests.house import QUICK, Counterday


def test_a_wrong_pin_says_how_many_tries_are_left_and_opens_nothing(kiosk: Counterday) -> None:
    with pytest.raises(Refused, match="pin_wrong") as refused:
        kiosk.access.sign_in(STAFF.id, "00000000")
    assert refused.value.facts["tries_left"] == 4
    with pytest.raises(Refused, match="not_signed_in"):
        kiosk.agenda.venues()


def test_the_fifth_wrong_pin_locks_and_a_restart_does_not_unlock(kiosk: Counterday) -> None:
    for _ in range(5):
        with pytest.raises(Refused):
            kiosk.access.sign_in(STAFF.id, "00000000")
    kiosk.desk.vault.close()
    kiosk.wire(open_desk(kiosk.data, day=date(2025, 11, 5), cost=QUICK))
    with pytest.raises(Refused, match="pin_locked"):
        kiosk.access.sign_in(STAFF.id, PINS[STAFF.id])
    assert kiosk.access.sign_in(MANAGER.id, PINS[MANAGER.id]) == MANAGER


def test_changing_the_person_keeps_the_open_session(day: Counterday) -> None:
    visit = day.waiting()
    day.access.change_operator(day.access.unlock(STAFF.id, PINS[STAFF.id]))
    assert day.counter.visit(visit.ticket).ticket == visit.ticket
    assert day.desk.operator == STAFF


def test_locking_closes_the_databases_and_the_session_can_be_taken_up(day: Counterday) -> None:
    visit, opened = day.waiting(), day.desk.session_day
    day.access.lock()
    with pytest.raises(Refused, match="session_none"):
        day.counter.visit(visit.ticket)
    day.sign_in_staff()
    day.agenda.resume(opened)
    assert day.counter.visit(visit.ticket).ticket == visit.ticket


def test_a_second_program_on_the_same_folder_is_refused(kiosk: Counterday) -> None:
    with pytest.raises(Refused, match="already_running"):
        open_desk(kiosk.data)


def test_the_counter_opens_only_after_the_checklist_and_on_a_day_of_the_agenda(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    offer = kiosk.agenda.offer()
    assert offer.is_today
    assert offer.day is not None
    assert (offer.day.no, offer.day.date) == (20, date(2025, 11, 5))
    items, venue = kiosk.agenda.checklist(), kiosk.agenda.venues()[0]
    with pytest.raises(Refused, match="checklist_open"):
        kiosk.agenda.open(offer.today, venue, items[1:])
    with pytest.raises(Refused, match="session_day_unknown"):
        kiosk.agenda.open(date(2025, 11, 6), venue, items)
    opened = kiosk.agenda.open(offer.today, venue, items)
    assert kiosk.agenda.open(offer.today, venue, items) == opened
    with pytest.raises(Refused, match="session_unfinished"):
        kiosk.agenda.open(date(2025, 11, 6), venue, items, extra=True)


def test_staff_cannot_open_a_counter(kiosk: Counterday) -> None:
    kiosk.sign_in_staff()
    with pytest.raises(Refused, match="not_allowed"):
        kiosk.agenda.open(date(2025, 11, 5), kiosk.agenda.venues()[0], kiosk.agenda.checklist())


def test_a_day_that_was_erased_is_not_offered_again(day: Counterday) -> None:
    day.export()
    day.house.answer_as_city(day.house.stick)
    day.receipts.take(day.receipts.find(day.house.stick))
    day.erase()
    offer = day.agenda.offer()
    assert offer.day is not None
    assert (offer.is_today, offer.day.date) == (False, date(2025, 11, 9))


def recorded(day: Counterday) -> list[str]:
    with day.desk.office.reading() as view:
        return [entry.act for entry, _ in view.journal.rows()]


def test_a_word_that_somebody_proved_themselves_is_no_proof(day: Counterday) -> None:
    @dataclass
    class Claim:
        operator: Operator

    with pytest.raises(Refused, match="not_signed_in"):
        day.access.change_operator(Claim(STAFF))
    with pytest.raises(Refused, match="operator_unknown"):
        day.access.badge_of("nobody")
    assert day.desk.operator == day.desk.vault.unlocked.operator == MANAGER
    assert recorded(day)[-1] != "change_operator"


def test_with_nobody_signed_in_nobody_vouches_and_no_pin_changes(day: Counterday) -> None:
    day.access.lock()
    with pytest.raises(Refused, match="second_person_needed"):
        day.access.second_person(STAFF.id, PINS[STAFF.id])
    with pytest.raises(Refused, match="not_signed_in"):
        day.access.change_pin(PINS[STAFF.id], "58203917")
    day.access.pin_changed(STAFF.id)
    assert not day.access.is_substitute
    assert not day.access.is_over_cap
    assert not day.desk.vault.is_unlocked
    day.sign_in_manager()
    assert "change_pin" not in recorded(day)


def test_a_lock_that_cannot_be_recorded_still_takes_the_keys_away(day: Counterday) -> None:
    """The keystore falls silent at the end of the shift: it is noted, and the PC is locked all the same."""
    keystore = day.data / "practice-secrets.json"
    whole = keystore.read_bytes()
    keystore.write_bytes(b"{")
    day.access.lock()

    assert day.desk.operator is None
    assert not day.desk.vault.is_unlocked
    with pytest.raises(Refused, match="not_signed_in"):
        recorded(day)
    keystore.write_bytes(whole)
    day.sign_in_manager()
    assert day.desk.concerns == ()
