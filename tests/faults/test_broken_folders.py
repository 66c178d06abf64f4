"""Files that are not what they were, disks that are full or locked: one sentence, nothing half-done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.city.home import CARD_FILE, CityHome
from kiosk.cli.console import REFUSED, TROUBLE
from kiosk.domain.errors import Trouble
from kiosk.domain.journal import Anchor
from kiosk.paths import resources
from kiosk.services.clock import JST
from kiosk.services.practice import MANAGER, PINS
from kiosk.store.access import read_access
from kiosk.store.anchors import Anchors
from kiosk.store.device_secrets import MemorySecrets
from tests.cli.terminal import Terminal
from tests.faults.media import memory_disk
from tests.house import opened_copy

DEEP = "[" * 200_000
PIN = f"{PINS[MANAGER.id]}\n"
BY_MANAGER = ("--operator", MANAGER.id, "--pin-stdin")


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Iterator[Path]:
    """The data folder of an open counter nobody uses now."""
    with opened_copy(template, tmp_path / "kiosk") as day:
        day.open(with_list=False)
        day.desk.vault.close()
        yield day.data


def take_list(terminal: Terminal, data: Path, pin: str = PIN) -> tuple[int, str]:
    file = resources() / "practice" / "reservations_cp932.csv"
    code, no = terminal.json("--data", data, "import", file, *BY_MANAGER, pin=pin)
    return code, str(no.get("problem", ""))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: DEEP,
        lambda text: text.replace('"tries": 0', '"tries": 1e999'),
        lambda text: json.dumps([text]),
    ],
    ids=["half", "empty", "deep", "endless", "other"],
)
def test_a_damaged_access_file_is_said(terminal: Terminal, data: Path, change: Callable[[str], str]) -> None:
    file = data / "access.json"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(Trouble, match="access_unreadable"):
        read_access(file)
    assert take_list(terminal, data) == (TROUBLE, "access_unreadable")


def test_secrets_nested_without_end_are_said(terminal: Terminal, data: Path) -> None:
    (data / "practice-secrets.json").write_text(DEEP, encoding="utf-8")
    assert take_list(terminal, data) == (TROUBLE, "keystore_locked")


@pytest.mark.parametrize("kept", [b"", b"\0" * 8, b"[]", b"{}", b'{"length": "x", "head": ""}'])
def test_a_memory_that_cannot_be_read_is_not_taken_for_none(kept: bytes) -> None:
    secrets = MemorySecrets()
    anchors = Anchors(secrets, "f" * 16)
    anchors.keep("office", Anchor(7, "a" * 64))
    for name in ("anchor/office", "file/office", "mark"):
        secrets.put(f"{'f' * 16}/{name}", kept)
    for read in (lambda: anchors.kept("office"), lambda: anchors.kept_file("office"), anchors.mark):
        with pytest.raises(Trouble, match="keystore_locked"):
            read()


def test_a_pin_that_is_no_text_is_refused(terminal: Terminal, data: Path) -> None:
    assert take_list(terminal, data, pin="\udcff\udcfe\n") == (REFUSED, "pin_unreadable")


def test_a_folder_with_an_impossible_name_is_the_worlds_fault(terminal: Terminal) -> None:
    code, out, said = terminal.plain("--data", "x" * 5000, "doctor")
    assert (code, out) == (TROUBLE, "")
    assert said.count("\n") == 1
    assert ".py" not in said


def test_the_last_month_a_date_can_have(terminal: Terminal) -> None:
    code, no = terminal.json("calendar", "--from", "9999-12", "--to", "9999-12")
    assert (code, no["problem"]) == (REFUSED, "month_format")


@contextmanager
def city_card(folder: Path) -> Iterator[Path]:
    CityHome.create(folder, practice=True, at=datetime(2025, 11, 5, tzinfo=JST))
    yield folder / CARD_FILE


def test_no_room_for_the_card_leaves_no_kiosk_behind(terminal: Terminal, tmp_path: Path) -> None:
    """Commissioning is given ever more room; whenever it fails, the folder can be used again at once."""
    profile = resources() / "profiles" / "koganei.toml"
    failed, made = 0, 0
    with city_card(tmp_path / "city") as card:
        for kilobytes in (100, 260, 300, 340, 2000):
            with memory_disk(tmp_path / f"disk{kilobytes}", f"{kilobytes}k") as disk:
                folder = disk / "kiosk"
                code, answer = terminal.json(
                    *("--data", folder, "commission", "--profile", profile, "--kiosk", "K1"),
                    *("--city-key", card, "--approval", "令7-1", "--pin-stdin"),
                    pin="renshu-sato-7391\n",
                )
                if answer["ok"]:
                    made += 1
                    assert (folder / "papers" / "kiosk-card.pdf").stat().st_size > 1000
                else:
                    failed += 1
                    assert code == TROUBLE
                    assert list(disk.iterdir()) == []
    assert failed >= 1
    assert made >= 1
