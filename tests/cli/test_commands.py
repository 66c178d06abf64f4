"""Every command of the list: how it answers, what it leaves, and what it says when used wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.cli.console import REFUSED, TROUBLE, WRONG_USE
from kiosk.cli.main import app
from kiosk.devices.ports import PrinterState
from kiosk.ui.texts import Texts
from tests.cli.terminal import Terminal
from tests.devices.printer_socket import SocketPrinter
from tests.house import Counterday

COMMANDS = (
    "commission",
    "practice",
    "rehearse",
    "calendar",
    "import",
    "receipt",
    "erase",
    "paper",
    "photo",
    "doctor",
)


def test_the_commands_of_the_program() -> None:
    named = {command.name for command in app.registered_commands}
    named |= {group.name for group in app.registered_groups}
    assert named >= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_option_is_wrong_use_in_one_object(terminal: Terminal, command: str) -> None:
    code, no = terminal.json(command, "--no-such-option")
    assert (code, no["ok"], no["problem"]) == (WRONG_USE, False, "usage")


@pytest.mark.parametrize("word", ["dance", "Calendar", "カレンダー", "--no-such-option", ""])
def test_an_unknown_command_is_wrong_use(terminal: Terminal, word: str) -> None:
    code, no = terminal.json(word)
    assert (code, no["problem"]) == (WRONG_USE, "usage")
    code, out, err = terminal.plain(word)
    assert (code, out) == (WRONG_USE, "")
    assert err


@pytest.mark.parametrize(
    "words",
    [
        ("calendar",),
        ("photo",),
        ("photo", "check"),
        ("photo", "crop", "a.jpg"),
        ("paper",),
        ("paper", "ticket"),
        ("commission",),
        ("receipt",),
        ("erase",),
        ("import",),
    ],
)
def test_forgotten_words_are_wrong_use(terminal: Terminal, words: tuple[str, ...]) -> None:
    code, no = terminal.json(*words)
    assert (code, no["problem"]) == (WRONG_USE, "usage")


# --- paper ---------------------------------------------------------------------------------------------


def test_the_list_of_papers_and_one_of_them(terminal: Terminal, tmp_path: Path) -> None:
    code, listed = terminal.json("paper", "--list")
    names = [paper["name"] for paper in listed["papers"]]
    assert code == 0
    assert {"ticket", "delivery", "erasure_record", "custody_receipt"} <= set(names)
    _, out, _ = terminal.plain("paper", "--list")
    assert [line.split("\t")[0] for line in out.splitlines()] == names
    made = tmp_path / "ticket.pdf"
    code, answer = terminal.json("paper", "ticket", "--out", made)
    assert (code, answer["bytes"]) == (0, made.stat().st_size)
    assert made.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (("love_letter",), REFUSED, "paper_unknown"),
        (("ticket", "--values", "{}"), REFUSED, "paper_values"),
        (("ticket", "--values", "{"), REFUSED, "paper_json"),
        (("ticket", "--values", "none.json"), REFUSED, "file_absent"),
        (("ticket", "--values", "[1]"), REFUSED, "paper_json"),
        (("ticket", "--values", "x" * 5000), REFUSED, "paper_json"),
    ],
)
def test_papers_that_cannot_be_made(
    terminal: Terminal, tmp_path: Path, words: tuple[str, ...], code: int, problem: str
) -> None:
    ended, no = terminal.json("paper", *words, "--out", tmp_path / "out.pdf")
    assert (ended, no["problem"]) == (code, problem)
    assert list(tmp_path.iterdir()) == []


def test_a_paper_into_a_folder_that_is_not_there(terminal: Terminal, tmp_path: Path) -> None:
    code, no = terminal.json("paper", "ticket", "--out", tmp_path / "none" / "out.pdf")
    assert (code, no["problem"]) == (TROUBLE, "paper_unwritable")


# --- doctor --------------------------------------------------------------------------------------------

PARTS = {"disk", "clock", "models", "openers", "fonts", "databases", "keystore"} | {
    "printer",
    "camera",
    "drive",
}


def test_the_doctor_of_a_practice_kiosk_finds_all_well(terminal: Terminal, kiosk: Counterday) -> None:
    code, answer = terminal.json("doctor", "--data", kiosk.data)
    assert (code, answer["ok"]) == (0, True)
    assert {finding["part"] for finding in answer["checked"]} == PARTS
    assert [finding for finding in answer["checked"] if finding["state"] != "ok"] == []
    code, out, err = terminal.plain("doctor", "--data", kiosk.data)
    assert (code, err, len(out.splitlines())) == (0, "", len(PARTS))
    assert "" not in [line.strip() for line in out.splitlines()]


def found(answer: dict[str, list[dict[str, str]]], part: str) -> tuple[str, str]:
    return next(
        (finding["state"], finding["remedy"]) for finding in answer["checked"] if finding["part"] == part
    )


def test_devices_that_are_away_are_warnings_with_a_remedy(terminal: Terminal, kiosk: Counterday) -> None:
    with SocketPrinter() as printer:
        nobody = printer.url
    (kiosk.data / "devices.toml").write_text(
        f"printer = '{nobody}'\ncamera = 'index:97'\ndrive = '{kiosk.house.stick}'\n",
        encoding="utf-8",
    )
    (kiosk.house.stick / ".kiosk-stick").write_bytes(b"")  # a stick without a serial number is none
    code, answer = terminal.json("doctor", "--data", kiosk.data)
    apology = Texts.load().say(RuntimeError())
    assert code == 0
    for part in ("printer", "camera", "drive"):
        state, remedy = found(answer, part)
        assert state == "warn", part
        assert remedy, part
        assert remedy != apology, part


@pytest.mark.parametrize("mode", ["paper_out", "cover_open", "offline", "cutter", "mute"])
def test_a_printer_out_of_order_is_told_apart(terminal: Terminal, kiosk: Counterday, mode: str) -> None:
    with SocketPrinter() as printer:
        printer.mode = mode
        (kiosk.data / "devices.toml").write_text(
            f"printer = '{printer.url}'\ncamera = 'virtual:'\n", encoding="utf-8"
        )
        _, answer = terminal.json("doctor", "--data", kiosk.data)
    key = "printer_unknown" if mode == "mute" else f"printer_{mode}"
    state, remedy = found(answer, "printer")
    assert state == "warn"
    assert remedy.startswith(Texts.load().explain(_trouble(key))[0])


def _trouble(key: str) -> Exception:
    from kiosk.domain.errors import Trouble

    return Trouble(key)


def test_every_state_of_the_printer_has_its_sentence() -> None:
    texts = Texts.load()
    for state in set(PrinterState) - {PrinterState.READY, PrinterState.PAPER_LOW}:
        assert texts.say(_trouble(f"printer_{state.value}")) != texts.say(RuntimeError()), state


def test_settings_that_cannot_be_read_are_refused_by_name(terminal: Terminal, kiosk: Counterday) -> None:
    (kiosk.data / "devices.toml").write_text("printer = 9100\nwidth = 1\n", encoding="utf-8")
    code, no = terminal.json("doctor", "--data", kiosk.data)
    assert (code, no["problem"]) == (REFUSED, "settings_unreadable")
    assert "devices.toml" in no["say"]


# --- calendar ------------------------------------------------------------------------------------------


def test_the_contracts_forty_eight_days_from_the_program(terminal: Terminal) -> None:
    code, answer = terminal.json("calendar", "--from", "2025-08", "--to", "2026-03")
    assert (code, answer["count"], len(answer["sessions"])) == (0, 48, 48)
    assert json.dumps(answer["sessions"][0], ensure_ascii=False).count("2025-08-06") >= 1
