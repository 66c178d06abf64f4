"""The command line of the counter: which commands there are, and the counter itself when none is named."""

from __future__ import annotations

from typing import Annotated

import typer

from kiosk import __version__
from kiosk.cli.agenda import calendar
from kiosk.cli.commission import commission
from kiosk.cli.console import console_of
from kiosk.cli.counter import open_counter
from kiosk.cli.doctor import doctor
from kiosk.cli.inspect import inspect
from kiosk.cli.paper import paper
from kiosk.cli.photo import app as photo
from kiosk.cli.practice import practice
from kiosk.cli.recover import recover
from kiosk.cli.rehearse import rehearse
from kiosk.cli.report import app as report
from kiosk.cli.retire import retire
from kiosk.cli.session import erase, import_list, receipt
from kiosk.cli.setup import app as setup

app = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
    help="マイナンバーカード出張交付窓口。--data DIR と --json はどこにでも書けます。",
)
app.command("commission")(commission)
app.command("practice")(practice)
app.command("rehearse")(rehearse)
app.command("calendar")(calendar)
app.command("import")(import_list)
app.command("receipt")(receipt)
app.command("erase")(erase)
app.command("retire")(retire)
app.command("recover")(recover)
app.command("inspect")(inspect)
app.command("paper")(paper)
app.command("doctor")(doctor)
app.add_typer(setup, name="setup")
app.add_typer(photo, name="photo", no_args_is_help=False)
app.add_typer(report, name="report", no_args_is_help=False)


@app.callback()
def counter(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="版を表示する")] = False,
    windowed: Annotated[bool, typer.Option("--windowed", help="全画面にしない")] = False,
) -> int | None:
    """コマンドがなければ窓口を開く。"""
    console = console_of(context)
    if version:
        console.report({"ok": True, "version": __version__}, [__version__])
        raise typer.Exit
    if context.invoked_subcommand is not None:
        return None
    raise typer.Exit(open_counter(console, windowed=windowed))
