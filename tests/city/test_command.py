"""kiosk-city as the officer types it: answers, exit codes, one JSON object."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.city import DISPLAYS, app
from kiosk.cli.line import run
from kiosk.sealing.cards import CityCard
from kiosk.sealing.receipts import read_receipt
from tests.city.offices import NEXT_DAY, Counter, Office


class Terminal:
    """Types a command and reads its answer."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def json(self, *words: str | Path) -> tuple[int, dict[str, Any]]:
        code = run(app, [*(str(word) for word in words), "--json"])
        out = self._capture.readouterr().out
        assert out.count("\n") == 1
        answer: dict[str, Any] = json.loads(out)
        return code, answer

    def plain(self, *words: str | Path) -> tuple[int, str]:
        code = run(app, [str(word) for word in words])
        captured = self._capture.readouterr()
        return code, captured.out + captured.err


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def test_the_whole_hand_over_by_commands(terminal: Terminal, tmp_path: Path) -> None:
    home = tmp_path / "city"
    code, made = terminal.json("keygen", "--out", home)
    assert (code, made["ok"], made["practice"]) == (0, True, False)
    card = CityCard.from_text((home / "city-card.json").read_text(encoding="utf-8"))
    assert made["fingerprint"] == card.fingerprint
    assert (home / "city-card.svg").read_bytes().startswith(b"<?xml")

    from kiosk.city.home import CityHome

    counter = Counter(tmp_path / "outbox", Office(CityHome.open(home), card))
    batch = counter.seal()
    card_file = tmp_path / "k1.json"
    card_file.write_text(counter.card_text(), encoding="utf-8")
    assert terminal.json("check", batch, "--data", home)[1]["problem"] == "signer_unknown"
    code, trusted = terminal.json("--data", home, "trust", card_file)
    assert (code, trusted["kiosk"]) == (0, "K1")

    code, checked = terminal.json("check", batch, "--data", home)
    assert code == 0
    wanted = {"ok": True, "kiosk": "K1", "seq": 1, "session": "2025-11-05", "problem": None}
    assert {key: checked[key] for key in wanted} == wanted
    assert checked["counts"]["visits"] == 3

    code, opened = terminal.json("open", batch, "--out", tmp_path / "opened", f"--data={home}")
    assert code == 0
    assert {key: opened[key] for key in ("files", "visits", "portraits", "custody")} == {
        "files": 8,
        "visits": 3,
        "portraits": 2,
        "custody": 2,
    }
    out = tmp_path / "receipt.json"
    code, given = terminal.json(
        "receipt", batch, "--by", "市民課 試験", "--papers", "F01=2", "--out", out, "--data", home
    )
    assert (code, given["decision"], given["batch"]) == (0, "accept", "13210-K1-000001-20251105.zip")
    receipt = read_receipt(out, card.receipt_public)
    assert receipt.papers == {"F01": 2, "F02": 1}
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF-")
    again = ("receipt", batch, "--by", "市民課　試験", "--out", out, "--data", home)
    code, text = terminal.plain(*again)
    assert (code, "すでに出しています" in text, "F01：窓口 1 通、市 2 通" in text) == (0, True, True)
    code, told = terminal.json(*again, "--papers", "F01=1")
    assert (code, told["problem"]) == (1, "receipt_given_papers")

    code, told = terminal.json("trust", card_file, "--valid-before", "2125-04-01", "--data", home)
    assert (code, told["change"], told["valid_before"][:10]) == (0, "renewed", "2125-04-01")
    code, text = terminal.plain("trust", card_file, "--data", home)
    assert (code, text.startswith("K1 は、すでに登録しています")) == (0, True)
    assert "2125-04-01 00:00 まで" in text
    assert "2125-04-01 00:00 まで" in terminal.plain("status", "--data", home)[1]


def test_a_gap_in_words_and_in_json(
    terminal: Terminal, office: Office, counter: Counter, tmp_path: Path
) -> None:
    counter.seal()
    second = counter.seal()
    data = office.home.folder
    code, told = terminal.json("check", second, "--data", data)
    assert (code, told["ok"], told["problem"], told["missing"]) == (1, False, "batch_gap", [1])
    code, text = terminal.plain("check", second, "--data", data)
    assert code == 1
    assert "K1 の 1 番の納品データが届いていません" in text
    words = ("receipt", second, "--by", "市民課", "--out", tmp_path / "r.json", "--data", data)
    code, told = terminal.json(*words)
    assert (code, set(told)) == (1, {"ok", "problem", "say"})
    assert told["problem"] == "batch_gap"
    assert terminal.json(*words, "--accept-gap", "後日届くと連絡あり")[0] == 0
    assert terminal.json("check", second, "--data", data)[1]["ok"] is True


def test_several_batches_are_answered_one_by_one(
    terminal: Terminal, office: Office, counter: Counter, tmp_path: Path
) -> None:
    good = counter.seal()
    bad = tmp_path / "bad.zip"
    bad.write_bytes(good.read_bytes()[:-1])
    code, told = terminal.json("check", good, bad, "--data", office.home.folder)
    assert (code, told["ok"], told["problem"]) == (1, False, "batch_truncated")
    assert [one["ok"] for one in told["batches"]] == [True, False]
    assert told["batches"][1]["kiosk"] is None


def test_a_rejection_and_a_withdrawal(
    terminal: Terminal, office: Office, counter: Counter, tmp_path: Path
) -> None:
    batch, data = counter.seal(), office.home.folder
    words = ("receipt", batch, "--by", "市民課", "--reject", "一通足りない", "--out", tmp_path / "r.json")
    code, given = terminal.json(*words, "--data", data)
    assert (code, given["decision"]) == (0, "reject")
    code, text = terminal.plain("revoke", "K1", "--data", data)
    assert (code, text.startswith("K1 の登録を取り消しました")) == (0, True)
    signers = (data / "allowed_signers").read_bytes()
    assert terminal.json("revoke", "K1", "--data", data) == (0, {"ok": True, "kiosk": "K1", "already": True})
    assert (data / "allowed_signers").read_bytes() == signers
    code, told = terminal.json("revoke", "k1", "--data", data)
    assert (code, told["problem"]) == (1, "kiosk_not_registered")
    assert "K1" in told["say"]


def test_the_office_at_a_glance(terminal: Terminal, office: Office, counter: Counter, tmp_path: Path) -> None:
    data = office.home.folder
    counter.seal()
    second = counter.seal()
    words = ("--accept-gap", "後日届く", "--by", "市民課")
    assert terminal.json("open", second, "--out", tmp_path / "o", *words, "--data", data)[0] == 0
    before = office.files()
    code, told = terminal.json("status", "--data", data)
    (k1,) = told["kiosks"]
    assert (code, k1["kiosk"], k1["state"], k1["last_seq"]) == (0, "K1", "in_force", 2)
    assert (k1["missing"], k1["undecided"]) == ([1], ["13210-K1-000002-20251105.zip"])
    office.home.revoke("K1", at=NEXT_DAY)
    code, text = terminal.plain("status", "--data", data)
    assert "K1　取消済み　受け取った納品データ 1 件" in text
    assert "K1 の 1 番が届いていません" in text
    assert before.keys() == office.files().keys()


def test_no_command_opens_the_window_or_is_one_object(terminal: Terminal) -> None:
    assert terminal.json()[1]["problem"] == "usage"
    assert "納品データ（zip） がありません" in terminal.plain("check")[1]
    assert "--by がありません" in terminal.plain("receipt", "b.zip", "--out", "r.json")[1]
    assert terminal.json("--version")[1]["ok"] is True


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
@pytest.mark.parametrize("words", [[], ["window"]])
def test_without_a_display_the_window_is_refused_in_one_sentence(words: list[str]) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in DISPLAYS}
    done = subprocess.run(
        [sys.executable, "-c", "from kiosk.cli.city import main; main()", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=bare,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "画面がありません" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "problem"),
    [
        (["check"], 2, "usage"),
        (["nonsense"], 2, "usage"),
        (["check", "b.zip", "--louder"], 2, "usage"),
        (["receipt", "b.zip", "--by"], 2, "usage"),
        (["status", "more"], 2, "usage"),
        (
            ["receipt", "b.zip", "--by", "x", "--out", "r", "--papers", "F01=1", "--papers", "F01=2"],
            2,
            "usage",
        ),
        (["receipt", "b.zip", "--out", "r.json"], 2, "usage"),
        (["open", "b.zip", "--out", "o", "--accept-gap", "x"], 2, "usage"),
        (["receipt", "b.zip", "--by", "x", "--out", "r.json", "--papers", "F01"], 2, "usage"),
        (["trust", "absent.json", "--valid-before", "someday"], 2, "usage"),
        (["trust", "absent.json", "--valid-after", "2025-08-01"], 3, "card_absent"),
        (["check", "absent.zip"], 3, "batch_absent"),
        (["check", "."], 3, "batch_is_folder"),
        (["open", "absent.zip", "--out", "o"], 3, "batch_absent"),
        (["receipt", "absent.zip", "--by", "市民課", "--out", "r.json"], 3, "batch_absent"),
        (["trust", "."], 3, "card_unreadable"),
        (["revoke", "K1"], 1, "nobody_registered"),
        ([], 2, "usage"),
        (["keygen"], 1, "home_exists"),
    ],
)
def test_exit_codes(terminal: Terminal, office: Office, words: list[str], code: int, problem: str) -> None:
    answer = terminal.json(*words, "--data", office.home.folder)
    assert (answer[0], answer[1]["ok"], answer[1]["problem"]) == (code, False, problem)
    say = answer[1]["say"]
    assert re.search(r"[ぁ-ん]", say)
    # The parser's own words are English.
    assert not re.search(r"[A-Za-z]{3,} [a-z]+", say.replace("office ", "")), say


def test_a_folder_that_is_no_home(terminal: Terminal, tmp_path: Path) -> None:
    code, told = terminal.json("check", "b.zip", "--data", tmp_path)
    assert (code, told["problem"]) == (1, "home_missing")
    assert str(tmp_path) in told["say"]
    assert list(tmp_path.iterdir()) == []


def test_check_loads_nothing_it_does_not_need(office: Office, counter: Counter) -> None:
    batch = counter.seal()
    script = (
        "import sys\n"
        "from kiosk.cli.city import app\n"
        "from kiosk.cli.line import run\n"
        f"assert run(app, ['check', {str(batch)!r}, '--data', {str(office.home.folder)!r}]) == 0\n"
        "heavy = {'sqlalchemy', 'alembic', 'cv2', 'numpy', 'typst', 'keyring', 'openpyxl', 'zxingcpp',\n"
        "         'PySide6', 'qrcode', 'PIL', 'platformdirs'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
