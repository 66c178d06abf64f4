"""Commands on a commissioned folder: the list, the receipt, the erasure, and who may."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.city import app as city
from kiosk.cli.console import REFUSED, TROUBLE, WRONG_USE
from kiosk.domain.receipt import Receipt
from kiosk.domain.registers import Subject
from kiosk.domain.staff import Act
from kiosk.paths import resources
from kiosk.sealing.receipts import sign_receipt
from kiosk.services.clock import Clock
from kiosk.services.commission import standing
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY, SECOND, STAFF
from tests.cli.terminal import Terminal, program
from tests.house import MARKED_NAMES, Counterday, build_template, opened, opened_copy

PRACTICE = resources() / "practice"
CP932, UTF8 = PRACTICE / "reservations_cp932.csv", PRACTICE / "reservations_utf8_bom.csv"
APPROVAL = "令8-消-1"
BY_MANAGER = ("--operator", MANAGER.id, "--pin-stdin")
BY_STAFF = ("--operator", STAFF.id, "--pin-stdin")
MANAGER_PIN, STAFF_PIN, SECOND_PIN = (f"{PINS[who.id]}\n" for who in (MANAGER, STAFF, SECOND))
ERASE = ("erase", "--session", PRACTICE_DAY.isoformat(), "--second", SECOND.id)


@pytest.fixture
def folder(kiosk: Counterday) -> Path:
    """The data folder of a counter that was opened this morning, without a list; nobody uses it now."""
    kiosk.open(with_list=False)
    kiosk.desk.vault.close()
    return kiosk.data


@pytest.fixture
def handed_over(kiosk: Counterday) -> Counterday:
    """A served, closed and exported day, the city's answer on the stick; nobody uses the folder now."""
    kiosk.open()
    kiosk.issue(kiosk.at_window(reservation="R251105001").ticket)
    kiosk.export()
    kiosk.house.answer_as_city(kiosk.house.stick)
    today = Clock().today()
    fiscal_year = today.year if today.month >= 4 else today.year - 1
    with kiosk.desk.office_work(Act.EDIT_APPROVALS) as (work, _):
        work.approvals.save(standing(APPROVAL, Subject.ERASURE, fiscal_year))
        work.commit()
    kiosk.desk.vault.close()
    return kiosk


def receipt_of(day: Counterday) -> Path:
    return next(day.house.stick.glob("*.receipt.json"))


# --- the list ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "encoding"), [(CP932, "cp932"), (UTF8, "utf-8-sig")])
def test_a_list_is_tried_without_any_folder(
    terminal: Terminal, tmp_path: Path, file: Path, encoding: str
) -> None:
    code, read = terminal.json("import", file, "--dry-run", "--data", tmp_path / "none")
    assert code == 0
    assert {"encoding", "rows", "imported", "cancelled", "other_days", "flagged", "refused"} <= set(read)
    assert read["encoding"].lower().replace("_", "-") in (encoding, encoding.removesuffix("-sig"))
    rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode(encoding), newline="")))
    of_day = [row for row in rows if row["予約日"] == "2025/11/05"]
    cancelled = sum(row["ステータス"] == "キャンセル" for row in of_day)
    assert (read["rows"], read["cancelled"]) == (len(rows), cancelled)
    assert (read["imported"], read["other_days"]) == (len(of_day) - cancelled, len(rows) - len(of_day))
    assert not (tmp_path / "none").exists()
    assert not any(name in json.dumps(read, ensure_ascii=False) for name in MARKED_NAMES)


def test_the_list_is_kept_and_the_numbered_slip_lies_in_the_papers(terminal: Terminal, folder: Path) -> None:
    code, done = terminal.json("import", CP932, "--data", folder, *BY_STAFF, pin=STAFF_PIN)
    assert (code, done["ok"], done["number"][:2]) == (0, True, "預-")
    assert Path(done["paper"]).read_bytes().startswith(b"%PDF")
    code, again = terminal.json("import", UTF8, "--data", folder, *BY_STAFF, pin=STAFF_PIN)
    assert (code, again["imported"]) == (0, done["imported"])
    assert again["number"] != done["number"]
    code, out, err = terminal.plain("import", CP932, "--data", folder, *BY_STAFF, pin=STAFF_PIN)
    assert (code, err) == (0, "")
    assert f"{done['rows']} 行" in out


BROKEN = {
    "empty": b"",
    "bytes": b"\x00\x01\x02\xff",
    "a spreadsheet as it is": b"PK\x03\x04" + bytes(200),
    "somebody's shopping": "品名,単価\nりんご,100\n".encode(),
    "too few columns": "予約番号,予約日\n1,2025/11/05\n".encode(),
    "a row cut off": UTF8.read_bytes() + b"\r\nR1,2025/11/05\r\n",
    "no such day": UTF8.read_bytes().replace(b"2025/11/05", b"2025/13/45", 1),
    "a quote never closed": b'"' + UTF8.read_bytes(),
}


def test_broken_and_foreign_lists_are_refused_whole(terminal: Terminal, tmp_path: Path) -> None:
    for what, content in BROKEN.items():
        file = tmp_path / "list.csv"
        file.write_bytes(content)
        code, no = terminal.json("import", file, "--dry-run")
        assert (code, no["ok"]) == (REFUSED, False), what
        assert no["problem"].startswith("import_"), what
        assert not any(name in no["say"] for name in MARKED_NAMES)


def test_a_list_that_breaks_in_its_last_row_leaves_nothing_half_imported(
    terminal: Terminal, kiosk: Counterday, tmp_path: Path
) -> None:
    kiosk.open()
    before = [found.reservation for found in kiosk.reception.find("")]
    kiosk.desk.vault.close()
    papers = sorted((kiosk.data / "papers").iterdir())
    file = tmp_path / "list.csv"
    file.write_bytes(UTF8.read_bytes().replace(b"R251105001", b"R251105901") + b"\r\nR1,2025/11/05\r\n")
    code, no = terminal.json("import", file, "--data", kiosk.data, *BY_MANAGER, pin=MANAGER_PIN)
    assert (code, no["problem"][:7]) == (REFUSED, "import_")
    assert sorted((kiosk.data / "papers").iterdir()) == papers
    kiosk.wire(opened(kiosk.data))
    kiosk.sign_in_manager()
    kiosk.agenda.resume(PRACTICE_DAY)
    assert [found.reservation for found in kiosk.reception.find("")] == before


def test_no_file_and_no_folder(terminal: Terminal, folder: Path) -> None:
    code, no = terminal.json("import", folder / "none.csv", "--dry-run")
    assert (code, no["problem"]) == (REFUSED, "file_absent")
    code, no = terminal.json("import", folder, "--dry-run")
    assert (code, no["problem"]) == (TROUBLE, "file_unreadable")
    code, no = terminal.json("import", CP932, "--data", folder / "none", *BY_STAFF, pin=STAFF_PIN)
    assert (code, no["problem"]) == (REFUSED, "commission_needed")
    code, no = terminal.json("import", CP932, "--dry-run", "--profile", "atlantis")
    assert (code, no["problem"]) == (REFUSED, "file_absent")
    code, no = terminal.json("import", CP932, "--dry-run", "--session", "tomorrow")
    assert (code, no["problem"]) == (REFUSED, "day_format")


# --- who -----------------------------------------------------------------------------------------------


def test_a_wrong_pin_opens_nothing_and_is_counted(terminal: Terminal, folder: Path) -> None:
    line = ("import", CP932, "--data", folder, *BY_STAFF)
    for left in (4, 3, 2, 1):
        code, no = terminal.json(*line, pin="00000000\n")
        assert (code, no["problem"]) == (REFUSED, "pin_wrong")
        assert str(left) in no["say"]
    assert terminal.json(*line, pin="00000000\n")[1]["problem"] == "pin_locked"
    assert terminal.json(*line, pin=STAFF_PIN)[1]["problem"] == "pin_locked"
    code, out, err = terminal.plain(*line, pin="00000000\n")
    assert (code, out) == (REFUSED, "")
    assert "00000000" not in err


@pytest.mark.parametrize(
    ("operator", "pin", "problem"),
    [
        (STAFF.id, "", "pin_missing"),
        ("nobody", STAFF_PIN, "operator_unknown"),
        ("", STAFF_PIN, "operator_unknown"),
    ],
)
def test_nobody_in_particular(
    terminal: Terminal, folder: Path, operator: str, pin: str, problem: str
) -> None:
    code, no = terminal.json(
        "import", CP932, "--data", folder, "--operator", operator, "--pin-stdin", pin=pin
    )
    assert (code, no["problem"]) == (REFUSED, problem)


def test_while_the_window_has_the_folder_commands_are_refused(terminal: Terminal, kiosk: Counterday) -> None:
    code, no = terminal.json("import", CP932, "--data", kiosk.data, *BY_STAFF, pin=STAFF_PIN)
    assert (code, no["problem"]) == (REFUSED, "already_running")


def test_without_a_session_there_is_nothing_to_take_a_list_for(terminal: Terminal, kiosk: Counterday) -> None:
    kiosk.desk.vault.close()
    code, no = terminal.json("import", CP932, "--data", kiosk.data, *BY_STAFF, pin=STAFF_PIN)
    assert (code, no["problem"]) == (REFUSED, "session_none")


# --- receipt and erasure -------------------------------------------------------------------------------


def test_receipt_and_erasure_by_command(terminal: Terminal, handed_over: Counterday) -> None:
    data = handed_over.data
    erase = (*ERASE, "--approval", APPROVAL, "--data", data, *BY_MANAGER)
    code, no = terminal.json(*erase, pin=MANAGER_PIN + SECOND_PIN)
    assert (code, no["problem"]) == (REFUSED, "erase_no_receipt")
    for _ in range(2):
        code, taken = terminal.json(
            "receipt", receipt_of(handed_over), "--data", data, *BY_MANAGER, pin=MANAGER_PIN
        )
        assert (code, taken["decision"], taken["ok"]) == (0, "accept", True)
        assert taken["batch"] == "13210-K1-000001-20251105.zip"
    code, erased = terminal.json(*erase, "--witness", "市職員 2番", pin=MANAGER_PIN + SECOND_PIN)
    assert (code, erased["ok"], erased["erased"]) == (0, True, True)
    assert Path(erased["record"]).read_bytes().startswith(b"%PDF")
    assert list((data / "sessions").glob("*")) == []
    # Again: the record once more, nothing else.
    code, again = terminal.json(*erase, pin=MANAGER_PIN + SECOND_PIN)
    assert (code, again["erased"], again["before"]) == (0, True, True)
    code, said, _ = terminal.plain(*erase, pin=MANAGER_PIN + SECOND_PIN)
    assert code == 0
    assert "いまは何も消していません" in said
    code, no = terminal.json("receipt", receipt_of(handed_over), "--data", data, *BY_MANAGER, pin=MANAGER_PIN)
    assert (code, no["problem"]) == (REFUSED, "session_none")


def test_erasure_without_a_number_or_a_second_person_destroys_nothing(
    terminal: Terminal, handed_over: Counterday
) -> None:
    data = handed_over.data
    terminal.json("receipt", receipt_of(handed_over), "--data", data, *BY_MANAGER, pin=MANAGER_PIN)
    before = sorted(file.name for file in (data / "sessions").iterdir())
    for approval, second, problem in (
        ("令8-無-9", SECOND.id, "approval_unknown"),
        (APPROVAL, MANAGER.id, "second_person_needed"),
        (APPROVAL, "nobody", "operator_unknown"),
    ):
        line = ("erase", "--session", PRACTICE_DAY.isoformat(), "--approval", approval, "--second", second)
        code, no = terminal.json(*line, "--data", data, *BY_MANAGER, pin=MANAGER_PIN + SECOND_PIN)
        assert (code, no["problem"]) == (REFUSED, problem)
    assert sorted(file.name for file in (data / "sessions").iterdir()) == before
    assert any(name.endswith(".db") for name in before)


def test_only_a_manager_takes_receipts_and_erases(terminal: Terminal, handed_over: Counterday) -> None:
    data = handed_over.data
    code, no = terminal.json("receipt", receipt_of(handed_over), "--data", data, *BY_STAFF, pin=STAFF_PIN)
    assert (code, no["problem"]) == (REFUSED, "not_allowed")
    code, no = terminal.json(
        *ERASE, "--approval", APPROVAL, "--data", data, *BY_STAFF, pin=STAFF_PIN + SECOND_PIN
    )
    assert (code, no["problem"]) == (REFUSED, "not_allowed")


SPOILT: dict[str, Callable[[str], str]] = {
    "another number": lambda text: text.replace("000001", "000002"),
    "another decision": lambda text: text.replace('"accept"', '"reject"'),
    "cut": lambda text: text[:-2],
    "empty": lambda text: "",
    "no fields": lambda text: "{}",
}


def test_a_receipt_somebody_wrote_into_is_refused(terminal: Terminal, handed_over: Counterday) -> None:
    file = receipt_of(handed_over)
    untouched = file.read_text(encoding="utf-8")
    for what, spoil in SPOILT.items():
        assert spoil(untouched) != untouched
        file.write_text(spoil(untouched), encoding="utf-8", newline="")
        code, no = terminal.json("receipt", file, "--data", handed_over.data, *BY_MANAGER, pin=MANAGER_PIN)
        assert (code, no["ok"]) == (REFUSED, False), what
        assert no["problem"].startswith(("receipt_", "signature_")), what
    code, no = terminal.json(
        *ERASE, "--approval", APPROVAL, "--data", handed_over.data, *BY_MANAGER, pin=MANAGER_PIN + SECOND_PIN
    )
    assert (code, no["problem"]) == (REFUSED, "erase_no_receipt")


OTHERS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"seq": 2, "batch": "13210-K1-000002-20251105.zip"}, "receipt_other_batch"),
    ({"kiosk": "K2", "batch": "13210-K2-000001-20251105.zip"}, "receipt_other_batch"),
    ({"manifest_sha256": "0" * 64}, "receipt_other_batch"),
    ({"counts": {"visits": 9, "portraits": 0, "custody": 9, "applications": 0}}, "receipt_counts"),
    ({"practice": False}, "receipt_practice"),
)


def test_the_citys_own_receipt_for_something_else(terminal: Terminal, handed_over: Counterday) -> None:
    file = receipt_of(handed_over)
    mine = Receipt.from_bytes(file.read_bytes())
    for other, problem in OTHERS:
        content, signature = sign_receipt(replace(mine, **other), handed_over.house.city.receipt_key())
        file.write_bytes(content)
        file.with_name(file.name + ".sig").write_bytes(signature)
        code, no = terminal.json("receipt", file, "--data", handed_over.data, *BY_MANAGER, pin=MANAGER_PIN)
        assert (code, no["problem"]) == (REFUSED, problem)
    code, no = terminal.json(
        *ERASE, "--approval", APPROVAL, "--data", handed_over.data, *BY_MANAGER, pin=MANAGER_PIN + SECOND_PIN
    )
    assert (code, no["problem"]) == (REFUSED, "erase_no_receipt")


def test_a_missing_receipt_and_a_missing_signature(terminal: Terminal, handed_over: Counterday) -> None:
    line = ("--data", handed_over.data, *BY_MANAGER)
    code, no = terminal.json("receipt", handed_over.data / "none.json", *line, pin=MANAGER_PIN)
    assert (code, no["problem"]) == (REFUSED, "file_absent")
    file = receipt_of(handed_over)
    file.with_name(file.name + ".sig").unlink()
    code, no = terminal.json("receipt", file, *line, pin=MANAGER_PIN)
    assert code in (REFUSED, TROUBLE)
    assert no["problem"].startswith("receipt_")


def test_a_receipt_is_taken_while_no_stick_is_plugged_in(
    terminal: Terminal, handed_over: Counterday, tmp_path: Path
) -> None:
    aside = tmp_path / "mail"
    handed_over.house.stick.rename(aside)
    file = next(aside.glob("*.receipt.json"))
    code, taken = terminal.json("receipt", file, "--data", handed_over.data, *BY_MANAGER, pin=MANAGER_PIN)
    assert (code, taken.get("decision")) == (0, "accept")


def test_a_rejection_opens_no_way_to_erasure(terminal: Terminal, kiosk: Counterday, tmp_path: Path) -> None:
    kiosk.open()
    kiosk.export()
    kiosk.desk.vault.close()
    batch, home = next(kiosk.house.stick.glob("*.zip")), kiosk.house.city.folder
    file = tmp_path / f"{batch.stem}.receipt.json"
    given, _ = terminal.json(
        "receipt",
        batch,
        "--by",
        "市職員",
        "--reject",
        "件数が違います",
        "--out",
        file,
        "--data",
        home,
        app=city,
    )
    assert given == 0
    for _ in range(2):
        code, taken = terminal.json("receipt", file, "--data", kiosk.data, *BY_MANAGER, pin=MANAGER_PIN)
        assert (code, taken.get("decision")) == (0, "reject")
    code, no = terminal.json(
        *ERASE, "--approval", APPROVAL, "--data", kiosk.data, *BY_MANAGER, pin=MANAGER_PIN + SECOND_PIN
    )
    assert (code, no["problem"]) == (REFUSED, "erase_no_receipt")


@pytest.mark.parametrize(
    "words",
    [
        ("erase", "--session", "2025-11-05"),
        ("receipt",),
        ("import",),
        ("receipt", "a.json"),
    ],
)
def test_forgotten_words_are_wrong_use(terminal: Terminal, words: tuple[str, ...]) -> None:
    code, no = terminal.json(*words)
    assert (code, no["problem"]) == (WRONG_USE, "usage")


def test_the_program_takes_the_pin_from_a_pipe_and_shows_it_nowhere(tmp_path: Path) -> None:
    # A process of its own asks for PINs at the standard cost.
    with opened_copy(build_template(tmp_path / "made", quick=False), tmp_path / "kiosk") as kiosk:
        kiosk.open(with_list=False)
    folder = kiosk.data
    done = program(["import", CP932, "--data", folder, "--json", *BY_STAFF], pin=STAFF_PIN)
    assert done.returncode == 0
    assert json.loads(done.stdout)["imported"] > 0
    logs = (file.read_text(encoding="utf-8") for file in (folder / "logs").iterdir())
    for text in (done.stdout, done.stderr, *logs):
        assert PINS[STAFF.id] not in text
        assert not any(name in text for name in MARKED_NAMES)


def test_nothing_in_the_folder_can_be_read_without_the_keys(terminal: Terminal, folder: Path) -> None:
    terminal.json("import", CP932, "--data", folder, *BY_STAFF, pin=STAFF_PIN)
    for file in (folder / "office.db", *(folder / "sessions").glob("*.db")):
        with closing(sqlite3.connect(file)) as db, pytest.raises(sqlite3.DatabaseError):
            db.execute("SELECT count(*) FROM sqlite_master")
