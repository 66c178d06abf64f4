"""From the manager's yes to forgetting: each step only after the one before, each repeatable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.city.desk import Answer, answer, write_answer
from kiosk.devices.drive_virtual import VirtualBay
from kiosk.domain.batch import SessionState
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.receipt import Decision, Receipt
from kiosk.sealing.receipts import sign_receipt
from kiosk.services.clock import Clock
from tests.house import MARKED_NAMES, Counterday, never, silent


def stick(day: Counterday) -> VirtualBay:
    assert isinstance(day.bay, VirtualBay)
    return day.bay


def test_nothing_is_sealed_before_the_manager_has_closed(day: Counterday) -> None:
    with pytest.raises(Refused, match="session_step_not_now"):
        day.handover.prepare_seal()
    with pytest.raises(Refused, match="batch_none"):
        day.handover.prepare_export(day.handover.drives()[0])


def test_the_stick_holds_the_very_bytes_of_the_outbox(exported: Counterday) -> None:
    name = exported.handover.batch_name()
    assert name == "13210-K1-000001-20251105.zip"
    outbox = exported.desk.vault.folder.outbox / name
    assert (exported.house.stick / name).read_bytes() == outbox.read_bytes()
    assert exported.desk.state is SessionState.EXPORTED


def test_a_kill_between_sealing_and_the_ledger_seals_again_under_the_same_number(day: Counterday) -> None:
    day.closing.approve()
    first = day.handover.prepare_seal().run(silent, never)
    day.restart()
    assert day.desk.state is SessionState.CLOSED
    second = day.handover.prepare_seal().run(silent, never)
    assert (second.name, second.path) == (first.name, first.path)
    day.handover.record_sealed(second)
    assert day.desk.state is SessionState.SEALED


def test_an_unregistered_stick_gets_nothing(day: Counterday) -> None:
    day.closing.approve()
    day.handover.record_sealed(day.handover.prepare_seal().run(silent, never))
    (day.house.stick / ".kiosk-stick").write_text("SOMEBODY-ELSES\n", encoding="ascii")
    with pytest.raises(Refused, match="medium_unknown"):
        day.handover.prepare_export(day.handover.drives()[0])
    assert list(day.house.stick.glob("*.zip*")) == []
    day.handover.register_medium("SOMEBODY-ELSES", "令7-練-6")
    assert day.handover.prepare_export(day.handover.drives()[0]).approval == "令7-練-6"


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ({"pulled_at": 5_000}, "drive_gone"),
        ({"full_at": 5_000}, "drive_full_meanwhile"),
        ({"read_only": True}, "drive_read_only"),
        ({"flip_at": 5_000}, "drive_bad_readback"),
        ({"sync_fails": True}, "drive_fsync_failed"),
        ({"not_mounted": True}, "drive_not_mounted"),
    ],
)
def test_a_bad_stick_is_never_called_done_and_a_good_one_works_without_a_restart(
    day: Counterday, fault: dict[str, int], key: str
) -> None:
    day.closing.approve()
    day.handover.record_sealed(day.handover.prepare_seal().run(silent, never))
    for name, value in fault.items():
        setattr(stick(day).faults, name, value)
    with pytest.raises(Trouble) as trouble:
        day.handover.prepare_export(day.handover.drives()[0]).run(silent, never)
    assert trouble.value.key == key
    assert day.desk.state is SessionState.SEALED
    stick(day).plug_in()
    job = day.handover.prepare_export(day.handover.drives()[0])
    day.handover.record_exported(job, job.run(silent, never))
    assert day.desk.state is SessionState.EXPORTED


def test_only_the_citys_signed_answer_opens_the_way_to_erasure(exported: Counterday) -> None:
    with pytest.raises(Refused, match="receipt_absent"):
        exported.receipts.find(exported.house.stick)
    with pytest.raises(Refused, match="erase_no_receipt"):
        exported.erase()
    exported.house.answer_as_city(exported.house.stick)
    file = exported.receipts.find(exported.house.stick)
    untouched = file.read_bytes()
    file.write_bytes(untouched.replace(b'"visits":2', b'"visits":3'))
    with pytest.raises(Refused):
        exported.receipts.take(file)
    assert exported.desk.state is SessionState.EXPORTED
    file.write_bytes(untouched)
    assert exported.receipts.take(file) is Decision.ACCEPT
    assert exported.receipts.take(file) is Decision.ACCEPT
    given = Receipt.from_bytes(untouched)
    says_the_other(exported, file, replace(given, decision=Decision.REJECT, reason="数が違います"))
    with pytest.raises(Refused, match="receipt_after_accept"):
        exported.receipts.take(file)
    assert exported.desk.state is SessionState.RECEIPTED


def says_the_other(day: Counterday, file: Path, receipt: Receipt) -> None:
    """The same batch decided once more, as stock tools let an office do."""
    write_answer(Answer(receipt, *sign_receipt(receipt, day.house.city.receipt_key())), file)


def test_a_rejected_batch_is_mended_under_a_new_number_that_names_the_old(exported: Counterday) -> None:
    name = exported.handover.batch_name() or ""
    given = answer(
        exported.house.city, exported.house.stick / name, Clock().now(), by="市職員", reject="件数が違います"
    )
    target = exported.house.stick / f"{name.removesuffix('.zip')}.receipt.json"
    write_answer(given, target)
    assert exported.receipts.take(target) is Decision.REJECT
    says_the_other(exported, target, replace(given.receipt, decision=Decision.ACCEPT, reason=None))
    with pytest.raises(Refused, match="receipt_after_reject"):
        exported.receipts.take(target)
    assert exported.desk.state is SessionState.CLOSED
    old, _ = exported.handover.newest_manifest(exported.desk.session_day)
    exported.handover.record_sealed(exported.handover.prepare_seal().run(silent, never))
    new, earlier = exported.handover.newest_manifest(exported.desk.session_day)
    assert (new.facts.seq, new.facts.supersedes, earlier) == (2, old.sha256(), (old.sha256(),))


def test_after_erasure_nobody_is_found_and_nothing_opens(exported: Counterday) -> None:
    exported.house.answer_as_city(exported.house.stick)
    exported.receipts.take(exported.receipts.find(exported.house.stick))
    day = exported.desk.session_day
    copy = exported.data.parent / "copy.db"
    copy.write_bytes(exported.desk.vault.folder.session(day, "K1").read_bytes())
    with pytest.raises(Refused, match="second_person_needed"):
        exported.erasure.erase("令7-練-17", second_id="sato", second_pin="x")
    with pytest.raises(Refused, match="approval_unknown"):
        exported.erase("令7-無-1")
    assert exported.erase().startswith(b"%PDF")
    with pytest.raises(Refused, match="erase_already"):
        exported.agenda.resume(day)
    exported.desk.vault.folder.session(day, "K1").write_bytes(copy.read_bytes())
    with pytest.raises(Refused, match="session_erased"):
        exported.desk.vault.open_session(day)
    exported.desk.vault.folder.session(day, "K1").unlink()
    assert names_under(exported.data) == []


@pytest.mark.parametrize("key_is_gone", [False, True])
def test_an_erasure_cut_in_the_middle_is_taken_up_again(exported: Counterday, key_is_gone: bool) -> None:
    exported.house.answer_as_city(exported.house.stick)
    exported.receipts.take(exported.receipts.find(exported.house.stick))
    when = exported.desk.session_day
    # What was done before the cut, as the verb does it, and then the power is gone.
    exported.erasure._begin(when, "令7-練-17", "suzuki")
    if key_is_gone:
        exported.erasure._destroy(when)
    exported.restart()
    assert exported.desk.state is SessionState.ERASING
    assert exported.erase().startswith(b"%PDF")
    assert names_under(exported.data) == []


def names_under(folder: Path) -> list[str]:
    """Where a marked visitor's name stands in the bytes of any file, in the encodings a PC writes."""
    return [
        f"{file.name}: {encoding}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for name in MARKED_NAMES
        for encoding in ("utf-8", "utf-16-le", "cp932")
        if name.encode(encoding) in file.read_bytes()
    ]
