"""The words printed papers share with the screens, from the same file of texts."""

from __future__ import annotations

import tomllib
from functools import cache

from kiosk.paths import resources


def word(table: str, code: str) -> str:
    """The Japanese word of a code: word("paper", "F01"); KeyError when the texts have none."""
    return str(_words()[table][code])


def visitor_word(language: str, table: str, code: str) -> str:
    """A word for visitors in their language: visitor_word("ko", "ticket", "line")."""
    return str(_visitor_words(language)[table][code])


@cache
def _visitor_words(language: str) -> dict[str, dict[str, str]]:
    text = (resources() / "texts" / language / "board.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _words() -> dict[str, dict[str, str]]:
    text = (resources() / "texts" / "ja" / "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
