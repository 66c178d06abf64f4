"""How a command signs in: PIN from the terminal or the first line of standard input, never an argument."""

from __future__ import annotations

import getpass
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kiosk.cli.console import Console
from kiosk.domain.errors import Refused

if TYPE_CHECKING:
    from kiosk.services.access import Access
    from kiosk.services.desk import Desk


def read_secret(prompt: str, *, from_stdin: bool) -> str:
    """One line without its end; Refused("pin_missing", "pin_unreadable") for none, or for what is no text."""
    if from_stdin:
        try:
            secret = sys.stdin.readline().rstrip("\r\n")
            secret.encode()
        except UnicodeError:
            raise Refused("pin_unreadable") from None
    else:
        with warnings.catch_warnings():
            # Without a terminal nobody can type unseen: an English warning and an echo are no way out.
            warnings.simplefilter("error", getpass.GetPassWarning)
            try:
                secret = getpass.getpass(prompt)
            except (EOFError, OSError, getpass.GetPassWarning):
                secret = ""
    if not secret:
        raise Refused("pin_missing")
    return secret


@contextmanager
def signed_in(console: Console, operator: str, *, pin_stdin: bool) -> Iterator[tuple[Desk, Access]]:
    """The data folder opened for one command, locked again afterwards."""
    from kiosk import logs
    from kiosk.services.access import Access
    from kiosk.services.open_desk import LOGS_FOLDER, open_desk

    desk = open_desk(console.data, cost=console.cost)
    try:
        logs.write_logs_to(console.data / LOGS_FOLDER)
        access = Access(desk)
        pin = read_secret(console.texts.get("cli.pin", operator=operator), from_stdin=pin_stdin)
        access.sign_in(operator, pin)
        yield desk, access
        access.lock()
    finally:
        desk.vault.close()
