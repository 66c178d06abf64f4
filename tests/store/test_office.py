"""What the office keeps: settings, registers, ledgers and figures, on a real encrypted file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from kiosk.domain.batch import SessionState
from kiosk.domain.erasure import METHOD, Erasure
from kiosk.domain.errors import Refused, Trouble
from kiosk.domain.ledger import (
    Direction,
    Export,
    Handover,
    Opening,
    PaperLine,
    SealedBatch,
    StaffRecord,
    TakenReceipt,
    VisitFigures,
)
from kiosk.domain.registers import Approval, Medium, MediumKind, MediumState, Subject
from kiosk.domain.report import Tally
from kiosk.store.office import OfficeStore
from kiosk.store.vault import Vault
from tests.store.counter import DAY, NINE, PHRASE

NEXT_DAY = date(2025, 11, 9)


@pytest.fixture
def office(vault: Vault) -> OfficeStore:
    """The office database of the kiosk."""
    return vault.open_office()


def a_batch(seq: int, day: date = DAY) -> SealedBatch:
    return SealedBatch(
        seq=seq,
        name=f"13210-K1-{seq:06d}-{day:%Y%m%d}.zip",
        session=day,
        sealed_at=NINE,
        size=1000 + seq,
        manifest_sha256=f"{seq:064x}",
        plaintext_sha256="b" * 64,
        prev=None if seq == 1 else f"{seq - 1:064x}",
        supersedes=None,
        operator="m01",
        counts={"visits": 3, "portraits": 1},
    )


def test_settings_hold_what_json_holds(office: OfficeStore, vault: Vault) -> None:
    with office.work() as work:
        work.settings.put("profile", "[city]\nname = '小金井市'\n")
        work.settings.put("next", 7)
        work.settings.put("next", {"seq": 8, "prev": None})
        work.settings.put("gone", 1)
        work.settings.remove("gone")
        work.commit()
    vault.lock()
    vault.unlock("m01", PHRASE)
    with vault.open_office().reading() as view:
        assert view.settings.get("next") == {"seq": 8, "prev": None}
        assert view.settings.keys() == ("next", "profile")
        assert view.settings.get("gone") is None


def test_an_opening_is_kept_and_changes_state(office: OfficeStore) -> None:
    opened = Opening(DAY, "K1", "公民館", "m01", NINE, checklist=("radio_off", "sign_up"), origin="manual")
    with office.work() as work:
        work.openings.save(opened)
        work.openings.save(replace(opened, day=NEXT_DAY))
        work.openings.save(replace(opened, state=SessionState.CLOSED, evidence_hold=True))
        work.commit()
    with office.reading() as view:
        assert view.openings.get(DAY, "K1") == replace(opened, state=SessionState.CLOSED, evidence_hold=True)
        assert [kept.day for kept in view.openings.all()] == [DAY, NEXT_DAY]
        assert view.openings.find(DAY, "K2") is None
        with pytest.raises(Refused, match="session_unknown"):
            view.openings.get(DAY, "K2")


def test_approvals_are_found_by_number_and_subject(office: OfficeStore) -> None:
    year = (date(2025, 8, 1), date(2026, 3, 31))
    erasure = Approval("7小情第17号", Subject.ERASURE, date(2025, 7, 30), *year, standing=True)
    single = Approval("7小情第18号", Subject.MEDIUM, date(2025, 7, 30), *year, standing=False)
    with office.work() as work:
        for approval in (erasure, single, single.after_use()):
            work.approvals.save(approval)
        work.commit()
    with office.reading() as view:
        assert view.approvals.find("7小情第17号", Subject.ERASURE) == erasure
        assert view.approvals.find("7小情第17号", Subject.MEDIUM) == erasure
        assert view.approvals.find("7小情第18号", Subject.MEDIUM) == replace(single, used=1)
        assert view.approvals.find("7小情第19号", Subject.MEDIUM) is None
        assert view.approvals.standing(Subject.ERASURE, DAY) == erasure
        assert view.approvals.standing(Subject.ERASURE, date(2026, 4, 1)) is None
        assert view.approvals.standing(Subject.MEDIUM, DAY) is None
        assert len(view.approvals.all()) == 2


def test_media_and_staff_registers(office: OfficeStore) -> None:
    stick = Medium("USB-0001", MediumKind.USB, "7小情第18号")
    person = StaffRecord("s01", "受付 太郎", "staff", "正規雇用", "B-1", DAY, DAY, None, None)
    with office.work() as work:
        work.media.save(stick)
        work.media.save(stick.moved_to(MediumState.IN_USE))
        work.staff.save(person)
        work.staff.save(replace(person, pledged_on=DAY, approved_on=NEXT_DAY, approval="7-8"))
        work.commit()
    with office.reading() as view:
        assert view.media.all() == (replace(stick, state=MediumState.IN_USE),)
        assert view.media.find("USB-0002") is None
        kept = view.staff.find("s01")
        assert kept == replace(person, pledged_on=DAY, approved_on=NEXT_DAY, approval="7-8")
        assert kept is not None
        assert not kept.is_substitute
        assert view.staff.all() == (kept,)


def test_handovers_are_numbered_and_their_return_is_recorded(office: OfficeStore) -> None:
    with office.work() as work:
        taken = Handover(
            number=work.handovers.next_number(),
            direction=Direction.FROM_CITY,
            item="予約一覧",
            at=NINE,
            session=DAY,
            medium="USB-C-3",
            means="手渡し",
            place="市民課",
            giver="市 職員",
            taker="管理 花子",
            file_name="list.csv",
            sha256="a" * 64,
            count=30,
        )
        work.handovers.add(taken)
        assert work.handovers.next_number() == 2
        work.handovers.mark_returned(replace(taken, returned_at=NINE))
        work.commit()
    with office.reading() as view:
        assert view.handovers.all() == (replace(taken, returned_at=NINE),)
        assert view.handovers.of_session(NEXT_DAY) == ()
    with pytest.raises(Refused, match="handover_unknown"), office.work() as work:
        work.handovers.mark_returned(replace(taken, number=9))


def test_batches_count_up_and_name_the_one_before(office: OfficeStore) -> None:
    receipt = TakenReceipt(2, "accept", "市 職員", "", NINE, "c" * 64, "m01", '{"seq": 2}')
    with office.work() as work:
        assert work.batches.last() is None
        assert work.batches.next_seq() == 1
        for batch in (a_batch(1), a_batch(2), a_batch(3, NEXT_DAY)):
            work.batches.add(batch)
        for stick in ("USB-1", "USB-2"):
            work.batches.add_export(Export(2, stick, "7-6", NINE, "m01"))
        work.batches.add_receipt(receipt)
        work.batches.add_receipt(receipt)
        work.commit()
    with office.reading() as view:
        assert view.batches.next_seq() == 4
        assert view.batches.last() == a_batch(3, NEXT_DAY)
        assert view.batches.newest_of(DAY) == a_batch(2)
        assert len(view.batches.all()) == 3
        assert view.batches.by_manifest(f"{1:064x}") == a_batch(1)
        assert view.batches.by_manifest("0" * 64) is None
        assert [copy.medium for copy in view.batches.exports(2)] == ["USB-1", "USB-2"]
        assert view.batches.receipts(2) == (receipt,)
        assert view.batches.receipts(1) == ()


def test_a_batch_number_is_never_used_twice(office: OfficeStore) -> None:
    with office.work() as work:
        work.batches.add(a_batch(1))
        work.commit()
    for again in (a_batch(1), replace(a_batch(1), seq=2)):
        with pytest.raises(IntegrityError, match="append-only"), office.work() as work:
            work.batches.add(again)
    with pytest.raises(IntegrityError), office.work() as work:
        work.batches.add_export(Export(9, "USB-1", "7-6", NINE, "m01"))


def test_the_erasure_record_and_the_papers_outlive_the_visitors(office: OfficeStore) -> None:
    record = Erasure(
        session="2025-11-05",
        kiosk="K1",
        computer="PC-1",
        disk="D-1",
        visits=3,
        portraits=1,
        batch=a_batch(1).name,
        manifest_sha256="1" * 64,
        receipt_sha256="2" * 64,
        approval="7小情第17号",
        method=METHOD,
        checks=(("secret_gone", True), ("file_gone", True)),
        operator="m01",
        witness="市 職員",
        at=NINE,
        copies_that_remain=("市のバッチ",),
    )
    line = PaperLine(DAY, "A001", "F01", 1, "delivered", NINE, "s01", "7-5")
    with office.work() as work:
        work.erasures.add(record)
        work.papers.add_all([line, replace(line, paper="F09", count=2)])
        work.papers.add_all([])
        work.commit()
    with office.reading() as view:
        assert view.erasures.find(DAY, "K1") == record
        assert view.erasures.find(NEXT_DAY, "K1") is None
        assert view.erasures.all() == (record,)
        assert view.papers.of_session(DAY) == (line, replace(line, paper="F09", count=2))
    with pytest.raises(IntegrityError, match="append-only"), office.work() as work:
        work.erasures.add(replace(record, visits=0))


def test_the_figures_of_a_month_are_counted_once_per_visit(office: OfficeStore) -> None:
    one = VisitFigures(DAY, "K1", "A001", "A", True, "accepted", None, 300, 900)
    lines = [
        one,
        replace(one, ticket="A002", reserved=False),
        replace(one, ticket="B001", service="B", photos=1),
    ]
    with office.work() as work:
        work.figures.add_visits(lines)
        work.figures.add_visits([replace(one, outcome="stopped", reason="R02")])
        work.figures.add_visits([replace(one, session=date(2025, 12, 3))])
        work.figures.add_visits([])
        work.figures.add_day(DAY, "K1", {"guided": 4, "no_show": 1})
        work.figures.add_day(DAY, "K1", {"guided": 5})
        work.figures.add_day(DAY, "K1", {})
        work.commit()
    with office.reading() as view:
        assert view.figures.of_session(DAY) == (replace(one, outcome="stopped", reason="R02"), *lines[1:])
        assert view.figures.day_counts(DAY, "K1") == {"guided": 5, "no_show": 1}
        assert view.figures.tallies(date(2025, 11, 1), date(2025, 11, 30)) == (
            Tally(DAY, "A", False, "accepted", None, 1, 1, 300, 300, 1, 900),
            Tally(DAY, "A", True, "stopped", "R02", 1, 1, 300, 300, 1, 900),
            Tally(DAY, "B", True, "accepted", None, 1, 1, 300, 300, 1, 900),
        )
        assert view.figures.days(date(2025, 11, 1), date(2025, 11, 30)) == {DAY: {"guided": 5, "no_show": 1}}


def test_the_log_of_the_office_is_emptied_before_an_erasure_is_proven(
    office: OfficeStore, vault: Vault
) -> None:
    with office.work() as work:
        work.settings.put("x", 1)
        work.commit()
    log = vault.folder.office.with_name("office.db-wal")
    assert log.stat().st_size > 0

    assert office.checkpoint()

    assert log.stat().st_size == 0


def test_the_log_cannot_be_emptied_under_a_reader_and_says_so(office: OfficeStore) -> None:
    with office.work() as work:
        work.settings.put("x", 1)
        work.commit()
    with office.reading() as view:
        view.settings.get("x")
        with office.work() as work:
            work.settings.put("x", 2)
            work.commit()
        assert not office.checkpoint()


def test_another_key_opens_no_office(vault: Vault, office: OfficeStore) -> None:
    vault.lock()

    with pytest.raises(Trouble, match="database_unreadable"):
        OfficeStore.open(vault.folder.office, bytes(32))


def test_an_office_in_memory_has_the_same_tables() -> None:
    office = OfficeStore.in_memory()
    with office.work() as work:
        work.batches.add(a_batch(1))
        work.commit()

    with office.reading() as view:
        assert view.batches.next_seq() == 2
    office.close()
    with pytest.raises(Refused, match="locked"):
        office.reading()
