"""One answer per command, on every way out: done, refused, wrong use, trouble, our own fault."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer

from kiosk import logs
from kiosk.cli.city import app as city
from kiosk.cli.console import BUG, DONE, INTERRUPTED, REFUSED, TROUBLE, WRONG_USE, console_of
from kiosk.cli.main import app as counter
from kiosk.domain.errors import Refused, Trouble
from kiosk.settings import SettingsUnreadable
from kiosk.ui.texts import Texts
from tests.cli.terminal import Terminal, program

NAME = "小金井　花子"
ENDS = {
    "refused": Refused("line_empty"),
    "settings": SettingsUnreadable("city.toml", "missing", "city.name"),
    "trouble": Trouble("drive_absent"),
    "fault": ValueError(f"no visitor {NAME} in the list"),
    "interrupted": KeyboardInterrupt(),
    "no_input": EOFError(),
}


@pytest.fixture
def app() -> typer.Typer:
    """A program whose one command ends the way it is told."""
    app = typer.Typer()

    @app.command()
    def end(context: typer.Context, how: Annotated[str, typer.Argument()] = "well") -> None:
        if how in ENDS:
            raise ENDS[how]
        console_of(context).report(
            {"ok": True, "how": how, "data": str(console_of(context).data)}, [f"{how}です"]
        )

    app.command("other")(lambda: None)
    return app


@pytest.mark.parametrize(
    ("how", "code", "problem"),
    [
        ("refused", REFUSED, "line_empty"),
        ("settings", REFUSED, "settings_unreadable"),
        ("trouble", TROUBLE, "drive_absent"),
        ("fault", BUG, "fault"),
        ("interrupted", INTERRUPTED, "aborted"),
        ("no_input", REFUSED, "aborted"),
    ],
)
def test_every_bad_end_is_one_object_and_one_code(
    terminal: Terminal, app: typer.Typer, how: str, code: int, problem: str
) -> None:
    ended, answer = terminal.json("end", how, app=app)
    assert (ended, answer["ok"], answer["problem"]) == (code, False, problem)
    assert set(answer) == {"ok", "problem", "say"}
    ended, out, err = terminal.plain("end", how, app=app)
    assert (ended, out) == (code, "")
    assert answer["say"] in err


@pytest.mark.parametrize(
    ("code", "number"), [(DONE, 0), (REFUSED, 1), (WRONG_USE, 2), (TROUBLE, 3), (BUG, 70)]
)
def test_the_documented_exit_codes(code: int, number: int) -> None:
    assert code == number


def test_the_common_options_stand_anywhere(terminal: Terminal, app: typer.Typer, tmp_path: Path) -> None:
    for words in (
        ("--data", tmp_path, "end", "now"),
        ("end", "--data", tmp_path, "now"),
        ("end", "now", f"--data={tmp_path}"),
    ):
        for json_first in (True, False):
            code, answer = terminal.json(*words, app=app, json_first=json_first)
            assert (code, answer["how"], answer["data"]) == (DONE, "now", str(tmp_path))
    assert terminal.plain("end", "--data", tmp_path, app=app) == (DONE, "wellです\n", "")


def test_after_two_dashes_a_word_is_a_word(terminal: Terminal, app: typer.Typer) -> None:
    assert terminal.plain("end", "--", "--json", app=app) == (DONE, "--jsonです\n", "")


@pytest.mark.parametrize(
    "words",
    [
        ("sing",),
        ("end", "--louder"),
        ("end", "one", "two"),
        ("end", "--data"),
        ("--data", "--json", "end"),
    ],
)
def test_wrong_use(terminal: Terminal, app: typer.Typer, words: tuple[str, ...]) -> None:
    code, answer = terminal.json(*words, app=app)
    assert (code, answer["ok"], answer["problem"]) == (WRONG_USE, False, "usage")
    assert answer["say"]
    code, out, err = terminal.plain(*(word for word in words if word != "--json"), app=app)
    assert code == WRONG_USE
    assert out == ""
    assert err


def test_our_own_fault_is_logged_by_type_and_place_and_never_quotes_a_visitor(
    terminal: Terminal, app: typer.Typer, tmp_path: Path
) -> None:
    logs.write_logs_to(tmp_path)
    code, answer = terminal.json("end", "fault", app=app)
    assert (code, answer["say"]) == (BUG, Texts.load().say(ValueError()))
    assert "申し訳" in answer["say"]
    log = (tmp_path / "kiosk.log").read_text(encoding="utf-8")
    assert "ValueError at" in log
    assert "test_console.py" in log
    assert NAME not in log
    _, out, err = terminal.plain("end", "fault", app=app)
    assert NAME not in out + err


def test_a_log_begun_anew_lets_go_of_the_old_file(tmp_path: Path) -> None:
    for folder in (tmp_path / "first", tmp_path / "second"):
        logs.write_logs_to(folder)
        logs.note(folder.name)
    assert [
        (tmp_path / name / "kiosk.log").read_text(encoding="utf-8").split()[-1]
        for name in ("first", "second")
    ] == ["first", "second"]


def test_the_log_never_outgrows_five_files(tmp_path: Path) -> None:
    logs.write_logs_to(tmp_path)
    for _ in range(80):
        logs.note("x" * 99_000)
    files = sorted(file.name for file in tmp_path.iterdir())
    assert files == ["kiosk.log", *(f"kiosk.log.{number}" for number in range(1, 5))]
    assert max(file.stat().st_size for file in tmp_path.iterdir()) <= logs.SIZE
    logs.write_logs_to(tmp_path / "elsewhere")


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    logs.write_logs_to(tmp_path)
    (tmp_path / "kiosk.log").mkdir()
    logs.note("the day goes on")
    assert list((tmp_path / "kiosk.log").iterdir()) == []


def test_the_program_itself_answers_in_one_object_with_its_code() -> None:
    done = program(["--json", "calendar", "--from", "2025-08", "--to", "2025-08"])
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (DONE, 1, "")
    wrong = program(["dance", "--json"])
    assert (wrong.returncode, wrong.stdout.count("\n"), wrong.stderr) == (WRONG_USE, 1, "")


def test_the_program_says_its_version_and_its_commands() -> None:
    from kiosk import __version__

    assert program(["--version"]).stdout == f"{__version__}\n"
    helped = program(["--help"])
    assert helped.returncode == DONE
    for command in ("commission", "practice", "rehearse", "calendar", "import", "receipt", "erase", "paper"):
        assert command in helped.stdout


def test_without_a_screen_it_is_said_and_qt_stays_silent(tmp_path: Path) -> None:
    said = program(["practice", "--json"], DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    if not said.stdout:
        pytest.skip("this system has a screen that needs no DISPLAY")
    assert said.returncode == REFUSED
    assert '"problem": "display_absent"' in said.stdout


def test_the_counter_without_a_data_folder_says_how_to_get_one(tmp_path: Path, terminal: Terminal) -> None:
    code, answer = terminal.json("--data", tmp_path / "none")
    assert (code, answer["problem"]) == (REFUSED, "commission_needed")
    assert "commission" in answer["say"]


@pytest.mark.parametrize("app", [counter, city], ids=["kiosk", "kiosk-city"])
def test_help_speaks_japanese_on_every_page(terminal: Terminal, app: typer.Typer) -> None:
    pages: list[tuple[str, ...]] = [()]
    for words in pages:
        code, page, _ = terminal.plain(*words, "--help", app=app)
        assert code == DONE
        assert "この説明を出して終わる" in page
        assert not re.search(r"Options|Commands|Arguments|required|default|Show this", page), words
        group: Any = typer.main.get_command(app)
        for word in words:
            group = group.commands[word]
        pages.extend((*words, name) for name in getattr(group, "commands", {}))
    assert len(pages) > 8


@pytest.mark.parametrize("name", ["empty", "nowhere.json", "folder"])
@pytest.mark.parametrize(
    "line",
    [
        ("import", "FILE", "--dry-run"),
        ("paper", "custody_receipt", "--out", "a.pdf", "--values", "FILE"),
        ("calendar", "--from", "2025-08", "--to", "2025-09", "--holidays", "FILE"),
    ],
)
def test_a_refused_file_is_named_once(
    terminal: Terminal, tmp_path: Path, line: tuple[str, ...], name: str
) -> None:
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    code, _, said = terminal.plain(*(tmp_path / name if word == "FILE" else word for word in line))
    assert code in (REFUSED, TROUBLE)
    assert said.count(name) == 1
