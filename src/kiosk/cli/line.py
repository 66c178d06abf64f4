"""A command line of typer, run: its answer, its exit code, and what its parser says in our words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer
from typer._click.exceptions import (  # typer carries its own copy of click
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoSuchOption,
)

from kiosk.cli.console import (
    DONE,
    INTERRUPTED,
    REFUSED,
    Console,
    WrongUse,
    answered,
    speak_unicode,
    take_common,
)

if TYPE_CHECKING:
    from typer._click.core import Command

    from kiosk.store.vault import KdfCost
    from kiosk.ui.texts import Texts


def run(app: typer.Typer, argv: Sequence[str] | None = None, *, cost: KdfCost | None = None) -> int:
    """Runs a command line and returns its exit code: 0, 1 refused, 2 wrong use, 3 trouble, 70 a bug."""
    speak_unicode()
    console = Console(cost=cost)
    line = sys.argv[1:] if argv is None else argv
    return answered(console, lambda: _run(app, take_common(line, console), console))


def _run(app: typer.Typer, words: list[str], console: Console) -> int:
    command = typer.main.get_command(app)
    if "--help" in words:
        _help_in_our_words(command, console.texts)
    try:
        code = command.main(args=words, standalone_mode=False, obj=console)
    except typer.Exit as left:
        return left.exit_code
    except typer.Abort:
        console.refuse("aborted", console.texts.get("cli.aborted"))
        return REFUSED
    except ClickException as wrong:
        raise _in_our_words(wrong) from None
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    return code if isinstance(code, int) else DONE


def _help_in_our_words(command: Command, texts: Texts) -> None:
    """The parser's own headings, and its own line about --help, of this command and all below it."""
    from typer import rich_utils

    for name, words in texts.table("cli.help").items():
        if hasattr(rich_utils, name.upper()):
            setattr(rich_utils, name.upper(), words)
    below = [command]
    for one in below:
        option = one.get_help_option(typer.Context(one))
        if option is not None:
            option.help = texts.get("cli.help.help_option")
        below.extend(getattr(one, "commands", {}).values())


def _in_our_words(wrong: ClickException) -> WrongUse:
    """What the parser, which speaks English, found wrong."""
    match wrong:
        case NoSuchOption() | BadOptionUsage():
            key = "option" if isinstance(wrong, NoSuchOption) else "value"
            return WrongUse(key, what=wrong.option_name)
        case BadParameter() if wrong.param is not None:
            key = "missing" if isinstance(wrong, MissingParameter) else "bad"
            return WrongUse(key, what=_named(wrong))
        case _:
            return WrongUse("words")


def _named(wrong: BadParameter) -> str:
    """An option as it is typed, what stands without one in the words of --help."""
    hint = wrong.param.get_error_hint().strip("'") if wrong.param is not None else ""
    return hint if hint.startswith("-") else str(getattr(wrong.param, "help", None) or hint)
