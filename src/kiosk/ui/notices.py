"""Turns an exception into words for the person in front of the screen; the only place that does."""

from __future__ import annotations

from typing import NamedTuple

from kiosk import logs
from kiosk.domain.errors import Refused, Trouble
from kiosk.settings import SettingsUnreadable
from kiosk.ui.texts import Texts


class Notice(NamedTuple):
    """What happened, what to do, and whether trying again can help."""

    kind: str  # refused, trouble or fault
    say: str
    do: str
    retry: bool = False


def notice_for(error: Exception, texts: Texts) -> Notice:
    """The notice for any exception; what is not a refusal or trouble is logged as our own fault."""
    say, do = texts.explain(error)
    match error:
        case Refused() | SettingsUnreadable():
            return Notice("refused", say, do)
        case Trouble():
            return Notice("trouble", say, do, retry=not error.permanent)
        case _:
            logs.bug(error)
            return Notice("fault", say, do)
