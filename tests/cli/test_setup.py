"""kiosk setup: the office kiosk's settings travel to a sister as one sealed file."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from openpyxl import load_workbook

from kiosk.cli.console import REFUSED
from kiosk.services.practice import MANAGER, PINS, STAFF
from tests.cli.terminal import Terminal
from tests.house import Counterday
from tests.sisters import a_sister, card_of

BY_MANAGER = ("--operator", MANAGER.id, "--pin-stdin")
MANAGER_PIN = f"{PINS[MANAGER.id]}\n"


def test_the_office_kiosk_hands_its_settings_to_a_sister(
    terminal: Terminal, kiosk: Counterday, tmp_path: Path
) -> None:
    kiosk.sign_in_manager()
    with ExitStack() as stack:
        sister, card = a_sister(kiosk, "K2", stack, staffed=False)
        own = tmp_path / "k1.json"
        own.write_text(card_of(kiosk), encoding="utf-8")
        (tmp_path / "k2.json").write_text(card, encoding="utf-8")
    kiosk.desk.vault.close()
    out = tmp_path / "setup.age"
    give = ("setup", "export", "--out", out, "--data", kiosk.data, *BY_MANAGER)
    code, no = terminal.json(*give, pin=MANAGER_PIN)
    assert (code, no["problem"]) == (REFUSED, "sister_none")
    to = ("--to", tmp_path / "k2.json", "--lead", "K1", "--band", "K1:1-499", "--band", "K2:501-999")
    code, given = terminal.json(*give, *to, pin=MANAGER_PIN)
    assert (code, [one["kiosk"] for one in given["kiosks"]]) == (0, ["K2"])
    assert STAFF.name.encode() not in out.read_bytes()

    take = ("setup", "import", out, "--data", sister.data, *BY_MANAGER)
    code, no = terminal.json(*take, pin=MANAGER_PIN)
    assert (code, no["problem"]) == (REFUSED, "setup_office_unknown")
    code, taken = terminal.json(*take, "--office-card", own, pin=MANAGER_PIN)
    assert (code, taken["issuer"], taken["serial"], taken["staff"]) == (0, "K1", 1, 3)
    code, said, _ = terminal.plain(*take, pin=MANAGER_PIN)
    assert code == 0
    assert "K1 の設定（1番）" in said
    code, no = terminal.json("setup", "import", own, "--data", sister.data, *BY_MANAGER, pin=MANAGER_PIN)
    assert (code, no["ok"]) == (REFUSED, False)


def test_a_contract_year_is_looked_over_and_taken_from_its_workbook(
    terminal: Terminal, kiosk: Counterday, tmp_path: Path
) -> None:
    kiosk.sign_in_manager()
    kiosk.desk.vault.close()
    blank, own = tmp_path / "blank.xlsx", tmp_path / "year.xlsx"
    assert terminal.json("setup", "year", "--template", blank)[0] == 0, "needs no data folder"
    here = ("--data", kiosk.data, *BY_MANAGER)
    assert terminal.json("setup", "year", "--template", own, *here, pin=MANAGER_PIN)[0] == 0
    book = load_workbook(own)
    page = book["計画"]
    row = next(row for row in range(1, 30) if page.cell(row, 1).value == "計画件数")
    page.cell(row, 2).value = "千件"
    book.save(own)
    code, no = terminal.json("setup", "year", own, *here, pin=MANAGER_PIN)
    (fault,) = no["faults"]
    assert (code, no["ok"], fault["sheet"], fault["row"], fault["column"]) == (
        REFUSED,
        False,
        "計画",
        row,
        "値",
    )
    assert fault["say"]
    assert fault["do"]
    page.cell(row, 2).value = 1000
    book.save(own)
    code, looked = terminal.json("setup", "year", own, "--dry-run", *here, pin=MANAGER_PIN)
    assert (code, looked["changed"], looked["sessions"]) == (0, ["計画件数"], 48)
    code, said, _ = terminal.plain("setup", "year", own, *here, pin=MANAGER_PIN)
    assert code == 0
    assert "変わる設定: 計画件数" in said
    code, looked = terminal.json("setup", "year", own, "--dry-run", *here, pin=MANAGER_PIN)
    assert (code, looked["changed"]) == (0, [])
