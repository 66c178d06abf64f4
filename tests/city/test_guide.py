"""docs/city.md: its commands for stock tools are run as they stand; the kiosk takes the receipt."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.cli.city import app
from kiosk.domain.batch import SessionState
from kiosk.domain.receipt import Decision
from kiosk.domain.visit import Reason, Service
from kiosk.ui.texts import Texts
from tests.house import opened_copy

TOOLS = ("bash", "ssh-keygen", "sha256sum", "age", "tar", "unzip", "sed", "cmp")
LACKING = [tool for tool in TOOLS if shutil.which(tool) is None]


def blocks(guide: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)


@pytest.fixture
def guide(checkout: Path) -> str:
    return (checkout / "docs" / "city.md").read_text(encoding="utf-8")


@pytest.mark.skipif(bool(LACKING), reason=f"not on this machine: {', '.join(LACKING)}")
def test_the_stock_tools_way_opens_a_real_batch_and_makes_a_receipt_the_kiosk_takes(
    guide: str, template: Path, tmp_path: Path
) -> None:
    with opened_copy(template, tmp_path / "kiosk") as day:
        day.open(with_list=False)
        day.issue(day.at_window().ticket)
        day.counter.side_exit(day.at_window(Service.APPLICATION).ticket, Reason.R10)
        batch = day.export()
        (tmp_path / "stick").symlink_to(day.house.stick)
        (tmp_path / "city").symlink_to(day.house.city.folder)
        commands = "".join(blocks(guide, "sh")).replace("13210-K1-000001-20251105.zip", batch)
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", commands],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said = done.stdout.splitlines()
        assert said[0].startswith('Good "kiosk-batch-v1" signature for K1')
        assert said[1].split()[0] in said[2]
        assert said[3].split()[0] in said[4]
        visits, custody, applications, portraits, counts = said[5:10]
        assert counts == (
            f'"counts":{{"applications":{applications},"custody":{custody},"portraits":{portraits},"visits":{visits}}}'
        )
        assert not (tmp_path / "work" / "city.key").exists()
        assert day.receipts.take(day.receipts.find(day.house.stick)) is Decision.ACCEPT
        assert day.desk.state is SessionState.RECEIPTED


def test_the_guide_quotes_the_program(guide: str) -> None:
    said = "\n".join(blocks(guide, "console"))
    texts = Texts.load("ja")
    made = ("keys_made", "trusted", "trusted_renewed", "accepted", "revoked")
    for key in (*made, "checked", "opened", "standing", "month"):
        pieces = texts.get(f"city.{key}").split("—")  # a dash stands for every fact
        assert all(piece in said for piece in pieces), key
    shown = {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    }
    used = set(re.findall(r"kiosk-city ([a-z]+)", guide))
    assert used <= shown
    assert {"keygen", "trust", "revoke", "status", "check", "open", "receipt", "window", "collect"} <= used


def test_every_sentence_of_the_table_is_one_the_program_says(guide: str, checkout: Path) -> None:
    table = guide.partition("## うまくいかないとき")[2].partition("**端末が")[0]
    said = [re.sub(r" ?\{\w+\} ?", "", sentence) for sentence in _sentences(checkout)]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    for words in (part.strip() for row in rows for part in row.split("|")[1].split("／")):
        bare = re.sub(r" ?(K1|^city|city\.key|\d+(〜\d+)?) ?", "", words)
        assert any(bare in sentence for sentence in said), words


def _sentences(checkout: Path) -> Iterator[str]:
    for file in (checkout / "resources" / "texts" / "ja").glob("*.toml"):
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        for table in ("refused", "trouble"):
            yield from (entry["say"] for entry in told.get(table, {}).values())
