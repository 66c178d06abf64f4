"""The registers at work: one day's story, every paper of every register."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.errors import Refused
from kiosk.domain.register_book import Register
from kiosk.paper import catalogue
from kiosk.services.register_book import RegisterBook, all_registers, register_named
from tests.house import Counterday, opened_copy

WRITTEN = [register for register in all_registers() if not register.is_derived]
COMPLAINT = {
    "received_at": "10時20分",
    "venue": "本町公民館",
    "person": "番号札 A012 の方",
    "received_by": "佐藤 和子",
    "content": "待ち時間が長い",
    "response": "お詫びした",
}


@pytest.fixture(scope="module")
def office(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counterday]:
    """A served and closed day; the tests add to its registers."""
    with opened_copy(template, tmp_path_factory.mktemp("office") / "kiosk") as day:
        day.open()
        day.issue(day.at_window(reservation="R251105001").ticket)
        yield day


@pytest.fixture(scope="module")
def book(office: Counterday) -> RegisterBook:
    return RegisterBook(office.desk)


def filled(book: RegisterBook, register: Register) -> dict[str, str]:
    """The proposal, and something in every field that is still empty."""
    start = book.proposal(register.name)
    words = {"day": "R7.11.5", "rows": "一｜二｜三"}
    return {one.name: start.get(one.name) or words.get(one.kind, "みほん") for one in register.fields}


@pytest.mark.parametrize("register", WRITTEN, ids=lambda register: register.name)
def test_every_register_is_written_and_printed_on_its_form(book: RegisterBook, register: Register) -> None:
    entry = book.enter(register.name, filled(book, register))
    assert book.entries(register.name, str(entry.number))[0] == entry
    if register.form:
        job = book.paper(register.name, entry.number)
        assert job.file.startswith(register.form)
        assert job.run().startswith(b"%PDF")
    else:
        with pytest.raises(Refused, match="register_no_form"):
            book.paper(register.name, entry.number)


@pytest.mark.parametrize("name", ["media", "personal", "copies", "handovers"])
def test_what_the_counter_knows_nobody_types_again(office: Counterday, book: RegisterBook, name: str) -> None:
    rows = [entry.words for entry in book.entries(name)]
    assert rows if name != "copies" else office.desk
    assert "花子" not in repr(rows)
    if register_named(name).form:
        assert book.paper(name).run().startswith(b"%PDF")
    with pytest.raises(Refused, match="register_derived"):
        book.enter(name, {})


def test_a_correction_is_a_further_entry_and_the_first_stays(book: RegisterBook) -> None:
    first = book.enter("complaints", COMPLAINT)
    with pytest.raises(Refused, match="register_reason_missing"):
        book.correct("complaints", first.number, COMPLAINT, " ")
    again = book.correct(
        "complaints", first.number, COMPLAINT | {"response": "お詫びし、ご案内した"}, "書き漏れ"
    )
    assert (again.number, again.revision, again.reason) == (first.number, 2, "書き漏れ")
    assert book.history("complaints", first.number) == (first, again)
    now = [entry for entry in book.entries("complaints") if entry.number == first.number]
    assert now == [again]
    with pytest.raises(Refused, match="register_entry_unknown"):
        book.correct("complaints", 999, COMPLAINT, "x")


def test_a_visitor_of_the_open_session_is_named_by_the_ticket_only(book: RegisterBook) -> None:
    with pytest.raises(Refused, match="register_visitor_name"):
        book.enter("complaints", COMPLAINT | {"content": "小金井花子さまより"})
    assert all("花子" not in repr(entry.words) for entry in book.entries("complaints"))


def test_the_staff_register_fills_the_plan(book: RegisterBook) -> None:
    rows = book.proposal("staff_plan")["rows"].splitlines()
    assert len(rows) == 3
    assert any("佐藤 和子" in row and "業務管理者" in row for row in rows)


def test_the_entries_outlive_the_program_and_nobody_changes_them(
    office: Counterday, book: RegisterBook
) -> None:
    kept = book.enter(
        "contacts", {"order": "1", "who": "佐藤 和子", "role": "業務管理者", "phone": "会場に掲示"}
    )
    office.restart()
    assert RegisterBook(office.desk).history("contacts", kept.number) == (kept,)
    from sqlalchemy.exc import DatabaseError

    with (
        pytest.raises(DatabaseError, match="append-only"),
        office.desk.office.work() as work,
    ):
        work._db.exec_driver_sql("UPDATE entries SET words = '{}'")
    office.access.lock()
    office.sign_in_staff()
    with pytest.raises(Refused, match="not_allowed"):
        RegisterBook(office.desk).enter("complaints", COMPLAINT)
    assert RegisterBook(office.desk).entries("contacts")


def test_every_register_names_a_form_that_exists() -> None:
    names = {paper.name for paper in catalogue.PAPERS}
    assert [one.name for one in all_registers() if one.form and one.form not in names] == []
