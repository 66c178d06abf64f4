"""The end of a counter PC from the command line: a step each time, and nothing afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.cli.city import app as city
from kiosk.cli.console import REFUSED
from kiosk.domain.registers import Subject
from kiosk.domain.staff import Act
from kiosk.services.clock import Clock
from kiosk.services.commission import standing
from kiosk.services.practice import MANAGER, PINS, SECOND, STAFF
from kiosk.services.register_book import RegisterBook
from tests.cli.terminal import Terminal
from tests.house import Counterday

APPROVAL = "令8-廃-1"
PIN, STAFF_PIN = f"{PINS[MANAGER.id]}\n", f"{PINS[STAFF.id]}\n"
BOTH = f"{PIN}{PINS[SECOND.id]}\n"


@pytest.fixture
def ready(kiosk: Counterday) -> Counterday:
    """A kiosk that never opened a session, with the city's number for its end and a thing still lent."""
    today = Clock().today()
    kiosk.sign_in_manager()
    with kiosk.desk.office_work(Act.EDIT_APPROVALS) as (work, _):
        fiscal_year = today.year if today.month >= 4 else today.year - 1
        work.approvals.save(standing(APPROVAL, Subject.RETIRE, fiscal_year))
        # The commands live today, the practice registers in the year they rehearse.
        for medium in work.media.all():
            work.approvals.save(standing(medium.approval, Subject.MEDIUM, fiscal_year))
        work.commit()
    lent = {"item": "統合端末", "count": "1台", "lent_on": "2025-08-01", "keeper": MANAGER.name}
    RegisterBook(kiosk.desk).enter("lent", lent)
    kiosk.access.lock()
    kiosk.desk.vault.close()
    return kiosk


def returned(kiosk: Counterday) -> None:
    kiosk.restart()
    book = RegisterBook(kiosk.desk)
    (entry,) = book.entries("lent")
    book.correct("lent", 1, {**entry.words, "returned_on": "2025-11-05"}, "返した")
    kiosk.access.lock()
    kiosk.desk.vault.close()


def test_a_step_each_time_until_nothing_is_left(
    ready: Counterday, terminal: Terminal, tmp_path: Path
) -> None:
    stick, data, home = ready.house.stick, ready.data, ready.data.parent / "city"
    to_the_end = ("retire", "--approval", APPROVAL, "--operator", MANAGER.id, "--pin-stdin", "--data", data)
    second = ("--second", SECOND.id)
    for words, pin, key in (
        (("retire", "--approval", "無い", *to_the_end[3:]), PIN, "approval_unknown"),
        (
            ("retire", "--approval", APPROVAL, "--operator", STAFF.id, *to_the_end[5:]),
            STAFF_PIN,
            "not_allowed",
        ),
        (to_the_end, PIN, "retire_lent_open"),
    ):
        code, no = terminal.json(*words, pin=pin)
        assert (code, no["ok"], no["problem"]) == (REFUSED, False, key)
    returned(ready)
    code, sealed = terminal.json(*to_the_end, pin=PIN)
    assert (code, sealed["retired"], sealed["record"], sealed["stage"]) == (0, False, None, "receive")
    batch = stick / sealed["batch"]
    code, no = terminal.json(*to_the_end, pin=PIN)
    assert (code, no["problem"]) == (REFUSED, "receipt_absent")
    code, seen = terminal.json("check", batch, "--data", home, app=city)
    assert (code, seen["ok"]) == (0, True)
    assert f"{seen['counts']['registers']} 種" in seen["say"]
    code, opened = terminal.json("open", batch, "--out", tmp_path / "opened", "--data", home, app=city)
    assert (code, opened["visits"], opened["registers"]) == (0, 0, seen["counts"]["registers"])
    answer = stick / f"{batch.stem}.receipt.json"
    code, given = terminal.json(
        "receipt", batch, "--by", "市職員 1番", "--out", answer, "--data", home, app=city
    )
    assert (code, given["decision"]) == (0, "accept")
    code, taken = terminal.json(
        "receipt", answer, "--operator", MANAGER.id, "--pin-stdin", "--data", data, pin=PIN
    )
    assert (code, taken["batch"], taken["decision"]) == (0, batch.name, "accept")
    code, no = terminal.json(*to_the_end, pin=PIN)
    assert (code, no["problem"]) == (REFUSED, "second_person_needed")
    code, done = terminal.json(*to_the_end, *second, "--witness", "市職員 2番", pin=BOTH)
    assert (code, done["retired"]) == (0, True)
    assert Path(done["record"]).read_bytes().startswith(b"%PDF")
    assert not (data / "office.db").exists()
    code, again = terminal.json(*to_the_end, pin="")
    assert (code, again["at"], again["order_sha256"]) == (0, done["at"], done["order_sha256"])
    for words in (("inspect", "--operator", MANAGER.id, "--pin-stdin"), ()):
        code, no = terminal.json(*words, "--data", data, pin=PIN)
        assert (code, no["problem"]) == (REFUSED, "retired_already")


def test_an_order_laid_into_a_folder_destroys_nothing(ready: Counterday, terminal: Terminal) -> None:
    data = ready.data
    for content in (b"{}", b"\x00" * 10, json.dumps({"format": "kiosk-retirement-v1"}).encode()):
        (data / "retiring.json").write_bytes(content)
        code, no = terminal.json(
            *("retire", "--approval", APPROVAL, "--operator", MANAGER.id, "--pin-stdin", "--data", data),
            pin=PIN,
        )
        assert (code, no["problem"]) == (REFUSED, "retire_lent_open")
        assert (data / "office.db").exists()
