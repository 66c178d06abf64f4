"""Who may sit down, who takes over from whom, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.badge import looks_like_badge, read_badge
from kiosk.domain.errors import Refused
from kiosk.domain.ledger import StaffRecord, refuse_unless_admitted
from kiosk.domain.registers import Subject
from kiosk.domain.staff import MAY, SIGN_IN_CAP_S, Act, Operator, Role
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY, SECOND, STAFF
from kiosk.services.presence import CityWord, Presence
from kiosk.services.readiness import examine
from kiosk.services.registers import RegisterDesk
from tests.house import QUICK, Counterday

NEW_PIN = "58203917"
PHRASE = "midori-no-mado-7391"
TANAKA = Operator("tanaka", "田中 一", Role.STAFF)
LEADER = Operator("ito", "伊藤 統子", Role.DIRECTOR)
WORD = CityWord("市民課 佐々木", "00:00")
WHOLE = StaffRecord(
    "t", "田中", "staff", "", "", date(2025, 7, 1), date(2025, 7, 2), date(2025, 7, 3), date(2025, 7, 4), "8"
)


def acts(day: Counterday) -> list[str]:
    with day.desk.office.reading() as view:
        return [entry.act for entry, _ in view.journal.rows()]


@pytest.mark.parametrize(
    ("missing", "key"),
    [
        ("reported_on", "staff_not_reported"),
        ("trained_on", "staff_not_trained"),
        ("pledged_on", "staff_not_pledged"),
        ("approved_on", "staff_not_approved"),
    ],
)
def test_each_of_the_four_dates_is_needed(missing: str, key: str) -> None:
    assert refuse_unless_admitted(WHOLE, date(2025, 11, 5)) == WHOLE
    with pytest.raises(Refused, match=key):
        refuse_unless_admitted(replace(WHOLE, **{missing: None}), date(2025, 11, 5))


def test_the_last_day_still_counts_and_the_day_after_does_not() -> None:
    leaving = replace(WHOLE, left_on=date(2025, 11, 5))
    assert refuse_unless_admitted(leaving, date(2025, 11, 5)) == leaving
    with pytest.raises(Refused, match="staff_left"):
        refuse_unless_admitted(leaving, date(2025, 11, 6))
    with pytest.raises(Refused, match="staff_not_reported"):
        refuse_unless_admitted(None, date(2025, 11, 6))


def test_somebody_not_yet_trained_waits_outside_until_the_date_is_entered(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    registers = RegisterDesk(kiosk.desk, kiosk.access)
    registers.add_person(TANAKA, NEW_PIN, approval="令7-8", approved_on=PRACTICE_DAY, trained_on=None)
    with pytest.raises(Refused, match="staff_not_trained"):
        kiosk.access.sign_in(TANAKA.id, NEW_PIN)
    assert not kiosk.desk.vault.is_unlocked
    kiosk.sign_in_manager()
    with pytest.raises(Refused, match="staff_not_trained"):
        kiosk.access.second_person(TANAKA.id, NEW_PIN)
    with pytest.raises(Refused, match="staff_unknown"):
        registers.enter_dates("nobody", trained_on=PRACTICE_DAY)
    filled = registers.enter_dates(TANAKA.id, trained_on=PRACTICE_DAY, reported_on=date(2020, 1, 1))
    assert (filled.trained_on, filled.reported_on) == (PRACTICE_DAY, PRACTICE_DAY)
    assert kiosk.access.second_person(TANAKA.id, NEW_PIN) == TANAKA
    assert kiosk.access.sign_in(TANAKA.id, NEW_PIN) == TANAKA


def test_without_the_citys_number_no_date_of_approval_is_entered(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    registers = RegisterDesk(kiosk.desk, kiosk.access)
    with pytest.raises(Refused, match="staff_approval_missing"):
        registers.add_person(TANAKA, NEW_PIN, approval=" ", approved_on=PRACTICE_DAY)
    registers.add_person(TANAKA, NEW_PIN, approval="", approved_on=None)
    with pytest.raises(Refused, match="staff_approval_missing"):
        registers.enter_dates(TANAKA.id, approved_on=PRACTICE_DAY)
    with pytest.raises(Refused, match="staff_not_approved"):
        kiosk.access.sign_in(TANAKA.id, NEW_PIN)
    kiosk.sign_in_manager()
    registers.enter_dates(TANAKA.id, approved_on=PRACTICE_DAY, approval="令7-8")
    assert kiosk.access.sign_in(TANAKA.id, NEW_PIN) == TANAKA


def test_no_register_of_people_takes_a_my_number(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    registers = RegisterDesk(kiosk.desk, kiosk.access)
    hidden = "1234-5678-9018"
    with pytest.raises(Refused, match="my_number_possible"):
        registers.add_person(replace(TANAKA, name=f"田中 {hidden}"), NEW_PIN, approval="", approved_on=None)
    with pytest.raises(Refused, match="my_number_possible"):
        registers.add_person(TANAKA, NEW_PIN, approval=hidden, approved_on=PRACTICE_DAY)
    with pytest.raises(Refused, match="my_number_possible"):
        registers.enter_dates(STAFF.id, approval=hidden)
    with pytest.raises(Refused, match="my_number_possible"):
        registers.enter_approval(
            f"承認 {hidden}", Subject.COPIES, PRACTICE_DAY, PRACTICE_DAY,
            standing=True, second_id=SECOND.id, second_pin=PINS[SECOND.id],
        )  # fmt: skip
    assert TANAKA.id not in [one.id for one in kiosk.access.people()], "nothing of it was kept"


def test_who_leaves_stays_on_the_register_and_out_of_the_pc(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    registers = RegisterDesk(kiosk.desk, kiosk.access)
    with pytest.raises(Refused, match="remove_yourself"):
        registers.remove_person(MANAGER.id)
    registers.remove_person(STAFF.id)

    assert STAFF not in kiosk.access.people()
    row = next(person for person in registers.people() if person.operator == STAFF.id)
    assert row.left_on == PRACTICE_DAY
    assert acts(kiosk)[-1] == "remove_person"
    with pytest.raises(Refused, match="operator_unknown"):
        kiosk.access.sign_in(STAFF.id, PINS[STAFF.id])
    kiosk.access.lock()
    kiosk.access.sign_in(SECOND.id, PINS[SECOND.id])
    with pytest.raises(Refused, match="not_allowed"):
        registers.remove_person(MANAGER.id)


def test_a_power_cut_between_slot_and_register_bars_nobodys_way(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    registers = RegisterDesk(kiosk.desk, kiosk.access)
    kiosk.desk.vault.add_operator(TANAKA, "91827465")  # and then the plug was pulled
    registers.add_person(TANAKA, NEW_PIN, approval="令7-8", approved_on=PRACTICE_DAY)
    assert kiosk.desk.vault.vouch(TANAKA.id, NEW_PIN) == TANAKA
    with pytest.raises(Refused, match="operator_known"):
        registers.add_person(TANAKA, NEW_PIN, approval="令7-8", approved_on=PRACTICE_DAY)
    kiosk.desk.vault.remove(TANAKA.id)  # and again
    registers.remove_person(TANAKA.id)
    row = next(person for person in registers.people() if person.operator == TANAKA.id)
    assert row.left_on == PRACTICE_DAY
    with pytest.raises(Refused, match="operator_unknown"):
        registers.remove_person(TANAKA.id)


def test_ten_wrong_pins_are_ended_by_a_manager_and_the_pin_is_still_the_same(kiosk: Counterday) -> None:
    registers = RegisterDesk(kiosk.desk, kiosk.access)
    for _ in range(5):
        with pytest.raises(Refused):
            kiosk.access.sign_in(STAFF.id, "00000000")
    with pytest.raises(Refused, match="pin_locked"):
        kiosk.access.sign_in(STAFF.id, PINS[STAFF.id])
    kiosk.sign_in_manager()
    with pytest.raises(Refused, match="second_person_needed"):
        registers.release_lock(MANAGER.id)
    registers.release_lock(STAFF.id)
    assert kiosk.access.sign_in(STAFF.id, PINS[STAFF.id]) == STAFF
    assert "release_lock" in acts(kiosk)


def test_a_forgotten_pin_is_set_anew_before_the_manager(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    registers = RegisterDesk(kiosk.desk, kiosk.access)
    with pytest.raises(Refused, match="second_person_needed"):
        registers.renew_pin(MANAGER.id, PHRASE)
    registers.renew_pin(STAFF.id, NEW_PIN)
    with pytest.raises(Refused, match="pin_wrong"):
        kiosk.access.second_person(STAFF.id, PINS[STAFF.id])
    assert kiosk.access.sign_in(STAFF.id, NEW_PIN) == STAFF


def test_ones_own_new_pin_holds_from_the_next_sign_in(kiosk: Counterday) -> None:
    with pytest.raises(Refused, match="not_signed_in"):
        kiosk.access.change_pin(PINS[STAFF.id], NEW_PIN)
    kiosk.sign_in_staff()
    with pytest.raises(Refused, match="pin_same"):
        kiosk.access.change_pin(PINS[STAFF.id], "７３９１６４８２")
    with pytest.raises(Refused, match="pin_wrong"):
        kiosk.access.change_pin("00000000", NEW_PIN)
    kiosk.access.pin_changed(kiosk.access.change_pin(PINS[STAFF.id], NEW_PIN))
    assert acts(kiosk)[-1] == "change_pin"
    kiosk.access.lock()
    kiosk.access.pin_changed(STAFF.id)  # a lock came between: nothing can be written, and nothing breaks
    with pytest.raises(Refused, match="pin_wrong"):
        kiosk.access.sign_in(STAFF.id, PINS[STAFF.id])
    assert kiosk.access.sign_in(STAFF.id, NEW_PIN) == STAFF


def test_another_person_takes_over_in_one_step(day: Counterday) -> None:
    visit, store, office = day.waiting(), day.desk.session_db, day.desk.office_db
    day.access.change_operator(day.access.prove(STAFF.id, PINS[STAFF.id]))

    assert day.desk.operator == STAFF
    assert (day.desk.session_db, day.desk.office_db) == (store, office)
    assert day.counter.visit(visit.ticket).ticket == visit.ticket
    assert acts(day)[-1] == "change_operator"
    with pytest.raises(Refused, match="not_allowed"):
        day.closing.approve()


def test_whoever_may_not_take_over_leaves_the_first_person_where_they_are(day: Counterday) -> None:
    registers = RegisterDesk(day.desk, day.access)
    registers.add_person(TANAKA, NEW_PIN, approval="令7-8", approved_on=PRACTICE_DAY, pledged_on=None)
    with pytest.raises(Refused, match="pin_wrong"):
        day.access.prove(TANAKA.id, "00000000")
    with pytest.raises(Refused, match="staff_not_pledged"):
        day.access.change_operator(day.access.prove(TANAKA.id, NEW_PIN))
    assert day.desk.operator == MANAGER
    assert day.desk.vault.unlocked.operator == MANAGER
    proven = day.access.prove(STAFF.id, PINS[STAFF.id])
    day.access.lock()
    with pytest.raises(Refused, match="not_signed_in"):
        day.access.change_operator(proven)


def test_twelve_hours_are_the_most(kiosk: Counterday) -> None:
    kiosk.desk.vault.close()
    passed = {"wall": 1_762_300_000.0, "ticks": 5.0}
    from kiosk.services.open_desk import secrets_for
    from kiosk.store.vault import Vault

    kiosk.desk.vault = Vault(
        kiosk.data,
        secrets_for(kiosk.data, practice=True),
        cost=QUICK,
        clock=lambda: passed["wall"],
        ticks=lambda: passed["ticks"],
    )
    assert not kiosk.access.is_over_cap
    kiosk.sign_in_staff()
    passed["ticks"] += SIGN_IN_CAP_S - 1
    assert not kiosk.access.is_over_cap
    passed["ticks"] += 1
    assert kiosk.access.is_over_cap
    kiosk.sign_in_staff()
    assert not kiosk.access.is_over_cap
    passed["wall"] += SIGN_IN_CAP_S  # the PC slept: only the wall clock went on
    assert kiosk.access.is_over_cap


def test_the_sessions_manager_changes_hands_and_the_chain_says_so(day: Counterday) -> None:
    registers = RegisterDesk(day.desk, day.access)
    registers.add_person(LEADER, PHRASE, approval="令7-8", approved_on=PRACTICE_DAY)
    presence = Presence(day.desk)
    assert presence.manager() == MANAGER.id
    with pytest.raises(Refused, match="manager_needed"):
        presence.hand_over_manager(day.access.prove(STAFF.id, PINS[STAFF.id]))
    presence.hand_over_manager(day.access.prove(LEADER.id, PHRASE))

    assert presence.manager() == LEADER.id
    assert day.desk.operator == MANAGER
    assert acts(day)[-1] == "hand_over_manager"
    with day.desk.session.reading() as view:
        assert [entry.act for entry, _ in view.journal.rows()][-1] == "hand_over_manager"
    day.access.change_operator(day.access.prove(STAFF.id, PINS[STAFF.id]))
    with pytest.raises(Refused, match="not_allowed"):
        presence.hand_over_manager(day.access.prove(LEADER.id, PHRASE))


def test_one_person_may_be_director_and_manager(kiosk: Counterday) -> None:
    assert MAY[Role.MANAGER] < MAY[Role.DIRECTOR]
    kiosk.sign_in_manager()
    registers = RegisterDesk(kiosk.desk, kiosk.access)
    registers.add_person(LEADER, PHRASE, approval="令7-8", approved_on=PRACTICE_DAY)
    kiosk.access.lock()
    kiosk.access.sign_in(LEADER.id, PHRASE)
    opened = kiosk.agenda.open(PRACTICE_DAY, kiosk.agenda.venues()[0], kiosk.agenda.checklist())
    assert opened.day == PRACTICE_DAY
    assert Presence(kiosk.desk).manager() == LEADER.id


@pytest.mark.parametrize(
    ("person", "pledged", "briefed", "word", "key"),
    [
        (TANAKA, False, True, WORD, "substitute_pledge"),
        (TANAKA, True, False, WORD, "substitute_briefing"),
        (TANAKA, True, True, CityWord(" ", "00:00"), "substitute_word"),
        (TANAKA, True, True, CityWord("長" * 41, "00:00"), "substitute_word"),
        (TANAKA, True, True, CityWord("佐々木", "24:00"), "substitute_word"),
        (TANAKA, True, True, CityWord("佐々木", ""), "substitute_word"),
        (LEADER, True, True, WORD, "substitute_staff_only"),
        (replace(TANAKA, name=" "), True, True, WORD, "staff_name_missing"),
        (STAFF, True, True, WORD, "operator_known"),
        (replace(TANAKA, name="田中 1234 5678 9018"), True, True, WORD, "my_number_possible"),
        (TANAKA, True, True, CityWord("佐々木 １２３４−５６７８−９０１８", "00:00"), "my_number_possible"),
    ],
)
def test_a_substitute_needs_pledge_briefing_and_the_citys_word(
    day: Counterday, person: Operator, pledged: bool, briefed: bool, word: CityWord, key: str
) -> None:
    before = day.access.people()
    with pytest.raises(Refused, match=key):
        Presence(day.desk).admit_substitute(person, NEW_PIN, pledged=pledged, briefed=briefed, word=word)
    assert day.access.people() == before


def test_a_substitute_works_this_session_is_marked_and_is_gone_the_next_day(day: Counterday) -> None:
    presence = Presence(day.desk)
    row = presence.admit_substitute(TANAKA, NEW_PIN, pledged=True, briefed=True, word=WORD)
    assert row.is_substitute
    assert row.approval == "市民課 佐々木 00:00"
    assert acts(day)[-1] == "admit_substitute"
    assert not day.access.is_substitute
    day.access.change_operator(day.access.prove(TANAKA.id, NEW_PIN))
    assert day.access.is_substitute
    assert day.waiting().ticket
    with pytest.raises(Refused, match="substitute_over"):
        refuse_unless_admitted(row, date(2025, 11, 6))
    day.sign_in_manager()
    again = presence.admit_substitute(TANAKA, "91827465", pledged=True, briefed=True, word=WORD)
    assert again == row
    day.access.lock()
    assert not day.access.is_substitute
    assert day.access.sign_in(TANAKA.id, "91827465") == TANAKA


def test_a_word_from_later_today_is_no_word(day: Counterday) -> None:
    now = day.desk.clock.now()
    if (now.hour, now.minute) == (23, 59):
        pytest.skip("no minute of this day is still to come")
    with pytest.raises(Refused, match="substitute_word"):
        Presence(day.desk).admit_substitute(
            TANAKA, NEW_PIN, pledged=True, briefed=True, word=CityWord("佐々木", "23:59")
        )


def test_a_badge_chooses_the_person_and_the_pin_proves_them(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    text = kiosk.access.badge_of(STAFF.id)
    with pytest.raises(Refused, match="operator_unknown"):
        kiosk.access.badge_of("nobody")
    kiosk.access.lock()
    assert looks_like_badge(text)
    full_width = text.translate({at: at + 0xFEE0 for at in range(0x21, 0x7F)})
    person, badge = kiosk.access.badge_owner(full_width + "\r")
    assert (person, badge) == (STAFF, read_badge(text))
    kiosk.access.enter(kiosk.access.unlock(STAFF.id, PINS[STAFF.id]), badge=badge)
    assert kiosk.desk.operator == STAFF


def test_a_badge_made_elsewhere_lets_nobody_in(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    text = kiosk.access.badge_of(STAFF.id)
    forged = text[:-1] + ("0" if text[-1] != "0" else "1")
    other_site = text.replace(text.split(":")[1], "TOKYO")
    for foreign in (forged, other_site):
        with pytest.raises(Refused, match="badge_foreign"):
            kiosk.access.badge_owner(foreign)
    proven = kiosk.access.prove(STAFF.id, PINS[STAFF.id])
    with pytest.raises(Refused, match="badge_foreign"):
        kiosk.access.change_operator(proven, badge=read_badge(forged))
    assert kiosk.desk.operator == MANAGER
    kiosk.access.lock()
    _, badge = kiosk.access.badge_owner(forged)  # behind the lock the key of the site is closed too
    with pytest.raises(Refused, match="badge_foreign"):
        kiosk.access.enter(kiosk.access.unlock(STAFF.id, PINS[STAFF.id]), badge=badge)
    assert not kiosk.desk.vault.is_unlocked


@pytest.mark.parametrize(
    "text", ["", "B1:K:yamada", "Q1:K:251105:A001:00000000", "B1:K:a b:00000000", "x" * 300]
)
def test_what_is_no_badge(kiosk: Counterday, text: str) -> None:
    assert not looks_like_badge(text)
    with pytest.raises(Refused, match="badge_unreadable"):
        kiosk.access.badge_owner(text)
    with pytest.raises(Refused, match="operator_unknown"):
        kiosk.access.badge_owner("B1:K:nobody:00000000")


def test_readiness_warns_unless_two_can_open(kiosk: Counterday, tmp_path: Path) -> None:
    def openers(folder: Path) -> list[tuple[str, str]]:
        found = examine(folder, {}, practice=False)
        return [(finding.state, finding.remedy) for finding in found if finding.part == "openers"]

    assert openers(tmp_path / "not there") == []
    assert openers(kiosk.data) == [("warn", "doctor_openers")]
    rehearsing = examine(kiosk.data, {}, practice=True)
    assert [finding.state for finding in rehearsing if finding.part == "openers"] == ["ok"]
    kiosk.sign_in_manager()
    registers = RegisterDesk(kiosk.desk, kiosk.access)
    registers.add_person(LEADER, PHRASE, approval="令7-8", approved_on=PRACTICE_DAY)
    assert openers(kiosk.data) == [("ok", "")]
    (tmp_path / "access.json").write_text("{", encoding="utf-8")
    assert openers(tmp_path) == [("fail", "access_unreadable")]
    assert Act.OPEN_SESSION not in MAY[Role.STAFF]
