"""kiosk inspect on good and on damaged folders."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.journal import Anchor
from kiosk.domain.registers import Medium, MediumKind
from kiosk.services.inspection import InspectionDesk
from kiosk.services.practice import MANAGER, PINS, PRACTICE_DAY, STAFF
from tests.cli.terminal import Terminal
from tests.house import Counterday

DAY = PRACTICE_DAY.isoformat()


def inspected(terminal: Terminal, kiosk: Counterday, person: str = MANAGER.id) -> tuple[int, dict[str, Any]]:
    """The program at the counter is ended first: one process per folder."""
    kiosk.access.lock()
    kiosk.desk.vault.close()
    line = ("inspect", "--data", kiosk.data, "--operator", person, "--pin-stdin")
    return terminal.json(*line, pin=f"{PINS[person]}\n")


def bad(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(check["part"], check["about"]) for check in answer["checked"] if not check["ok"]]


def exported(kiosk: Counterday) -> Counterday:
    kiosk.open(with_list=False)
    kiosk.issue(kiosk.at_window().ticket)
    kiosk.export()
    return kiosk


def test_a_good_folder_is_good_and_its_record_is_printed(terminal: Terminal, kiosk: Counterday) -> None:
    code, answer = inspected(terminal, exported(kiosk))
    assert (code, answer["ok"], bad(answer)) == (0, True, [])
    parts = {(check["part"], check["about"]) for check in answer["checked"]}
    for about in ("office", DAY):
        assert {("pages", about), ("guards", about), ("chain", about)} <= parts
    for part in ("figures", "tickets", "custody", "sealed"):
        assert (part, DAY) in parts
    assert Path(answer["paper"]).read_bytes().startswith(b"%PDF")
    assert Path(answer["paper"]).parent == kiosk.data / "papers"

    kiosk.restart()
    with kiosk.desk.office.reading() as view:
        told = [entry for entry in view.journal.entries() if entry.act == "inspect"]
    assert [entry.details for entry in told] == [{"checked": len(answer["checked"]), "failed": 0}]


def test_staff_may_inspect_and_a_wrong_pin_may_not(terminal: Terminal, kiosk: Counterday) -> None:
    kiosk.open(with_list=False)
    assert inspected(terminal, kiosk, STAFF.id)[0] == 0
    line = ("inspect", "--data", kiosk.data, "--operator", MANAGER.id, "--pin-stdin")
    code, answer = terminal.json(*line, pin="wrong-passphrase\n")
    assert (code, answer["problem"]) == (1, "pin_wrong")


def test_while_the_window_runs_it_is_refused(terminal: Terminal, kiosk: Counterday) -> None:
    line = ("inspect", "--data", kiosk.data, "--operator", MANAGER.id, "--pin-stdin")
    code, answer = terminal.json(*line, pin=f"{PINS[MANAGER.id]}\n")
    assert (code, answer["problem"]) == (1, "already_running")


def test_damage_is_named_and_nothing_is_written(terminal: Terminal, kiosk: Counterday) -> None:
    exported(kiosk)
    kiosk.access.lock()
    kiosk.desk.vault.close()
    session = kiosk.data / "sessions" / f"{DAY}-K1.db"
    content = bytearray(session.read_bytes())
    content[-2000] ^= 1
    session.write_bytes(content)

    code, answer = inspected(terminal, kiosk)
    assert code == 1
    assert ("pages", DAY) in bad(answer)


def test_a_shorter_journal_is_named(terminal: Terminal, kiosk: Counterday) -> None:
    exported(kiosk)
    kiosk.access.lock()
    kiosk.desk.vault.keep_anchor("office", Anchor(9_000, "ab" * 32))
    code, answer = inspected(terminal, kiosk)
    assert code == 1
    assert {("start", "office"), ("chain", "office")} <= set(bad(answer))
    assert kiosk.desk.vault.kept_anchor("office").length == 9_000


@pytest.mark.parametrize(
    ("harm", "part"),
    [
        ("outbox", "batch_file"),
        ("figures", "figures"),
        ("leftover", "leftovers"),
        ("medium", "medium"),
    ],
)
def test_counts_and_ledgers_that_disagree_are_named(
    terminal: Terminal, kiosk: Counterday, harm: str, part: str
) -> None:
    exported(kiosk)
    with kiosk.desk.office.work() as work:
        if harm == "figures":
            line = work.figures.of_session(PRACTICE_DAY)[0]
            work.figures.add_visits([replace(line, ticket="A099")])
        if harm == "medium":
            work.media.save(Medium("FOUND-1", MediumKind.USB, "令6-古"))
        work.commit()
    if harm == "outbox":
        (batch,) = (kiosk.data / "outbox").glob("*.zip")
        content = bytearray(batch.read_bytes())
        content[len(content) // 2] ^= 1
        batch.write_bytes(content)
    if harm == "leftover":
        (kiosk.data / "sessions" / "2025-10-01-K1.db").write_bytes(b"x")
    code, answer = inspected(terminal, kiosk)
    assert code == 1
    assert [name for name, _ in bad(answer)] == [part]


def test_an_inspection_long_ago_is_overdue(kiosk: Counterday) -> None:
    kiosk.sign_in_manager()
    desk = InspectionDesk(kiosk.desk)
    assert desk.overdue() is None
    with kiosk.desk.office.work() as work:
        work.settings.put("last_inspection", (PRACTICE_DAY - timedelta(days=31)).isoformat())
        work.commit()
    assert desk.overdue() is None
    with kiosk.desk.office.work() as work:
        work.settings.put("last_inspection", (PRACTICE_DAY - timedelta(days=32)).isoformat())
        work.commit()
    assert desk.overdue() == 32
    desk.inspect()
    assert desk.overdue() is None
