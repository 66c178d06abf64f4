"""The end of the contract: the last batch, its receipt, and a PC that knows nothing any more."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.city.collect import collect
from kiosk.city.collect_database import CollectDatabase
from kiosk.city.collect_totals import missing, months
from kiosk.city.desk import check, unpack
from kiosk.domain.errors import Refused
from kiosk.domain.receipt import Decision, Receipt
from kiosk.domain.registers import MediumState, Subject
from kiosk.domain.retirement import FORMAT, Order, Retired, Stage
from kiosk.domain.staff import Act
from kiosk.sealing import sshsig
from kiosk.sealing.receipts import sign_receipt, signature_path
from kiosk.services.clock import Clock
from kiosk.services.commission import standing
from kiosk.services.ending import go_on
from kiosk.services.open_desk import open_desk
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY, SECOND
from kiosk.services.register_book import RegisterBook, all_registers
from kiosk.services.registers import RegisterDesk
from kiosk.services.retirement import RetirementDesk
from tests.house import Counterday, names_under, never, silent

APPROVAL = "令7-練-31"
LENT = {"item": "統合端末", "count": "1台", "lent_on": "2025-08-01", "keeper": MANAGER.name}


@pytest.fixture
def erased(day: Counterday) -> Counterday:
    """One session, delivered, receipted and erased; the city's number for the end of the PC is entered."""
    day.issue(day.at_window(reservation="R251105001").ticket)
    day.export()
    answer(day)
    day.receipts.take(day.receipts.find(day.house.stick))
    day.erase()
    with day.desk.office_work(Act.EDIT_APPROVALS) as (work, _):
        work.approvals.save(standing(APPROVAL, Subject.RETIRE, PRACTICE_DAY.year))
        work.commit()
    return day


def answer(day: Counterday) -> None:
    day.house.answer_as_city(day.house.stick)


def ending(day: Counterday) -> RetirementDesk:
    return RetirementDesk(day.desk, day.access, day.handover)


def seal(day: Counterday) -> None:
    end = ending(day)
    end.record_sealed(end.prepare_seal().run(silent, never))


def write(day: Counterday) -> str:
    end = ending(day)
    job = end.prepare_export(day.bay.drives()[0])
    end.record_exported(job, job.run(silent, never))
    return job.name


def take(day: Counterday) -> Decision:
    return ending(day).take(ending(day).find(day.house.stick))


def test_the_whole_way_to_the_end(erased: Counterday, tmp_path: Path) -> None:
    day, end = erased, ending(erased)
    assert end.standing().stage is Stage.SEAL
    with pytest.raises(Refused, match="retire_not_yet"):
        end.retire(APPROVAL, second_id=SECOND.id, second_pin=PINS[SECOND.id])
    seal(day)
    assert end.standing().stage is Stage.WRITE
    name = write(day)
    assert (end.standing().stage, end.standing().batch) == (Stage.RECEIVE, name)
    with pytest.raises(Refused, match="receipt_absent"):
        take(day)
    the_city_takes_it(day, name, tmp_path)
    assert take(day) is Decision.ACCEPT
    assert take(day) is Decision.ACCEPT
    with day.desk.office.reading() as view:
        assert len(view.batches.receipts(view.batches.last_batches()[-1].seq)) == 1
    for number, second, key in (
        ("令7-練-17", SECOND.id, "approval_other_subject"),
        ("無い番号", SECOND.id, "approval_unknown"),
        (APPROVAL, MANAGER.id, "second_person_needed"),
    ):
        with pytest.raises(Refused, match=key):
            end.retire(number, second_id=second, second_pin=PINS[second])
    with pytest.raises(Refused, match="pin_wrong"):
        end.retire(APPROVAL, second_id=SECOND.id, second_pin="00000000")
    assert day.desk.vault.is_unlocked
    gone = end.retire(APPROVAL, second_id=SECOND.id, second_pin=PINS[SECOND.id], witness="市職員 2番")

    assert all(ok for _, ok in gone.retired.checks)
    assert gone.record.read_bytes().startswith(b"%PDF")
    assert {one.kiosk for one in gone.order.machines} == {"K1"}
    assert [one.session for one in gone.order.sessions] == [PRACTICE_DAY.isoformat()]
    assert gone.order.media[0].state == MediumState.IN_USE.value
    papers = gone.record.parent
    signed = (papers / "retirement-K1.json").read_bytes()
    sshsig.verify(signed, sshsig.parse((papers / "retirement-K1.json.sig").read_bytes()), FORMAT)
    assert Order.from_bytes(signed) == gone.order
    assert Retired.from_bytes((papers / "retired-K1.json").read_bytes()) == gone.retired
    nothing_is_left(day.data)
    with pytest.raises(Refused, match="retired_already"):
        open_desk(day.data)
    assert go_on(day.data, Clock().now()).retired == gone.retired


def nothing_is_left(data: Path) -> None:
    left = {str(file.relative_to(data)) for file in data.rglob("*") if file.is_file()}
    assert not {name for name in left if name.startswith(("sessions/", "outbox/"))}
    assert not left & {"access.json", "office.db", "office.db-wal", "office.db-shm", "recovery.age"}
    assert json.loads((data / "practice-secrets.json").read_text(encoding="utf-8")) == {}
    assert names_under(data) == []


def the_city_takes_it(day: Counterday, name: str, folder: Path) -> None:
    """check, open, collect and receipt as for any batch; inside are the registers, and nobody's key."""
    at, batch = Clock().now(), day.house.stick / name
    (finding,) = check(day.house.city, [batch], at)
    assert finding.problem is None
    checked, opened = unpack(day.house.city, batch, folder / "opened", at)
    facts = checked.outer.manifest.facts
    assert facts.is_last
    assert opened.counts["registers"] == len(all_registers()) == facts.counts["registers"]
    out = folder / "opened"
    assert (out / "registers.pdf").read_bytes().startswith(b"%PDF")
    media = list(csv.reader(io.StringIO((out / "registers" / "media.csv").read_text(encoding="utf-8-sig"))))
    assert media[0][0] == "製造番号"
    assert media[1][0] == day.bay.drives()[0].serial
    assert len((out / "office-journal.jsonl").read_bytes().splitlines()) == facts.journal.length
    assert (out / "erasures" / f"erasure-{PRACTICE_DAY}-K1.json").is_file()
    with day.desk.office.reading() as view:
        secrets = [view.settings.get(key) for key in ("signing_key", "outpost_key", "age_identity")]
    inside = b"".join(file.read_bytes() for file in out.rglob("*") if file.is_file())
    assert not [secret for secret in secrets if str(secret).strip().encode() in inside]
    database = CollectDatabase.open(f"sqlite:///{folder / 'c.db'}", practice=True)
    try:
        earlier = sorted(day.house.stick.glob("*.zip"))
        assert [one.state for one in collect(day.house.city, earlier, database, at)] == ["added", "last"]
        assert [one.state for one in collect(day.house.city, earlier, database, at)] == ["already"] * 2
        with database.reading() as db:
            assert (missing(db), [one.sessions for one in months(db)]) == ((), [1])
    finally:
        database.close()
    answer(day)


def test_what_is_not_finished_stands_in_the_way(erased: Counterday) -> None:
    day, book = erased, RegisterBook(erased.desk)
    book.enter("lent", LENT)
    assert str(ending(day).standing().in_the_way) == "retire_lent_open"
    with pytest.raises(Refused, match="retire_lent_open"):
        seal(day)
    book.correct("lent", 1, {**LENT, "returned_on": "2025-11-05"}, "返した")
    later = PRACTICE_DAY + timedelta(days=4)
    day.desk.clock = Clock(later)
    day.agenda.open(later, day.agenda.venues()[0], day.agenda.checklist())
    with pytest.raises(Refused, match="retire_session_left"):
        seal(day)
    day.sign_in_staff()
    with pytest.raises(Refused, match="not_allowed"):
        ending(day).standing()


def test_what_was_entered_afterwards_or_refused_by_the_city_goes_into_a_new_last_batch(
    erased: Counterday, tmp_path: Path
) -> None:
    day, end = erased, ending(erased)
    seal(day)
    first = write(day)
    with pytest.raises(Refused, match="retire_not_yet"):
        end.prepare_seal()
    RegisterBook(day.desk).enter("consumables", {"item": "用紙", "left": "3箱"})
    assert end.standing().stage is Stage.SEAL
    seal(day)
    second = write(day)
    answer(day)
    # The receipt for the older one never counts, whichever name it carries.
    older = day.house.stick / f"{first.removesuffix('.zip')}.receipt.json"
    if older.is_file():
        with pytest.raises(Refused, match="receipt_superseded"):
            end.take(older)
    reject(day, second, tmp_path)
    assert end.take(tmp_path / "no.receipt.json") is Decision.REJECT
    assert end.standing().stage is Stage.SEAL
    with pytest.raises(Refused, match="retire_not_yet"):
        end.retire(APPROVAL, second_id=SECOND.id, second_pin=PINS[SECOND.id])
    seal(day)
    third = write(day)
    outer = check(day.house.city, [day.house.stick / third], Clock().now())[0].checked
    assert outer is not None
    with day.desk.office.reading() as view:
        assert [one.name for one in view.batches.last_batches()] == [first, second, third]
        assert outer.outer.manifest.facts.supersedes == view.batches.last_batches()[1].manifest_sha256


def reject(day: Counterday, batch: str, folder: Path) -> None:
    file = day.house.stick / f"{batch.removesuffix('.zip')}.receipt.json"
    given = Receipt.from_bytes(file.read_bytes())
    no = replace(given, decision=Decision.REJECT, reason="貸与物の欄が違う", counts={})
    content, signature = sign_receipt(no, day.house.city.receipt_key())
    (folder / "no.receipt.json").write_bytes(content)
    signature_path(folder / "no.receipt.json").write_bytes(signature)


def test_a_stick_goes_to_its_end_in_the_register(erased: Counterday) -> None:
    day, desk = erased, RegisterDesk(erased.desk, erased.access)
    serial = day.bay.drives()[0].serial
    for wrong, key in ((" ", "medium_end_people"), ("佐藤 和子", "medium_end_ahead")):
        on = PRACTICE_DAY + timedelta(days=1) if key == "medium_end_ahead" else PRACTICE_DAY
        with pytest.raises(Refused, match=key):
            desk.end_medium(serial, MediumState.WIPED, on, by=wrong, witness="市職員 2番", certificate="")
    desk.end_medium(
        serial, MediumState.WIPED, PRACTICE_DAY, by="佐藤 和子", witness="市職員 2番", certificate=""
    )
    desk.end_medium(
        serial, MediumState.DESTROYED, PRACTICE_DAY, by="佐藤 和子", witness="市職員 2番", certificate="破-14"
    )
    with pytest.raises(Refused, match="medium_state"):
        desk.end_medium(serial, MediumState.WIPED, PRACTICE_DAY, by="佐藤", witness="市", certificate="")
    row = next(one for one in RegisterBook(day.desk).entries("media") if one.words["serial"] == serial)
    assert "破-14" in row.words["end"]
    seal(day)
    with pytest.raises(Refused, match="medium_ended"):
        write(day)
