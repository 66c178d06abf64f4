"""kiosk rehearse: a whole day without hands, honest about every device that did not take part."""

from __future__ import annotations

import json
import signal
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer

from kiosk.cli.city import app as city
from kiosk.cli.console import INTERRUPTED, REFUSED, TROUBLE, WRONG_USE
from kiosk.cli.rehearsal_plan import crowd
from kiosk.domain.reservation import Reservation
from kiosk.domain.visit import Outcome, Service
from tests.cli.terminal import Terminal, program
from tests.devices.printer_socket import SocketPrinter
from tests.house import MARKED_NAMES, names_under

KEYS = {
    "visitors",
    "tickets",
    "printed",
    "issued",
    "applications",
    "portraits",
    "batch",
    "receipt",
    "erased",
    "journal_head",
    "timings_ms",
}


def visits_in(terminal: Terminal, out: Path) -> list[dict[str, Any]]:
    """What the city reads in the batch the rehearsal left."""
    batch, opened = next((out / "batch").glob("*.zip")), out.parent / "opened"
    code, _ = terminal.json("open", batch, "--out", opened, "--data", out / "city", app=city)
    assert code == 0
    visits: list[dict[str, Any]] = json.loads((opened / "visits.json").read_text(encoding="utf-8"))["visits"]
    return visits


def test_a_whole_day_on_a_printer_that_listens(terminal: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with SocketPrinter() as printer:
        code, day = terminal.json("rehearse", "--visitors", "12", "--out", out, "--printer", printer.url)
        assert (len(printer.tickets), printer.problems) == (12, [])
    assert code == 0
    assert set(day) >= KEYS
    assert (day["visitors"], day["tickets"], day["printed"], day["unprinted"]) == (12, 12, 12, 0)
    assert (day["receipt"], day["erased"], day["ok"]) == ("accept", True, True)
    assert {"ticket", "step", "portrait", "seal", "export", "check"} <= set(day["timings_ms"])
    for spread in day["timings_ms"].values():
        assert 0 < spread["p50"] <= spread["p95"] <= spread["max"]
    assert json.loads((out / "rehearsal.json").read_text(encoding="utf-8")) == day
    assert len(list((out / "portraits").glob("*.jpg"))) == day["portraits"] == day["applications"] > 0
    assert {file.name for file in (out / "city").iterdir()} >= {
        "city.key",
        "allowed_signers",
        "receipt.json",
        "receipt.json.sig",
    }
    assert len(list((out / "papers").glob("*.pdf"))) >= 3
    assert list((out / "data" / "sessions").iterdir()) == []
    # 12 visitors: every one in the batch with an outcome, and as many issued as the answer says.
    visits = visits_in(terminal, out)
    assert len({visit["ticket"] for visit in visits}) == 12
    assert [visit["outcome"] for visit in visits].count("accepted") == day["issued"]
    assert all(visit["outcome"] for visit in visits)
    with zipfile.ZipFile(out / "batch" / day["batch"]) as batch:
        assert json.loads(batch.read("manifest.json"))["counts"]["visits"] == 12
    # And on the PC nobody is left.
    assert any(visit["name"] in MARKED_NAMES for visit in visits)
    assert names_under(out / "data") == []
    assert names_under(out / "papers") == []


def test_without_printer_and_camera_the_day_goes_on_and_the_answer_says_so(
    terminal: Terminal, tmp_path: Path
) -> None:
    with SocketPrinter() as printer:
        nobody = printer.url  # nobody listens there any more when the day begins
    out = tmp_path / "out"
    code, day = terminal.json(
        "rehearse", "--visitors", "10", "--out", out, "--printer", nobody, "--camera", "index:97"
    )
    assert code == TROUBLE
    assert (day["ok"], day["problem"]) == (False, "printer_absent")
    assert day["say"]
    assert (day["tickets"], day["printed"], day["unconfirmed"], day["unprinted"]) == (10, 0, 0, 10)
    assert (day["portraits"], day["erased"], day["receipt"]) == (0, True, "accept")
    assert day["applications"] > 0
    assert day["troubles"] == {"printer_absent": 10, "camera_absent": day["applications"]}
    applied = [visit for visit in visits_in(terminal, out) if visit["service"] == "APPLICATION"]
    assert len(applied) == day["applications"]
    for visit in applied:
        photo = [step["outcome"] for step in visit["steps"] if step["step"] == "photo"]
        assert photo == ["skipped"]
    assert list((out / "portraits").iterdir()) == []


def test_the_paper_ends_in_the_middle_of_the_morning(terminal: Terminal, tmp_path: Path) -> None:
    with SocketPrinter() as printer:
        printer.rows_left = 900
        code, day = terminal.json("rehearse", "--visitors", "4", "--printer", printer.url)
        came_out = len(printer.tickets)
    assert code == TROUBLE
    assert 0 < came_out < 4
    assert (day["tickets"], day["printed"], day["erased"]) == (4, came_out, True)
    assert day["printed"] + day["unconfirmed"] + day["unprinted"] == 4
    assert day["problem"].startswith("printer_")


def test_a_printer_that_never_answers_confirms_nothing(terminal: Terminal) -> None:
    with SocketPrinter() as printer:
        printer.mode = "mute"
        code, day = terminal.json("rehearse", "--visitors", "1", "--printer", printer.url)
    assert day["tickets"] == 1
    assert day["printed"] == 0
    assert day["unconfirmed"] + day["unprinted"] == 1
    assert (code == 0) is (day["unprinted"] == 0)


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (("--visitors", "0"), REFUSED, "rehearse_visitors"),
        (("--visitors", "301"), REFUSED, "rehearse_visitors"),
        (("--visitors", "many"), WRONG_USE, "usage"),
        (("--date", "heute"), REFUSED, "day_format"),
        (("--printer", "lpt1"), REFUSED, "printer_url"),
        (("--camera", "https://example.jp"), REFUSED, "camera_url"),
        (("--louder",), WRONG_USE, "usage"),
    ],
)
def test_a_day_that_cannot_begin(terminal: Terminal, words: tuple[str, ...], code: int, problem: str) -> None:
    ended, no = terminal.json("rehearse", *words)
    assert (ended, no["ok"], no["problem"]) == (code, False, problem)


def test_somebody_elses_folder_is_not_emptied(terminal: Terminal, tmp_path: Path) -> None:
    letter = tmp_path / "mine" / "letter.txt"
    letter.parent.mkdir()
    letter.write_text("keep", encoding="utf-8")
    for out in (letter.parent, letter):
        code, no = terminal.json("rehearse", "--visitors", "1", "--out", out)
        assert (code, no["problem"]) == (REFUSED, "rehearse_out_in_use")
    (tmp_path / "data").mkdir()  # named like one of ours, and not ours
    (tmp_path / "data" / "diary.txt").write_text("keep", encoding="utf-8")
    letter.rename(tmp_path / "data" / "letter.txt")
    letter.parent.rmdir()
    code, no = terminal.json("rehearse", "--visitors", "1", "--out", tmp_path)
    assert (code, no["problem"]) == (REFUSED, "rehearse_out_in_use")
    assert {file.name for file in (tmp_path / "data").iterdir()} == {"diary.txt", "letter.txt"}


def test_the_program_says_one_object_and_opencv_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = program(
        ["rehearse", "--visitors", "4", "--json", "--out", out, "--camera", "index:97"], QT_QPA_PLATFORM=""
    )
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (TROUBLE, "", 1)
    day = json.loads(done.stdout)
    assert (day["tickets"], day["printed"], day["portraits"]) == (4, 4, 0)
    assert len(list((out / "tickets").glob("*.png"))) == 4
    assert len(list((out / "streams").glob("*.bin"))) == 4


@pytest.mark.usefixtures("qapp")
def test_ctrl_c_ends_a_rehearsal_in_the_window_between_two_touches(
    terminal: Terminal, tmp_path: Path
) -> None:
    # An impatient hand; raised in a slot it would be lost.
    QTimer.singleShot(0, lambda: [signal.raise_signal(signal.SIGINT) for _ in range(2)])
    out = tmp_path / "out"
    code, no = terminal.json("rehearse", "--screens", "--visitors", "3", "--out", out)
    assert (code, no["problem"]) == (INTERRUPTED, "aborted")
    assert list((out / "tickets").iterdir()) == [], "nobody has come yet"


def test_ctrl_c_ends_a_rehearsal_between_two_visitors(terminal: Terminal, tmp_path: Path) -> None:
    over = threading.Event()
    with SocketPrinter() as printer:

        def impatient() -> None:
            while not printer.tickets and not over.is_set():
                pass
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

        hand = threading.Thread(target=impatient, daemon=True)
        hand.start()
        line = ("rehearse", "--visitors", "30", "--out", tmp_path / "out", "--printer", printer.url)
        code, no = terminal.json(*line)
        over.set()
        hand.join()
        assert 1 <= len(printer.tickets) < 30
    assert (code, no["problem"]) == (INTERRUPTED, "aborted")


BOOKED = [Reservation(f"R{n:03d}", "09:00", n % 5 == 0, "練習 花子", "レンシュウ ハナコ") for n in range(20)]


@pytest.mark.parametrize("visitors", [1, 30, 300])
def test_the_crowd_is_the_same_for_the_same_number_and_everyone_is_booked_once(visitors: int) -> None:
    first = crowd(visitors, 7, BOOKED)
    assert first == crowd(visitors, 7, BOOKED)
    assert len(first) == visitors
    booked = [comer.reservation for comer in first if comer.reservation]
    assert len(set(booked)) == len(booked)
    assert not set(booked) & {reservation.number for reservation in BOOKED if reservation.cancelled}


def test_a_crowd_of_thirty_has_every_way_through_the_counter() -> None:
    thirty = crowd(30, 1, BOOKED)
    assert {comer.service for comer in thirty} == set(Service)
    assert {comer.reservation is None for comer in thirty} == {True, False}
    assert any(comer.leaves for comer in thirty)
    assert any(comer.video_again for comer in thirty)
    assert any(comer.outcome is Outcome.ACCEPTED for comer in thirty)
    assert crowd(30, 1, BOOKED) != crowd(30, 2, BOOKED)
