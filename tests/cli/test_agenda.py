"""`kiosk calendar`: the contract's days on the screen, as JSON and as a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jpholiday
import pytest
import typer

from kiosk.cli import agenda
from kiosk.cli.console import DONE, REFUSED, WRONG_USE
from kiosk.cli.line import run

CONTRACT = Path(__file__).parents[1] / "domain" / "sessions_fy2025.csv"
FROM_TO = ("--from", "2025-08", "--to", "2026-03")


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    app.command("calendar")(agenda.calendar)
    app.command("other")(lambda: None)  # with two commands the name has to be said, as in the product
    return app


def test_the_spreadsheet_is_the_contracts_list(app: typer.Typer, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ("calendar", *FROM_TO, "--csv")) == DONE
    said = capsys.readouterr().out
    assert said.startswith("\ufeff")
    found = list(csv.DictReader(io.StringIO(said.removeprefix("\ufeff"), newline="")))
    with CONTRACT.open(encoding="utf-8-sig", newline="") as file:
        wanted = csv.DictReader(file)
        assert list(found[0]) == wanted.fieldnames
        assert found == list(wanted)


@pytest.mark.parametrize("words", [("--json", "calendar", *FROM_TO), ("calendar", *FROM_TO, "--json")])
def test_one_json_object_with_the_promised_keys(
    app: typer.Typer, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run(app, words) == DONE
    answer = json.loads(capsys.readouterr().out)
    assert answer["count"] == len(answer["sessions"]) == 48
    assert answer["sessions"][30] == {
        "no": 31, "date": "2025-12-28", "rule": "B_SUN", "delivery_due": "2026-01-07", "note": "第4日曜"
    }  # fmt: skip


def test_plain_lines_end_with_the_count(app: typer.Typer, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ("calendar", "--from", "2026-03", "--to", "2026-03")) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 7
    assert lines[0] == "  1  2026-03-04（水）  納品期限 2026-03-04"
    assert lines[-1] == "全6回"


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2025-10-01", "2025-10-08", ["2025-10-01", "2025-10-08"]),
        ("2025-10-16", "2025-10", ["2025-10-22", "2025-10-26", "2025-10-29"]),
        ("2025-10", "2025-10-01", ["2025-10-01"]),
    ],
)  # fmt: skip
def test_a_day_may_stand_where_a_month_may(
    app: typer.Typer, capsys: pytest.CaptureFixture[str], first: str, last: str, days: list[str]
) -> None:
    assert run(app, ("calendar", "--from", first, "--to", last, "--json")) == DONE
    answer = json.loads(capsys.readouterr().out)
    assert [one["date"] for one in answer["sessions"]] == days
    assert [one["no"] for one in answer["sessions"]] == list(range(1, len(days) + 1))


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--from", "2025-10-32", "--to", "2026-03"), "month_format"),
        (("--from", "2025-10-08", "--to", "2025-10-07"), "agenda_months"),
        (("--from", "2025-13", "--to", "2026-03"), "month_format"),
        (("--from", "2026-03", "--to", "2025-08"), "agenda_months"),
        (("--from", "2028-01", "--to", "2028-02"), "agenda_beyond_holidays"),
    ],
)
def test_a_refusal_is_one_sentence(
    app: typer.Typer, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], problem: str
) -> None:
    assert run(app, ("calendar", *words, "--json")) == REFUSED
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["problem"]) == (False, problem)
    assert answer["say"].endswith("。")


def test_without_months_it_is_wrong_use(app: typer.Typer, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ("calendar",)) == WRONG_USE
    assert "--from" in capsys.readouterr().err


def test_a_newer_list_of_holidays_carries_the_agenda_further(
    app: typer.Typer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    listed = "国民の祝日・休日月日,国民の祝日・休日名称\r\n" + "".join(
        f"{on.year}/{on.month}/{on.day},{name}\r\n"
        for year in range(2024, 2030)
        for on, name in jpholiday.year_holidays(year)
    )
    file = tmp_path / "syukujitsu.csv"
    file.write_bytes(listed.encode("cp932"))
    words = ("calendar", "--from", "2028-01", "--to", "2028-03", "--holidays", str(file), "--json")
    assert run(app, words) == DONE
    assert json.loads(capsys.readouterr().out)["count"] > 12
    assert run(app, (*words[:5], "--holidays", str(tmp_path / "none.csv"), "--json")) == REFUSED
    assert json.loads(capsys.readouterr().out)["problem"] == "file_absent"
