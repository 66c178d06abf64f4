"""Forgetting, told truly: counted whole, signed, sent along, held back, and never said twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.city.desk import unpack
from kiosk.domain.batch import SessionState
from kiosk.domain.erasure import FORMAT
from kiosk.domain.errors import Refused
from kiosk.domain.receipt import Decision
from kiosk.domain.registers import Subject
from kiosk.domain.staff import Act
from kiosk.sealing import sshsig
from kiosk.services.clock import Clock
from kiosk.services.commission import standing
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY, SECOND, STAFF
from kiosk.services.receipts import PaperAnswer
from tests.house import Counterday, names_under


@pytest.fixture
def receipted(exported: Counterday) -> Counterday:
    exported.house.answer_as_city(exported.house.stick)
    exported.receipts.take(exported.receipts.find(exported.house.stick))
    return exported


def test_everybody_on_the_list_counts_as_erased_and_the_record_is_signed(receipted: Counterday) -> None:
    day = receipted
    with day.desk.session.reading() as view:
        booked = view.reservations.count()
    assert booked > 5
    medium = day.bay.drives()[0].serial
    done = day.erasure.erase(
        "令7-練-17", second_id=SECOND.id, second_pin=PINS[SECOND.id], witness="市職員 2番"
    )
    assert (done.record.visits, done.record.reservations, done.was_before) == (2, booked, False)
    assert f"{medium}　{done.record.batch}" in done.record.copies_that_remain
    told = json.loads(done.record_json)
    assert (told["format"], told["counts"]["reservations"]) == (FORMAT, booked)
    sshsig.verify(done.record_json, sshsig.parse(done.signature), FORMAT)
    again = day.erasure.erase("令7-無", second_id=SECOND.id, second_pin="", day=PRACTICE_DAY)
    assert (again.was_before, again.record_json, again.signature) == (True, done.record_json, done.signature)
    assert names_under(day.data) == []


def test_the_record_goes_along_with_the_next_batch(receipted: Counterday, tmp_path: Path) -> None:
    day = receipted
    done = day.erasure.erase("令7-練-17", second_id=SECOND.id, second_pin=PINS[SECOND.id])
    later = PRACTICE_DAY + timedelta(days=4)
    day.desk.clock = Clock(later)
    day.agenda.open(later, day.agenda.venues()[0], day.agenda.checklist())
    name = day.export()
    _, opened = unpack(day.house.city, day.house.stick / name, tmp_path / "opened", Clock().now())
    record = tmp_path / "opened" / "erasures" / done.record.file_name
    assert record.read_bytes() == done.record_json
    sshsig.verify(done.record_json, sshsig.parse(record.with_name(f"{record.name}.sig").read_bytes()), FORMAT)
    assert opened.counts["visits"] == 0


def test_evidence_is_held_and_lifted_on_the_citys_word(receipted: Counterday) -> None:
    day = receipted
    day.sign_in_staff()
    with pytest.raises(Refused, match="not_allowed"):
        day.erasure.hold("苦情の調査", "市職員 1番", PRACTICE_DAY)
    day.sign_in_manager()
    day.agenda.resume(PRACTICE_DAY)
    with pytest.raises(Refused, match="words_missing"):
        day.erasure.hold("苦情の調査", " ")
    day.erasure.hold("苦情の調査", "市職員 1番")
    with pytest.raises(Refused, match="erase_evidence_hold"):
        day.erase()
    held = day.erasure.held()
    assert held is not None
    assert (held.words, held.officer, held.operator) == ("苦情の調査", "市職員 1番", MANAGER.id)
    assert day.desk.state is SessionState.RECEIPTED
    day.erasure.lift_hold("調査が終わった", "市職員 1番")
    assert day.erasure.held() is None
    assert day.erasure.application_pdf().startswith(b"%PDF")
    day.erase()
    with pytest.raises(Refused, match="erase_already"):
        day.erasure.hold("遅すぎる", "市職員 1番", PRACTICE_DAY)


def on_paper(day: Counterday) -> None:
    """The profile and the city's approval let a stamped paper be entered."""
    rules = day.desk.rules
    day.desk.profile = rules.model_copy(
        update={"handover": rules.handover.model_copy(update={"receipt": "paper"})}
    )
    with day.desk.office_work(Act.EDIT_REGISTERS) as (work, _):
        work.approvals.save(standing("令7-練-16", Subject.PAPER_RECEIPT, PRACTICE_DAY.year))
        work.commit()


def test_a_stamped_paper_is_entered_by_two_who_did_not_write_the_stick(exported: Counterday) -> None:
    day = exported
    batch = day.handover.batch()
    assert batch is not None
    paper = PaperAnswer("市受-1", "市職員 3番", PRACTICE_DAY, batch.manifest_sha256[:8], dict(batch.counts))

    def enter(answer: PaperAnswer, second: str = SECOND.id) -> Decision:
        return day.receipts.take_paper(answer, day.access, second_id=second, second_pin=PINS[second])

    with pytest.raises(Refused, match="receipt_paper_not_allowed"):
        enter(paper)
    on_paper(day)
    with pytest.raises(Refused, match="receipt_paper_exporter"):
        enter(paper)  # the manager wrote the stick
    day.sign_in_staff()
    with pytest.raises(Refused, match="not_allowed"):
        enter(paper)
    # Another manager, who did not write it.
    day.sign_in_manager()
    with day.desk.office_work(Act.EDIT_STAFF) as (work, _):
        record = work.staff.find(MANAGER.id)
        assert record is not None
        work.staff.save(replace(record, operator="kimura", name="木村 進"))
        work.commit()
    day.desk.vault.add_operator(replace(MANAGER, id="kimura", name="木村 進"), "renshu-kimura-5820")
    day.access.sign_in("kimura", "renshu-kimura-5820")
    day.agenda.resume(PRACTICE_DAY)
    on_paper(day)
    wrong: list[tuple[Callable[[], Decision], str]] = [
        (lambda: enter(replace(paper, check_code="0" * 8)), "receipt_paper_code"),
        (lambda: enter(replace(paper, check_code=paper.check_code[:4])), "receipt_paper_code"),
        (lambda: enter(replace(paper, counts={"visits": 9})), "receipt_counts"),
        (lambda: enter(replace(paper, officer=" ")), "words_missing"),
        (lambda: enter(paper, MANAGER.id), "receipt_paper_exporter"),
    ]
    for attempt, key in wrong:
        with pytest.raises(Refused, match=key):
            attempt()
    assert day.desk.state is SessionState.EXPORTED
    code = f"{paper.check_code[:4].upper()} {paper.check_code[4:]}"
    assert enter(replace(paper, check_code=code), STAFF.id) is Decision.ACCEPT
    done = day.erasure.erase("令7-練-17", second_id=SECOND.id, second_pin=PINS[SECOND.id])
    assert done.record.receipt_kind == "paper"


def test_past_the_limit_the_manager_says_why_and_the_counter_opens(day: Counterday) -> None:
    first = PRACTICE_DAY
    days = [first + timedelta(days=n) for n in range(1, 5)]
    day.closing.approve()
    for when in days[:3]:
        open_and_close(day, when)
    assert day.agenda.owed(days[3]) == 4
    with pytest.raises(Refused, match="opening_over_limit"):
        open_and_close(day, days[3])
    open_and_close(day, days[3], "前の会場の受領書が市で止まっている")
    with day.desk.office.reading() as view:
        assert view.openings.get(days[3], "K1").reason == "前の会場の受領書が市で止まっている"


def open_and_close(day: Counterday, when: date, reason: str = "") -> None:
    day.agenda.open(when, day.agenda.venues()[0], day.agenda.checklist(), extra=True, reason=reason)
    day.closing.approve()
