"""The kiosk in doubt about its own records: it looks only, until the manager and the city have spoken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.integrity import Concern, Kind, Mark
from kiosk.domain.journal import Anchor
from kiosk.domain.visit import Service
from kiosk.services.clock import Clock
from kiosk.services.integrity import ACKNOWLEDGED, Integrity
from kiosk.services.older import copy_name
from kiosk.services.open_desk import open_desk
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY, STAFF
from tests.house import Counterday

AHEAD_OF_THE_CHAIN = Anchor(9_000, "ab" * 32)


@dataclass
class Hands:
    """The hands of a clock that a test moves: seconds since 1970, and ticks that only go forward."""

    wall: float = 1_762_300_800.0  # 2025-11-05 09:00 in Japan
    ticks: float = 50.0

    def clock(self) -> Clock:
        return Clock(PRACTICE_DAY, wall=lambda: self.wall, ticks=lambda: self.ticks)

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.ticks += seconds


def in_doubt(day: Counterday, person: str = MANAGER.id) -> Integrity:
    """A start at which the office's chain is shorter than the anchor says."""
    day.access.lock()
    day.desk.vault.keep_anchor("office", AHEAD_OF_THE_CHAIN)
    day.access.sign_in(person, PINS[person])
    return Integrity(day.desk)


def noticed(day: Counterday) -> list[Kind]:
    return [concern.kind for concern in day.desk.concerns]


def acts(day: Counterday) -> list[str]:
    with day.desk.office.reading() as view:
        return [entry.act for entry in view.journal.entries()]


def test_in_doubt_everything_can_be_seen_and_nothing_changed(day: Counterday) -> None:
    ticket = day.waiting(Service.CONSULTATION).ticket
    before = len(acts(day)) + 1  # the lock
    in_doubt(day)
    day.agenda.resume(PRACTICE_DAY)

    assert noticed(day) == [Kind.SHORTER]
    assert day.line.now().count == 1
    assert day.counter.visit(ticket).ticket == ticket
    for verb in (
        lambda: day.reception.check_in(Service.CONSULTATION),
        day.counter.call_next,
        lambda: day.reception.guide_only("what_to_bring"),
        day.closing.approve,
        lambda: day.handover.register_medium("X", "Y"),
        day.handover.prepare_seal,
        day.take_list,
    ):
        with pytest.raises(Refused, match="read_only"):
            verb()
    day.access.lock()
    assert day.desk.vault.kept_anchor("office") == AHEAD_OF_THE_CHAIN  # the evidence stays
    day.sign_in_manager()
    assert len(acts(day)) == before


def test_the_manager_takes_the_records_up_and_work_goes_on(day: Counterday) -> None:
    records = in_doubt(day)
    with pytest.raises(Refused, match="integrity_words_missing"):
        records.acknowledge("電源が切れたあと、控えから戻しました", " ")
    with pytest.raises(Refused, match="my_number"):
        records.acknowledge("1234 5678 9018", "市民課")
    records.acknowledge("電源が切れたあと、控えから戻しました", "市民課 田中（電話 9:05）")

    assert noticed(day) == []
    assert acts(day)[-1] == "acknowledge"
    with day.desk.office.reading() as view:
        (said,) = view.settings.get(ACKNOWLEDGED)
        entry = view.journal.entries()[-1]
        assert day.desk.vault.kept_anchor("office") == view.journal.head()
    assert said["city"] == "市民課 田中（電話 9:05）"
    assert "田中" not in str(entry.details)
    assert entry.details["noticed"] == [
        {"kind": "shorter", "chain": "office", "kept": 9_000, "found": entry.n - 1}
    ]
    day.agenda.resume(PRACTICE_DAY)
    day.waiting(Service.CONSULTATION)
    day.restart()
    assert noticed(day) == []


def test_staff_need_the_manager(day: Counterday) -> None:
    records = in_doubt(day, STAFF.id)
    with pytest.raises(Refused, match="not_allowed"):
        records.acknowledge("戻しました", "市民課")
    with pytest.raises(Refused, match="not_allowed"):
        records.confirm_clock()
    assert day.desk.concerns != ()


def test_a_number_given_once_is_never_given_again(day: Counterday) -> None:
    day.access.lock()
    marks = day.desk.vault.anchors
    marks.keep_mark(Mark(last_batch=7, latest=marks.mark().latest))
    day.sign_in_manager()
    assert day.desk.concerns == (Concern(Kind.NUMBER_BACK, "office", 7, 0),)
    Integrity(day.desk).acknowledge("台帳を戻しました", "市民課")
    day.agenda.resume(PRACTICE_DAY)
    day.closing.approve()

    assert day.handover.prepare_seal().facts.seq == 8
    day.restart()
    assert noticed(day) == []


def test_the_anchor_holds_batch_number_and_time(day: Counterday) -> None:
    day.export()
    mark = day.desk.vault.anchors.mark()
    assert mark.last_batch == 1
    assert mark.latest is not None
    assert abs((day.desk.clock.machine() - mark.latest).total_seconds()) < 60


def test_every_five_minutes_the_anchor_follows(kiosk: Counterday) -> None:
    hands = Hands()
    kiosk.desk.clock = hands.clock()
    kiosk.open(with_list=False)
    kiosk.waiting(Service.CONSULTATION)
    kept = kiosk.desk.vault.kept_anchor("2025-11-05")
    hands.pass_by(299)
    kiosk.desk.anchor_when_due()
    assert kiosk.desk.vault.kept_anchor("2025-11-05") == kept
    hands.pass_by(1)
    kiosk.desk.anchor_when_due()
    assert kiosk.desk.vault.kept_anchor("2025-11-05").length > kept.length


def test_a_clock_set_back_at_a_start_is_a_question_for_the_manager(kiosk: Counterday) -> None:
    hands = Hands()
    kiosk.desk.clock = hands.clock()
    kiosk.open(with_list=False)
    kiosk.access.lock()
    hands.wall -= 119
    kiosk.sign_in_manager()
    assert noticed(kiosk) == []
    kiosk.access.lock()
    hands.wall -= 86_400
    kiosk.sign_in_staff()
    assert noticed(kiosk) == [Kind.CLOCK_BACK]
    kiosk.access.lock()
    kiosk.sign_in_manager()
    Integrity(kiosk.desk).confirm_clock()

    assert acts(kiosk)[-1] == "confirm_clock"
    kiosk.agenda.resume(PRACTICE_DAY)
    kiosk.waiting(Service.CONSULTATION)
    kiosk.access.lock()
    kiosk.sign_in_staff()
    assert noticed(kiosk) == []


def test_a_clock_put_right_again_is_no_question_any_more(kiosk: Counterday) -> None:
    hands = Hands()
    kiosk.desk.clock = hands.clock()
    kiosk.sign_in_manager()
    kiosk.access.lock()
    hands.wall -= 86_400
    kiosk.sign_in_staff()
    hands.wall += 86_400
    assert Integrity(kiosk.desk).check_again()


def test_a_weekend_is_no_jump_but_a_night_in_an_open_session_is(kiosk: Counterday) -> None:
    hands = Hands()
    kiosk.desk.clock = hands.clock()
    kiosk.sign_in_manager()
    kiosk.access.lock()
    hands.pass_by(4 * 86_400)
    kiosk.sign_in_manager()
    assert noticed(kiosk) == []
    kiosk.agenda.open(PRACTICE_DAY, kiosk.agenda.venues()[0], kiosk.agenda.checklist())
    kiosk.access.lock()
    hands.pass_by(13 * 3_600)
    kiosk.sign_in_manager()
    assert noticed(kiosk) == [Kind.CLOCK_AHEAD]


@pytest.mark.parametrize(
    ("step", "kind"), [(-121, Kind.CLOCK_BACK), (-119, None), (43_199, None), (43_202, Kind.CLOCK_AHEAD)]
)
def test_a_clock_moved_while_the_counter_is_open(kiosk: Counterday, step: int, kind: Kind | None) -> None:
    hands = Hands()
    kiosk.desk.clock = hands.clock()
    kiosk.open(with_list=False)
    records = Integrity(kiosk.desk)
    assert not records.clock_jumped()
    hands.pass_by(5)
    assert not records.clock_jumped()
    hands.wall += step
    assert records.clock_jumped() is (kind is not None)
    assert not records.clock_jumped()  # asked once
    assert noticed(kiosk) == ([] if kind is None else [kind])


def test_the_order_of_the_journal_is_its_own_not_the_clocks(kiosk: Counterday) -> None:
    hands = Hands()
    kiosk.desk.clock = hands.clock()
    kiosk.open(with_list=False)
    first = kiosk.waiting(Service.CONSULTATION).ticket
    hands.wall -= timedelta(minutes=1).total_seconds()
    second = kiosk.waiting(Service.CONSULTATION).ticket
    with kiosk.desk.session.reading() as view:
        entries = [entry for entry in view.journal.entries() if entry.act == "check_in"]
    assert [entry.object for entry in entries] == [first, second]
    assert entries[0].at > entries[1].at
    assert entries[0].n < entries[1].n


def test_records_come_before_the_clock(kiosk: Counterday) -> None:
    hands = Hands()
    kiosk.desk.clock = hands.clock()
    kiosk.sign_in_manager()
    kiosk.access.lock()
    hands.wall -= 3_600
    kiosk.desk.vault.keep_anchor("office", AHEAD_OF_THE_CHAIN)
    kiosk.sign_in_manager()
    records = Integrity(kiosk.desk)
    with pytest.raises(Refused, match="integrity_records_first"):
        records.confirm_clock()
    records.acknowledge("戻しました", "市民課")
    assert noticed(kiosk) == [Kind.CLOCK_BACK]
    records.confirm_clock()
    assert noticed(kiosk) == []


def test_the_window_of_a_second_program_is_refused(kiosk: Counterday) -> None:
    with pytest.raises(Refused, match="already_running"):
        open_desk(kiosk.data, day=PRACTICE_DAY)


def test_a_copy_made_before_a_migration_goes_with_the_sessions_erasure(day: Counterday) -> None:
    outbox = day.desk.vault.folder.outbox
    kept = outbox / copy_name("office", "K1", "0001")
    gone = outbox / copy_name("2025-11-05", "K1", "0001")
    for copy in (kept, gone):
        copy.write_bytes(b"sealed")
    day.issue(day.at_window().ticket)
    day.export()
    day.house.answer_as_city(day.house.stick)
    day.receipts.take(day.receipts.find(day.house.stick))
    day.erase()

    assert not gone.exists()
    assert kept.exists()  # no visitor stands in the office
    day.restart()
    assert noticed(day) == []
